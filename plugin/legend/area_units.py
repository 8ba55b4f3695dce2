"""Detection of the unit of class areas, which no field declares, by the AOI's own area."""

from __future__ import annotations

from collections.abc import Iterable

from .shares import are_fractions
from .spec import LegendClass

SQUARE_METRE, HECTARE, SQUARE_KILOMETRE = 1.0, 1e4, 1e6
_UNITS = (SQUARE_METRE, HECTARE, SQUARE_KILOMETRE)
_LEAST_PART, _GREATEST_PART = 0.5, 1.5  # of the AOI: clouds and no-data are left out, edges of pixels are not


def area_unit(classes: Iterable[LegendClass], aoi_square_metres: float | None) -> float | None:
    """Return the number of square metres in the areas' unit, or ``None`` where the AOI's area fits no unit.

    Classes with shares need not cover the AOI: the shares give the area of the whole.
    """
    known = [entry for entry in classes if entry.area is not None]
    total = _whole(known)
    if not total or not aoi_square_metres or aoi_square_metres <= 0:
        return None
    fitting = [unit for unit in _UNITS if _LEAST_PART <= total * unit / aoi_square_metres <= _GREATEST_PART]
    return fitting[0] if fitting else None


def _whole(classes: list[LegendClass]) -> float:
    """Return the area of which the classes are parts."""
    areas = sum(entry.area or 0.0 for entry in classes)
    shares = [entry.area_percentage for entry in classes]
    if not shares or None in shares or not any(shares):
        return areas
    part = sum(share or 0.0 for share in shares) / (1 if are_fractions(shares) else 100)
    return areas / part
