"""Where new dates go: into our own groups, never into an embedded, a copied or another connection's group."""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path

import pytest
from pixxel_explorer.plugin.layers import date_visibility
from pixxel_explorer.plugin.layers.edit_view import EditView
from pixxel_explorer.plugin.layers.project_layers import ProjectLayers
from qgis.core import (
    QgsLayerDefinition,
    QgsLayerTreeGroup,
    QgsLayerTreeLayer,
    QgsMapLayer,
    QgsProject,
    QgsRasterLayer,
)
from qgis.PyQt.QtCore import QCoreApplication

from .conftest import MakeImage, day_or_name, key_of, legend, show_alone

DAYS = ("2025-04-12", "2025-05-02", "2025-06-01")
MAY = datetime.date(2025, 5, 2)
FOREST = legend(label="Forest")


def _add(layers: ProjectLayers, image: object) -> QgsRasterLayer:
    return layers.add(image, project_name="Farms", aoi_name="Farm near Raba")


def _paths(root: QgsLayerTreeGroup) -> list[str]:
    """List the layers in the tree, each with the groups around it."""
    found = []
    for child in root.children():
        if isinstance(child, QgsLayerTreeLayer):
            found.append(day_or_name(child))
        else:
            found += [f"{child.name()}/{path}" for path in _paths(child)]
    return found


def _tree() -> list[str]:
    return _paths(QgsProject.instance().layerTreeRoot())


def _labels(layer: QgsMapLayer) -> list[str]:
    return [label for label, _ in layer.renderer().legendSymbologyItems()]


@pytest.fixture
def saved(project_layers: ProjectLayers, make_image: MakeImage, tmp_path: Path) -> Path:
    """Return a saved project with two dates."""
    for day in DAYS[:2]:
        _add(project_layers, make_image(day))
    path = tmp_path / "other.qgz"
    assert QgsProject.instance().write(str(path))
    QgsProject.instance().clear()
    return path


def _embed(path: Path, group: str) -> QgsLayerTreeGroup:
    """Embed a group as QGIS's dialog does."""
    project = QgsProject.instance()
    embedded = project.createEmbeddedGroup(group, str(path), [])
    assert embedded is not None
    project.layerTreeRoot().addChildNode(embedded)
    return embedded


@pytest.mark.parametrize("group", ["Farms", "Farm near Raba", "NDVI (dynamic)"])
@pytest.mark.parametrize("name", ["mine.qgz", "mine.qgs"])
def test_nothing_is_added_to_an_embedded_group(
    project_layers: ProjectLayers, make_image: MakeImage, saved: Path, tmp_path: Path, group: str, name: str
) -> None:
    project = QgsProject.instance()
    _embed(saved, group)
    before = _tree()
    source = next(iter(project.mapLayers().values())).source()
    for day in DAYS:
        _add(project_layers, make_image(day, suffix="_again"))
    ours = [f"Farms/Farm near Raba/NDVI (dynamic)/{day}" for day in reversed(DAYS)]
    assert sorted(_tree()) == sorted([*before, *ours])
    assert source in [layer.source() for layer in project.mapLayers().values()]
    assert project.write(str(tmp_path / name))
    project.clear()
    assert project.read(str(tmp_path / name))
    assert sorted(_tree()) == sorted([*before, *ours])
    assert project.count() == len(_tree()) == 5
    assert len(project_layers.find("Sample data", "viz-1")) == 3


def test_layers_of_another_project_are_not_restyled(
    project_layers: ProjectLayers, make_image: MakeImage, saved: Path
) -> None:
    project = QgsProject.instance()
    _embed(saved, "Farms")
    assert project_layers.find("Sample data", "viz-1") == []
    project_layers.preview("Sample data", "viz-1", "dynamic", {key_of(MAY): FOREST})
    project_layers.restyle("Sample data", "viz-1", "dynamic", {key_of(MAY): FOREST})
    assert not any("Forest" in _labels(layer) for layer in project.mapLayers().values())
    for layer in project.mapLayers().values():
        assert layer.customProperty("pixxel/visualization_id") == "viz-1"
        assert not layer.temporalProperties().fixedTemporalRange().includeEnd()


def test_visibility_in_an_embedded_group_is_the_persons(
    project_layers: ProjectLayers, make_image: MakeImage, saved: Path
) -> None:
    embedded = _embed(saved, "Farms")
    shown = [node.itemVisibilityChecked() for node in embedded.findLayers()]
    date_visibility.follow(QgsProject.instance().layerTreeRoot(), filtered=True)
    assert [node.itemVisibilityChecked() for node in embedded.findLayers()] == shown
    EditView(QgsProject.instance(), lambda: False).show(_add(project_layers, make_image(DAYS[2])))
    assert [node.itemVisibilityChecked() for node in embedded.findLayers()] == shown


