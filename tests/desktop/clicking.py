"""Clicks at random, the same ones for the same seed, before a server with faults; every sentence, and each gap."""

from __future__ import annotations

import json
import os
import random
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(os.environ["PIXXEL_DESKTOP_SCRIPTS"])))

from dock_page import DockPage
from driver import Driver, drive
from gaps import Gaps
from qgis import utils
from qgis.core import (
    QgsApplication,
    QgsProcessingAlgRunnerTask,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProject,
    QgsSettings,
)
from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QMessageBox,
    QToolButton,
    QWidget,
)
from qgis.utils import iface

NAME = "pixxel_explorer"
SECONDS = float(os.environ["PIXXEL_TEST_SECONDS"])
LONG = 0.7
SENTENCES = (
    "messageText",
    "stateText",
    "staleLabel",
    "reasonLabel",
    "pushSummaryLabel",
    "countLabel",
    "testResultLabel",
)
_kept: list[object] = []  # what tasks use and QGIS does not own


class Watch:
    """Writes the stack of the main thread whenever it does not run its event loop for long."""

    def __init__(self, out: Path) -> None:
        self._out = out
        self._main = threading.get_ident()
        self._last = time.monotonic()
        self.act = ""
        self._timer = QTimer()
        self._timer.timeout.connect(self._tick)
        self._timer.start(50)
        threading.Thread(target=self._watch, daemon=True).start()

    def _tick(self) -> None:
        self._last = time.monotonic()

    def _watch(self) -> None:
        reported = 0.0
        while True:
            time.sleep(0.1)
            last = self._last
            if time.monotonic() - last > LONG and last != reported:
                reported = last
                frame = sys._current_frames().get(self._main)
                stack = "".join(traceback.format_stack(frame)) if frame is not None else "the main thread has ended"
                with (self._out / "gaps.txt").open("a", encoding="utf-8") as file:
                    file.write(f"--- {self.act}\n{stack}\n")


