"""A session over the fake server, with jobs that run at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pixxel_explorer.plugin.api.config import Connection
from pixxel_explorer.plugin.catalog.session import SessionService
from pixxel_explorer.tests.fake_api import FakeApi, rows
from pixxel_explorer.tests.fakes import ImmediateJobs

KEYS = ("2025_05_02", "2025_05_12")
CONNECTION = Connection("Farm server", "https://api.test")


@pytest.fixture
def api() -> FakeApi:
    """Return a server with one visualization of two dates."""
    dates = {key: {"dynamic": rows(-1, 0, 1), "theoretical": rows(0, 1)} for key in KEYS}
    return FakeApi(legends={"v1": dates}, projects=[{"id": "p1", "name": "farm"}])


@pytest.fixture
def jobs() -> Iterator[ImmediateJobs]:
    """Return a runner without a thread."""
    runner = ImmediateJobs()
    yield runner
    runner.stop()


@pytest.fixture
def session(api: FakeApi, jobs: ImmediateJobs) -> Iterator[SessionService]:
    """Return a session connected to the server."""
    service = SessionService(jobs, lambda _connection: api.client)
    service.open(CONNECTION)
    yield service
    jobs.holding = False
    service.close()


@pytest.fixture
def record() -> Callable[[Any], list[Any]]:
    """Return what collects the arguments of a signal, one entry each emission."""

    def recorder(signal: Any) -> list[Any]:
        seen: list[Any] = []
        signal.connect(lambda *arguments: seen.append(arguments[0] if len(arguments) == 1 else arguments))
        return seen

    return recorder
