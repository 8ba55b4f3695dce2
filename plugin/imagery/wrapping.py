"""Georeferencing of a picture without changing it: the PNG stays unchanged, a small VRT beside it holds its place.

The PNG is not decoded for that, only checked for being whole: loading many dates waits for it. Pictures that are large,
or not plain RGBA, become GeoTIFFs instead (see ``placement``).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from osgeo import osr

from ..files.whole import write_bytes, write_text
from .earth import Extent
from .loaded import Placement
from .placement import assumed_placement, check_place
from .png_file import PngFile, read_structure
from .raster_io import gdal_quiet

LARGEST = 2048  # pixels a side; beyond it, overviews are worth their making
_BANDS = ("Red", "Green", "Blue", "Alpha")
# The full range of a colour, not measured: without any, QGIS decodes each picture on its main thread to find them.
_STATISTICS = {"APPROXIMATE": "YES", "MINIMUM": 0, "MAXIMUM": 255, "MEAN": 127.5, "STDDEV": 73.9}


def wrap_picture(png: bytes, picture: Path, wrapper: Path, extent: Extent, crs: str = "EPSG:4326") -> Placement | None:
    """Write a PNG and its VRT side by side; ``None``, and nothing written, where a GeoTIFF serves better.

    Args:
        extent: outer pixel edges (xmin, ymin, xmax, ymax) in units of ``crs``.

    Raises:
        PictureUnreadable: the bytes are no whole PNG, or the extent is none.
        RasterTooLarge: the picture has too many pixels.
        OSError: a file cannot be written.
    """
    file = read_structure(png)
    file.check_size()
    with gdal_quiet():
        check_place(extent, file, _reference_of(crs))
    if not file.is_rgba or max(file.width, file.height) > LARGEST:
        return None
    write_bytes(picture, png, durable=False)
    write_text(wrapper, _document(picture.name, file, extent, str(_reference_of(crs).ExportToWkt())), durable=False)
    return assumed_placement(extent, crs)


@cache
def _reference_of(crs: str) -> Any:
    reference = osr.SpatialReference()
    reference.SetFromUserInput(crs)
    return reference


def _document(name: str, file: PngFile, extent: Extent, wkt: str) -> str:
    xmin, ymin, xmax, ymax = extent
    place = (xmin, (xmax - xmin) / file.width, 0.0, ymax, 0.0, (ymin - ymax) / file.height)
    bands = "".join(_band(number, colour, name) for number, colour in enumerate(_BANDS, start=1))
    return (
        f'<VRTDataset rasterXSize="{file.width}" rasterYSize="{file.height}">'
        f'<SRS dataAxisToSRSAxisMapping="2,1">{escape(wkt)}</SRS>'
        f"<GeoTransform>{', '.join(map(repr, place))}</GeoTransform>{bands}</VRTDataset>"
    )


def _band(number: int, colour: str, name: str) -> str:
    figures = "".join(f'<MDI key="STATISTICS_{key}">{value}</MDI>' for key, value in _STATISTICS.items())
    return (
        f'<VRTRasterBand dataType="Byte" band="{number}"><Metadata>{figures}</Metadata>'
        f"<ColorInterp>{colour}</ColorInterp><SimpleSource>"
        f'<SourceFilename relativeToVRT="1">{escape(name)}</SourceFilename><SourceBand>{number}</SourceBand>'
        "</SimpleSource></VRTRasterBand>"
    )
