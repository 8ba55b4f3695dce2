"""The colour maps of SE 1.1: Categorize and Interpolate."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ..legend.intervals import just_above
from ..legend.spec import LegendClass
from .entries import Entry
from .refusal import RefusalCode, SldRefused
from .unsupported import LONGEST_NAME
from .values import Notes, colour, number, text_of
from .xml import attribute, child, children, local

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


def categorize(element: Element, notes: Notes) -> list[LegendClass]:
    """Return the classes between the thresholds; the first and the last are open.

    Raises:
        SldRefused: values and thresholds do not pair up or ascend, or cannot be read.
    """
    _note_lookup(element, notes)
    values = [
        colour(text_of(value, f"Value {row}", notes), f"Value {row}", notes)
        for row, value in enumerate(children(element, "Value"), start=1)
    ]
    edges = _thresholds(element, notes)
    if len(values) != len(edges) + 1:
        raise SldRefused(RefusalCode.THRESHOLDS, "Categorize", f"{len(values)}, {len(edges)}")
    lows, highs = [None, *edges], [*edges, None]
    rows = zip(lows, highs, values, strict=True)
    return [LegendClass(low, high, value) for low, high, value in rows if low is None or low != high]


def _note_lookup(function: Element, notes: Notes) -> None:
    """Note a value to look up that is not the raster's own (``Rasterdata``), as another variable or an expression."""
    found = child(function, "LookupValue")
    if found is None:
        return
    text = "".join(found.itertext()).strip()
    if len(found) or text.lower() not in ("", "rasterdata"):
        wanted = text[:LONGEST_NAME] or local(found[0])
        notes.add(f"{local(function)}: it looks up {wanted}; the values of the band are drawn.")


def _thresholds(element: Element, notes: Notes) -> list[float]:
    places = [(f"Threshold {row}", found) for row, found in enumerate(children(element, "Threshold"), start=1)]
    edges = [number(text_of(found, place, notes), place) for place, found in places]
    if edges != sorted(edges) or not all(math.isfinite(edge) for edge in edges):
        raise SldRefused(RefusalCode.THRESHOLDS, "Categorize", ", ".join(map(str, edges)))
    belongs = attribute(element, "threshholdsBelongTo") or attribute(element, "thresholdsBelongTo")
    if belongs is not None and belongs.lower() == "preceding":
        notes.add("Categorize: thresholds belong to the preceding class; every edge is drawn very slightly above.")
        return [just_above(edge) for edge in edges]
    return edges


def interpolate(element: Element, notes: Notes) -> list[Entry]:
    """Return the stops.

    Raises:
        SldRefused: a point lacks its number or colour.
    """
    _note_lookup(element, notes)
    mode = (attribute(element, "mode") or "linear").lower()
    if mode != "linear":
        notes.add(f"Interpolate: the mode {mode} is drawn as linear.")
    return [_point(row, point, notes) for row, point in enumerate(children(element, "InterpolationPoint"), start=1)]


def _point(row: int, point: Element, notes: Notes) -> Entry:
    place = f"InterpolationPoint {row}"
    data, value = child(point, "Data"), child(point, "Value")
    if data is None:
        raise SldRefused(RefusalCode.QUANTITY, place)
    if value is None:
        raise SldRefused(RefusalCode.COLOUR, place)
    quantity = number(text_of(data, place, notes), place)
    return Entry(quantity, colour(text_of(value, place, notes), place, notes))
