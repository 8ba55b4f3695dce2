"""Where a picture or raster lies, and pictures laid where they belong.

GDAL is used without its exceptions: that switch is global in older versions and not ours to turn.
"""

from __future__ import annotations

import math
import uuid
from pathlib import Path
from typing import Any

import numpy as np
from osgeo import gdal, osr

from ..files.whole import whole_or_nothing
from .loaded import Placement
from .png_file import PictureUnreadable, read_structure
from .raster_io import checked_writing, gdal_quiet

_RASTER_DRIVERS = ["GTiff", "JP2OpenJPEG", "PNG", "JPEG"]  # no VRT: it may point at any file of this machine
_ASSUMED = 0.5
_LARGE = 2048
_TIFF_OPTIONS = (
    "TILED=YES",
    "COMPRESS=DEFLATE",
    "ZLEVEL=1",  # class colours compress well at any level, and a load of many dates waits for this
    "PREDICTOR=2",
    "PHOTOMETRIC=RGB",
    "ALPHA=NON-PREMULTIPLIED",
    "BIGTIFF=IF_SAFER",
)

Extent = tuple[float, float, float, float]


class RasterUnreadable(Exception):
    """A file that is no raster with a known place.

    Attributes:
        reason: ``not-raster``, ``no-place`` or ``no-crs``.
        name: the file's name, without its folder.
        detail: what was found, shortened.
    """

    def __init__(self, reason: str, name: str, detail: str = "") -> None:
        super().__init__(f"{name}: {reason}: {detail}")
        self.reason = reason
        self.name = name
        self.detail = detail


def place_picture(png: bytes, target: Path, extent: Extent, crs: str = "EPSG:4326") -> Placement:
    """Write a PNG as an RGBA GeoTIFF whose outer pixel edges are the extent.

    The target appears whole or not at all.

    Args:
        extent: (xmin, ymin, xmax, ymax) in units of ``crs``, x being the easting or longitude.

    Raises:
        PictureUnreadable: the bytes are no whole PNG, or the extent or CRS is none.
        OSError: the file cannot be written.
    """
    _check_extent(extent)
    with gdal_quiet():
        wkt = _reference_of(crs).ExportToWkt()
        pixels = read_picture(png)
        _write(target, pixels, extent, wkt)
    return assumed_placement(extent, crs)


def assumed_placement(extent: Extent, crs: str = "EPSG:4326") -> Placement:
    """Return the place of a picture laid over its AOI's extent."""
    return Placement(crs=crs, extent=extent, method="aoi-extent", confidence=_ASSUMED)


def raster_placement(path: Path) -> Placement:
    """Read where a georeferenced raster lies.

    Raises:
        RasterUnreadable: not a raster, or it does not say where it is.
    """
    with gdal_quiet():
        dataset = _open(str(path), _RASTER_DRIVERS)
        if dataset is None or not dataset.RasterCount:
            raise RasterUnreadable("not-raster", path.name, gdal.GetLastErrorMsg()[:200])
        transform = dataset.GetGeoTransform(can_return_null=True)
        if transform is None:
            raise RasterUnreadable("no-place", path.name)
        crs = _crs_of(dataset.GetSpatialRef())
        if crs is None:
            raise RasterUnreadable("no-crs", path.name)
        extent = _extent_of(transform, dataset.RasterXSize, dataset.RasterYSize)
    return Placement(crs=crs, extent=extent, method="raster", confidence=1.0)


def _open(name: str, drivers: list[str]) -> Any:
    """Open a raster; return ``None`` where that fails, also if the host switched GDAL's exceptions on."""
    try:
        return gdal.OpenEx(name, gdal.OF_RASTER | gdal.OF_READONLY, allowed_drivers=drivers)
    except RuntimeError:
        return None


def _check_extent(extent: Extent) -> None:
    xmin, ymin, xmax, ymax = extent
    if not all(math.isfinite(edge) for edge in extent) or xmin >= xmax or ymin >= ymax:
        raise PictureUnreadable("extent", str(extent))


def _reference_of(crs: str) -> Any:
    reference = osr.SpatialReference()
    try:
        failed = reference.SetFromUserInput(crs) != 0
    except RuntimeError:
        failed = True
    if failed:
        raise PictureUnreadable("crs", crs[:80])
    return reference


