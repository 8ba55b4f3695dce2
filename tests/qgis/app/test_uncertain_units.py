"""The question about units: asked once, remembered, and answered for every layer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from osgeo import gdal
from pixxel_explorer.plugin.app.uncertain_units import UncertainUnits, UnitsQuestion
from pixxel_explorer.plugin.host.settings import Settings
from pixxel_explorer.plugin.imagery.loaded import LoadedImage
from pixxel_explorer.plugin.imagery.statistics import value_range
from pixxel_explorer.plugin.layers import units_note
from pixxel_explorer.plugin.layers.project_layers import ProjectLayers
from pixxel_explorer.plugin.legend.scaling import Scaling
from pixxel_explorer.plugin.legend.spec import Colour, Legend, LegendClass
from pixxel_explorer.plugin.legend.units import in_values
from pixxel_explorer.plugin.legend.vocabulary import Units
from pixxel_explorer.plugin.messages.fit_messages import units_question
from pixxel_explorer.plugin.sld.writer import write
from qgis.core import QgsRasterLayer

EIGHT_BIT = Legend((LegendClass(0, 127.5, Colour(255, 0, 0)), LegendClass(127.5, 255, Colour(0, 255, 0))))
DAYS = ("2025-05-02", "2025-06-02")


@pytest.fixture
def settings(qgis_app: object) -> Iterator[Settings]:
    made = Settings()
    made.register()
    made._entries["units"].setValue("{}")
    yield made
    made._entries["units"].setValue("{}")
    made.unregister()


@pytest.fixture
def uncertain(project_layers: ProjectLayers, settings: Settings) -> UncertainUnits:
    return UncertainUnits(project_layers, settings)


@pytest.fixture
def load(
    make_image: Callable[..., LoadedImage], project_layers: ProjectLayers, uncertain: UncertainUnits
) -> Callable[[str], QgsRasterLayer]:
    """Return what loads a date, as the map's controller does."""

    def loaded(day: str, sld: str | None = None) -> QgsRasterLayer:
        image: Any = make_image(day, "values", legend=EIGHT_BIT, display=(-1.0, 1.0), sld=sld)
        image = replace(image, values=value_range(image.path))
        image = replace(image, units=uncertain.known(image.connection, image.visualization_id))
        layer = project_layers.add(image, project_name="p", aoi_name="a")
        uncertain.resolve(image, layer)
        return layer

    return loaded


def test_it_asks_once_for_all_dates_and_the_answer_colours_them(
    uncertain: UncertainUnits, load: Callable[[str], QgsRasterLayer]
) -> None:
    asked: list[UnitsQuestion] = []
    uncertain.asked.connect(asked.append)
    layers = [load(day) for day in DAYS]
    assert len(asked) == 1
    assert {layer.renderer().type() for layer in layers} == {"singlebandgray"}
    uncertain.answer(asked[0], Units.DISPLAY)
    assert {layer.renderer().type() for layer in layers} == {"singlebandpseudocolor"}
    assert {units_note.read_units(layer)[0] for layer in layers} == {"display"}


def test_an_answer_is_remembered_and_can_be_changed(
    uncertain: UncertainUnits, load: Callable[[str], QgsRasterLayer], settings: Settings
) -> None:
    asked: list[UnitsQuestion] = []
    uncertain.asked.connect(asked.append)
    layer = load(DAYS[0])
    uncertain.answer(asked[0], Units.DISPLAY)
    assert settings.units_of("Sample data", "viz-1") == "display"
    later = load(DAYS[1])
    assert len(asked) == 1
    assert later.renderer().type() == "singlebandpseudocolor"
    again = uncertain.question("Sample data", "viz-1")
    assert again is not None
    uncertain.answer(again, Units.VALUES)
    items = layer.renderer().shader().rasterShaderFunction().colorRampItemList()
    assert items[-1].value == pytest.approx(255)
    assert uncertain.chosen("Sample data", "viz-1") == "values"


def test_units_that_were_found_are_known_without_a_question(
    uncertain: UncertainUnits, load: Callable[..., QgsRasterLayer]
) -> None:
    asked: list[UnitsQuestion] = []
    uncertain.asked.connect(asked.append)
    layer = load(DAYS[0], sld=write(in_values(EIGHT_BIT, (-1.0, 1.0)), "NDVI"))
    assert layer.renderer().type() == "singlebandpseudocolor"
    assert asked == []
    assert uncertain.chosen("Sample data", "viz-1") == "display"
    assert uncertain.question("Sample data", "viz-1") is not None


def test_a_date_without_style_is_asked_about_though_another_told_its_units(
    uncertain: UncertainUnits, load: Callable[..., QgsRasterLayer]
) -> None:
    asked: list[UnitsQuestion] = []
    uncertain.asked.connect(asked.append)
    load(DAYS[0], sld=write(in_values(EIGHT_BIT, (-1.0, 1.0)), "NDVI"))
    later = load(DAYS[1])
    assert later.renderer().type() == "singlebandgray"
    assert len(asked) == 1


