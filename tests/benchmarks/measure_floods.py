"""Run inside QGIS: the dock lists a server's huge page; how long QGIS's event loop takes to come round meanwhile.

The server runs in another process, so that only the plugin's own work is measured.
"""

from __future__ import annotations

import json
import os
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from qgis import utils
from qgis.PyQt.QtCore import QEventLoop, QModelIndex, QObject, QTimer

NAME = "pixxel_explorer"
OUT = Path(os.environ["PIXXEL_DESKTOP_OUT"])
URL = os.environ["PIXXEL_BENCH_URL"]
AFTERWARDS = 0.5  # seconds in which the last rows are drawn


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
        """Begin anew."""
        self.gaps_ms, self._last = [], time.perf_counter()


def wait(condition: Any, seconds: float = 120) -> None:
    """Run the event loop, asleep between events, until a condition holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "the plugin took too long"
        loop = QEventLoop()
        QTimer.singleShot(5, loop.quit)
        loop.exec()


def connect(plugin: Any) -> Any:
    """Open the dock on a server, wait until its list is complete, and return the panel."""
    from pixxel_explorer.plugin.api.config import Connection

    plugin.settings.save_connection(Connection("Bench", URL))
    plugin.session_keys.set("Bench", "key")
    plugin.settings.current_connection = "Bench"
    plugin.open_dock()
    wait(lambda: plugin.application is not None and plugin.application.panel.model.aois())
    panel = plugin.application.panel
    wait(lambda: is_complete(panel.model))
    return panel


def is_complete(model: Any) -> bool:
    """Return whether all rows are there."""
    return bool(model.aois()) and not model.is_pending and not model.canFetchMore(QModelIndex())


def searched(panel: Any, text: str, heartbeat: Heartbeat) -> dict[str, Any]:
    """Search as a person does for what all records have; return seconds until all rows are there, and the gaps."""
    heartbeat.reset()
    started = time.perf_counter()
    panel.filter_bar.search_edit.setText(text)
    panel.filter_bar.search_edit.returnPressed.emit()
    wait(lambda: not panel.model.aois())
    wait(lambda: is_complete(panel.model))
    seconds = time.perf_counter() - started
    wait(lambda: time.perf_counter() > started + seconds + AFTERWARDS)
    return {"s": seconds, "gap_ms": max(heartbeat.gaps_ms), "rows": len(panel.model.aois())}


def measure() -> None:
    """List the page once to warm up, then measure, and report."""
    utils.loadPlugin(NAME)
    utils.startPlugin(NAME)
    panel, heartbeat = connect(utils.plugins[NAME]), Heartbeat()
    found = {"searches": [searched(panel, text, heartbeat) for text in ("Field", "Field 0", "Field")]}
    part = OUT / "report.part"
    part.write_text(json.dumps(found), encoding="utf-8")
    part.replace(OUT / "report.json")


def run() -> None:
    """Measure; a failure ends the process, so that nobody waits for a report."""
    done = False
    try:
        measure()
        done = True
    finally:
        if not done:
            traceback.print_exc(file=sys.__stderr__)  # QGIS has a window for what goes to the other one
            os._exit(1)


QTimer.singleShot(3000, run)
