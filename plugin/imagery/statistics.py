"""What values a raster holds."""

from __future__ import annotations

import math
from pathlib import Path

from osgeo import gdal

from .raster_io import gdal_quiet


def value_range(path: Path) -> tuple[float, float] | None:
    """Return about the least and greatest value of a raster's first band, without no-data.

    ``None`` for bytes, which are in display units as they are, and where there is no value at all. Large rasters are
    sampled; nothing is written beside the file.
    """
    with gdal_quiet():
        dataset = gdal.OpenEx(str(path), gdal.OF_RASTER | gdal.OF_READONLY)
        if dataset is None or not dataset.RasterCount:
            return None
        band = dataset.GetRasterBand(1)
        if band.DataType == gdal.GDT_Byte:
            return None
        found = band.ComputeRasterMinMax(1)
    if found is None or not all(math.isfinite(edge) for edge in found):
        return None
    return float(found[0]), float(found[1])
