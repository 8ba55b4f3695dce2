"""Which date of a visualization a person sees on the map."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest
from pixxel_explorer.plugin.imagery.loaded import LoadedImage
from pixxel_explorer.plugin.layers.project_layers import ProjectLayers
from pixxel_explorer.plugin.layers.time_stack import day_range
from qgis.core import QgsProject, QgsRasterLayer

from .conftest import key_of

DAYS = ("2025-05-02", "2025-06-02", "2025-07-02")


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


@pytest.fixture
def loaded(make_image: Callable[..., LoadedImage], project_layers: ProjectLayers) -> list[QgsRasterLayer]:
    """Return three dates on the map, the newest of which is visible."""
    return [project_layers.add(make_image(each, "values"), project_name="p", aoi_name="a") for each in DAYS]


def test_the_newest_date_is_seen_until_another_is_shown(
    loaded: list[QgsRasterLayer], project_layers: ProjectLayers
) -> None:
    assert project_layers.seen_key(loaded) == key_of(day(DAYS[2]))
    project_layers.show(loaded[0])
    assert project_layers.seen_key(loaded) == key_of(day(DAYS[0]))
    assert project_layers.seen_key(loaded[1:]) is None


def test_of_two_that_are_visible_the_upper_one_is_seen(
    loaded: list[QgsRasterLayer], project_layers: ProjectLayers
) -> None:
    QgsProject.instance().layerTreeRoot().findLayer(loaded[0].id()).setItemVisibilityChecked(True)
    assert project_layers.seen_key(loaded) == key_of(day(DAYS[2]))


def test_what_lies_in_a_hidden_group_is_not_seen(loaded: list[QgsRasterLayer], project_layers: ProjectLayers) -> None:
    node = QgsProject.instance().layerTreeRoot().findLayer(loaded[2].id())
    node.parent().parent().setItemVisibilityChecked(False)
    assert project_layers.seen_key(loaded) is None


def test_of_an_animated_map_the_date_of_the_frame_is_seen(
    loaded: list[QgsRasterLayer], project_layers: ProjectLayers
) -> None:
    for layer in loaded:
        QgsProject.instance().layerTreeRoot().findLayer(layer.id()).setItemVisibilityChecked(True)
    assert project_layers.seen_key(loaded, day_range(day(DAYS[1]))) == key_of(day(DAYS[1]))
    assert project_layers.seen_key(loaded, day_range(day("2024-01-01"))) is None


def test_only_layers_that_can_be_drawn_and_are_in_the_tree_are_there_already(
    loaded: list[QgsRasterLayer], project_layers: ProjectLayers
) -> None:
    origin = loaded[0].customProperty
    found = project_layers.drawable(
        origin("pixxel/connection"), origin("pixxel/visualization_id"), origin("pixxel/mode"), "values"
    )
    assert list(found.values()) == loaded
    root = QgsProject.instance().layerTreeRoot()
    root.findLayer(loaded[1].id()).parent().removeChildNode(root.findLayer(loaded[1].id()))
    found = project_layers.drawable(
        origin("pixxel/connection"), origin("pixxel/visualization_id"), origin("pixxel/mode"), "values"
    )
    assert list(found) == [key_of(day(DAYS[0])), key_of(day(DAYS[2]))]
    assert project_layers.aoi_ids() == {origin("pixxel/aoi_id")}
