"""How the classes of a visualization changed from one date to another."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from ..catalog.listing import get_visualization
from ..catalog.visualization_item import two_dates
from ..downloads.measuring import Pair, with_two_rasters
from ..imagery.class_changes import class_changes
from ..worker.background import in_stoppable_thread
from .class_areas import legend_of_raster, partition
from .document import read_legends
from .errors import NoLegend

if TYPE_CHECKING:
    from pathlib import Path

    from ..api.client import ApiClient
    from ..catalog.date_choice import DateChoice
    from ..catalog.visualization_item import AcquisitionDate
    from ..imagery.budget import IsStopped
    from ..legend.vocabulary import LegendMode
    from ..worker.progress import Report
    from .document import FromSld, LegendDocument


@dataclass(frozen=True, slots=True)
class ClassChange:
    """The square metres that were of one class at the earlier date and are of another, or the same, at the later."""

    before: str
    after: str
    area: float


async def measured_changes(
    client: ApiClient,
    ids: tuple[str, str],
    mode: LegendMode,
    choices: Pair[DateChoice],
    from_sld: FromSld,
    report: Report,
) -> tuple[list[ClassChange], list[str]]:
    """Return the area of each pair of classes, measured on the value rasters of two dates, and warnings.

    Args:
        ids: of the AOI and the visualization.
        choices: each of one date.

    Raises:
        NoLegend: a date has no classes in this mode.
        UnknownDate, DateNotUnderstood, SeveralDates: a choice does not mean one date.
        ApiError, ServiceProblem, RasterUnreadable, OSError: a raster could not be had or read.
    """
    item = await get_visualization(client, *ids)
    document = await read_legends(client, item, mode, from_sld)
    dates, warnings = two_dates(document.item, choices), list[str]()
    if any(date.legend_key not in document.legends for date in dates):
        raise NoLegend(item.id, mode)

    async def measure(dates: Pair[AcquisitionDate], rasters: Pair[Path]) -> list[ClassChange]:
        return await in_stoppable_thread(partial(_changes, document, dates, rasters, warnings))

    found = await with_two_rasters(client, document.item, dates, measure, report)
    return found, [*document.warnings, *warnings]


def _changes(
    document: LegendDocument,
    dates: Pair[AcquisitionDate],
    rasters: Pair[Path],
    warnings: list[str],
    is_stopped: IsStopped,
) -> list[ClassChange]:
    legends = [
        legend_of_raster(document, date, raster, warnings, is_stopped)
        for date, raster in zip(dates, rasters, strict=True)
    ]
    before, after = map(partition, legends)
    areas = class_changes(*rasters, (before, after), is_stopped)
    return [
        ClassChange(old.label, new.label, float(areas[row, column]))
        for row, old in enumerate(legends[0].classes)
        for column, new in enumerate(legends[1].classes)
    ]
