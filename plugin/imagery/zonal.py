"""Statistics of a raster's values within a polygon."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from osgeo import gdal, ogr, osr

from .band_values import Array, BandReader
from .budget import IsStopped, budget, check_stopped, never
from .earth import transformation_between
from .errors import RasterUnreadable
from .evaluate import Window
from .placement import georeference_of, open_placed
from .raster_io import gdal_quiet

_ROWS = 256
_BYTES = 8


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
    """Figures of the pixels within a polygon that hold a value; without any, ``None``."""

    count: int = 0
    mean: float | None = None
    minimum: float | None = None
    maximum: float | None = None
    median: float | None = None


class Zones:
    """Measures polygons in rasters; the pixels of a polygon are found once for all rasters of one grid.

    A pixel belongs to a polygon that holds its centre; of a polygon that holds no centre, every pixel that it touches.
    """

    def __init__(self, zones: list[Zone]) -> None:
        self._zones = zones
        self._masks: dict[tuple[Any, ...], list[_Mask | None]] = {}

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
            return [_measured(reader, mask, path.name, is_stopped) for mask in masks]

    def _masks_of(self, dataset: Any, name: str, is_stopped: IsStopped) -> list[_Mask | None]:
        transform, reference = georeference_of(dataset, name)
        grid = (transform, reference.ExportToWkt(), dataset.RasterXSize, dataset.RasterYSize)
        if grid not in self._masks:
            found: list[_Mask | None] = []
            for zone in self._zones:
                check_stopped(is_stopped)
                found.append(_mask_of(_moved(zone, reference), grid, name))
            self._masks[grid] = found
        return self._masks[grid]


@dataclass(frozen=True, slots=True)
class _Mask:
    """The pixels of a polygon: boolean, shape (height, width) of a window."""

    window: Window
    inside: Array


def _moved(zone: Zone, reference: Any) -> Any:
    """Return a polygon in the CRS of a raster."""
    geometry, source = ogr.CreateGeometryFromWkb(zone.wkb), osr.SpatialReference()
    source.ImportFromWkt(zone.crs)
    if not source.IsSame(reference, ["IGNORE_DATA_AXIS_TO_SRS_AXIS_MAPPING=YES"]):
        geometry.Transform(transformation_between(source, reference))
    return geometry


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


def _measured(reader: BandReader, mask: _Mask | None, name: str, is_stopped: IsStopped) -> ZonalStatistics:
    if mask is None:
        return ZonalStatistics()
    values = np.concatenate(
        [_strip(reader, mask, row, name, is_stopped) for row in range(0, mask.window.height, _ROWS)]
    )
    if not values.size:
        return ZonalStatistics()
    figures = (np.mean(values), np.min(values), np.max(values), np.median(values, overwrite_input=True))
    return ZonalStatistics(int(values.size), *map(float, figures))


def _strip(reader: BandReader, mask: _Mask, row: int, name: str, is_stopped: IsStopped) -> Array:
    """Return the values of some rows of a polygon that are values."""
    check_stopped(is_stopped)
    window, count = mask.window, min(_ROWS, mask.window.height - row)
    try:
        values = reader.read((window.column, window.row + row, window.width, count))
    except OSError as error:
        raise RasterUnreadable("not-raster", name, str(error)) from error
    return np.asarray(values[mask.inside[row : row + count] & np.isfinite(values)])
