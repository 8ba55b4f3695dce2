"""Output files of blocks: tables as CSV, polygons as GeoJSON, rasters as GeoTIFF."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from osgeo import gdal

from ....files.whole import whole_or_nothing
from ....imagery.evaluate import NODATA
from ....imagery.raster_io import checked_writing, create_raster, gdal_quiet
from .layers import LayerGrid

Array = np.ndarray[Any, Any]
Row = Mapping[str, Any]

NO_CLASS = 0


def write_table(path: Path, rows: Sequence[Row]) -> None:
    """Write rows of one kind, their names on top; ``None`` is left empty."""
    with whole_or_nothing(path) as part, part.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def write_features(path: Path, shapes: Sequence[Mapping[str, Any]], rows: Sequence[Row]) -> None:
    """Write shapes in longitude and latitude, each with a row of values, as a GeoJSON FeatureCollection."""
    pairs = zip(shapes, rows, strict=True)
    features = [{"type": "Feature", "geometry": shape, "properties": dict(row)} for shape, row in pairs]
    with whole_or_nothing(path) as part:
        part.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")


def write_values(path: Path, values: Array, grid: LayerGrid, name: str) -> None:
    """Write values as one float32 band; NaN becomes nodata.

    Raises:
        OSError: it cannot be written.
    """
    pixels = np.where(np.isfinite(values), values, NODATA).astype("<f4")
    _write(path, pixels, grid, (gdal.GDT_Float32, "PREDICTOR=3"), (name, NODATA, ()))


def write_classes(path: Path, classes: Array, grid: LayerGrid, colours: Sequence[str], name: str) -> None:
    """Write class numbers as one 8-bit band with a colour table; 0 is nodata, the first colour is class 1's.

    Raises:
        OSError: it cannot be written.
    """
    _write(path, classes.astype(np.uint8), grid, (gdal.GDT_Byte, "PREDICTOR=1"), (name, NO_CLASS, colours))


def _write(
    path: Path, pixels: Array, grid: LayerGrid, kind: tuple[int, str], band_of: tuple[str, float, Sequence[str]]
) -> None:
    (data_type, predictor), (name, nodata, colours) = kind, band_of
    with gdal_quiet(), whole_or_nothing(path) as part, checked_writing(part):
        raster = create_raster(part, (grid.width, grid.height, 1), data_type, (predictor,))
        raster.SetGeoTransform(grid.transform)
        raster.SetProjection(grid.projection)
        band = raster.GetRasterBand(1)
        band.SetDescription(name)
        band.SetNoDataValue(nodata)
        if colours:
            band.SetRasterColorTable(_colour_table(colours))
        band.WriteRaster(0, 0, grid.width, grid.height, np.ascontiguousarray(pixels).tobytes())
        raster.FlushCache()
        band = raster = None


def _colour_table(colours: Sequence[str]) -> Any:
    table = gdal.ColorTable()
    table.SetColorEntry(NO_CLASS, (0, 0, 0, 0))
    for number, colour in enumerate(colours, start=1):
        table.SetColorEntry(number, (*bytes.fromhex(colour[1:]), 255))
    return table
