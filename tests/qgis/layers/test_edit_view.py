"""The layer tree while a legend is edited, and afterwards."""

from __future__ import annotations

import datetime
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from osgeo import gdal
from pixxel_explorer.plugin.layers import date_visibility
from pixxel_explorer.plugin.layers.edit_view import EditView
from pixxel_explorer.plugin.layers.project_layers import ProjectLayers
from qgis.core import QgsLayerTreeNode, QgsProject, QgsRasterLayer

from .conftest import MakeImage

DAYS = ("2025-04-12", "2025-05-02", "2025-06-01")


class Harness:
    """A project with three dates of NDVI as values and pictures, and one of its theoretical mode."""

    def __init__(self, layers: ProjectLayers, make_image: MakeImage) -> None:
        self.project, self.layers, self.make_image = QgsProject.instance(), layers, make_image
        self.filtered = False
        self.view = EditView(self.project, lambda: self.filtered)
        self.theoretical = self.add(DAYS[1], mode="theoretical", suffix="_t")
        self.values = [self.add(day) for day in DAYS]
        self.pictures = [self.add(day, kind="picture") for day in DAYS]

    def add(self, day: str, **more: object) -> QgsRasterLayer:
        return self.layers.add(self.make_image(day, **more), project_name="Farms", aoi_name="Farm near Raba")

    @property
    def root(self) -> QgsLayerTreeNode:
        return self.project.layerTreeRoot()

    def stack(self, layer: QgsRasterLayer) -> QgsLayerTreeNode:
        return self.root.findLayer(layer.id()).parent()

    def seen(self) -> list[str]:
        """Return the names of the layers that are visible, uppermost first."""
        return [node.name() for node in self.root.findLayers() if node.isVisible()]

    def checks(self) -> dict[str, bool]:
        """Return what is checked in the tree; the day tells layers of one name apart."""
        nodes = [*self.root.findGroups(True), *self.root.findLayers()]
        return {node.name(): node.itemVisibilityChecked() for node in nodes}

    def marks(self) -> list[str]:
        """Return our marks of the editing in the tree."""
        nodes = [*self.root.findGroups(True), *self.root.findLayers()]
        return [key for node in nodes for key in node.customProperties() if "edit" in key]


@pytest.fixture
def harness(project_layers: ProjectLayers, make_image: MakeImage) -> Iterator[Harness]:
    found = Harness(project_layers, make_image)
    yield found
    found.view.close()


def test_the_edited_date_is_seen_alone(harness: Harness) -> None:
    harness.view.show(harness.theoretical)
    assert harness.seen() == ["NDVI 2025-05-02 theoretical"]


def test_afterwards_everything_is_as_before(harness: Harness) -> None:
    before = harness.checks()
    for layer in (harness.theoretical, harness.values[0], harness.values[1], harness.theoretical):
        harness.view.show(layer)
        assert harness.seen() == [layer.name()]
    harness.view.put_back()
    assert harness.checks() == before
    assert harness.marks() == []


def test_groups_that_were_unchecked_are_again(harness: Harness) -> None:
    harness.root.findGroup("Farms").setItemVisibilityChecked(False)
    harness.stack(harness.theoretical).setItemVisibilityChecked(False)
    before = harness.checks()
    harness.view.show(harness.theoretical)
    assert harness.seen() == ["NDVI 2025-05-02 theoretical"]
    harness.view.put_back()
    assert harness.checks() == before


def test_a_project_saved_in_between_opens_as_it_was(harness: Harness, tmp_path: Path) -> None:
    before, path = harness.checks(), str(tmp_path / "project.qgz")
    harness.view.show(harness.values[0])
    assert harness.project.write(path)
    assert harness.project.read(path)
    assert harness.checks() == before
    assert harness.marks() == []
    assert not harness.project.isDirty()


def test_what_a_person_shows_or_hides_meanwhile_stays(harness: Harness) -> None:
    harness.view.show(harness.values[0])
    harness.stack(harness.pictures[0]).setItemVisibilityChecked(True)
    harness.view.show(harness.values[1])
    assert harness.seen() == ["NDVI 2025-06-01 picture", "NDVI 2025-05-02"]
    harness.root.findLayer(harness.values[2].id()).setItemVisibilityChecked(True)
    harness.view.put_back()
    assert [name for name in harness.seen() if "picture" not in name and "theoretical" not in name] == [
        "NDVI 2025-06-01",
        "NDVI 2025-05-02",
    ]


