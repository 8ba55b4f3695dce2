"""The areas of a visualization's classes by date: as the server gives them, or measured on its value rasters."""

from __future__ import annotations

import asyncio
import logging
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ..api.errors import ApiError
from ..catalog.errors import ServiceProblem
from ..catalog.listing import get_visualization
from ..catalog.visualization_item import AcquisitionDate
from ..downloads.values import PARTS, ValueSource
from ..host.i18n import translate
from ..imagery.class_areas import Areas, Partition, class_areas, partition_of
from ..imagery.errors import RasterUnreadable
from ..imagery.statistics import value_range
from ..legend.shares import are_fractions
from ..legend.spec import ColourMapKind, Legend
from ..legend.units import display_range, in_values, reading
from ..legend.vocabulary import LegendMode, Units
from ..messages.explanation import explain
from ..messages.fit_messages import units_fitted
from ..worker.background import in_stoppable_thread, in_thread
from ..worker.progress import Progress
from .document import LegendDocument, read_legends
from .errors import NoClasses

if TYPE_CHECKING:
    from ..api.client import ApiClient
    from ..imagery.budget import IsStopped
    from ..legend.spec import LegendClass
    from ..worker.progress import Report
    from .document import FromSld

_AT_ONCE = 3  # value rasters fetched and measured at the same time; each is deleted before the next one comes
_ONE_DATE = (ApiError, ServiceProblem, RasterUnreadable, OSError)
_logger = logging.getLogger(__name__)


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
    with tempfile.TemporaryDirectory(prefix="pixxel-areas-") as folder:
        measuring = _Measuring(client, document, Path(folder), report)
        await measuring.all()
    return measuring.result()


@dataclass
class _Measuring:
    """The measurement of the dates of one run, with the result or error of each."""

    client: ApiClient
    document: LegendDocument
    folder: Path
    report: Report
    found: dict[str, Areas] = field(default_factory=dict)
    problems: dict[str, Exception] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    async def all(self) -> None:
        """Measure every date that has a legend."""
        self._source = ValueSource(self.client, self.document.item, self.folder / PARTS)
        slots = asyncio.Semaphore(_AT_ONCE)
        self.report(Progress(0, len(_dated(self.document))))
        async with asyncio.TaskGroup() as group:
            for number, (date, legend) in enumerate(_dated(self.document)):
                group.create_task(self._one(date, legend, self.folder / str(number), slots))

    def result(self) -> ClassAreas:
        """Return the rows of all dates.

        Raises:
            Exception: no date could be measured.
        """
        if self.problems and not self.found:
            raise next(iter(self.problems.values()))
        rows = tuple(
            row for date, legend in _dated(self.document) for row in _rows(date, legend, self.found.get(date.key))
        )
        return ClassAreas(rows, (*self.document.warnings, *self.warnings))

    async def _one(self, date: AcquisitionDate, legend: Legend, folder: Path, slots: asyncio.Semaphore) -> None:
        async with slots:
            try:
                folder.mkdir()
                raster = await self._source.fetch(date, folder, lambda _done, _total: None)
                self.found[date.key] = await self._measure(date, legend, raster)
            except _ONE_DATE as error:
                _logger.warning("%s was not measured: %s", date.key, error)
                self.problems[date.key] = error
                self.warnings.append(_not_measured(date.label, error))
            finally:
                await in_thread(_removed, folder)
        self.report(Progress(len(self.found) + len(self.problems), len(_dated(self.document)), date.label))

    async def _measure(self, date: AcquisitionDate, legend: Legend, raster: Path) -> Areas:
        drawn, warnings = await in_stoppable_thread(partial(self._in_units_of, raster, date, legend))
        self.warnings += warnings
        return await in_stoppable_thread(partial(class_areas, raster, partition(drawn)))

    def _in_units_of(
        self, raster: Path, date: AcquisitionDate, legend: Legend, is_stopped: IsStopped
    ) -> tuple[Legend, list[str]]:
        """Return the legend in the raster's units, with a warning where these are not certainly its own."""
        display = display_range(self.document.item.rescale)
        units = reading(legend, value_range(raster, is_stopped), display).units
        if units is Units.VALUES:
            return legend, []
        drawn = in_values(legend, display) if units is Units.DISPLAY and display else legend
        return drawn, [units_fitted(date.label, Units.DISPLAY if drawn is not legend else Units.VALUES)]


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


def _removed(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)


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
