"""Bounds that are out, in shaders whose bounds are in."""

from __future__ import annotations

import math

_SLACK = 5e-16  # the shader compares with an absolute slack of about 2e-16 (measured on QGIS 3.40)
_RANGE_SLACK = 2e-15  # transparent ranges compare with one of 9e-16
_PLAIN = 13  # no bound a person typed has more characters; one moved by a hair has


def below(bound: float) -> float:
    """Return the highest item value that leaves the bound itself out."""
    return _below(bound, _SLACK)


def above(value: float) -> float | None:
    """Return the bound an item value is a hair below of; ``None`` when the value is a plain number of its own."""
    return None if len(repr(value)) <= _PLAIN else _above(value, _SLACK)


def short_of(bound: float) -> float:
    """Return the upper end of a transparent range that leaves the bound itself out."""
    return _below(bound, _RANGE_SLACK)


def long_of(end: float) -> float:
    """Return the bound a transparent range falls short of; the end itself when that is a plain number."""
    bound = None if len(repr(end)) <= _PLAIN else _above(end, _RANGE_SLACK)
    return end if bound is None else bound


def _below(bound: float, slack: float) -> float:
    return min(math.nextafter(bound, -math.inf), bound - slack)


def _above(value: float, slack: float) -> float | None:
    matching = [bound for bound in _around(value, slack) if _below(bound, slack) == value]
    return min(matching, key=lambda bound: len(repr(bound)), default=None)


def _around(value: float, slack: float) -> list[float]:
    near = [math.nextafter(value, math.inf), value + slack]
    for direction in (-math.inf, math.inf):
        step = value + slack
        for _ in range(4):
            step = math.nextafter(step, direction)
            near.append(step)
    return near


def tidy(value: float) -> float:
    """Return a whole number as one."""
    return int(value) if value.is_integer() and abs(value) < 1e15 else value
