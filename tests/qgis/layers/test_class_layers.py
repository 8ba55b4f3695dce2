"""Layers of classes: a palette with the legend's ranges, which follows an edit in colours and labels."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pixxel_explorer.plugin.layer_kinds.table import LayerKind
from pixxel_explorer.plugin.layers import builder, identity, provenance
from pixxel_explorer.plugin.layers.legend_rows import LegendRows
from pixxel_explorer.plugin.layers.project_layers import ProjectLayers
from pixxel_explorer.plugin.legend.spec import Colour, Legend
from pixxel_explorer.plugin.legend.vocabulary import LegendMode, Units
from qgis.core import QgsLayerTreeModel, QgsProject, QgsRasterLayer
from qgis.PyQt.QtCore import QSize

from .conftest import BLUE, MakeImage, legend
from .test_legend_rows import RANGES, add, print_legend, texts

KEY, OTHER = "2025_05_02", "2025_06_01"


@pytest.fixture(autouse=True)
def rows(project_layers: ProjectLayers) -> Iterator[LegendRows]:
    """Keep rows as the plugin does."""
    found = LegendRows(QgsProject.instance())
    yield found
    found.close()


def palette(layer: QgsRasterLayer) -> list[tuple[float, str, str]]:
    return [(entry.value, entry.color.name(), entry.label) for entry in layer.renderer().classes()]


def preview(layers: ProjectLayers, edited: Legend, key: str = KEY) -> None:
    assert layers.preview("Sample data", "viz-1", LegendMode.DYNAMIC, {key: edited}) == []


def test_each_class_is_a_row_with_its_range_also_where_it_has_no_pixels(
    project_layers: ProjectLayers, make_image: MakeImage
) -> None:
    layer = add(project_layers, make_image(kind="classes"))
    assert layer.renderer().type() == "paletted"
    assert palette(layer) == [
        (1, "#2b83ba", RANGES[0]),
        (2, "#d7191c", RANGES[1]),
        (3, "#1a9641", RANGES[2]),
    ]
    assert layer.name() == "NDVI 2025-05-02 classes"
    origin = provenance.stated(layer)
    assert origin is not None
    assert origin.kind is LayerKind.CLASSES
    assert identity.of(layer) is not None


def test_the_layer_tree_and_a_print_legend_list_the_classes(
    project_layers: ProjectLayers, make_image: MakeImage
) -> None:
    layer = add(project_layers, make_image(kind="classes"))
    model = QgsLayerTreeModel(QgsProject.instance().layerTreeRoot())
    assert texts(model, layer) == RANGES
    printed = print_legend(follows=True)
    assert texts(printed.model(), layer) == RANGES


def test_the_map_shows_the_colours_and_nothing_at_no_data(project_layers: ProjectLayers, make_image: MakeImage) -> None:
    layer = add(project_layers, make_image(kind="classes", size=(30, 30)))
    image = layer.previewAsImage(QSize(30, 30))
    colours = [image.pixelColor(column, 10) for column in range(3)]
    assert [colour.name() for colour in colours[1:]] == ["#2b83ba", "#d7191c"]
    assert colours[0].name() == "#ffffff"  # the paper of the preview


def test_colours_and_labels_follow_an_edit_and_ranges_are_those_of_the_pixels(
    project_layers: ProjectLayers, make_image: MakeImage
) -> None:
    layer = add(project_layers, make_image(kind="classes"))
    edited = legend().replacing(1, colour=Colour(1, 2, 3), label="Stubble", maximum=0.45)
    preview(project_layers, edited)
    assert palette(layer)[1] == (2, "#010203", "Stubble (0.1 – 0.4)")
    model = QgsLayerTreeModel(QgsProject.instance().layerTreeRoot())
    assert texts(model, layer) == [RANGES[0], "Stubble (0.1 – 0.4)", RANGES[2]]
    preview(project_layers, legend())
    assert [row[2] for row in palette(layer)] == RANGES


def test_other_dates_and_a_legend_of_more_classes_change_nothing(
    project_layers: ProjectLayers, make_image: MakeImage
) -> None:
    layer = add(project_layers, make_image(kind="classes"))
    before = palette(layer)
    preview(project_layers, legend(label="Other"), key=OTHER)
    preview(project_layers, Legend((*legend().classes, legend().classes[0])))
    preview(project_layers, Legend())
    assert palette(layer) == before


def test_a_layer_whose_note_was_damaged_is_left_alone(project_layers: ProjectLayers, make_image: MakeImage) -> None:
    layer = add(project_layers, make_image(kind="classes"))
    before = palette(layer)
    for note in ("", "{", "[1, 2, 3]", "7"):
        layer.setCustomProperty("pixxel/class_edges", note)
        preview(project_layers, legend(label="Other"))
        assert palette(layer) == before


def test_values_and_classes_of_a_date_follow_together(project_layers: ProjectLayers, make_image: MakeImage) -> None:
    values, classes = (add(project_layers, make_image(kind=kind)) for kind in ("values", "classes"))
    preview(project_layers, legend().replacing(0, colour=Colour(9, 9, 9)))
    assert palette(classes)[0][1] == "#090909"
    assert values.renderer().legendSymbologyItems()[0][1].name() == "#090909"


def test_a_pushed_legend_waits_for_the_new_picture(project_layers: ProjectLayers, make_image: MakeImage) -> None:
    layer = add(project_layers, make_image(kind="classes"))
    before = palette(layer), layer.customProperty("pixxel/legend_hash")
    project_layers.restyle("Sample data", "viz-1", LegendMode.DYNAMIC, {KEY: legend(label="Other")})
    assert (palette(layer), layer.customProperty("pixxel/legend_hash")) == before
    again = make_image(kind="classes", suffix="_2", legend=legend(top=0.9, label="Other"))
    assert add(project_layers, again) is layer
    assert palette(layer)[2] == (3, "#1a9641", "Other (0.5 – 0.9)")
    assert layer.source() == str(again.path)


def test_ranges_are_in_the_units_that_were_chosen(project_layers: ProjectLayers, make_image: MakeImage) -> None:
    bytes_legend = Legend((legend().classes[0], legend().classes[1])).replacing(0, minimum=0, maximum=127.5)
    bytes_legend = bytes_legend.replacing(1, minimum=127.5, maximum=255)
    chosen = make_image(kind="classes", legend=bytes_legend, display=(-1.0, 1.0), units=Units.DISPLAY)
    assert [row[2] for row in palette(add(project_layers, chosen))] == ["Water (-1 – 0)", "Bare soil (0 – 1)"]


def test_a_saved_project_keeps_the_classes_and_their_legend(
    project_layers: ProjectLayers, make_image: MakeImage, tmp_path: Path
) -> None:
    before = palette(add(project_layers, make_image(kind="classes")))
    project = QgsProject.instance()
    assert project.write(str(tmp_path / "a.qgz"))
    project.clear()
    assert project.read(str(tmp_path / "a.qgz"))
    (layer,) = project_layers.find("Sample data", "viz-1", kind=LayerKind.CLASSES)
    assert palette(layer) == before
    assert texts(QgsLayerTreeModel(project.layerTreeRoot()), layer) == RANGES
    preview(project_layers, legend().replacing(0, label="Lake"))
    assert palette(layer)[0] == (1, BLUE.hex, "Lake (-1 – 0.1)")


def test_a_style_file_draws_the_classes_elsewhere(make_image: MakeImage, tmp_path: Path) -> None:
    image = make_image(kind="classes")
    builder.write_style(image, tmp_path / "a.qml")
    plain = QgsRasterLayer(str(image.path), "plain", "gdal", QgsRasterLayer.LayerOptions(False))
    plain.loadNamedStyle(str(tmp_path / "a.qml"))
    assert [row[2] for row in palette(plain)] == RANGES
