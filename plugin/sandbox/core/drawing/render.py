"""A date of a visualization as a PNG: pixels coloured by their class, cut to the outline, with a painted legend."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from osgeo import gdal

from ....imagery.band_values import BandReader
from ....imagery.raster_io import forget, gdal_quiet, open_raster
from ....legend.units import display_ranges
from ..geometry import Box, box, box_size_m, crs_of, inside
from ..legends import Classes, colour_of, members
from .legend_box import paint_legend

Array = np.ndarray[Any, Any]

_LONGEST = 1000
_REMEMBERED = 128


@dataclass(frozen=True, slots=True)
class Sheet:
    """The annotations of a picture: outline, title, date and legend.

    Attributes:
        outline: polygon in degrees; the picture covers the box around it exactly.
        classes: of the date and mode; none for composites and grey pictures, which are stretched over ``rescale``.
    """

    title: str
    day: str
    outline: Mapping[str, Any]
    classes: Classes
    rescale: tuple[float, ...]


def picture(path: Path, sheet: Sheet) -> bytes:
    """Draw a raster in EPSG:4326 as an RGBA PNG, transparent outside the outline and where there is no data.

    The last pictures are cached by the modification time of their raster and by their annotations.

    Raises:
        OSError: the raster cannot be read.
    """
    return _remembered(path, path.stat().st_mtime_ns, json.dumps(asdict(sheet)))


@lru_cache(maxsize=_REMEMBERED)
def _remembered(path: Path, _stamp: int, sheet: str) -> bytes:
    return _drawn(path, Sheet(**json.loads(sheet)))


def _drawn(path: Path, sheet: Sheet) -> bytes:
    edges = box(sheet.outline)
    with gdal_quiet():
        values = _laid_out(path, edges)
        coloured = _classed(values[0], sheet.classes) if sheet.classes else _stretched(values, sheet.rescale)
        factor = max(1, _LONGEST // max(coloured.shape[:2]))
        image = coloured.repeat(factor, axis=0).repeat(factor, axis=1)
        image[~_within(sheet.outline, edges, image.shape[1], image.shape[0])] = 0
        if sheet.classes:
            paint_legend(image, f"{sheet.title}  {sheet.day}", sheet.classes)
        return _encoded(image)


def _laid_out(path: Path, edges: Box) -> Array:
    """Return the raster's bands over a box in degrees, NaN where it has no data, shape (bands, height, width)."""
    raster = open_raster(path)
    width, height = _size(raster, edges)
    laid = gdal.Warp(
        "",
        _as_drawn(raster),
        format="MEM",
        dstSRS="EPSG:4326",
        outputBounds=edges,
        width=width,
        height=height,
        resampleAlg="near",
        srcNodata=float("nan"),
        dstNodata=float("nan"),
    )
    if laid is None:
        raise OSError(f"cannot read {path.name}: {gdal.GetLastErrorMsg()[:200]}")
    return np.asarray(laid.ReadAsArray(), dtype=np.float64).reshape(raster.RasterCount, height, width)


def _as_drawn(raster: Any) -> Any:
    """Return a raster in memory with scale and offset applied, NaN where there is no data."""
    size = (raster.RasterXSize, raster.RasterYSize)
    drawn = gdal.GetDriverByName("MEM").Create("", *size, raster.RasterCount, gdal.GDT_Float32)
    drawn.SetGeoTransform(raster.GetGeoTransform())
    drawn.SetProjection(raster.GetProjection())
    for number in range(1, raster.RasterCount + 1):
        drawn.GetRasterBand(number).WriteArray(BandReader(raster, number).read((0, 0, *size)))
    return drawn


def _size(raster: Any, edges: Box) -> tuple[int, int]:
    """Return how many of the raster's own pixels a box is wide and high."""
    _, east, _, _, _, south = raster.GetGeoTransform()
    west, low, right, high = edges
    geographic = crs_of(raster) == 4326
    across, up = (right - west, high - low) if geographic else box_size_m(edges)
    return max(1, round(across / abs(east))), max(1, round(up / abs(south)))


def _classed(values: Array, classes: Classes) -> Array:
    image = np.zeros((*values.shape, 4), dtype=np.uint8)
    for entry, mask in zip(classes, members(classes, values), strict=True):
        colour = colour_of(entry["color"])
        image[mask] = (colour.red, colour.green, colour.blue, 255)
    return image


def _stretched(values: Array, rescale: tuple[float, ...]) -> Array:
    ranges = np.array(display_ranges(list(rescale), len(values)))
    low, high = ranges[:, :1, np.newaxis], ranges[:, 1:, np.newaxis]
    valid = np.isfinite(values).all(axis=0)
    shares = np.clip((np.nan_to_num(values) - low) / (high - low), 0, 1)
    channels = shares if len(shares) == 3 else np.repeat(shares[:1], 3, axis=0)
    image = np.zeros((*valid.shape, 4), dtype=np.uint8)
    image[..., :3] = np.moveaxis(np.rint(channels * 255), 0, -1)
    image[..., 3] = 255 * valid
    image[~valid] = 0
    return image


def _within(outline: Mapping[str, Any], edges: Box, width: int, height: int) -> Array:
    west, south, east, north = edges
    transform = (west, (east - west) / width, 0.0, north, 0.0, (south - north) / height)
    return inside(outline["coordinates"], transform, width, height)


def _encoded(image: Array) -> bytes:
    height, width, _ = image.shape
    name = f"/vsimem/pixxel-sandbox-{uuid.uuid4().hex}.png"
    canvas = gdal.GetDriverByName("MEM").Create("", width, height, 4, gdal.GDT_Byte)
    for number in range(4):
        canvas.GetRasterBand(number + 1).WriteArray(image[..., number])
    canvas.GetRasterBand(4).SetColorInterpretation(gdal.GCI_AlphaBand)
    try:
        if gdal.GetDriverByName("PNG").CreateCopy(name, canvas, 0, ["ZLEVEL=4"]) is None:
            raise OSError(f"cannot draw: {gdal.GetLastErrorMsg()[:200]}")
        size = gdal.VSIStatL(name).size
        handle = gdal.VSIFOpenL(name, "rb")
        content = bytes(gdal.VSIFReadL(1, size, handle))
        gdal.VSIFCloseL(handle)
        return content
    finally:
        forget(name)
        forget(f"{name}.aux.xml")
