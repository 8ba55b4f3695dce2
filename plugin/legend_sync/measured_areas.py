"""The areas of the classes of a legend that is edited, measured in a value raster that is on this machine."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..legend.units import in_values
from ..legend.vocabulary import Units
from .errors import NoClasses

if TYPE_CHECKING:
    from ..legend.spec import Legend
    from .coverage import ValueRaster

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class MeasuredAreas:
    """Square metres of each class by its number, and of all pixels that hold a value."""

    classes: tuple[float, ...]
    total: float

    def share(self, row: int) -> float:
        """Return the part of one that a class has."""
        return self.classes[row] / self.total if self.total else 0.0


def measure_classes(raster: ValueRaster, legend: Legend, is_stopped: Callable[[], bool]) -> MeasuredAreas | None:
    """Return the areas of a legend's classes; ``None`` where the raster cannot be read or its units are in doubt.

    Slow: it reads pixels.
    """
    from ..imagery.class_areas import class_areas
    from ..imagery.errors import Interrupted, RasterUnreadable
    from ..imagery.statistics import value_range
    from .class_areas import partition

    drawn = _in_units_of_raster(raster, legend, value_range(raster.path, is_stopped))
    if drawn is None:
        return None
    try:
        found = class_areas(raster.path, partition(drawn), is_stopped)
    except (Interrupted, NoClasses):
        return None
    except RasterUnreadable as error:
        _logger.info("The areas of %s cannot be measured: %s", raster.path.name, error)
        return None
    return MeasuredAreas(found.classes, found.total)


def _in_units_of_raster(raster: ValueRaster, legend: Legend, values: tuple[float, float] | None) -> Legend | None:
    units = raster.units_over(values)
    if units is Units.VALUES:
        return legend
    return in_values(legend, raster.display) if units is Units.DISPLAY and raster.display is not None else None
