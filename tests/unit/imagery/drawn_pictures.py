"""Pictures as servers may draw them, made by GDAL alone, with the truth about their place."""

from __future__ import annotations

import math
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from osgeo import gdal, ogr, osr

COLOURS = ((165, 0, 38), (244, 109, 67), (254, 224, 139), (102, 189, 99), (0, 104, 55))
PAPER = (252, 252, 250)
Ring = list[list[float]]


@dataclass(frozen=True)
class Drawn:
    """A picture with its true place.

    Attributes:
        png: its bytes.
        epsg: code of its CRS.
        transform: of the whole picture, as GDAL has it.
        window: column, row, width, height of the map.
    """

    png: bytes
    epsg: int
    transform: tuple[float, ...]
    window: tuple[int, int, int, int]


@dataclass(frozen=True)
class Style:
    """How a picture is drawn.

    Attributes:
        grid: 4326, 3857 or 0 for the UTM zone.
        size: about, of the longer side of the map, in pixels.
        scale: picture pixels of a source pixel; the outline is cut at source pixels where ``is_blocky``.
        padding: transparent source pixels on the four sides: left, top, right, bottom; they need not be whole.
        legend: ``none``, ``inside`` or the side of a margin.
        cover: which part of the ground has data, as a function of shares (x, y) of the box.
        is_cut: whether the picture is transparent outside of the outline.
        is_square: whether pixels in degrees are square in degrees; else on the ground.
        is_touched: whether pixels that the outline touches are inside; else those whose centre is.
        source: metres of the pixels of a raster in UTM, itself cut to the outline, that the picture is drawn from.
        is_white: whether the picture is white where it would be transparent.
    """

    grid: int = 4326
    size: int = 300
    scale: int = 1
    is_blocky: bool = False
    padding: tuple[float, float, float, float] = (0, 0, 0, 0)
    legend: str = "none"
    cover: Callable[[np.ndarray, np.ndarray], np.ndarray] | None = field(default=None)
    is_cut: bool = True
    is_square: bool = False
    is_touched: bool = False
    is_white: bool = False
    source: float = 0.0


def draw(rings: Sequence[Ring], style: Style) -> Drawn:
    """Draw an outline, given in degrees."""
    outline = _polygon(rings)
    epsg = style.grid or _utm(outline)
    placed = _projected(outline, epsg)
    west, east, south, north = placed.GetEnvelope()
    across, up = east - west, north - south
    if epsg == 4326 and not style.is_square:
        across *= math.cos(math.radians((south + north) / 2))
    source = style.size / style.scale
    columns, rows = (max(1, round(source * side / max(across, up))) for side in (across, up))
    pixel = (east - west) / columns, (north - south) / rows
    left, top, right, bottom = style.padding
    west, north = west - left * pixel[0], north + top * pixel[1]
    columns, rows = round(columns + left + right), round(rows + top + bottom)
    scale = style.scale
    fine = (west, pixel[0] / scale, 0.0, north, 0.0, -pixel[1] / scale)
    coarse = (west, pixel[0], 0.0, north, 0.0, -pixel[1])
    numbers = _numbers(epsg, coarse, (columns, rows)).repeat(scale, 0).repeat(scale, 1)
    size = (columns * scale, rows * scale)
    inside = np.ones(size[::-1], dtype=bool)
    if style.is_cut and style.is_blocky:
        inside = _burnt(placed, coarse, (columns, rows), style.is_touched).repeat(scale, 0).repeat(scale, 1)
    elif style.is_cut:
        inside = _burnt(placed, fine, size, style.is_touched)
    if style.cover is not None:
        y, x = ((np.arange(n) + 0.5) / n for n in (rows, columns))
        covered = style.cover(x[np.newaxis, :], y[:, np.newaxis]) & np.ones((rows, columns), dtype=bool)
        inside = inside & covered.repeat(scale, 0).repeat(scale, 1)
    if style.source:
        inside = inside & _cut_raster(outline, style.source, epsg, fine, size)
    rgba = np.zeros((*inside.shape, 4), dtype=np.uint8)
    rgba[inside, :3] = np.asarray(COLOURS, dtype=np.uint8)[numbers[inside]]
    rgba[inside, 3] = 255
    if style.is_white:
        rgba[~inside] = 255
    rgba, column, row = _with_legend(rgba, style.legend)
    transform = (fine[0] - column * fine[1], fine[1], 0.0, fine[3] - row * fine[5], 0.0, fine[5])
    return Drawn(encoded(rgba), epsg, transform, (column, row, *size))