def read_picture(png: bytes) -> np.ndarray[Any, Any]:
    """Return the pixels as uint8, shape (4, height, width): red, green, blue, straight alpha.

    Raises:
        PictureUnreadable: the bytes are no whole PNG.
    """
    file = read_structure(png)
    name = f"/vsimem/pixxel-{uuid.uuid4().hex}.png"
    gdal.FileFromMemBuffer(name, file.content)
    try:
        dataset = _open(name, ["PNG"])
        if dataset is None:
            raise PictureUnreadable("damaged", gdal.GetLastErrorMsg()[:200])
        return _rgba(dataset, file.grey_scale)
    finally:
        dataset = None
        gdal.Unlink(name)


def _rgba(dataset: Any, scale: int) -> np.ndarray[Any, Any]:
    """Return red, green, blue and alpha; grey samples of few bits are multiplied to the full range of eight."""
    try:
        bands = dataset.ReadAsArray()
        has_alpha = dataset.RasterCount in (2, 4)
        alpha = bands if has_alpha else dataset.GetRasterBand(1).GetMaskBand().ReadAsArray()
    except RuntimeError as exc:
        raise PictureUnreadable("damaged", str(exc)[:200]) from exc
    if bands is None or alpha is None:
        raise PictureUnreadable("damaged", gdal.GetLastErrorMsg()[:200])
    bands = bands.reshape(dataset.RasterCount, dataset.RasterYSize, dataset.RasterXSize)
    table = dataset.GetRasterBand(1).GetColorTable()
    if table is not None:
        return _looked_up(bands[0], table)
    deep = bands.dtype != np.uint8
    if len(bands) == 4 and not deep:
        return np.asarray(bands)
    colours = bands[:3] if len(bands) >= 3 else np.repeat(bands[:1] * np.uint8(scale), 3, axis=0)
    alpha = bands[-1] if has_alpha else alpha
    return np.concatenate([_eight_bit(colours, deep), _eight_bit(alpha, deep and has_alpha)[np.newaxis]])


def _eight_bit(values: np.ndarray[Any, Any], deep: bool) -> np.ndarray[Any, Any]:
    """Return samples of eight bits; those of sixteen are scaled and rounded (PNG specification, 13.12)."""
    return ((values.astype(np.uint32) * 255 + 32767) // 65535 if deep else values).astype(np.uint8)


def _looked_up(indices: np.ndarray[Any, Any], table: Any) -> np.ndarray[Any, Any]:
    entries = np.zeros((256, 4), dtype=np.uint8)
    for index in range(min(table.GetCount(), 256)):
        entries[index] = table.GetColorEntry(index)
    return np.moveaxis(entries[indices], -1, 0)


def _write(target: Path, pixels: np.ndarray[Any, Any], extent: Extent, wkt: str) -> None:
    _, height, width = pixels.shape
    xmin, ymin, xmax, ymax = extent
    with whole_or_nothing(target, durable=False) as part, checked_writing(part):
        dataset = gdal.GetDriverByName("GTiff").Create(str(part), width, height, 4, gdal.GDT_Byte, list(_TIFF_OPTIONS))
        if dataset is None:
            raise OSError(f"cannot write {target.name}: {gdal.GetLastErrorMsg()}")
        dataset.SetGeoTransform((xmin, (xmax - xmin) / width, 0.0, ymax, 0.0, (ymin - ymax) / height))
        dataset.SetProjection(wkt)
        dataset.WriteRaster(0, 0, width, height, np.ascontiguousarray(pixels).tobytes())
        if max(width, height) > _LARGE:
            dataset.BuildOverviews("NEAREST", [2, 4, 8, 16])
        dataset.FlushCache()
        dataset = None


def _crs_of(reference: Any) -> str | None:
    """Return the code of a CRS, or its WKT where it has none; ``None`` where it is not tied to the Earth."""
    if reference is None or reference.IsLocal():
        return None
    name, code = reference.GetAuthorityName(None), reference.GetAuthorityCode(None)
    if name and code:
        return f"{name}:{code}"
    matches = reference.FindMatches() or []
    if not matches or matches[0][1] < 90:
        return str(reference.ExportToWkt(["FORMAT=WKT2_2019"])) or None
    best = matches[0][0]
    return f"{best.GetAuthorityName(None)}:{best.GetAuthorityCode(None)}"


def _extent_of(transform: tuple[float, ...], width: int, height: int) -> Extent:
    """Return the box around a raster, which may be turned."""
    corners = [gdal.ApplyGeoTransform(transform, x, y) for x in (0, width) for y in (0, height)]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return min(xs), min(ys), max(xs), max(ys)
