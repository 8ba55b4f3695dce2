"""Positions of dates on an axis, and the calendar ticks that label it."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_MONTH_STEPS = (1, 2, 3, 6, 12, 24, 60, 120)
_DAY_STEPS = (1, 2, 7, 14)
_MONTHS_A_YEAR = 12
_DAYS_A_MONTH = 30.4
_LEAST = datetime.timedelta(hours=1)


class AxisDate(NamedTuple):
    """One acquisition date of an axis.

    Attributes:
        key: identity of the date.
        label: displayed text.
        moment: UTC time of the acquisition, or the midnight that begins its day.
    """

    key: str
    label: str
    moment: datetime.datetime


class Tick(NamedTuple):
    """A calendar tick; ``is_year`` and ``is_month`` tell which part of the day its label shows."""

    day: datetime.date
    is_year: bool
    is_month: bool


class AxisScale:
    """Linear scale from moments to pixels.

    Args:
        dates: ascending; at least one.
        left, right: pixels of the first and the last date.
    """

    def __init__(self, dates: Sequence[AxisDate], left: float, right: float) -> None:
        self._dates = dates
        self._begin, self._end = dates[0].moment, dates[-1].moment
        self._left, self._right = left, right

    def x(self, moment: datetime.datetime) -> float:
        """Return the pixel of a moment; a single date lies in the middle."""
        if self._end - self._begin < _LEAST:
            return (self._left + self._right) / 2
        share = (moment - self._begin) / (self._end - self._begin)
        return self._left + share * (self._right - self._left)

    def nearest(self, x: float) -> AxisDate:
        """Return the date nearest to a pixel."""
        return min(self._dates, key=lambda date: abs(self.x(date.moment) - x))

    def ticks(self, label_width: float) -> list[Tick]:
        """Return calendar ticks whose labels do not overlap: days, months, quarters or years.

        Args:
            label_width: pixels that one label needs, gap included.
        """
        days = max(1.0, (self._end - self._begin) / datetime.timedelta(days=1))
        least = days * label_width / max(1.0, self._right - self._left)
        for step in _DAY_STEPS:
            if step >= least and days < 2 * _DAYS_A_MONTH:
                return self._within(_days(self._begin.date(), self._end.date(), step))
        step = next((step for step in _MONTH_STEPS if step * _DAYS_A_MONTH >= least), _MONTH_STEPS[-1])
        return self._within(_months(self._begin.date(), self._end.date(), step))

    def _within(self, ticks: Iterator[Tick]) -> list[Tick]:
        return [tick for tick in ticks if self._begin.date() <= tick.day <= self._end.date()]


def _days(begin: datetime.date, end: datetime.date, step: int) -> Iterator[Tick]:
    for day in range(begin.toordinal(), end.toordinal() + 1, step):
        yield Tick(datetime.date.fromordinal(day), False, False)


def _months(begin: datetime.date, end: datetime.date, step: int) -> Iterator[Tick]:
    first, last = (day.year * _MONTHS_A_YEAR + day.month - 1 for day in (begin, end))
    for month in range(first - first % -step, last + 1, step):
        day = datetime.date(month // _MONTHS_A_YEAR, month % _MONTHS_A_YEAR + 1, 1)
        yield Tick(day, day.month == 1, True)
