"""A picture given its place without being touched: the PNG stays as it came, a small VRT beside it says where it lies.

That costs half of writing a GeoTIFF, and loading many dates waits for it. The VRT carries statistics of the bands, for
QGIS would decode every picture on its main thread to find them. Pictures that are large, or not plain RGBA, become
GeoTIFFs instead (see ``placement``).
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import numpy as np
from osgeo import osr

from .loaded import Placement
from .placement import Extent, assumed_placement, read_picture
from .raster_io import gdal_quiet

LARGEST = 2048  # pixels a side; beyond it, overviews are worth their making
_DEPTH_AND_COLOUR_AT = 24  # in the header chunk, which comes first (ISO/IEC 15948, 11.2.2)
_EIGHT_BIT_RGBA = (8, 6)
_SAMPLED = 4  # every fourth pixel each way is enough for statistics
_BANDS = ("Red", "Green", "Blue", "Alpha")


def wrap_picture(png: bytes, picture: Path, wrapper: Path, extent: Extent, crs: str = "EPSG:4326") -> Placement | None:
    """Write a PNG and its VRT side by side; ``None``, and nothing written, where a GeoTIFF serves better.

    Args:
        extent: outer pixel edges (xmin, ymin, xmax, ymax) in units of ``crs``.

    Raises:
        PictureUnreadable: the bytes are no whole PNG.
        OSError: a file cannot be written.
    """
    with gdal_quiet():
        pixels = read_picture(png)
        wkt = _wkt_of(crs)
    _, height, width = pixels.shape
    if struct.unpack_from(">BB", png, _DEPTH_AND_COLOUR_AT) != _EIGHT_BIT_RGBA or max(width, height) > LARGEST:
        return None
    picture.write_bytes(png)
    wrapper.write_text(_document(picture.name, pixels, extent, wkt), encoding="utf-8")
    return assumed_placement(extent, crs)


def _wkt_of(crs: str) -> str:
    reference = osr.SpatialReference()
    reference.SetFromUserInput(crs)
    return str(reference.ExportToWkt())


def _document(name: str, pixels: np.ndarray[Any, Any], extent: Extent, wkt: str) -> str:
    _, height, width = pixels.shape
    xmin, ymin, xmax, ymax = extent
    place = (xmin, (xmax - xmin) / width, 0.0, ymax, 0.0, (ymin - ymax) / height)
    sampled = pixels[:, ::_SAMPLED, ::_SAMPLED]
    bands = "".join(_band(number + 1, colour, name, sampled[number]) for number, colour in enumerate(_BANDS))
    return (
        f'<VRTDataset rasterXSize="{width}" rasterYSize="{height}">'
        f'<SRS dataAxisToSRSAxisMapping="2,1">{escape(wkt)}</SRS>'
        f"<GeoTransform>{', '.join(map(repr, place))}</GeoTransform>{bands}</VRTDataset>"
    )


def _band(number: int, colour: str, name: str, sampled: np.ndarray[Any, Any]) -> str:
    figures = {"MINIMUM": sampled.min(), "MAXIMUM": sampled.max(), "MEAN": sampled.mean(), "STDDEV": sampled.std()}
    items = "".join(f'<MDI key="STATISTICS_{key}">{value}</MDI>' for key, value in figures.items())
    return (
        f'<VRTRasterBand dataType="Byte" band="{number}">'
        f'<Metadata><MDI key="STATISTICS_APPROXIMATE">YES</MDI>{items}</Metadata>'
        f"<ColorInterp>{colour}</ColorInterp><SimpleSource>"
        f'<SourceFilename relativeToVRT="1">{escape(name)}</SourceFilename><SourceBand>{number}</SourceBand>'
        "</SimpleSource></VRTRasterBand>"
    )
