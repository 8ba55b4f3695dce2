"""One piece of work on the worker's loop, as the main thread sees it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from qgis.PyQt.QtCore import QObject, pyqtSignal

from .loop_thread import LoopThread
from .progress import Progress, Report, Throttle

__all__ = ["Job", "Progress", "Report"]

Work = Callable[[Report], Awaitable[Any]]
_logger = logging.getLogger(__name__)


class Job(QObject):
    """A piece of work that ends with exactly one of ``succeeded``, ``failed`` and ``cancelled``, then ``finished``.

    It lives in the main thread, and all its signals arrive there. Create it, connect it, then start it.

    Attributes:
        label: what is being done, for people.
        visible: whether it is worth a place among the running tasks.
    """

    succeeded = pyqtSignal(object)
    failed = pyqtSignal(object)
    cancelled = pyqtSignal()
    progressed = pyqtSignal(object)
    finished = pyqtSignal()

    _told = pyqtSignal(object)
    _ended = pyqtSignal(str, object)

    def __init__(
        self,
        work: Work,
        label: str,
        *,
        thread: Callable[[], LoopThread],
        visible: bool = True,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.label = label
        self.visible = visible
        self._work = work
        self._thread_of = thread
        self._thread: LoopThread | None = None
        self._task: asyncio.Task[None] | None = None
        self._cancel_asked = False
        self._over = False
        self._told.connect(self._on_told)
        self._ended.connect(self._on_ended)

    @property
    def is_running(self) -> bool:
        """Tell whether it was started and has not ended."""
        return self._thread is not None and not self._over

    def start(self) -> None:
        """Begin; a second call changes nothing."""
        if self._thread is not None or self._over:
            return
        self._thread = self._thread_of()
        self._thread.run_work(self._run, self._on_task)

    def cancel(self) -> None:
        """Ask the work to stop; ``cancelled`` follows, unless it ended before."""
        self._cancel_asked = True
        if self._thread is None:
            self.abandon()
        else:
            self._thread.call(self._cancel_task)

    def abandon(self) -> None:
        """End as cancelled at once; whatever the work still tells is ignored."""
        self._on_ended("cancelled", None)

    # --- on the loop's thread ----------------------------------------------------------------------------------------

    def _on_task(self, task: asyncio.Task[None]) -> None:
        self._task = task
        task.add_done_callback(self._on_task_done)
        if self._cancel_asked:
            task.cancel()

    def _cancel_task(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def _on_task_done(self, task: asyncio.Task[None]) -> None:
        """Tell a cancellation here: a task that is cancelled before its first step never enters ``_run``."""
        if task.cancelled():
            self._ended.emit("cancelled", None)

    async def _run(self) -> None:
        report = Throttle(self._told.emit)
        try:
            result = await self._work(report)
        except Exception as error:  # the border of a thread: every error is the job's outcome
            _logger.debug("%s failed", self.label, exc_info=error)
            report.flush()
            self._ended.emit("failed", error)
        else:
            report.flush()
            self._ended.emit("succeeded", result)

    # --- on the main thread ------------------------------------------------------------------------------------------

    def _on_told(self, progress: Progress) -> None:
        if not self._over:
            self.progressed.emit(progress)

    def _on_ended(self, outcome: str, value: Any) -> None:
        if self._over:
            return
        self._over = True
        if outcome == "cancelled":
            self.cancelled.emit()
        else:
            getattr(self, outcome).emit(value)
        self.finished.emit()
