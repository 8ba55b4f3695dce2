"""One of two QGIS on one profile, or the one that is started after the first was killed; they wait for each other."""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["PIXXEL_DESKTOP_SCRIPTS"])))

from dock_page import DockPage
from driver import Driver, drive
from qgis.core import QgsSettings
from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtWidgets import QAbstractButton, QDockWidget, QLabel, QTableView
from qgis.utils import iface
from steps import open_connected

PLACE = Path(os.environ["PIXXEL_TEST_PLACE"])
LABEL = 3


def open_legend(driver: Driver) -> DockPage:
    """Open the legend of the farm."""
    if driver.visible("PixxelExplorerDock"):  # left open by the one before; its button would close it
        driver.find(QDockWidget, "PixxelExplorerDock").close()
    page = open_connected(driver)
    driver.click("editLegendButton")
    driver.wait(page.legend_rows, "the classes")
    driver.pause(1)
    return page


def label(driver: Driver, row: int) -> str:
    """Return the label of a class."""
    model = driver.find(QTableView, "legendTable").model()
    return str(model.index(row, LABEL).data())


def set_label(driver: Driver, row: int, text: str) -> None:
    """Type another label, and wait until the draft is on the disk."""
    model = driver.find(QTableView, "legendTable").model()
    assert model.setData(model.index(row, LABEL), text, Qt.ItemDataRole.EditRole)
    driver.wait(lambda: "saved" in driver.find(QLabel, "draftLabel").text().lower(), "the draft")


def texts_of(view: QTableView) -> list[str]:
    """Return what the cells of a table say."""
    model = view.model()
    cells = (model.index(row, column) for row in range(model.rowCount()) for column in range(model.columnCount()))
    return [str(cell.data()) for cell in cells]


def write_what_is_said(driver: Driver) -> None:
    """Write the messages beside the report, for the test."""
    labels = iface.mainWindow().findChildren(QLabel, "messageText")
    texts = [each.text() for each in labels if each.isVisible()]
    (driver.out / "said.txt").write_text("\n".join(texts), encoding="utf-8")


def first(driver: Driver) -> None:
    """Edit, do not push, and see what the other one pushed; the test kills this one."""
    with driver.step("Edit"):
        open_legend(driver)
        set_label(driver, 0, "Of the first")
        (PLACE / "edited").touch()
    with driver.step("See what the other one pushed"):
        driver.wait((PLACE / "pushed").exists, "the push of the other one", 120)
        assert label(driver, 0) == "Of the first"
        driver.click_soon("pushButton")
        page = DockPage(driver)
        dialog = driver.wait(page.push_dialog, "the comparison")
        summary = driver.find(QLabel, "pushSummaryLabel", dialog)
        driver.wait(lambda: "nother user" in summary.text(), f"what changed, not {summary.text()}")
        (driver.out / "summary.txt").write_text(summary.text(), encoding="utf-8")
        driver.picture("comparison")
        dialog.reject()
        driver.pause(0.5)
        assert page.edit_count() == 1
        write_what_is_said(driver)


def second(driver: Driver) -> None:
    """Open the same legend, edit another class, push, and leave."""
    with driver.step("Read the notice and push"):
        page = open_legend(driver)
        write_what_is_said(driver)
        assert label(driver, 0) != "Of the first"
        set_label(driver, 1, "Of the second")
        driver.click_soon("pushButton")
        driver.wait(page.push_dialog, "the comparison")
        driver.pause(1)
        page.accept_push()
        driver.wait(lambda: page.edit_count() == 0, "the server's answer")
        assert label(driver, 1) == "Of the second"
        (PLACE / "pushed").touch()
        driver.wait((PLACE / "killed").exists, "the end of the first one", 120)


def third(driver: Driver) -> None:
    """Find the draft of the one that was killed, be told what the other one pushed, and push the draft."""
    with driver.step("Find the draft and push it"):
        page = open_legend(driver)
        driver.wait(page.edit_count, "the draft")
        assert (label(driver, 0), page.edit_count()) == ("Of the first", 1)
        write_what_is_said(driver)
        driver.click_soon("pushButton")
        dialog = driver.wait(page.push_dialog, "the comparison")
        driver.wait(lambda: driver.visible("keepMineRadio"), "the question which legend is kept")
        assert "Of the second" in " ".join(texts_of(driver.find(QTableView, "pushComparison", dialog)))
        driver.picture("comparison")
        driver.find(QAbstractButton, "keepMineRadio", dialog).click()
        page.accept_push()
        driver.wait(lambda: page.edit_count() == 0, "the server's answer")
        assert page.server_label(page.legend_day(), 0) == "Of the first"


def scenario(driver: Driver) -> None:
    """Do what the test asks of this one."""
    QgsSettings().setValue("qgis/askToSaveProjectChanges", False)
    QgsSettings().setValue("app/askToSaveMemoryLayers", False)  # those of a profile in the temporary folder
    role = os.environ["PIXXEL_TEST_ROLE"]
    try:
        {each.__name__: each for each in (first, second, third)}[role](driver)
    finally:
        if role != first.__name__:  # the test kills that one
            QTimer.singleShot(500, iface.actionExit().trigger)


drive(scenario)
