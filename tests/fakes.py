"""Stand-ins with the surface of the worker, for tests without threads and without waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from qgis.PyQt.QtCore import QObject, pyqtSignal


class ImmediateJob(QObject):
    """A job that runs to its end inside ``start``, or when it is released."""

    succeeded = pyqtSignal(object)
    failed = pyqtSignal(object)
    cancelled = pyqtSignal()
    progressed = pyqtSignal(object)
    finished = pyqtSignal()

    def __init__(self, jobs: ImmediateJobs, work: Callable[..., Awaitable[Any]], label: str, visible: bool) -> None:
        super().__init__()
        self._jobs = jobs
        self._work = work
        self.label = label
        self.visible = visible
        self.is_running = False

    def start(self) -> None:
        """Run at once, or wait for the release where jobs are held."""
        self.is_running = True
        self._jobs.started.append(self)
        if self._jobs.holding:
            self._jobs.held.append(self)
        else:
            self.run()

    def run(self) -> None:
        """Run the work and tell its one outcome."""
        if not self.is_running:
            return
        try:
            result = self._jobs.loop.run_until_complete(self._work(self.progressed.emit))
        except Exception as error:  # noqa: BLE001 - the border of a job: whatever happened is told
            self._end(self.failed, error)
        else:
            self._end(self.succeeded, result)

    def cancel(self) -> None:
        """End a job that is held."""
        if self.is_running:
            self._end(self.cancelled)

    def _end(self, outcome: Any, *arguments: Any) -> None:
        self.is_running = False
        outcome.emit(*arguments)
        self.finished.emit()


class ImmediateJobs(QObject):
    """A runner whose jobs run at once in the calling thread; ``holding`` keeps them back until ``release``."""

    job_started = pyqtSignal(object)

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.started: list[ImmediateJob] = []
        self.held: list[ImmediateJob] = []
        self.holding = False

    def job(self, work: Callable[..., Awaitable[Any]], label: str, *, visible: bool = True) -> ImmediateJob:
        """Return a job, not started."""
        return ImmediateJob(self, work, label, visible)

    def run_soon(self, work: Callable[[], Awaitable[None]]) -> None:
        """Run a closing act at once."""
        self.loop.run_until_complete(work())

    def release(self) -> None:
        """Run the jobs held back, in the order they were started."""
        held, self.held = self.held, []
        for job in held:
            job.run()

    def stop(self, timeout_ms: int = 1000) -> bool:
        """Close the loop."""
        self.loop.close()
        return True
