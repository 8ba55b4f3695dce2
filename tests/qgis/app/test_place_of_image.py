"""The place of an image is chosen on the map: previewed, moved by mouse and keys, kept for its visualization."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pixxel_explorer.plugin.layers import identity
from pixxel_explorer.tests.held_requests import HeldRequests
from pixxel_explorer.tests.sandbox_server import served
from pixxel_explorer.ui.dialogs.place_dialog import PlaceDialog
from qgis.core import QgsCoordinateTransform, QgsPointXY, QgsProject, QgsRasterLayer, QgsRectangle
from qgis.gui import QgsLayerTreeMapCanvasBridge, QgsMapCanvas
from qgis.PyQt.QtCore import QEvent, QPointF, Qt
from qgis.PyQt.QtGui import QMouseEvent
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication, QDialogButtonBox

from .opened_dock import OpenedDock, opened, shown_interface, start, until
from .test_layer_states import Tree
from .traces import traces

DOUBTFUL = "Natural colour 2025-08-26 picture"  # the swath covers half of the AOI
NOT_CERTAIN = "not certain"


class Placing:
    """The dock beside layer tree and canvas, with pictures of which the place of one is not certain."""

    def __init__(self, dock: OpenedDock) -> None:
        self.dock, self.canvas = dock, dock.interface.canvas
        self.tree = Tree(dock.interface.tree)
        rows = {self._title(row): row for row in range(2)}
        dock.select("Hillside orchard", rows["Natural colour"])
        dock.add("picture", 5)
        dock.wait_until_idle()
        self.canvas.setDestinationCrs(QgsProject.instance().crs())
        self.layer: QgsRasterLayer = dock.layer(DOUBTFUL)

    def _title(self, row: int) -> str:
        self.dock.select("Hillside orchard", row)
        return str(self.dock.panel.card.item.title)

    def open(self) -> PlaceDialog:
        """Open the dialog by a click on the mark of the layer."""
        self.tree.click(self.tree.node(DOUBTFUL), NOT_CERTAIN)
        return self.dialog()

    def dialog(self) -> PlaceDialog:
        return until(lambda: self.dock.application.places.dialog)

    def press(self, dialog: PlaceDialog, button: QDialogButtonBox.StandardButton) -> None:
        QTest.mouseClick(dialog.buttons.button(button), Qt.MouseButton.LeftButton)

    def on_canvas(self, extent: QgsRectangle) -> QPointF:
        """Return where the upper left corner of an extent of the layer is on the canvas."""
        target = self.canvas.mapSettings().destinationCrs()
        way = QgsCoordinateTransform(self.layer.crs(), target, QgsProject.instance())
        corner = way.transform(QgsPointXY(extent.xMinimum(), extent.yMaximum()))
        found = self.canvas.getCoordinateTransform().transform(corner)
        return QPointF(found.x(), found.y())

    def drag(self, by: QPointF) -> None:
        """Drag the picture from the middle of the canvas."""
        viewport = self.canvas.viewport()
        first = QPointF(viewport.rect().center())
        left, none, no = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
        for kind, place, button, buttons in (
            (QEvent.Type.MouseButtonPress, first, left, left),
            (QEvent.Type.MouseMove, first + by / 2, none, left),
            (QEvent.Type.MouseMove, first + by, none, left),
            (QEvent.Type.MouseButtonRelease, first + by, left, none),
        ):
            QApplication.sendEvent(viewport, QMouseEvent(kind, place, place, button, buttons, no))


@pytest.fixture
def placing(dock: OpenedDock) -> Iterator[Placing]:
    bridge = QgsLayerTreeMapCanvasBridge(QgsProject.instance().layerTreeRoot(), dock.interface.canvas)
    made = Placing(dock)
    yield made
    made.tree.view.setModel(None)
    bridge.deleteLater()


def method(layer: QgsRasterLayer) -> str:
    origin = identity.of(layer)
    assert origin is not None
    return origin.place_method


def edges(extent: QgsRectangle) -> tuple[float, ...]:
    return extent.xMinimum(), extent.yMinimum(), extent.xMaximum(), extent.yMaximum()


def layers_of(canvas: QgsMapCanvas) -> list[str]:
    return [layer.name() for layer in canvas.layers()]


def test_a_cancelled_choice_changes_nothing(placing: Placing) -> None:
    canvas, before = placing.canvas, edges(placing.layer.extent())
    node = placing.tree.node(DOUBTFUL)
    node.setItemVisibilityChecked(True)
    until(lambda: DOUBTFUL in layers_of(canvas))
    shown, tool = layers_of(canvas), canvas.mapTool()
    dialog = placing.open()
    assert [dialog.candidates.item(row).text() for row in range(4)] == [
        "As now: Degrees (EPSG:4326), whole picture",
        "Web Mercator (EPSG:3857), whole picture",
        "UTM (EPSG:32633), whole picture",
        "Degrees (EPSG:4326), without margin",
    ]
    assert layers_of(canvas) == [], "the picture is seen once, and no other date below it"
    dialog.candidates.setCurrentRow(2)
    placing.drag(QPointF(30, 20))
    node.setItemVisibilityChecked(False)
    node.setItemVisibilityChecked(True)
    QTest.qWait(200)
    assert layers_of(canvas) == []
    placing.press(dialog, QDialogButtonBox.StandardButton.Cancel)
    until(lambda: placing.dock.application.places.dialog is None)
    assert (layers_of(canvas), canvas.mapTool()) == (shown, tool)
    assert edges(placing.layer.extent()) == before
    assert placing.tree.tips(node) == ["The place of this image is not certain"]


def test_a_stack_that_is_hidden_beside_the_dialog_stays_hidden(placing: Placing) -> None:
    canvas, stack = placing.canvas, placing.tree.node(DOUBTFUL).parent()
    until(lambda: layers_of(canvas))
    dialog = placing.open()
    stack.setItemVisibilityChecked(False)
    QTest.qWait(200)
    placing.press(dialog, QDialogButtonBox.StandardButton.Cancel)
    until(lambda: placing.dock.application.places.dialog is None)
    QTest.qWait(200)
    assert layers_of(canvas) == []


def test_a_picture_is_moved_by_mouse_and_keys_and_kept_for_all_dates(placing: Placing) -> None:
    layer, canvas = placing.layer, placing.canvas
    before, order = layer.extent(), [each.name() for each in QgsProject.instance().layerTreeRoot().layerOrder()]
    layer.setOpacity(0.7)
    visible = placing.dock.visible_layers()
    dialog = placing.open()
    placing.drag(QPointF(24, 16))
    right, down = dialog.shift
    assert right > 1
    assert down > 1
    step = (right + 1) * before.width() / layer.width(), (down + 10) * before.height() / layer.height()
    extent = canvas.extent()
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    QTest.keyClick(canvas, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert canvas.extent() == extent, "the map stays where it is"
    assert dialog.shift == pytest.approx((right + 1, down + 10))
    start = placing.on_canvas(before)
    placing.press(dialog, QDialogButtonBox.StandardButton.Ok)
    until(lambda: method(layer) == "chosen-by-hand")
    placing.dock.wait_until_idle()
    assert layer.extent().xMinimum() == pytest.approx(before.xMinimum() + step[0])
    assert layer.extent().yMinimum() == pytest.approx(before.yMinimum() - step[1])
    moved = placing.on_canvas(layer.extent()) - start
    pixel = placing.on_canvas(QgsRectangle(*[edge + before.width() / layer.width() for edge in edges(before)])) - start
    assert moved.x() - pixel.x() == pytest.approx(24, abs=1)
    others = [each for each in QgsProject.instance().mapLayers().values() if each is not layer]
    assert {method(each) for each in others} == {"chosen-by-hand"}
    assert {edges(each.extent()) for each in others} == {edges(layer.extent())}
    assert placing.tree.tips(placing.tree.node(DOUBTFUL)) == ["The place of this image was chosen by hand"]
    assert [each.name() for each in QgsProject.instance().layerTreeRoot().layerOrder()] == order
    assert (layer.opacity(), placing.dock.visible_layers()) == (0.7, visible)


def test_a_place_of_one_date_is_used_by_later_loads_and_can_be_forgotten(placing: Placing) -> None:
    dock, layer = placing.dock, placing.layer
    before = edges(layer.extent())
    dialog = placing.open()
    dialog.keep_all.click()
    dialog.right.setValue(3)
    placing.press(dialog, QDialogButtonBox.StandardButton.Ok)
    until(lambda: method(layer) == "chosen-by-hand")
    dock.wait_until_idle()
    chosen = edges(layer.extent())
    assert chosen != before
    others = [each for each in QgsProject.instance().mapLayers().values() if each is not layer]
    assert "chosen-by-hand" not in {method(each) for each in others}
    QgsProject.instance().clear()
    dock.add("picture", 5)
    dock.wait_until_idle()
    layer = dock.layer(DOUBTFUL)
    assert (method(layer), edges(layer.extent())) == ("chosen-by-hand", chosen)
    placing.tree.click(placing.tree.node(DOUBTFUL), "chosen by hand")
    dialog = placing.dialog()
    assert dialog.forget_button.isVisible()
    QTest.mouseClick(dialog.forget_button, Qt.MouseButton.LeftButton)
    until(lambda: method(layer) != "chosen-by-hand")
    assert edges(layer.extent()) == before
    dock.wait_until_idle()


def test_the_dialog_goes_with_its_layer(placing: Placing) -> None:
    placing.open()
    QgsProject.instance().removeMapLayer(placing.layer.id())
    until(lambda: placing.dock.application.places.dialog is None)
    assert placing.dock.plugin.application is not None


def test_a_picture_that_cannot_be_had_is_said(profile: Path, tmp_path: Path) -> None:
    server = HeldRequests(r"/png$")
    with served(tmp_path / "state", server.around) as sandbox, opened(sandbox.url) as dock:
        placing = Placing(dock)
        dock.panel.message_bar.clearWidgets()
        server.fault = (400, b'{"detail": "no"}')
        placing.tree.click(placing.tree.node(DOUBTFUL), NOT_CERTAIN)
        assert len(until(dock.list_messages)) == 1
        dock.wait_until_idle()
        assert dock.application.places.dialog is None
        assert placing.tree.tips(placing.tree.node(DOUBTFUL)) == ["The place of this image is not certain"]
        placing.tree.view.setModel(None)


def test_an_unload_beside_the_dialog_leaves_nothing(profile: Path) -> None:
    with shown_interface() as interface:
        tree = Tree(interface.tree)
        QTest.qWait(300)
        before = traces(interface)
        plugin = start(interface)
        plugin.open_sample_data()
        placing = Placing(OpenedDock(plugin, interface))
        placing.open()
        plugin.unload()
        QgsProject.instance().clear()
        del placing
        QTest.qWait(500)
        assert traces(interface) - before == {}
        tree.view.setModel(None)
