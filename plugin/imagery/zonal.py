"""Statistics of a raster's values within a polygon."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from osgeo import gdal, ogr, osr

from .band_values import Array, BandReader
from .budget import IsStopped, budget, check_stopped, never
from .earth import Extent, box_of, rounds, transformation_between
from .errors import RasterUnreadable
from .evaluate import Window
from .placement import georeference_of, open_placed
from .raster_io import gdal_quiet

_ROWS = 256
_BYTES = 8
_PART = 0.05  # of a raster's width or height: the margin around it, and the longest edge of a bent polygon
_DONE = 0  # OGR's code of success
_HALF_ROUND = 180.0


@dataclass(frozen=True, slots=True)
class Zone:
    """A polygon.

    Attributes:
        wkb: well-known binary.
        crs: WKT of its CRS, easting or longitude first.
    """

    wkb: bytes
    crs: str


@dataclass(frozen=True, slots=True)
class ZonalStatistics:
    """Figures of the pixels within a polygon that hold a value; without any, and quartiles not asked for, ``None``."""

    count: int = 0
    mean: float | None = None
    minimum: float | None = None
    maximum: float | None = None
    median: float | None = None
    lower_quartile: float | None = None
    upper_quartile: float | None = None


class Zones:
    """Measures polygons in rasters; the pixels of a polygon are found once for rasters of one grid that follow.

    A pixel belongs to a polygon that holds its centre; of a polygon that holds no centre, every pixel that it touches.

    Args:
        quartiles: whether to measure the quartiles too, which takes longer.
    """

    def __init__(self, zones: list[Zone], *, quartiles: bool = False) -> None:
        self._zones = zones
        self._figures = _with_quartiles if quartiles else _figures
        self._latest: tuple[tuple[Any, ...], list[_Mask | None]] = (), []  # of one grid: masks need memory

    def measure(self, path: Path, is_stopped: IsStopped = never) -> list[ZonalStatistics]:
        """Return the statistics of each polygon over the first band, with its scale and offset applied.

        Raises:
            RasterUnreadable: no place or CRS, or not a raster.
            RasterTooLarge: decoding it, or the pixels of a polygon, would need too much memory.
            Interrupted: ``is_stopped`` returned true.
        """
        with gdal_quiet():
            dataset = open_placed(path)
            reader = BandReader(dataset, 1)
            masks = self._masks_of(dataset, path.name, is_stopped)
            return [self._figures(_values(reader, mask, path.name, is_stopped)) for mask in masks]

    def _masks_of(self, dataset: Any, name: str, is_stopped: IsStopped) -> list[_Mask | None]:
        transform, reference = georeference_of(dataset, name)
        grid = (transform, reference.ExportToWkt(), dataset.RasterXSize, dataset.RasterYSize)
        known, found = self._latest
        if known != grid:
            found = []
            for zone in self._zones:
                check_stopped(is_stopped)
                geometry = _moved(zone, reference, box_of(transform, grid[2:]))
                found.append(None if geometry is None else _mask_around(geometry, grid, rounds(reference), name))
            self._latest = grid, found
        return found


@dataclass(frozen=True, slots=True)
class _Mask:
    """The pixels of a polygon: boolean, shape (height, width) of a window."""

    window: Window
    inside: Array


def _moved(zone: Zone, reference: Any, extent: Extent) -> Any | None:
    """Return a polygon in the CRS of a raster, of a larger one the part around the raster; ``None`` if it has no place.

    Map planes show far places wrongly or not at all, and straight lines between them are straight no more.
    """
    geometry, source = ogr.CreateGeometryFromWkb(zone.wkb), osr.SpatialReference()
    source.ImportFromWkt(zone.crs)
    if source.IsSame(reference, ["IGNORE_DATA_AXIS_TO_SRS_AXIS_MAPPING=YES"]):
        return geometry
    near = _around(extent)
    if near.Transform(transformation_between(reference, source)) == _DONE:
        geometry = _cut(geometry, near, source)
    is_moved = geometry is not None and geometry.Transform(transformation_between(source, reference)) == _DONE
    return geometry if is_moved else None


def _cut(geometry: Any, near: Any, source: Any) -> Any | None:
    """Return the part of a polygon within another one, with edges that can be bent; a smaller one as it is."""
    width, height = _sides(near)
    if source.IsGeographic() and width > _HALF_ROUND:  # it lies across the 180th meridian, or around a pole
        return geometry
    if all(own <= most for own, most in zip(_sides(geometry), (width, height), strict=True)):
        return geometry
    valid = geometry.MakeValid()
    part = None if valid is None else valid.Intersection(near)
    if part is not None:
        part.Segmentize(_PART * max(width, height))
    return part


def _sides(geometry: Any) -> tuple[float, float]:
    west, east, south, north = geometry.GetEnvelope()
    return east - west, north - south


def _around(extent: Extent) -> Any:
    """Return a box with a margin around an extent, with corners enough for its edges to be bent."""
    west, south, east, north = extent
    margin = _PART * max(east - west, north - south)
    ring = ogr.Geometry(ogr.wkbLinearRing)
    for x, y in ((west, south), (east, south), (east, north), (west, north), (west, south)):
        ring.AddPoint_2D(x + (margin if x == east else -margin), y + (margin if y == north else -margin))
    box = ogr.Geometry(ogr.wkbPolygon)
    box.AddGeometry(ring)
    box.Segmentize(margin)
    return box


def _mask_around(geometry: Any, grid: tuple[Any, ...], turns: tuple[float, ...], name: str) -> _Mask | None:
    """Return the pixels of a polygon, also of a raster that runs on beyond the 180th meridian."""
    (x, *others), *rest = grid
    found = [mask for turn in turns if (mask := _mask_of(geometry, ((x - turn, *others), *rest), name)) is not None]
    if len(found) < 2:
        return found[0] if found else None
    left = min(mask.window.column for mask in found)
    top = min(mask.window.row for mask in found)
    right = max(mask.window.column + mask.window.width for mask in found)
    bottom = max(mask.window.row + mask.window.height for mask in found)
    budget.check_block((right - left, bottom - top), _BYTES, name)
    inside = np.zeros((bottom - top, right - left), dtype=bool)
    for window, part in ((mask.window, mask.inside) for mask in found):
        row, column = window.row - top, window.column - left
        inside[row : row + window.height, column : column + window.width] |= part
    return _Mask(Window(left, top, right - left, bottom - top), inside)


def _mask_of(geometry: Any, grid: tuple[Any, ...], name: str) -> _Mask | None:
    transform, wkt, width, height = grid
    window = _window_of(geometry, transform, width, height)
    if window is None:
        return None
    budget.check_block((window.width, window.height), _BYTES, name)
    for options in ([], ["ALL_TOUCHED=TRUE"]):
        inside = _rasterised(geometry, transform, wkt, window, options)
        if inside.any():
            return _Mask(window, inside)
    return None


def _window_of(geometry: Any, transform: Any, width: int, height: int) -> Window | None:
    """Return the pixels of the box around a polygon, as far as the raster has them."""
    west, east, south, north = geometry.GetEnvelope()
    inverse = gdal.InvGeoTransform(transform)
    if inverse is None or not np.isfinite([west, east, south, north]).all():
        return None
    corners = np.array([gdal.ApplyGeoTransform(inverse, x, y) for x in (west, east) for y in (south, north)])
    left, top = np.clip(np.floor(corners.min(axis=0)), 0, (width, height)).astype(int).tolist()
    right, bottom = np.clip(np.ceil(corners.max(axis=0)), 0, (width, height)).astype(int).tolist()
    return Window(left, top, right - left, bottom - top) if right > left and bottom > top else None


def _rasterised(geometry: Any, transform: Any, wkt: str, window: Window, options: list[str]) -> Array:
    x, y = gdal.ApplyGeoTransform(transform, window.column, window.row)
    target = gdal.GetDriverByName("MEM").Create("", window.width, window.height, 1, gdal.GDT_Byte)
    target.SetGeoTransform((x, transform[1], transform[2], y, transform[4], transform[5]))
    target.SetProjection(wkt)
    source = ogr.GetDriverByName("Memory").CreateDataSource("zone")
    layer = source.CreateLayer("zone", target.GetSpatialRef(), geometry.GetGeometryType())
    feature = ogr.Feature(layer.GetLayerDefn())
    feature.SetGeometry(geometry)
    layer.CreateFeature(feature)
    gdal.RasterizeLayer(target, [1], layer, burn_values=[1], options=options)
    return np.asarray(target.ReadAsArray() == 1)


def _values(reader: BandReader, mask: _Mask | None, name: str, is_stopped: IsStopped) -> Array:
    """Return the values within a polygon."""
    if mask is None:
        return np.empty(0)
    return np.concatenate([_strip(reader, mask, row, name, is_stopped) for row in range(0, mask.window.height, _ROWS)])


def _figures(values: Array) -> ZonalStatistics:
    if not values.size:
        return ZonalStatistics()
    figures = (np.mean(values), np.min(values), np.max(values), np.median(values, overwrite_input=True))
    return ZonalStatistics(int(values.size), *map(float, figures))


def _with_quartiles(values: Array) -> ZonalStatistics:
    figures = _figures(values)
    if not figures.count:
        return figures
    lower, upper = map(float, np.percentile(values, (25, 75), overwrite_input=True))
    return replace(figures, lower_quartile=lower, upper_quartile=upper)


def _strip(reader: BandReader, mask: _Mask, row: int, name: str, is_stopped: IsStopped) -> Array:
    """Return the values of some rows of a polygon that are values."""
    check_stopped(is_stopped)
    window, count = mask.window, min(_ROWS, mask.window.height - row)
    try:
        values = reader.read((window.column, window.row + row, window.width, count))
    except OSError as error:
        raise RasterUnreadable("not-raster", name, str(error)) from error
    return np.asarray(values[mask.inside[row : row + count] & np.isfinite(values)])
