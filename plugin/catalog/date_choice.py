"""A choice among the dates of a visualization: days, the server's own keys, and intervals as STAC writes them."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass

OPEN_END = ".."
_DAY = re.compile(r"(\d{4})([-_])(\d\d)\2(\d\d)")


@dataclass(frozen=True, slots=True)
class DatePiece:
    """One part of a choice.

    Attributes:
        text: as it was given.
        first, last: the days it covers, both included; ``None`` is an open end.
        is_day: it names a day or an interval; else only a key of the server can match it.
        is_key: it may be a key of the server; a date object cannot.
    """

    text: str
    first: datetime.date | None = None
    last: datetime.date | None = None
    is_day: bool = False
    is_key: bool = True

    def covers(self, day: datetime.date) -> bool:
        """Return whether a day lies within the days named."""
        return self.is_day and (self.first or day) <= day <= (self.last or day)


@dataclass(frozen=True, slots=True)
class DateChoice:
    """The dates asked for in a parameter; without pieces all dates are meant."""

    parameter: str = "DATES"
    pieces: tuple[DatePiece, ...] = ()


ALL_DATES = DateChoice()


def choice_of(given: Iterable[str | datetime.date], parameter: str = "DATES") -> DateChoice:
    """Return the choice of one or more days, keys and intervals.

    Raises:
        ValueError: nothing is given; all dates are ``ALL_DATES``.
    """
    pieces = tuple(_piece(value) for value in given)
    if not pieces:
        raise ValueError("a choice needs at least one date")
    return DateChoice(parameter, pieces)


def read_day(text: str) -> datetime.date | None:
    """Return the day that a whole text names as ``YYYY-MM-DD`` or ``YYYY_MM_DD``, else ``None``."""
    found = _DAY.fullmatch(text)
    if found is None:
        return None
    try:
        return datetime.date(int(found[1]), int(found[3]), int(found[4]))
    except ValueError:
        return None


def _piece(value: str | datetime.date) -> DatePiece:
    if isinstance(value, datetime.date):
        return DatePiece(value.isoformat(), value, value, is_day=True, is_key=False)
    day = read_day(value)
    if day is not None:
        return DatePiece(value, day, day, is_day=True)
    return _interval(value) or DatePiece(value)


def _interval(text: str) -> DatePiece | None:
    """Return the piece of ``A/B``, where one end may be open, or ``None`` if the text is no such interval."""
    ends = [end.strip() for end in text.split("/")]
    days = [read_day(end) for end in ends]
    if len(ends) != 2 or any(day is None and end != OPEN_END for day, end in zip(days, ends, strict=True)):
        return None
    first, last = days
    if (first is None and last is None) or (first and last and first > last):
        return None
    return DatePiece(text, first, last, is_day=True)
