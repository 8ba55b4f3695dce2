"""Jobs shown among QGIS's tasks, where they can be cancelled, too."""

from __future__ import annotations

from typing import Any, Protocol

from qgis.core import QgsApplication, QgsProxyProgressTask
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject, pyqtSlot


class RunningJob(Protocol):
    """What is shown of a job. It is a QObject; ``progressed`` carries ``done`` and ``total``."""

    label: str
    visible: bool
    succeeded: Any
    progressed: Any
    finished: Any

    def cancel(self) -> None:
        """Ask the job to stop."""


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
        QgsApplication.taskManager().addTask(self._task)

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
