"""Messages about losses in a legend write and its effect on dates that were not chosen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..host.i18n import translate
from .numbers import count_text, percent_text, rounded_text
from .wording import Action, quoted

_MOST_NAMED = 6
_MOST_DAYS = 3
_CONFLICT, _LOCKED = 409, 423


def transparency_refused(error: Any) -> tuple[str, Action]:
    """Return the message that nothing was pushed, with the classes that would become opaque and the options."""
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
    text = translate("Messages", "The server also changed the legend of {0}, although it was not selected.")
    if len(days) > 1:
        text = translate("Messages", "The server also changed the legends of {0}, although they were not selected.")
    return text.format(", ".join(days))


def other_mode_text(days: Sequence[str]) -> str:
    """Return that a write changed the mode that was not written."""
    text = translate("Messages", "The server also changed the other mode of {0}. Check it before continuing.")
    return text.format(", ".join(days))


def put_back_text(days: Sequence[str]) -> str:
    """Return that dates the server dropped were sent back."""
    text = translate(
        "Messages", "The server dropped the legends of {0}, which were not sent; they were put back at once."
    )
    return text.format(", ".join(days))


def write_refused(error: Any) -> tuple[str, Action]:
    """Return the message about a refused legend write: changes by other users or another reason, and the remedy."""
    pushes = error.act == "push"
    nothing = (
        translate("Messages", "Nothing was pushed.") if pushes else translate("Messages", "Nothing was rolled back.")
    )
    why = _changed_meanwhile(error) if error.report.conflicts else _refusal(error)
    again = (
        translate("Messages", "Compare the two, then push again.")
        if pushes
        else translate("Messages", "Reload the legend, then roll back again.")
    )
    quoted_message = (
        translate("Messages", "The server says “{0}”.").format(quoted(error.message)) if error.message else ""
    )
    return " ".join(filter(None, (nothing, why, quoted_message, again))), Action.RELOAD


def _changed_meanwhile(error: Any) -> str:
    days = ", ".join(shortened([str(one["date"]) for one in error.report.conflicts]))
    who = quoted(error.who) or translate("Messages", "Another user")
    what = ", ".join(dict.fromkeys(filter(None, map(_field_text, error.fields))))
    text = translate("Messages", "{0} changed the legend of {1} meanwhile ({2}).")
    if not what:
        text = translate("Messages", "{0} changed the legend of {1} meanwhile.")
    return text.format(who, days, what)


def _field_text(name: str) -> str:
    texts = {
        "min": translate("Messages", "breakpoints"),
        "max": translate("Messages", "breakpoints"),
        "color": translate("Messages", "colours"),
        "label": translate("Messages", "labels"),
        "classes": translate("Messages", "the number of classes"),
        "date": translate("Messages", "it has none any more"),
    }
    return texts.get(name, "")


def _refusal(error: Any) -> str:
    if error.status == _LOCKED:
        return translate("Messages", "The legend is locked on the server; wait until it is free.")
    if error.report.document is None:
        return translate("Messages", "The legend is in a state in which the server does not change it.")
    if error.status == _CONFLICT:
        return translate("Messages", "The server reports a conflict, but holds the legend that was compared.")
    return translate("Messages", "A precondition of the server failed, but it holds the legend that was compared.")


def unverified_text() -> str:
    """Return the message that a write was answered, but the stored legend could not be read."""
    return translate(
        "Messages",
        "The server accepted the change, but could not be read again, so it is not known whether it stored what "
        "it answered. Reload the legend.",
    )


def stored_otherwise_text(days: Sequence[str]) -> str:
    """Return that the server holds another legend than it answered."""
    text = translate(
        "Messages", "The server holds another legend of {0} than it answered with. The stored legend is shown."
    )
    return text.format(", ".join(days))


def unchanged_text(days: Sequence[str]) -> str:
    """Return the message that a rollback was answered, but the legend is the same as before."""
    text = translate(
        "Messages",
        "The server accepted the rollback, but holds the same legend of {0} as before: it was "
        "already the computed one, or nothing was rolled back.",
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
    """Return the first few days and the number of the remaining ones, for limited space."""
    more = len(days) - _MOST_DAYS
    if more <= 1:
        return list(days)
    return [*days[:_MOST_DAYS], translate("Messages", "and {0} more").format(count_text(more))]
