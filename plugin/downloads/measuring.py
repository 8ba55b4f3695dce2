"""Value rasters fetched one after the other, measured and deleted: for figures over many dates."""

from __future__ import annotations

import asyncio
import logging
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

from ..api.errors import ApiError
from ..catalog.errors import ServiceProblem
from ..imagery.errors import RasterUnreadable
from ..worker.background import in_thread
from ..worker.progress import Progress
from .values import PARTS, ValueSource

if TYPE_CHECKING:
    from ..api.client import ApiClient
    from ..catalog.visualization_item import AcquisitionDate, VisualizationItem
    from ..worker.progress import Report

_T = TypeVar("_T")
Pair: TypeAlias = tuple[_T, _T]
_AT_ONCE = 3  # rasters on disk at the same time
_ONE_DATE = (ApiError, ServiceProblem, RasterUnreadable, OSError)
_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class MeasuredDates(Generic[_T]):
    """The results of some dates, and the errors of the others, by date key."""

    found: dict[str, _T] = field(default_factory=dict)
    problems: dict[str, Exception] = field(default_factory=dict)

    def check_any(self) -> None:
        """Check that there is a result.

        Raises:
            ApiError, ServiceProblem, RasterUnreadable, OSError: no date could be measured; the first date's error.
        """
        if self.problems and not self.found:
            raise next(iter(self.problems.values()))


async def measure_dates(
    client: ApiClient,
    item: VisualizationItem,
    dates: Sequence[AcquisitionDate],
    measure: Callable[[AcquisitionDate, Path], Awaitable[_T]],
    report: Report,
) -> MeasuredDates[_T]:
    """Fetch the value raster of each date, measure it, and delete it; a date that fails does not stop the others.

    Args:
        measure: called with a date and its raster.
    """
    measured: MeasuredDates[_T] = MeasuredDates()
    report(Progress(0, len(dates)))
    with tempfile.TemporaryDirectory(prefix="pixxel-values-") as name:
        folder, slots = Path(name), asyncio.Semaphore(_AT_ONCE)
        source = ValueSource(client, item, folder / PARTS)

        async def one(number: int, date: AcquisitionDate) -> None:
            async with slots:
                await _one(source, date, folder / str(number), measure, measured)
            report(Progress(len(measured.found) + len(measured.problems), len(dates), date.label))

        async with asyncio.TaskGroup() as group:
            for number, date in enumerate(dates):
                group.create_task(one(number, date))
    return measured


async def _one(
    source: ValueSource,
    date: AcquisitionDate,
    folder: Path,
    measure: Callable[[AcquisitionDate, Path], Awaitable[_T]],
    measured: MeasuredDates[_T],
) -> None:
    try:
        folder.mkdir()
        raster = await source.fetch(date, folder, lambda _done, _total: None)
        measured.found[date.key] = await measure(date, raster)
    except _ONE_DATE as error:
        _logger.warning("%s was not measured: %s", date.key, error)
        measured.problems[date.key] = error
    finally:
        await in_thread(_remove, folder)


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)


async def with_two_rasters(
    client: ApiClient,
    item: VisualizationItem,
    dates: Pair[AcquisitionDate],
    work: Callable[[Pair[AcquisitionDate], Pair[Path]], Awaitable[_T]],
    report: Report,
) -> _T:
    """Fetch the value rasters of two dates, and return the result of ``work(dates, rasters)``.

    Where both are the same date, its raster is fetched once.

    Raises:
        ApiError, ServiceProblem, OSError: a raster could not be had.
    """
    wanted = {date.key: date for date in dates}
    done = 0
    report(Progress(done, len(wanted) + 1))
    with tempfile.TemporaryDirectory(prefix="pixxel-values-") as name:
        source = ValueSource(client, item, Path(name) / PARTS)

        async def fetched(number: int, date: AcquisitionDate) -> Path:
            nonlocal done
            folder = Path(name) / str(number)
            folder.mkdir()
            raster = await source.fetch(date, folder, lambda _done, _total: None)
            done += 1
            report(Progress(done, len(wanted) + 1, date.label))
            return raster

        rasters = await _all_or_none([fetched(*each) for each in enumerate(wanted.values())])
        return await work(dates, (rasters[0], rasters[-1]))


async def _all_or_none(jobs: Sequence[Coroutine[Any, Any, _T]]) -> list[_T]:
    """Return the results of jobs; where one fails, the others have ended before its error is raised."""
    tasks = [asyncio.ensure_future(job) for job in jobs]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
