"""A legend of 0 to 255 over an index: drawn only when somebody said how, and then at the right values."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pixxel_explorer.plugin.imagery.loaded import LoadedImage
from pixxel_explorer.plugin.imagery.statistics import value_range
from pixxel_explorer.plugin.layers import builder, units_note, value_style
from pixxel_explorer.plugin.layers.project_layers import ProjectLayers
from pixxel_explorer.plugin.legend.spec import Colour, Legend, LegendClass
from pixxel_explorer.plugin.legend.units import in_values
from pixxel_explorer.plugin.legend.vocabulary import Units
from pixxel_explorer.plugin.sld import writer
from qgis.core import QgsRasterLayer

RED, GREEN = Colour(255, 0, 0), Colour(0, 255, 0)
EIGHT_BIT = Legend((LegendClass(0, 127.5, RED, "low"), LegendClass(127.5, 255, GREEN, "high")), closed_top=True)
MakeImage = Callable[..., LoadedImage]


@pytest.fixture
def doubtful(make_image: MakeImage) -> Callable[..., LoadedImage]:
    """Return a maker of images whose legend is in 8 bits and whose raster is not."""

    def make(**more: Any) -> LoadedImage:
        image = make_image(kind="values", legend=EIGHT_BIT, display=(-1.0, 1.0), **more)
        return replace(image, values=value_range(image.path))

    return make


def bounds(layer: QgsRasterLayer) -> list[float]:
    items = layer.renderer().shader().rasterShaderFunction().colorRampItemList()
    return [pytest.approx(item.value, abs=1e-9) for item in items]


def test_the_range_of_a_raster_is_measured(make_image: MakeImage) -> None:
    found = value_range(make_image(kind="values").path)
    assert found is not None
    assert -1 <= found[0] < found[1] <= 1


def test_bytes_and_pictures_have_no_range_to_compare_with(make_image: MakeImage) -> None:
    assert value_range(make_image(kind="picture").path) is None


def test_a_layer_whose_units_nobody_knows_is_left_grey(doubtful: Callable[..., LoadedImage]) -> None:
    layer = builder.build(doubtful())
    assert layer.renderer().type() == "singlebandgray"
    assert units_note.read_units(layer) == ("unclear", (-1.0, 1.0))


def test_edits_do_not_colour_it_either(doubtful: Callable[..., LoadedImage], project_layers: ProjectLayers) -> None:
    image = doubtful()
    layer = project_layers.add(image, project_name="p", aoi_name="a")
    project_layers.preview(image.connection, image.visualization_id, image.mode, {image.date_key: EIGHT_BIT})
    assert layer.renderer().type() == "singlebandgray"


@pytest.mark.parametrize("units", [Units.DISPLAY, Units.FITTING])
def test_display_values_are_spread_over_the_display_range(doubtful: Callable[..., LoadedImage], units: str) -> None:
    layer = builder.build(doubtful(units=units))
    assert bounds(layer) == [0.0, 1.0]
    assert units_note.read_units(layer) == ("display", (-1.0, 1.0))


def test_edits_are_drawn_in_the_same_units(doubtful: Callable[..., LoadedImage], project_layers: ProjectLayers) -> None:
    image = doubtful(units=Units.DISPLAY)
    layer = project_layers.add(image, project_name="p", aoi_name="a")
    edited = EIGHT_BIT.replacing(0, maximum=51).replacing(1, minimum=51)
    project_layers.preview(image.connection, image.visualization_id, image.mode, {image.date_key: edited})
    assert bounds(layer) == [-0.6, 1.0]


def test_who_says_that_the_numbers_are_the_rasters_gets_them_as_they_are(
    doubtful: Callable[..., LoadedImage],
) -> None:
    layer = builder.build(doubtful(units=Units.VALUES))
    assert bounds(layer) == [127.5, 255.0]


def test_a_legend_that_fits_needs_no_question(make_image: MakeImage) -> None:
    image = make_image(kind="values", display=(-1.0, 1.0))
    image = replace(image, values=value_range(image.path))
    reading = value_style.reading_of(image)
    assert reading is not None
    assert reading.units is Units.VALUES
    layer = builder.build(image)
    assert layer.customProperty("pixxel/units") is None
    assert layer.renderer().type() == "singlebandpseudocolor"


def test_the_servers_style_settles_the_question_where_it_has_the_same_edges(
    doubtful: Callable[..., LoadedImage], project_layers: ProjectLayers
) -> None:
    image = doubtful(sld=writer.write(in_values(EIGHT_BIT, (-1.0, 1.0)), "NDVI"))
    layer = project_layers.add(image, project_name="p", aoi_name="a")
    assert layer.renderer().type() == "singlebandpseudocolor"
    assert units_note.read_units(layer)[0] == "display"
    edited = EIGHT_BIT.replacing(0, maximum=51).replacing(1, minimum=51)
    project_layers.preview(image.connection, image.visualization_id, image.mode, {image.date_key: edited})
    assert bounds(layer) == [-0.6, 1.0]


def test_a_style_that_fits_draws_although_the_legends_units_are_not_certain(
    doubtful: Callable[..., LoadedImage], project_layers: ProjectLayers
) -> None:
    style = Legend((LegendClass(-1, 0.2, RED), LegendClass(0.2, 1, GREEN)), closed_top=True)
    image = doubtful(sld=writer.write(style, "NDVI"))
    layer = project_layers.add(image, project_name="p", aoi_name="a")
    before = bounds(layer)
    assert before == [0.2, 1.0]
    assert units_note.read_units(layer)[0] == "unclear"
    project_layers.preview(image.connection, image.visualization_id, image.mode, {image.date_key: EIGHT_BIT})
    assert bounds(layer) == before


def test_the_words_on_a_layer_are_plain_texts_in_its_style_file(
    doubtful: Callable[..., LoadedImage], tmp_path: Path
) -> None:
    layer = builder.build(doubtful())
    assert [type(layer.customProperty(f"pixxel/{name}")) for name in ("mode", "kind", "units")] == [str, str, str]
    builder.save_style(layer, tmp_path / "layer.qml")
    written = (tmp_path / "layer.qml").read_text(encoding="utf-8")
    for name, text in (("mode", "dynamic"), ("kind", "values"), ("units", "unclear")):
        option = re.search(rf'<Option [^>]*name="pixxel/{name}"[^>]*>', written)
        assert option is not None
        assert 'type="QString"' in option[0]
        assert f'value="{text}"' in option[0]


def test_units_noted_by_a_later_version_are_unclear(doubtful: Callable[..., LoadedImage]) -> None:
    layer = builder.build(doubtful(units=Units.DISPLAY))
    layer.setCustomProperty("pixxel/units", "fathoms")
    assert units_note.read_units(layer) == (Units.UNCLEAR, (-1.0, 1.0))
