"""The value of a raster at one point."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from osgeo import gdal, osr

from .band_values import BandReader
from .earth import rounds, transformation_between
from .errors import RasterUnreadable
from .placement import georeference_of, open_placed
from .raster_io import gdal_quiet

_WGS84 = 4326


class PointOutside(Exception):
    """A point that lies outside of a raster."""


class Point:
    """Reads the pixel that holds a point; where that lies is found once for all rasters of one grid.

    Args:
        longitude, latitude: in degrees, WGS 84.
    """

    def __init__(self, longitude: float, latitude: float) -> None:
        self._place = longitude, latitude
        self._pixels: dict[tuple[Any, ...], tuple[int, int] | None] = {}

    def value_in(self, path: Path) -> float | None:
        """Return the value of the first band in the pixel; ``None`` where it has no data.

        Scale and offset of the band are applied. A pixel holds its upper and left edges.

        Raises:
            PointOutside: the raster does not cover the point.
            RasterUnreadable: no place or CRS, or not a raster.
            RasterTooLarge: decoding it would need too much memory.
        """
        with gdal_quiet():
            dataset = open_placed(path)
            pixel = self._pixel_in(dataset, path.name)
            if pixel is None:
                raise PointOutside
            try:
                value = float(BandReader(dataset, 1).read((*pixel, 1, 1))[0, 0])
            except OSError as error:
                raise RasterUnreadable("not-raster", path.name, str(error)) from error
        return value if np.isfinite(value) else None

    def _pixel_in(self, dataset: Any, name: str) -> tuple[int, int] | None:
        transform, reference = georeference_of(dataset, name)
        size = (dataset.RasterXSize, dataset.RasterYSize)
        grid = (transform, size, reference.ExportToWkt())
        if grid not in self._pixels:
            self._pixels[grid] = _pixel_of(self._place, transform, reference, size)
        return self._pixels[grid]


def _pixel_of(
    place: tuple[float, float], transform: tuple[float, ...], reference: Any, size: tuple[int, int]
) -> tuple[int, int] | None:
    """Return the column and row of a point; ``None`` where the raster does not cover it."""
    globe = osr.SpatialReference()
    globe.ImportFromEPSG(_WGS84)
    x, y, _ = transformation_between(globe, reference).TransformPoint(*place)
    inverse = gdal.InvGeoTransform(transform)
    if inverse is None or not (np.isfinite(x) and np.isfinite(y)):
        return None
    for turn in rounds(reference):
        column, row = map(int, np.floor(gdal.ApplyGeoTransform(inverse, x + turn, y)))
        if 0 <= column < size[0] and 0 <= row < size[1]:
            return column, row
    return None
