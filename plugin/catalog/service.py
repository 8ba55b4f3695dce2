"""The catalogue for the dock: projects, AOIs page by page, visualizations; stale answers are dropped."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

from ..api.paging import MOST_RECORDS, EarlyEnd, ListGuard
from ..messages.explanation import explain
from ..messages.list_sentences import ended_early
from ..messages.message import Message
from .aoi_watch import AoiWatch
from .early_ends import with_early_ends
from .listing import (
    get_visualization,
    list_projects,
    list_visualizations,
    resolve_project,
    resolve_satellite,
)
from .session import SessionService, SessionState, SessionStatus
from .visualization_item import AcquisitionDate, VisualizationItem, select_dates

if TYPE_CHECKING:
    from ..api.client import ApiClient
    from ..api.models import Aoi, AoiQuery, Project
    from ..api.paging import Page
    from ..api.status import State
    from ..worker.job import Job
    from ..worker.runner import Report

__all__ = [
    "PAGE_SIZE",
    "AcquisitionDate",
    "CatalogService",
    "VisualizationItem",
    "get_visualization",
    "list_projects",
    "list_visualizations",
    "resolve_project",
    "resolve_satellite",
    "select_dates",
]

PAGE_SIZE = 50
MOST_ROWS = 10_000
"""Of AOIs in the dock; who has more searches by name."""
ROWS_AT_ONCE = 2_000
"""Passed on in one turn of the event loop, so that a server's huge page does not block the window."""
_LONGEST_POLL_INTERVAL_MS = 60_000
_logger = logging.getLogger(__name__)


