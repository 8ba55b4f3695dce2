"""Numbers and sentences of the legend editor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ...plugin.catalog.visualization_item import last_change
from ...plugin.host.i18n import translate
from ...plugin.legend.vocabulary import LegendMode
from ...plugin.messages.check_sentences import problem_text
from ...plugin.messages.numbers import count_text, number_text, percent_text

if TYPE_CHECKING:
    import datetime

    from .legend_session import LegendSession


def share_text(value: float | None, is_fraction: bool = False) -> str:
    """Return a share with one decimal."""
    return "" if value is None else percent_text(float(value) * (100 if is_fraction else 1), 1)


def edit_count_text(count: int) -> str:
    """Return a number of edits in words."""
    text = translate("LegendText", "{} edit") if count == 1 else translate("LegendText", "{} edits")
    return text.format(count_text(count))


def edits_text(session: LegendSession) -> str:
    """Return how many edits are not pushed, and on how many dates if several."""
    edits, dates = session.total_edits, len(session.edited_keys)
    if edits == 0:
        return translate("LegendText", "No edits")
    if dates > 1:
        return translate("LegendText", "{} on {} dates not pushed").format(edit_count_text(edits), count_text(dates))
    return translate("LegendText", "{} not pushed").format(edit_count_text(edits))


def date_text(session: LegendSession, key: str) -> str:
    """Return what people read for a date."""
    return session.label(key)


def listed(texts: Sequence[str], most: int = 3) -> str:
    """Return the first few of some texts."""
    shown = ", ".join(texts[:most])
    more = len(texts) - most
    return shown if more <= 0 else translate("LegendText", "{} and {} more").format(shown, count_text(more))


def clock_text(moment: datetime.datetime, now: datetime.datetime) -> str:
    """Return the local time of day, with the day where that is not today."""
    local, today = moment.astimezone(), now.astimezone().date()
    return f"{local:%H:%M}" if local.date() == today else f"{local:%Y-%m-%d %H:%M}"


def last_change_text(session: LegendSession) -> str:
    """Return the text with the time and user of the visualization's last change, as far as the server states them."""
    moment, name = last_change(session.item)
    when = f"{moment.astimezone():%Y-%m-%d %H:%M}" if moment is not None else ""
    if when and name:
        return translate("LegendText", "The server's legend was last changed on {} by {}.").format(when, name)
    if when:
        return translate("LegendText", "The server's legend was last changed on {}; the user is not stated.").format(
            when
        )
    return translate("LegendText", "The server's legend was last changed by {}.").format(name) if name else ""


def push_obstacle(session: LegendSession) -> str:
    """Return why the edits cannot be pushed, in one sentence; nothing where they can."""
    for key in session.edited_keys:
        if not session.is_writable(key):
            text = translate(
                "LegendText",
                "{}: this legend is a continuous ramp without classes, so the server cannot take it. "
                "Recompute or roll back to get classes.",
            )
            return text.format(date_text(session, key))
        found = session.problems(key)
        if found:
            return translate("LegendText", "{}: {}").format(date_text(session, key), problem_text(found[0]))
    return "" if session.edited_keys else translate("LegendText", "There is nothing to push. Edit a class first.")


def differences_text(differences: Sequence[dict[str, Any]]) -> str:
    """Return a sentence on the differences between the server's response and the data sent."""
    dates = listed(list(dict.fromkeys(str(one["date"]) for one in differences)))
    if any(LegendMode.named(one["field"]) for one in differences):
        return translate(
            "LegendText", "The server also changed the other mode of {}. Check it before continuing."
        ).format(dates)
    if any(one["field"] == "date" for one in differences):
        return translate(
            "LegendText", "The server no longer lists a legend for {}. Reload the legend, then push it again."
        ).format(dates)
    counts = next((one for one in differences if one["field"] == "classes"), None)
    if counts is not None:
        text = translate(
            "LegendText", "The server made {} classes of {} on {}. Its classes are shown; Undo brings yours back."
        )
        return text.format(count_text(counts["answered"]), count_text(counts["sent"]), counts["date"])
    if any(one["field"] in ("min", "max") for one in differences):
        return translate(
            "LegendText", "The server moved breakpoints of {}. Its own are shown; Undo brings yours back."
        ).format(dates)
    return translate(
        "LegendText", "The server changed colours or labels of {}. Its own are shown; Undo brings yours back."
    ).format(dates)


def differences_details(differences: Sequence[dict[str, Any]]) -> list[str]:
    """Return the differences one by one, a line each."""
    return list(map(_difference_line, differences))


def _difference_line(one: dict[str, Any]) -> str:
    index = one["class_index"]
    place = "" if index is None else translate("LegendText", "class {}").format(count_text(index + 1))
    change = f"{one['field']}: {_plain_value(one['sent'])} → {_plain_value(one['answered'])}"
    return " · ".join(part for part in (one["date"], place, change) if part)


def _plain_value(value: Any) -> str:
    return number_text(value) if isinstance(value, (int, float)) else str(value)
