"""Careful writes in a real QGIS: unfinished work, a number of classes, one legend for all dates."""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["PIXXEL_DESKTOP_SCRIPTS"])))

from dock_page import DockPage
from driver import Driver, drive
from qgis.PyQt.QtWidgets import QLabel, QSpinBox, QToolButton, QWidget

URL, KEY = os.environ["PIXXEL_TEST_URL"], os.environ["PIXXEL_TEST_KEY"]


def scenario(driver: Driver) -> None:
    """Meet a server with unfinished work that takes a number of classes for the whole mode."""
    page = DockPage(driver)
    with driver.step("See queued work become ready"):
        page.use_connection("Sandbox", URL, KEY)
        page.open_dock()
        driver.wait(page.aoi_names, "the AOIs")
        page.select("Work in progress", "NDWI")
        add = driver.find(QToolButton, "addToMapButton")
        assert not add.isEnabled()
        assert "queued" in driver.find(QLabel, "reasonLabel").text()
        driver.wait(add.isEnabled, "the visualization to be ready", 60)
    with driver.step("Be asked about one legend for all dates"):
        page.select("Farm near Raba", "NDVI")
        page.add("values")
        driver.wait(lambda: len(page.layers("values")) == 8, "all dates", 90)
        page.wait_until_idle()
        driver.click("editLegendButton")
        driver.wait(page.legend_rows, "the classes")
        driver.trigger("wholeForAllAction")
        driver.wait(lambda: driver.visible("spreadOpenButton"), "the question")
        texts = driver.find(QLabel, "spreadLabel").text()
        assert "up to" in texts, texts
        assert "stimated" not in texts, "all values are on the map, so they are counted"
    with driver.step("Open the outer ends"):
        driver.click("spreadOpenButton")
        driver.wait(lambda: page.edit_count() > 0, "the edits")
        assert not driver.visible("spreadOpenButton")
        driver.click("undoButton", driver.find(QWidget, "legendEditor"))  # QGIS has a button of that name, too
        driver.wait(lambda: page.edit_count() == 0, "one step back")
    with driver.step("Recompute one date on a server that changes all"):
        driver.trigger("recomputeAction")
        driver.wait(lambda: driver.visible("recomputeAcceptButton"), "the dialog")
        driver.find(QSpinBox, "recomputeBinsSpin").setValue(3)
        driver.click("recomputeAcceptButton")
        driver.wait(lambda: driver.visible("answerButton0"), "the offer to put back")


drive(scenario)
