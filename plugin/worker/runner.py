"""Jobs made and watched in the main thread, carried out on the loop of one thread."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from itertools import count
from typing import Any

from qgis.PyQt.QtCore import QObject, Qt, QTimer, pyqtSignal, pyqtSlot

from .job import Cancelled, Job, Work
from .loop_thread import LoopThread
from .progress import Progress, Report

__all__ = ["Report", "Runner"]


class Runner(QObject):
    """A factory of jobs. The thread starts with the first one; ``job_started(Job)`` is emitted for each."""

    job_started = pyqtSignal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread: LoopThread | None = None
        self._numbers = count(1)
        self._jobs: dict[int, Job] = {}

    def job(self, work: Work, label: str, *, visible: bool = True) -> Job:
        """Return a job, not started, for ``work(report)``, which is called and awaited on the loop.

        ``report`` may be called on any thread and as often as one likes; ``progressed`` comes at most 20 times
        a second.
        """
        return Job(self, work, label, visible=visible)

    @property
    def running(self) -> frozenset[Job]:
        """Return the jobs that were started and have not ended."""
        return frozenset(self._jobs.values())

    def run_soon(self, chore: Callable[[], Awaitable[Any]]) -> None:
        """Run a chore on the loop, like closing a client; nothing to do where no job ever ran."""
        if self._thread is not None:
            self._thread.run_soon(chore)

    def stop(self, timeout_ms: int = 1000) -> bool:
        """Cancel all jobs, let background tasks end, stop the thread, and return whether it ended in time.

        Every job has emitted its outcome when this returns: the true one if there is one, else ``cancelled``. A job
        started later starts a new thread.
        """
        thread, self._thread = self._thread, None
        ended = thread is None or thread.end(timeout_ms)
        if thread is not None:
            thread.posted.disconnect(self._on_posted)
            while self._deliver_next(thread):
                pass
        for number in list(self._jobs):
            self._end_cancelled(number)
        return ended

    def launch(self, job: Job) -> None:
        """Run a job's work on the loop (for jobs)."""
        number = next(self._numbers)
        self._jobs[number] = job
        work = job.take_work()
        if work is None:
            QTimer.singleShot(0, lambda: self._end_cancelled(number))
            return
        self._running_thread().launch(number, work)
        self.job_started.emit(job)

    def revoke(self, job: Job) -> None:
        """Ask the loop to stop a job's work, or end a job whose work has not begun (for jobs)."""
        number = next((number for number, known in self._jobs.items() if known is job), None)
        if number is None:
            self.launch(job)
        elif self._thread is not None:
            self._thread.revoke(number)

    def _running_thread(self) -> LoopThread:
        if self._thread is None:
            self._thread = LoopThread()
            self._thread.posted.connect(self._on_posted, Qt.ConnectionType.QueuedConnection)
            self._thread.begin()
        return self._thread

    @pyqtSlot()
    def _on_posted(self) -> None:
        """Deliver one post, so that the interface breathes between two."""
        if self._thread is not None:
            self._deliver_next(self._thread)

    def _deliver_next(self, thread: LoopThread) -> bool:
        post = thread.take()
        if post is None:
            return False
        number, content = post
        if isinstance(content, Progress):
            if number in self._jobs:
                self._jobs[number].report(content)
        elif number in self._jobs:
            self._jobs.pop(number).end(content)
        return True

    def _end_cancelled(self, number: int) -> None:
        if number in self._jobs:
            self._jobs.pop(number).end(Cancelled())
