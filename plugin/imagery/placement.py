"""Where a raster lies, and checks of the place of a picture.

GDAL is used without its exceptions: that switch is global in older versions and not ours to turn.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from osgeo import osr

from .earth import Extent, box_of, is_of_earth, is_on_earth
from .errors import RasterUnreadable
from .loaded import Placement, PlaceMethod
from .png_file import PictureUnreadable
from .raster_io import content_of, gdal_quiet, open_raster

ASSUMED = 0.5


def assumed_placement(extent: Extent, crs: str = "EPSG:4326") -> Placement:
    """Return the place of a picture laid over its AOI's extent."""
    return Placement(crs=crs, extent=extent, method=PlaceMethod.ASSUMED, confidence=ASSUMED, error_px=math.inf)


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
    return Placement(crs=crs, extent=box_of(transform, size), method=PlaceMethod.RASTER, confidence=1.0)


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


def georeference_of(dataset: Any, name: str) -> tuple[tuple[float, ...], Any]:
    """Return the geotransform of an opened raster and its CRS.

    Raises:
        RasterUnreadable: it has none, or one that is not tied to the Earth.
    """
    transform, reference = dataset.GetGeoTransform(can_return_null=True), dataset.GetSpatialRef()
    if transform is None:
        raise RasterUnreadable("no-place", name)
    if reference is None or reference.IsLocal():
        raise RasterUnreadable("no-crs", name)
    return transform, reference


def check_place(extent: Extent, size: tuple[int, int], reference: Any) -> None:
    """Check that a picture of a width and height laid over an extent lies on the Earth.

    Raises:
        PictureUnreadable: it does not, or has no pixels.
    """
    width, height = size
    if not width or not height:
        raise PictureUnreadable("no-pixels", f"{width} × {height}")
    xmin, ymin, xmax, ymax = extent
    if not (xmin < xmax and ymin < ymax and is_on_earth(transform_of(extent, size), size, reference)):
        raise PictureUnreadable("extent", str(extent))


def transform_of(extent: Extent, size: tuple[int, int]) -> tuple[float, float, float, float, float, float]:
    """Return the transform, as GDAL has it, of a raster of a width and height that covers an extent."""
    xmin, ymin, xmax, ymax = extent
    return xmin, (xmax - xmin) / size[0], 0.0, ymax, 0.0, (ymin - ymax) / size[1]


def reference_of(crs: str) -> Any:
    """Return the CRS of a code or WKT.

    Raises:
        PictureUnreadable: there is no such CRS.
    """
    reference = osr.SpatialReference()
    try:
        failed = reference.SetFromUserInput(crs) != 0
    except RuntimeError:
        failed = True
    if failed:
        raise PictureUnreadable("crs", crs[:80])
    return reference


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
