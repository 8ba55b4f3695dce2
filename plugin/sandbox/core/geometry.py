"""Polygons in longitude and latitude: checked, measured, and laid over rasters."""

from __future__ import annotations

import json
import math
import uuid
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from osgeo import gdal, ogr, osr

from ...imagery.evaluate import Window
from ...imagery.raster_io import gdal_quiet, open_raster

Array = np.ndarray[Any, Any]
Geometry = dict[str, Any]
Position = Sequence[float]
Crs = int | str  # an EPSG code or WKT
Box = tuple[float, float, float, float]

WGS84 = 4326
_EQUAL_AREA = 6933  # cylindrical, of the whole ellipsoid: EASE-Grid 2.0
_DECIMALS = 7
_METRES_PER_DEGREE = 111_195.0


def polygon_problem(geometry: object) -> str | None:
    """Return why something is no usable polygon, or ``None``."""
    if not isinstance(geometry, Mapping) or geometry.get("type") != "Polygon":
        return "geometry must be a GeoJSON Polygon"
    rings = geometry.get("coordinates")
    if not isinstance(rings, list) or not rings:
        return "geometry.coordinates must hold at least one ring"
    problem = next((found for found in map(_ring_problem, rings) if found), None)
    if problem is None and not _is_simple(geometry):
        return "geometry crosses itself or has no area"
    return problem


def _ring_problem(ring: object) -> str | None:
    if not isinstance(ring, list) or len(ring) < 4:
        return "every ring needs four positions or more"
    if not all(_is_position(position) for position in ring):
        return "every position must be [longitude, latitude] in degrees"
    return None if ring[0][:2] == ring[-1][:2] else "every ring must be closed: its first and last position equal"


def _is_position(position: object) -> bool:
    if not isinstance(position, list) or len(position) < 2:
        return False
    numbers = all(isinstance(part, (int, float)) and not isinstance(part, bool) for part in position[:2])
    return numbers and abs(position[0]) <= 180 and abs(position[1]) <= 90


def _is_simple(geometry: Mapping[str, Any]) -> bool:
    with gdal_quiet():
        shape = ogr.CreateGeometryFromJson(json.dumps(geometry))
        return shape is not None and bool(shape.IsValid()) and shape.Area() > 0


def box(geometry: Mapping[str, Any]) -> Box:
    """Return the smallest box around a polygon: west, south, east, north."""
    outer = geometry["coordinates"][0]
    xs, ys = [position[0] for position in outer], [position[1] for position in outer]
    return min(xs), min(ys), max(xs), max(ys)


def box_size_m(edges: Box) -> tuple[float, float]:
    """Return about how wide and high a box in degrees is, in metres."""
    west, south, east, north = edges
    squeeze = math.cos(math.radians((south + north) / 2))
    return (east - west) * _METRES_PER_DEGREE * squeeze, (north - south) * _METRES_PER_DEGREE


def area_m2(geometry: Mapping[str, Any]) -> float:
    """Return the area of a polygon of any size without its holes, in square metres, in an equal-area projection."""
    rings = [project(ring, WGS84, _EQUAL_AREA) for ring in geometry["coordinates"]]
    outer, *holes = [abs(_shoelace(ring)) for ring in rings]
    return round(outer - sum(holes), 2)


def centroid(geometry: Mapping[str, Any]) -> list[float]:
    """Return the centre of mass of a polygon: longitude and latitude."""
    with gdal_quiet():
        point = ogr.CreateGeometryFromJson(json.dumps(geometry)).Centroid()
        return [round(point.GetX(), _DECIMALS), round(point.GetY(), _DECIMALS)]


def overlap(first: Mapping[str, Any], second: Mapping[str, Any]) -> bool:
    """Return whether two polygons share an area."""
    return bool(common_parts(first, second))


def common_parts(first: Mapping[str, Any], second: Mapping[str, Any]) -> list[Geometry]:
    """Return the polygons that two geometries of polygons have in common."""
    with gdal_quiet():
        shapes = [ogr.CreateGeometryFromJson(json.dumps(geometry)) for geometry in (first, second)]
        common = shapes[0].Intersection(shapes[1])
        return [] if common is None else _polygons_of(json.loads(common.ExportToJson()))


def _polygons_of(geometry: Mapping[str, Any]) -> list[Geometry]:
    """Return the polygons of a geometry; lines and points, where neighbours touch, are none."""
    if geometry["type"] == "GeometryCollection":
        return [each for part in geometry["geometries"] for each in _polygons_of(part)]
    if geometry["type"] == "MultiPolygon":
        return [{"type": "Polygon", "coordinates": part} for part in geometry["coordinates"]]
    return [dict(geometry)] if geometry["type"] == "Polygon" and geometry["coordinates"] else []


