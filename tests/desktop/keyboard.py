"""The plugin's keys in a whole QGIS, with the focus in the dock, in the legend editor and on the map."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(os.environ["PIXXEL_DESKTOP_SCRIPTS"])))

from dock_page import DockPage
from driver import Driver, drive
from qgis.core import QgsProject, QgsVectorLayer
from qgis.gui import QgsGui
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QAction, QApplication, QTableView, QWidget
from qgis.utils import iface

NO, ALT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.AltModifier
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
OURS = {
    "refreshListAction",
    "searchAoisAction",
    "splitClassAction",
    "removeClassAction",
    "undoAction",
    "redoAction",
}


def press(driver: Driver, widget: QWidget, key: Qt.Key, modifiers: Any = NO) -> None:
    """Press a key with the focus in a widget."""
    iface.mainWindow().activateWindow()
    widget.setFocus()
    driver.wait(lambda: QApplication.focusWidget() is not None, "the focus")
    QTest.keyClick(QApplication.focusWidget(), key, modifiers)
    driver.pause(0.05)


def keys_in_the_dock(driver: Driver, page: DockPage) -> None:
    """Refresh by F5, search by Ctrl+F, also while a vector layer is active."""
    requests: list[str] = []
    page.panel.list._catalog.search_started.connect(lambda: requests.append("listed"))
    press(driver, page.panel.tree, Qt.Key.Key_F5)
    driver.wait(lambda: requests, "the list to be fetched again")
    driver.wait(page.aoi_names, "the AOIs")
    layer = QgsVectorLayer("Polygon?crs=EPSG:4326", "fields", "memory")
    QgsProject.instance().addMapLayer(layer)
    iface.setActiveLayer(layer)
    press(driver, page.panel.tree, Qt.Key.Key_F, CTRL)
    assert QApplication.focusWidget() is page.panel.filter_bar.search_edit, "the search field has the focus"
    QgsProject.instance().removeMapLayer(layer.id())


def keys_in_the_editor(driver: Driver, page: DockPage) -> None:
    """Split and remove a class, take it back and do it again."""
    table = driver.find(QTableView, "legendTable")
    rows = page.legend_rows()
    scale = driver.wait(lambda: iface.mapCanvas().scale() > 100 and iface.mapCanvas().scale(), "the map on the AOI")
    table.setCurrentIndex(table.model().index(1, 0))
    press(driver, table, Qt.Key.Key_Insert, ALT)
    assert page.legend_rows() == rows + 1
    press(driver, table, Qt.Key.Key_Z, CTRL)
    assert page.legend_rows() == rows
    press(driver, table, Qt.Key.Key_Z, CTRL | SHIFT)
    assert page.legend_rows() == rows + 1
    press(driver, table, Qt.Key.Key_Delete, ALT)
    assert page.legend_rows() == rows
    assert iface.mapCanvas().scale() == scale, "no key of ours zooms the map"


def scenario(driver: Driver) -> None:
    """Press each key where it belongs."""
    page = DockPage(driver)
    with driver.step("Keys in the dock"):
        page.open_dock()
        driver.click("sampleButton")
        driver.wait(page.aoi_names, "the AOIs")
        keys_in_the_dock(driver, page)
    with driver.step("Keys in the legend editor"):
        page.select("Farm near Raba", "NDVI")
        driver.click("editLegendButton")
        driver.wait(page.legend_rows, "the legend's classes")
        driver.wait(lambda: page.layers("values"), "the date that is edited, on the map")
        page.wait_until_idle()
        keys_in_the_editor(driver, page)
    with driver.step("Keys on the map are QGIS's"):
        before = page.legend_rows()
        press(driver, iface.mapCanvas(), Qt.Key.Key_Insert, ALT)
        press(driver, iface.mapCanvas(), Qt.Key.Key_Delete, ALT)
        assert page.legend_rows() == before
    with driver.step("Keys are listed by QGIS and collide with none of its own"):
        manager = QgsGui.shortcutsManager()
        ours = [action for action in manager.listActions() if action.objectName() in OURS]
        assert {action.objectName() for action in ours} == OURS
        mine = {key.toString() for action in ours for key in action.shortcuts()}
        others = [a for a in iface.mainWindow().findChildren(QAction) if a not in ours]
        theirs = {key.toString() for action in others for key in action.shortcuts()}
        theirs |= {shortcut.key().toString() for shortcut in manager.listShortcuts()}
        assert len(mine) == 4
        assert not mine & theirs, mine & theirs


drive(scenario)
