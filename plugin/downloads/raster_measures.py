"""Measurements of the value rasters that ``measuring`` fetches, each run in a thread."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ..imagery.difference import write_difference
from ..imagery.point_values import Point, PointOutside
from ..imagery.zonal import ZonalStatistics, Zone, Zones
from ..worker.background import in_stoppable_thread, in_thread

if TYPE_CHECKING:
    from ..catalog.visualization_item import AcquisitionDate
    from .measuring import Pair


class PointValue(NamedTuple):
    """The value at a point; ``None`` where the pixel has no data or the raster does not cover the point."""

    value: float | None
    is_outside: bool = False


def at_point(longitude: float, latitude: float) -> Callable[[AcquisitionDate, Path], Awaitable[PointValue]]:
    """Return the measurement of the pixel that holds a point, given in degrees, WGS 84."""

    point = Point(longitude, latitude)

    async def measure(_date: AcquisitionDate, raster: Path) -> PointValue:
        return await in_thread(_value, point, raster)

    return measure


def in_polygons(
    polygons: Sequence[tuple[bytes, str]],
) -> Callable[[AcquisitionDate, Path], Awaitable[list[ZonalStatistics]]]:
    """Return the measurement of polygons, given as well-known binary with the WKT of its CRS."""
    zones = Zones([Zone(*polygon) for polygon in polygons])

    async def measure(_date: AcquisitionDate, raster: Path) -> list[ZonalStatistics]:
        return await in_stoppable_thread(partial(zones.measure, raster))

    return measure


async def subtract(target: Path, dates: Pair[AcquisitionDate], rasters: Pair[Path]) -> Pair[AcquisitionDate]:
    """Write the values of the second date minus those of the first; return the dates."""
    await in_stoppable_thread(partial(write_difference, *rasters, target))
    return dates


def _value(point: Point, raster: Path) -> PointValue:
    try:
        return PointValue(point.value_in(raster))
    except PointOutside:
        return PointValue(None, is_outside=True)
