"""Jobs and the one thread that runs them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QObject, pyqtSignal

from .job import Job, Work
from .loop_thread import CoroutineFunction, LoopThread
from .progress import Report

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

__all__ = ["Report", "Runner"]

# Threads that did not end in time: Qt aborts the process when one is deleted while it runs.
_left_behind: list[LoopThread | None] = []


class Runner(QObject):
    """Makes jobs; the thread begins with the first one that is started."""

    job_started = pyqtSignal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread: LoopThread | None = None
        self._running: set[Job] = set()

    @property
    def running(self) -> frozenset[Job]:
        """Return the jobs that were started and have not ended."""
        return frozenset(self._running)

    def job(self, work: Work, label: str, *, visible: bool = True) -> Job:
        """Return a job, not started; ``work`` gets a function to report its progress with."""
        job = Job(work, label, thread=lambda: self._begin(job), visible=visible)
        return job

    def run_soon(self, work: Callable[[], Awaitable[None]]) -> None:
        """Run a closing act on the loop, if there is one; a stop waits for it a little."""
        if self._thread is not None:
            self._thread.run_closing(_coroutine_function(work))

    def stop(self, timeout_ms: int = 1000) -> bool:
        """Cancel what runs and end the thread; every job has told its end when this returns.

        Returns:
            Whether the thread ended in time; one that did not is left to end by itself.
        """
        thread, self._thread = self._thread, None
        ended = thread is None or thread.stop(timeout_ms)
        if not ended:
            _left_behind.append(thread)
        for job in list(self._running):
            job.abandon()
        return ended

    def _begin(self, job: Job) -> LoopThread:
        """Note a job that starts, and return the thread that runs it."""
        if self._thread is None:
            self._thread = LoopThread()
            self._thread.begin()
        self._running.add(job)
        job.finished.connect(lambda: self._running.discard(job))
        self.job_started.emit(job)
        return self._thread


def _coroutine_function(work: Callable[[], Awaitable[None]]) -> CoroutineFunction:
    async def run() -> None:
        await work()

    return run
