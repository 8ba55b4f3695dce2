"""A legend of intervals as a contiguous sequence of intervals and gaps, lowest first."""

from __future__ import annotations

import math
from operator import itemgetter
from typing import NamedTuple

from .check import bounds
from .spec import Legend, LegendClass

_HAIR = 4e-15
_LONG = 15  # characters: a number a hair above another has that many digits at least


class Stretch(NamedTuple):
    """The values ``low <= value < high``; ``entry`` is ``None`` in a gap. The ends may be infinite."""

    low: float
    high: float
    entry: LegendClass | None


def stretches(legend: Legend) -> list[Stretch]:
    """Return the stretches from minus infinity to the end of the highest class, gaps included.

    Of overlapping classes the one that begins lower keeps the common part. Classes without extent or number are
    left out.
    """
    found: list[Stretch] = []
    reach = -math.inf
    for low, high, entry in sorted(_with_extent(legend), key=itemgetter(0, 1)):
        if high <= reach:
            continue
        if low > reach:
            found.append(Stretch(reach, low, None))
            reach = low
        found.append(Stretch(reach, high, entry))
        reach = high
    return found


def _with_extent(legend: Legend) -> list[tuple[float, float, LegendClass]]:
    rows = [(*bounds(entry), entry) for entry in legend.classes]
    return [row for row in rows if row[0] < row[1]]


def just_above(value: float) -> float:
    """Return the bound that is out where ``value`` is to be in.

    It lies two steps and at least 4e-15 higher: QGIS's drawing takes half of that back.
    """
    return max(_stepped(value, 2), value + _HAIR)


def just_below(bound: float) -> float | None:
    """Return the plain number ``bound`` is just above of, or ``None`` when it looks like a number of its own."""
    digits = len(repr(bound))
    if digits < _LONG:
        return None
    candidates = (_stepped(near, steps) for near in (bound - _HAIR, bound) for steps in range(-3, 4))
    for candidate in candidates:
        if len(repr(candidate)) + 4 <= digits and just_above(candidate) == bound:
            return int(candidate) if candidate.is_integer() else candidate
    return None


def _stepped(value: float, steps: int) -> float:
    """Return the number so many steps of its kind away, upwards where positive."""
    for _ in range(abs(steps)):
        value = math.nextafter(value, math.copysign(math.inf, steps))
    return value
