"""SLD documents in an analyst's hands, run inside a real QGIS: the menu, the dialogs, drops, messages."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["PIXXEL_DESKTOP_SCRIPTS"])))

from driver import Driver, drive
from qgis import utils
from qgis.core import QgsProject, QgsRasterLayer, QgsRasterRange
from qgis.PyQt.QtCore import QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from qgis.PyQt.QtGui import QContextMenuEvent, QDragEnterEvent, QDropEvent, QPainter
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import (
    QApplication,
    QDialogButtonBox,
    QDockWidget,
    QFileDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QToolButton,
    QWidget,
)
from qgis.utils import iface
from terrain import write_documents, write_index, write_masked, write_raster

NAME = "pixxel_explorer"
LOAD, SAVE = "Load SLD Style…", "Save as SLD…"


def scenario(driver: Driver) -> None:
    """Load, look, drop, save, be refused, and unload."""
    folder = driver.out / "data"
    folder.mkdir()
    raster, documents = write_raster(folder / "terrain.tif"), write_documents(folder)
    with driver.step("See a raster as QGIS draws it"):
        layer = open_raster(driver, raster)
        assert layer.renderer().type() == "singlebandgray"
    load(driver, layer, documents["elevation"])
    drop(driver, layer, documents["zones"], raster)
    save(driver, layer, folder / "mine.sld")
    keep_settings(driver, write_masked(folder / "masked.tif", raster), folder / "grey.sld")
    miss(driver, write_index(folder / "index.tif"), documents["index"])
    iface.layerTreeView().setCurrentLayer(layer)
    with driver.step("Read why a document is refused"):
        before = layer.renderer().type()
        iface.messageBar().clearWidgets()
        drop_on_tree(layer, documents["broken"])
        apply_dropped(driver)
        driver.wait(lambda: "line" in message(), "the refusal")
        assert layer.renderer().type() == before
    with driver.step("Leave nothing behind", picture=False):
        assert utils.unloadPlugin(NAME)
        menu = iface.layerTreeView().menuProvider().createContextMenu()
        assert not {LOAD, SAVE} & {action.text() for action in menu.actions()}
        drop_on_tree(layer, documents["elevation"])
        driver.pause(0.5)
        assert driver.visible("dropStyleBox") is None
        assert layer.renderer().type() == before


def open_raster(driver: Driver, path: Path) -> QgsRasterLayer:
    """Add a raster and look at it and its legend."""
    iface.mainWindow().findChild(QDockWidget, "Browser").hide()
    layer = iface.addRasterLayer(str(path), "terrain")
    iface.layerTreeView().setCurrentLayer(layer)
    iface.layerTreeView().expandAll()
    iface.mapCanvas().zoomToFullExtent()
    wait_for_map(driver)
    return layer


def load(driver: Driver, layer: QgsRasterLayer, document: Path) -> None:
    """Load a document with two styles by the menu, and switch between the two."""
    with driver.step("Load a style from the menu"):
        through_menu(driver, layer, LOAD, document)
        driver.wait(lambda: layer.renderer().type() == "singlebandpseudocolor", "the style")
        driver.wait(lambda: "elevation.sld" in message(), "the message")
        assert "zones" in message()
        wait_for_map(driver)
        labels = [label for label, _ in layer.renderer().legendSymbologyItems()]
        assert "Meadows" in labels
    with driver.step("Switch to the second style"):
        layer.styleManager().setCurrentStyle("zones")
        wait_for_map(driver)
        assert "800 to 1600 m" in [label for label, _ in layer.renderer().legendSymbologyItems()]
        layer.styleManager().setCurrentStyle("default")


def drop(driver: Driver, layer: QgsRasterLayer, document: Path, raster: Path) -> None:
    """Drop a document on the layer, and a raster on the map."""
    with driver.step("Be asked about a dropped document"):
        iface.messageBar().clearWidgets()
        iface.layerTreeView().setCurrentIndex(iface.layerTreeView().rootIndex())
        drop_on_tree(layer, document)
        box = driver.wait(lambda: driver.visible("dropStyleBox"), "the question")
        assert "terrain" in box.text()
        assert "zones.sld" in box.text()
    with driver.step("Apply it and read what could not be drawn"):
        apply_dropped(driver)
        driver.wait(lambda: "note" in message(), "the message")
        wait_for_map(driver)
        driver.click("messageDetailsButton")
        details = driver.wait(lambda: driver.visible("detailsBox"), "the details")
        driver.picture("details")
        details.close()
    with driver.step("Take it back"):
        driver.click("messageActionButton")
        driver.wait(lambda: "as before" in message(), "the message")
        wait_for_map(driver)
        assert "Meadows" in [label for label, _ in layer.renderer().legendSymbologyItems()]
    with driver.step("Let QGIS have every other file", picture=False):
        drop_on(iface.mainWindow(), QPoint(10, 10), raster)
        driver.wait(lambda: len(QgsProject.instance().mapLayers()) == 2, "the raster to be opened")
        (other,) = (found for found in QgsProject.instance().mapLayers().values() if found is not layer)
        QgsProject.instance().removeMapLayer(other.id())
        driver.pause(0.3)
        iface.layerTreeView().setCurrentLayer(layer)
        iface.mapCanvas().refresh()
        wait_for_map(driver)


def save(driver: Driver, layer: QgsRasterLayer, target: Path) -> None:
    """Save the layer's drawing by the menu."""
    with driver.step("Save the style from the menu"):
        through_menu(driver, layer, SAVE, target)
        driver.wait(target.is_file, "the document")
        assert "#1a9641" in target.read_text(encoding="utf-8")
        assert "mine.sld" in message()


