"""A dock left open on a connection whose key is in QGIS's encrypted store: QGIS starts without a question.

The first of two starts stores a key and leaves the dock open, the second finds them (``PIXXEL_TEST_START``).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["PIXXEL_DESKTOP_SCRIPTS"])))

from dock_page import DockPage
from driver import Driver, drive
from qgis.core import QgsApplication, QgsSettings
from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication, QDialog, QLineEdit
from qgis.utils import iface, plugins

PASSWORD, NAME = "a test's master password", "Office"


def store_the_key(driver: Driver) -> None:
    """Keep a key in the store, choose its connection, and leave the dock open."""
    from pixxel_explorer.plugin.api.config import Connection
    from pixxel_explorer.plugin.host import credentials

    page = DockPage(driver)
    with driver.step("Leave the dock open on a stored key"):
        assert QgsApplication.authManager().setMasterPassword(PASSWORD, True)
        auth_config = credentials.store_key(NAME, os.environ["PIXXEL_TEST_KEY"])
        plugin = plugins["pixxel_explorer"]
        plugin.settings.save_connection(Connection(NAME, os.environ["PIXXEL_TEST_URL"], auth_config=auth_config))
        plugin.settings.current_connection = NAME
        page.open_dock()
        driver.wait(page.is_connected, "the connection")
        settings = QgsSettings()
        settings.setValue("UI/state", iface.mainWindow().saveState())  # as QGIS does when it is closed
        settings.sync()


def answer_the_prompt(driver: Driver, asked: list[str]) -> None:
    """Type the master password into QGIS's own prompt."""
    dialog = QApplication.activeModalWidget()
    if not isinstance(dialog, QDialog):
        QTimer.singleShot(50, lambda: answer_the_prompt(driver, asked))
        return
    asked.append(dialog.windowTitle())
    edit = next(each for each in dialog.findChildren(QLineEdit) if each.isVisible())
    QTest.keyClicks(edit, PASSWORD)
    QTest.keyClick(edit, Qt.Key.Key_Return)


def start_again(driver: Driver) -> None:
    """See that nothing was asked, and connect."""
    page = DockPage(driver)
    with driver.step("Start with the dock open"):
        assert iface.mainWindow().isVisible()
        assert QApplication.activeModalWidget() is None, "nothing is asked at the start"
        assert driver.visible("PixxelExplorerDock"), "the dock is where it was left"
        driver.wait(lambda: page.state() == "locked", "the page that says who will ask, and why")
        assert not QgsApplication.authManager().masterPasswordIsSet()
    with driver.step("Unlock when it suits"):
        asked: list[str] = []
        QTimer.singleShot(300, lambda: answer_the_prompt(driver, asked))
        driver.click("unlockButton")
        driver.wait(page.is_connected, "the connection")
        assert len(asked) == 1
        driver.wait(page.aoi_names, "the list of AOIs")


drive(start_again if os.environ["PIXXEL_TEST_START"] == "second" else store_the_key)
