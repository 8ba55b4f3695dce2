"""Indicators in the layer tree say what state a layer is in, and a click on one leads to the remedy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pixxel_explorer.plugin.api.client import ApiClient
from pixxel_explorer.plugin.integrations.layer_marks import LayerMarks, LayerState
from pixxel_explorer.plugin.layers import identity
from pixxel_explorer.plugin.layers.project_layers import ProjectLayers
from pixxel_explorer.plugin.legend.vocabulary import LegendMode
from pixxel_explorer.plugin.legend_sync.service import PushRequest, push_legends, read_legends
from pixxel_explorer.plugin.sld.reader import read_legend
from pixxel_explorer.tests.held_requests import HeldRequests
from pixxel_explorer.tests.sandbox_server import ServedSandbox, served
from pixxel_explorer.ui.dialogs.push_dialog import PushDialog
from qgis.core import QgsLayerTreeModel, QgsLayerTreeNode, QgsProject
from qgis.gui import QgsLayerTreeView
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QToolButton

from ..layers.conftest import MakeImage
from .opened_dock import OpenedDock, opened, shown_interface, start, until

COUNT = 6
LABEL = 3


class Tree:
    """The layer tree of QGIS, beside the plugin."""

    def __init__(self, view: QgsLayerTreeView) -> None:
        self.view = view
        if view.model() is None:
            view.setModel(QgsLayerTreeModel(QgsProject.instance().layerTreeRoot(), view))
        view.resize(500, 700)
        view.show()

    def node(self, name: str) -> QgsLayerTreeNode:
        layer = until(lambda: QgsProject.instance().mapLayersByName(name))[0]
        return QgsProject.instance().layerTreeRoot().findLayer(layer.id())

    def tips(self, node: QgsLayerTreeNode) -> list[str]:
        """Return the first words of the indicators of a row."""
        return [indicator.toolTip().split(".")[0] for indicator in self.view.indicators(node)]

    def click(self, node: QgsLayerTreeNode, tip: str) -> None:
        """Click by mouse on the indicator of a row that has a tooltip."""
        until(lambda: any(tip in each for each in self.tips(node)))
        self.view.expandAll()
        QTest.qWait(50)
        place = self._place(node, tip)
        QTest.mouseClick(self.view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)

    def _place(self, node: QgsLayerTreeNode, tip: str) -> QPoint:
        """Return the middle of an indicator: QGIS draws them at the right end of a row."""
        tips = [indicator.toolTip() for indicator in self.view.indicators(node)]
        number = next(n for n, each in enumerate(tips) if tip in each)
        row = self.view.visualRect(self.view.node2index(node))
        return QPoint(row.right() - (len(tips) - number) * row.height() + row.height() // 2, row.center().y())


@pytest.fixture
def tree(dock: OpenedDock) -> Iterator[Tree]:
    found = Tree(dock.interface.tree)
    yield found
    found.view.setModel(None)


def edit(dock: OpenedDock, text: str = "Edited") -> None:
    """Edit a label of the open legend."""
    assert dock.editor.model.setData(dock.editor.model.index(0, LABEL), text, Qt.ItemDataRole.EditRole)


def test_an_edited_date_is_marked_and_the_mark_opens_its_legend(dock: OpenedDock, tree: Tree) -> None:
    dock.add("values", COUNT)
    dock.open_legend()
    day = dock.edited_day
    assert tree.tips(tree.node(f"NDVI {day}")) == []
    edit(dock)
    until(lambda: tree.tips(tree.node(f"NDVI {day}")))
    assert tree.tips(tree.node(f"NDVI {dock.days[-2]}")) == []
    dock.legend_panel.parent().close()
    assert not dock.legend_panel.isVisible()
    tree.click(tree.node(f"NDVI {day}"), "not pushed")
    until(dock.legend_panel.isVisible)
    assert dock.edited_day == day
    dock.editor.undo_action.trigger()
    until(lambda: tree.tips(tree.node(f"NDVI {day}")) == [])


def test_edits_that_are_only_on_disk_are_marked(dock: OpenedDock, tree: Tree) -> None:
    dock.add("values", COUNT)
    dock.open_legend()
    edit(dock)
    until(lambda: tree.tips(tree.node(f"NDVI {dock.edited_day}")))
    node = tree.node(f"NDVI {dock.edited_day}")
    dock.legend_panel.close()  # releases the draft
    dock.application.legends.panel = None
    dock.plugin._layer_states.update()
    QTest.qWait(200)
    assert len(tree.tips(node)) == 1


@pytest.fixture
def server() -> HeldRequests:
    return HeldRequests(r"/png$")


@pytest.fixture
def sandbox(tmp_path: Path, server: HeldRequests) -> Iterator[ServedSandbox]:
    with served(tmp_path / "state", server.around) as found:
        yield found


@pytest.fixture
def served_tree(profile: Path, sandbox: ServedSandbox) -> Iterator[tuple[OpenedDock, Tree]]:
    with opened(sandbox.url) as dock:
        found = Tree(dock.interface.tree)
        yield dock, found
        found.view.setModel(None)


def test_a_load_and_its_failures_are_marked_at_the_stack(
    served_tree: tuple[OpenedDock, Tree], server: HeldRequests
) -> None:
    dock, tree = served_tree
    dock.add("picture", COUNT)
    dock.wait_until_idle()
    stack = tree.node(f"NDVI {dock.days[-1]} picture").parent()
    assert tree.tips(stack) == []
    server.is_held = True
    dock.panel.card.add_checked()
    again = dock.panel.message_bar.findChild(QToolButton, "answerButton0")
    again.click()
    until(lambda: tree.tips(stack) == ["Dates are being loaded"])
    assert tree.tips(tree.node(f"NDVI {dock.days[-1]} picture"))[0] == "Dates are being loaded"
    server.fault, server.is_held = (200, b'{"png": "http'), False
    until(lambda: tree.tips(stack) == ["Some dates could not be loaded"])
    dock.panel.message_bar.clearWidgets()
    dock.plugin._dock.hide()
    tree.click(stack, "could not be loaded")
    (text,) = until(dock.list_messages)
    assert "of NDVI could not be loaded" in text
    assert dock.plugin._dock.isVisible()
    server.fault = None
    until(lambda: dock.panel.message_bar.findChild(QToolButton, "messageActionButton")).click()
    until(lambda: tree.tips(stack) == [])
    dock.wait_until_idle()


def change_on_the_server(sandbox: ServedSandbox, dock: OpenedDock, day: str) -> None:
    """Let another user push another label for a date."""
    item = dock.panel.card.item
    date = next(date for date in item.dates if date.day.isoformat() == day)

    async def push(client: ApiClient) -> None:
        known = (await read_legends(client, item, LegendMode.DYNAMIC, read_legend)).legends[date.legend_key]
        classes = (replace(known.classes[0], label="Theirs"), *known.classes[1:])
        request = PushRequest(item, LegendMode.DYNAMIC, {date.legend_key: replace(known, classes=classes)})
        await push_legends(client, request, read_legend)

    sandbox.do(push)


def test_a_legend_changed_on_the_server_is_marked_and_the_layer_loaded_again(
    served_tree: tuple[OpenedDock, Tree], sandbox: ServedSandbox
) -> None:
    dock, tree = served_tree
    dock.add("values", COUNT)
    dock.wait_until_idle()
    day = dock.days[-1]
    node = tree.node(f"NDVI {day}")
    before = identity.of(node.layer()).legend_hash
    QTest.qWait(1100)  # times of loads have whole seconds
    change_on_the_server(sandbox, dock, day)
    assert tree.tips(node) == []
    dock.panel.refresh()
    until(lambda: tree.tips(node) == ["The legend changed on the server since this layer was loaded"])
    assert tree.tips(tree.node(f"NDVI {dock.days[-2]}")) == []
    tree.click(node, "changed on the server")
    until(lambda: identity.of(node.layer()).legend_hash != before)
    until(lambda: tree.tips(node) == [])
    assert len(QgsProject.instance().mapLayers()) == COUNT


def test_edits_that_meet_a_change_are_marked_and_compared_by_a_click(
    served_tree: tuple[OpenedDock, Tree], sandbox: ServedSandbox
) -> None:
    dock, tree = served_tree
    dock.add("values", COUNT)
    dock.open_legend()
    edit(dock)
    node = tree.node(f"NDVI {dock.edited_day}")
    change_on_the_server(sandbox, dock, dock.edited_day)
    dock.legend_panel.reload()
    until(lambda: "Your edits of this legend and a change on the server meet" in tree.tips(node))
    tree.click(node, "meet")
    dialog = until(lambda: dock.legend_panel.findChild(PushDialog))
    until(dialog.isVisible)
    dialog.reject()


def test_a_place_that_is_not_certain_is_marked_without_the_dock(profile: Path, make_image: MakeImage) -> None:
    project = QgsProject.instance()
    with shown_interface() as interface:
        tree, plugin = Tree(interface.tree), start(interface)
        layers = ProjectLayers(project, lambda: ["Sample data"])
        for kind in ("picture", "values"):
            layers.add(make_image("2025-05-02", kind), project_name="Farms", aoi_name="Farm near Raba")
        picture, values = tree.node("NDVI 2025-05-02 picture"), tree.node("NDVI 2025-05-02")
        until(lambda: tree.tips(picture))
        assert tree.tips(values) == []
        check_moved_copied_and_reopened(tree, profile / "map.qgz")
        picture = tree.node("NDVI 2025-05-02 picture")
        plugin.unload()
        assert tree.tips(picture) == []
        interface.tree.setModel(None)


def test_a_layer_whose_visualization_is_gone_leaves_the_list_as_it_is(
    dock: OpenedDock, tree: Tree, make_image: MakeImage
) -> None:
    model = dock.panel.model
    orchard = next(aoi for aoi in model.aois() if aoi.name == "Hillside orchard")
    image = make_image("2025-05-02", "picture", aoi_id=orchard.aoi_id, visualization_id="gone")
    ProjectLayers(QgsProject.instance(), lambda: ["Sample data"]).add(image, project_name="Farms", aoi_name="Orchard")
    tree.click(tree.node("NDVI 2025-05-02 picture"), "not certain")
    assert "not in the list" in until(dock.list_messages)[0]
    dock.select("Farm near Raba", 0)
    dock.application.catalog.load_visualizations(dock.panel.list.tree.aoi.aoi_id)
    dock.wait_until_idle()
    assert dock.panel.list.tree.aoi.name == "Farm near Raba"


def check_moved_copied_and_reopened(tree: Tree, file: Path) -> None:
    """Check that a mark follows its layer, but not to a copy of it."""
    project, name = QgsProject.instance(), "NDVI 2025-05-02 picture"
    node = tree.node(name)
    copy = node.layer().clone()
    copy.setName("Mine")
    project.addMapLayer(copy)
    group = project.layerTreeRoot().addGroup("Mine")
    group.addChildNode(node.clone())
    node.parent().removeChildNode(node)
    until(lambda: len(tree.tips(tree.node(name))) == 1)
    assert tree.node(name).parent() is group
    assert tree.tips(tree.node("Mine")) == []
    assert project.write(str(file))
    project.clear()
    assert project.read(str(file))
    until(lambda: len(tree.tips(tree.node(name))) == 1)
    assert tree.tips(tree.node("Mine")) == []


def test_each_state_has_a_picture_and_a_sentence_of_its_own(profile: Path, make_image: MakeImage) -> None:
    with shown_interface() as interface:
        tree = Tree(interface.tree)
        layers = ProjectLayers(QgsProject.instance(), lambda: ["Sample data"])
        layers.add(make_image(), project_name="Farms", aoi_name="Farm near Raba")
        node = tree.node("NDVI 2025-05-02")
        marks = LayerMarks(tree.view, QgsProject.instance().layerTreeRoot())
        marks.show({node: list(LayerState)})
        shown = tree.view.indicators(node)
        images = [each.icon().pixmap(24, 24).toImage() for each in shown]
        assert not any(image.isNull() for image in images)
        assert all(images.count(image) == 1 for image in images)
        assert len({each.toolTip() for each in shown}) == len(LayerState)
        marks.close()
        interface.tree.setModel(None)
