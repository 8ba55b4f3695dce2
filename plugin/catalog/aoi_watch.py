"""AOIs that the server is making, asked for again until they end; less and less often while nothing changes."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

from ..api.errors import ApiError

if TYPE_CHECKING:
    from ..api.client import ApiClient
    from ..api.models import Aoi
    from ..worker.job import Job
    from ..worker.runner import Report
    from .session import SessionService

_LONGEST_INTERVAL_MS = 60_000
_MOST_AT_ONCE = 20
_logger = logging.getLogger(__name__)


class AoiWatch(QObject):
    """Asks again for AOIs whose state may change; ``changed(Aoi)`` comes for each that is another than before."""

    changed = pyqtSignal(object)

    def __init__(self, session: SessionService, parent: QObject | None = None, *, interval_ms: int = 5000) -> None:
        super().__init__(parent)
        self._session = session
        self._interval_ms = interval_ms
        self._watched: dict[str, Aoi] = {}
        self._job: Job | None = None
        self._is_paused = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(interval_ms)
        self._timer.timeout.connect(self._ask)

    def follow(self, aois: Iterable[Aoi]) -> None:
        """Watch those AOIs that may change, and no more those that have ended."""
        before = set(self._watched)
        for aoi in aois:
            if aoi.state.may_change:
                self._watched[aoi.aoi_id] = aoi
            else:
                self._watched.pop(aoi.aoi_id, None)
        if set(self._watched) - before:
            self._timer.setInterval(self._interval_ms)
            self._timer.stop()
        self._wait()

    def pause(self, paused: bool) -> None:
        """Stop polling while the list is not visible; when resumed, poll at once."""
        self._is_paused = paused
        if paused:
            self._timer.stop()
        elif self._watched and self._job is None:
            self._timer.setInterval(self._interval_ms)
            self._timer.start(0)

    def forget(self) -> None:
        """Watch nothing any more."""
        self._watched.clear()
        self._timer.stop()
        if self._job is not None and self._job.is_running:
            self._job.cancel()
        self._job = None

    def _wait(self) -> None:
        if self._watched and not self._is_paused and self._job is None and not self._timer.isActive():
            self._timer.start(self._timer.interval() or self._interval_ms)

    def _ask(self) -> None:
        ids = sorted(self._watched)[:_MOST_AT_ONCE]
        job = self._session.job(partial(_aois, ids), "Checking AOIs", visible=False)
        self._job = job
        job.succeeded.connect(partial(self._on_answered, job))
        job.failed.connect(partial(self._on_failed, job))
        job.start()

    def _on_answered(self, job: Job, aois: list[Aoi]) -> None:
        if job is not self._job:
            return
        self._job = None
        complete = [_completed(aoi, self._watched.get(aoi.aoi_id)) for aoi in aois]
        fresh = [aoi for aoi in complete if self._watched.get(aoi.aoi_id) != aoi]
        self._rest(is_quiet=not fresh)
        self.follow(complete)
        for aoi in fresh:
            self.changed.emit(aoi)

    def _on_failed(self, job: Job, error: Exception) -> None:
        if job is not self._job:
            return
        self._job = None
        _logger.info("A look at AOIs that are being made failed: %s", error)
        self._rest(is_quiet=True)
        self._wait()

    def _rest(self, *, is_quiet: bool) -> None:
        """Choose the time until the next question: twice the last where nothing has changed."""
        longer = min(max(2 * int(self._timer.interval()), self._interval_ms), _LONGEST_INTERVAL_MS)
        self._timer.setInterval(longer if is_quiet else self._interval_ms)


def _completed(aoi: Aoi, known: Aoi | None) -> Aoi:
    """Return a record completed with the fields that only the list contained."""
    if known is None:
        return aoi
    stated = {name: getattr(aoi, name) for name in aoi.model_fields_set}
    return known.model_copy(update={name: value for name, value in stated.items() if value is not None})


async def _aois(ids: list[str], client: ApiClient, _report: Report) -> list[Aoi]:
    """Return AOIs as they are now; one that cannot be had is left out, as long as another can."""
    found: list[Aoi] = []
    failure: ApiError | None = None
    for aoi_id in ids:
        try:
            found.append(await client.aois.get(aoi_id))
        except ApiError as error:
            failure = error
    if failure is not None and not found:
        raise failure
    return found