def test_the_question_tells_both_scales(uncertain: UncertainUnits, load: Callable[[str], QgsRasterLayer]) -> None:
    asked: list[UnitsQuestion] = []
    uncertain.asked.connect(asked.append)
    load(DAYS[0])
    text = units_question(asked[0].title, asked[0].reading)
    assert "NDVI" in text
    assert "0 to 255" in text
    assert "-1 to 1" in text


def test_settings_that_cannot_be_read_know_nothing(settings: Settings) -> None:
    for broken in ("", "[]", "{", '{"a/b": "furlongs"}'):
        settings._entries["units"].setValue(broken)
        assert settings.units_of("a", "b") == ""


def test_answers_follow_their_connection_and_no_other_whose_name_begins_alike(settings: Settings) -> None:
    settings.remember_units("a", "viz", "display")
    settings.remember_units("a/b", "viz", "values")
    settings.rename_choices("a", "c")
    assert settings.units_of("c", "viz") == "display"
    assert settings.units_of("a", "viz") == ""
    assert settings.units_of("a/b", "viz") == "values"


INDEX = Legend((LegendClass(-1, 0, Colour(255, 0, 0)), LegendClass(0, 1, Colour(0, 255, 0))), closed_top=True)


@pytest.fixture
def load_integers(
    make_image: Callable[..., LoadedImage], project_layers: ProjectLayers, uncertain: UncertainUnits
) -> Callable[[str], QgsRasterLayer]:
    """Return what loads a date whose raster holds the index × 10000."""

    def loaded(day: str) -> QgsRasterLayer:
        image: Any = make_image(day, "values", legend=INDEX, display=(-1.0, 1.0))
        dataset = gdal.Open(str(image.path), gdal.GA_Update)
        values = dataset.ReadAsArray()
        dataset.GetRasterBand(1).WriteArray(np.where(values == -9999, values, values * 10000))
        del dataset
        image = replace(image, values=value_range(image.path))
        layer = project_layers.add(image, project_name="p", aoi_name="a")
        uncertain.resolve(image, layer)
        return layer

    return loaded


def test_a_plain_factor_is_offered_and_draws_all_dates_and_edits(
    uncertain: UncertainUnits,
    load_integers: Callable[[str], QgsRasterLayer],
    project_layers: ProjectLayers,
    settings: Settings,
) -> None:
    asked: list[UnitsQuestion] = []
    uncertain.asked.connect(asked.append)
    layer = load_integers(DAYS[0])
    assert layer.renderer().type() == "singlebandgray"
    assert asked[0].reading.scaling == Scaling(10000)
    assert "a factor of 10000 would explain it" in units_question("NDVI", asked[0].reading)
    uncertain.answer_scaling(asked[0], Scaling(10000))
    later = load_integers(DAYS[1])
    assert len(asked) == 1
    for each in (layer, later):
        items = each.renderer().shader().rasterShaderFunction().colorRampItemList()
        assert items[-1].value == 10000
    assert uncertain.chosen("Sample data", "viz-1") == Units.SCALED
    assert settings.units_of("Sample data", "viz-1") == ""
    project_layers.preview(
        "Sample data", "viz-1", "dynamic", {DAYS[0].replace("-", "_"): INDEX.replacing(1, maximum=0.5)}
    )
    assert layer.renderer().shader().rasterShaderFunction().colorRampItemList()[-1].value == 5000
    uncertain.answer(asked[0], Units.VALUES)
    assert layer.renderer().shader().rasterShaderFunction().colorRampItemList()[-1].value == 1
    assert uncertain.chosen("Sample data", "viz-1") == "values"


def test_an_answer_is_for_one_connection(
    uncertain: UncertainUnits, make_image: Callable[..., LoadedImage], project_layers: ProjectLayers
) -> None:
    asked: list[UnitsQuestion] = []
    uncertain.asked.connect(asked.append)
    layers = {}
    for name in ("Sample data", "Other server"):
        image = make_image(DAYS[0], "values", legend=EIGHT_BIT, display=(-1.0, 1.0), connection=name, suffix=f"_{name}")
        image = replace(image, values=value_range(image.path))
        layers[name] = project_layers.add(image, project_name="p", aoi_name="a")
        uncertain.resolve(image, layers[name])
    assert [question.connection for question in asked] == ["Sample data", "Other server"]
    uncertain.answer(asked[1], Units.DISPLAY)
    assert layers["Sample data"].renderer().type() == "singlebandgray"
    assert layers["Other server"].renderer().type() == "singlebandpseudocolor"
    assert uncertain.chosen("Sample data", "viz-1") == ""
    uncertain.rename_connection("Other server", "Third")
    project_layers.rename_connection("Other server", "Third")
    assert uncertain.chosen("Other server", "viz-1") == ""
    assert uncertain.chosen("Third", "viz-1") == "display"
    again = uncertain.question("Third", "viz-1")
    assert again is not None
    uncertain.answer(again, Units.VALUES)
    assert units_note.read_units(layers["Other server"])[0] == "values"
