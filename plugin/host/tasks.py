"""Jobs shown among QGIS's tasks, where they can be cancelled, too."""

from __future__ import annotations

from functools import partial
from typing import Any, Protocol

from qgis.core import QgsApplication, QgsProxyProgressTask, QgsTask
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QEvent, QObject, QTimer, pyqtSlot

_THREAD_LEFT_MS = 2000


class RunningJob(Protocol):
    """The display of a job among QGIS's tasks. It is a QObject; ``progressed`` carries ``done`` and ``total``."""

    label: str
    visible: bool
    succeeded: Any
    progressed: Any
    finished: Any

    def cancel(self) -> None:
        """Ask the job to stop."""


def add(task: QgsTask) -> None:
    """Give a task to QGIS's task manager, and see to it that its thread has left it before it is deleted.

    The manager deletes a task as soon as the main thread has seen its end; on a busy machine the thread may still
    hold the task's mutex then, and unlocks freed memory (QgsTask::start, QGIS 3.40).
    """
    _LateDeletion(task)
    QgsApplication.taskManager().addTask(task)


class _LateDeletion(QObject):
    """Belongs to a task, and delays its deletion by ``deleteLater``."""

    def __init__(self, task: QgsTask) -> None:
        super().__init__(task)
        self._task = task
        self._is_due = False
        task.installEventFilter(self)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:  # noqa: N802 (Qt's name)
        """Keep the task for a while."""
        is_deletion = watched is self._task and event is not None and event.type() == QEvent.Type.DeferredDelete
        if is_deletion and not self._is_due:
            self._is_due = True
            QTimer.singleShot(_THREAD_LEFT_MS, partial(_delete, self._task))
        return is_deletion


def _delete(task: QgsTask) -> None:
    if not sip.isdeleted(task):
        sip.delete(task)


def mirror(job: RunningJob) -> None:
    """Show a job in the task manager until it has finished; call it just before the job is started.

    A result whose ``is_failure`` is true is shown as a failure, though the job itself ended as it should.
    """
    if job.visible:
        _Mirror(job)


class _Mirror(QObject):
    """Belongs to its job; the task belongs to the task manager."""

    def __init__(self, job: RunningJob) -> None:
        super().__init__(job)
        self._job: RunningJob | None = job
        self._succeeded = False
        self._task: QgsProxyProgressTask | None = QgsProxyProgressTask(job.label, True)
        self._task.canceled.connect(self._on_cancelled)
        job.progressed.connect(self._on_progressed)
        job.succeeded.connect(self._on_succeeded)
        job.finished.connect(self._on_finished)
        add(self._task)

    @pyqtSlot(object)
    def _on_progressed(self, progress: Any) -> None:
        if progress.total > 0 and self._has_task():
            assert self._task is not None
            self._task.setProxyProgress(min(100.0, 100.0 * progress.done / progress.total))

    @pyqtSlot()
    def _on_cancelled(self) -> None:
        if self._job is not None:
            self._job.cancel()

    @pyqtSlot(object)
    def _on_succeeded(self, result: object) -> None:
        self._succeeded = not getattr(result, "is_failure", False)

    @pyqtSlot()
    def _on_finished(self) -> None:
        if self._has_task():
            assert self._task is not None
            self._task.finalize(self._succeeded)
        self._job = self._task = None
        self.deleteLater()

    def _has_task(self) -> bool:
        return self._task is not None and not sip.isdeleted(self._task)
