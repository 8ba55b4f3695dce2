"""Common parts of all messages."""

from __future__ import annotations

from enum import Enum, auto

from ..files.shown_names import shown_name

_SHORT = 200


class Action(Enum):
    """The next step that a message offers."""

    NONE = auto()
    RETRY = auto()
    OPEN_SETTINGS = auto()
    RELOAD = auto()
    OPEN_PANEL = auto()
    UNDO = auto()
    UNLOCK = auto()


def quoted(text: str) -> str:
    """Return a text on one line, shortened if it is long."""
    return shown_name(text, _SHORT)
