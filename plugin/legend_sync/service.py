"""Legend operations for the desktop: open, push and roll back, with a history of the legends before each write."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QObject

from ..api.errors import ApiError
from ..catalog.listing import get_visualization
from ..legend.vocabulary import LegendMode
from ..worker.background import in_stoppable_thread, in_thread
from .coverage import ValueRaster, count_outside
from .document import LegendDocument, listed_document, read_legends
from .errors import PushConflict, PushUncertain, WriteRefused
from .measured_areas import MeasuredAreas, measure_classes
from .push import PushRequest, push_legends
from .report import PushReport, RollbackReport
from .rollback import rollback_legends

if TYPE_CHECKING:
    from ..api.client import ApiClient
    from ..catalog.session import SessionService
    from ..catalog.visualization_item import VisualizationItem
    from ..legend.coverage import DateCoverage
    from ..legend.spec import Legend
    from ..worker.job import Job
    from ..worker.runner import Report
    from .document import FromSld
    from .drafts import DraftStore
    from .push import BeforeWrite
    from .response_cache import AnswerCache

__all__ = [
    "LegendDocument",
    "LegendService",
    "PushConflict",
    "PushReport",
    "PushRequest",
    "PushUncertain",
    "RollbackReport",
    "WriteRefused",
    "push_legends",
    "read_legends",
    "rollback_legends",
]


_logger = logging.getLogger(__name__)


class LegendService(QObject):
    """Makes jobs, not started, for the legend editor; ``from_sld`` reads a style document into a legend."""

    def __init__(
        self,
        session: SessionService,
        drafts: DraftStore,
        from_sld: FromSld,
        parent: QObject | None = None,
        *,
        answers: AnswerCache | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._drafts = drafts
        self._from_sld = from_sld
        self._answers = answers

    def open(self, item: VisualizationItem, mode: LegendMode) -> Job:
        """Return a job whose result is the ``LegendDocument`` of a mode."""
        work = partial(_open, item, mode, self._from_sld, self._memory())
        return self._session.job(work, f"Reading the legend of {item.title}", visible=False)

    def push(self, request: PushRequest) -> Job:
        """Return a job whose result is the ``PushReport``; it fails with ``PushConflict`` where nothing was sent."""
        remember = self._history(request.item, request.mode, "push")
        work = partial(_push, request, self._from_sld, remember, self._memory())
        return self._session.job(work, f"Pushing the legend of {request.item.title}")

    def rollback(self, item: VisualizationItem, mode: LegendMode, keys: tuple[str, ...]) -> Job:
        """Return a job whose result is the ``RollbackReport`` of some dates."""
        remember = self._history(item, mode, "rollback")
        work = partial(_rollback, item, mode, keys, self._from_sld, remember, self._memory())
        return self._session.job(work, f"Rolling back the legend of {item.title}")

    def count_outside(self, rasters: Mapping[str, ValueRaster], legend: Legend) -> Job:
        """Return a job whose result is the ``DateCoverage`` of each date whose pixels could be counted."""
        return self._session.job(partial(_count_outside, rasters, legend), "Counting pixels", visible=False)

    def measure_classes(self, raster: ValueRaster, legend: Legend) -> Job:
        """Return a job whose result is the ``MeasuredAreas`` of a legend's classes in a value raster, or ``None``."""
        return self._session.job(partial(_measure_classes, raster, legend), "Measuring classes", visible=False)

    def _memory(self) -> Memory:
        """Return the cache of the server's responses for the open connection."""
        connection = self._session.state.connection
        return Memory(self._answers, connection.name if connection is not None else "")

    def _history(self, item: VisualizationItem, mode: LegendMode, reason: str) -> BeforeWrite:
        """Return the function that stores the server's legends on disk before a write to the open connection."""
        connection = self._session.state.connection
        name, drafts = connection.name if connection is not None else "", self._drafts
        return lambda legends: drafts.record_history(name, item.id, mode, legends, reason)


# Free functions and plain data: the loop's thread is not to hold on to a QObject.


@dataclass(frozen=True, slots=True)
class Memory:
    """The server's last answers on one connection."""

    answers: AnswerCache | None
    connection: str

    def recall(self, item: VisualizationItem, mode: LegendMode) -> Mapping[str, Legend] | None:
        """Return the last response about an item, or ``None`` if the item was written since."""
        if self.answers is None:
            return None
        return self.answers.find(self.connection, item.id, mode, item.updated_at)

    async def keep(self, client: ApiClient, document: LegendDocument | None) -> None:
        """Store the response to a write if the server's list does not contain it; a failure to do so is harmless."""
        if self.answers is None or document is None:
            return
        try:
            fresh = await get_visualization(client, document.item.aoi_id, document.item.id)
        except ApiError as error:
            _logger.info("The list was not read after a write: %s", type(error).__name__)
            return
        if listed_document(fresh, document.mode) is None:
            known = (self.connection, fresh.id, document.mode, fresh.updated_at, document.legends)
            await in_thread(self.answers.keep, *known)


async def _count_outside(
    rasters: Mapping[str, ValueRaster], legend: Legend, _client: ApiClient, _report: Report
) -> dict[str, DateCoverage]:
    return await in_stoppable_thread(partial(count_outside, rasters, legend))


async def _measure_classes(
    raster: ValueRaster, legend: Legend, _client: ApiClient, _report: Report
) -> MeasuredAreas | None:
    return await in_stoppable_thread(partial(measure_classes, raster, legend))


async def _open(
    item: VisualizationItem, mode: LegendMode, from_sld: FromSld, memory: Memory, client: ApiClient, _report: Report
) -> LegendDocument:
    return await read_legends(client, item, mode, from_sld, memory.recall)


async def _push(
    request: PushRequest,
    from_sld: FromSld,
    remember: BeforeWrite,
    memory: Memory,
    client: ApiClient,
    _report: Report,
) -> PushReport:
    report = await push_legends(client, request, from_sld, before_write=remember, recall=memory.recall)
    await memory.keep(client, report.document if report.answered else None)
    return report


async def _rollback(
    item: VisualizationItem,
    mode: LegendMode,
    keys: tuple[str, ...],
    from_sld: FromSld,
    remember: BeforeWrite,
    memory: Memory,
    client: ApiClient,
    _report: Report,
) -> RollbackReport:
    report = await rollback_legends(client, item, mode, keys, from_sld, before_write=remember, recall=memory.recall)
    await memory.keep(client, report.document)
    return report
