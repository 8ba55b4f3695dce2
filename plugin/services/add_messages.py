"""What is said when dates are put on the map: that they are there already, or that the map shows another place."""

from __future__ import annotations

from collections.abc import Sequence

from .messages import Message
from .numbers import count_text
from .wording import quoted, translate


def already_there(title: str, days: Sequence[str], shown: str) -> Message:
    """Return that all dates asked for are on the map already, and which of them is shown."""
    if len(days) == 1:
        return Message(translate("Adding", "{0} of {1} is on the map already; it is shown now.").format(title, shown))
    text = translate("Adding", "All {0} dates of {1} are on the map already; {2} is shown.")
    return Message(text.format(count_text(len(days)), title, shown))


def load_again() -> str:
    """Return the words of the button that loads dates once more."""
    return translate("Adding", "Load Again")


def elsewhere(aoi: str) -> Message:
    """Return that the map does not show an AOI of which dates are added."""
    return Message(translate("Adding", "The map does not show “{0}”, to which dates are added.").format(quoted(aoi)))


def zoom_there() -> str:
    """Return the words of the button that brings an AOI into view."""
    return translate("Adding", "Zoom to AOI")
