"""QGIS is left in a state and a way that the test names; its exit status is what the test looks at."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["PIXXEL_DESKTOP_SCRIPTS"])))

from dock_page import DockPage
from driver import Driver, drive
from qgis import utils
from qgis.core import (
    QgsApplication,
    QgsProcessingAlgRunnerTask,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsSettings,
    QgsTemporalNavigationObject,
)
from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication, QLabel, QMessageBox
from qgis.utils import iface
from steps import open_connected

NAME = "pixxel_explorer"
_kept: list[object] = []  # what QGIS uses and does not own


def loads(driver: Driver, page: DockPage) -> None:
    """Have pictures, values and a legend under way."""
    driver.click("editLegendButton")
    page.add("picture")
    page.add("values")
    driver.wait(lambda: page.panel.jobs.isVisible(), "the loads")


def draft(driver: Driver, page: DockPage) -> None:
    """Edit a legend; nothing is pushed."""
    driver.click("editLegendButton")
    driver.wait(page.legend_rows, "the classes")
    page.set_maximum(0, page.maximum(0) + 0.05)
    driver.wait(page.edit_count, "the edit")


def push(driver: Driver, page: DockPage) -> None:
    """Push a legend to a server that keeps the request waiting."""
    draft(driver, page)
    driver.click_soon("pushButton")
    driver.wait(page.push_dialog, "the comparison")
    page.accept_push()
    driver.wait(Path(os.environ["PIXXEL_TEST_HELD"]).exists, "the request")


def animation(driver: Driver, page: DockPage) -> None:
    """Play the dates that are on the map, while more are loaded."""
    page.add("values")
    driver.wait(lambda: len(page.layers("values")) == len(page.dates()), "the values", 60)
    controller = iface.mapCanvas().temporalController()
    controller.setNavigationMode(QgsTemporalNavigationObject.NavigationMode.Animated)
    controller.setFramesPerSecond(10)
    controller.setLooping(True)
    controller.playForward()
    frame = controller.currentFrameNumber()
    driver.wait(lambda: controller.currentFrameNumber() != frame, "the next frame")
    page.add("picture")


def dialog(_driver: Driver, page: DockPage) -> None:
    """Have loads under way; a modal dialog is opened by ``open_dialog``, which returns when it is closed."""
    page.add("values")


def open_dialog(driver: Driver) -> None:
    """Open a modal dialog."""
    driver.trigger("editConnectionAction")


def task(driver: Driver, page: DockPage) -> None:
    """Have an algorithm under way in the background."""
    card = page.panel.card
    parameters = {"AOI": page.panel.tree.aoi.aoi_id, "VISUALIZATION": card.item.id, "AS": "values"}
    parameters["FOLDER"] = str(driver.out / "loaded")
    algorithm = QgsApplication.processingRegistry().createAlgorithmById("pixxel:loadvisualization")
    context, feedback = QgsProcessingContext(), QgsProcessingFeedback()
    run = QgsProcessingAlgRunnerTask(algorithm, parameters, context, feedback)
    _kept.extend([algorithm, context, feedback])
    QgsApplication.taskManager().addTask(run)
    driver.wait(lambda: QgsApplication.taskManager().countActiveTasks() > 0, "the task")


def installation(driver: Driver) -> None:
    """Have the packages under way, from an index that sends them slowly."""
    driver.trigger("pixxelExplorerAction", iface.mainWindow())
    driver.wait(lambda: driver.visible("missingPanel"), "the page of missing packages")
    for name in ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL"):  # this machine may have indexes of its own
        os.environ[name] = os.environ["PIXXEL_TEST_INDEX"]
    driver.click("installButton")
    driver.wait(lambda: " of " in driver.find(QLabel, "installTransfer").text(), "the file under way", 60)


STATES: dict[str, Callable[[Driver, DockPage], None]] = {
    each.__name__: each for each in (loads, draft, push, animation, dialog, task)
}


def answer_yes() -> None:
    """Answer QGIS's question whether tasks are to be cancelled, as often as it is asked."""
    timer = QTimer(iface.mainWindow())
    timer.timeout.connect(lambda: press_yes(QApplication.activeModalWidget()))
    timer.start(50)


def press_yes(box: object) -> None:
    """Press the button of a question that says yes."""
    if isinstance(box, QMessageBox) and box.button(QMessageBox.StandardButton.Yes) is not None:
        QTest.mouseClick(box.button(QMessageBox.StandardButton.Yes), Qt.MouseButton.LeftButton)


def bring_about(driver: Driver, state: str) -> None:
    """Bring the plugin into the state."""
    if state == installation.__name__:
        installation(driver)
    else:
        STATES[state](driver, open_connected(driver))


def scenario(driver: Driver) -> None:
    """Have much under way, a reload behind, and leave."""
    QgsSettings().setValue("qgis/askToSaveProjectChanges", False)
    if os.environ["PIXXEL_TEST_RELOADS"] == "yes":
        with driver.step("Reload the plugin in the middle of loads", picture=False):
            loads(driver, open_connected(driver))
            driver.pause(0.3)
            assert utils.reloadPlugin(NAME) is not False
            driver.pause(0.1)
    with driver.step("Begin", picture=False):
        bring_about(driver, os.environ["PIXXEL_TEST_STATE"])
    answer_yes()
    driver.pause(float(os.environ["PIXXEL_TEST_SECONDS"]))
    if os.environ["PIXXEL_TEST_STATE"] == dialog.__name__:
        QTimer.singleShot(0, lambda: open_dialog(driver))
    leave_soon(driver)


def leave_soon(driver: Driver) -> None:
    """Leave QGIS when the report is written, and as often as it takes: after its tasks it does not leave by itself."""
    ways: dict[str, Callable[[], object]] = {
        "action": lambda: iface.actionExit().trigger(),
        "window": lambda: iface.mainWindow().close(),
        "signal": lambda: None,  # the test sends it
    }
    needs_dialog = os.environ["PIXXEL_TEST_STATE"] == dialog.__name__

    def leave() -> None:
        if not needs_dialog or driver.visible("connectionDialog"):
            ways[os.environ["PIXXEL_TEST_QUIT"]]()

    again = QTimer(iface.mainWindow())
    again.timeout.connect(leave)
    again.start(700)
    QTimer.singleShot(0, leave)


drive(scenario)
