"""Run inside QGIS: the dock lists a server's huge page; how long QGIS's event loop takes to come round meanwhile.

The server runs in another process, so that only the plugin's own work is measured.
"""

from __future__ import annotations

import os
import sys
import time
from typing import Any

from qgis.PyQt.QtCore import QModelIndex

sys.path.insert(0, os.environ["PIXXEL_DESKTOP_SCRIPTS"])

from in_qgis import Heartbeat, connected, measure_when_settled, wait

URL = os.environ["PIXXEL_BENCH_URL"]
AFTERWARDS = 0.5  # seconds in which the last rows are drawn


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


def measure() -> dict[str, Any]:
    """List the page once to warm up, then measure."""
    panel, heartbeat = connected(URL, "key").panel, Heartbeat()
    wait(lambda: is_complete(panel.model))
    return {"searches": [searched(panel, text, heartbeat) for text in ("Field", "Field 0", "Field")]}


measure_when_settled(measure)
