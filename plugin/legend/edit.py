"""Edits of a legend; each returns a new one.

An edit that moves an edge clears the areas of the classes it touched, which the server computes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from .spec import Colour, ColourMapKind, Legend


def set_minimum(legend: Legend, row: int, value: float | None, linked: bool = True) -> Legend:
    """Move the lower edge of a class; ``linked`` moves the upper edges that touch it along."""
    return _set_edge(legend, row, "minimum", "maximum", value, linked)


def set_maximum(legend: Legend, row: int, value: float | None, linked: bool = True) -> Legend:
    """Move the upper edge of a class; ``linked`` moves the lower edges that touch it along."""
    return _set_edge(legend, row, "maximum", "minimum", value, linked)


def _set_edge(legend: Legend, row: int, name: str, touching: str, value: float | None, linked: bool) -> Legend:
    if legend.kind is not ColourMapKind.INTERVALS:
        return legend.replacing(row, minimum=value, maximum=value, area=None, area_percentage=None)
    old = getattr(legend.classes[row], name)
    if old == value:
        return legend
    result = _moved(legend, row, {name: value})
    if linked and old is not None and value is not None:
        for other, entry in enumerate(legend.classes):
            if other != row and getattr(entry, touching) == old:
                result = _moved(result, other, {touching: value})
    return result


def _moved(legend: Legend, row: int, edges: dict[str, Any]) -> Legend:
    return legend.replacing(row, **edges, area=None, area_percentage=None)


def set_colour(legend: Legend, row: int, colour: Colour) -> Legend:
    """Give a class another colour."""
    return legend.replacing(row, colour=colour)


def set_label(legend: Legend, row: int, label: str) -> Legend:
    """Give a class another label."""
    return legend.replacing(row, label=label)


def split(legend: Legend, row: int) -> Legend:
    """Cut a class of intervals in the middle; the half that is new has the same colour and label.

    Raises:
        ValueError: the class has no middle: an end is open, or both ends are one.
    """
    entry = legend.classes[row]
    if entry.minimum is None or entry.maximum is None or legend.kind is not ColourMapKind.INTERVALS:
        raise ValueError("the class has no middle")
    middle = _middle(entry.minimum, entry.maximum)
    halves = [(entry.minimum, middle), (middle, entry.maximum)]
    if _is_descending(legend):
        halves.reverse()
    new = [replace(entry, minimum=low, maximum=high, area=None, area_percentage=None) for low, high in halves]
    classes = list(legend.classes)
    classes[row : row + 1] = new
    return replace(legend, classes=tuple(classes))


def _middle(low: float, high: float) -> float:
    """Return the middle, in as few digits as the edges have plus two."""
    digits = max(_decimals(low), _decimals(high)) + 2
    exact = low + (high - low) / 2
    middle = round(exact, digits)
    middle = middle if low < middle < high else exact
    if not low < middle < high:
        raise ValueError("the class has no middle")
    return int(middle) if isinstance(low, int) and isinstance(high, int) and middle.is_integer() else middle


def _decimals(value: float) -> int:
    return len(f"{value:.12f}".rstrip("0").partition(".")[2])


def _is_descending(legend: Legend) -> bool:
    lows = [entry.minimum for entry in legend.classes if entry.minimum is not None]
    return len(lows) > 1 and lows[0] > lows[-1]


def remove(legend: Legend, row: int) -> Legend:
    """Take a class out; in intervals a neighbour that touches it takes its values over, the lower one first."""
    gone = legend.classes[row]
    rest = replace(legend, classes=legend.classes[:row] + legend.classes[row + 1 :])
    if legend.kind is not ColourMapKind.INTERVALS:
        return rest
    for name, edge, taken in (("maximum", gone.minimum, gone.maximum), ("minimum", gone.maximum, gone.minimum)):
        for other, entry in enumerate(rest.classes):
            if edge is not None and getattr(entry, name) == edge:
                return _moved(rest, other, {name: taken})
    return rest


def recolour(legend: Legend, colours: Sequence[Colour]) -> Legend:
    """Give the classes the colours, row by row.

    Raises:
        ValueError: there are not as many colours as classes.
    """
    pairs = zip(legend.classes, colours, strict=True)
    return replace(legend, classes=tuple(replace(entry, colour=colour) for entry, colour in pairs))
