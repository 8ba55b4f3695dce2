"""Where a picture or raster lies, and pictures laid where they belong.

GDAL is used without its exceptions: that switch is global in older versions and not ours to turn.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from osgeo import gdal, osr

from ..files.whole import whole_or_nothing
from .budget import IsStopped, check_stopped, never
from .earth import Extent, box_of, is_of_earth, is_on_earth
from .errors import RasterUnreadable
from .loaded import Placement
from .png_file import TILE_ROWS, PictureUnreadable, PngFile, read_structure
from .raster_io import PNG, checked_writing, content_of, forget, gdal_quiet, open_raster, open_with

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

Array = np.ndarray[Any, Any]


def place_picture(
    png: bytes, target: Path, extent: Extent, crs: str = "EPSG:4326", is_stopped: IsStopped = never
) -> Placement:
    """Write a PNG as an RGBA GeoTIFF whose outer pixel edges are the extent.

    The target appears whole or not at all. A few rows at a time are in memory.

    Args:
        extent: (xmin, ymin, xmax, ymax) in units of ``crs``, x being the easting or longitude.
        is_stopped: asked between rows whether to go on no more.

    Raises:
        PictureUnreadable: the bytes are no whole PNG, or the extent or CRS is none.
        RasterTooLarge: the picture has too many pixels; nothing was decoded.
        Interrupted: ``is_stopped`` returned true.
        OSError: the file cannot be written.
    """
    file = read_structure(png)
    with gdal_quiet():
        reference = _reference_of(crs)
        file.check_size()
        check_place(extent, file, reference)
        with _opened(file) as source:
            _write(target, _Rows(source, file.grey_scale), extent, reference.ExportToWkt(), is_stopped)
    return assumed_placement(extent, crs)


def assumed_placement(extent: Extent, crs: str = "EPSG:4326") -> Placement:
    """Return the place of a picture laid over its AOI's extent."""
    return Placement(crs=crs, extent=extent, method="aoi-extent", confidence=_ASSUMED)


def raster_placement(path: Path) -> Placement:
    """Read the place of a georeferenced raster.

    Raises:
        RasterUnreadable: not a raster, or one without a georeference.
        RasterTooLarge: decoding it would need too much memory.
    """
    with gdal_quiet():
        dataset = open_placed(path)
        transform, reference = dataset.GetGeoTransform(can_return_null=True), dataset.GetSpatialRef()
        if transform is None:
            raise RasterUnreadable("no-place", path.name)
        crs = _crs_of(reference)
        if crs is None:
            raise RasterUnreadable("no-crs", path.name)
        if not is_of_earth(reference):
            raise RasterUnreadable("not-of-earth", path.name, str(reference.GetName()))
        size = (dataset.RasterXSize, dataset.RasterYSize)
        if not is_on_earth(transform, size, reference):
            raise RasterUnreadable("off-earth", path.name, str(transform))
    return Placement(crs=crs, extent=box_of(transform, size), method="raster", confidence=1.0)


def open_placed(path: Path) -> Any:
    """Open a raster of values; call it inside ``gdal_quiet``.

    Raises:
        RasterUnreadable: it is something else, or cannot be read.
        RasterTooLarge: decoding it would need too much memory.
    """
    found = ""
    try:
        found = content_of(path)
        return open_raster(path)
    except OSError as error:
        is_known = found not in ("", "TIFF", "unknown")
        raise RasterUnreadable("not-raster", path.name, str(error), found if is_known else "") from error


def check_place(extent: Extent, file: PngFile, reference: Any = None) -> None:
    """Check that a picture laid over an extent lies on the Earth; without a CRS the extent is in degrees.

    Raises:
        PictureUnreadable: it does not, or has no pixels.
    """
    if not file.width or not file.height:
        raise PictureUnreadable("no-pixels", f"{file.width} × {file.height}")
    xmin, ymin, xmax, ymax = extent
    place = (xmin, (xmax - xmin) / file.width, 0.0, ymax, 0.0, (ymin - ymax) / file.height)
    is_box = xmin < xmax and ymin < ymax
    if not is_box or not is_on_earth(place, (file.width, file.height), reference or _reference_of("EPSG:4326")):
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


@contextmanager
def _opened(file: PngFile) -> Iterator[Any]:
    """Open a PNG in memory.

    Raises:
        PictureUnreadable: it cannot be opened.
    """
    name = f"/vsimem/pixxel-{uuid.uuid4().hex}.png"
    gdal.FileFromMemBuffer(name, file.content)
    try:
        dataset = open_with(name, PNG)
        if dataset is None:
            raise PictureUnreadable("damaged", gdal.GetLastErrorMsg()[:200])
        yield dataset
    finally:
        dataset = None
        forget(name)