def polygon(positions: Iterable[Position], crs: Crs = WGS84) -> Geometry:
    """Make a GeoJSON polygon in degrees of open or closed positions of any CRS."""
    ring = [[round(x, _DECIMALS), round(y, _DECIMALS)] for x, y in project(list(positions), crs, WGS84)]
    return {"type": "Polygon", "coordinates": [ring if ring[0] == ring[-1] else [*ring, ring[0]]]}


def project(positions: Sequence[Position], source: Crs, target: Crs) -> list[tuple[float, float]]:
    """Bring positions (x, y) from one CRS to another; x is always easting or longitude."""
    if source == target:
        return [(position[0], position[1]) for position in positions]
    with gdal_quiet():
        turned = osr.CoordinateTransformation(_reference(source), _reference(target))
        return [(x, y) for x, y, _ in turned.TransformPoints([list(position[:2]) for position in positions])]


def footprint(path: Path) -> Geometry:
    """Return where a raster lies.

    Raises:
        OSError: it is none.
    """
    with gdal_quiet():
        raster = open_raster(path)
        width, height = raster.RasterXSize, raster.RasterYSize
        corners = [(0, height), (width, height), (width, 0), (0, 0)]
        transform = raster.GetGeoTransform()
        return polygon([gdal.ApplyGeoTransform(transform, x, y) for x, y in corners], crs_of(raster))


def crs_of(raster: Any) -> Crs:
    """Return the EPSG code of an open raster, or the WKT of a CRS that has none.

    Raises:
        OSError: the raster has no CRS.
    """
    reference = raster.GetSpatialRef()
    if reference is None or reference.IsLocal():
        raise OSError(f"{Path(raster.GetDescription()).name} has no coordinate reference system")
    is_epsg = reference.GetAuthorityName(None) == "EPSG"
    return int(reference.GetAuthorityCode(None)) if is_epsg else str(reference.ExportToWkt(["FORMAT=WKT2_2019"]))


def window_on(path: Path, geometry: Mapping[str, Any]) -> tuple[Window, Array] | None:
    """Return the part of a raster that a polygon covers, and which of its pixels have their centre inside.

    ``None`` where they do not meet.

    Raises:
        OSError: the raster cannot be read.
    """
    with gdal_quiet():
        raster = open_raster(path)
        grid = (tuple(raster.GetGeoTransform()), raster.RasterXSize, raster.RasterYSize)
        return _window_of(crs_of(raster), *grid, json.dumps(geometry["coordinates"]))


@lru_cache(maxsize=16)
def _window_of(
    crs: Crs, transform: tuple[float, ...], width: int, height: int, coordinates: str
) -> tuple[Window, Array] | None:
    """Return the window of a grid that a polygon covers; dates of a series share it."""
    rings = [project(ring, WGS84, crs) for ring in json.loads(coordinates)]
    window = _covered(rings[0], gdal.InvGeoTransform(transform), width, height)
    if window is None:
        return None
    x, y = gdal.ApplyGeoTransform(transform, window.column, window.row)
    keep = inside(rings, (x, *transform[1:3], y, *transform[4:6]), window.width, window.height)
    keep.flags.writeable = False
    return window, keep


def inside(rings: Sequence[Sequence[Position]], transform: Sequence[float], width: int, height: int) -> Array:
    """Return for every pixel of a grid whether its centre is inside of rings in the grid's own CRS."""
    shape = {"type": "Polygon", "coordinates": [[list(position[:2]) for position in ring] for ring in rings]}
    name = f"/vsimem/pixxel-sandbox-{uuid.uuid4().hex}.geojson"
    with gdal_quiet():
        gdal.FileFromMemBuffer(name, json.dumps(shape).encode())
        try:
            grid = gdal.GetDriverByName("MEM").Create("", width, height, 1, gdal.GDT_Byte)
            grid.SetGeoTransform(list(transform))
            source = gdal.OpenEx(name, gdal.OF_VECTOR)
            gdal.RasterizeLayer(grid, [1], source.GetLayer(0), burn_values=[1])
            return np.asarray(grid.ReadAsArray(), dtype=bool)
        finally:
            source = None
            gdal.Unlink(name)


def _covered(ring: Sequence[Position], inverse: Sequence[float], width: int, height: int) -> Window | None:
    pixels = [gdal.ApplyGeoTransform(inverse, position[0], position[1]) for position in ring]
    left = max(0, math.floor(min(x for x, _ in pixels)))
    top = max(0, math.floor(min(y for _, y in pixels)))
    right = min(width, math.ceil(max(x for x, _ in pixels)))
    bottom = min(height, math.ceil(max(y for _, y in pixels)))
    return Window(left, top, right - left, bottom - top) if right > left and bottom > top else None


def _reference(crs: Crs) -> Any:
    reference = osr.SpatialReference()
    reference.SetFromUserInput(f"EPSG:{crs}" if isinstance(crs, int) else crs)
    reference.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return reference


def _shoelace(ring: Sequence[Position]) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring)) / 2
