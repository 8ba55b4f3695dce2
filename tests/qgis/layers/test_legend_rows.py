"""What the legend of a layer of ours says, in the layer tree and in print."""

from __future__ import annotations

import datetime
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pixxel_explorer.plugin.layers.legend_rows import LegendRows
from pixxel_explorer.plugin.layers.project_layers import ProjectLayers
from pixxel_explorer.plugin.layers.range_texts import row_text
from pixxel_explorer.plugin.layers.refetched import restore
from pixxel_explorer.plugin.legend.spec import Colour, ColourMapKind, Legend, LegendClass
from qgis.core import (
    QgsContrastEnhancement,
    QgsLayerTreeLayer,
    QgsLayerTreeModel,
    QgsLayoutItemLegend,
    QgsMapLayerLegendUtils,
    QgsPrintLayout,
    QgsProject,
    QgsRasterLayer,
    QgsRasterSymbolLegendNode,
    QgsSingleBandGrayRenderer,
)
from qgis.PyQt.QtCore import QLocale, Qt

from .conftest import MakeImage, key_of, legend

MAY = datetime.date(2025, 5, 2)
RANGES = ["Water (-1 – 0.1)", "Bare soil (0.1 – 0.4)", "Dense crop (0.5 – 1)"]
FOUR = Legend(
    (*legend().classes[:2], LegendClass(0.5, 0.8, Colour(1, 2, 3), "Crop"), LegendClass(0.8, 1, Colour(4, 5, 6)))
)


@pytest.fixture(autouse=True)
def rows(project_layers: ProjectLayers) -> Iterator[LegendRows]:
    """Keep rows as the plugin does."""
    found = LegendRows(QgsProject.instance())
    yield found
    found.close()


@pytest.fixture
def model(rows: LegendRows) -> QgsLayerTreeModel:
    """Return a model of the project's layer tree, as QGIS's window has one."""
    return QgsLayerTreeModel(QgsProject.instance().layerTreeRoot())


def add(layers: ProjectLayers, image: object) -> QgsRasterLayer:
    return layers.add(image, project_name="Farms", aoi_name="Farm near Raba")


def node_of(layer: QgsRasterLayer) -> QgsLayerTreeLayer:
    return QgsProject.instance().layerTreeRoot().findLayer(layer.id())


def texts(model: QgsLayerTreeModel, layer: QgsRasterLayer) -> list[str]:
    node = model.rootGroup().findLayer(layer.id())
    return [str(row.data(Qt.ItemDataRole.DisplayRole)) for row in model.layerLegendNodes(node)]


def print_legend(*, follows: bool) -> QgsLayoutItemLegend:
    """Return the legend of a print layout, that follows the layer tree or was customised."""
    layout = QgsPrintLayout(QgsProject.instance())
    layout.setName("Season")
    QgsProject.instance().layoutManager().addLayout(layout)
    item = QgsLayoutItemLegend(layout)
    layout.addLayoutItem(item)
    item.setAutoUpdateModel(follows)
    return item


def test_classes_are_shown_with_their_ranges_and_no_band_name(
    project_layers: ProjectLayers, make_image: MakeImage, model: QgsLayerTreeModel
) -> None:
    assert texts(model, add(project_layers, make_image())) == RANGES


def test_a_picture_shows_no_band_names(
    project_layers: ProjectLayers, make_image: MakeImage, model: QgsLayerTreeModel
) -> None:
    assert texts(model, add(project_layers, make_image(kind="picture"))) == []


def test_an_edit_changes_the_ranges_and_the_number_of_rows(
    project_layers: ProjectLayers, make_image: MakeImage, model: QgsLayerTreeModel
) -> None:
    layer = add(project_layers, make_image())
    project_layers.preview("Sample data", "viz-1", "dynamic", {key_of(MAY): FOUR})
    assert texts(model, layer) == [*RANGES[:2], "Crop (0.5 – 0.8)", "0.8 – 1"]
    project_layers.preview("Sample data", "viz-1", "dynamic", {key_of(MAY): Legend(FOUR.classes[:2])})
    assert texts(model, layer) == RANGES[:2]


def test_a_style_of_the_persons_own_shows_all_its_rows(
    project_layers: ProjectLayers, make_image: MakeImage, model: QgsLayerTreeModel
) -> None:
    picture = add(project_layers, make_image(kind="picture"))
    grey = QgsSingleBandGrayRenderer(picture.dataProvider(), 1)
    enhancement = QgsContrastEnhancement(picture.dataProvider().dataType(1))
    enhancement.setMinimumValue(0)
    enhancement.setMaximumValue(255)
    enhancement.setContrastEnhancementAlgorithm(
        QgsContrastEnhancement.ContrastEnhancementAlgorithm.StretchToMinimumMaximum
    )
    grey.setContrastEnhancement(enhancement)
    picture.setRenderer(grey)
    assert len(texts(model, picture)) == 1
    assert "Band" not in texts(model, picture)[0]


def test_the_style_itself_keeps_the_servers_labels(project_layers: ProjectLayers, make_image: MakeImage) -> None:
    layer = add(project_layers, make_image())
    assert [label for label, _ in layer.renderer().legendSymbologyItems()] == ["Water", "Bare soil", "Dense crop"]


