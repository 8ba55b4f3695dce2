"""When something ordered is to be taken: once between two days, or again and again."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from ...core.request import bad_request, text, whole
from ...core.store import Record

_MONTHS = {"MONTHLY": 1, "BIMONTHLY": 2, "QUARTERLY": 3}
RECURRENCES = ("ONCE", *_MONTHS, "NOT_APPLICABLE")
_MOST = 120
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)

Window = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Schedule:
    """Windows of time, of each the first day and the day after its last; none for scenes that exist already."""

    recurrence: str
    windows: tuple[Window, ...]
    days: Record

    def fields(self) -> Record:
        """Return its fields in an order item."""
        times = [{"start": first.isoformat(), "end": end.isoformat()} for first, end in self.windows]
        known = {"recurrence": self.recurrence, "no_of_occurrences": max(1, len(times)), **self.days}
        return {**known, "occurrences": times} if times else known


def is_recurring(recurrence: str) -> bool:
    """Return whether a recurrence value means more than once."""
    return recurrence in _MONTHS


def no_schedule(given: Mapping[str, Any]) -> Schedule:
    """Return the empty schedule of scenes that exist already, after checking the given fields.

    Raises:
        Refused: they are invalid.
    """
    _times(given)
    return Schedule("NOT_APPLICABLE", (), {name: day.isoformat() for name, day in _days(given).items()})


def schedule(given: Mapping[str, Any], recurrence: str) -> Schedule:
    """Return when a tasking is to be taken; a recurring one ends at ``end_date`` or after ``no_of_occurrences``.

    Raises:
        Refused: it makes no sense.
    """
    days, times = _days(given), _times(given)
    if "start_date" not in days:
        raise bad_request("a tasking needs start_date", {"field": "start_date"})
    if "end_date" not in days and (times is None or recurrence not in _MONTHS):
        raise bad_request("a tasking needs end_date", {"field": "end_date"})
    windows = _windows(days, times, recurrence)
    days = {"end_date": windows[-1][1], **days}
    return Schedule(recurrence, windows, {name: day.isoformat() for name, day in days.items()})


def _windows(days: Mapping[str, date], times: int | None, recurrence: str) -> tuple[Window, ...]:
    first, end, step = days["start_date"], days.get("end_date", date.max), _MONTHS.get(recurrence)
    if step is None:
        return ((first, end),)
    if times is None:
        times = max(1, _months_between(first, end) // step)
    if times > _MOST:
        raise bad_request(f"a tasking recurs at most {_MOST} times", {"field": "end_date"})
    edges = [_months_later(first, number * step) for number in range(times + 1)]
    if edges[-2] >= end:
        raise bad_request("no_of_occurrences do not fit before end_date", {"field": "no_of_occurrences"})
    return tuple((start, min(stop, end)) for start, stop in pairwise(edges))


def _months_between(first: date, last: date) -> int:
    """Return how many whole months lie between two days."""
    months = (last.year - first.year) * 12 + last.month - first.month
    return months if _months_later(first, months) <= last else months - 1


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > date.max.year:
        raise bad_request("a tasking must end before the year 10000", {"field": "no_of_occurrences"})
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _times(given: Mapping[str, Any]) -> int | None:
    return whole(given, "no_of_occurrences", 1, least=1, most=_MOST) if "no_of_occurrences" in given else None


def _days(given: Mapping[str, Any]) -> dict[str, date]:
    found = {name: _day(text(given, name), name) for name in ("start_date", "end_date") if name in given}
    if len(found) == 2 and found["start_date"] >= found["end_date"]:
        raise bad_request("start_date must be before end_date", {"field": "start_date"})
    return found


def _day(value: str, name: str) -> date:
    try:
        if not _DAY.fullmatch(value):
            raise ValueError(value)
        return date.fromisoformat(value)
    except ValueError as exc:
        raise bad_request(f"{name} must be a day YYYY-MM-DD", {"field": name}) from exc
