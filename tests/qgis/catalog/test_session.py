"""A connection is opened, tested and closed; its client lives as long as anybody needs it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest
from pixxel_explorer.plugin.api.config import AuthScheme, Connection
from pixxel_explorer.plugin.api.errors import InvalidConfig
from pixxel_explorer.plugin.catalog.errors import NotConnected
from pixxel_explorer.plugin.catalog.session import ClientSlot, SessionService, SessionStatus
from pixxel_explorer.plugin.messages.wording import Action
from pixxel_explorer.tests.fake_api import FakeApi
from pixxel_explorer.tests.fakes import ImmediateJobs

CONNECTION = Connection("Farm server", "https://api.test")
Record = Callable[[Any], list[Any]]


def statuses(states: list[Any]) -> list[SessionStatus]:
    return [state.status for state in states]


def test_a_connection_is_tested_by_ping_and_projects(api: FakeApi, jobs: ImmediateJobs, record: Record) -> None:
    service = SessionService(jobs, lambda _connection: api.client)
    states = record(service.state_changed)
    service.open(CONNECTION)
    assert statuses(states) == [SessionStatus.CONNECTING, SessionStatus.CONNECTED]
    assert service.state.connection == CONNECTION
    assert [request.url.path for request in api.requests] == ["/ping", "/v0/projects"]
    service.close()
    assert statuses(states)[-1] is SessionStatus.CLOSED


def test_a_refused_key_is_tried_the_other_way_once_and_remembered(
    api: FakeApi, jobs: ImmediateJobs, record: Record
) -> None:
    tried: list[str] = []

    def prepare(connection: Connection) -> Any:
        tried.append(connection.auth_scheme)
        refusal = [httpx.Response(403, json={})]
        api.answers = {} if connection.auth_scheme is AuthScheme.BEARER else {"/v0/projects": refusal}
        return api.client

    service = SessionService(jobs, prepare)
    found = record(service.scheme_found)
    service.open(CONNECTION)
    assert tried == [*AuthScheme]
    assert found == [AuthScheme.BEARER]
    assert service.state.status is SessionStatus.CONNECTED
    assert service.state.connection == replace(CONNECTION, auth_scheme=AuthScheme.BEARER)


@pytest.mark.parametrize("status", [401, 403])
def test_a_key_refused_both_ways_is_one_sentence(
    api: FakeApi, jobs: ImmediateJobs, record: Record, status: int
) -> None:
    api.answers["/v0/projects"] = [httpx.Response(status, json={})]
    service = SessionService(jobs, lambda _connection: api.client)
    found = record(service.scheme_found)
    service.open(CONNECTION)
    assert service.state.status is SessionStatus.FAILED
    assert service.state.connection == CONNECTION
    assert service.state.problem is not None
    assert service.state.problem.text.startswith("The key was refused.")
    assert service.state.problem.action is Action.OPEN_SETTINGS
    assert found == []


def test_sample_data_has_one_scheme(api: FakeApi, jobs: ImmediateJobs) -> None:
    api.answers["/v0/projects"] = [httpx.Response(403, json={})]
    prepared: list[Connection] = []

    def prepare(connection: Connection) -> Any:
        prepared.append(connection)
        return api.client

    SessionService(jobs, prepare).open(Connection("Sample data", is_sample=True))
    assert len(prepared) == 1


def test_a_connection_that_cannot_be_prepared_fails_with_a_sentence(jobs: ImmediateJobs) -> None:
    def prepare(_connection: Connection) -> Any:
        raise InvalidConfig("plain-http", "api.test")

    service = SessionService(jobs, prepare)
    service.open(CONNECTION)
    assert service.state.status is SessionStatus.FAILED
    assert service.state.problem is not None
    assert "not encrypted" in service.state.problem.text


def test_a_late_answer_of_a_connection_left_is_ignored(api: FakeApi, jobs: ImmediateJobs, record: Record) -> None:
    service = SessionService(jobs, lambda _connection: api.client)
    jobs.holding = True
    service.open(CONNECTION)
    service.open(replace(CONNECTION, name="Other"))
    states = record(service.state_changed)
    first, second = jobs.held
    second.run()
    first.run()
    assert [state.connection.name for state in states] == ["Other"]


def test_without_a_connection_a_job_fails(jobs: ImmediateJobs, record: Record) -> None:
    service = SessionService(jobs, lambda _connection: None)  # type: ignore[arg-type, return-value]
    job = service.job(_ping, "Ping")
    failures = record(job.failed)
    job.start()
    assert [type(error) for error in failures] == [NotConnected]


def test_work_under_way_keeps_its_client_until_it_ends() -> None:
    class Client:
        closed = False

        async def aclose(self) -> None:
            self.closed = True

    client = Client()

    async def run() -> list[bool]:
        slot = ClientSlot(lambda: client)  # type: ignore[arg-type, return-value]
        seen = []
        async with slot.use():
            await slot.close()
            seen.append(client.closed)
        seen.append(client.closed)
        return seen

    assert asyncio.run(run()) == [False, True]


async def _ping(client: Any, _report: Any) -> str:
    return str(await client.external.ping())
