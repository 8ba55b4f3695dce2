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
from ....imagery.evaluate import Window
from ....imagery.raster_io import forget, gdal_quiet, open_raster
from ....legend.units import display_ranges
from ..geometry import inside
from ..legends import Classes, colour_of, members
from .legend_box import Frame, frame_around, paint_legend
from .sheet_place import MapGrid, SheetPlace, map_grid
from .style import Drawing, LegendPlace

Array = np.ndarray[Any, Any]

_LONGEST = 1000
_REMEMBERED = 128
_PLAIN = Drawing()


@dataclass(frozen=True, slots=True)
class Sheet:
    """The annotations of a picture: outline, title, date and legend, and the style it is drawn in.

    Attributes:
        outline: polygon in degrees; the map covers the box around it.
        classes: of the date and mode; none for composites and grey pictures, which are stretched over ``rescale``.
    """

    title: str
    day: str
    outline: Mapping[str, Any]
    classes: Classes
    rescale: tuple[float, ...]
    drawing: Drawing = _PLAIN

    @classmethod
    def parse(cls, text: str) -> Sheet:
        """Read a sheet from JSON."""
        fields = json.loads(text)
        return cls(**{**fields, "drawing": Drawing.parse(fields["drawing"])})

    @property
    def legend_title(self) -> str:
        """Return the first line of the painted legend."""
        return f"{self.title}  {self.day}"

    def frame(self, height: int, width: int) -> Frame:
        """Return the frame of a map of a size in pixels."""
        return frame_around((height, width), self.legend_title, self.classes, self.drawing.legend)


def picture(path: Path, sheet: Sheet) -> bytes:
    """Draw a raster as an RGBA PNG, transparent outside the outline and where there is no data.

    The last pictures are cached by the modification time of their raster and by their annotations.

    Raises:
        OSError: the raster cannot be read.
    """
    return _remembered(path, path.stat().st_mtime_ns, json.dumps(asdict(sheet)))


def place_of(path: Path, sheet: Sheet) -> SheetPlace:
    """Return where the picture of a raster lies, which no response contains.

    Raises:
        OSError: the raster cannot be read.
    """
    with gdal_quiet():
        grid = map_grid(open_raster(path), sheet.outline, sheet.drawing)
    factor = _factor(grid, sheet.drawing)
    frame = sheet.frame(grid.height * factor, grid.width * factor)
    window = Window(frame.left, frame.top, grid.width * factor, grid.height * factor)
    x, across, _, y, _, down = grid.transform(window.width, window.height)
    return SheetPlace(grid.epsg, (x - frame.left * across, across, 0.0, y - frame.top * down, 0.0, down), window)


@lru_cache(maxsize=_REMEMBERED)
def _remembered(path: Path, _stamp: int, sheet: str) -> bytes:
    return _drawn(path, Sheet.parse(sheet))


def _drawn(path: Path, sheet: Sheet) -> bytes:
    with gdal_quiet():
        raster = open_raster(path)
        grid = map_grid(raster, sheet.outline, sheet.drawing)
        image = _mapped(raster, grid, sheet)
        if sheet.drawing.legend is LegendPlace.INSIDE and sheet.classes:
            paint_legend(image, sheet.legend_title, sheet.classes)
        frame = sheet.frame(*image.shape[:2])
        return _encoded(frame.around(image, sheet.classes))


def _mapped(raster: Any, grid: MapGrid, sheet: Sheet) -> Array:
    """Return the map without legend and margin, shape (height, width, 4)."""
    factor = _factor(grid, sheet.drawing)
    values = _laid_out(raster, grid, factor if sheet.drawing.is_smooth else 1)
    coloured = _classed(values[0], sheet.classes) if sheet.classes else _stretched(values, sheet.rescale)
    image = coloured if sheet.drawing.is_smooth else coloured.repeat(factor, axis=0).repeat(factor, axis=1)
    height, width, _ = image.shape
    image[~inside(grid.rings, grid.transform(width, height), width, height)] = 0
    return image


def _factor(grid: MapGrid, drawing: Drawing) -> int:
    """Return how many picture pixels a source pixel is wide."""
    return drawing.scale or max(1, _LONGEST // max(grid.height, grid.width))


def _laid_out(raster: Any, grid: MapGrid, factor: int) -> Array:
    """Return the raster's bands on a grid, NaN where it has no data, shape (bands, height, width).

    Args:
        factor: pixels of the result a grid's pixel is wide; from 2 on they are interpolated.
    """
    width, height = grid.width * factor, grid.height * factor
    laid = gdal.Warp(
        "",
        _as_drawn(raster),
        format="MEM",
        dstSRS=f"EPSG:{grid.epsg}",
        outputBounds=grid.edges,
        width=width,
        height=height,
        resampleAlg="near" if factor == 1 else "bilinear",
        srcNodata=float("nan"),
        dstNodata=float("nan"),
    )
    if laid is None:
        raise OSError(f"cannot read {Path(raster.GetDescription()).name}: {gdal.GetLastErrorMsg()[:200]}")
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
