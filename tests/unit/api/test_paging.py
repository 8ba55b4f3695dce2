from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from typing import Any

import httpx
import pytest
from pixxel_explorer.plugin.api.client import ApiClient
from pixxel_explorer.plugin.api.errors import BadAnswer, RequestRejected
from pixxel_explorer.plugin.api.models import AoiQuery, CatalogSearch, StacSearch
from pixxel_explorer.plugin.api.paging import (
    MOST_EMPTY_PAGES,
    MOST_PAGES,
    MOST_RECORDS,
    PAGES_AHEAD,
    EarlyEnd,
    EndedList,
    Page,
    collected_early_ends,
    next_offset,
    walk,
)


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


@pytest.mark.parametrize(
    ("iterate", "key"),
    [
        (lambda client: client.archives.iterate_search(StacSearch(ids=("i",))), "features"),
        (lambda client: client.catalogs.iterate_search(CatalogSearch()), "catalogs"),
    ],
    ids=["archives", "catalogs"],
)
def test_pages_of_a_search_the_server_finds_too_big_are_asked_for_small(lab: Any, iterate: Any, key: str) -> None:
    asked: list[tuple[int, int]] = []

    def server(request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        asked.append((body["offset"], body["limit"]))
        if body["limit"] > 10:
            return httpx.Response(422, json={"error": {"message": "limit: at most 10"}})
        found = [{"id": str(n), "type": "Feature"} for n in range(body["offset"], min(body["offset"] + 10, 12))]
        return httpx.Response(200, json={key: found})

    async def everything_found(client: ApiClient) -> list[str]:
        return [item.id async for item in iterate(client)]

    assert lab.run(server, everything_found) == [str(n) for n in range(12)]
    assert asked == [(0, 50), (0, 10), (10, 10), (12, 10)]


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


class Crowd(Server):
    """A list that counts how many of its pages are asked for at once."""

    def __init__(self, count: int, **habits: Any) -> None:
        super().__init__(count, **habits)
        self.now = self.together = 0

    async def page(self, offset: int) -> Page[str]:
        self.asked.append((offset, self.most))
        self.now += 1
        self.together = max(self.together, self.now)
        await asyncio.sleep(0)
        self.now -= 1
        items = tuple(self.names[offset : offset + self.most])
        following = next_offset(offset, len(items), self.most, len(self.names))
        return Page(items, offset, len(self.names) if self.tells_total else None, following)


async def walked(crowd: Crowd) -> list[str]:
    return [name async for name in walk(crowd.page, str)]


def test_pages_are_asked_for_together_once_the_total_is_known() -> None:
    crowd = Crowd(1000, most=50)
    assert asyncio.run(walked(crowd)) == crowd.names
    assert sorted(crowd.asked) == [(offset, 50) for offset in range(0, 1000, 50)]
    assert crowd.together == PAGES_AHEAD


def test_without_a_total_nothing_is_asked_for_ahead() -> None:
    crowd = Crowd(200, most=50, tells_total=False)
    asyncio.run(walked(crowd))
    assert crowd.together == 1


def test_a_page_that_turns_out_short_costs_no_record() -> None:
    class Moody(Crowd):
        async def page(self, offset: int) -> Page[str]:
            self.most = 20 if offset == 100 else 50
            return await super().page(offset)

    moody = Moody(400, most=50)
    assert asyncio.run(walked(moody)) == moody.names


def test_who_stops_listening_leaves_nothing_under_way() -> None:
    async def two(crowd: Crowd) -> int:
        names = walk(crowd.page, str)
        await anext(names)
        await anext(names)
        await names.aclose()  # type: ignore[attr-defined]
        await asyncio.sleep(0)
        return len(asyncio.all_tasks())

    assert asyncio.run(two(Crowd(1000, most=50))) == 1


def test_a_page_ahead_that_fails_says_so_when_its_turn_comes() -> None:
    class Broken(Crowd):
        async def page(self, offset: int) -> Page[str]:
            page = await super().page(offset)
            if offset == 100:
                raise BadAnswer("aois", "broken")
            return page

    async def until_it_fails(broken: Broken) -> list[str]:
        found: list[str] = []
        names = walk(broken.page, str)
        with pytest.raises(BadAnswer):
            while True:
                found.append(await anext(names))
        return found

    broken = Broken(1000, most=50)
    assert asyncio.run(until_it_fails(broken)) == broken.names[:100]


def page_of(names: Sequence[str], total: int | None = 1_000_000, following: int | None = 1) -> Page[str]:
    return Page(tuple(names), 0, total, following)


def ends_of(answer: Callable[[int], Page[str]]) -> tuple[list[str], list[EndedList], int]:
    """Return what is listed, the early ends and the number of pages of a server that never ends."""
    asked: list[int] = []

    async def fetch(_offset: int) -> Page[str]:
        asked.append(1)
        return answer(len(asked))

    async def everything() -> list[str]:
        return [name async for name in walk(fetch, str, ahead=0)]

    with collected_early_ends() as ends:
        found = asyncio.run(everything())
    return found, ends, len(asked)


def test_empty_pages_that_announce_more_end_the_list_with_a_reason() -> None:
    found, ends, pages = ends_of(lambda _number: page_of(()))
    assert (found, ends, pages) == ([], [(EarlyEnd.EMPTY, 0)], MOST_EMPTY_PAGES)


def test_some_empty_pages_do_not_end_a_list() -> None:
    def answer(number: int) -> Page[str]:
        names = (str(number),) if number % MOST_EMPTY_PAGES == 0 else ()
        return page_of(names, None, None if number == 20 else 1)

    assert ends_of(answer) == (["5", "10", "15", "20"], [], 20)


def test_pages_emptied_by_a_filter_do_not_end_a_list() -> None:
    _, ends, pages = ends_of(lambda number: Page((), 0, None, None if number == 50 else 1, filtered=50))
    assert (ends, pages) == ([], 50)


def test_a_known_record_on_a_filtered_page_does_not_end_the_list() -> None:
    """It slid to the next page, whose other records were removed by a filter; more may follow."""
    pages = [Page(("a",), 0, None, 1, 49), Page(("a",), 0, None, 1, 49), Page(("b",), 0, None, None, 49)]
    assert ends_of(lambda number: pages[number - 1]) == (["a", "b"], [], 3)


def test_repeated_pages_end_the_list_with_a_reason() -> None:
    assert ends_of(lambda _number: page_of(("a", "b"))) == (["a", "b"], [(EarlyEnd.REPEATED, 2)], 2)


def test_endless_pages_end_after_a_stated_number() -> None:
    found, ends, pages = ends_of(lambda number: page_of((str(number),)))
    assert (len(found), ends, pages) == (MOST_PAGES, [(EarlyEnd.PAGES, MOST_PAGES)], MOST_PAGES)


def test_endless_records_end_after_a_stated_number() -> None:
    found, ends, pages = ends_of(lambda number: page_of([f"{number}-{i}" for i in range(5_000)]))
    assert (len(found), ends, pages) == (MOST_RECORDS, [(EarlyEnd.RECORDS, MOST_RECORDS)], 20)
