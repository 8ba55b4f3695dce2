"""Odd names and sizes in a real QGIS: rows, tooltips, card, messages, layers, editor, comparison, saved project."""

from __future__ import annotations

import os
import sys
import urllib.request
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(os.environ["PIXXEL_DESKTOP_SCRIPTS"]).parent))
sys.path.insert(0, str(Path(os.environ["PIXXEL_DESKTOP_SCRIPTS"])))

from dock_page import DockPage
from driver import Driver, drive
from gaps import Gaps
from odd_names import NAMES
from qgis.core import QgsLayerTreeGroup, QgsProject
from qgis.PyQt.QtCore import QEvent, Qt
from qgis.PyQt.QtGui import QGuiApplication, QHelpEvent
from qgis.PyQt.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QTableView
from qgis.utils import iface
from steps import open_connected

LONGEST = 120  # letters of a name with what is added to it, as a date
WIDEST = 420  # pixels of the dock
LONGEST_GAP = 2.0  # seconds, beside other work on the machine
TIP_OF_NAME, LABEL = 4000, 3
SHOWN = ("markup", "lines", "long word", "marks")


def copies(page: DockPage) -> dict[str, Any]:
    """Return the AOI of each name."""
    found = [aoi for aoi in page.panel.model.aois() if "-copy" in aoi.aoi_id]
    return {list(NAMES)[int(aoi.aoi_id.rpartition("-copy")[2])]: aoi for aoi in found}


def check_names(names: list[str]) -> None:
    """Check that each name can be read on one line."""
    wrong = [name[:60] for name in names if not 0 < len(name) <= LONGEST or not name.isprintable() or not name.strip()]
    assert not wrong, f"{wrong!r}"


def check_sizes(driver: Driver) -> None:
    """Check that neither the window nor the dock grows by a name."""
    room = QGuiApplication.primaryScreen().availableGeometry()
    window = iface.mainWindow()
    assert (window.width(), window.height()) <= (room.width(), room.height()), (window.width(), window.height())
    assert driver.visible("PixxelExplorerDock").width() <= WIDEST, driver.visible("PixxelExplorerDock").width()


def texts() -> list[str]:
    """List what messages say."""
    return [label.text() for label in iface.mainWindow().findChildren(QLabel, "messageText") if label.isVisible()]


def look_at_list(driver: Driver, page: DockPage) -> None:
    """See the rows, a tooltip of each kind, and the projects."""
    model, tree = page.panel.model, page.panel.tree
    indexes = {name: model.index_of_aoi(aoi.aoi_id) for name, aoi in copies(page).items()}
    assert set(indexes) == set(NAMES)
    check_names([index.data() for index in indexes.values()])
    assert not [name for name, index in indexes.items() if len(index.data(Qt.ItemDataRole.ToolTipRole)) > TIP_OF_NAME]
    variant = [index.data(Qt.ItemDataRole.AccessibleTextRole) for index in indexes.values()]
    assert not [text for text in variant if "000000" in text]
    for name in SHOWN:
        tree.scrollTo(indexes[name])
        place = tree.visualRect(indexes[name]).center()
        event = QHelpEvent(QEvent.Type.ToolTip, place, tree.viewport().mapToGlobal(place))
        QApplication.sendEvent(tree.viewport(), event)
        driver.picture(f"tooltip-{name}")
    combo = driver.find(QComboBox, "projectCombo")
    combo.showPopup()
    driver.picture("projects")
    combo.hidePopup()
    check_names([combo.itemText(row) for row in range(combo.count())])


def fail(driver: Driver, page: DockPage, name: str) -> None:
    """Have a load refused, and read why."""
    urllib.request.urlopen(f"{os.environ['PIXXEL_TEST_URL']}/__pictures/refused").read()
    page.add("picture")
    driver.wait(lambda: any("could not be loaded" in text for text in texts()), "the message")
    page.wait_until_idle()
    driver.picture(f"{name}-refused")
    assert all(len(text) < 400 for text in texts())
    urllib.request.urlopen(f"{os.environ['PIXXEL_TEST_URL']}/__pictures/served").read()
    page.panel.message_bar.clearWidgets()


def load(driver: Driver, page: DockPage) -> None:
    """Load pictures and values, and read the names of layers and groups."""
    for kind in ("picture", "values"):
        page.add(kind)
        driver.wait(lambda kind=kind: len(page.layers(kind)) == len(page.dates()), f"each {kind}", 60)
    page.wait_until_idle()
    tree = QgsProject.instance().layerTreeRoot()
    check_names([layer.name() for layer in QgsProject.instance().mapLayers().values()])
    check_names([group.name() for group in tree.findChildren(QgsLayerTreeGroup)])


def title_of_legend(driver: Driver) -> str:
    """Return the title of the legend editor; nothing before it is opened."""
    title = driver.visible("legendTitle")
    return str(title.text()) if title is not None else ""


def edit(driver: Driver, page: DockPage, name: str) -> None:
    """Edit the legend, and compare it with the server's."""
    before = title_of_legend(driver)
    driver.click("editLegendButton")
    driver.wait(lambda: title_of_legend(driver) != before and driver.visible("legendTable"), "the classes")
    page.set_maximum(0, round(page.maximum(0) + 0.01, 4))
    driver.wait(page.edit_count, "the edit")
    driver.picture(f"{name}-editor")
    labels = [str(driver.find(QTableView, "legendTable").model().index(row, LABEL).data() or "") for row in range(2)]
    assert all(len(label) <= LONGEST and (label.isprintable() or not label) for label in labels), labels
    check_names([title_of_legend(driver)[:LONGEST]])
    push = driver.find(QAbstractButton, "pushButton")
    if not push.isEnabled():
        assert "label" in push.toolTip(), push.toolTip()
        return
    driver.click_soon("pushButton")
    dialog = driver.wait(page.push_dialog, "the comparison")
    driver.pause(0.5)
    driver.picture(f"{name}-comparison")
    assert dialog.width() <= 900, dialog.width()
    dialog.reject()


def save(driver: Driver) -> None:
    """Save the project, and find every layer again."""
    count = len(QgsProject.instance().mapLayers())
    path = driver.out / "project.qgz"
    assert QgsProject.instance().write(str(path)), QgsProject.instance().error()
    again = QgsProject()
    assert again.read(str(path)), again.error()
    assert len(again.mapLayers()) == count


def scenario(driver: Driver) -> None:
    """Work with each name."""
    with driver.step("See the list"):
        page = open_connected(driver)
        gaps = Gaps()
        look_at_list(driver, page)
        check_sizes(driver)
        assert gaps.take() < LONGEST_GAP
    for name, aoi in copies(page).items():
        with driver.step(f"Work with {name}"):
            gaps.take()
            page.select_first(aoi)
            fail(driver, page, name)
            load(driver, page)
            check_sizes(driver)
            edit(driver, page, name)
            check_sizes(driver)
            gap = gaps.take()
            save(driver)
            QgsProject.instance().clear()
            assert gap < LONGEST_GAP, f"the main thread was away for {gap:.2f} s"


drive(scenario)