class CatalogService(QObject):
    """A service that fetches the lists shown in the dock.

    ``projects_failed(Message)`` reports why projects are missing, also after ``projects_loaded`` with some.
    ``aois_loaded(items, has_more, total)`` appends a page; the first page follows ``search_started``, and
    ``aois_ended_early(reason)`` the last one of a list that was ended though the server announced more.
    ``visualizations_loaded(aoi_id, items)`` is emitted again while the state of one of them may change.
    ``visualizations_ended_early(aoi_id, reason)`` follows an incomplete list of visualizations.

    Attributes:
        aoi_watch: emits the AOIs of the list that the server is still creating.
    """

    projects_loaded = pyqtSignal(object)
    projects_failed = pyqtSignal(object)
    search_started = pyqtSignal()
    aois_loaded = pyqtSignal(object, bool, object)
    aois_ended_early = pyqtSignal(str)
    aois_failed = pyqtSignal(object)
    visualizations_loaded = pyqtSignal(str, object)
    visualizations_ended_early = pyqtSignal(str, str)
    visualizations_failed = pyqtSignal(str, object)

    def __init__(self, session: SessionService, parent: QObject | None = None, *, poll_interval_ms: int = 5000) -> None:
        super().__init__(parent)
        self._session = session
        self._projects_job: Job | None = None
        self._search_job: Job | None = None
        self._query: AoiQuery | None = None
        self._next_offset: int | None = None
        self._guard = ListGuard()
        self._rows_waiting: list[Aoi] = []
        self._total: int | None = None
        self._end_reason = ""
        self._passed_on = 0
        self._rows_timer = QTimer(self)
        self._rows_timer.setSingleShot(True)
        self._loading: dict[str, Job] = {}
        self._watched: dict[str, frozenset[State]] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(poll_interval_ms)
        self._poll_interval_ms = poll_interval_ms
        self._is_paused = False
        self.aoi_watch = AoiWatch(session, self, interval_ms=poll_interval_ms)
        self._connect()

    def _connect(self) -> None:
        self._timer.timeout.connect(self._poll)
        self._rows_timer.timeout.connect(self._pass_rows_on)
        self._session.state_changed.connect(self._on_state_changed)

    def load_projects(self) -> None:
        """Fetch all projects; a load under way is replaced."""
        _cancel(self._projects_job)
        job = self._session.job(_list_projects, "Listing projects", visible=False)
        self._projects_job = job
        job.succeeded.connect(partial(self._on_projects, job))
        job.failed.connect(partial(self._on_projects_failed, job))
        job.start()

    def search(self, query: AoiQuery) -> None:
        """Restart the list of AOIs with the first page of a query."""
        self._forget_list()
        self._query = query
        self.search_started.emit()
        self._fetch_page(query, 0)

    def fetch_more(self) -> None:
        """Fetch the next page, if there is one and none is under way."""
        if self._query is not None and self._next_offset is not None and not self._is_busy:
            self._fetch_page(self._query, self._next_offset)

    def retry_page(self) -> None:
        """Fetch the page again that failed."""
        if self._query is not None and not self._is_busy:
            self._fetch_page(self._query, self._next_offset or 0)

    def load_visualizations(self, aoi_id: str) -> None:
        """Fetch the visualizations of an AOI; a load of the same AOI under way is replaced."""
        self._load_visualizations(aoi_id, quietly=False)

    def pause(self, paused: bool) -> None:
        """Stop polling unfinished items while the list is not visible; when resumed, poll at once."""
        self._is_paused = paused
        self.aoi_watch.pause(paused)
        if paused:
            self._timer.stop()
        elif self._watched:
            self._timer.start(0)

    def _fetch_page(self, query: AoiQuery, offset: int) -> None:
        _cancel(self._search_job)
        job = self._session.job(partial(_page, query, offset), "Listing AOIs", visible=False)
        self._search_job = job
        job.succeeded.connect(partial(self._on_page, job))
        job.failed.connect(partial(self._on_page_failed, job))
        job.start()

    def _on_page(self, job: Job, page: Page[Aoi]) -> None:
        if job is not self._search_job:
            return
        self._search_job = None
        end = self._guard.add([aoi.aoi_id for aoi in page.items], page.filtered)
        most = MOST_ROWS - self._passed_on
        has_more = page.next_offset is not None
        is_full = len(page.items) > most or (len(page.items) == most and has_more)
        self._next_offset = None if end is not None or is_full else page.next_offset
        if is_full:
            self._end_reason = ended_early(EarlyEnd.RECORDS, MOST_ROWS)
        elif end is not None and has_more:
            self._end_reason = ended_early(end, MOST_RECORDS)
        self._total = page.total
        self._rows_waiting = list(page.items[:most])
        self.aoi_watch.follow(self._rows_waiting)
        self._pass_rows_on()

    def _pass_rows_on(self) -> None:
        """Emit the next rows of a page, and the rest in later turns of the event loop."""
        rows, self._rows_waiting = self._rows_waiting[:ROWS_AT_ONCE], self._rows_waiting[ROWS_AT_ONCE:]
        self._passed_on += len(rows)
        if self._rows_waiting:
            self._rows_timer.start()
        has_more = bool(self._rows_waiting) or self._next_offset is not None
        self.aois_loaded.emit(rows, has_more, self._total)
        if self._end_reason and not has_more:
            self.aois_ended_early.emit(self._end_reason)

    @property
    def is_passing_on(self) -> bool:
        """Return whether more rows of the same page will be emitted."""
        return bool(self._rows_waiting)

    @property
    def _is_busy(self) -> bool:
        """Return whether a page is under way or not passed on completely."""
        return self._search_job is not None or self.is_passing_on

    def _forget_list(self) -> None:
        """Discard the list of AOIs with the rows that were not passed on."""
        self._query, self._next_offset = None, None
        self._guard = ListGuard()
        self._rows_waiting, self._passed_on, self._total, self._end_reason = [], 0, None, ""
        self._rows_timer.stop()

    def _on_page_failed(self, job: Job, error: Exception) -> None:
        if job is not self._search_job:
            return
        self._search_job = None
        self.aois_failed.emit(explain(error, doing="listing the AOIs"))

    def _on_projects(self, job: Job, found: tuple[list[Project], list[str]]) -> None:
        if job is self._projects_job:
            projects, reasons = found
            self.projects_loaded.emit(projects)
            for reason in reasons:
                self.projects_failed.emit(Message(reason))

    def _on_projects_failed(self, job: Job, error: Exception) -> None:
        if job is self._projects_job:
            self.projects_failed.emit(explain(error, doing="listing the projects"))

    def _load_visualizations(self, aoi_id: str, *, quietly: bool) -> None:
        _cancel(self._loading.get(aoi_id))
        job = self._session.job(partial(_visualizations, aoi_id), "Listing visualizations", visible=False)
        self._loading[aoi_id] = job
        job.succeeded.connect(partial(self._on_visualizations, job, aoi_id))
        job.failed.connect(partial(self._on_visualizations_failed, job, aoi_id, quietly))
        job.start()

    def _on_visualizations(self, job: Job, aoi_id: str, found: tuple[list[VisualizationItem], list[str]]) -> None:
        if self._loading.get(aoi_id) is not job:
            return
        items, reasons = found
        del self._loading[aoi_id]
        self._watch(aoi_id, frozenset(item.state for item in items if item.state.may_change))
        self.visualizations_loaded.emit(aoi_id, items)
        for reason in reasons:
            self.visualizations_ended_early.emit(aoi_id, reason)

    def _on_visualizations_failed(self, job: Job, aoi_id: str, quietly: bool, error: Exception) -> None:
        if self._loading.get(aoi_id) is not job:
            return
        del self._loading[aoi_id]
        if quietly:
            _logger.info("A quiet look at the visualizations of AOI %s failed: %s", aoi_id, error)
            self._watch(aoi_id, self._watched.get(aoi_id, frozenset()))
        else:
            self.visualizations_failed.emit(aoi_id, explain(error, doing="listing the visualizations"))

    def _watch(self, aoi_id: str, states: frozenset[State]) -> None:
        """List an AOI again later while the states of its visualizations may change."""
        if states:
            self._watched[aoi_id] = states
        else:
            self._watched.pop(aoi_id, None)
        if self._watched and not self._is_paused and not self._timer.isActive():
            self._timer.start(self._next_interval_ms())

    def _next_interval_ms(self) -> int:
        """Return the usual interval while something is under way; where only unknown words are left, twice the last."""
        if any(state.is_under_way for states in self._watched.values() for state in states):
            return self._poll_interval_ms
        return min(max(2 * int(self._timer.interval()), self._poll_interval_ms), _LONGEST_POLL_INTERVAL_MS)

    def _poll(self) -> None:
        for aoi_id in sorted(self._watched.keys() - self._loading.keys()):
            self._load_visualizations(aoi_id, quietly=True)

    def _on_state_changed(self, state: SessionState) -> None:
        """Forget everything about the connection before: answers that still come are stale."""
        if state.status is SessionStatus.CONNECTED:
            return
        for job in (self._projects_job, self._search_job, *self._loading.values()):
            _cancel(job)
        self._projects_job = self._search_job = None
        self._forget_list()
        self._loading.clear()
        self._watched.clear()
        self._timer.stop()
        self.aoi_watch.forget()


def _cancel(job: Job | None) -> None:
    if job is not None and job.is_running:
        job.cancel()


async def _list_projects(client: ApiClient, _report: Report) -> tuple[list[Project], list[str]]:
    return await with_early_ends(partial(list_projects, client))


async def _page(query: AoiQuery, offset: int, client: ApiClient, _report: Report) -> Page[Aoi]:
    return await client.aois.list(query, offset, PAGE_SIZE)


async def _visualizations(aoi_id: str, client: ApiClient, _report: Report) -> tuple[list[VisualizationItem], list[str]]:
    return await with_early_ends(partial(list_visualizations, client, aoi_id))
