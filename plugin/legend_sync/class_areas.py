"""The areas of a visualization's classes by date: as the server gives them, or measured on its value rasters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ..catalog.listing import get_visualization
from ..catalog.visualization_item import AcquisitionDate
from ..downloads.measuring import measure_dates
from ..host.i18n import translate
from ..imagery.budget import never
from ..imagery.class_areas import Areas, Partition, class_areas, partition_of
from ..imagery.statistics import value_range
from ..legend.shares import are_fractions
from ..legend.spec import ColourMapKind, Legend
from ..legend.units import display_range, in_values, reading
from ..legend.vocabulary import LegendMode, Units
from ..messages.explanation import explain
from ..messages.fit_messages import units_fitted
from ..worker.background import in_stoppable_thread
from .document import LegendDocument, read_legends
from .errors import NoClasses

if TYPE_CHECKING:
    from ..api.client import ApiClient
    from ..imagery.budget import IsStopped
    from ..legend.spec import LegendClass
    from ..worker.progress import Report
    from .document import FromSld


@dataclass(frozen=True, slots=True)
class ClassArea:
    """One class at one date (``YYYY-MM-DD``); ``area`` and ``share`` are ``None`` where nothing is known of them."""

    date: str
    index: int
    entry: LegendClass
    area: float | None
    share: float | None


@dataclass(frozen=True, slots=True)
class ClassAreas:
    """The class areas of all dates in order, with warnings about missing or doubtful data."""

    rows: tuple[ClassArea, ...]
    warnings: tuple[str, ...] = ()


async def given_areas(
    client: ApiClient, aoi_id: str, visualization_id: str, mode: LegendMode, from_sld: FromSld
) -> ClassAreas:
    """Return the areas as the server gives them, in its own unit and per cent or parts of one.

    Raises:
        NoLegend: the visualization has no classes in this mode.
    """
    item = await get_visualization(client, aoi_id, visualization_id)
    document = await read_legends(client, item, mode, from_sld)
    rows = tuple(
        ClassArea(date.label, index, entry, entry.area, entry.area_percentage)
        for date, legend in _dated(document)
        for index, entry in enumerate(legend.classes)
    )
    return ClassAreas(rows, (*document.warnings, *_doubts(document.legends.values())))


async def measured_areas(
    client: ApiClient, aoi_id: str, visualization_id: str, mode: LegendMode, from_sld: FromSld, report: Report
) -> ClassAreas:
    """Return the areas in square metres and per cent of the pixels with data, measured on the value rasters.

    A date whose raster cannot be had or read keeps its classes without areas, and a warning names it.

    Raises:
        NoLegend: the visualization has no classes in this mode.
        ApiError, ServiceProblem, RasterUnreadable, OSError: no date could be measured; the error is the first date's.
    """
    item = await get_visualization(client, aoi_id, visualization_id)
    document = await read_legends(client, item, mode, from_sld)
    dates = [date for date, _ in _dated(document)]
    warnings: list[str] = []

    async def measure(date: AcquisitionDate, raster: Path) -> Areas:
        drawn = await in_stoppable_thread(partial(legend_of_raster, document, date, raster, warnings))
        return await in_stoppable_thread(partial(class_areas, raster, partition(drawn)))

    measured = await measure_dates(client, document.item, dates, measure, report)
    measured.check_any()
    warnings += (
        _not_measured(date.label, measured.problems[date.key]) for date in dates if date.key in measured.problems
    )
    rows = tuple(row for date, legend in _dated(document) for row in _rows(date, legend, measured.found.get(date.key)))
    return ClassAreas(rows, (*document.warnings, *warnings))


def legend_of_raster(
    document: LegendDocument,
    date: AcquisitionDate,
    raster: Path,
    warnings: list[str],
    is_stopped: IsStopped = never,
) -> Legend:
    """Return the legend of a date in the units of its raster; where these are in doubt, a warning is added."""
    legend, display = document.legends[date.legend_key], display_range(document.item.rescale)
    units = reading(legend, value_range(raster, is_stopped), display).units
    if units is Units.VALUES:
        return legend
    drawn = in_values(legend, display) if units is Units.DISPLAY and display else legend
    warnings.append(units_fitted(date.label, Units.DISPLAY if drawn is not legend else Units.VALUES))
    return drawn


def _dated(document: LegendDocument) -> list[tuple[AcquisitionDate, Legend]]:
    return [
        (date, document.legends[date.legend_key]) for date in document.item.dates if date.legend_key in document.legends
    ]


def _rows(date: AcquisitionDate, legend: Legend, areas: Areas | None) -> list[ClassArea]:
    day, total = date.label, areas.total if areas else 0.0
    found: Sequence[float | None] = areas.classes if areas else [None] * len(legend)
    return [
        ClassArea(day, index, entry, area, 100 * area / total if area is not None and total else None)
        for index, (entry, area) in enumerate(zip(legend.classes, found, strict=True))
    ]


def partition(legend: Legend) -> Partition:
    """Return the classes as parts of the number line, by the rule they are drawn by.

    Raises:
        NoClasses: a ramp has none.
    """
    if legend.kind is ColourMapKind.RAMP:
        raise NoClasses
    return partition_of(legend)


def _doubts(legends: Iterable[Legend]) -> tuple[str, ...]:
    shares = [[entry.area_percentage for entry in legend.classes] for legend in legends]
    known = [of_date for of_date in shares if any(of_date)]
    if not known or not all(are_fractions(of_date) for of_date in known):
        return ()
    return (
        translate(
            "Messages", "The server gives area_percentage as a fraction here, not in per cent: 0.25 is a quarter."
        ),
    )


def _not_measured(day: str, error: Exception) -> str:
    text = translate("Messages", "The areas of {0} are left empty, since it could not be measured. {1}")
    return text.format(day, explain(error, doing=day).text)