def encoded(rgba: np.ndarray) -> bytes:
    """Return pixels, shape (height, width, 4), as a PNG."""
    height, width, _ = rgba.shape
    canvas = gdal.GetDriverByName("MEM").Create("", width, height, 4, gdal.GDT_Byte)
    for number in range(4):
        canvas.GetRasterBand(number + 1).WriteArray(rgba[..., number])
    canvas.GetRasterBand(4).SetColorInterpretation(gdal.GCI_AlphaBand)
    name = f"/vsimem/{uuid.uuid4().hex}.png"
    gdal.GetDriverByName("PNG").CreateCopy(name, canvas, 0, ["ZLEVEL=1"])
    handle = gdal.VSIFOpenL(name, "rb")
    content = bytes(gdal.VSIFReadL(1, gdal.VSIStatL(name).size, handle))
    gdal.VSIFCloseL(handle)
    gdal.Unlink(name)
    return content


def error_of(drawn: Drawn, crs: str, extent: Sequence[float], window: Sequence[int]) -> float:
    """Return how far a place is from the truth at most, in pixels of the picture, on a grid over the map."""
    column, row, width, height = window
    shares = np.linspace(0, 1, 9)
    truth_column, truth_row, truth_width, truth_height = drawn.window
    worst = 0.0
    way = osr.CoordinateTransformation(_reference(int(crs.partition(":")[2])), _reference(drawn.epsg))
    for x in truth_column + shares * truth_width:
        for y in truth_row + shares * truth_height:
            east = extent[0] + (x - column) / width * (extent[2] - extent[0])
            north = extent[3] - (y - row) / height * (extent[3] - extent[1])
            true_east, true_north, _ = way.TransformPoint(east, north)
            x0, a, _, y0, _, e = drawn.transform
            worst = max(worst, math.hypot((true_east - x0) / a - x, (true_north - y0) / e - y))
    return worst


def geometry(rings: Sequence[Ring]) -> dict[str, object]:
    """Return rings as a GeoJSON polygon."""
    return {"type": "Polygon", "coordinates": [list(map(list, ring)) for ring in rings]}


def _reference(epsg: int) -> osr.SpatialReference:
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(epsg)
    reference.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return reference


def _polygon(rings: Sequence[Ring]) -> ogr.Geometry:
    polygon = ogr.Geometry(ogr.wkbPolygon)
    for ring in rings:
        line = ogr.Geometry(ogr.wkbLinearRing)
        for x, y in ring:
            line.AddPoint_2D(x, y)
        line.CloseRings()
        polygon.AddGeometry(line)
    return polygon


