from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from pixxel_explorer.plugin.worker.job import Job
from pixxel_explorer.plugin.worker.progress import Progress, Report
from pixxel_explorer.plugin.worker.runner import Runner
from qgis.PyQt.QtCore import QCoreApplication, QThread


@pytest.fixture
def runner(qgis_app: Any) -> Iterator[Runner]:
    runner = Runner()
    yield runner
    assert runner.stop(2000)


class Record:
    """What a job told, with the thread it was told in."""

    def __init__(self, job: Job) -> None:
        self.noted: list[tuple[str, Any]] = []
        self.threads: set[int] = set()
        job.succeeded.connect(lambda value: self._note("succeeded", value))
        job.failed.connect(lambda error: self._note("failed", error))
        job.cancelled.connect(lambda: self._note("cancelled", None))
        job.progressed.connect(lambda progress: self._note("progressed", progress))
        job.finished.connect(lambda: self._note("finished", None))

    def _note(self, name: str, value: Any) -> None:
        self.noted.append((name, value))
        self.threads.add(threading.get_ident())

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.noted]


def run_until(condition: Any, seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it took too long"
        QCoreApplication.processEvents()
        QThread.msleep(1)


async def answer(_report: Report) -> int:
    return 42


async def break_down(_report: Report) -> None:
    raise ValueError("as meant")


async def sleep_long(_report: Report) -> None:
    await asyncio.sleep(60)


def test_a_result_arrives_in_the_main_thread(runner: Runner) -> None:
    job = runner.job(answer, "answering")
    record = Record(job)
    job.start()
    run_until(lambda: "finished" in record.names)
    assert record.noted == [("succeeded", 42), ("finished", None)]
    assert record.threads == {threading.get_ident()}


def test_an_error_is_the_jobs_outcome(runner: Runner) -> None:
    job = runner.job(break_down, "breaking")
    record = Record(job)
    job.start()
    run_until(lambda: "finished" in record.names)
    assert record.names == ["failed", "finished"]
    assert isinstance(record.noted[0][1], ValueError)


def test_a_cancelled_job_says_so_once(runner: Runner) -> None:
    job = runner.job(sleep_long, "sleeping")
    record = Record(job)
    job.start()
    job.cancel()
    job.cancel()
    run_until(lambda: "finished" in record.names)
    assert record.names == ["cancelled", "finished"]
    assert not job.is_running


def test_a_job_cancelled_before_its_start_never_runs(runner: Runner) -> None:
    job = runner.job(answer, "answering")
    record = Record(job)
    job.cancel()
    job.start()
    run_until(lambda: "finished" in record.names)
    QThread.msleep(20)
    QCoreApplication.processEvents()
    assert record.names == ["cancelled", "finished"]


def test_two_thousand_mixed_jobs_end_once_each(runner: Runner) -> None:
    works = (answer, break_down, sleep_long)
    jobs = [runner.job(works[number % 3], str(number)) for number in range(2000)]
    records = [Record(job) for job in jobs]
    for number, job in enumerate(jobs):
        job.start()
        if number % 3 == 2:
            job.cancel()
    run_until(lambda: all("finished" in record.names for record in records), 30)
    expected = (["succeeded", "finished"], ["failed", "finished"], ["cancelled", "finished"])
    assert [record.names for record in records] == [expected[number % 3] for number in range(2000)]
    assert runner.running == frozenset()


def test_stopping_ends_every_job_within_a_second(qgis_app: Any) -> None:
    runner = Runner()
    jobs = [runner.job(sleep_long, str(number)) for number in range(5)]
    records = [Record(job) for job in jobs]
    for job in jobs:
        job.start()
    started = time.monotonic()
    assert runner.stop(1000)
    assert time.monotonic() - started < 1
    assert [record.names for record in records] == [["cancelled", "finished"]] * 5


def test_stopping_does_not_wait_for_a_thread_that_hangs(qgis_app: Any) -> None:
    async def block(_report: Report) -> None:
        await asyncio.to_thread(time.sleep, 1.5)

    runner = Runner()
    job = runner.job(block, "blocking")
    record = Record(job)
    job.start()
    QThread.msleep(50)
    started = time.monotonic()
    assert runner.stop(1000)
    assert time.monotonic() - started < 1
    assert record.names == ["cancelled", "finished"]


def test_a_stop_lets_closing_acts_end(qgis_app: Any) -> None:
    closed = threading.Event()

    async def close() -> None:
        await asyncio.sleep(0.05)
        closed.set()

    runner = Runner()
    job = runner.job(answer, "answering")
    job.start()
    runner.run_soon(close)
    assert runner.stop(1000)
    assert closed.is_set()


def test_a_runner_can_be_used_again_after_a_stop(runner: Runner) -> None:
    first = runner.job(answer, "first")
    first.start()
    runner.stop()
    job = runner.job(answer, "second")
    record = Record(job)
    job.start()
    run_until(lambda: "finished" in record.names)
    assert record.names == ["succeeded", "finished"]


def test_progress_is_throttled_and_the_last_word_arrives(runner: Runner) -> None:
    async def count(report: Report) -> None:
        for done in range(1000):
            report(Progress(done + 1, 1000))

    job = runner.job(count, "counting")
    record = Record(job)
    job.start()
    run_until(lambda: "finished" in record.names)
    noted = [value.done for name, value in record.noted if name == "progressed"]
    assert noted[-1] == 1000
    assert len(noted) < 100
    assert record.names[-2:] == ["succeeded", "finished"]
