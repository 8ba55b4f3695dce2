"""Colour maps behind a contrast enhancement of their band.

GeoServer enhances the band first and looks up the result, so quantities are on the scale of the result: 0 to 255 after
``StretchToMinimumMaximum``, the band's own after ``ClipToMinimumMaximum``. QGIS exports its grey renderer so.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from ..legend.spec import Colour, ColourMapKind, Legend, LegendClass
from .raster_style import Contrast, ContrastAlgorithm, ContrastMethod

if TYPE_CHECKING:
    from .values import Notes  # its XML parser may be missing, and renderers are built without it

_WHITE = 255.0
_QGIS_DIGITS = 6
_PLACE = "ContrastEnhancement"


def unstretched(legend: Legend, contrast: Contrast, notes: Notes) -> Legend:
    """Return a colour map in the units of its band."""
    if contrast.gamma != 1:
        notes.add("GammaValue: it is not carried out; the colours are drawn as the colour map says.")
    low, high = contrast.minimum, contrast.maximum
    if contrast.method is ContrastMethod.NONE:
        return legend
    if contrast.method is not ContrastMethod.NORMALIZE or low is None or high is None:
        notes.add(f"{_PLACE}: it is not carried out; the colours are drawn as the colour map says.")
        return legend
    if contrast.algorithm is ContrastAlgorithm.STRETCH:
        notes.add(f"{_PLACE}: the quantities of the ColorMap count after the stretch from {low:g} to {high:g}.")
        return _stretched_back(legend, low, high, notes)
    if _jumps_at_ends(legend):
        notes.add(f"{_PLACE}: “clip” and “stretch and clip” are written alike by QGIS; the latter is drawn.")
        return _with_ends_drawn(legend)
    notes.add(f"{_PLACE}: values outside {low:g} to {high:g} are drawn by the colour map, and not clipped first.")
    return legend


def _stretched_back(legend: Legend, low: float, high: float, notes: Notes) -> Legend:
    if legend.kind is ColourMapKind.INTERVALS:
        classes = [_reached(entry) for entry in legend.classes if _is_reached(entry)]
    elif legend.kind is ColourMapKind.RAMP:
        classes = list(_reached_stops(legend))
    else:
        notes.add("ColorMap: single values after a stretch are drawn where the band has exactly the stretched value.")
        classes = list(legend.classes)
    return replace(legend, classes=tuple(_in_band_units(entry, low, high) for entry in classes))


def _in_band_units(entry: LegendClass, low: float, high: float) -> LegendClass:
    minimum, maximum = (
        None if edge is None else low * (1 - edge / _WHITE) + high * (edge / _WHITE)
        for edge in (entry.minimum, entry.maximum)
    )
    return replace(entry, minimum=minimum, maximum=maximum)


def _is_reached(entry: LegendClass) -> bool:
    """Return whether a stretched value, which is within 0 to 255, can be in a class."""
    return (entry.maximum is None or entry.maximum > 0) and (entry.minimum is None or entry.minimum <= _WHITE)


def _reached(entry: LegendClass) -> LegendClass:
    """Return a class that holds all values stretched to its ends: lower ones are 0, higher ones 255."""
    opens_below = entry.minimum is not None and entry.minimum <= 0
    opens_above = entry.maximum is not None and entry.maximum > _WHITE
    return replace(
        entry, minimum=None if opens_below else entry.minimum, maximum=None if opens_above else entry.maximum
    )


def _reached_stops(legend: Legend) -> Iterator[LegendClass]:
    """Yield the stops within 0 to 255, and one at each end that a ramp passes beyond the stops."""
    stops = list(legend.classes)
    for end in (0.0, _WHITE):
        stops += [_between(*pair, end) for pair in pairwise(legend.classes) if _at(pair[0]) < end < _at(pair[1])]
    within = [entry for entry in stops if 0 <= _at(entry) <= _WHITE]
    yield from sorted(within, key=_at) or [_nearest(stops)]


def _nearest(stops: list[LegendClass]) -> LegendClass:
    """Return the only colour of a ramp that lies wholly below 0 or above 255."""
    below = [entry for entry in stops if _at(entry) < 0]
    return below[-1] if below else stops[0]


def _at(entry: LegendClass) -> float:
    return entry.minimum if entry.minimum is not None else math.nan


def _between(first: LegendClass, second: LegendClass, position: float) -> LegendClass:
    share = (position - _at(first)) / (_at(second) - _at(first))
    mixed = (round(a + share * (b - a)) for a, b in zip(first.colour, second.colour, strict=True))
    return LegendClass(position, position, Colour(*mixed))


def _jumps_at_ends(legend: Legend) -> bool:
    """Return whether a ramp jumps from and to transparency at its ends, the form in which QGIS writes clipping.

    The limits do not show it: QGIS writes the least and greatest value of the raster there.
    """
    stops = legend.classes
    if legend.kind is not ColourMapKind.RAMP or len(stops) < 4:
        return False
    pairs = (stops[:2], stops[:-3:-1])
    return all(_at(outer) == _at(inner) and not outer.colour.alpha and inner.colour.alpha for outer, inner in pairs)


def _with_ends_drawn(legend: Legend) -> Legend:
    """Move the ends outwards by QGIS's rounding error: the least and the greatest pixel are drawn as well."""
    low, high = _at(legend.classes[0]), _at(legend.classes[-1])
    moved = {low: low - rounded_off(low), high: high + rounded_off(high)}
    places = [moved.get(_at(entry), _at(entry)) for entry in legend.classes]
    rows = zip(legend.classes, places, strict=True)
    return replace(legend, classes=tuple(replace(entry, minimum=place, maximum=place) for entry, place in rows))


def rounded_off(limit: float) -> float:
    """Return how much QGIS may have rounded off a limit it wrote: half a unit in its last digit, a bit less.

    Whole limits are taken for exact.
    """
    if float(limit).is_integer():
        return 0.0
    return 0.49 * 10.0 ** (math.floor(math.log10(abs(limit))) + 1 - _QGIS_DIGITS)
