"""Algorithms in background tasks, as QGIS's dialogs and its batch run them."""

from __future__ import annotations

import time
from typing import Any

from qgis.core import QgsApplication, QgsProcessingAlgRunnerTask, QgsProcessingContext
from qgis.PyQt.QtCore import QCoreApplication

from .conftest import Listener

SECONDS = 60


def in_background(*runs: tuple[str, dict[str, Any]]) -> list[tuple[bool, Listener]]:
    """Run algorithms in tasks at the same time; return of each whether it succeeded, and its feedback."""
    tasks, done = [], {}
    for number, (name, parameters) in enumerate(runs):
        algorithm = QgsApplication.processingRegistry().createAlgorithmById(f"pixxel:{name}")
        context, feedback = QgsProcessingContext(), Listener()
        task = QgsProcessingAlgRunnerTask(algorithm, parameters, context, feedback)
        task.executed.connect(lambda ok, _results, number=number: done.setdefault(number, ok))
        tasks.append((task, context, feedback))
    for task, _, _ in tasks:
        QgsApplication.taskManager().addTask(task)
    end = time.monotonic() + SECONDS
    while len(done) < len(tasks) and time.monotonic() < end:
        QCoreApplication.processEvents()
        time.sleep(0.001)
    return [(done[number], feedback) for number, (_, _, feedback) in enumerate(tasks)]
