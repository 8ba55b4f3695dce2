"""The catalogue lists page by page, drops stale answers, and watches what is being computed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from pixxel_explorer.plugin.api.config import Connection
from pixxel_explorer.plugin.api.models import AoiQuery
from pixxel_explorer.plugin.catalog.service import CatalogService
from pixxel_explorer.plugin.catalog.session import SessionService
from pixxel_explorer.plugin.messages.message import Message
from pixxel_explorer.plugin.messages.wording import Action
from pixxel_explorer.tests.fake_api import FakeApi
from pixxel_explorer.tests.fakes import ImmediateJobs
from qgis.PyQt.QtTest import QTest

Record = Callable[[Any], list[Any]]


def aois(*names: str, total: int) -> httpx.Response:
    return httpx.Response(200, json={"aois": [{"aoi_id": n, "name": n} for n in names], "pagination": {"total": total}})


def names(pages: list[Any]) -> list[Any]:
    return [([aoi.name for aoi in items], more, total) for items, more, total in pages]


@pytest.fixture
def catalog(session: SessionService) -> CatalogService:
    """Return a catalogue that looks again almost at once."""
    return CatalogService(session, poll_interval_ms=10)


def test_projects_come_whole(catalog: CatalogService, record: Record) -> None:
    loaded = record(catalog.projects_loaded)
    catalog.load_projects()
    assert [[project.name for project in projects] for projects in loaded] == [["farm"]]


def test_a_failure_is_a_message(catalog: CatalogService, api: FakeApi, record: Record) -> None:
    failed = record(catalog.projects_failed)
    api.answers["/v0/projects"] = [httpx.Response(500, json={})]
    catalog.load_projects()
    (message,) = failed
    assert isinstance(message, Message)
    assert message.action is Action.RETRY
    assert "listing the projects" in message.details


def test_pages_are_appended_until_the_end(catalog: CatalogService, api: FakeApi, record: Record) -> None:
    api.answers["/v0/aois"] = [aois("a", "b", total=3), aois("c", total=3)]
    started, pages = record(catalog.search_started), record(catalog.aois_loaded)
    catalog.search(AoiQuery(name=""))
    catalog.fetch_more()
    catalog.fetch_more()
    assert len(started) == 1
    assert names(pages) == [(["a", "b"], True, 3), (["c"], False, 3)]
    assert [request.url.params["offset"] for request in api.requests if request.url.path == "/v0/aois"] == ["0", "2"]


def test_one_page_is_under_way_at_a_time(
    catalog: CatalogService, api: FakeApi, jobs: ImmediateJobs, record: Record
) -> None:
    api.answers["/v0/aois"] = [aois("a", total=9), aois("b", total=9)]
    catalog.search(AoiQuery())
    jobs.holding = True
    catalog.fetch_more()
    catalog.fetch_more()
    assert len(jobs.held) == 1


def test_a_new_search_makes_answers_of_the_old_one_stale(
    catalog: CatalogService, api: FakeApi, jobs: ImmediateJobs, record: Record
) -> None:
    pages = record(catalog.aois_loaded)
    jobs.holding = True
    catalog.search(AoiQuery(name="old"))
    catalog.search(AoiQuery(name="new"))
    old, new = jobs.held
    old.is_running = True  # an answer that came although the job was cancelled
    api.answers["/v0/aois"] = [aois("old", total=1), aois("new", total=1)]
    old.run()
    new.run()
    assert names(pages) == [(["new"], False, 1)]


def test_a_page_that_failed_can_be_asked_for_again(catalog: CatalogService, api: FakeApi, record: Record) -> None:
    api.answers["/v0/aois"] = [aois("a", total=2), httpx.Response(400, json={}), aois("b", total=2)]
    pages, failed = record(catalog.aois_loaded), record(catalog.aois_failed)
    catalog.search(AoiQuery())
    catalog.fetch_more()
    catalog.retry_page()
    assert len(failed) == 1
    assert names(pages) == [(["a"], True, 2), (["b"], False, 2)]


def test_visualizations_come_with_their_aoi(catalog: CatalogService, record: Record) -> None:
    loaded = record(catalog.visualizations_loaded)
    catalog.load_visualizations("a1")
    ((aoi_id, items),) = loaded
    assert aoi_id == "a1"
    assert [item.title for item in items] == ["NDVI"]


def test_a_failed_list_of_visualizations_names_its_aoi(catalog: CatalogService, api: FakeApi, record: Record) -> None:
    failed = record(catalog.visualizations_failed)
    api.answers["/v0/aois/a1/visualizations"] = [httpx.Response(404, json={})]
    catalog.load_visualizations("a1")
    assert [aoi_id for aoi_id, _ in failed] == ["a1"]


def test_what_is_being_computed_is_looked_at_again_until_it_is_done(
    catalog: CatalogService, api: FakeApi, jobs: ImmediateJobs, record: Record
) -> None:
    loaded, failed = record(catalog.visualizations_loaded), record(catalog.visualizations_failed)
    api.status = "creating"
    catalog.load_visualizations("a1")
    assert len(loaded) == 1
    api.answers["/v0/aois/a1/visualizations"] = [httpx.Response(400, json={})]
    QTest.qWait(60)
    assert failed == []
    api.answers.clear()
    api.status = "success"
    QTest.qWait(60)
    assert [items[0].status for _, items in loaded] == ["creating", "success"]
    count = len(jobs.started)
    QTest.qWait(40)
    assert len(jobs.started) == count


def test_an_unknown_word_is_looked_at_again_less_and_less_often(
    catalog: CatalogService, api: FakeApi, jobs: ImmediateJobs
) -> None:
    api.status = "frozen"
    catalog.load_visualizations("a1")
    begun = len(jobs.started)
    QTest.qWait(400)
    assert 1 <= len(jobs.started) - begun <= 6
    api.status = "success"
    QTest.qWait(900)
    count = len(jobs.started)
    QTest.qWait(60)
    assert len(jobs.started) == count


def test_changing_the_connection_forgets_everything(
    catalog: CatalogService, session: SessionService, jobs: ImmediateJobs, api: FakeApi, record: Record
) -> None:
    pages = record(catalog.aois_loaded)
    api.status = "creating"
    catalog.load_visualizations("a1")
    jobs.holding = True
    catalog.search(AoiQuery())
    session.open(Connection("Other", "https://api.test"))
    jobs.release()
    count = len(jobs.started)
    catalog.fetch_more()
    QTest.qWait(40)
    assert pages == []
    assert len(jobs.started) == count


def made(*states: tuple[str, float]) -> list[httpx.Response]:
    """Return answers about one AOI that is being made."""
    record = {"aoi_id": "a", "name": "Farm"}
    return [httpx.Response(200, json={"aoi": {**record, "status": word, "progress": done}}) for word, done in states]


def asked_for(api: FakeApi, path: str) -> int:
    """Count the requests for a path."""
    return len([request for request in api.requests if request.url.path == path])


def test_an_aoi_that_is_being_made_is_asked_for_until_it_ends(
    catalog: CatalogService, api: FakeApi, record: Record
) -> None:
    changed = record(catalog.aoi_watch.changed)
    listed = {"aoi_id": "a", "name": "Farm", "status": "creating", "progress": 10}
    api.answers["/v0/aois"] = [httpx.Response(200, json={"aois": [listed], "pagination": {"total_count": 1}})]
    api.answers["/v0/aoi/a"] = made(("creating", 10), ("creating", 60), ("success", 100))
    catalog.search(AoiQuery())
    QTest.qWait(300)
    assert [(aoi.status, aoi.progress) for aoi in changed] == [("creating", 60), ("success", 100)]
    count = asked_for(api, "/v0/aoi/a")
    assert count == 3
    QTest.qWait(100)
    assert asked_for(api, "/v0/aoi/a") == count


def test_an_aoi_that_does_not_change_is_asked_for_less_and_less_often(catalog: CatalogService, api: FakeApi) -> None:
    listed = {"aoi_id": "a", "name": "Farm", "status": "creating"}
    api.answers["/v0/aois"] = [httpx.Response(200, json={"aois": [listed], "pagination": {"total_count": 1}})]
    api.answers["/v0/aoi/a"] = [httpx.Response(200, json={"aoi": listed}) for _ in range(100)]
    catalog.search(AoiQuery())
    QTest.qWait(450)
    assert 2 <= asked_for(api, "/v0/aoi/a") <= 7


def test_nothing_that_is_being_made_is_asked_for_while_paused(catalog: CatalogService, api: FakeApi) -> None:
    listed = {"aoi_id": "a", "name": "Farm", "status": "creating"}
    api.answers["/v0/aois"] = [httpx.Response(200, json={"aois": [listed], "pagination": {"total_count": 1}})]
    api.answers["/v0/aoi/a"] = [httpx.Response(200, json={"aoi": listed}) for _ in range(100)]
    api.status = "creating"
    catalog.pause(True)
    catalog.search(AoiQuery())
    catalog.load_visualizations("a1")
    before = len(api.requests)
    QTest.qWait(120)
    assert len(api.requests) == before
    catalog.pause(False)
    QTest.qWait(60)
    assert asked_for(api, "/v0/aoi/a") >= 1
    assert asked_for(api, "/v0/aois/a1/visualizations") >= 2
