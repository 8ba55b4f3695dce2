"""How far the classes of a legend reach, and how much of a date lies beyond."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from .check import bounds
from .spec import ColourMapKind, Legend, LegendClass

_STEPS = 1000  # of a legend's span: how finely an outer end is placed


@dataclass(frozen=True, slots=True)
class DateCoverage:
    """How much of a date lies outside the classes of a legend, and the range of its values in the legend's units.

    Attributes:
        outside: share, 0 to 1.
        is_counted: whether pixels were counted; else it is estimated from the classes the server has for the date.
    """

    outside: float
    low: float
    high: float
    is_counted: bool


def outer_ends(legend: Legend) -> tuple[float, float] | None:
    """Return the lowest and the highest edge, open ends as infinities; ``None`` where there are no intervals."""
    found = [edges for entry in legend.classes if (edges := bounds(entry))[0] < edges[1]]
    if legend.kind is not ColourMapKind.INTERVALS or not found:
        return None
    return min(low for low, _ in found), max(high for _, high in found)


def estimated(legend: Legend, of_date: Legend) -> DateCoverage | None:
    """Estimate the share of a date outside a legend from the server's classes of the date.

    Within a class, values count as evenly spread. ``None`` where these classes do not locate the values.
    """
    ends, reach = outer_ends(legend), outer_ends(of_date)
    if ends is None or reach is None or not all(map(math.isfinite, reach)):
        return None
    total = sum(_weight(entry) for entry in of_date.classes)
    beyond = sum(_weight(entry) * _part_outside(entry, ends) for entry in of_date.classes)
    return DateCoverage(beyond / total if total else 0.0, *reach, is_counted=False)


def _weight(entry: LegendClass) -> float:
    """Return the share of a class, by its width where the server gives none; one without extent has none."""
    low, high = bounds(entry)
    if not low < high:
        return 0.0
    return high - low if entry.area_percentage is None else max(entry.area_percentage, 0.0)


def _part_outside(entry: LegendClass, ends: tuple[float, float]) -> float:
    low, high = bounds(entry)
    if not low < high:
        return 0.0
    inside = min(high, ends[1]) - max(low, ends[0])
    return 1 - max(inside, 0.0) / (high - low)


def widened(legend: Legend, low: float, high: float) -> Legend:
    """Return the legend with its lowest class begun and its highest class ended so far out that a range is inside."""
    ends = outer_ends(legend)
    if ends is None:
        return legend
    step = _step(max(high, ends[1]) - min(low, ends[0]))
    classes = [_moved(entry, "minimum", ends[0], _outward(low, step, -1)) for entry in legend.classes]
    classes = [_moved(entry, "maximum", ends[1], _outward(high, step, +1)) for entry in classes]
    return replace(legend, classes=tuple(classes))


def _moved(entry: LegendClass, name: str, end: float, wanted: float) -> LegendClass:
    beyond = wanted < end if name == "minimum" else wanted > end
    if getattr(entry, name) != end or not beyond:
        return entry
    moved: LegendClass = replace(entry, **{name: wanted}, area=None, area_percentage=None)  # type: ignore[arg-type]
    return moved


def _step(span: float) -> int:
    """Return how many decimals place an end finely enough."""
    return max(0, math.ceil(-math.log10(span / _STEPS))) if math.isfinite(span) and span > 0 else 0


def _outward(value: float, decimals: int, side: int) -> float:
    scaled = value * 10**decimals
    number = math.floor(scaled) if side < 0 else math.ceil(scaled)
    return float(number / 10**decimals) if decimals else number