class Clicks:
    """Clicks of a user who does not wait."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver
        self._chance = random.Random(int(os.environ["PIXXEL_TEST_SEED"]))
        self._page = DockPage(driver)
        self.texts: dict[str, list[str]] = {}
        self.gaps: list[tuple[float, str]] = []
        self.done: dict[str, int] = {}
        self.skipped: dict[str, str] = {}
        self._acts: dict[str, int] = {
            "refresh": 4, "reconnect": 2, "search": 1, "project": 1, "choose": 8, "tick": 3, "add_picture": 5,
            "add_values": 6, "stop": 3, "open_legend": 6, "edit": 10, "undo": 2, "mode": 2, "day": 2, "push": 5,
            "roll_back": 3, "remove_layers": 2, "new_project": 1, "reload": 1, "dock": 1, "press": 6, "create": 2,
            "list_task": 2, "details": 2, "retry": 3, "add_classes": 3,
        }  # fmt: skip

    def run(self) -> None:
        """Click until the time is over."""
        watch, gaps, end = Watch(self._driver.out), Gaps(), time.monotonic() + SECONDS
        names = list(self._acts)
        while time.monotonic() < end:
            name = self._chance.choices(names, list(self._acts.values()))[0]
            watch.act = name
            print(f"act: {name}", flush=True)
            self._try(name, getattr(self, name))
            self._driver.pause(self._chance.choice([0.02, 0.1, 0.3, 1.0]))
            self._listen(name)
            self._close_dialogs()
            self.gaps.append((round(gaps.take(), 3), name))

    def _try(self, name: str, act: Callable[[], object]) -> None:
        try:
            act()
            self.done[name] = self.done.get(name, 0) + 1
        except (AssertionError, StopIteration, IndexError, AttributeError) as error:
            self.skipped[name] = f"{type(error).__name__}: {error}"[:300]

    def _listen(self, act: str) -> None:
        for window in QApplication.topLevelWidgets():
            for label in window.findChildren(QLabel):
                if label.isVisible() and label.objectName() in SENTENCES and label.text():
                    self.texts.setdefault(label.text(), [act, label.objectName()])

    def _close_dialogs(self) -> None:
        for window in QApplication.topLevelWidgets():
            if isinstance(window, QDialog) and window.isVisible():
                if isinstance(window, QMessageBox):
                    self.texts.setdefault(f"BOX {window.text()}", ["box", ""])
                window.reject()

    def _press(self, name: str, parent: QWidget | None = None) -> None:
        """Click a button that can be clicked."""
        button = parent.findChild(QAbstractButton, name) if parent is not None else self._driver.visible(name)
        assert button is not None, f"{name} is not there"
        assert button.isVisible() and button.isEnabled(), f"{name} cannot be clicked"
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    # --- acts ---------------------------------------------------------------------------------------------------------

    @property
    def _panel(self) -> Any:
        return self._page.panel

    def refresh(self) -> None:
        self._press("refreshButton")

    def reconnect(self) -> None:
        self._panel.choose_connection("Sandbox")

    def retry(self) -> None:
        self._driver.visible("retryButton").click()

    def search(self) -> None:
        self._panel.filter_bar.search_edit.setText(self._chance.choice(["", "", "", "farm", "zzz", "%1"]))

    def project(self) -> None:
        combo = self._driver.find(QComboBox, "projectCombo")
        combo.setCurrentIndex(self._chance.randrange(combo.count()))

    def choose(self) -> None:
        model = self._panel.model
        aois = model.aois()
        aoi = aois[0] if self._chance.random() < 0.6 else self._chance.choice(aois)
        self._panel.show_aoi(aoi.aoi_id)
        parent = model.index_of_aoi(aoi.aoi_id)
        self._driver.pause(0.4)
        items = [model.item(model.index(row, 0, parent)) for row in range(model.rowCount(parent))]
        self._panel.show_aoi(aoi.aoi_id, self._chance.choice([item for item in items if item is not None]).id)

    def tick(self) -> None:
        self._press(self._chance.choice(["allDatesButton", "noDatesButton"]), self._panel)

    def add_picture(self) -> None:
        self._add("picture")

    def add_values(self) -> None:
        self._add("values")

    def add_classes(self) -> None:
        self._add("classes")

    def _add(self, kind: str) -> None:
        from pixxel_explorer.plugin.layer_kinds.table import LayerKind  # another class after each reload

        self._panel.card.add_as(LayerKind.parse(kind))

    def stop(self) -> None:
        button = self._driver.visible("stopButton")
        assert button is not None
        button.click()

    def open_legend(self) -> None:
        self._press("editLegendButton")

    def edit(self) -> None:
        row = self._chance.randrange(self._page.legend_rows())
        if self._chance.random() < 0.5:
            self._page.set_maximum(row, round(self._page.maximum(row) + self._chance.uniform(-0.1, 0.1), 3))
        else:
            self._page.set_colour(row, QColor(self._chance.choice(["red", "#00000000", "#123456"])))

    def undo(self) -> None:
        self._press(self._chance.choice(["undoButton", "redoButton"]), self._driver.visible("legendEditor"))

    def mode(self) -> None:
        self._press(self._chance.choice(["dynamicModeButton", "theoreticalModeButton"]))

    def day(self) -> None:
        combo = self._driver.find(QComboBox, "legendDateCombo")
        row = self._chance.randrange(combo.count())
        combo.setCurrentIndex(row)
        combo.activated.emit(row)

    def _in_dialog(self, opening: str, name: str, accept: str) -> None:
        def within() -> None:
            for _ in range(40):
                self._driver.pause(0.1)
                dialog = self._driver.visible(name)
                if dialog is None:
                    continue
                self._listen(opening)
                button = dialog.findChild(QAbstractButton, accept)
                if self._chance.random() < 0.1:
                    dialog.reject()
                    return
                if button.isEnabled():
                    button.click()
                    self._driver.pause(self._chance.choice([0.0, 0.5, 3.0]))
                    self._listen(opening)
                    return
            if self._driver.visible(name):
                self._driver.visible(name).reject()

        button = self._driver.visible(opening)
        assert button is not None and button.isEnabled(), f"{opening} cannot be clicked"
        QTimer.singleShot(0, within)
        self._press(opening)

    def push(self) -> None:
        self._in_dialog("pushButton", "pushDialog", "pushAcceptButton")

    def roll_back(self) -> None:
        self._in_dialog("rollBackButton", "rollbackDialog", "rollbackAcceptButton")

    def remove_layers(self) -> None:
        QgsProject.instance().removeAllMapLayers()

    def new_project(self) -> None:
        QgsProject.instance().clear()

    def reload(self) -> None:
        assert utils.reloadPlugin(NAME) is not False
        self._driver.pause(0.2)
        self._page = DockPage(self._driver)
        self._page.use_connection("Sandbox", os.environ["PIXXEL_TEST_URL"], os.environ["PIXXEL_TEST_KEY"])
        self._page.open_dock()

    def dock(self) -> None:
        dock = self._driver.visible("PixxelExplorerDock")
        dock.close()
        self._driver.pause(0.3)
        self._page.open_dock()

    def press(self) -> None:
        names = ("messageActionButton", "answerButton0", "answerButton1", "staleRetryButton")
        found = [b for b in iface.mainWindow().findChildren(QToolButton) if b.objectName() in names and b.isVisible()]
        QTimer.singleShot(300, self._close_dialogs)
        self._chance.choice(found).click()

    def details(self) -> None:
        buttons = iface.mainWindow().findChildren(QToolButton, "messageDetailsButton")
        self._chance.choice([button for button in buttons if button.isVisible()]).click()

    def create(self) -> None:
        ring = "POLYGON((16.94 47.18, 16.95 47.18, 16.95 47.19, 16.94 47.18))"
        self._start(
            "pixxel:createaoi",
            {
                "INPUT": _layer(ring),
                "NAME": f"Field {self._chance.randrange(10_000)}",
                "DESCRIPTION": "Clicked",
                "PROJECT": "raba-valley",
                "SATELLITE": "Firefly (sample)",
                "PROVIDER": "pixxel",
                "ITEMS": "SAMPLE_20250506_L2A",
            },
        )

    def list_task(self) -> None:
        self._start("pixxel:listvisualizations", {"AOI": self._chance.choice(self._panel.model.aois()).aoi_id})

    def _start(self, name: str, parameters: dict[str, Any]) -> None:
        algorithm = QgsApplication.processingRegistry().createAlgorithmById(name)
        context, feedback = QgsProcessingContext(), Feedback(self.texts, name)
        context.setProject(QgsProject.instance())
        run = QgsProcessingAlgRunnerTask(algorithm, {"OUTPUT": "TEMPORARY_OUTPUT", **parameters}, context, feedback)
        _kept.extend([algorithm, context, feedback])
        QgsApplication.taskManager().addTask(run)


class Feedback(QgsProcessingFeedback):
    """Keeps the errors of algorithms."""

    def __init__(self, texts: dict[str, list[str]], name: str) -> None:
        super().__init__(False)
        self._said, self._name = texts, name

    def reportError(self, error: str, fatalError: bool = False) -> None:
        """Keep an error."""
        self._said.setdefault(f"ALG {error}", [self._name, ""])


def _layer(wkt: str) -> str:
    from qgis.core import QgsCoordinateReferenceSystem, QgsFeature, QgsGeometry, QgsVectorLayer

    layer = QgsVectorLayer("Polygon", "drawn", "memory")
    layer.setCrs(QgsCoordinateReferenceSystem("EPSG:4326"))
    feature = QgsFeature()
    feature.setGeometry(QgsGeometry.fromWkt(wkt))
    layer.dataProvider().addFeature(feature)
    QgsProject.instance().addMapLayer(layer)
    return str(layer.id())


def scenario(driver: Driver) -> None:
    """Click, write what was said, and leave with work under way."""
    QgsSettings().setValue("qgis/askToSaveProjectChanges", False)
    clicks = Clicks(driver)
    with driver.step("Click"):
        page = DockPage(driver)
        page.use_connection("Sandbox", os.environ["PIXXEL_TEST_URL"], os.environ["PIXXEL_TEST_KEY"])
        page.open_dock()
        driver.pause(2)
        try:
            clicks.run()
        finally:
            found = {
                "said": clicks.texts,
                "gaps": sorted(clicks.gaps, reverse=True)[:30],
                "done": clicks.done,
                "skipped": clicks.skipped,
            }
            (driver.out / "clicks.json").write_text(json.dumps(found, indent=1), encoding="utf-8")
    QgsProject.instance().clear()  # QGIS would ask about its scratch layers
    clicks._try("add_values", clicks.add_values)
    for act, interval in ((answer_yes, 100), (iface.actionExit().trigger, 700)):
        again = QTimer(iface.mainWindow())
        again.timeout.connect(act)
        again.start(interval)


def answer_yes() -> None:
    """Answer QGIS's question whether tasks are to be cancelled."""
    box = QApplication.activeModalWidget()
    if isinstance(box, QMessageBox) and box.button(QMessageBox.StandardButton.Yes) is not None:
        box.button(QMessageBox.StandardButton.Yes).click()


drive(scenario)
