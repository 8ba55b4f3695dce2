"""How long the main thread of a QGIS does not come round to its timers."""

from __future__ import annotations

import time

from qgis.PyQt.QtCore import Qt, QTimer

TICK_MS = 10


class Gaps:
    """Notes how long the main thread did not come round to a timer of 10 ms."""

    def __init__(self) -> None:
        self._last = time.monotonic()
        self._longest = 0.0
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_tick)
        self._timer.start(TICK_MS)

    def _on_tick(self) -> None:
        now = time.monotonic()
        self._longest = max(self._longest, now - self._last)
        self._last = now

    def take(self) -> float:
        """Return the longest gap since it was last asked for."""
        self._on_tick()
        found, self._longest = self._longest, 0.0
        return found
