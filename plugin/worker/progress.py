"""How far a piece of work is; plain data, free of Qt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of a piece of work.

    Attributes:
        done: things done of ``total``; a total of 0 means that it is unknown.
        text: the current step.
        bytes_done: bytes received so far, where they are more informative than things.
    """

    done: int
    total: int
    text: str = ""
    bytes_done: int = 0


Report = Callable[[Progress], None]
