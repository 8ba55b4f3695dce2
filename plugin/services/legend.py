"""Legends for the desktop: opening, pushing and rolling back, with a history of what was there before."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QObject

from .legend_document import LegendDocument, read_legends
from .legend_push import PushRequest, push_legends, rollback_legends
from .legend_report import PushReport, RollbackReport
from .problems import PushConflict, PushUncertain

if TYPE_CHECKING:
    from ..api.client import ApiClient
    from ..worker.job import Job
    from ..worker.runner import Report
    from .drafts import DraftStore
    from .legend_document import FromSld
    from .legend_push import BeforeWrite
    from .session import SessionService
    from .visualization_item import VisualizationItem

__all__ = [
    "LegendDocument",
    "LegendService",
    "PushConflict",
    "PushReport",
    "PushRequest",
    "PushUncertain",
    "RollbackReport",
    "push_legends",
    "read_legends",
    "rollback_legends",
]


class LegendService(QObject):
    """Makes jobs, not started, for the legend editor; ``from_sld`` reads a style document into a legend."""

    def __init__(
        self, session: SessionService, drafts: DraftStore, from_sld: FromSld, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._drafts = drafts
        self._from_sld = from_sld

    def open(self, item: VisualizationItem, mode: str) -> Job:
        """Return a job whose result is the ``LegendDocument`` of a mode."""
        work = partial(_open, item, mode, self._from_sld)
        return self._session.job(work, f"Reading the legend of {item.title}", visible=False)

    def push(self, request: PushRequest) -> Job:
        """Return a job whose result is the ``PushReport``; it fails with ``PushConflict`` where nothing was sent."""
        remember = self._history(request.item, request.mode, "push")
        work = partial(_push, request, self._from_sld, remember)
        return self._session.job(work, f"Pushing the legend of {request.item.title}")

    def rollback(self, item: VisualizationItem, mode: str, keys: tuple[str, ...]) -> Job:
        """Return a job whose result is the ``RollbackReport`` of some dates."""
        work = partial(_rollback, item, mode, keys, self._from_sld, self._history(item, mode, "rollback"))
        return self._session.job(work, f"Rolling back the legend of {item.title}")

    def _history(self, item: VisualizationItem, mode: str, reason: str) -> BeforeWrite:
        """Return what keeps the server's legends on disk before a write to the connection open now."""
        connection = self._session.state.connection
        name, drafts = connection.name if connection is not None else "", self._drafts
        return lambda legends: drafts.record_history(name, item.id, mode, legends, reason)


# Free functions: the loop's thread is not to hold on to a QObject.


async def _open(
    item: VisualizationItem, mode: str, from_sld: FromSld, client: ApiClient, _report: Report
) -> LegendDocument:
    return await read_legends(client, item, mode, from_sld)


async def _push(
    request: PushRequest, from_sld: FromSld, remember: BeforeWrite, client: ApiClient, _report: Report
) -> PushReport:
    return await push_legends(client, request, from_sld, before_write=remember)


async def _rollback(
    item: VisualizationItem,
    mode: str,
    keys: tuple[str, ...],
    from_sld: FromSld,
    remember: BeforeWrite,
    client: ApiClient,
    _report: Report,
) -> RollbackReport:
    return await rollback_legends(client, item, mode, keys, from_sld, before_write=remember)
