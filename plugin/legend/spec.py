"""The domain model of a legend, between the formats of the API, SLD, QGIS renderers and tables."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, NamedTuple


class ColourMapKind(StrEnum):
    """How colours follow values; the names are those of GeoServer's ``ColorMap/@type``."""

    INTERVALS = "intervals"
    RAMP = "ramp"
    VALUES = "values"


class Colour(NamedTuple):
    """A straight (not premultiplied) sRGB colour, each channel 0 to 255."""

    red: int
    green: int
    blue: int
    alpha: int = 255

    @property
    def hex(self) -> str:
        """Return ``#rrggbb``: the only form ever sent; the alpha is left out."""
        return f"#{self.red:02x}{self.green:02x}{self.blue:02x}"


@dataclass(frozen=True, slots=True)
class LegendClass:
    """One class of a legend.

    ``minimum`` and ``maximum`` are in the server's units (index units, or 0 to 255); ``None`` is an open end.
    In a ramp or a list of values both are the same number: the stop. ``area`` and ``area_percentage`` are the
    server's figures, ``None`` where it gave none. ``extra`` keeps fields of the record that we do not know.
    """

    minimum: float | None
    maximum: float | None
    colour: Colour
    label: str = ""
    area: float | None = None
    area_percentage: float | None = None
    extra: Mapping[str, Any] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Legend:
    """Classes in the order of the server, with the properties needed to draw them.

    A class of kind ``intervals`` holds ``minimum <= value < maximum``; with ``closed_top`` the last one holds its
    maximum too (the API's legends; an SLD's last bound is out, sld-semantics R5). ``opacity`` multiplies the alpha
    of every colour.
    """

    classes: tuple[LegendClass, ...] = ()
    kind: ColourMapKind = ColourMapKind.INTERVALS
    opacity: float = 1.0
    closed_top: bool = False

    def __len__(self) -> int:
        return len(self.classes)

    def replacing(self, row: int, **changes: Any) -> Legend:
        """Return the legend with fields of one class changed.

        Raises:
            IndexError: there is no such row.
        """
        classes = list(self.classes)
        classes[row] = replace(classes[row], **changes)
        return replace(self, classes=tuple(classes))

    def digest(self) -> str:
        """Return a short hash of the writable fields: kind, edges, colours and labels, in order."""
        rows = [[_number(c.minimum), _number(c.maximum), c.colour.hex, c.label] for c in self.classes]
        text = json.dumps([str(self.kind), rows], ensure_ascii=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def _number(value: float | None) -> str | None:
    """Return a spelling that is one for ``0``, ``0.0`` and ``-0.0``."""
    return None if value is None else repr(float(value) + 0.0)
