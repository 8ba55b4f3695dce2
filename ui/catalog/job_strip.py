"""The running jobs, one line per job, each with a stop button."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

from qgis.PyQt.QtCore import pyqtSlot
from qgis.PyQt.QtWidgets import QGridLayout, QProgressBar, QToolButton, QVBoxLayout, QWidget

from ...plugin.messages.numbers import count_text
from ..icons import theme_icon
from ..models.wording import bytes_text
from ..widgets.elided_label import ElidedLabel


class RunningProgress(Protocol):
    """How far a job is: things done of things to do."""

    done: int
    total: int
    text: str
    bytes_done: int


class ShownJob(Protocol):
    """Interface of a job as a strip needs it."""

    label: str
    progressed: Any
    finished: Any

    def cancel(self) -> None:
        """Ask the job to stop."""


class JobStrip(QWidget):
    """The line of one job."""

    def __init__(
        self, job: ShownJob, parent: QWidget | None = None, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(parent)
        self._job = job
        self._clock = clock
        self._started = clock()
        self.label = ElidedLabel(self)
        self.bar = QProgressBar(self)
        self.stop_button = QToolButton(self)
        self._build()
        self.label.set_text(job.label)
        job.progressed.connect(self._on_progress)
        self.stop_button.clicked.connect(self._on_stop)

    def _build(self) -> None:
        self.setObjectName("jobStrip")
        self.label.setObjectName("jobLabel")
        self.bar.setObjectName("jobProgress")
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(max(6, self.fontMetrics().height() // 3))
        self.stop_button.setObjectName("stopButton")
        self.stop_button.setIcon(theme_icon("mTaskCancel"))
        self.stop_button.setToolTip(self.tr("Stop"))
        self.stop_button.setAccessibleName(self.tr("Stop"))
        self.stop_button.setAutoRaise(True)
        layout = QGridLayout(self)
        layout.setContentsMargins(8, 2, 6, 4)
        layout.setVerticalSpacing(2)
        layout.addWidget(self.label, 0, 0)
        layout.addWidget(self.bar, 1, 0)
        layout.addWidget(self.stop_button, 0, 1, 2, 1)

    @pyqtSlot(object)
    def _on_progress(self, progress: RunningProgress) -> None:
        if progress.total > 0:
            self.bar.setRange(0, progress.total)
            self.bar.setValue(progress.done)
        self.label.set_text(" · ".join(part for part in self._parts(progress) if part))

    def _parts(self, progress: RunningProgress) -> tuple[str, str, str]:
        counts = (
            self.tr("{} of {}").format(count_text(progress.done), count_text(progress.total))
            if progress.total > 0
            else ""
        )
        return progress.text or self._job.label, counts, self._rate(progress.bytes_done)

    def _rate(self, count: int) -> str:
        seconds = self._clock() - self._started
        return self.tr("{}/s").format(bytes_text(count / seconds)) if count and seconds > 0 else ""

    def _on_stop(self) -> None:
        self.stop_button.setEnabled(False)
        self.label.set_text(self.tr("Stopping…"))
        self._job.cancel()


class JobStrips(QWidget):
    """All running jobs below each other; without any it has no height."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("jobStrips")
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self.hide()

    def show_job(self, job: ShownJob) -> JobStrip:
        """Show a job until it is over."""
        strip = JobStrip(job, self)
        self._layout.addWidget(strip)
        job.finished.connect(partial(self._remove, strip))
        self.show()
        return strip

    def _remove(self, strip: JobStrip) -> None:
        self._layout.removeWidget(strip)
        strip.hide()
        strip.deleteLater()
        self.setVisible(self._layout.count() > 0)
