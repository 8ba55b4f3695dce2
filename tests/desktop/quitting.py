"""QGIS is left while dates are loading, in the way the test names; its exit status is what the test looks at."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["PIXXEL_DESKTOP_SCRIPTS"])))

from desk import Desk
from driver import Driver, drive
from qgis import utils
from qgis.core import QgsSettings
from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication, QMessageBox
from qgis.utils import iface
from steps import open_connected

NAME = "pixxel_explorer"


def begin_loads(driver: Driver, desk: Desk) -> None:
    """Have pictures, values and a legend under way."""
    driver.click("editLegendButton")
    desk.add("picture")
    desk.add("values")
    driver.wait(lambda: desk.panel.jobs.isVisible(), "the loads")


def answer_yes() -> None:
    """Answer QGIS's question whether tasks are to be cancelled, as often as it is asked."""
    timer = QTimer(iface.mainWindow())
    timer.timeout.connect(lambda: press_yes(QApplication.activeModalWidget()))
    timer.start(50)


def press_yes(box: object) -> None:
    """Press the button of a question that says yes."""
    if isinstance(box, QMessageBox) and box.button(QMessageBox.StandardButton.Yes) is not None:
        QTest.mouseClick(box.button(QMessageBox.StandardButton.Yes), Qt.MouseButton.LeftButton)


def scenario(driver: Driver) -> None:
    """Have much under way, a reload behind, and leave."""
    QgsSettings().setValue("qgis/askToSaveProjectChanges", False)
    with driver.step("Begin loads", picture=False):
        begin_loads(driver, open_connected(driver))
    if os.environ["PIXXEL_TEST_RELOADS"] == "yes":
        with driver.step("Reload the plugin in the middle of them", picture=False):
            driver.pause(0.3)
            assert utils.reloadPlugin(NAME) is not False
            driver.pause(0.1)
            begin_loads(driver, open_connected(driver))
    answer_yes()
    driver.pause(float(os.environ["PIXXEL_TEST_SECONDS"]))
    ways: dict[str, Callable[[], object]] = {
        "action": lambda: iface.actionExit().trigger(),
        "window": lambda: iface.mainWindow().close(),
        "signal": lambda: None,  # the test sends it
    }
    again = QTimer(iface.mainWindow())  # QGIS that was told to cancel tasks does not leave by itself
    again.timeout.connect(ways[os.environ["PIXXEL_TEST_QUIT"]])
    again.start(700)
    QTimer.singleShot(0, ways[os.environ["PIXXEL_TEST_QUIT"]])


drive(scenario)
