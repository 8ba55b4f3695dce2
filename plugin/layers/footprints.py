"""Footprints of images over a searched area."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from qgis.core import (
    Qgis,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCoordinateTransformContext,
    QgsGeometry,
)

from .errors import PolygonRefused
from .geojson import geometry_of
from .polygons import WGS84, Outline, OutlineReader

_EQUAL_AREA = "EPSG:6933"  # WGS 84 / NSIDC EASE-Grid 2.0 Global: cylindrical, areas are those of the ellipsoid
_STEP = 1.0  # degrees
_HALF = 180.0


class SearchedArea:
    """The polygons that images are searched over; those that touch or overlap are one."""

    def __init__(self, outlines: Sequence[Outline]) -> None:
        self._reader = OutlineReader(QgsCoordinateReferenceSystem(WGS84), QgsCoordinateTransformContext(), repair=True)
        polygons = [geometry_of(polygon) for outline in outlines for polygon in outline.polygons]
        self._shape = QgsGeometry.unaryUnion(polygons)
        crs, plane = QgsCoordinateReferenceSystem(WGS84), QgsCoordinateReferenceSystem(_EQUAL_AREA)
        self._to_plane = QgsCoordinateTransform(crs, plane, QgsCoordinateTransformContext())
        self._area = self._area_of(self._shape)
        self.polygons: tuple[Mapping[str, Any], ...] = self._reader.of_shape(self._shape).polygons

    def footprint(self, geometry: Mapping[str, Any] | None) -> QgsGeometry:
        """Return the polygons of a GeoJSON geometry, cut at the 180th meridian; none where it has none.

        A ring that jumps from 180 to -180 is read as one that goes across there.
        """
        shape = QgsGeometry() if geometry is None else geometry_of(geometry)
        if shape.isEmpty() or shape.type() != Qgis.GeometryType.Polygon:
            return QgsGeometry()
        try:
            polygons = self._reader.of_shape(shape).polygons
        except PolygonRefused:
            try:
                polygons = self._reader.of_shape(_eastward(shape)).polygons
            except PolygonRefused:
                return QgsGeometry()
        parts = [geometry_of(polygon) for polygon in polygons]
        return parts[0] if len(parts) == 1 else QgsGeometry.collectGeometry(parts)

    def coverage(self, footprint: QgsGeometry) -> float | None:
        """Return the share of the searched area that a footprint covers, in per cent, both on the ellipsoid."""
        if footprint.isEmpty() or not self._area:
            return None
        return min(100.0, 100.0 * self._area_of(self._shape.intersection(footprint)) / self._area)

    def _area_of(self, shape: QgsGeometry) -> float:
        """Measure a shape whose edges are straight in longitude and latitude, as GeoJSON has them.

        QGIS's own ellipsoidal areas take edges as geodesics, which leave a parallel by kilometres.
        """
        plane = shape.densifyByDistance(_STEP)
        plane.transform(self._to_plane)
        return float(plane.area())


def _eastward(shape: QgsGeometry) -> QgsGeometry:
    """Return a shape whose western longitudes go on beyond 180."""
    moved = QgsGeometry(shape)
    for number, corner in enumerate(shape.vertices()):
        if corner.x() < 0:
            moved.moveVertex(corner.x() + 2 * _HALF, corner.y(), number)
    return moved
