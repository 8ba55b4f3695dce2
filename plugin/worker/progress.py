"""How far a piece of work is; plain data, free of Qt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a piece of work is.

    Attributes:
        done: things done of ``total``; a total of 0 means that nobody knows.
        text: what is being done now.
        bytes_done: bytes received so far, where they say more than things.
    """

    done: int
    total: int
    text: str = ""
    bytes_done: int = 0


Report = Callable[[Progress], None]
