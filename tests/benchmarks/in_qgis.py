"""What the measurements inside QGIS share: a heartbeat of the event loop, waiting, and the report."""

from __future__ import annotations

import json
import os
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from qgis import utils
from qgis.PyQt.QtCore import QEventLoop, QObject, QTimer

NAME = "pixxel_explorer"
OUT = Path(os.environ["PIXXEL_DESKTOP_OUT"])
SETTLED_MS = 3000  # until QGIS has started


class Heartbeat(QObject):
    """Measures how long the event loop takes to come round, each time."""

    def __init__(self) -> None:
        super().__init__()
        self.gaps_ms: list[float] = []
        self._last = time.perf_counter()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._beat)
        self._timer.start(1)

    def _beat(self) -> None:
        now = time.perf_counter()
        self.gaps_ms.append((now - self._last) * 1000)
        self._last = now

    def reset(self) -> None:
        """Start again."""
        self.gaps_ms, self._last = [], time.perf_counter()


def wait(condition: Any, seconds: float = 120) -> None:
    """Run the event loop, asleep between events, until a condition holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "the plugin took too long"
        loop = QEventLoop()
        QTimer.singleShot(5, loop.quit)
        loop.exec()


def connected(url: str, key: str) -> Any:
    """Start the plugin and open its dock on a server; return its application once AOIs are listed."""
    utils.loadPlugin(NAME)
    utils.startPlugin(NAME)
    from pixxel_explorer.plugin.api.config import Connection

    plugin = utils.plugins[NAME]
    plugin.settings.save_connection(Connection("Bench", url))
    plugin.session_keys.set("Bench", key)
    plugin.settings.current_connection = "Bench"
    plugin.open_dock()
    wait(lambda: plugin.application is not None and plugin.application.panel.model.aois())
    return plugin.application


def measure_when_settled(measure: Callable[[], dict[str, Any]]) -> None:
    """Measure once QGIS has started, and report what was found; a failure ends QGIS, so that no one waits for it."""

    def run() -> None:
        done = False
        try:
            part = OUT / "report.part"
            part.write_text(json.dumps(measure()), encoding="utf-8")
            part.replace(OUT / "report.json")
            done = True
        finally:
            if not done:
                traceback.print_exc(file=sys.__stderr__)  # QGIS has a window for what goes to the other one
                os._exit(1)

    QTimer.singleShot(SETTLED_MS, run)