def test_what_is_added_while_editing_is_seen(harness: Harness) -> None:
    harness.view.show(harness.values[0])
    harness.add("2025-07-01", kind="picture")
    assert harness.seen() == ["NDVI 2025-07-01 picture", "NDVI 2025-04-12"]
    harness.view.put_back()
    assert "NDVI 2025-07-01 picture" in harness.seen()


def test_a_stack_that_was_added_to_be_edited_gives_way_to_what_it_replaced(harness: Harness) -> None:
    before = harness.seen()
    added = harness.add(DAYS[0], visualization_id="viz-2", visualization_title="EVI", suffix="_evi")
    harness.view.show(added, is_added=True)
    assert harness.seen() == ["EVI 2025-04-12"]
    harness.view.put_back()
    assert harness.seen() == before


def test_a_stack_that_was_added_to_an_empty_map_stays_visible(harness: Harness) -> None:
    harness.root.removeAllChildren()
    added = harness.add(DAYS[0], visualization_id="viz-2", visualization_title="EVI", suffix="_evi")
    harness.view.show(added, is_added=True)
    harness.view.put_back()
    assert harness.seen() == ["EVI 2025-04-12"]


def test_layers_elsewhere_and_of_other_origin_stay(harness: Harness, make_image: MakeImage) -> None:
    mine = QgsRasterLayer(str(make_image("2025-01-01").path), "Basemap")
    harness.project.addMapLayer(mine)
    among = mine.clone()
    among.setName("Among")
    harness.project.addMapLayer(among, False)
    harness.stack(harness.pictures[0]).insertLayer(0, among)
    harness.view.show(harness.theoretical)
    assert set(harness.seen()) == {"Basemap", "Among", "NDVI 2025-05-02 theoretical"}
    assert harness.view.covering(harness.theoretical) == [mine, among]
    mine.setOpacity(0.5)
    assert harness.view.covering(harness.theoretical) == [among]
    harness.view.put_back()
    assert {"Basemap", "Among", "NDVI 2025-06-01 picture"} <= set(harness.seen())


def test_another_place_is_left_as_it_is(harness: Harness, tmp_path: Path) -> None:
    image = harness.make_image("2025-05-02", suffix="_far", visualization_id="viz-2", visualization_title="EVI")
    moved = tmp_path / "far.tif"
    west, north = 10.0, 50.0
    gdal.Translate(str(moved), str(image.path), outputBounds=(west, north, west + 1, north - 1))
    far = harness.layers.add(replace(image, path=moved), project_name="Farms", aoi_name="Far")
    harness.view.show(harness.theoretical)
    assert set(harness.seen()) == {far.name(), "NDVI 2025-05-02 theoretical"}


def test_a_layer_of_ours_that_a_person_put_elsewhere_is_hidden_alone(harness: Harness) -> None:
    node = harness.root.findLayer(harness.pictures[2].id())
    harness.root.insertChildNode(0, node.clone())
    node.parent().removeChildNode(node)
    before = harness.checks()
    harness.view.show(harness.theoretical)
    assert harness.seen() == ["NDVI 2025-05-02 theoretical"]
    harness.view.show(harness.pictures[2])
    assert harness.seen() == ["NDVI 2025-06-01 picture"]
    harness.view.put_back()
    assert harness.checks() == before


def test_while_animated_every_date_of_the_edited_stack_is_visible(harness: Harness) -> None:
    harness.view.show(harness.values[0])
    harness.filtered = True
    date_visibility.follow(harness.root, filtered=True)
    harness.view.show(harness.values[1])
    assert harness.seen() == [f"NDVI {day}" for day in DAYS[::-1]]
    harness.view.put_back()
    harness.filtered = False
    date_visibility.follow(harness.root, filtered=False)
    assert harness.seen() == ["NDVI 2025-06-01 picture", "NDVI 2025-06-01", "NDVI 2025-05-02 theoretical"]


def test_closing_puts_back_and_a_layer_outside_the_tree_is_not_shown(harness: Harness) -> None:
    before = harness.checks()
    harness.view.show(harness.values[0])
    EditView(harness.project, lambda: False).close()
    assert harness.checks() == before
    harness.root.findGroup("Farms").removeAllChildren()
    assert not harness.view.show(harness.values[0])


def test_a_change_among_many_dates_is_quick(harness: Harness) -> None:
    first = datetime.date(2024, 1, 1)
    layers = [harness.add((first + datetime.timedelta(days=number)).isoformat()) for number in range(200)]
    times = []
    for layer in layers[10:20]:
        began = time.thread_time()  # other processes do not count
        harness.view.show(layer)
        times.append(time.thread_time() - began)
    assert min(times) < 0.015
