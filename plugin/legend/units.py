"""Detection of the units of a legend's edges: the raster's values, or an 8-bit display range.

The API's documents show classes of 0 to 51 beside indices of -1 to 1 and do not declare the unit, so it is measured:
a legend that fits the raster's values is in them; one that fits only after its 0 to 255 were spread over the display
range (``rescale``) is in display units. Nothing here changes the data sent: edges are written in their own units.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .scaling import PLAIN, Scaling, plain_scalings
from .spec import Legend, LegendClass
from .vocabulary import Units

Range = tuple[float, float]

DISPLAY_TOP = 255.0
_WIDEST = 20.0
_SHARE = 0.5
_SLACK = 0.5


@dataclass(frozen=True, slots=True)
class Reading:
    """How a legend may be read: the range of its edges, of the raster, and of the edges spread over the display range.

    A range is ``None`` where it is not known; ``spread`` also where the edges cannot be display units at all.
    ``stored`` is the scale and offset of the raster.
    """

    edges: Range | None
    values: Range | None
    spread: Range | None
    stored: Scaling = PLAIN

    @property
    def scaling(self) -> Scaling | None:
        """Return the plain scaling that brings edges that fit in no other way to the values, if there is one."""
        if self.units is not Units.UNCLEAR or self.edges is None or self.values is None:
            return None
        for scaling in plain_scalings(self.edges, self.values, self.stored):
            if fits((scaling.number(self.edges[0]), scaling.number(self.edges[1])), self.values):
                return scaling
        return None

    @property
    def units(self) -> Units:
        """Return the units that fit: the values, the display range, or neither alone.

        A legend without edges, and a raster without known values, leave no doubt: it is drawn as it is.
        """
        if self.edges is None or self.values is None or fits(self.edges, self.values):
            return Units.VALUES
        return Units.DISPLAY if self.spread is not None and fits(self.spread, self.values) else Units.UNCLEAR


def reading(legend: Legend, values: Range | None, display: Range | None, stored: Scaling = PLAIN) -> Reading:
    """Return the possible readings of a legend over a raster.

    Args:
        values: least and greatest value of the raster.
        display: the display range of the visualization (``rescale``), if known.
        stored: scale and offset of the raster.
    """
    edges = span(legend)
    spread = _spread_range(edges, display) if edges and display and _may_be_display(edges) else None
    return Reading(edges, values, spread, stored)


def span(legend: Legend) -> Range | None:
    """Return the least and the greatest finite edge of a legend."""
    found = [edge for entry in legend.classes for edge in (entry.minimum, entry.maximum)]
    finite = [float(edge) for edge in found if edge is not None and math.isfinite(edge)]
    return (min(finite), max(finite)) if finite else None


def fits(edges: Range, values: Range) -> bool:
    """Return whether edges fit the values: they cover over half of these, and are not many times wider.

    A raster of one single value has no width to compare with; its value must lie between the edges, and those must
    not be wider than many times its size.
    """
    width = values[1] - values[0]
    if width <= 0:
        size = max(abs(values[0]), 1.0)
        return edges[0] <= values[0] <= edges[1] and edges[1] - edges[0] <= _WIDEST * size
    common = min(edges[1], values[1]) - max(edges[0], values[0])
    return common >= _SHARE * width and edges[1] - edges[0] <= _WIDEST * width


def _may_be_display(edges: Range) -> bool:
    return edges[0] >= -_SLACK and edges[1] <= DISPLAY_TOP + _SLACK


def _spread_range(edges: Range, display: Range) -> Range:
    return spread(edges[0], display), spread(edges[1], display)


def spread(edge: float, display: Range) -> float:
    """Return the value an 8-bit number stands for in a display range, without the last digits of the arithmetic."""
    low, high = display
    return float(f"{low + edge / DISPLAY_TOP * (high - low):.15g}")


def display_of(scaling: Scaling) -> Range:
    """Return the display range by which edges are spread as a scaling does it."""
    return scaling.offset, scaling.offset + DISPLAY_TOP * scaling.factor


def in_values(legend: Legend, display: Range) -> Legend:
    """Return a legend of display units in the raster's values, for drawing only."""
    classes = tuple(_in_values(entry, display) for entry in legend.classes)
    return replace(legend, classes=classes)


def _in_values(entry: LegendClass, display: Range) -> LegendClass:
    low, high = (None if edge is None else spread(edge, display) for edge in (entry.minimum, entry.maximum))
    return replace(entry, minimum=low, maximum=high)


def are_alike(first: Legend, second: Legend) -> bool:
    """Return whether two legends have the same edges, up to a thousandth of their range and open ends."""
    edges = [_edges(legend) for legend in (first, second)]
    if len(edges[0]) != len(edges[1]) or not edges[0]:
        return False
    slack = (edges[0][-1] - edges[0][0]) / 1000
    return all(abs(a - b) <= slack for a, b in zip(*edges, strict=True))


def _edges(legend: Legend) -> list[float]:
    found = {edge for entry in legend.classes for edge in (entry.minimum, entry.maximum) if edge is not None}
    return sorted(float(edge) for edge in found if math.isfinite(edge))


def display_ranges(rescale: Any, bands: int) -> tuple[Range, ...]:
    """Return the display range of each band out of ``rescale`` in any of its forms; none where it has not that many.

    One range, ``[lo, hi]`` or ``[[lo, hi]]``, is that of every band; else there must be one a band, nested or flat.
    """
    found = [display_range(part) for part in _parts(rescale)]
    whole = [one for one in found if one is not None]
    if len(whole) != len(found) or len(whole) not in (1, bands):
        return ()
    return tuple(whole) * (bands if len(whole) == 1 else 1)


def _parts(rescale: Any) -> list[Any]:
    """Return ``rescale`` as a list of single ranges."""
    if isinstance(rescale, Mapping):
        low: Any = rescale.get("min")
        high: Any = rescale.get("max")
        if _is_list(low) and _is_list(high) and len(low) == len(high):
            return [list(pair) for pair in zip(low, high, strict=True)]
        return [rescale]
    if not _is_list(rescale) or not rescale:
        return []
    if _is_list(rescale[0]) or isinstance(rescale[0], Mapping):
        return list(rescale)
    return [rescale[at : at + 2] for at in range(0, len(rescale), 2)]


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes))


def display_range(rescale: Any) -> Range | None:
    """Return the display range out of ``rescale`` in any of its forms: ``[lo, hi]``, ``[[lo, hi], …]``, flat, null.

    Composites have one a band; theirs is the first. A range that is empty or turned round is none.
    """
    if isinstance(rescale, Mapping):
        rescale = [rescale.get("min"), rescale.get("max")]
    if not isinstance(rescale, Sequence) or isinstance(rescale, (str, bytes)) or not rescale:
        return None
    first = rescale[0]
    if isinstance(first, Sequence) and not isinstance(first, (str, bytes)):
        return display_range(first)
    numbers = [_number(edge) for edge in rescale[:2]]
    if len(numbers) < 2 or numbers[0] is None or numbers[1] is None or numbers[0] >= numbers[1]:
        return None
    return numbers[0], numbers[1]


def _number(raw: Any) -> float | None:
    if isinstance(raw, bool) or not isinstance(raw, (int, float, str)):
        return None
    try:
        found = float(raw)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None
