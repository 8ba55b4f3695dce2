"""An image in a doubtful place, dates chosen by conditions, and one style for all dates: by mouse."""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["PIXXEL_DESKTOP_SCRIPTS"])))

from dock_page import DockPage
from driver import Driver, drive
from qgis.core import QgsLayerTreeLayer, QgsProject
from qgis.PyQt.QtCore import QPoint, Qt, QTimer
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QDialogButtonBox, QMenu, QToolButton, QWidget
from qgis.utils import iface

LEFT = Qt.MouseButton.LeftButton
DOUBTFUL = "Natural colour 2025-08-26 picture"  # the swath covers half of the AOI


def node_of(name: str) -> QgsLayerTreeLayer:
    """Return the node of a layer in the layer tree."""
    (layer,) = QgsProject.instance().mapLayersByName(name)
    return QgsProject.instance().layerTreeRoot().findLayer(layer.id())


def click_mark(driver: Driver, name: str) -> None:
    """Click on the mark at the right end of a layer's row."""
    view, node = iface.layerTreeView(), node_of(name)
    index = view.node2index(node)
    view.scrollTo(index)
    driver.pause(0.3)
    row, count = view.visualRect(index), len(view.indicators(node))
    tips = [mark.toolTip() for mark in view.indicators(node)]
    place = next(number for number, tip in enumerate(tips) if "not certain" in tip)
    right, side = min(row.right(), view.viewport().width()), row.height()
    x = right - (count - place) * side + side // 2
    QTest.mouseClick(view.viewport(), LEFT, pos=QPoint(x, row.center().y()))


def place_an_image(driver: Driver, page: DockPage) -> None:
    """Open the dialog of a place by its mark, move the image by keys on the map, and keep the place."""
    page.select("Hillside orchard", "Natural colour")
    page.add("picture")
    driver.wait(lambda: QgsProject.instance().mapLayersByName(DOUBTFUL), "the pictures", 60)
    page.wait_until_idle()
    node_of(DOUBTFUL).setItemVisibilityChecked(True)
    with driver.step("Open the place of an image by its mark"):
        click_mark(driver, DOUBTFUL)
        dialog = driver.wait(lambda: driver.visible("placeDialog"), "the dialog")
        driver.wait(lambda: dialog.candidates.count() > 1, "the candidates")
        driver.pause(0.5)
    with driver.step("Move the image by keys"):
        extent = iface.mapCanvas().extent()
        for _ in range(3):
            QTest.keyClick(iface.mapCanvas(), Qt.Key.Key_Right)
        driver.wait(lambda: dialog.shift == (3.0, 0.0), "three pixels")
        assert iface.mapCanvas().extent() == extent, "the map stays where it is"
        driver.pause(0.5)
    with driver.step("Keep the place"):
        QTest.mouseClick(dialog.buttons.button(QDialogButtonBox.StandardButton.Ok), LEFT)
        page.wait_until_idle()
        driver.wait(lambda: any("by hand" in mark.toolTip() for mark in marks(DOUBTFUL)), "the mark of the place")


def marks(name: str) -> list[QWidget]:
    """Return the marks of a layer's row."""
    return list(iface.layerTreeView().indicators(node_of(name)))


def choose_dates(driver: Driver, page: DockPage) -> None:
    """Tick dates by conditions, in the dialog behind the arrow of the button for the last dates."""
    page.select("Farm near Raba", "NDVI")
    dates = page.panel.card.date_list

    def fill() -> None:
        dialog = driver.visible("dateFilterDialog")
        dialog.step_spin.setFocus()
        dialog.step_spin.selectAll()
        QTest.keyClicks(dialog.step_spin, "2")
        driver.picture("the-dialog-that-chooses-dates")
        QTest.mouseClick(dialog.buttons.button(QDialogButtonBox.StandardButton.Ok), LEFT)

    with driver.step("Choose every second date"):
        action = next(each for each in dates.last_button.menu().actions() if each.objectName() == "chooseDatesAction")
        QTimer.singleShot(300, fill)
        action.trigger()
        driver.wait(lambda: page.checked_dates() == 4, "four of eight dates")


def share_a_style(driver: Driver, page: DockPage) -> None:
    """Draw all dates like the newest one, from the context menu of its layer."""
    driver.trigger("addValuesAction", driver.find(QMenu, "addToMapMenu"))
    driver.wait(lambda: len(page.layers("values")) == 4, "the dates", 60)
    page.wait_until_idle()
    layer = page.layers("values")[-1]
    layer.setOpacity(0.5)
    with driver.step("Use a style for all dates from the layer's menu"):
        view = iface.layerTreeView()
        view.setCurrentLayer(layer)
        menu = view.menuProvider().createContextMenu()
        action = next(each for each in menu.actions() if each.objectName() == "pixxelShareStyleAction")
        action.trigger()
        driver.wait(lambda: {each.opacity() for each in page.layers("values")} == {0.5}, "one opacity")
    with driver.step("Undo it"):
        buttons = iface.messageBar().findChildren(QToolButton)
        QTest.mouseClick(next(button for button in buttons if "Undo" in button.text()), LEFT)
        driver.wait(lambda: [each.opacity() for each in page.layers("values")] == [1.0, 1.0, 1.0, 0.5], "the others")


def scenario(driver: Driver) -> None:
    """Use what an analyst does with images and many dates."""
    page = DockPage(driver)
    page.use_connection("Sandbox", os.environ["PIXXEL_TEST_URL"], os.environ["PIXXEL_TEST_KEY"])
    page.open_dock()
    driver.wait(lambda: page.is_connected() and "Hillside orchard" in page.aoi_names(), "the list")
    place_an_image(driver, page)
    choose_dates(driver, page)
    share_a_style(driver, page)


drive(scenario)
