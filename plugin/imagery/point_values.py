"""The value of a raster at one point."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from osgeo import gdal, osr

from .band_values import BandReader
from .errors import RasterUnreadable
from .placement import georeference_of, open_placed
from .raster_io import gdal_quiet

_WGS84 = 4326


class PointOutside(Exception):
    """A point that lies outside of a raster."""


def value_at(path: Path, longitude: float, latitude: float) -> float | None:
    """Return the value of the first band in the pixel that holds a point; ``None`` where it has no data.

    Scale and offset of the band are applied. A pixel holds its upper and left edges.

    Args:
        longitude, latitude: in degrees, WGS 84.

    Raises:
        PointOutside: the raster does not cover the point.
        RasterUnreadable: no place or CRS, or not a raster.
        RasterTooLarge: decoding it would need too much memory.
    """
    with gdal_quiet():
        dataset = open_placed(path)
        column, row = _pixel_of(dataset, longitude, latitude, path.name)
        if not (0 <= column < dataset.RasterXSize and 0 <= row < dataset.RasterYSize):
            raise PointOutside
        try:
            value = float(BandReader(dataset, 1).read((column, row, 1, 1))[0, 0])
        except OSError as error:
            raise RasterUnreadable("not-raster", path.name, str(error)) from error
    return value if np.isfinite(value) else None


def _pixel_of(dataset: Any, longitude: float, latitude: float, name: str) -> tuple[int, int]:
    transform, reference = georeference_of(dataset, name)
    x, y, _ = to_crs(reference).TransformPoint(longitude, latitude)
    inverse = gdal.InvGeoTransform(transform)
    if inverse is None or not (np.isfinite(x) and np.isfinite(y)):
        raise PointOutside
    column, row = gdal.ApplyGeoTransform(inverse, x, y)
    return int(np.floor(column)), int(np.floor(row))


def to_crs(reference: Any) -> Any:
    """Return the transformation from longitude and latitude to a CRS, easting first."""
    source, target = osr.SpatialReference(), reference.Clone()
    source.ImportFromEPSG(_WGS84)
    for each in (source, target):
        each.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return osr.CoordinateTransformation(source, target)
