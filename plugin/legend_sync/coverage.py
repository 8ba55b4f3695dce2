"""How much of each date lies outside a legend, counted in the value rasters that are on this machine."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..catalog.visualization_item import listed_legend
from ..legend.coverage import DateCoverage, estimated, outer_ends
from ..legend.units import DISPLAY_TOP, Range, reading
from ..legend.vocabulary import LegendMode, Units

if TYPE_CHECKING:
    from ..catalog.visualization_item import VisualizationItem
    from ..imagery.band_values import Array
    from ..imagery.statistics import Sample
    from ..legend.spec import Legend
    from .document import LegendDocument

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ValueRaster:
    """The value raster of a date, with the known facts about its legend's units.

    Attributes:
        legend: the server's legend of the date.
        display: the display range that the server declares, if any.
        units: the user's choice, if there is one.
    """

    path: Path
    legend: Legend
    display: Range | None = None
    units: Units = Units.UNCHOSEN

    def units_over(self, values: Range | None) -> Units:
        """Return the units of the date's legends: chosen by the user, or fitting the range of the values."""
        return self.units or reading(self.legend, values, self.display).units


def classes_of_values(item: VisualizationItem, key: str, mode: LegendMode, server: Legend) -> Legend:
    """Return the server's legend that follows the values of a date most closely: the dynamic one, if it is listed."""
    listed = None if mode == LegendMode.DYNAMIC else listed_legend(item, key, LegendMode.DYNAMIC)[0]
    return listed or server


def estimated_outside(legends: Mapping[str, Legend], server: LegendDocument) -> list[dict[str, Any]]:
    """Return the dates of which a part lies outside the legend that several dates are to share, estimated.

    Each is ``{date, percent}``; there are none where every date has a legend of its own.
    """
    counts = Counter(legend.digest() for legend in legends.values())
    shared = {key: legend for key, legend in legends.items() if counts[legend.digest()] > 1}
    found: list[dict[str, Any]] = []
    for key, legend in shared.items():
        known = server.legends.get(key)
        of_date = None if known is None else classes_of_values(server.item, key, server.mode, known)
        coverage = None if of_date is None else estimated(legend, of_date)
        if coverage is not None and coverage.outside:
            found.append({"date": server.item.label_of(key), "percent": round(100 * coverage.outside, 2)})
    return found


def count_outside(
    rasters: Mapping[str, ValueRaster], legend: Legend, is_stopped: Callable[[], bool]
) -> dict[str, DateCoverage]:
    """Count the pixels of dates that lie outside a legend; a date whose raster or units are in doubt is left out.

    Slow: it reads pixels.
    """
    found: dict[str, DateCoverage] = {}
    for key, raster in rasters.items():
        if is_stopped():
            break
        coverage = _counted(raster, legend, is_stopped)
        if coverage is not None:
            found[key] = coverage
    return found


def _counted(raster: ValueRaster, legend: Legend, is_stopped: Callable[[], bool]) -> DateCoverage | None:
    from ..imagery.statistics import BandSource, measure, sample, without

    ends = outer_ends(legend)
    taken = sample(BandSource(str(raster.path)), is_stopped)
    measured = None if taken is None else measure(taken)
    if ends is None or taken is None or measured is None:
        _logger.info("The values of %s cannot be read and are not counted", raster.path.name)
        return None
    values = _in_units_of_legend(raster, without(taken.values, measured.fills), taken, (measured.low, measured.high))
    if values is None:
        return None
    above = values > ends[1] if legend.closed_top else values >= ends[1]
    outside = float(((values < ends[0]) | above).mean())
    return DateCoverage(outside, float(values.min()), float(values.max()), is_counted=True)


def _in_units_of_legend(raster: ValueRaster, values: Array, taken: Sample, extent: Range) -> Array | None:
    """Return values in the units of the server's legends; ``None`` where it is not certain which those are."""
    units = raster.units_over(None if taken.is_byte else extent)
    if units is Units.VALUES:
        return values
    if units is Units.UNCLEAR or raster.display is None:
        return None
    low, high = raster.display
    return (values - low) / (high - low) * DISPLAY_TOP
