"""The colour map of a raster symbolizer as a legend."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from operator import attrgetter
from typing import TYPE_CHECKING

from ..legend.intervals import just_below
from ..legend.spec import ColourMapKind, Legend, LegendClass
from .entries import Entry, plain_entries
from .functions import categorize, interpolate
from .refusal import RefusalCode, SldRefused
from .unsupported import LONGEST_NAME
from .values import Notes, colour, number, opacity, plain
from .xml import attribute, children, local

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


MOST_ENTRIES = 65_536
"""As many as the largest palette of GeoServer has (``extended``); more could be drawn, but not handled in QGIS."""


def read_colour_map(element: Element, notes: Notes) -> Legend:
    """Return the legend of a ``ColorMap``, opaque as a whole.

    Raises:
        SldRefused: it has no entries or too many, or one of them cannot be read.
    """
    entries = children(element, "ColorMapEntry")
    if len(entries) > MOST_ENTRIES:
        raise SldRefused(RefusalCode.TOO_MANY, "ColorMap", str(len(entries)))
    functions = [child for child in element if local(child) not in ("ColorMapEntry", "VendorOption")]
    for other in functions if entries else functions[1:]:
        notes.add(f"ColorMap: {local(other)[:LONGEST_NAME]} is left out beside the colours that are drawn.")
    if entries:
        return _of_entries(_kind(element, notes), entries, notes)
    if not functions:
        raise SldRefused(RefusalCode.NO_ENTRIES, "ColorMap")
    return _of_function(functions[0], notes)


def _of_function(function: Element, notes: Notes) -> Legend:
    name = local(function)
    if name == "Categorize":
        return Legend(tuple(categorize(function, notes)))
    if name != "Interpolate":
        raise SldRefused(RefusalCode.FUNCTION, "ColorMap", attribute(function, "name") or name)
    return _stops(interpolate(function, notes), ColourMapKind.RAMP, notes)


def _kind(element: Element, notes: Notes) -> ColourMapKind:
    name = (attribute(element, "type") or ColourMapKind.RAMP).lower()
    try:
        return ColourMapKind(name)
    except ValueError:
        notes.add(f"ColorMap: the type {name} is unknown; a ramp is drawn.")
        return ColourMapKind.RAMP


def _of_entries(kind: ColourMapKind, elements: list[Element], notes: Notes) -> Legend:
    given = [element.attrib for element in elements]
    entries = plain_entries(given) or list(_entries(given, notes))
    return _intervals(entries, notes) if kind is ColourMapKind.INTERVALS else _stops(entries, kind, notes)


def _entries(given: list[dict[str, str]], notes: Notes) -> Iterator[Entry]:
    """Yield the entries; a transparent one for pixels without a value has no effect, and is left out."""
    for row, one in enumerate(given, start=1):
        entry = _entry(row, one, notes)
        if not math.isnan(entry.quantity):
            yield entry
        else:
            notes.add(f"ColorMapEntry {row}: it is transparent, for pixels without a value (NaN), and is left out.")


def _entry(row: int, given: Mapping[str, str], notes: Notes) -> Entry:
    """Read an entry in any spelling.

    Raises:
        SldRefused: its colour, opacity or quantity cannot be read.
    """
    place = f"ColorMapEntry {row}"
    drawn = colour(plain(given.get("color", ""), place, notes), place, notes)
    share = given.get("opacity")
    if share is not None:
        part = opacity(plain(share, place, notes), place, notes)
        drawn = drawn if part == 1 else drawn._replace(alpha=round(drawn.alpha * part))
    quantity = number(plain(given.get("quantity", ""), place, notes), place, or_nan=not drawn.alpha)
    return Entry(quantity, drawn, _label(given.get("label", ""), place, notes))


def _label(text: str, place: str, notes: Notes) -> str:
    """Return a label with the defaults of its expressions; one with others is shown as it is written."""
    try:
        return plain(text, place, notes) if "${" in text else text
    except SldRefused:
        return text


def _stops(entries: list[Entry], kind: ColourMapKind, notes: Notes) -> Legend:
    if not entries:
        raise SldRefused(RefusalCode.NO_ENTRIES, "ColorMap")
    endless = next((row for row, entry in enumerate(entries, start=1) if math.isinf(entry.quantity)), None)
    if endless is not None:
        raise SldRefused(RefusalCode.INFINITE, f"ColorMapEntry {endless}")
    drawn = _in_order(entries, notes) if kind is ColourMapKind.RAMP else _each_once(entries, notes)
    return Legend(tuple([LegendClass(quantity, quantity, colour, label) for quantity, colour, label in drawn]), kind)


def _each_once(entries: list[Entry], notes: Notes) -> list[Entry]:
    """Leave the first of the entries that have one quantity."""
    found: dict[float, Entry] = {}
    for entry in entries:
        if found.setdefault(entry.quantity, entry) is not entry:
            notes.add(f"ColorMap: two entries have the quantity {entry.quantity:g}; the first is drawn.")
    return list(found.values())


def _in_order(entries: list[Entry], notes: Notes) -> list[Entry]:
    ordered = sorted(entries, key=attrgetter("quantity"))
    if ordered != entries:
        notes.add("ColorMap: the quantities are out of order; they are drawn in ascending order.")
    return ordered


def _intervals(entries: list[Entry], notes: Notes) -> Legend:
    """Turn upper bounds into classes; transparent helpers become the lower edge and the gaps."""
    classes: list[LegendClass] = []
    low: float | None = None
    for high, drawn, label in _in_order(entries, notes):
        if high == -math.inf:
            continue
        if low is not None and high <= low:
            notes.add(f"ColorMap: two entries have the quantity {high:g}; the second is empty.")
            continue
        classes.append(LegendClass(low, None if high == math.inf else high, drawn, label))
        low = high
        if high == math.inf:
            break
    return _closed(Legend(tuple(_without_helpers(classes))))


def _without_helpers(classes: list[LegendClass]) -> list[LegendClass]:
    visible = [entry for row, entry in enumerate(classes) if entry.colour.alpha or (row > 0 and entry.label)]
    return visible if any(entry.colour.alpha for entry in visible) else classes


def _closed(legend: Legend) -> Legend:
    """Recognise a last bound a hair above a plain number: that number is in."""
    top = legend.classes[-1].maximum if legend.classes else None
    plain_top = None if top is None else just_below(float(top))
    if plain_top is None:
        return legend
    return replace(legend.replacing(len(legend) - 1, maximum=plain_top), closed_top=True)