def keep_settings(driver: Driver, raster: Path, document: Path) -> None:
    """Load what QGIS itself exports onto a masked layer with settings of a person's own, and take it back."""
    layer = iface.addRasterLayer(str(raster), "masked")
    terrain = next(found for found in QgsProject.instance().mapLayers().values() if found is not layer)
    QgsProject.instance().layerTreeRoot().findLayer(terrain).setItemVisibilityChecked(False)
    iface.layerTreeView().setCurrentLayer(layer)
    wait_for_map(driver)
    with driver.step("Load QGIS's own export of grey"):
        before = canvas_pixels()
        layer.saveSldStyle(str(document))
        through_menu(driver, layer, LOAD, document)
        driver.wait(lambda: layer.renderer().type() == "singlebandpseudocolor", "the style")
        wait_for_map(driver)
        after = canvas_pixels()
        assert len({*before}) > 50, "the map shows nothing"
        assert all(abs(a - b) <= 2 for a, b in zip(before, after, strict=True)), "the map has changed"
    with driver.step("Keep what a person set"):
        layer.setOpacity(0.5)
        layer.setBlendMode(QPainter.CompositionMode.CompositionMode_Multiply)
        layer.dataProvider().setUserNoDataValue(1, [QgsRasterRange(0, 10)])
        through_menu(driver, layer, LOAD, document.with_name("elevation.sld"))
        driver.wait(lambda: "elevation.sld" in message(), "the message")
        wait_for_map(driver)
        assert layer.renderer().alphaBand() == 2
        assert layer.blendMode() == QPainter.CompositionMode.CompositionMode_Multiply
        assert layer.dataProvider().userNoDataValues(1) == [QgsRasterRange(0, 10)]
        driver.click("messageDetailsButton")
        details = driver.wait(lambda: driver.visible("detailsBox"), "the details")
        driver.picture("replaced")
        assert "opacity of 50%" in driver.find(QPlainTextEdit, "detailsText", details).toPlainText()
        details.close()
        driver.click("messageActionButton")
        driver.wait(lambda: "as before" in message(), "the message")
        assert layer.opacity() == 0.5
    QgsProject.instance().removeMapLayer(layer.id())
    QgsProject.instance().layerTreeRoot().findLayer(terrain).setItemVisibilityChecked(True)
    driver.pause(0.3)
    wait_for_map(driver)


def canvas_pixels() -> list[int]:
    """Return the brightness of a grid of pixels of the map."""
    image = iface.mapCanvas().grab().toImage()
    spots = ((x, y) for y in range(20, image.height() - 20, 25) for x in range(20, image.width() - 20, 25))
    return [image.pixelColor(*spot).red() for spot in spots]


