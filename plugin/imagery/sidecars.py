"""Rasters opened without leaving files beside them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from osgeo import gdal

_OPTION = "GDAL_PAM_ENABLED"


@contextmanager
def no_sidecar_files() -> Iterator[None]:
    """Keep rasters opened in this thread from writing ``.aux.xml`` files, as QGIS's first look at one does."""
    before = gdal.GetThreadLocalConfigOption(_OPTION, None)
    gdal.SetThreadLocalConfigOption(_OPTION, "NO")
    try:
        yield
    finally:
        gdal.SetThreadLocalConfigOption(_OPTION, before)
