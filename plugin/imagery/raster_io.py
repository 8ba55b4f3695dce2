"""Opening and writing GeoTIFFs with GDAL, so that its global switches and messages stay as the host set them."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from osgeo import gdal, ogr, osr

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
    """Open a GeoTIFF for reading; call it inside ``gdal_quiet``.

    Raises:
        OSError: it is no readable raster.
    """
    dataset = gdal.OpenEx(str(path), gdal.OF_RASTER | gdal.OF_READONLY, allowed_drivers=["GTiff"])
    if dataset is None:
        raise OSError(f"cannot read {path.name}: {gdal.GetLastErrorMsg()[:200]}")
    return dataset


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
    """Raise what GDAL says of a file while it is written and closed, which it does not tell by what it returns.

    Raises:
        OSError: a write failed; where the disk is full, it says so.
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