def miss(driver: Driver, raster: Path, document: Path) -> None:
    """Load a style of -1 to 1 for whole numbers, take the factor that is offered, and give it back."""
    with driver.step("Read that a style misses the raster"):
        layer = iface.addRasterLayer(str(raster), "index")
        iface.layerTreeView().setCurrentLayer(layer)
        through_menu(driver, layer, LOAD, document)
        driver.wait(lambda: "a factor of 10000 would explain it" in message(), "the sentence")
        wait_for_map(driver)
        assert top(layer) == 1
    with driver.step("Apply the factor"):
        button = driver.wait(lambda: driver.visible("answerButton0"), "the button")
        assert button.text() == "Apply Factor 10000"
        driver.click("answerButton0")
        driver.wait(lambda: "index.sld × 10000" in message(), "the message")
        wait_for_map(driver)
        assert top(layer) == 10000
    with driver.step("Take the factor back"):
        button = iface.messageBar().currentItem().findChild(QToolButton, "messageActionButton")
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        driver.wait(lambda: "as before" in message(), "the message")
        assert top(layer) == 1
        QgsProject.instance().removeMapLayer(layer.id())
        driver.pause(0.3)


def top(layer: QgsRasterLayer) -> float:
    """Return the highest quantity a layer is drawn by."""
    return max(item.value for item in layer.renderer().shader().rasterShaderFunction().colorRampItemList())


def through_menu(driver: Driver, layer: QgsRasterLayer, entry: str, file: Path) -> None:
    """Open the layer's context menu with the mouse, choose an entry and answer the file dialog."""
    iface.messageBar().clearWidgets()

    def at_dialog() -> None:
        dialog = next(found for found in QApplication.topLevelWidgets() if isinstance(found, QFileDialog))
        dialog.findChild(QLineEdit, "fileNameEdit").setText(str(file))
        driver.picture(f"dialog-{file.stem}")
        buttons = dialog.findChild(QDialogButtonBox)
        next(b for b in buttons.buttons() if buttons.buttonRole(b) == QDialogButtonBox.ButtonRole.AcceptRole).click()

    def at_menu() -> None:
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        action = next(action for action in menu.actions() if action.text() == entry)
        menu.setActiveAction(action)
        driver.picture(f"menu-{file.stem}")
        later(at_dialog)
        menu.close()
        action.trigger()

    later(at_menu)
    view = iface.layerTreeView()
    spot = spot_of(layer)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, spot, view.viewport().mapToGlobal(spot))
    QApplication.sendEvent(view.viewport(), event)


def later(act: Callable[[], None]) -> None:
    """Do something from within the menu or dialog that is about to block."""
    QTimer.singleShot(700, act)


def spot_of(layer: QgsRasterLayer) -> QPoint:
    """Return where a layer's name is in the tree's viewport."""
    view = iface.layerTreeView()
    index = view.node2index(QgsProject.instance().layerTreeRoot().findLayer(layer))
    return view.visualRect(index).center()


def drop_on_tree(layer: QgsRasterLayer, file: Path) -> None:
    """Drop a file on a layer in the tree."""
    drop_on(iface.layerTreeView().viewport(), spot_of(layer), file)


def drop_on(widget: QWidget, spot: QPoint, file: Path) -> None:
    """Drag a file to a place and let it go there, as a window system would."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(widget, QDragEnterEvent(spot, copy, data, left, none))
    QApplication.sendEvent(widget, QDropEvent(QPointF(spot), copy, data, left, none))


def apply_dropped(driver: Driver) -> None:
    """Answer the question about a dropped document."""
    driver.wait(lambda: driver.visible("dropStyleBox"), "the question")
    driver.click("dropApplyButton")


def message() -> str:
    """Return what the message bar says."""
    return " ".join(label.text() for label in iface.messageBar().findChildren(QLabel, "messageText"))


def wait_for_map(driver: Driver) -> None:
    """Wait until the map is drawn."""
    driver.pause(0.3)
    driver.wait(lambda: not iface.mapCanvas().isDrawing(), "the map")


drive(scenario)
