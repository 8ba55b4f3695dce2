"""Polygons across the 180th meridian: longitudes that run on beyond it, and the cut there (RFC 7946, 3.1.9)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from qgis.core import Qgis, QgsCoordinateTransform, QgsCsException, QgsGeometry, QgsPointXY, QgsRectangle

from .errors import PolygonRefused

Ring = list[tuple[float, float]]

_FULL = 360.0
_HALF = 180.0
_LONG = 90.0  # degrees of longitude; an edge that is longer is followed to see which way round it goes
_STEPS = 32
_WEST = QgsRectangle(-_HALF, -90, _HALF, 90)
_EAST = QgsRectangle(_HALF, -90, 3 * _HALF, 90)


def unwrapped(rings: Sequence[Sequence[QgsPointXY]], transform: QgsCoordinateTransform) -> list[Ring]:
    """Return closed rings in degrees, whose longitudes do not jump from 180 to -180 but run on.

    The westernmost longitude of the outer ring is at least -180 and less than 180.

    Raises:
        PolygonRefused: an edge is longer than half the globe, or a ring goes round a pole or round the globe.
        QgsCsException: a corner cannot be transformed.
    """
    outer, *holes = [_ring(ring, transform) for ring in rings]
    west, east = _range(outer)
    if east - west > _FULL:
        raise PolygonRefused("too-wide")
    outer = _moved(outer, -_FULL * ((west + _HALF) // _FULL))
    middle = sum(_range(outer)) / 2
    return [outer, *(_moved(hole, _FULL * round((middle - sum(_range(hole)) / 2) / _FULL)) for hole in holes)]


def cut(polygon: QgsGeometry) -> list[QgsGeometry]:
    """Return the parts of a polygon of ``unwrapped`` on both sides of the 180th meridian."""
    if polygon.boundingBox().xMaximum() <= _HALF:
        return [polygon]
    west = polygon.intersection(QgsGeometry.fromRect(_WEST))
    east = polygon.intersection(QgsGeometry.fromRect(_EAST))
    east.translate(-_FULL, 0)
    return [part for side in (west, east) for part in side.asGeometryCollection() if part.area() > 0]


def _ring(corners: Sequence[QgsPointXY], transform: QgsCoordinateTransform) -> Ring:
    degrees = [_transformed(corner, transform) for corner in corners]
    ring = [(degrees[0].x(), degrees[0].y())]
    for (start, end), (before, after) in zip(pairwise(corners), pairwise(degrees), strict=True):
        step = after.x() - before.x()
        if abs(step) > _LONG:
            step = _followed(start, end, transform)
        ring.append((ring[-1][0] + step, after.y()))
    if abs(ring[-1][0] - ring[0][0]) > _HALF:
        raise PolygonRefused("pole")
    ring[-1] = ring[0]
    return ring


def _followed(start: QgsPointXY, end: QgsPointXY, transform: QgsCoordinateTransform) -> float:
    """Return the degrees of longitude an edge of the layer covers, by points between its ends."""
    in_degrees = transform.sourceCrs().mapUnits() == Qgis.DistanceUnit.Degrees
    if in_degrees and abs(end.x() - start.x()) > _HALF:
        raise PolygonRefused("long-edge", detail=f"{start.x():g}, {end.x():g}")
    between = (_transformed(_at(start, end, number / _STEPS), transform).x() for number in range(_STEPS + 1))
    return sum(_short_way(after - before) for before, after in pairwise(between))


def _transformed(point: QgsPointXY, transform: QgsCoordinateTransform) -> QgsPointXY:
    found = transform.transform(point)
    if not (math.isfinite(found.x()) and math.isfinite(found.y())):
        raise QgsCsException(point.toString())
    return found


def _at(start: QgsPointXY, end: QgsPointXY, share: float) -> QgsPointXY:
    return QgsPointXY(start.x() + (end.x() - start.x()) * share, start.y() + (end.y() - start.y()) * share)


def _short_way(step: float) -> float:
    return (step + _HALF) % _FULL - _HALF


def _range(ring: Ring) -> tuple[float, float]:
    return min(x for x, _ in ring), max(x for x, _ in ring)


def _moved(ring: Ring, degrees: float) -> Ring:
    return [(x + degrees, y) for x, y in ring] if degrees else ring