class _Rows:
    """The rows of a picture as uint8, shape (4, rows, width): red, green, blue, straight alpha.

    Args:
        scale: factor by which grey samples of few bits are multiplied to span the full range of eight.
    """

    def __init__(self, dataset: Any, scale: int) -> None:
        self._dataset = dataset
        self._scale = scale
        self.width, self.height = int(dataset.RasterXSize), int(dataset.RasterYSize)

    def read(self, row: int, count: int) -> Array:
        """Return some rows.

        Raises:
            PictureUnreadable: they are damaged.
        """
        dataset, place = self._dataset, (0, row, self.width, count)
        try:
            bands = dataset.ReadAsArray(*place)
            has_alpha = dataset.RasterCount in (2, 4)
            alpha = bands if has_alpha else dataset.GetRasterBand(1).GetMaskBand().ReadAsArray(*place)
        except RuntimeError as exc:
            raise PictureUnreadable("damaged", str(exc)[:200]) from exc
        if bands is None or alpha is None:
            raise PictureUnreadable("damaged", gdal.GetLastErrorMsg()[:200])
        return self._rgba(bands.reshape(dataset.RasterCount, count, self.width), alpha, has_alpha)

    def forget(self) -> None:
        """Free the memory of rows that were read; not the dataset's, which is a whole interlaced picture."""
        for number in range(1, self._dataset.RasterCount + 1):
            self._dataset.GetRasterBand(number).FlushCache()

    def _rgba(self, bands: Array, alpha: Array, has_alpha: bool) -> Array:
        table = self._dataset.GetRasterBand(1).GetColorTable()
        if table is not None:
            return _looked_up(bands[0], table)
        deep = bands.dtype != np.uint8
        if len(bands) == 4 and not deep:
            return np.asarray(bands)
        colours = bands[:3] if len(bands) >= 3 else np.repeat(bands[:1] * np.uint8(self._scale), 3, axis=0)
        alpha = bands[-1] if has_alpha else alpha
        return np.concatenate([_eight_bit(colours, deep), _eight_bit(alpha, deep and has_alpha)[np.newaxis]])


def _eight_bit(values: Array, deep: bool) -> Array:
    """Return samples of eight bits; those of sixteen are scaled and rounded (PNG specification, 13.12)."""
    return ((values.astype(np.uint32) * 255 + 32767) // 65535 if deep else values).astype(np.uint8)


def _looked_up(indices: Array, table: Any) -> Array:
    entries = np.zeros((256, 4), dtype=np.uint8)
    for index in range(min(table.GetCount(), 256)):
        entries[index] = table.GetColorEntry(index)
    return np.moveaxis(entries[indices], -1, 0)


def _write(target: Path, rows: _Rows, extent: Extent, wkt: str, is_stopped: IsStopped) -> None:
    xmin, ymin, xmax, ymax = extent
    size = (rows.width, rows.height)
    with whole_or_nothing(target, durable=False) as part, checked_writing(part):
        dataset = gdal.GetDriverByName("GTiff").Create(str(part), *size, 4, gdal.GDT_Byte, list(_TIFF_OPTIONS))
        if dataset is None:
            raise OSError(f"cannot write {target.name}: {gdal.GetLastErrorMsg()}")
        dataset.SetGeoTransform((xmin, (xmax - xmin) / rows.width, 0.0, ymax, 0.0, (ymin - ymax) / rows.height))
        dataset.SetProjection(wkt)
        _fill(dataset, rows, is_stopped)
        dataset.FlushCache()
        dataset = None


def _fill(dataset: Any, rows: _Rows, is_stopped: IsStopped) -> None:
    """Write all pixels, and overviews of a large picture."""
    for row in range(0, rows.height, TILE_ROWS):
        check_stopped(is_stopped)
        count = min(TILE_ROWS, rows.height - row)
        dataset.WriteRaster(0, row, rows.width, count, np.ascontiguousarray(rows.read(row, count)).tobytes())
        for band in range(1, 5):
            dataset.GetRasterBand(band).FlushCache()  # GDAL would keep a twentieth of the machine's memory
        rows.forget()
    if max(rows.width, rows.height) > _LARGE:
        dataset.BuildOverviews("NEAREST", [2, 4, 8, 16], lambda *_progress: not is_stopped())
        check_stopped(is_stopped)


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
