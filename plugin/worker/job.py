"""A piece of work on the loop, seen from the main thread."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Protocol

from qgis.PyQt.QtCore import QObject, pyqtSignal

from .progress import Progress, Report

__all__ = ["Cancelled", "Failed", "Job", "Outcome", "Progress", "Report", "Succeeded", "Work"]


@dataclass(frozen=True, slots=True)
class Succeeded:
    """The work returned."""

    result: Any


@dataclass(frozen=True, slots=True)
class Failed:
    """The work raised."""

    error: Exception


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The work was stopped before it ended."""


Work = Callable[[Report], Awaitable[Any]]
Outcome = Succeeded | Failed | Cancelled


class JobHost(Protocol):
    """The interface of a host that runs jobs."""

    def launch(self, job: Job) -> None:
        """Run a job's work on the loop."""

    def revoke(self, job: Job) -> None:
        """Ask the loop to stop a job's work, or end a job whose work has not begun."""


class _State(Enum):
    NEW = auto()
    RUNNING = auto()
    ENDED = auto()


class Job(QObject):
    """Work that can be started, watched and cancelled from the main thread, where all its signals arrive.

    Create, connect, then start. Exactly one of ``succeeded(result)``, ``failed(exception)`` and ``cancelled()`` is
    emitted, then ``finished()``. Cancelling is a request: work that ended all the same emits its true outcome.
    """

    succeeded = pyqtSignal(object)
    failed = pyqtSignal(object)
    cancelled = pyqtSignal()
    progressed = pyqtSignal(object)
    finished = pyqtSignal()

    def __init__(self, host: JobHost, work: Work, label: str, *, visible: bool = True) -> None:
        super().__init__()
        self._host: JobHost | None = host
        self._work: Work | None = work
        self._state = _State.NEW
        self.label = label
        self.visible = visible

    @property
    def is_running(self) -> bool:
        """Return whether the job was started and has not ended."""
        return self._state is _State.RUNNING

    def start(self) -> None:
        """Begin the work; a job starts once only."""
        if self._state is _State.NEW and self._host is not None:
            self._state = _State.RUNNING
            self._host.launch(self)

    def cancel(self) -> None:
        """Ask the work to stop; before the start, see to it that it never begins."""
        if self._state is _State.NEW:
            self._state = _State.RUNNING
            self._work = None
        if self._state is _State.RUNNING and self._host is not None:
            self._host.revoke(self)

    def take_work(self) -> Work | None:
        """Hand the work over to the host; afterwards the job holds it no more."""
        work, self._work = self._work, None
        return work

    def report(self, progress: Progress) -> None:
        """Emit the progress of the work (for the host)."""
        if self.is_running:
            self.progressed.emit(progress)

    def end(self, outcome: Outcome) -> None:
        """Emit the outcome, once (for the host)."""
        if self._state is _State.ENDED:
            return
        self._state = _State.ENDED
        self._host = self._work = None
        if isinstance(outcome, Succeeded):
            self.succeeded.emit(outcome.result)
        elif isinstance(outcome, Failed):
            self.failed.emit(outcome.error)
        else:
            self.cancelled.emit()
        self.finished.emit()
