"""Opening and writing GeoTIFFs with GDAL, so that its global switches and messages stay as the host set them."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from osgeo import gdal, ogr, osr

from ..api.decoding.content import BEGINNING, kind_of
from .budget import budget
from .errors import RasterUnreadable
from .tiff_file import MOST_IMAGES, has_usual_length

TIFF = ("GTiff",)  # also opens cloud-optimised ones
PNG = ("PNG",)
_LEAST_FREE = 1024 * 1024
TIFF_OPTIONS = ("TILED=YES", "COMPRESS=DEFLATE", "BIGTIFF=IF_SAFER")


@contextmanager
def gdal_quiet() -> Iterator[None]:
    """Let GDAL answer with ``None`` instead of raising, and print nothing, in this thread.

    Before GDAL 3.7 its exceptions are one switch for the whole process, and QGIS's Processing turns it on: there
    they become what our code raises by itself.

    Raises:
        OSError: GDAL raised.
    """
    with ExitStack() as stack:
        for module in (gdal, ogr, osr):
            exceptions_off = getattr(module, "ExceptionMgr", None)  # GDAL 3.7 and newer: per thread
            if exceptions_off is not None:
                stack.enter_context(exceptions_off(useExceptions=False))
        gdal.PushErrorHandler("CPLQuietErrorHandler")
        stack.callback(gdal.PopErrorHandler)
        try:
            yield
        except RuntimeError as error:
            raise OSError(f"GDAL failed: {str(error)[:200]}") from error


def forget(name: str) -> None:
    """Free a file in memory, if it is there."""
    with suppress(RuntimeError):
        gdal.Unlink(name)


def open_raster(path: Path) -> Any:
    """Open a GeoTIFF for reading, after a look at what it is and needs; call it inside ``gdal_quiet``.

    Raises:
        OSError: it is no readable raster.
        RasterTooLarge: decoding it would need too much memory.
        RasterUnreadable: it refers to another file.
    """
    found = content_of(path)
    if found != "TIFF":
        raise OSError(f"cannot read {path.name}: found {found} in place of a TIFF")
    if not has_usual_length(path):
        raise OSError(f"cannot read {path.name}: it holds more than {MOST_IMAGES} images")
    dataset = open_with(str(path), TIFF)
    if dataset is None or not dataset.RasterCount:
        raise OSError(f"cannot read {path.name}: {gdal.GetLastErrorMsg()[:200]}")
    _check_alone(dataset, path.name)
    budget.check_raster((dataset.RasterXSize, dataset.RasterYSize), path.name)
    check_blocks(dataset, path.name)
    return dataset


def open_with(name: str, drivers: tuple[str, ...] | None) -> Any:
    """Open a raster by one of some drivers; ``None`` where that fails, also if the host switched exceptions on.

    Args:
        drivers: ``None`` for all, which is for rasters of the person's own only: a file of a server might be one that
            names any other file or address.
    """
    options = {} if drivers is None else {"allowed_drivers": list(drivers)}
    try:
        return gdal.OpenEx(name, gdal.OF_RASTER | gdal.OF_READONLY, **options)
    except RuntimeError:
        return None


def check_size(path: Path) -> None:
    """Check that a raster of the person's own may be decoded; what GDAL cannot open passes.

    Raises:
        RasterTooLarge: it needs too much memory.
    """
    with gdal_quiet():
        dataset = open_with(str(path), None)
        if dataset is None or not dataset.RasterCount:
            return
        if dataset.GetDriver().ShortName in PNG:
            budget.check_picture((dataset.RasterXSize, dataset.RasterYSize), path.name)
        check_blocks(dataset, path.name)


def check_blocks(dataset: Any, name: str) -> None:
    """Check what is decoded in one piece of a raster, its overviews and its mask.

    Raises:
        RasterTooLarge: a block needs too much memory.
    """
    band = dataset.GetRasterBand(1)
    is_together = dataset.GetMetadataItem("INTERLEAVE", "IMAGE_STRUCTURE") == "PIXEL"
    size = gdal.GetDataTypeSize(band.DataType) // 8 * (dataset.RasterCount if is_together else 1)
    for part in (band, *(band.GetOverview(number) for number in range(band.GetOverviewCount()))):
        if part is not None:
            budget.check_block(tuple(part.GetBlockSize()), size, name)
    if band.GetMaskFlags() == gdal.GMF_PER_DATASET:
        budget.check_block(tuple(band.GetMaskBand().GetBlockSize()), 1, name)


def content_of(path: Path) -> str:
    """Return the format of a file, as ``kind_of`` names it.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        return kind_of(file.read(BEGINNING))


def _check_alone(dataset: Any, name: str) -> None:
    """Refuse a raster that names another file as its overviews: GDAL would open that by any driver."""
    if dataset.GetMetadataItem("OVERVIEW_FILE", "OVERVIEWS"):
        raise RasterUnreadable("other-file", name)


def create_raster(path: Path, size: tuple[int, int, int], data_type: int, options: tuple[str, ...] = ()) -> Any:
    """Create a tiled, deflated GeoTIFF; call it inside ``gdal_quiet``.

    Args:
        size: width, height, number of bands.

    Raises:
        OSError: it cannot be created.
    """
    width, height, bands = size
    driver = gdal.GetDriverByName("GTiff")
    dataset = driver.Create(str(path), width, height, bands, data_type, [*TIFF_OPTIONS, *options])
    if dataset is None:
        raise OSError(f"cannot write {path.name}: {gdal.GetLastErrorMsg()[:200]}")
    return dataset


@contextmanager
def checked_writing(path: Path) -> Iterator[None]:
    """Raise GDAL's errors about a file while it is written and closed, which its return values do not report.

    Raises:
        OSError: a write failed; a full disk is named.
    """
    failures: list[str] = []

    def note(level: int, _number: int, text: str) -> None:
        if level >= gdal.CE_Failure:
            failures.append(text)

    gdal.PushErrorHandler(note)
    try:
        yield
    except RuntimeError as error:  # GDAL's exceptions are on
        failures.append(str(error))
    finally:
        gdal.PopErrorHandler()
    if failures:
        is_full = shutil.disk_usage(path.parent).free < _LEAST_FREE
        raise OSError(errno.ENOSPC if is_full else errno.EIO, failures[0][:200], str(path))
