"""Values of many rasters at one place: the pixel at a point, or the statistics of a polygon."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from .budget import IsStopped, check_stopped, never
from .errors import RasterUnreadable
from .point_values import Point, PointOutside
from .zonal import ZonalStatistics, Zone, Zones


@dataclass(frozen=True)
class ValueSeries:
    """What was measured, by the keys of the rasters; a raster without values at the place has none.

    Attributes:
        found: the figures; of a pixel all are its value.
        unread: keys of the rasters that could not be read.
    """

    found: dict[str, ZonalStatistics] = field(default_factory=dict)
    unread: tuple[str, ...] = ()


def series_at(
    longitude: float, latitude: float, rasters: Mapping[str, Path], is_stopped: IsStopped = never
) -> ValueSeries:
    """Return the values of the pixel at a point, in degrees of WGS 84.

    Raises:
        Interrupted: ``is_stopped`` returned true.
    """
    point = Point(longitude, latitude)

    def measure(path: Path) -> ZonalStatistics:
        try:
            value = point.value_in(path)
        except PointOutside:
            value = None
        return ZonalStatistics() if value is None else ZonalStatistics(1, *[value] * 6)

    return _series(measure, rasters, is_stopped)


def series_within(zone: Zone, rasters: Mapping[str, Path], is_stopped: IsStopped = never) -> ValueSeries:
    """Return the statistics of a polygon, with quartiles.

    Raises:
        Interrupted: ``is_stopped`` returned true.
    """
    zones = Zones([zone], quartiles=True)
    return _series(lambda path: zones.measure(path, is_stopped)[0], rasters, is_stopped)


def _series(
    measure: Callable[[Path], ZonalStatistics], rasters: Mapping[str, Path], is_stopped: IsStopped
) -> ValueSeries:
    found: dict[str, ZonalStatistics] = {}
    unread: list[str] = []
    for key, path in rasters.items():
        check_stopped(is_stopped)
        try:
            figures = measure(path)
        except (RasterUnreadable, OSError):
            unread.append(key)
            continue
        if figures.count:
            found[key] = figures
    return ValueSeries(found, tuple(unread))
