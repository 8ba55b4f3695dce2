"""Numbers and sentences of the legend editor."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QCoreApplication

from ...plugin.legend.check import Problem, ProblemCode
from ...plugin.services.numbers import count_text, number_text, percent_text
from ...plugin.services.visualization_item import last_change

if TYPE_CHECKING:
    import datetime

    from .legend_session import LegendSession


def share_text(value: float | None, is_fraction: bool = False) -> str:
    """Return a share with one decimal."""
    return "" if value is None else percent_text(float(value) * (100 if is_fraction else 1), 1)


def edit_count_text(count: int) -> str:
    """Return a number of edits in words."""
    text = _tr("{} edit") if count == 1 else _tr("{} edits")
    return text.format(count_text(count))


def edits_text(session: LegendSession) -> str:
    """Return how many edits are not pushed, and on how many dates if several."""
    edits, dates = session.total_edits, len(session.edited_keys)
    if edits == 0:
        return _tr("No edits")
    if dates > 1:
        return _tr("{} on {} dates not pushed").format(edit_count_text(edits), count_text(dates))
    return _tr("{} not pushed").format(edit_count_text(edits))


def date_text(session: LegendSession, key: str) -> str:
    """Return the day of a date; where a day has several scenes, the server's own key."""
    day = session.day(key)
    return key if day is None or session.shares_day(key) else day.isoformat()


def listed(texts: Sequence[str], most: int = 3) -> str:
    """Return the first few of some texts."""
    shown = ", ".join(texts[:most])
    more = len(texts) - most
    return shown if more <= 0 else _tr("{} and {} more").format(shown, count_text(more))


def clock_text(moment: datetime.datetime, now: datetime.datetime) -> str:
    """Return the local time of day, with the day where that is not today."""
    local, today = moment.astimezone(), now.astimezone().date()
    return f"{local:%H:%M}" if local.date() == today else f"{local:%Y-%m-%d %H:%M}"


def last_change_text(session: LegendSession) -> str:
    """Return when, and by whom, the server says the visualization was changed last; nothing where it says neither."""
    moment, name = last_change(session.item)
    when = f"{moment.astimezone():%Y-%m-%d %H:%M}" if moment is not None else ""
    if when and name:
        return _tr("The server was last changed on {} by {}.").format(when, name)
    if when:
        return _tr("The server was last changed on {}; it does not say by whom.").format(when)
    return _tr("The server was last changed by {}.").format(name) if name else ""


def push_obstacle(session: LegendSession) -> str:
    """Return why the edits cannot be pushed, in one sentence; nothing where they can."""
    for key in session.edited_keys:
        if not session.is_writable(key):
            text = _tr(
                "{}: this legend is a continuous ramp without classes, so the server cannot take it. "
                "Recompute or roll back to get classes."
            )
            return text.format(date_text(session, key))
        found = session.problems(key)
        if found:
            return _tr("{}: {}").format(date_text(session, key), problem_text(found[0]))
    return "" if session.edited_keys else _tr("There is nothing to push. Edit a class first.")


def problem_text(problem: Problem) -> str:
    """Return a sentence that says what is wrong with a class and what to do; classes count from 1."""
    return _SENTENCES[problem.code](problem)


def _open_end(problem: Problem) -> str:
    if problem.values and problem.values[0] is None:
        return _tr("class {} has no minimum. Enter a number.").format(count_text(problem.row + 1))
    return _tr("class {} has no maximum. Enter a number.").format(count_text(problem.row + 1))


def _overlap(problem: Problem) -> str:
    rows = sorted((problem.row + 1, (problem.other_row or 0) + 1))
    text = _tr("classes {} and {} overlap between {} and {}. Move one of the edges.")
    return text.format(*map(count_text, rows), *(_edge(value) for value in problem.values))


def _twice(problem: Problem) -> str:
    text = _tr("classes {} and {} have the same value {}. Change one.")
    return text.format(count_text((problem.other_row or 0) + 1), count_text(problem.row + 1), _edge(problem.values[0]))


def _min_above_max(problem: Problem) -> str:
    text = _tr("class {} begins at {} but ends at {}. The minimum must be the smaller one.")
    return text.format(count_text(problem.row + 1), *(_edge(value) for value in problem.values))


def _edge(value: float | None) -> str:
    """Return an edge; an end without number has no text of its own."""
    if value is None or math.isinf(value):
        return _tr("the open end")
    return _tr("no number") if math.isnan(value) else number_text(value)


def _too_many(problem: Problem) -> str:
    count, most = (int(value or 0) for value in problem.values)
    text = _tr("a dynamic legend has at most {} classes, and this one has {}. Remove {}.")
    return text.format(*map(count_text, (most, count, count - most)))


_SENTENCES: dict[ProblemCode, Callable[[Problem], str]] = {
    ProblemCode.NO_CLASSES: lambda _problem: _tr("the legend has no classes. Undo, or roll back."),
    ProblemCode.NOT_A_NUMBER: lambda problem: _tr("an edge of class {} is not a number. Enter one.").format(
        count_text(problem.row + 1)
    ),
    ProblemCode.OPEN_END: _open_end,
    ProblemCode.MIN_ABOVE_MAX: _min_above_max,
    ProblemCode.EMPTY: lambda problem: _tr("class {} begins and ends at {}. Move one of its edges.").format(
        count_text(problem.row + 1), _edge(problem.values[0])
    ),
    ProblemCode.OVERLAP: _overlap,
    ProblemCode.TWICE: _twice,
    ProblemCode.TOO_MANY: _too_many,
}


def differences_text(differences: Sequence[dict[str, Any]]) -> str:
    """Return how the server's answer differs from what was sent, in a sentence."""
    dates = listed(list(dict.fromkeys(str(one["date"]) for one in differences)))
    if any(one["field"] in ("dynamic", "theoretical") for one in differences):
        return _tr("The server also changed the other mode of {}. Look at it before going on.").format(dates)
    if any(one["field"] == "date" for one in differences):
        return _tr("The server no longer lists a legend for {}. Reload the legend, then push it again.").format(dates)
    counts = next((one for one in differences if one["field"] == "classes"), None)
    if counts is not None:
        text = _tr("The server made {} classes of {} on {}. Its classes are shown; Undo brings yours back.")
        return text.format(count_text(counts["answered"]), count_text(counts["sent"]), counts["date"])
    if any(one["field"] in ("min", "max") for one in differences):
        return _tr("The server moved breakpoints of {}. Its own are shown; Undo brings yours back.").format(dates)
    return _tr("The server changed colours or labels of {}. Its own are shown; Undo brings yours back.").format(dates)


def differences_details(differences: Sequence[dict[str, Any]]) -> list[str]:
    """Return the differences one by one, a line each."""
    return list(map(_difference_line, differences))


def _difference_line(one: dict[str, Any]) -> str:
    index = one["class_index"]
    place = "" if index is None else _tr("class {}").format(count_text(index + 1))
    change = f"{one['field']}: {_plain_value(one['sent'])} → {_plain_value(one['answered'])}"
    return " · ".join(part for part in (one["date"], place, change) if part)


def _plain_value(value: Any) -> str:
    return number_text(value) if isinstance(value, (int, float)) else str(value)


def _tr(text: str) -> str:
    return str(QCoreApplication.translate("LegendText", text))
