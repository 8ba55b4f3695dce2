"""A filter of acquisition dates by year, month, interval and count, for visualizations with hundreds of dates."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .visualization_item import AcquisitionDate


@dataclass(frozen=True, slots=True)
class DateFilter:
    """Conditions that a day has to meet, all of them.

    Attributes:
        years, months: that are allowed; months are numbers from 1 to 12.
        first, last: the interval, both included.
        step: every so many days is taken, counted back from the newest that is left; 1 takes each.
        newest: so many days are taken, the newest; 0 takes all.
    """

    years: frozenset[int]
    months: frozenset[int]
    first: datetime.date
    last: datetime.date
    step: int = 1
    newest: int = 0

    def select(self, dates: Sequence[AcquisitionDate]) -> list[AcquisitionDate]:
        """Return the dates that are left, in their order; scenes of one day stay together."""
        days = sorted({date.day for date in dates if self._allows(date.day)}, reverse=True)[:: self.step]
        kept = set(days[: self.newest] if self.newest else days)
        return [date for date in dates if date.day in kept]

    def _allows(self, day: datetime.date) -> bool:
        return day.year in self.years and day.month in self.months and self.first <= day <= self.last


def filter_of_all(dates: Sequence[AcquisitionDate]) -> DateFilter:
    """Return the filter that leaves all of some dates.

    Raises:
        ValueError: there are none.
    """
    days = [date.day for date in dates]
    return DateFilter(frozenset(day.year for day in days), frozenset(range(1, 13)), min(days), max(days))
