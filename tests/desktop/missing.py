"""A QGIS whose Python lacks the plugin's packages, run inside a real QGIS."""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["PIXXEL_DESKTOP_SCRIPTS"])))

from driver import Driver, drive
from qgis import utils
from qgis.core import QgsApplication
from qgis.PyQt.QtWidgets import QDockWidget, QLabel, QPlainTextEdit, QPushButton
from qgis.utils import iface
from terrain import write_raster


def scenario(driver: Driver) -> None:
    """Load all the same, say what is missing, and say why an algorithm cannot run."""
    with driver.step("Load without the packages"):
        assert utils.plugins["pixxel_explorer"].application is None
        assert QgsApplication.processingRegistry().providerById("pixxel") is not None
    with driver.step("Say what is missing and offer to install it"):
        driver.trigger("pixxelExplorerAction", iface.mainWindow())
        driver.wait(lambda: driver.visible("missingPanel"), "the page of missing packages")
        listed = driver.find(QLabel, "missingList").text()
        assert "httpx" in listed
        assert "pydantic" in listed
        assert driver.visible("installButton")
        assert driver.visible("installFromFolderButton")
    with driver.step("Say that the network put a page in the index's place"):
        install_from("PIXXEL_TEST_BLOCKED", driver)
        driver.wait(lambda: driver.visible("missingOutcome"), "the outcome", 60)
        assert "answered with the page “Hotel Network”" in driver.find(QLabel, "missingOutcome").text()
        assert not driver.visible("installLog")
        driver.click("installDetailsButton")
        assert driver.visible("installLog")
        assert "No matching distribution" in driver.find(QPlainTextEdit, "installLog").toPlainText()
    with driver.step("Show the file under way"):
        install_from("PIXXEL_TEST_SLOW", driver)
        driver.wait(lambda: " of " in driver.find(QLabel, "installTransfer").text(), "the file under way", 60)
    with driver.step("Cancel the installation"):
        driver.click("cancelInstallButton")
        driver.wait(lambda: driver.visible("missingOutcome"), "the outcome", 10)
        assert "cancelled" in driver.find(QLabel, "missingOutcome").text()
        assert driver.find(QPushButton, "installButton").isEnabled()
    with driver.step("Refuse an algorithm with a reason", picture=False):
        algorithm = QgsApplication.processingRegistry().createAlgorithmById("pixxel:listprojects")
        can, why = algorithm.canExecute()
        assert not can
        assert "httpx" in why
    with driver.step("Say why a style cannot be read"):
        layer = iface.addRasterLayer(str(write_raster(driver.out / "terrain.tif")), "terrain")
        iface.layerTreeView().setCurrentLayer(layer)
        driver.trigger("pixxelLoadSldAction", iface.mainWindow())
        assert "defusedxml" in driver.find(QLabel, "messageText", iface.messageBar()).text()
        iface.mainWindow().findChild(QDockWidget, "PixxelExplorerDock").close()
        driver.click("messageActionButton", iface.messageBar())
        driver.wait(lambda: driver.visible("missingPanel"), "the page of missing packages")


def install_from(variable: str, driver: Driver) -> None:
    """Press Install where pip is set to an index of the test's."""
    for name in ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL"):  # this machine may have indexes of its own
        os.environ[name] = os.environ[variable]
    driver.click("installButton")


drive(scenario)