@pytest.mark.parametrize("follows", [True, False])
def test_a_print_legend_says_the_same_also_after_an_edit(
    project_layers: ProjectLayers, make_image: MakeImage, follows: bool
) -> None:
    layer = add(project_layers, make_image())
    item = print_legend(follows=follows)
    assert texts(item.model(), layer) == RANGES
    project_layers.preview("Sample data", "viz-1", "dynamic", {key_of(MAY): FOUR})
    assert texts(item.model(), layer) == [*RANGES[:2], "Crop (0.5 – 0.8)", "0.8 – 1"]


def test_what_a_person_wrote_in_a_print_legend_stays(project_layers: ProjectLayers, make_image: MakeImage) -> None:
    layer = add(project_layers, make_image())
    item = print_legend(follows=False)
    node = item.model().rootGroup().findLayer(layer.id())
    QgsMapLayerLegendUtils.setLegendNodeUserLabel(node, 1, "Open water")
    item.model().refreshLayerLegend(node)
    project_layers.preview("Sample data", "viz-1", "dynamic", {key_of(MAY): legend(top=0.9)})
    assert texts(item.model(), layer)[0] == "Open water"
    assert node_of(layer).customProperty("legend/label-1") == RANGES[0]


def test_rows_survive_the_project_and_are_written_for_one_of_an_earlier_version(
    project_layers: ProjectLayers, make_image: MakeImage, model: QgsLayerTreeModel, tmp_path: Path
) -> None:
    layer_id = add(project_layers, make_image()).id()
    project, path = QgsProject.instance(), str(tmp_path / "project.qgz")
    assert project.write(path)
    assert project.read(path)
    assert texts(model, project.mapLayer(layer_id)) == RANGES
    node = node_of(project.mapLayer(layer_id))
    for key in node.customProperties():
        node.removeCustomProperty(key)
    assert project.write(path)
    assert project.read(path)
    assert texts(model, project.mapLayer(layer_id)) == RANGES
    assert not project.isDirty()
    project_layers.preview("Sample data", "viz-1", "dynamic", {key_of(MAY): FOUR})
    assert len(texts(model, project.mapLayer(layer_id))) == 4


def test_layers_of_others_are_left_alone(
    project_layers: ProjectLayers, make_image: MakeImage, model: QgsLayerTreeModel
) -> None:
    mine = QgsRasterLayer(str(make_image().path), "Mine")
    QgsProject.instance().addMapLayer(mine)
    assert node_of(mine).customProperties() == []


def test_rows_are_written_quickly(
    project_layers: ProjectLayers, make_image: MakeImage, model: QgsLayerTreeModel
) -> None:
    layer = add(project_layers, make_image())
    times = []
    for step in range(30):
        began = time.thread_time()
        project_layers.preview("Sample data", "viz-1", "dynamic", {key_of(MAY): legend(top=0.9 + step / 1000)})
        times.append(time.thread_time() - began)
    assert texts(model, layer)[-1] == "Dense crop (0.5 – 0.929)"
    assert sorted(times)[len(times) // 2] < 0.010


@pytest.mark.parametrize(
    ("low", "high", "label", "expected"),
    [
        (0.2, 0.4, "Low", "Low (0.2 – 0.4)"),
        (0.2, 0.4, "", "0.2 – 0.4"),
        (None, 0.4, "Low", "Low (< 0.4)"),
        (0.2, None, "High", "High (≥ 0.2)"),
        (None, None, "All", "All"),
        (0.2, 0.4, "0.2 to 0.4", "0.2 to 0.4"),
        (0.123456789, 0.23456789, "Low", "Low (0.1235 – 0.2346)"),
        (0.12345678, 0.12345679, "Low", "Low (0.12345678 – 0.12345679)"),
        (0, 51, "Very Low", "Very Low (0 – 51)"),
        (1e-7, 12345, "", "1e-07 – 12,345"),
        (-0.05, 0, "Bare", "Bare (-0.05 – 0)"),
        (1234.5678, 2345.1, "", "1,235 – 2,345"),
    ],
)
def test_a_row_says_label_and_values(low: float | None, high: float | None, label: str, expected: str) -> None:
    assert row_text(LegendClass(low, high, Colour(1, 2, 3), label), ColourMapKind.INTERVALS) == expected


def test_a_code_is_explained_by_its_label() -> None:
    assert row_text(LegendClass(3, 3, Colour(1, 2, 3), "Forest"), ColourMapKind.VALUES) == "Forest"


def test_ranges_are_written_as_the_locale_does() -> None:
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.German, QLocale.Country.Germany))
    try:
        entry = LegendClass(0.25, 0.5, Colour(1, 2, 3), "Gering")
        assert row_text(entry, ColourMapKind.INTERVALS) == "Gering (0,25 – 0,5)"
    finally:
        QLocale.setDefault(before)


def test_a_layer_that_was_opened_without_its_file_has_its_rows_when_the_file_is_back(
    project_layers: ProjectLayers, make_image: MakeImage, model: QgsLayerTreeModel, tmp_path: Path
) -> None:
    image = make_image()
    key = add(project_layers, image).id()
    project, file = QgsProject.instance(), tmp_path / "season.qgs"
    assert project.write(str(file))
    project.clear()
    away = image.path.rename(image.path.with_name("away.tif"))
    project.read(str(file))
    layer = project.mapLayer(key)
    assert not layer.isValid()
    away.rename(image.path)
    restore(layer, image)
    assert layer.isValid()
    assert texts(model, layer) == RANGES
    shown = [type(row) for row in QgsLayerTreeModel(project.layerTreeRoot()).layerLegendNodes(node_of(layer))]
    assert shown == [QgsRasterSymbolLegendNode] * 3, "each text beside its colour"
