"""Georeferencing of a picture without changing it: the PNG stays unchanged, a small VRT beside it holds its place.

The PNG is not decoded for that, only checked for being whole: loading many dates waits for it. Pictures that are large,
or not plain RGBA, become GeoTIFFs instead (see ``picture_raster``).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from ..files.whole import write_bytes, write_text
from .earth import Extent
from .evaluate import Window
from .placement import check_place, reference_of, transform_of
from .png_file import read_structure
from .raster_io import gdal_quiet

LARGEST = 2048  # pixels a side; beyond it, overviews are worth their making
_BANDS = ("Red", "Green", "Blue", "Alpha")
# The full range of a colour, not measured: without any, QGIS decodes each picture on its main thread to find them.
_STATISTICS = {"APPROXIMATE": "YES", "MINIMUM": 0, "MAXIMUM": 255, "MEAN": 127.5, "STDDEV": 73.9}


def wrap_picture(
    png: bytes,
    picture: Path,
    wrapper: Path,
    extent: Extent,
    crs: str = "EPSG:4326",
    *,
    window: Window | None = None,
) -> bool:
    """Write a PNG and its VRT side by side; write nothing and return false where a GeoTIFF serves better.

    Args:
        extent: outer pixel edges (xmin, ymin, xmax, ymax) in units of ``crs``.
        window: the part of the picture that the VRT shows, which the extent belongs to; all of it where absent.

    Raises:
        PictureUnreadable: the bytes are no whole PNG, or the extent is none.
        RasterTooLarge: the picture has too many pixels.
        OSError: a file cannot be written.
    """
    file = read_structure(png)
    file.check_size()
    part = window or Window(0, 0, file.width, file.height)
    with gdal_quiet():
        check_place(extent, (part.width, part.height), _reference_of(crs))
    if not file.is_rgba or max(file.width, file.height) > LARGEST:
        return False
    write_bytes(picture, png, durable=False)
    wkt = str(_reference_of(crs).ExportToWkt())
    write_text(wrapper, _document(picture.name, part, extent, wkt, _axes_of(crs)), durable=False)
    return True


@cache
def _reference_of(crs: str) -> Any:
    return reference_of(crs)


def _axes_of(crs: str) -> str:
    """Return which axes of a CRS are the easting and the northing; degrees have the latitude first."""
    return "2,1" if _reference_of(crs).EPSGTreatsAsLatLong() else "1,2"


def _document(name: str, part: Window, extent: Extent, wkt: str, axes: str) -> str:
    place = ", ".join(map(repr, transform_of(extent, (part.width, part.height))))
    bands = "".join(_band(number, colour, name, part) for number, colour in enumerate(_BANDS, start=1))
    return (
        f'<VRTDataset rasterXSize="{part.width}" rasterYSize="{part.height}">'
        f'<SRS dataAxisToSRSAxisMapping="{axes}">{escape(wkt)}</SRS>'
        f"<GeoTransform>{place}</GeoTransform>{bands}</VRTDataset>"
    )


def _band(number: int, colour: str, name: str, part: Window) -> str:
    figures = "".join(f'<MDI key="STATISTICS_{key}">{value}</MDI>' for key, value in _STATISTICS.items())
    size = f'xSize="{part.width}" ySize="{part.height}"'
    return (
        f'<VRTRasterBand dataType="Byte" band="{number}"><Metadata>{figures}</Metadata>'
        f"<ColorInterp>{colour}</ColorInterp><SimpleSource>"
        f'<SourceFilename relativeToVRT="1">{escape(name)}</SourceFilename><SourceBand>{number}</SourceBand>'
        f'<SrcRect xOff="{part.column}" yOff="{part.row}" {size}/><DstRect xOff="0" yOff="0" {size}/>'
        "</SimpleSource></VRTRasterBand>"
    )
