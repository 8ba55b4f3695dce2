"""What a job tells in the end is true, told once, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
import weakref
from collections.abc import Iterator
from typing import Any

import pytest
from pixxel_explorer.plugin.worker.job import Job, Progress, Report
from pixxel_explorer.plugin.worker.runner import Runner
from pixxel_explorer.plugin.worker.throttle import ProgressThrottle
from qgis.PyQt.QtCore import QCoreApplication, QObject, QThread


@pytest.fixture
def runner(qgis_app: Any) -> Iterator[Runner]:
    runner = Runner()
    yield runner
    assert runner.stop(2000)


def listen(job: Job) -> list[str]:
    """Write down the names of the signals of an end."""
    noted: list[str] = []
    for name in ("succeeded", "failed", "cancelled", "finished"):
        getattr(job, name).connect(lambda *_values, name=name: noted.append(name))
    return noted


def run_until(condition: Any, seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it took too long"
        QCoreApplication.processEvents()
        QThread.msleep(1)


async def answer(_report: Report) -> int:
    return 42


def test_work_done_before_the_stop_is_reported_as_done_even_if_nobody_had_time_to_listen(qgis_app: Any) -> None:
    done = threading.Event()

    async def write(_report: Report) -> str:
        done.set()
        return "saved"

    runner = Runner()
    job = runner.job(write, "writing")
    results: list[str] = []
    job.succeeded.connect(results.append)
    noted = listen(job)
    job.start()
    assert done.wait(5)
    assert runner.stop()
    QCoreApplication.processEvents()
    assert noted == ["succeeded", "finished"]
    assert results == ["saved"]


def test_a_cancel_that_comes_too_late_does_not_deny_the_result(runner: Runner) -> None:
    done = threading.Event()

    async def write(_report: Report) -> None:
        done.set()

    job = runner.job(write, "writing")
    noted = listen(job)
    job.start()
    assert done.wait(5)
    QThread.msleep(20)
    job.cancel()
    run_until(lambda: "finished" in noted)
    assert noted == ["succeeded", "finished"]


@pytest.mark.parametrize(
    ("error", "end"),
    [(asyncio.CancelledError(), "cancelled"), (SystemExit(3), "failed"), (KeyboardInterrupt(), "failed")],
)
def test_errors_that_are_no_exceptions_end_the_job_and_nothing_else(
    runner: Runner, error: BaseException, end: str
) -> None:
    async def leave(_report: Report) -> None:
        raise error

    noted = listen(first := runner.job(leave, "leaving"))
    first.start()
    run_until(lambda: "finished" in noted)
    assert noted == [end, "finished"]
    told_later = listen(second := runner.job(answer, "answering"))
    second.start()
    run_until(lambda: "finished" in told_later)
    assert told_later == ["succeeded", "finished"]


def test_stop_does_not_wait_for_work_that_clings_on(qgis_app: Any) -> None:
    async def cling(_report: Report) -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            await asyncio.sleep(60)

    runner = Runner()
    jobs = [runner.job(cling, str(number)) for number in range(3)]
    noted = [listen(job) for job in jobs]
    for job in jobs:
        job.start()
    started = time.monotonic()
    assert runner.stop(1000)
    assert time.monotonic() - started < 1
    assert noted == [["cancelled", "finished"]] * 3


def test_a_thread_that_is_blocked_is_left_to_end_by_itself(qgis_app: Any) -> None:
    began = threading.Event()

    async def block(_report: Report) -> None:
        began.set()
        time.sleep(0.5)

    runner = Runner()
    noted = listen(job := runner.job(block, "blocking"))
    job.start()
    assert began.wait(5)
    started = time.monotonic()
    assert not runner.stop(100)
    assert time.monotonic() - started < 0.4
    assert noted == ["cancelled", "finished"]
    del runner
    gc.collect()
    run_until(lambda: time.monotonic() - started > 0.8)
    assert noted == ["cancelled", "finished"]


def test_a_forgotten_runner_does_not_take_the_process_down(qgis_app: Any) -> None:
    runner = Runner()
    noted = listen(job := runner.job(answer, "answering"))
    job.start()
    run_until(lambda: "finished" in noted)
    thread = runner._thread
    del runner
    gc.collect()
    assert thread is not None
    assert thread.isRunning()
    assert thread.end(1000)


def test_nothing_keeps_a_job_or_its_work_when_it_has_ended(runner: Runner) -> None:
    class Work:
        async def __call__(self, _report: Report) -> int:
            return 1

    job = runner.job(work := Work(), "working")
    traces = [weakref.ref(work), weakref.ref(job)]
    noted = listen(job)
    job.start()
    del work, job
    run_until(lambda: "finished" in noted)
    run_until(lambda: gc.collect() >= 0 and [trace() for trace in traces] == [None, None])
    assert runner.running == frozenset()


def test_a_started_job_that_nobody_holds_still_reports_its_end(runner: Runner) -> None:
    noted = listen(job := runner.job(answer, "answering"))
    job.start()
    del job
    gc.collect()
    run_until(lambda: "finished" in noted)
    assert noted == ["succeeded", "finished"]


def test_work_of_a_job_cancelled_before_its_start_is_never_called(runner: Runner) -> None:
    calls: list[int] = []

    async def note(_report: Report) -> None:
        calls.append(1)

    job = runner.job(note, "noting")
    noted = listen(job)
    job.cancel()
    assert noted == []  # reported by the event loop, like every other end
    job.start()
    run_until(lambda: "finished" in noted)
    assert (noted, calls) == (["cancelled", "finished"], [])


def test_reports_come_before_the_end_in_order_and_from_any_thread(runner: Runner) -> None:
    async def report_from_a_thread(report: Report) -> None:
        for done in range(4):
            await asyncio.to_thread(report, Progress(done, 3))
            await asyncio.sleep(0.06)

    job = runner.job(report_from_a_thread, "reporting")
    seen: list[Any] = []
    job.progressed.connect(lambda progress: seen.append(progress.done))
    job.finished.connect(lambda: seen.append("end"))
    job.start()
    run_until(lambda: "end" in seen)
    assert seen == [0, 1, 2, 3, "end"]


def test_a_report_held_back_is_shown_while_the_work_goes_on(runner: Runner) -> None:
    release = threading.Event()

    async def report_twice(report: Report) -> None:
        report(Progress(1, 2))
        report(Progress(2, 2, "almost"))
        await asyncio.to_thread(release.wait, 10)

    job = runner.job(report_twice, "reporting")
    seen: list[Progress] = []
    job.progressed.connect(seen.append)
    job.start()
    run_until(lambda: len(seen) == 2)
    assert job.is_running
    assert seen[-1] == Progress(2, 2, "almost")
    release.set()


def test_a_report_after_the_end_is_dropped() -> None:
    async def scene() -> list[Progress]:
        seen: list[Progress] = []
        throttle_gate = ProgressThrottle(seen.append)
        throttle_gate.report(Progress(1, 2))
        throttle_gate.close()
        throttle_gate.report(Progress(2, 2))
        return seen

    assert asyncio.run(scene()) == [Progress(1, 2)]


def test_twenty_reports_a_second_at_most() -> None:
    async def scene() -> list[int]:
        seen: list[int] = []
        throttle_gate = ProgressThrottle(lambda progress: seen.append(progress.done))
        end = time.monotonic() + 0.5
        done = 0
        while time.monotonic() < end:
            throttle_gate.report(Progress(done := done + 1, 0))
            await asyncio.sleep(0)
        throttle_gate.close()
        assert seen[-1] == done
        return seen

    assert len(asyncio.run(scene())) <= 12


def test_signals_reach_objects_of_the_main_thread_in_the_main_thread(runner: Runner) -> None:
    class Receiver(QObject):
        def __init__(self) -> None:
            super().__init__()
            self.threads: list[bool] = []

        def take(self, _result: object) -> None:
            self.threads.append(QThread.currentThread() is self.thread())

    receiver = Receiver()
    job = runner.job(answer, "answering")
    job.succeeded.connect(receiver.take)
    job.start()
    run_until(lambda: receiver.threads)
    assert receiver.threads == [True]


def test_job_started_tells_of_each_job_that_runs(runner: Runner) -> None:
    started: list[str] = []
    runner.job_started.connect(lambda job: started.append(job.label))
    job = runner.job(answer, "answering", visible=False)
    noted = listen(job)
    job.start()
    job.start()
    run_until(lambda: "finished" in noted)
    job.start()
    assert (started, job.visible, noted) == (["answering"], False, ["succeeded", "finished"])
