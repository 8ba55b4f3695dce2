"""Whether a raster lies somewhere on the Earth, with pixels of a size that pixels have."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from osgeo import osr

Extent = tuple[float, float, float, float]

_DEGREE = 111_320.0  # metres, at the equator
_SMALLEST, _LARGEST = 1e-3, 1e6  # metres of a pixel
_FARTHEST = 1e8  # metres from the origin of a map plane
_RADII = 6.35e6, 6.4e6  # metres, of the ellipsoids and spheres in use for the Earth
_ROUND = 360.0
_EAST = 540.0  # rasters may run on beyond the 180th meridian
_POLE = 90.0
_ZONE = 6.0
UTM_LIMITS = -80.0, 84.0


def is_on_earth(transform: Sequence[float], size: tuple[int, int], reference: Any) -> bool:
    """Return whether a raster can be shown on a map of the Earth.

    Args:
        transform: as GDAL has it; ``reference``: the CRS, longitude or easting first.
        size: width and height in pixels.
    """
    if not all(map(math.isfinite, transform)) or min(size) < 1 or not is_of_earth(reference):
        return False
    unit = _metres(reference)
    east, south = (math.hypot(*(unit * transform[n] for n in pair)) for pair in ((1, 4), (2, 5)))
    if not (_SMALLEST <= east <= _LARGEST and _SMALLEST <= south <= _LARGEST):
        return False
    area = abs(transform[1] * transform[5] - transform[2] * transform[4]) * unit**2
    if area < 1e-3 * east * south:  # a line and no rectangle
        return False
    extent = box_of(transform, size)
    if reference.IsGeographic():
        return _is_in_degrees(tuple(edge * unit / _DEGREE for edge in extent), max(east, south) / _DEGREE)
    return max(abs(edge) * unit for edge in extent) <= _FARTHEST and _has_place(extent, reference)


def is_of_earth(reference: Any) -> bool:
    """Return whether a CRS is of the Earth, by its radius; older GDAL does not name the celestial body."""
    return _RADII[0] <= float(reference.GetSemiMajor()) <= _RADII[1]


def utm_code(longitude: float, latitude: float) -> int | None:
    """Return the EPSG code of the UTM zone of a point, WGS 84; ``None`` beyond 80° south and 84° north."""
    if not UTM_LIMITS[0] <= latitude <= UTM_LIMITS[1]:
        return None
    zone = int((longitude + _ROUND / 2) % _ROUND // _ZONE) + 1
    return (32600 if latitude >= 0 else 32700) + zone


def rounds(reference: Any) -> tuple[float, ...]:
    """Return the offsets of a longitude in a raster in degrees that runs on beyond the 180th meridian.

    In units of the CRS; of a map plane nothing.
    """
    if not reference.IsGeographic():
        return (0.0,)
    whole = 2 * math.pi / reference.GetAngularUnits()
    return 0.0, whole, -whole


def box_of(transform: Sequence[float], size: tuple[int, int]) -> Extent:
    """Return the box around a raster, which may be turned."""
    left, a, b, top, d, e = transform
    corners = [(left + a * x + b * y, top + d * x + e * y) for x in (0, size[0]) for y in (0, size[1])]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return min(xs), min(ys), max(xs), max(ys)


def _metres(reference: Any) -> float:
    """Return the metres of a unit of a CRS, about."""
    if reference.IsGeographic():
        return math.degrees(reference.GetAngularUnits()) * _DEGREE
    return float(reference.GetLinearUnits())


def _is_in_degrees(extent: tuple[float, ...], pixel: float) -> bool:
    """Return whether a box is on the globe; grids whose pixels lie on the poles reach half a pixel beyond."""
    west, south, east, north = extent
    is_between = -_EAST - pixel <= west and east <= _EAST + pixel and east - west <= _ROUND + 2 * pixel
    return is_between and -_POLE - pixel <= south and north <= _POLE + pixel


def _has_place(extent: Extent, reference: Any) -> bool:
    """Return whether the middle of a box has a longitude and latitude.

    Some projections answer for places beyond the poles, too; on the way back these lie elsewhere. An easting beyond
    the 180th meridian may come back from the other side.
    """
    globe = osr.SpatialReference()
    globe.ImportFromEPSG(4326)
    middle = (extent[0] + extent[2]) / 2, (extent[1] + extent[3]) / 2
    try:
        x, y, _ = transformation_between(reference, globe).TransformPoint(*middle)
        _, back, _ = transformation_between(globe, reference).TransformPoint(x, y)
    except (RuntimeError, TypeError, ValueError):  # no way from this CRS to longitude and latitude
        return False
    is_place = math.isfinite(x) and math.isfinite(y) and abs(y) <= _POLE
    return is_place and abs(back - middle[1]) <= 1e-4 * (extent[3] - extent[1] + abs(middle[1]))


def transformation(source: str, target: str) -> Any:
    """Return the transformation between two CRSs by name, longitude or easting first; use it in ``gdal_quiet``."""
    references = []
    for crs in (source, target):
        reference = osr.SpatialReference()
        reference.SetFromUserInput(crs)
        references.append(reference)
    return transformation_between(*references)


def transformation_between(source: Any, target: Any) -> Any:
    """Return the transformation between two CRSs of OSR, longitude or easting first."""
    ordered = [source.Clone(), target.Clone()]
    for reference in ordered:
        reference.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return osr.CoordinateTransformation(*ordered)
