"""Layers of the changes between two dates of a stack, computed from the files that are loaded."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from qgis.core import Qgis, QgsProject
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...ui.requests import ChangeKind
from ..imagery.errors import RasterUnreadable
from ..layers.change_layers import (
    Pair,
    add_class_changes,
    add_difference,
    class_changes,
    classes_of,
    difference,
    holds_values,
    remove,
)
from ..messages import change_messages
from ..messages.explanation import explain
from ..messages.message import Message
from ..worker.background import in_stoppable_thread

if TYPE_CHECKING:
    from pathlib import Path

    from ..layers.change_layers import Measure
    from ..layers.open_project import OpenProject
    from ..worker.job import Job
    from ..worker.runner import Report, Runner


class ChangeController(QObject):
    """Controller of change layers.

    ``started(Job)`` is emitted when a computation begins; ``noted(Message, level)`` carries a message about one.
    """

    started = pyqtSignal(object)
    noted = pyqtSignal(object, object)

    def __init__(
        self, runner: Runner, open_project: OpenProject, folder: Callable[[], Path], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._runner = runner
        self._folder = folder
        self._open_project = open_project
        self._jobs: list[Job] = []
        open_project.closed.connect(self._cancel_all)

    def close(self) -> None:
        """Stop what is computed."""
        self._open_project.closed.disconnect(self._cancel_all)
        self._cancel_all()

    def problem(self, kind: ChangeKind, pair: Pair) -> str:
        """Return why a change of two dates cannot be computed, or nothing."""
        if kind is ChangeKind.DIFFERENCE:
            return "" if all(map(holds_values, pair)) else change_messages.no_values()
        return "" if all(classes_of(date) is not None for date in pair) else change_messages.no_classes()

    def add(self, kind: ChangeKind, pair: Pair) -> None:
        """Compute a change of two dates, and add its layer to the project."""
        if self.problem(kind, pair):
            return
        days = f"{pair.before.origin.day}_{pair.after.origin.day}"
        target = self._folder() / f"{kind}_{days}_{uuid4().hex[:8]}.tif"
        measure = (difference if kind is ChangeKind.DIFFERENCE else class_changes)(pair, target)
        job = self._runner.job(partial(_in_thread, measure), self._label(kind, pair))
        job.succeeded.connect(partial(self._on_measured, self._open_project.number, kind, pair, target))
        job.failed.connect(partial(self._on_failed, job.label))
        job.finished.connect(lambda: self._jobs.remove(job))
        self._jobs.append(job)
        self.started.emit(job)
        job.start()

    def _label(self, kind: ChangeKind, pair: Pair) -> str:
        texts = {
            ChangeKind.DIFFERENCE: self.tr("Computing {1} − {0}"),
            ChangeKind.CLASSES: self.tr("Computing class changes {0} to {1}"),
        }
        return str(texts[kind]).format(pair.before.label, pair.after.label)

    def _on_measured(self, number: int, kind: ChangeKind, pair: Pair, target: Path, areas: Any) -> None:
        if number != self._open_project.number:
            remove(target)
        elif any(sip.isdeleted(date.layer) for date in pair):
            remove(target)
            self.noted.emit(Message(change_messages.dates_gone()), Qgis.MessageLevel.Warning)
        else:
            self._add_layer(kind, pair, target, areas)

    def _add_layer(self, kind: ChangeKind, pair: Pair, target: Path, areas: Any) -> None:
        project = QgsProject.instance()
        try:
            if kind is ChangeKind.DIFFERENCE:
                add_difference(project, pair, target)
            else:
                add_class_changes(project, pair, target, areas)
        except RasterUnreadable as error:
            self._on_failed(self._label(kind, pair), error)

    def _on_failed(self, label: str, error: Exception) -> None:
        self.noted.emit(explain(error, doing=label), Qgis.MessageLevel.Warning)

    def _cancel_all(self) -> None:
        for job in tuple(self._jobs):
            job.cancel()


async def _in_thread(measure: Measure, _report: Report) -> Any:
    return await in_stoppable_thread(measure)
