"""New areas of interest, and shapes made fit for them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from .problems import PolygonRefused

if TYPE_CHECKING:
    from ..api.client import ApiClient
    from ..api.models import Aoi, AoiCreate

_DECIMALS = 7
_FLAT = 1e-13  # square degrees: less than the rounding of corners makes
_Ring = list[list[float]]


async def create_aoi(client: ApiClient, wanted: AoiCreate) -> Aoi:
    """Create an area of interest."""
    return await client.aois.create(wanted)


def polygon_geometry(rings: Sequence[Sequence[Sequence[float]]]) -> dict[str, Any]:
    """Make a GeoJSON polygon of rings in longitude and latitude (WGS 84); the first is the outer one, others are holes.

    Rings are closed, the outer one counter-clockwise and holes clockwise, positions are rounded to 7 decimals and
    lose their height.

    Raises:
        PolygonRefused: no ring, fewer than three corners, no area, or positions that are not on the Earth.
    """
    if not rings:
        raise PolygonRefused("no-ring")
    outer, *holes = [_ring(ring) for ring in rings]
    coordinates = [_turned(outer, 1), *(_turned(hole, -1) for hole in holes)]
    return {"type": "Polygon", "coordinates": coordinates}


def _ring(positions: Sequence[Sequence[float]]) -> _Ring:
    ring: _Ring = []
    for position in positions:
        corner = _corner(position)
        if not ring or corner != ring[-1]:
            ring.append(corner)
    if len(ring) > 1 and ring[0] == ring[-1]:
        ring.pop()
    if len(ring) < 3:
        raise PolygonRefused("too-few")
    return [*ring, list(ring[0])]


def _corner(position: Sequence[float]) -> list[float]:
    longitude, latitude = float(position[0]), float(position[1])
    if not (math.isfinite(longitude) and math.isfinite(latitude)):
        raise PolygonRefused("not-finite")
    if abs(longitude) > 180 or abs(latitude) > 90:
        raise PolygonRefused("range")
    return [round(longitude, _DECIMALS), round(latitude, _DECIMALS)]


def _turned(ring: _Ring, direction: int) -> _Ring:
    """Return the ring counter-clockwise for direction 1, clockwise for -1."""
    west, south = ring[0]
    shifted = [(x - west, y - south) for x, y in ring]
    area = sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairwise(shifted))
    if abs(area) < _FLAT:
        raise PolygonRefused("flat")
    return ring if area * direction > 0 else ring[::-1]
