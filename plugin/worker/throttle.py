"""Progress let through at a bearable rate."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable

from .progress import Progress

INTERVAL = 0.05  # seconds between two reports that get through


class ProgressThrottle:
    """Passes reports on at most twenty times a second; the last one always gets through. Lives on the loop."""

    def __init__(self, deliver: Callable[[Progress], None], interval: float = INTERVAL) -> None:
        self._loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()
        self._deliver = deliver
        self._interval = interval
        self._pending: Progress | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._next_time = 0.0
        self._closed = False

    def report(self, progress: Progress) -> None:
        """Take a report, on any thread."""
        if threading.get_ident() == self._thread:
            self._take(progress)
        else:
            with contextlib.suppress(RuntimeError):  # the loop has been closed; nothing listens any more
                self._loop.call_soon_threadsafe(self._take, progress)

    def close(self) -> None:
        """Let the last report through, and none after it."""
        self._flush()
        self._closed = True

    def _take(self, progress: Progress) -> None:
        if self._closed:
            return
        self._pending = progress
        wait = self._next_time - self._loop.time()
        if wait <= 0:
            self._flush()
        elif self._timer is None:
            self._timer = self._loop.call_later(wait, self._flush)

    def _flush(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        progress, self._pending = self._pending, None
        if progress is not None:
            self._next_time = self._loop.time() + self._interval
            self._deliver(progress)
