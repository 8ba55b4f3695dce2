"""A job is seen among QGIS's tasks, ends there once, and can be cancelled from there."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from pixxel_explorer.plugin.host import tasks
from pixxel_explorer.plugin.worker.job import Progress
from pixxel_explorer.plugin.worker.runner import Runner
from qgis.core import QgsApplication, QgsTask
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QCoreApplication, QEvent


def wait_until(condition: Callable[[], bool], seconds: float = 5.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        QCoreApplication.processEvents()
        time.sleep(0.002)


def our_tasks() -> list[QgsTask]:
    return [task for task in QgsApplication.taskManager().tasks() if task.description() == "Loading dates"]


class Loop:
    """A runner, and the outcomes QGIS saw."""

    def __init__(self) -> None:
        self.runner = Runner()
        self.ended: list[str] = []

    def start(self, work: Any, *, visible: bool = True) -> Any:
        job = self.runner.job(work, "Loading dates", visible=visible)
        tasks.mirror(job)
        for task in our_tasks():
            task.taskCompleted.connect(lambda: self.ended.append("completed"))
            task.taskTerminated.connect(lambda: self.ended.append("terminated"))
        job.start()
        return job


@pytest.fixture
def loop(qgis_app: Any) -> Any:
    loop = Loop()
    yield loop
    assert loop.runner.stop(2000)
    wait_until(lambda: not our_tasks())


async def quick(report: Any) -> str:
    report(Progress(1, 4))
    return "done"


async def broken(report: Any) -> None:
    raise ValueError("no")


async def endless(report: Any) -> None:
    import asyncio

    report(Progress(1, 4))
    await asyncio.sleep(60)


@pytest.mark.parametrize(("work", "outcome"), [(quick, "completed"), (broken, "terminated")])
def test_the_task_ends_with_the_job(loop: Loop, work: Any, outcome: str) -> None:
    loop.start(work)
    wait_until(lambda: bool(loop.ended) and not our_tasks())
    assert loop.ended == [outcome]


def test_progress_is_shown(loop: Loop) -> None:
    job = loop.start(endless)
    (task,) = our_tasks()
    wait_until(lambda: task.progress() == 25.0)
    job.cancel()
    wait_until(lambda: loop.ended == ["terminated"])
    assert sip.isdeleted(task) or task.status() == QgsTask.TaskStatus.Terminated


def test_cancelling_the_task_cancels_the_job(loop: Loop) -> None:
    job = loop.start(endless)
    noted: list[str] = []
    job.cancelled.connect(lambda: noted.append("cancelled"))
    (task,) = our_tasks()
    wait_until(lambda: task.progress() > 0)
    task.cancel()
    wait_until(lambda: noted == ["cancelled"] and not our_tasks())
    assert loop.ended == ["terminated"]


def test_a_quiet_job_is_not_shown(loop: Loop) -> None:
    job = loop.start(endless, visible=False)
    assert our_tasks() == []
    job.cancel()
    wait_until(lambda: not job.is_running)


def test_a_stopped_runner_leaves_no_task(loop: Loop) -> None:
    loop.start(endless)
    assert loop.runner.stop(2000)
    wait_until(lambda: not our_tasks())
    assert loop.ended == ["terminated"]


class Quick(QgsTask):
    """A task that ends at once."""

    def run(self) -> bool:
        """Return that it went well."""
        return True


def test_a_task_outlives_its_thread(qgis_app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "_THREAD_LEFT_MS", 200)
    task, ended = Quick("Loading dates"), []
    task.taskCompleted.connect(lambda: ended.append(True))
    tasks.add(task)
    wait_until(lambda: bool(ended) and not our_tasks())
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not sip.isdeleted(task), "its thread may still hold its mutex"
    wait_until(lambda: sip.isdeleted(task))
