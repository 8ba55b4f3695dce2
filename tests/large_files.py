"""Large pictures and rasters that an honest server may send, made of a repeated pattern."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from osgeo import gdal, osr

Array = np.ndarray[Any, Any]

SIDE = 20_000  # pixels of a raster, 10 m each
_PATTERN = 1000
_ADAM7 = ((0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1))
_COLOURS = np.array([[215, 25, 28], [253, 174, 97], [255, 255, 191], [171, 221, 164], [43, 131, 186]], dtype=np.uint8)
LAYOUTS = {
    "cog": ("COG", ["COMPRESS=DEFLATE", "LEVEL=1", "BLOCKSIZE=512", "OVERVIEW_RESAMPLING=NEAREST"]),
    "tiled": ("GTiff", ["COMPRESS=DEFLATE", "ZLEVEL=1", "TILED=YES"]),
    "strips": ("GTiff", ["COMPRESS=DEFLATE", "ZLEVEL=1", "BLOCKYSIZE=1"]),
}


def raster(path: Path, layout: str, side: int = SIDE) -> None:
    """Write an index of -0.2 to 0.9 over a square of 200 km, cloud-optimised, in tiles or in strips of a row."""
    driver, options = LAYOUTS[layout]
    options = [*options, "NUM_THREADS=2", "BIGTIFF=IF_SAFER"]
    plain = path if driver == "GTiff" else path.with_suffix(".plain.tif")
    made = options if driver == "GTiff" else ["TILED=YES", "BLOCKXSIZE=512", "BLOCKYSIZE=512", "BIGTIFF=YES"]
    dataset = gdal.GetDriverByName("GTiff").Create(str(plain), side, side, 1, gdal.GDT_Float32, made)
    metres = 200_000 / side
    dataset.SetGeoTransform((500_000, metres, 0, 5_200_000, 0, -metres))
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(32633)
    dataset.SetProjection(reference.ExportToWkt())
    pattern = _values()
    for top in range(0, side, _PATTERN):
        rows = np.tile(pattern, (1, -(-side // _PATTERN)))[: min(_PATTERN, side - top), :side]
        dataset.GetRasterBand(1).WriteArray(rows, 0, top)
    if driver != "GTiff":
        gdal.GetDriverByName(driver).CreateCopy(str(path), dataset, options=options)
    dataset = None
    if plain != path:
        plain.unlink()


def picture(width: int, height: int, *, interlaced: bool = False, has_palette: bool = False) -> bytes:
    """Return a PNG of red, green, blue and alpha, or of a palette."""
    classes = np.digitize(_values(), (0.0, 0.2, 0.4, 0.6)).astype(np.uint8)
    cells = classes if has_palette else np.dstack([_COLOURS[classes], np.full_like(classes, 255)])
    repeats = (-(-height // _PATTERN), -(-width // _PATTERN))
    pixels = np.tile(cells, repeats if has_palette else (*repeats, 1))[:height, :width]
    packer = zlib.compressobj(1)
    content = b"".join(packer.compress(part) for part in _scanlines(pixels, interlaced)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 8, 3 if has_palette else 6, 0, 0, int(interlaced))
    palette = _chunk(b"PLTE", _COLOURS.tobytes()) if has_palette else b""
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + palette + _chunk(b"IDAT", content) + _chunk(b"IEND", b"")


def _scanlines(pixels: Array, interlaced: bool) -> Iterator[bytes]:
    """Yield the rows of each pass, each after a byte that says it is not filtered."""
    for row, column, down, across in _ADAM7 if interlaced else ((0, 0, 1, 1),):
        part = pixels[row::down, column::across]
        for line in part:
            yield b"\0" + line.tobytes()


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _values() -> Array:
    """Return a pattern of waves with noise."""
    y, x = np.mgrid[0:_PATTERN, 0:_PATTERN] * (2 * np.pi / _PATTERN)
    noise = np.random.default_rng(7).normal(0, 0.03, (_PATTERN, _PATTERN))
    return np.round(0.35 + 0.3 * np.sin(3 * x) * np.cos(2 * y) + noise, 2).astype(np.float32)