def test_a_single_embedded_layer_is_another_projects(
    project_layers: ProjectLayers, make_image: MakeImage, saved: Path, tmp_path: Path
) -> None:
    project, other = QgsProject.instance(), QgsProject()
    assert other.read(str(saved))
    layer_id = next(iter(other.mapLayers()))
    mine = tmp_path / "mine.qgs"
    assert project.write(str(mine))
    element = f'<maplayer embedded="1" project="./{saved.name}" id="{layer_id}"/>'  # as QGIS writes it
    text = mine.read_text(encoding="utf-8")
    mine.write_text(text.replace("<projectlayers/>", f"<projectlayers>{element}</projectlayers>"), encoding="utf-8")
    assert project.read(str(mine))
    layer = project.mapLayer(layer_id)
    assert layer.isValid()
    assert project_layers.find("Sample data", "viz-1") == []
    source = layer.source()
    day = datetime.date.fromisoformat(layer.customProperty("pixxel/date"))
    assert _add(project_layers, make_image(day.isoformat(), suffix="_b")) is not layer
    assert layer.source() == source


def _copy_group(group: QgsLayerTreeGroup, tmp_path: Path) -> None:
    """Copy a group and paste it on top, as QGIS does, by a layer definition."""
    root, file = QgsProject.instance().layerTreeRoot(), str(tmp_path / "group.qlr")
    assert QgsLayerDefinition.exportLayerDefinition(file, [group])[0]
    holder = root.insertGroup(0, "pasted")
    assert QgsLayerDefinition.loadLayerDefinition(file, QgsProject.instance(), holder)[0]
    QCoreApplication.processEvents()


def test_a_new_date_goes_into_our_group_and_not_into_its_copy(
    project_layers: ProjectLayers, make_image: MakeImage, tmp_path: Path
) -> None:
    root = QgsProject.instance().layerTreeRoot()
    for day in DAYS[:2]:
        _add(project_layers, make_image(day))
    _copy_group(root.findGroup("Farms"), tmp_path)
    pasted = [path for path in _tree() if path.startswith("pasted/")]
    assert len(pasted) == 2
    _add(project_layers, make_image(DAYS[2]))
    assert [path for path in _tree() if path.startswith("pasted/")] == pasted
    assert f"Farms/Farm near Raba/NDVI (dynamic)/{DAYS[2]}" in _tree()
    for layer in project_layers.find("Sample data", "viz-1"):
        QgsProject.instance().removeMapLayer(layer.id())
    root.removeChildNode(root.findGroup("Farms"))
    _add(project_layers, make_image(DAYS[2]))
    assert [path for path in _tree() if path.startswith("pasted/")] == pasted


def test_a_group_that_was_emptied_is_used_again(project_layers: ProjectLayers, make_image: MakeImage) -> None:
    layer = _add(project_layers, make_image())
    QgsProject.instance().layerTreeRoot().findGroup("Farms").setName("My farms")
    QgsProject.instance().removeMapLayer(layer.id())
    _add(project_layers, make_image())
    assert _tree() == ["My farms/Farm near Raba/NDVI (dynamic)/2025-05-02"]


def test_a_group_that_was_moved_into_another_is_still_ours(
    project_layers: ProjectLayers, make_image: MakeImage
) -> None:
    _add(project_layers, make_image(DAYS[0]))
    root = QgsProject.instance().layerTreeRoot()
    stack, holder = root.findGroup("NDVI (dynamic)"), root.addGroup("Report")
    holder.addChildNode(stack.clone())
    stack.parent().removeChildNode(stack)
    _add(project_layers, make_image(DAYS[1]))
    assert [path for path in _tree() if path.startswith("Report/")] == [
        f"Report/NDVI (dynamic)/{day}" for day in (DAYS[1], DAYS[0])
    ]


def test_an_ungrouped_date_stays_where_it_was_put(project_layers: ProjectLayers, make_image: MakeImage) -> None:
    first = _add(project_layers, make_image(DAYS[0]))
    root = QgsProject.instance().layerTreeRoot()
    node = root.findLayer(first)
    root.insertChildNode(0, node.clone())
    root.removeChildNode(root.findGroup("Farms"))
    again = _add(project_layers, make_image(DAYS[0], suffix="_b"))
    assert again is first
    assert _tree() == [DAYS[0]]
    assert EditView(QgsProject.instance(), lambda: False).show(first)
    _add(project_layers, make_image(DAYS[1]))
    assert _tree() == [f"Farms/Farm near Raba/NDVI (dynamic)/{DAYS[1]}", DAYS[0]]


