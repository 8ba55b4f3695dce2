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


class Stage:
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
def stage(project_layers: ProjectLayers, make_image: MakeImage) -> Iterator[Stage]:
    found = Stage(project_layers, make_image)
    yield found
    found.view.close()


def test_the_edited_date_is_seen_alone(stage: Stage) -> None:
    stage.view.show(stage.theoretical)
    assert stage.seen() == ["NDVI 2025-05-02 theoretical"]


def test_afterwards_everything_is_as_before(stage: Stage) -> None:
    before = stage.checks()
    for layer in (stage.theoretical, stage.values[0], stage.values[1], stage.theoretical):
        stage.view.show(layer)
        assert stage.seen() == [layer.name()]
    stage.view.put_back()
    assert stage.checks() == before
    assert stage.marks() == []


def test_groups_that_were_unchecked_are_again(stage: Stage) -> None:
    stage.root.findGroup("Farms").setItemVisibilityChecked(False)
    stage.stack(stage.theoretical).setItemVisibilityChecked(False)
    before = stage.checks()
    stage.view.show(stage.theoretical)
    assert stage.seen() == ["NDVI 2025-05-02 theoretical"]
    stage.view.put_back()
    assert stage.checks() == before


def test_a_project_saved_in_between_opens_as_it_was(stage: Stage, tmp_path: Path) -> None:
    before, path = stage.checks(), str(tmp_path / "project.qgz")
    stage.view.show(stage.values[0])
    assert stage.project.write(path)
    assert stage.project.read(path)
    assert stage.checks() == before
    assert stage.marks() == []
    assert not stage.project.isDirty()


def test_what_a_person_shows_or_hides_meanwhile_stays(stage: Stage) -> None:
    stage.view.show(stage.values[0])
    stage.stack(stage.pictures[0]).setItemVisibilityChecked(True)
    stage.view.show(stage.values[1])
    assert stage.seen() == ["NDVI 2025-06-01 picture", "NDVI 2025-05-02"]
    stage.root.findLayer(stage.values[2].id()).setItemVisibilityChecked(True)
    stage.view.put_back()
    assert [name for name in stage.seen() if "picture" not in name and "theoretical" not in name] == [
        "NDVI 2025-06-01",
        "NDVI 2025-05-02",
    ]


def test_what_is_added_while_editing_is_seen(stage: Stage) -> None:
    stage.view.show(stage.values[0])
    stage.add("2025-07-01", kind="picture")
    assert stage.seen() == ["NDVI 2025-07-01 picture", "NDVI 2025-04-12"]
    stage.view.put_back()
    assert "NDVI 2025-07-01 picture" in stage.seen()


def test_a_stack_that_was_added_to_be_edited_gives_way_to_what_it_replaced(stage: Stage) -> None:
    before = stage.seen()
    added = stage.add(DAYS[0], visualization_id="viz-2", visualization_title="EVI", suffix="_evi")
    stage.view.show(added, is_added=True)
    assert stage.seen() == ["EVI 2025-04-12"]
    stage.view.put_back()
    assert stage.seen() == before


def test_a_stack_that_was_added_to_an_empty_map_stays_visible(stage: Stage) -> None:
    stage.root.removeAllChildren()
    added = stage.add(DAYS[0], visualization_id="viz-2", visualization_title="EVI", suffix="_evi")
    stage.view.show(added, is_added=True)
    stage.view.put_back()
    assert stage.seen() == ["EVI 2025-04-12"]


def test_layers_elsewhere_and_of_other_origin_stay(stage: Stage, make_image: MakeImage) -> None:
    mine = QgsRasterLayer(str(make_image("2025-01-01").path), "Basemap")
    stage.project.addMapLayer(mine)
    among = mine.clone()
    among.setName("Among")
    stage.project.addMapLayer(among, False)
    stage.stack(stage.pictures[0]).insertLayer(0, among)
    stage.view.show(stage.theoretical)
    assert set(stage.seen()) == {"Basemap", "Among", "NDVI 2025-05-02 theoretical"}
    assert stage.view.covering(stage.theoretical) == [mine, among]
    mine.setOpacity(0.5)
    assert stage.view.covering(stage.theoretical) == [among]
    stage.view.put_back()
    assert {"Basemap", "Among", "NDVI 2025-06-01 picture"} <= set(stage.seen())


def test_another_place_is_left_as_it_is(stage: Stage, tmp_path: Path) -> None:
    image = stage.make_image("2025-05-02", suffix="_far", visualization_id="viz-2", visualization_title="EVI")
    moved = tmp_path / "far.tif"
    west, north = 10.0, 50.0
    gdal.Translate(str(moved), str(image.path), outputBounds=(west, north, west + 1, north - 1))
    far = stage.layers.add(replace(image, path=moved), project_name="Farms", aoi_name="Far")
    stage.view.show(stage.theoretical)
    assert set(stage.seen()) == {far.name(), "NDVI 2025-05-02 theoretical"}


def test_a_layer_of_ours_that_a_person_put_elsewhere_is_hidden_alone(stage: Stage) -> None:
    node = stage.root.findLayer(stage.pictures[2].id())
    stage.root.insertChildNode(0, node.clone())
    node.parent().removeChildNode(node)
    before = stage.checks()
    stage.view.show(stage.theoretical)
    assert stage.seen() == ["NDVI 2025-05-02 theoretical"]
    stage.view.show(stage.pictures[2])
    assert stage.seen() == ["NDVI 2025-06-01 picture"]
    stage.view.put_back()
    assert stage.checks() == before


def test_while_animated_every_date_of_the_edited_stack_is_visible(stage: Stage) -> None:
    stage.view.show(stage.values[0])
    stage.filtered = True
    date_visibility.follow(stage.root, filtered=True)
    stage.view.show(stage.values[1])
    assert stage.seen() == [f"NDVI {day}" for day in DAYS[::-1]]
    stage.view.put_back()
    stage.filtered = False
    date_visibility.follow(stage.root, filtered=False)
    assert stage.seen() == ["NDVI 2025-06-01 picture", "NDVI 2025-06-01", "NDVI 2025-05-02 theoretical"]


def test_closing_puts_back_and_a_layer_outside_the_tree_is_not_shown(stage: Stage) -> None:
    before = stage.checks()
    stage.view.show(stage.values[0])
    EditView(stage.project, lambda: False).close()
    assert stage.checks() == before
    stage.root.findGroup("Farms").removeAllChildren()
    assert not stage.view.show(stage.values[0])


def test_a_change_among_many_dates_is_quick(stage: Stage) -> None:
    first = datetime.date(2024, 1, 1)
    layers = [stage.add((first + datetime.timedelta(days=number)).isoformat()) for number in range(200)]
    times = []
    for layer in layers[10:20]:
        began = time.thread_time()  # other processes do not count
        stage.view.show(layer)
        times.append(time.thread_time() - began)
    assert min(times) < 0.015
