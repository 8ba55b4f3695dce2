"""How a server draws a picture: its grid, where the legend goes, its border and how finely it is sampled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class DrawnGrid(StrEnum):
    """Coordinate reference system of a picture; ``UTM`` is the zone of the outline's centroid."""

    DEGREES = "EPSG:4326"
    MERCATOR = "EPSG:3857"
    UTM = "UTM"


class LegendPlace(StrEnum):
    """Place of the painted legend: over the map in its emptiest corner, or in a margin on one side of it."""

    INSIDE = "inside"
    LEFT = "left"
    RIGHT = "right"
    TOP = "top"
    BOTTOM = "bottom"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Drawing:
    """The drawing style of one visualization.

    Attributes:
        padding: source pixels of transparent border on every side of the outline's box.
        snapped: the box grows to whole pixels of the grid; else the pixels are stretched to fit the box.
        scale: picture pixels a source pixel is wide; 0 for as many as a screen has room for.
        is_smooth: values are interpolated between source pixels; else these are repeated.
    """

    grid: DrawnGrid = DrawnGrid.DEGREES
    legend: LegendPlace = LegendPlace.INSIDE
    padding: int = 0
    snapped: bool = False
    scale: int = 0
    is_smooth: bool = False

    @classmethod
    def parse(cls, fields: Mapping[str, Any]) -> Drawing:
        """Read a record's drawing style; absent fields are as in the default.

        Raises:
            TypeError: a field is not known.
            ValueError: a grid or a place of the legend is not known, or a number is negative.
        """
        drawing = cls(**fields)
        if drawing.padding < 0 or drawing.scale < 0:
            raise ValueError(f"padding and scale must not be negative: {fields}")
        parsed = {"grid": DrawnGrid(drawing.grid), "legend": LegendPlace(drawing.legend)}
        return cls(**{**fields, **parsed})
