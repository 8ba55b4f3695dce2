"""Dates as spreadsheets write them; keys of the server pass as they are."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass

_YEAR_LAST = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?:[ T]0?0:00(?::00)?)?", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})([./-])(\d{1,2})\2(\d{1,2})(?:[ T]0?0:00(?::00)?)?", re.ASCII)
_MOST_MONTHS = 12


class UnclearDate(Exception):
    """A date that may be one of two days, as ``5/6/2025``."""


@dataclass(frozen=True, slots=True)
class DateOrder:
    """The order of days and months in one table; ``None`` where no clear date shows it, or they differ."""

    day_first: bool | None = None

    @classmethod
    def of(cls, cells: Iterable[str]) -> DateOrder:
        """Return the order that the clear dates of a table agree on."""
        found = {first for cell in cells if (first := _day_first(cell)) is not None}
        return cls(found.pop()) if len(found) == 1 else cls()

    def date(self, cell: str) -> str:
        """Return a spreadsheet's date as ``YYYY-MM-DD``, any other text unchanged.

        Raises:
            UnclearDate: it is one of two days, and no other date decides.
        """
        if match := _YEAR_FIRST.fullmatch(cell):
            return _written(match[1], match[3], match[4]) or cell
        match = _YEAR_LAST.fullmatch(cell)
        if match is None:
            return cell
        day_first = _day_first(cell)
        if day_first is None and match[1] != match[3]:
            day_first = self.day_first
            if day_first is None:
                raise UnclearDate(cell)
        month, day = (match[1], match[3]) if day_first is False else (match[3], match[1])
        return _written(match[4], month, day) or cell


def _day_first(cell: str) -> bool | None:
    """Return the order that a date itself shows: points separate day and month, and no month is above 12."""
    match = _YEAR_LAST.fullmatch(cell)
    if match is None:
        return None
    if match[2] == "." or int(match[1]) > _MOST_MONTHS:
        return True
    return False if int(match[3]) > _MOST_MONTHS else None


def _written(year: str, month: str, day: str) -> str | None:
    try:
        return datetime.date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None
