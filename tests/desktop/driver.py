"""Drive the plugin's own widgets inside a running QGIS: wait, click, type, take pictures, keep a report."""

from __future__ import annotations

import json
import logging
import os
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from qgis.PyQt.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, Qt, QTimer
from qgis.PyQt.QtGui import QGuiApplication
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QAbstractButton, QAction, QApplication, QWidget
from qgis.utils import iface


class Driver:
    """Runs steps, keeps going after a failed one only where asked, and writes ``report.json`` at the end."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self._steps: list[dict[str, Any]] = []
        self._escaped: list[str] = []
        sys.excepthook = self._on_escaped  # QGIS's own would wait in a dialog

    @contextmanager
    def step(self, name: str, picture: bool = True) -> Iterator[None]:
        """Run a block as one step: its time, whether it held, and a picture of the screen after it."""
        started = time.monotonic()
        problem = ""
        try:
            yield
            assert not self._escaped, f"an error escaped: {self._escaped}"
        except Exception as error:  # noqa: BLE001 (the border of a step: a failure is its result)
            problem = f"{type(error).__name__}: {error}"
            traceback.print_exc()
        seconds = time.monotonic() - started
        self._steps.append({"name": name, "held": not problem, "seconds": round(seconds, 3), "problem": problem})
        if picture:
            self.picture(f"{len(self._steps):02d}-{name.lower().replace(' ', '-')}")
        if problem:
            raise StepFailed(name)

    def _on_escaped(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        self._escaped.append(f"{kind.__name__}: {error}")
        traceback.print_exception(kind, error, trace)

    def picture(self, name: str) -> None:
        """Save what the screen shows."""
        self.pause(0.4)
        QGuiApplication.primaryScreen().grabWindow(0).save(str(self.out / f"{name}.png"))

    def pause(self, seconds: float) -> None:
        """Let the event loop run for a while; what was to be deleted later is, though the scenario is still running."""
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        loop = QEventLoop()
        QTimer.singleShot(int(seconds * 1000), loop.quit)
        loop.exec()

    def wait(self, condition: Callable[[], Any], what: str, seconds: float = 30) -> Any:
        """Run the event loop until the condition gives something true, and return that.

        Raises:
            AssertionError: it stayed false.
        """
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = condition()
            if found:
                return found
            self.pause(0.02)
        raise AssertionError(f"waited {seconds} s for {what}")

    def find(self, kind: type[QObject], name: str, parent: QObject | None = None) -> Any:
        """Return the widget of that object name, wherever it is.

        Raises:
            AssertionError: there is none.
        """
        roots = [parent] if parent is not None else QApplication.topLevelWidgets()
        for root in roots:
            if isinstance(root, kind) and root.objectName() == name:
                return root
            found = root.findChild(kind, name)
            if found is not None:
                return found
        raise AssertionError(f"no {kind.__name__} named {name}")

    def visible(self, name: str) -> Any:
        """Return the visible widget of that object name, or nothing."""
        found = (w for root in QApplication.topLevelWidgets() for w in [root, *root.findChildren(QWidget, name)])
        return next((w for w in found if w.objectName() == name and w.isVisible()), None)

    def trigger(self, name: str, parent: QObject | None = None) -> None:
        """Trigger an enabled action, as its button or menu entry does."""
        action = self.find(QAction, name, parent)
        assert action.isEnabled(), f"{name} is disabled: {action.toolTip()}"
        action.trigger()

    def click_soon(self, name: str) -> None:
        """Click a button that opens a dialog, and return before the dialog is closed."""
        QTimer.singleShot(0, lambda: self.click(name))

    def click(self, name: str, parent: QObject | None = None) -> None:
        """Click an enabled button with the mouse, once it is laid out."""
        button: QWidget = self.find(QAbstractButton, name, parent)
        self.wait(lambda: button.isVisible() and min(button.width(), button.height()) > 8, f"{name} to be seen", 5)
        assert button.isEnabled(), f"{name} is disabled: {button.toolTip()}"
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def report(self) -> None:
        """Write the report; it appears whole or not at all."""
        text = json.dumps({"pid": os.getpid(), "steps": self._steps}, indent=2)
        part = self.out / "report.part"
        part.write_text(text, encoding="utf-8")
        part.replace(self.out / "report.json")


class StepFailed(Exception):
    """A step did not hold; those after it would mean nothing."""


def drive(scenario: Callable[[Driver], None]) -> None:
    """Run a scenario once QGIS has settled, then report and, unless asked to stay, leave QGIS."""
    logging.basicConfig(level=logging.INFO)  # to qgis.log, beside the pictures
    driver = Driver(Path(os.environ["PIXXEL_DESKTOP_OUT"]))

    def run() -> None:
        fill_the_screen()
        try:
            scenario(driver)
        except StepFailed as failed:
            print(f"the scenario ends at: {failed}")
        finally:
            driver.report()

    QTimer.singleShot(1500, run)


def fill_the_screen() -> None:
    """Give QGIS the whole screen, with or without a window manager."""
    window = iface.mainWindow()
    window.showNormal()
    window.setGeometry(QGuiApplication.primaryScreen().availableGeometry())
