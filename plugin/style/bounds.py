"""Bounds that are out, in shaders whose bounds are in."""

from __future__ import annotations

import math

_SLACK = 5e-16  # the shader compares with an absolute slack of about 2e-16 (measured on QGIS 3.40)
_PLAIN = 13  # no bound a person typed has more characters; one moved by a hair has


def below(bound: float) -> float:
    """Return the highest item value that leaves the bound itself out."""
    return min(math.nextafter(bound, -math.inf), bound - _SLACK)


def above(value: float) -> float | None:
    """Return the bound an item value is a hair below of; ``None`` when the value is a plain number of its own."""
    if len(repr(value)) <= _PLAIN:
        return None
    matching = [bound for bound in _around(value) if below(bound) == value]
    return min(matching, key=lambda bound: len(repr(bound)), default=None)


def _around(value: float) -> list[float]:
    near = [value + _SLACK]
    for direction in (-math.inf, math.inf):
        step = value + _SLACK
        for _ in range(4):
            step = math.nextafter(step, direction)
            near.append(step)
    return [math.nextafter(value, math.inf), *near]


def tidy(value: float) -> float:
    """Return a whole number as one."""
    return int(value) if value.is_integer() and abs(value) < 1e15 else value
