"""A start of QGIS with the dock left open on a key connection whose server does not answer."""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["PIXXEL_DESKTOP_SCRIPTS"])))

from dock_page import DockPage
from driver import Driver, drive
from qgis.core import QgsApplication, QgsNetworkAccessManager, QgsSettings
from qgis.gui import QgsMessageBar
from qgis.PyQt.QtWidgets import QLabel
from qgis.utils import iface, plugins

NAME, URL, SILENT_URL = "Office", os.environ["PIXXEL_TEST_URL"], os.environ["PIXXEL_TEST_SILENT_URL"]


def leave_the_dock_open(driver: Driver) -> None:
    """Keep a key in the store, choose its connection, and leave the dock open."""
    from pixxel_explorer.plugin.api.config import Connection
    from pixxel_explorer.plugin.host import credentials

    page = DockPage(driver)
    with driver.step("Leave the dock open on a key connection"):
        password = Path(os.environ["PIXXEL_TEST_PASSWORD"]).read_text(encoding="utf-8")
        assert QgsApplication.authManager().setMasterPassword(password, True)
        auth_config = credentials.store_key(NAME, os.environ["PIXXEL_TEST_KEY"])
        plugin = plugins["pixxel_explorer"]
        plugin.settings.save_connection(Connection(NAME, URL, auth_config=auth_config))
        plugin.settings.current_connection = NAME
        page.open_dock()
        driver.wait(lambda: page.state() == "failed", "the page that says why there is no list")
        settings = QgsSettings()
        settings.setValue("UI/state", iface.mainWindow().saveState())  # as QGIS does when it is closed
        settings.sync()


def sentences(driver: Driver) -> list[str]:
    """List what the message bars of the dock and of QGIS's window say."""
    bars = [*driver.find(QgsMessageBar, "catalogMessageBar").items()]
    bars += [*driver.find(QgsMessageBar, "dockMessageBar").items(), *iface.messageBar().items()]
    return [item.text() for item in bars]


def says_once(driver: Driver, page: DockPage, words: str) -> None:
    """See one sentence and the way on, and no rows that pretend to be loading."""
    assert words in driver.find(QLabel, "stateText").text()
    assert driver.visible("retryButton")
    assert sentences(driver) == []
    assert not page.panel.tree.isVisible()
    assert not driver.visible("countLabel")
    driver.pause(3)
    assert sentences(driver) == []
    assert page.state() == "failed"


def start_offline(driver: Driver) -> None:
    """See what is wrong, try again in vain, and again when the server is back."""
    page = DockPage(driver)
    with driver.step("Start without the server"):
        assert driver.visible("PixxelExplorerDock"), "the dock is where it was left"
        driver.wait(lambda: page.state() == "failed", "the page that says why there is no list")
        says_once(driver, page, "could not be reached")
    with driver.step("Try again in vain"):
        driver.click("retryButton")
        driver.wait(lambda: page.state() == "failed", "the page again")
        says_once(driver, page, "could not be reached")
    with driver.step("Meet a server that says nothing"):
        QgsNetworkAccessManager.setTimeout(3000)
        page.use_connection("Silent", SILENT_URL, "any-key")
        driver.wait(lambda: driver.visible("countLabel"), "what is awaited")
        assert "Connecting to Silent" in driver.find(QLabel, "countLabel").text()
        driver.picture("connecting")
        driver.wait(lambda: page.state() == "failed", "an end of the waiting", 60)
        says_once(driver, page, "did not answer in time")
    with driver.step("Try again when the server is back"):
        QgsNetworkAccessManager.setTimeout(60_000)
        (driver.out / "offline.txt").write_text("seen", encoding="utf-8")
        driver.wait(lambda: (driver.out / "online.txt").exists(), "the server")
        page.panel.choose_connection(NAME)
        driver.wait(page.aoi_names, "the list", 60)
        assert sentences(driver) == []


drive(start_offline if os.environ["PIXXEL_TEST_START"] == "second" else leave_the_dock_open)
