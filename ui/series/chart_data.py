"""The lines of a chart: values by date, with gaps where a date has none, and the scale of the values."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

_MARGIN = 0.05  # of the range of values, above and below
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


class Spread(NamedTuple):
    """Distribution of the values within a polygon at one date."""

    pixels: int
    minimum: float
    lower: float
    median: float
    upper: float
    maximum: float


class SeriesPoint(NamedTuple):
    """One date of a line.

    Attributes:
        key: identity of the date.
        label: displayed text.
        moment: UTC time of the acquisition, or the midnight that begins its day.
        value: of the pixel, or the mean of the polygon; ``None`` where there are no data.
        spread: of a polygon.
    """

    key: str
    label: str
    moment: datetime.datetime
    value: float | None
    spread: Spread | None = None


class Line(NamedTuple):
    """The dates of one index, oldest first."""

    name: str
    points: tuple[SeriesPoint, ...]

    def runs(self) -> list[list[SeriesPoint]]:
        """Return the dates with values, parted where a date between them has none."""
        parted = groupby(self.points, key=lambda point: point.value is not None)
        return [list(points) for has_value, points in parted if has_value]


def values_of(lines: Sequence[Line]) -> Iterator[float]:
    """Return every value that a chart shows, the ends of spreads included."""
    for line in lines:
        for point in line.points:
            if point.value is not None:
                yield point.value
            if point.spread is not None:
                yield from (point.spread.minimum, point.spread.maximum)


class ValueScale:
    """Linear scale from values to pixels, with round ticks.

    Args:
        lines: with a value at least.
        top, bottom: pixels of the ends.
    """

    def __init__(self, lines: Sequence[Line], top: float, bottom: float) -> None:
        least, most = min(values_of(lines)), max(values_of(lines))
        margin = (most - least) * _MARGIN or abs(most) * _MARGIN or 1.0
        self._least, self._most = least - margin, most + margin
        self._top, self._bottom = top, bottom

    def y(self, value: float) -> float:
        """Return the pixel of a value."""
        return self._bottom - (value - self._least) / (self._most - self._least) * (self._bottom - self._top)

    def ticks(self, height: float) -> tuple[list[float], int]:
        """Return round values at least so many pixels apart, and the decimals that they need."""
        least_step = (self._most - self._least) * height / max(height, self._bottom - self._top)
        power = 10.0 ** math.floor(math.log10(least_step))
        factor = next(factor for factor in _STEPS if factor * power >= least_step * (1 - 1e-9))
        step = factor * power
        first, last = math.ceil(self._least / step), math.floor(self._most / step)
        decimals = max(0, -math.floor(math.log10(step)) + (factor == 2.5))
        return [number * step for number in range(first, last + 1)], decimals
