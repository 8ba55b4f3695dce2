"""How far a piece of work is; plain data, free of Qt."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """Things done of things to do, with a word on what is being done; ``bytes_done`` counts what was received."""

    done: int
    total: int
    text: str = ""
    bytes_done: int = 0


Report = Callable[[Progress], None]


class Throttle:
    """Passes reports on, at most one in ``interval`` seconds; the latest that was held back comes with ``flush``."""

    def __init__(self, tell: Report, interval: float = 0.05, clock: Callable[[], float] = time.monotonic) -> None:
        self._tell = tell
        self._interval = interval
        self._clock = clock
        self._next = float("-inf")
        self._held: Progress | None = None

    def __call__(self, progress: Progress) -> None:
        """Report, now or later."""
        now = self._clock()
        if now < self._next:
            self._held = progress
            return
        self._held = None
        self._next = now + self._interval
        self._tell(progress)

    def flush(self) -> None:
        """Tell what was held back."""
        held, self._held = self._held, None
        if held is not None:
            self._tell(held)
