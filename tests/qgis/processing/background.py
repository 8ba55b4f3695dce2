"""Algorithms in background tasks, as QGIS's dialogs and its batch run them; and what must not happen there."""

from __future__ import annotations

import time
from typing import Any

from qgis.core import QgsApplication, QgsProcessingAlgRunnerTask, QgsProcessingContext
from qgis.PyQt.QtCore import QCoreApplication, QEvent, QObject

from .conftest import Listener

SECONDS = 60


class LateMarks(QObject):
    """Counts the QObjects of C++ that Python met and that died in another thread than the main one.

    PyQt hears of these deaths through the main thread's event loop, by address, and may then mark the wrapper of a new
    object in the same place as deleted (docs/design/0024).
    """

    def __init__(self) -> None:
        super().__init__()
        self.count = 0
        QCoreApplication.instance().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MetaCall and watched.metaObject().className() == "PyQtMonitor":
            self.count += 1
        return False

    def end(self) -> int:
        """Stop counting, and return how many there were."""
        QCoreApplication.processEvents()
        QCoreApplication.instance().removeEventFilter(self)
        return self.count


def in_background(*runs: tuple[str, dict[str, Any]]) -> list[tuple[bool, Listener]]:
    """Run algorithms in tasks at the same time; return of each whether it succeeded, and what it said."""
    tasks, done = [], {}
    for number, (name, parameters) in enumerate(runs):
        algorithm = QgsApplication.processingRegistry().createAlgorithmById(f"pixxel:{name}")
        context, said = QgsProcessingContext(), Listener()
        task = QgsProcessingAlgRunnerTask(algorithm, parameters, context, said)
        task.executed.connect(lambda ok, _results, number=number: done.setdefault(number, ok))
        tasks.append((task, context, said))
    for task, _, _ in tasks:
        QgsApplication.taskManager().addTask(task)
    end = time.monotonic() + SECONDS
    while len(done) < len(tasks) and time.monotonic() < end:
        QCoreApplication.processEvents()
        time.sleep(0.001)
    return [(done[number], said) for number, (_, _, said) in enumerate(tasks)]
