"""Polygons of layers and drawings as the server takes them: checked, in longitude and latitude, GeoJSON.

Every polygon that is sent to the server comes from here. RFC 7946 holds: outer rings counter-clockwise, holes
clockwise, and no polygon crosses the 180th meridian (3.1.6 and 3.1.9).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from qgis.core import (
    Qgis,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCoordinateTransformContext,
    QgsCsException,
    QgsDistanceArea,
    QgsFeature,
    QgsGeometry,
    QgsPointXY,
    QgsRectangle,
    QgsWkbTypes,
)

from . import antimeridian
from .errors import PolygonRefused, Repair

GeoJson = dict[str, Any]
Ring = list[tuple[float, float]]

WGS84 = "EPSG:4326"
DECIMALS = 7
_UNDEFINED = ("undefined srs", "undefined geographic srs", "undefined cartesian srs")  # of GeoPackages without a CRS
_SHORTEST = 4  # corners of a closed ring
_BETWEEN = 35  # points between two corners of an extent, so that no edge is longer than half the globe


@dataclass(frozen=True, slots=True)
class Outline:
    """The shape of one feature.

    Attributes:
        polygons: GeoJSON polygons in longitude and latitude; those of a shape across the 180th meridian end there.
        parts: how many polygons the shape had before it was cut at the 180th meridian.
    """

    polygons: tuple[GeoJson, ...]
    parts: int

    @property
    def is_cut(self) -> bool:
        """Whether the shape crosses the 180th meridian."""
        return len(self.polygons) > self.parts


class OutlineReader:
    """Makes outlines of shapes that are in one CRS.

    Args:
        crs: the CRS of the shapes.
        transforms: the transformations the project or algorithm prefers.
        repair: whether invalid shapes may be repaired; without it they are refused.

    Raises:
        PolygonRefused: there is no CRS, or none that can be transformed to longitude and latitude.
    """

    def __init__(
        self,
        crs: QgsCoordinateReferenceSystem,
        transforms: QgsCoordinateTransformContext,
        *,
        repair: bool = False,
    ) -> None:
        if not crs.isValid() or crs.description().lower() in _UNDEFINED:
            raise PolygonRefused("no-crs")
        wgs84 = QgsCoordinateReferenceSystem(WGS84)
        self._transform = QgsCoordinateTransform(crs, wgs84, transforms)
        if not self._transform.isValid() or (self._transform.isShortCircuited() and crs != wgs84):
            raise PolygonRefused("no-transformation", detail=_name_of(crs))
        self._crs = crs
        self._repair = repair

    @property
    def is_approximate(self) -> bool:
        """Whether the CRS does not define its relation to WGS 84, so that positions may be hundreds of metres off."""
        return "Ballpark" in self._transform.instantiatedCoordinateOperationDetails().name

    def of_features(self, features: Iterable[QgsFeature]) -> list[Outline]:
        """Return the outlines of features; those without geometry are left out.

        Raises:
            PolygonRefused: a shape cannot be sent; of several, the error has the feature's id.
        """
        shapes = {feature.id(): feature.geometry() for feature in features if not feature.geometry().isEmpty()}
        return [self._of_one(number, shape, len(shapes)) for number, shape in shapes.items()]

    def _of_one(self, number: int, shape: QgsGeometry, count: int) -> Outline:
        try:
            return self.of_shape(shape)
        except PolygonRefused as error:
            error.feature = number if count > 1 else None
            raise

    def of_extent(self, extent: QgsRectangle) -> Outline:
        """Return the outline of a box, whose west edge is its smallest x whatever its width.

        Raises:
            PolygonRefused: it cannot be sent.
        """
        return self.of_shape(QgsGeometry.fromRect(extent).densifyByCount(_BETWEEN))

    def of_shape(self, shape: QgsGeometry) -> Outline:
        """Return the outline of a shape with polygons.

        Raises:
            PolygonRefused: it cannot be sent.
        """
        flat = _segmented(shape)
        self._check_numbers(flat)
        parts = [part for polygon in self._valid(flat, self._crs) for part in self._in_degrees(polygon)]
        cut = [piece for part in parts for piece in antimeridian.cut(part)]
        return Outline(tuple(_geojson(polygon) for polygon in cut), len(parts))

    def _check_numbers(self, shape: QgsGeometry) -> None:
        """Refuse coordinates that are no numbers, or no degrees though the CRS has degrees."""
        corners = [(corner.x(), corner.y()) for corner in shape.vertices()]
        if not all(math.isfinite(x) and math.isfinite(y) for x, y in corners):
            raise PolygonRefused("not-finite")
        if self._crs.mapUnits() == Qgis.DistanceUnit.Degrees:
            beyond = next(((x, y) for x, y in corners if abs(x) > 360 or abs(y) > 90), None)
            if beyond is not None:
                raise PolygonRefused("range", _place(QgsPointXY(*beyond), self._crs))

    def _valid(self, shape: QgsGeometry, crs: QgsCoordinateReferenceSystem) -> list[QgsGeometry]:
        """Return the polygons of a shape, each valid by itself; repair them where that is allowed."""
        parts = [polygon for part in shape.asGeometryCollection() for polygon in self._valid_part(part, crs)]
        if not parts:
            raise PolygonRefused("no-area")
        return parts

    def _valid_part(self, part: QgsGeometry, crs: QgsCoordinateReferenceSystem) -> list[QgsGeometry]:
        if part.isGeosValid():
            found = [part]
        else:
            repaired = part.makeValid(Qgis.MakeValidMethod.Structure, False)
            if repaired.area() and not self._repair:
                raise self._refusal(part, repaired, crs)
            found = repaired.asGeometryCollection()
        if not all(polygon.area() for polygon in found):
            raise PolygonRefused("no-area")
        return found

    def _refusal(self, shape: QgsGeometry, repaired: QgsGeometry, crs: QgsCoordinateReferenceSystem) -> PolygonRefused:
        faults = shape.validateGeometry(Qgis.GeometryValidationEngine.Geos)
        place = next((_place(fault.where(), crs) for fault in faults if fault.hasWhere()), "")
        what = faults[0].what() if faults else ""
        simple = all(_is_simple(ring) for ring in shape.asPolygon())
        effect = self._effect(shape, repaired, crs)
        return PolygonRefused("invalid" if simple else "crossing", place, what, repair=effect)

    def _effect(self, shape: QgsGeometry, repaired: QgsGeometry, crs: QgsCoordinateReferenceSystem) -> Repair:
        measure = QgsDistanceArea()
        measure.setSourceCrs(crs, self._transform.context())
        measure.setEllipsoid(crs.ellipsoidAcronym() or "EPSG:7030")
        parts = len(repaired.asGeometryCollection())
        return Repair(measure.measureArea(shape), measure.measureArea(repaired), parts)

    def _in_degrees(self, polygon: QgsGeometry) -> list[QgsGeometry]:
        """Return a polygon of the layer in degrees; its longitudes run on beyond 180 where it crosses there.

        Corners are rounded, which may touch a valid shape: it is checked again.
        """
        try:
            rings = antimeridian.unwrapped(polygon.asPolygon(), self._transform)
        except QgsCsException as exc:
            raise PolygonRefused("range", detail=_name_of(self._crs)) from exc
        outer, *holes = map(_rounded, rings)
        if len(outer) < _SHORTEST:
            raise PolygonRefused("no-area")
        kept = [outer, *(hole for hole in holes if len(hole) >= _SHORTEST)]  # a hole may be smaller than the rounding
        shape = QgsGeometry.fromPolygonXY([[QgsPointXY(*corner) for corner in ring] for ring in kept])
        return self._valid(shape, QgsCoordinateReferenceSystem(WGS84))


def single_shape(outlines: Sequence[Outline], *, divide: bool = False) -> tuple[GeoJson, ...]:
    """Return the single polygon of the single outline, as an AOI requires.

    Args:
        divide: whether several parts are accepted, for an AOI each.

    Raises:
        PolygonRefused: there is no outline, or several, or several parts that are not accepted.
    """
    if len(outlines) != 1:
        raise PolygonRefused("several" if outlines else "none", count=len(outlines))
    outline = outlines[0]
    if divide or len(outline.polygons) == 1:
        return outline.polygons
    if outline.parts > 1:
        raise PolygonRefused("parts", count=outline.parts)
    raise PolygonRefused("antimeridian")


def _segmented(shape: QgsGeometry) -> QgsGeometry:
    """Return a shape of straight edges; one that is not made of polygons is refused."""
    if shape.isNull() or shape.isEmpty():
        raise PolygonRefused("no-area")
    if shape.type() != Qgis.GeometryType.Polygon:
        raise PolygonRefused("not-polygon", detail=QgsWkbTypes.displayString(shape.wkbType()))
    straight = QgsGeometry(shape.constGet().segmentize())
    other = next((part for part in straight.asGeometryCollection() if not _is_polygon(part)), None)
    if other is not None:  # a TIN or another surface of many faces
        raise PolygonRefused("not-polygon", detail=QgsWkbTypes.displayString(other.wkbType()))
    return straight


def _is_polygon(part: QgsGeometry) -> bool:
    return bool(QgsWkbTypes.flatType(part.wkbType()) == Qgis.WkbType.Polygon)


def _rounded(ring: Ring) -> Ring:
    """Return a closed ring with rounded corners, each but the first once."""
    corners: Ring = []
    for x, y in ring:
        corner = (round(x, DECIMALS), round(y, DECIMALS))
        if not corners or corner != corners[-1]:
            corners.append(corner)
    return corners


def _geojson(polygon: QgsGeometry) -> GeoJson:
    rings = polygon.forcePolygonCounterClockwise().asPolygon()
    coordinates = [[[round(corner.x(), DECIMALS), round(corner.y(), DECIMALS)] for corner in ring] for ring in rings]
    return {"type": "Polygon", "coordinates": coordinates}


def _is_simple(ring: list[QgsPointXY]) -> bool:
    return bool(QgsGeometry.fromPolylineXY(ring).isSimple())


def _place(point: QgsPointXY, crs: QgsCoordinateReferenceSystem) -> str:
    decimals = 6 if crs.isGeographic() else 2
    return f"{point.x():.{decimals}f}, {point.y():.{decimals}f} ({_name_of(crs)})"


def _name_of(crs: QgsCoordinateReferenceSystem) -> str:
    return str(crs.userFriendlyIdentifier(Qgis.CrsIdentifierType.ShortString))
