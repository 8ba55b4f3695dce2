"""Loading dates of a visualization for the desktop, image by image; and making new visualizations."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ..catalog.creation import create_visualization, wait_until_done
from ..worker.background import in_thread
from .loading import LoadRequest, LoadResult, content_name, load_dates, plain_name, sweep_cache

if TYPE_CHECKING:
    from pathlib import Path

    from ..api.client import ApiClient
    from ..catalog.session import SessionService
    from ..worker.job import Job
    from ..worker.runner import Report

__all__ = [
    "LoadRequest",
    "LoadResult",
    "VisualizationService",
    "content_name",
    "create_visualization",
    "load_dates",
    "plain_name",
    "sweep",
    "wait_until_done",
]


async def sweep(cache: Path, _report: Report) -> None:
    """Remove from the cache what loads of killed processes left."""
    await in_thread(sweep_cache, cache)


class VisualizationService(QObject):
    """A service that loads dates into the permanent cache.

    ``image_loaded(LoadRequest, LoadedImage)`` is emitted for each date as it ends, and
    ``date_failed(LoadRequest, AcquisitionDate, Exception)`` for each that could not be loaded; the job's result is the
    ``LoadResult`` of all. The request is the same object that was passed in.
    """

    image_loaded = pyqtSignal(object, object)
    date_failed = pyqtSignal(object, object, object)

    def __init__(self, session: SessionService, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session

    def load(self, request: LoadRequest) -> Job:
        """Return a job, not started, that loads the dates of a request."""
        return self._session.job(partial(self._load, request), f"Loading {request.item.title}")

    async def _load(self, request: LoadRequest, client: ApiClient, report: Report) -> LoadResult:
        """Run on the worker's loop; the signals cross over to the main thread by themselves."""
        return await load_dates(
            client,
            request,
            report,
            partial(self.image_loaded.emit, request),
            on_problem=partial(self.date_failed.emit, request),
            name_of=content_name,
            keep_original=True,
        )
