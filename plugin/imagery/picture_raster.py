"""Pictures written as GeoTIFFs at their place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from osgeo import gdal

from ..files.whole import whole_or_nothing
from .budget import IsStopped, check_stopped, never
from .earth import Extent
from .evaluate import Window
from .picture_rows import PictureRows, opened_picture
from .placement import check_place, reference_of, transform_of
from .png_file import TILE_ROWS, read_structure
from .raster_io import checked_writing, gdal_quiet

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


def place_picture(
    png: bytes,
    target: Path,
    extent: Extent,
    crs: str = "EPSG:4326",
    *,
    window: Window | None = None,
    is_stopped: IsStopped = never,
) -> None:
    """Write a PNG as an RGBA GeoTIFF whose outer pixel edges are the extent.

    The target appears whole or not at all. A few rows at a time are in memory.

    Args:
        extent: (xmin, ymin, xmax, ymax) in units of ``crs``, x being the easting or longitude.
        window: the part of the picture to write, which the extent belongs to; all of it where absent.
        is_stopped: asked between rows whether to go on no more.

    Raises:
        PictureUnreadable: the bytes are no whole PNG, or the extent or CRS is none.
        RasterTooLarge: the picture has too many pixels; nothing was decoded.
        Interrupted: ``is_stopped`` returned true.
        OSError: the file cannot be written.
    """
    file = read_structure(png)
    part = window or Window(0, 0, file.width, file.height)
    with gdal_quiet():
        reference = reference_of(crs)
        file.check_size()
        check_place(extent, (part.width, part.height), reference)
        with opened_picture(file) as rows, whole_or_nothing(target, durable=False) as draft, checked_writing(draft):
            size, driver = (part.width, part.height, 4), gdal.GetDriverByName("GTiff")
            dataset = driver.Create(str(draft), *size, gdal.GDT_Byte, list(_TIFF_OPTIONS))
            if dataset is None:
                raise OSError(f"cannot write {target.name}: {gdal.GetLastErrorMsg()}")
            dataset.SetGeoTransform(transform_of(extent, (part.width, part.height)))
            dataset.SetProjection(reference.ExportToWkt())
            _fill(dataset, rows, part, is_stopped)
            dataset.FlushCache()
            dataset = None


def _fill(dataset: Any, rows: PictureRows, part: Window, is_stopped: IsStopped) -> None:
    """Write the pixels of a part, and overviews of a large one."""
    for row in range(0, part.height, TILE_ROWS):
        check_stopped(is_stopped)
        count = min(TILE_ROWS, part.height - row)
        pixels = rows.read(part.row + row, count)[:, :, part.column : part.column + part.width]
        dataset.WriteRaster(0, row, part.width, count, np.ascontiguousarray(pixels).tobytes())
        for band in range(1, 5):
            dataset.GetRasterBand(band).FlushCache()  # GDAL would keep a twentieth of the machine's memory
        rows.forget()
    if max(part.width, part.height) > _LARGE:
        dataset.BuildOverviews("NEAREST", [2, 4, 8, 16], lambda *_progress: not is_stopped())
        check_stopped(is_stopped)
