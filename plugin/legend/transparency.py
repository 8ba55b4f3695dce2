"""Transparency of a legend, which the API's classes cannot hold."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from .spec import Legend, LegendClass  # not at QGIS's start, where the choices of an algorithm are read

_OPAQUE = 255


class Transparency(StrEnum):
    """How a push treats transparent classes: refuse, send their colours, or leave invisible ones out."""

    REFUSE = "refuse"
    OPAQUE = "opaque"
    LEAVE_OUT = "leave_out"


class TransparentClass(NamedTuple):
    """A class whose colour is not opaque; ``opacity`` is 0 to 1, ``row`` counts from 0."""

    row: int
    label: str
    opacity: float


def transparent_classes(legend: Legend) -> list[TransparentClass]:
    """Return the classes whose transparency would be lost, by row; the opacity of the whole is not among them."""
    return [
        TransparentClass(row, entry.label, round(entry.colour.alpha / _OPAQUE, 2))
        for row, entry in enumerate(legend.classes)
        if entry.colour.alpha < _OPAQUE
    ]


def without_invisible(legend: Legend) -> Legend:
    """Return the legend without its fully transparent classes."""
    return replace(legend, classes=tuple(entry for entry in legend.classes if not _is_invisible(entry)))


def has_invisible(legend: Legend) -> bool:
    """Return whether a class is fully transparent."""
    return any(map(_is_invisible, legend.classes))


def _is_invisible(entry: LegendClass) -> bool:
    return entry.colour.alpha == 0
