"""Outlines of AOIs and assets, in the grids that a server may draw its pictures in."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

import numpy as np

from .earth import UTM_LIMITS, Extent, transformation, utm_code

DEGREES = "EPSG:4326"
_MERCATOR = "EPSG:3857"
_FULL = 360.0
_PIECES = 64  # that a line as long as the outline is divided into before it is bent by a projection
_MOST_POINTS = 200_000
_MERCATOR_LIMIT = 85.0

Array = np.ndarray[Any, Any]


class GridOutline(NamedTuple):
    """The rings of a polygon in a CRS, each of shape (points, 2), longitude or easting first."""

    crs: str
    rings: tuple[Array, ...]

    @property
    def box(self) -> Extent:
        """Return the box around it."""
        return _box(self.rings)

    @property
    def is_metric(self) -> bool:
        """Return whether its CRS is in metres on the ground, as UTM is."""
        return self.crs not in (DEGREES, _MERCATOR)


def outlines_of(geometry: Mapping[str, Any] | None) -> tuple[GridOutline, ...]:
    """Return a GeoJSON polygon in EPSG:4326, EPSG:3857 and its UTM zones; none where it is no polygon with an area."""
    rings = _rings(geometry or {})
    west, south, east, north = _box(rings) if rings else (0.0, 0.0, 0.0, 0.0)
    if not (west < east and south < north) or sum(map(len, rings)) > _MOST_POINTS:
        return ()
    fine = tuple(_divided(ring, max(east - west, north - south) / _PIECES) for ring in rings)
    found = (
        GridOutline(DEGREES, rings),
        *(GridOutline(crs, _projected(fine, crs)) for crs in _grids(west, south, east, north)),
    )
    return tuple(each for each in found if all(np.isfinite(ring).all() for ring in each.rings))


def extent_of(geometry: Mapping[str, Any] | None) -> Extent | None:
    """Return the box around a GeoJSON geometry as (west, south, east, north), or ``None`` where it has no positions.

    A box across the 180th meridian, as other programs make AOIs, runs on beyond 180 and not round the globe.
    """
    positions = list(_positions((geometry or {}).get("coordinates")))
    if not positions:
        return None
    xs, ys = [x for x, _ in positions], [y for _, y in positions]
    east = [_eastward(x) for x in xs]
    xs = east if _is_across(xs) else xs
    return min(xs), min(ys), max(xs), max(ys)


def _is_across(xs: Sequence[float]) -> bool:
    """Return whether longitudes lie on both sides of the 180th meridian."""
    east = [_eastward(x) for x in xs]
    return max(east) - min(east) < _FULL / 2 < max(xs) - min(xs)


def _eastward(x: float) -> float:
    return x + _FULL if x < 0 else x


def _positions(coordinates: Any) -> Iterator[tuple[float, float]]:
    if not isinstance(coordinates, list | tuple) or not coordinates:
        return
    if isinstance(coordinates[0], int | float):
        with suppress(IndexError, TypeError, ValueError, OverflowError):  # an invalid position is skipped
            yield float(coordinates[0]), float(coordinates[1])
        return
    for inner in coordinates:
        yield from _positions(inner)


def _rings(geometry: Mapping[str, Any]) -> tuple[Array, ...]:
    """Return the closed rings of a polygon in degrees, across the 180th meridian where it runs so."""
    coordinates = geometry.get("coordinates")
    polygons = {"Polygon": [coordinates], "MultiPolygon": coordinates}.get(str(geometry.get("type")))
    if not isinstance(polygons, list | tuple):
        return ()
    given = [list(_positions(ring)) for polygon in polygons if isinstance(polygon, list | tuple) for ring in polygon]
    rings = [ring for ring in given if len(ring) >= 3 and all(map(math.isfinite, sum(ring, ())))]
    is_across = bool(rings) and _is_across([x for ring in rings for x, _ in ring])
    return tuple(_closed(ring, is_across) for ring in rings)


def _closed(ring: Sequence[tuple[float, float]], is_across: bool) -> Array:
    points = [(_eastward(x) if is_across else x, y) for x, y in ring]
    return np.array(points if points[0] == points[-1] else [*points, points[0]], dtype=np.float64)


def _divided(ring: Array, most: float) -> Array:
    """Return a ring with points added, so that no line is longer than ``most``."""
    starts, steps = ring[:-1], np.diff(ring, axis=0)
    counts = np.maximum(1, np.ceil(np.abs(steps).max(axis=1) / most)).astype(int)
    owner = np.repeat(np.arange(len(starts)), counts)
    part = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    points: Array = starts[owner] + steps[owner] * (part / counts[owner])[:, np.newaxis]
    return np.vstack([points, ring[-1:]])


def _grids(west: float, south: float, east: float, north: float) -> Iterator[str]:
    """Yield the projected grids of a box in degrees: Web Mercator and the UTM zones of its middle and its edges."""
    if south >= -_MERCATOR_LIMIT and north <= _MERCATOR_LIMIT and west >= -_FULL / 2 and east <= _FULL / 2:
        yield _MERCATOR
    if south < UTM_LIMITS[0] or north > UTM_LIMITS[1] or east - west > 12:
        return
    codes = (utm_code(x, (south + north) / 2) for x in ((west + east) / 2, west, east))
    yield from dict.fromkeys(f"EPSG:{code}" for code in codes)


def _projected(rings: Sequence[Array], crs: str) -> tuple[Array, ...]:
    way = transformation(DEGREES, crs)
    return tuple(np.array(way.TransformPoints(ring.tolist()), dtype=np.float64)[:, :2] for ring in rings)


def _box(rings: Sequence[Array]) -> Extent:
    lows = [ring.min(axis=0) for ring in rings]
    highs = [ring.max(axis=0) for ring in rings]
    west, south = np.min(lows, axis=0)
    east, north = np.max(highs, axis=0)
    return float(west), float(south), float(east), float(north)
