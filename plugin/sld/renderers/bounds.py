"""Bounds that are out, in QGIS where bounds are in.

QGIS compares item values with an absolute slack of about 2e-16 and transparent ranges with one of 9e-16; style files
keep numbers to 9e-16 only (all measured on 3.40). A hair of 2e-15 survives all three.
"""

from __future__ import annotations

import math
import struct

_HAIR = 2e-15
_KEPT = 1e-15
_SHORTER = 2
_LARGEST_SINGLE = 3.4e38


def below(bound: float) -> float:
    """Return the value that stands for a bound which is out: a hair lower."""
    return min(math.nextafter(bound, -math.inf), bound - _HAIR)


def above(value: float) -> float | None:
    """Return the bound a value stands a hair below of; ``None`` when the value is a number of its own."""
    target = max(math.nextafter(value, math.inf), value + _HAIR)
    if _is_single(value):
        return None
    for bound in _near(target):
        if _is_single(bound) or len(repr(bound)) + _SHORTER <= len(repr(value)):
            return bound
    return None


def _near(target: float) -> list[float]:
    """Return the numbers the target may be meant for: as 32 bits, then by digits, fewest first."""
    reach = _KEPT + 2 * math.ulp(target)
    found = [_single(target), *(float(f"{target:.{digits}g}") for digits in range(1, 18))]
    if abs(target) <= reach:
        found.insert(0, 0.0)
    return [number for number in found if abs(number - target) <= reach]


def _single(value: float) -> float:
    if abs(value) > _LARGEST_SINGLE:
        return value
    return float(struct.unpack("f", struct.pack("f", value))[0])


def _is_single(value: float) -> bool:
    return abs(value) <= _LARGEST_SINGLE and _single(value) == value


def single(value: float) -> float:
    """Return the nearest 32-bit number, as a band of such numbers stores the value."""
    return _single(value)


def shortest(value: float) -> float:
    """Return the plainest number that is the same in 32 bits, or the value where it is none of these."""
    if not _is_single(value):
        return value
    return next(found for digits in range(1, 10) if _single(found := float(f"{value:.{digits}g}")) == value)


def tidy(value: float) -> float:
    """Return a whole number as one."""
    return int(value) if value.is_integer() and abs(value) < 1e15 else value
