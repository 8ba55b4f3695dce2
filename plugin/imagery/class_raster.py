"""Class rasters: bytes that are the numbers of a legend's classes, where a picture shows them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from osgeo import gdal

from ..files.whole import whole_or_nothing
from ..legend.spec import Legend, LegendClass
from .band_values import BandReader
from .budget import IsStopped, check_stopped, never
from .class_areas import Partition
from .earth import transformation_between
from .errors import RasterUnreadable
from .evaluate import Window
from .loaded import Placement
from .picture_classes import NO_CLASS, ClassPixels
from .placement import open_placed, reference_of, transform_of
from .png_file import TILE_ROWS
from .raster_io import checked_writing, create_raster, gdal_quiet
from .wrapping import LARGEST

Array = np.ndarray[Any, Any]


def fill_overlay(
    pixels: ClassPixels, placement: Placement, outline: Mapping[str, Any], raster: Path, partition: Partition
) -> None:
    """Give the pixels under the painted legend, as far as they lie in the outline, the classes of a raster's values.

    Args:
        outline: polygon in degrees that the picture is cut to, as GeoJSON.
        partition: the legend's classes in the raster's units.

    Raises:
        RasterUnreadable: the raster cannot be read.
        RasterTooLarge: decoding it would need too much memory.
    """
    box = pixels.overlay
    if box is None:
        return
    height, width = pixels.values.shape
    with gdal_quiet():
        grid = _grid(box, transform_of(placement.extent, (width, height)), reference_of(placement.crs).ExportToWkt())
        found = partition.classes_of(_values_on(grid, raster)) + 1
        found[~_inside(grid, outline)] = NO_CLASS
    pixels.values[box.row : box.row + box.height, box.column : box.column + box.width] = found


def _grid(box: Window, transform: tuple[float, ...], wkt: str) -> Any:
    """Return an empty raster in memory over a box of a larger one."""
    grid = gdal.GetDriverByName("MEM").Create("", box.width, box.height, 1, gdal.GDT_Float64)
    left, top = gdal.ApplyGeoTransform(transform, box.column, box.row)
    grid.SetGeoTransform((left, *transform[1:3], top, *transform[4:6]))
    grid.SetProjection(wkt)
    return grid


def _values_on(grid: Any, raster: Path) -> Array:
    """Return the nearest values of a raster's first band on a grid, NaN where there are none."""
    source = open_placed(raster)
    part = _part_under(grid, source)
    if part is None:
        return np.full((grid.RasterYSize, grid.RasterXSize), np.nan)
    try:
        values = BandReader(source, 1).read((part.column, part.row, part.width, part.height))
    except OSError as error:
        raise RasterUnreadable("not-raster", raster.name, str(error)) from error
    copy = _grid(part, source.GetGeoTransform(), source.GetProjection())
    for each, content in ((copy, values), (grid, np.full((grid.RasterYSize, grid.RasterXSize), np.nan))):
        each.GetRasterBand(1).SetNoDataValue(np.nan)
        each.GetRasterBand(1).WriteArray(content)
    if gdal.ReprojectImage(copy, grid, None, None, gdal.GRA_NearestNeighbour) != gdal.CE_None:
        raise RasterUnreadable("not-raster", raster.name, gdal.GetLastErrorMsg()[:200])
    return np.asarray(grid.ReadAsArray())


def _part_under(grid: Any, source: Any) -> Window | None:
    """Return the window of a raster that a grid lies over, a pixel more on each side; ``None`` without any."""
    across = transformation_between(grid.GetSpatialRef(), source.GetSpatialRef())
    edges = [(x, y) for x in np.linspace(0, grid.RasterXSize, 21) for y in np.linspace(0, grid.RasterYSize, 21)]
    points = [gdal.ApplyGeoTransform(grid.GetGeoTransform(), x, y) for x, y in edges]
    back = gdal.InvGeoTransform(source.GetGeoTransform())
    places = np.asarray([gdal.ApplyGeoTransform(back, x, y) for x, y, _ in across.TransformPoints(points)])
    if not np.isfinite(places).all():
        return None
    left, top = np.clip(np.floor(places.min(axis=0)) - 1, 0, (source.RasterXSize, source.RasterYSize)).astype(int)
    right, bottom = np.clip(np.ceil(places.max(axis=0)) + 1, 0, (source.RasterXSize, source.RasterYSize)).astype(int)
    return Window(int(left), int(top), int(right - left), int(bottom - top)) if left < right and top < bottom else None


def _inside(grid: Any, outline: Mapping[str, Any]) -> Array:
    """Return which pixels of a grid have their middle in a polygon of degrees."""
    mask = gdal.GetDriverByName("MEM").Create("", grid.RasterXSize, grid.RasterYSize, 1, gdal.GDT_Byte)
    mask.SetGeoTransform(grid.GetGeoTransform())
    mask.SetProjection(grid.GetProjection())
    polygon = gdal.OpenEx(json.dumps(outline), gdal.OF_VECTOR, allowed_drivers=["GeoJSON"])
    if polygon is not None:
        gdal.Rasterize(mask, polygon, burnValues=[1])
    return np.asarray(mask.ReadAsArray(), dtype=bool)


def write_classes(
    values: Array, target: Path, placement: Placement, legend: Legend, is_stopped: IsStopped = never
) -> None:
    """Write the classes of pixels as a paletted GeoTIFF of bytes, whole or not at all.

    The names of the classes are metadata of the band, ``CLASS_1`` and so on: GDAL would keep names of categories in a
    second file, which is lost when a raster is moved.

    Raises:
        Interrupted: ``is_stopped`` returned true.
        OSError: the file cannot be written.
    """
    height, width = values.shape
    with gdal_quiet(), whole_or_nothing(target, durable=False) as part, checked_writing(part):
        dataset = create_raster(part, (width, height, 1), gdal.GDT_Byte, ("ZLEVEL=1",))
        dataset.SetGeoTransform(transform_of(placement.extent, (width, height)))
        dataset.SetProjection(reference_of(placement.crs).ExportToWkt())
        _describe(dataset.GetRasterBand(1), legend)
        for row in _starts(height, is_stopped):
            rows = np.ascontiguousarray(values[row : row + TILE_ROWS])
            dataset.WriteRaster(0, row, width, len(rows), rows.tobytes())
        if max(width, height) > LARGEST:
            dataset.BuildOverviews("NEAREST", [2, 4, 8, 16], lambda *_progress: not is_stopped())
            check_stopped(is_stopped)
        dataset.FlushCache()
        dataset = None


def _starts(height: int, is_stopped: IsStopped) -> Iterator[int]:
    for row in range(0, height, TILE_ROWS):
        check_stopped(is_stopped)
        yield row


def _describe(band: Any, legend: Legend) -> None:
    colours = gdal.ColorTable()
    colours.SetColorEntry(NO_CLASS, (0, 0, 0, 0))
    for number, entry in enumerate(legend.classes, start=1):
        colours.SetColorEntry(number, (*entry.colour[:3], 255))
        band.SetMetadataItem(f"CLASS_{number}", _name(entry))
    band.SetColorTable(colours)
    band.SetNoDataValue(NO_CLASS)


def _name(entry: LegendClass) -> str:
    return entry.label or f"{entry.minimum} to {entry.maximum}"
