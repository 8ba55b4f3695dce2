"""Sentences about what a write of a legend loses, and what it does to dates that nobody chose."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .numbers import count_text, percent_text, rounded_text
from .wording import Action, quoted, translate

_MOST_NAMED = 6
_MOST_DAYS = 3


def transparency_refused(error: Any) -> tuple[str, Action]:
    """Say that nothing was pushed, which classes would become opaque, and what to choose."""
    text = translate(
        "Messages",
        "Nothing was pushed, because the server's classes cannot be transparent: {0} would become opaque. "
        "Set TRANSPARENCY to opaque to push them so, or to leave_out to leave fully transparent classes out.",
    )
    return text.format(lost_text(error.report.transparency_lost)), Action.NONE


def transparency_warning(lost: Sequence[dict[str, Any]], *, leaves_out: bool = False) -> str:
    """Return that transparency is lost by a push, and of which classes; or that invisible classes are left out."""
    if leaves_out:
        text = translate(
            "Messages",
            "The server's classes cannot be transparent: of {0}, fully transparent ones are left out, "
            "others become opaque.",
        )
    else:
        text = translate("Messages", "The server's classes cannot be transparent: {0} would become opaque.")
    return text.format(lost_text(lost))


def lost_text(lost: Sequence[dict[str, Any]]) -> str:
    """Return classes with their opacity, each once though it is lost on several dates."""
    names = list(dict.fromkeys(map(_lost_name, lost)))
    return ", ".join(names if len(names) <= _MOST_NAMED else [*names[:_MOST_NAMED], "…"])


def _lost_name(one: dict[str, Any]) -> str:
    percent = percent_text(round(100 * one["opacity"]))
    if one["class_index"] is None:
        return translate("Messages", "the legend as a whole ({0} opaque)").format(percent)
    label = one["label"] or translate("Messages", "class {0}").format(count_text(one["class_index"] + 1))
    return translate("Messages", "{0} ({1} opaque)").format(quoted(label), percent)


def outside_warning(outside: Sequence[dict[str, Any]]) -> str:
    """Return how many dates have values outside the legend they all get, and how many per cent at most."""
    worst = max(outside, key=lambda one: float(one["percent"]))
    text = translate(
        "Messages",
        "{0} dates have values outside this legend, up to {1} % on {2}, which would not be drawn "
        "(estimated from the server's classes). Widen the lowest and highest class to draw them.",
    )
    if len(outside) == 1:
        text = translate(
            "Messages",
            "About {1} % of {2} lies outside this legend, and would not be drawn "
            "(estimated from the server's classes). Widen the lowest and highest class to draw it.",
        )
    return text.format(count_text(len(outside)), rounded_text(worst["percent"], 6), worst["date"])


def may_change_warning(days: Sequence[str]) -> str:
    """Return that a number of classes may change dates it is not meant for."""
    text = translate(
        "Messages",
        "The server may apply the number of classes to the other dates of this mode too: {0}. "
        "They are compared after the write.",
    )
    return text.format(", ".join(days))


def changed_text(days: Sequence[str]) -> str:
    """Return that dates changed though they were not chosen."""
    text = translate("Messages", "The server also changed the legend of {0}, though nobody chose it.")
    if len(days) > 1:
        text = translate("Messages", "The server also changed the legends of {0}, though nobody chose them.")
    return text.format(", ".join(days))


def other_mode_text(days: Sequence[str]) -> str:
    """Return that a write changed the mode that was not written."""
    text = translate("Messages", "The server also changed the other mode of {0}. Look at it before going on.")
    return text.format(", ".join(days))


def put_back_text(days: Sequence[str]) -> str:
    """Return that dates the server dropped were sent back."""
    text = translate(
        "Messages", "The server dropped the legends of {0}, which were not sent; they were put back at once."
    )
    return text.format(", ".join(days))


def not_compared_text(days: Sequence[str]) -> str:
    """Return that dates could not be compared after a write."""
    text = translate(
        "Messages",
        "Whether {0} stayed as they were is not known, since the server could not be read. Reload the legend.",
    )
    return text.format(", ".join(days))


def shortened(days: Sequence[str]) -> list[str]:
    """Return the first few days of some, and how many more there are, for where there is little room."""
    more = len(days) - _MOST_DAYS
    if more <= 1:
        return list(days)
    return [*days[:_MOST_DAYS], translate("Messages", "and {0} more").format(count_text(more))]
