from __future__ import annotations

from typing import Any

import httpx
import pytest
from pixxel_explorer.plugin.api.client import ApiClient
from pixxel_explorer.plugin.api.errors import RequestRejected
from pixxel_explorer.plugin.api.models import AoiQuery
from pixxel_explorer.plugin.api.paging import next_offset


class Server:
    """A list of so many AOIs, with the habits servers have."""

    def __init__(self, count: int, *, most: int = 1000, refuses: bool = False, tells_total: bool = True) -> None:
        self.names = [f"Lake {number}" for number in range(count)]
        self.most = most
        self.refuses = refuses
        self.tells_total = tells_total
        self.asked: list[tuple[int, int]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        offset, limit = int(request.url.params["offset"]), int(request.url.params["limit"])
        self.asked.append((offset, limit))
        if self.refuses and limit > self.most:
            return httpx.Response(400, json={"error": {"code": "E", "message": "limit is too large"}})
        aois = [{"aoi_id": str(n), "name": self.names[n]} for n in range(len(self.names))]
        page: dict[str, Any] = {"aois": aois[offset : offset + min(limit, self.most)]}
        return httpx.Response(200, json={**page, "pagination": {"total": len(aois)}} if self.tells_total else page)


async def everything(client: ApiClient) -> list[str]:
    return [aoi.aoi_id async for aoi in client.aois.iterate()]


@pytest.mark.parametrize("tells_total", [True, False])
@pytest.mark.parametrize("most", [1000, 50, 10, 7])
@pytest.mark.parametrize("count", [0, 1, 49, 50, 51, 120])
def test_every_record_comes_once_whatever_page_the_server_gives(
    lab: Any, count: int, most: int, tells_total: bool
) -> None:
    server = Server(count, most=most, tells_total=tells_total)
    assert lab.run(server, everything) == [str(n) for n in range(count)]
    assert server.asked[0] == (0, 50)


def test_a_total_spares_the_request_for_nothing(lab: Any) -> None:
    server = Server(100)
    lab.run(server, everything)
    assert server.asked == [(0, 50), (50, 50)]


def test_pages_the_server_finds_too_big_are_asked_for_small(lab: Any) -> None:
    server = Server(25, most=10, refuses=True)
    assert len(lab.run(server, everything)) == 25
    assert server.asked == [(0, 50), (0, 10), (10, 10), (20, 10)]


def test_another_refusal_is_no_reason_to_ask_again(lab: Any) -> None:
    answer = httpx.Response(400, json={"error": {"message": "no such project"}})
    with pytest.raises(RequestRejected):
        lab.run(lab.answering(answer), everything)
    assert len(lab.requests) == 1


def test_a_page_that_repeats_itself_ends_the_list(lab: Any) -> None:
    same = httpx.Response(200, json={"aois": [{"aoi_id": "a"}, {"aoi_id": "b"}]})
    assert lab.run(lab.answering(same), everything) == ["a", "b"]
    assert len(lab.requests) == 2


def test_a_record_that_slid_to_the_next_page_comes_once(lab: Any) -> None:
    first = httpx.Response(200, json={"aois": [{"aoi_id": "a"}, {"aoi_id": "b"}]})
    second = httpx.Response(200, json={"aois": [{"aoi_id": "b"}, {"aoi_id": "c"}]})
    assert lab.run(lab.answering(first, second, second), everything) == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("offset", "received", "limit", "total", "following"),
    [
        (0, 50, 50, 120, 50),
        (0, 10, 50, 120, 10),
        (50, 0, 50, 120, 100),
        (100, 20, 50, 120, None),
        (100, 0, 50, 120, None),
        (0, 50, 50, None, 50),
        (50, 0, 50, None, None),
        (0, 0, 50, 0, None),
    ],
)
def test_steps_are_by_records_received_and_over_an_empty_page_by_the_limit(
    offset: int, received: int, limit: int, total: int | None, following: int | None
) -> None:
    assert next_offset(offset, received, limit, total) == following


def test_an_empty_page_in_the_middle_is_stepped_over(lab: Any) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        offset = int(request.url.params["offset"])
        aois = [] if offset == 50 else [{"aoi_id": str(offset + n)} for n in range(50)]
        return httpx.Response(200, json={"aois": aois, "pagination": {"total": 150}})

    assert len(lab.run(handler, everything)) == 100


def test_a_name_is_matched_here_whatever_the_server_does_with_it(lab: Any) -> None:
    server = Server(30)
    server.names[3], server.names[29] = "GREAT LAKE 1234", "Field 1234"

    async def search(client: ApiClient) -> list[str]:
        return [aoi.name async for aoi in client.aois.iterate(AoiQuery(name="lake 1234"))]

    assert lab.run(server, search) == ["GREAT LAKE 1234"]


def test_a_filter_the_server_overlooks_is_applied_here(lab: Any) -> None:
    aois = [{"aoi_id": "a", "project_id": "p"}, {"aoi_id": "b", "project_id": "q"}, {"aoi_id": "c"}]
    answer = httpx.Response(200, json={"aois": aois, "pagination": {"total": 9}})
    page = lab.run(lab.answering(answer), lambda client: client.aois.list(AoiQuery(project_ids=("p",))))
    assert [aoi.aoi_id for aoi in page.items] == ["a", "c"]
    assert (page.total, page.next_offset) == (9, 3)


@pytest.mark.parametrize(
    ("first_number", "most", "tells_count"),
    [(1, 50, True), (1, 10, True), (1, 50, False), (1, 10, False), (0, 50, True)],
)
def test_projects_are_paged_by_number(lab: Any, first_number: int, most: int, tells_count: bool) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        size = min(most, int(request.url.params["page_size"]))
        start = (int(request.url.params["page_num"]) - first_number) * size
        projects = [{"id": str(n)} for n in range(25)][start : start + size]
        return httpx.Response(200, json={"projects": projects} | ({"count": 25} if tells_count else {}))

    async def everything(client: ApiClient) -> list[str]:
        return [project.id async for project in client.projects.iterate()]

    assert lab.run(handler, everything) == [str(n) for n in range(25)]
