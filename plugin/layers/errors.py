"""Errors of this package: facts only; ``messages`` makes the sentences."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Repair:
    """The effect of a repair: areas in square metres before and after, and the number of polygons it gives."""

    before: float
    after: float
    parts: int


class StyleWithoutClasses(Exception):
    """A style that draws something other than classes, so that no legend can be made of it.

    Attributes:
        drawing: ``ramp``, ``values`` (colours of single values), ``palette``, ``grey``, ``colours`` (of three bands),
            ``one-colour``, ``hillshade``, ``contour``, ``vector`` (no style for rasters), ``no-style`` (not
            written by QGIS), ``empty`` or ``other``.
        name: the file's name, without its folder.
    """

    def __init__(self, drawing: str, name: str) -> None:
        super().__init__(f"{name}: {drawing}")
        self.drawing = drawing
        self.name = name


class PolygonRefused(Exception):
    """A shape cannot be sent to the server as polygons in longitude and latitude.

    Attributes:
        reason: ``no-crs`` or ``no-transformation`` (the layer's CRS does not say where on the Earth it is),
            ``not-polygon``, ``not-finite`` and ``range`` (coordinates), ``no-area``, ``crossing`` (an outline crosses
            or touches itself), ``invalid`` (another rule of OGC is broken), ``long-edge`` (an edge of more than 180
            degrees of longitude), ``pole`` (the shape surrounds a pole), ``too-wide`` (wider than the globe);
            where one polygon is needed: ``none``, ``several`` (features), ``parts`` (of one feature) or
            ``antimeridian`` (one polygon across the 180th meridian).
        place: where the fault is, in words: coordinates and their CRS.
        detail: what was found, such as QGIS's own name of the fault.
        repair: what repairing would give, for ``crossing`` and ``invalid``.
        count: how many features or parts there are.
        feature: the id of the feature in its layer, where there is one.
    """

    def __init__(
        self, reason: str, place: str = "", detail: str = "", *, repair: Repair | None = None, count: int = 0
    ) -> None:
        super().__init__(" ".join(part for part in (reason, place, detail) if part))
        self.reason = reason
        self.place = place
        self.detail = detail
        self.repair = repair
        self.count = count
        self.feature: int | None = None
