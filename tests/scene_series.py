"""A series of rasters with several scenes on one day, for sandboxes of tests."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from osgeo import gdal, osr

# Eight dates: one day with two scenes that are numbered, one with two that have times, and four others.
DATES = {
    "2025_04_10": "2025-04-10",
    "2025_04_14": "2025-04-14",
    "2025_04_14_2": "2025-04-14 (2)",
    "2025_05_01": "2025-05-01",
    "2025_05_20T104211Z": "2025-05-20 10:42",
    "2025_05_20T140500Z": "2025-05-20 14:05",
    "2025_06_01": "2025-06-01",
    "2025_06_18": "2025-06-18",
}
TITLE = "Two scenes"


def write_scenes(folder: Path) -> Path:
    """Write a value raster of each date, all of different values, into a new folder named as the AOI is to be."""
    folder.mkdir(parents=True)
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(32633)
    values = np.linspace(0, 0.8, 900, dtype=np.float32).reshape(30, 30)
    for shift, name in enumerate(DATES):
        dataset = gdal.GetDriverByName("GTiff").Create(str(folder / f"Crop_{name}.tif"), 30, 30, 1, gdal.GDT_Float32)
        dataset.SetGeoTransform((500000, 10, 0, 5000000, 0, -10))
        dataset.SetProjection(reference.ExportToWkt())
        dataset.GetRasterBand(1).WriteArray(values + np.float32(0.02 * shift))
        del dataset
    return folder