def _utm(outline: ogr.Geometry) -> int:
    middle = outline.Centroid()
    return (32600 if middle.GetY() >= 0 else 32700) + int((middle.GetX() + 180) // 6) + 1


def _projected(outline: ogr.Geometry, epsg: int) -> ogr.Geometry:
    placed = outline.Clone()
    west, east, south, north = outline.GetEnvelope()
    placed.Segmentize(max(east - west, north - south) / 200)
    if epsg == 4326:
        return outline
    placed.Transform(osr.CoordinateTransformation(_reference(4326), _reference(epsg)))
    return placed


def _burnt(outline: ogr.Geometry, transform: Sequence[float], size: tuple[int, int], touched: bool) -> np.ndarray:
    raster = gdal.GetDriverByName("MEM").Create("", *size, 1, gdal.GDT_Byte)
    raster.SetGeoTransform(transform)
    source = ogr.GetDriverByName("Memory").CreateDataSource("")
    raster.SetSpatialRef(_reference(4326))
    layer = source.CreateLayer("outline", _reference(4326), ogr.wkbPolygon)  # as GDAL asks for one
    feature = ogr.Feature(layer.GetLayerDefn())
    feature.SetGeometry(outline)
    layer.CreateFeature(feature)
    gdal.RasterizeLayer(raster, [1], layer, burn_values=[1], options=["ALL_TOUCHED=TRUE"] if touched else [])
    return raster.ReadAsArray().astype(bool)


def _cut_raster(
    outline: ogr.Geometry, pixel: float, epsg: int, transform: Sequence[float], size: tuple[int, int]
) -> np.ndarray:
    """Return where a picture has data of a coarser raster that is cut to the outline in its own grid."""
    code = _utm(outline)
    west, east, south, north = _projected(outline, code).GetEnvelope()
    coarse = (math.floor(west / pixel) * pixel, pixel, 0.0, math.ceil(north / pixel) * pixel, 0.0, -pixel)
    extent = (int((east - coarse[0]) / pixel) + 1, int((coarse[3] - south) / pixel) + 1)
    rasters = []
    for number, (columns, rows), placed in ((code, extent, coarse), (epsg, size, transform)):
        raster = gdal.GetDriverByName("MEM").Create("", columns, rows, 1, gdal.GDT_Byte)
        raster.SetGeoTransform(placed)
        raster.SetProjection(_reference(number).ExportToWkt())
        rasters.append(raster)
    rasters[0].GetRasterBand(1).WriteArray(_burnt(_projected(outline, code), coarse, extent, False).astype(np.uint8))
    gdal.ReprojectImage(*rasters, None, None, gdal.GRA_NearestNeighbour, 0.0, 0.0)
    return rasters[1].ReadAsArray().astype(bool)


def _numbers(epsg: int, transform: Sequence[float], size: tuple[int, int]) -> np.ndarray:
    """Return the class of each pixel, a function of its place in degrees."""
    columns, rows = np.arange(size[0]) + 0.5, np.arange(size[1]) + 0.5
    corners = [
        (transform[0] + x * transform[1], transform[3] + y * transform[5])
        for x in columns[:: max(1, size[0] - 1)]
        for y in rows[:: max(1, size[1] - 1)]
    ]
    way = osr.CoordinateTransformation(_reference(epsg), _reference(4326))
    points = np.array([way.TransformPoint(*corner)[:2] for corner in corners])
    (west, south), (east, north) = points.min(axis=0), points.max(axis=0)
    x = np.linspace(west, east, size[0])[np.newaxis, :] * 5e3
    y = np.linspace(north, south, size[1])[:, np.newaxis] * 5e3
    waves = np.sin(x / 3) + np.sin(y / 5 + x / 7) + np.sin(x / 11 - y / 4)
    return np.clip((waves + 3) / 6 * len(COLOURS), 0, len(COLOURS) - 1).astype(int)


def _with_legend(rgba: np.ndarray, place: str) -> tuple[np.ndarray, int, int]:
    """Return a picture with its legend, and the column and row of the map in it."""
    height, width, _ = rgba.shape
    if place == "none":
        return rgba, 0, 0
    if place == "inside":
        sheet = _sheet(min(90, height // 2), min(130, width // 2))
        rgba[height - sheet.shape[0] - 4 : height - 4, 4 : 4 + sheet.shape[1]] = sheet
        return rgba, 0, 0
    if place in ("left", "right"):
        strip = _strip(height, 140)
        pair = (strip, rgba) if place == "left" else (rgba, strip)
        return np.concatenate(pair, axis=1), 140 if place == "left" else 0, 0
    strip = _strip(110, width)
    pair = (strip, rgba) if place == "top" else (rgba, strip)
    return np.concatenate(pair, axis=0), 0, 110 if place == "top" else 0


def _strip(height: int, width: int) -> np.ndarray:
    strip = np.full((height, width, 4), (*PAPER, 255), dtype=np.uint8)
    sheet = _sheet(min(90, height), min(130, width))
    strip[(height - sheet.shape[0]) // 2 :][: sheet.shape[0], 5 : 5 + sheet.shape[1]] = sheet[:, : width - 5]
    return strip


def _sheet(height: int, width: int) -> np.ndarray:
    """Return a painted legend: a frame, a title of strokes, swatches with strokes beside them."""
    sheet = np.full((height, width, 4), (120, 126, 134, 255), dtype=np.uint8)
    sheet[1:-1, 1:-1, :3] = PAPER
    row = (height - 6) // (len(COLOURS) + 1)
    for number, colour in enumerate([None, *reversed(COLOURS)]):
        top = 4 + number * row
        if colour is not None:
            sheet[top : top + row - 2, 5:17, :3] = colour
        for stroke in range(22 if colour else 5, width - 8, 4):
            sheet[top + 1 : top + row - 3, stroke, :3] = (32, 36, 40)
    return sheet