def test_a_layer_that_is_in_no_tree_is_put_back(project_layers: ProjectLayers, make_image: MakeImage) -> None:
    layer = _add(project_layers, make_image())
    node = QgsProject.instance().layerTreeRoot().findLayer(layer)
    node.parent().removeChildNode(node)
    assert _tree() == []
    view = EditView(QgsProject.instance(), lambda: False)
    assert not view.show(layer)
    assert _add(project_layers, make_image(suffix="_b")) is layer
    assert _tree() == ["Farms/Farm near Raba/NDVI (dynamic)/2025-05-02"]
    assert view.show(layer)


def test_what_a_person_puts_among_the_dates_is_left_alone(project_layers: ProjectLayers, make_image: MakeImage) -> None:
    project = QgsProject.instance()
    layers = [_add(project_layers, make_image(day)) for day in DAYS[:2]]
    stack = project.layerTreeRoot().findGroup("NDVI (dynamic)")
    copy = layers[1].clone()
    copy.setName("mine")
    project.addMapLayer(copy, False)
    node = stack.insertLayer(0, copy)
    _add(project_layers, make_image(DAYS[2]))
    assert [day_or_name(child) for child in stack.children()] == ["mine", DAYS[2], DAYS[1], DAYS[0]]
    checked = [child.itemVisibilityChecked() for child in stack.children()]
    assert checked == [True, True, False, False]
    show_alone(layers[0])
    assert node.itemVisibilityChecked()
    node.setItemVisibilityChecked(False)
    date_visibility.follow(project.layerTreeRoot(), filtered=True)
    assert not node.itemVisibilityChecked()
    assert copy not in date_visibility.layers_at_any_time(project.layerTreeRoot())


def test_two_connections_with_the_same_ids_do_not_meet(project_layers: ProjectLayers, make_image: MakeImage) -> None:
    here = _add(project_layers, make_image())
    there = _add(project_layers, replace(make_image(suffix="_b"), connection="Other server"))
    assert here is not there
    assert _tree() == ["Farms/Farm near Raba/NDVI (dynamic)/2025-05-02"] * 2
    assert here.name() != there.name()
    assert project_layers.find("Sample data", "viz-1") == [here]
    assert project_layers.find("Other server", "viz-1") == [there]
    project_layers.preview("Other server", "viz-1", "dynamic", {key_of(MAY): FOREST})
    project_layers.restyle("Other server", "viz-1", "dynamic", {key_of(MAY): FOREST})
    assert "Forest" not in _labels(here)
    assert "Forest" in _labels(there)
    source = here.source()
    _add(project_layers, replace(make_image(suffix="_c"), connection="Other server"))
    assert here.source() == source
    assert QgsProject.instance().count() == 2
    _add(project_layers, replace(make_image(DAYS[2]), connection="Other server"))
    stack = QgsProject.instance().layerTreeRoot().findLayer(there).parent()
    assert [day_or_name(child) for child in stack.children()] == [DAYS[2], DAYS[1]]


def test_layers_of_a_connection_that_nobody_here_has_are_for_all(
    project_layers: ProjectLayers, make_image: MakeImage
) -> None:
    layer = _add(project_layers, replace(make_image(), connection="A colleague's"))
    assert project_layers.find("Sample data", "viz-1") == [layer]
    assert _add(project_layers, make_image(suffix="_b")) is layer
    assert QgsProject.instance().count() == 1
    assert layer.customProperty("pixxel/connection") == "Sample data"


def test_layers_follow_a_connection_to_its_new_name(project_layers: ProjectLayers, make_image: MakeImage) -> None:
    layer = _add(project_layers, replace(make_image(), connection="Other server"))
    project_layers.rename_connection("Other server", "Sample data")
    assert layer.customProperty("pixxel/connection") == "Sample data"
    assert project_layers.find("Sample data", "viz-1") == [layer]
    assert project_layers.find("Other server", "viz-1") == []
    _add(project_layers, make_image(DAYS[2]))
    assert len(_tree()) == 2
    assert len({path.rsplit("/", 1)[0] for path in _tree()}) == 1
    assert len(QgsProject.instance().layerTreeRoot().findGroups(True)) == 3


def test_a_group_of_an_earlier_version_is_known_by_its_layers(
    project_layers: ProjectLayers, make_image: MakeImage
) -> None:
    _add(project_layers, make_image())
    groups = QgsProject.instance().layerTreeRoot().findGroups(True)
    for group in groups:
        group.removeCustomProperty("pixxel/connection")
    _add(project_layers, make_image(DAYS[2]))
    assert QgsProject.instance().layerTreeRoot().findGroups(True) == groups
    _add(project_layers, replace(make_image(DAYS[2], suffix="_b"), connection="Other server"))
    assert len(QgsProject.instance().layerTreeRoot().findGroups(True)) == 6
