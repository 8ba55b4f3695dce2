"""What each operation beyond the map sends, exactly, and what it makes of the answer."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from pixxel_explorer.plugin.api.client import ApiClient
from pixxel_explorer.plugin.api.errors import BadAnswer, ForeignAnswer, InvalidRequest, OutcomeUnknown
from pixxel_explorer.plugin.api.models import (
    BlockChoice,
    CatalogDownloadCreate,
    CatalogSearch,
    CloudDelivery,
    DeliveryCreate,
    DeliveryQuery,
    InsightCreate,
    InsightDownloadRequest,
    InsightQuery,
    JobQuery,
    NewDelivery,
    OrderCreate,
    OrderItemCreate,
    OrderItemQuery,
    OrderQuery,
    SearchFilter,
    SearchRequest,
    SearchSatellite,
    StacSearch,
    StoreConfigs,
    StoreCreate,
    WorkflowQuery,
)
from pixxel_explorer.plugin.api.paging import MOST_EMPTY_PAGES, EarlyEnd, collected_early_ends

Work = Callable[[ApiClient], Awaitable[Any]]
RING = [[20.0, 50.0], [20.1, 50.0], [20.1, 50.1], [20.0, 50.0]]
POLYGON = {"type": "Polygon", "coordinates": [RING]}
FEATURES = {
    "type": "FeatureCollection",
    "features": [{"type": "Feature", "properties": {}, "geometry": POLYGON}],
}
SEARCH = SearchRequest(
    start_date="2025-06-01",
    end_date="2025-06-30",
    satellites=(SearchSatellite(collection_id="l2a", satellite_id="s1"),),
    geometry=POLYGON,
    filters=(SearchFilter(id="eo:cloud_cover", min=0, max=20),),
    limit=50,
)
SEARCH_BODY = {
    "start_date": "2025-06-01",
    "end_date": "2025-06-30",
    "satellites": [{"collection_id": "l2a", "satellite_id": "s1"}],
    "geometry": POLYGON,
    "filters": [{"id": "eo:cloud_cover", "min": 0, "max": 20}],
    "limit": 50,
}
INSIGHT = InsightCreate(name="n", project_id="p", block=BlockChoice(name="b", version="1"), input={"a": None})
INSIGHT_BODY = {"name": "n", "project_id": "p", "block": {"name": "b", "version": "1"}, "input": {"a": None}}
ORDER = OrderCreate(order_items=(OrderItemCreate(project_id="p", usecase="u", geometry=FEATURES, item_ids=("i",)),))
ORDER_ITEM = {"project_id": "p", "usecase": "u", "geometry": FEATURES, "item_ids": ["i"]}
STORE = StoreCreate(
    name="s", type="S3", configs=StoreConfigs(bucket="b", region="r"), secrets={"access_key_id": "top-secret"}
)
STORE_BODY = {
    "name": "s",
    "type": "S3",
    "configs": {"bucket": "b", "region": "r"},
    "secrets": {"access_key_id": "top-secret"},
}
DAY = "2025-06-02"
PAGE = {"offset": "0", "limit": "50"}
NESTED = {"orders": [{"id": "o", "order_items": {"x": {"id": "i"}}}]}

# name -> what is called, method, path, query, body, the answer, what must come back
ROWS: dict[str, tuple[Work, str, str, dict[str, str], Any, Any, Callable[[Any], Any]]] = {
    "search": (
        lambda c: c.search.images(SEARCH),
        "POST", "/v0/search", {}, SEARCH_BODY,
        {"items": {"x": {"properties": {"eo:cloud_cover": 3}}}, "pagination": {"limit": 50, "skip": 0, "total": 1}},
        lambda r: (r.items[0].id, r.items[0].cloud_cover, r.total, r.next_token) == ("x", 3, 1, None),
    ),
    "blocks": (
        lambda c: c.blocks.list("insight"),
        "GET", "/v0/blocks", {"mode": "insight"}, None,
        {"blocks": [{"id": "b", "spec": {"name": "stats", "inputs": [1]}}]},
        lambda r: (r[0].id, r[0].spec.name, r[0].spec.inputs) == ("b", "stats", [1]),
    ),
    "block versions": (
        lambda c: c.blocks.versions("a b"),
        "GET", "/v0/blocks/a%20b", {}, None, {"blocks": [{"id": "1"}, {"id": "2"}]}, lambda r: len(r) == 2,
    ),
    "block": (
        lambda c: c.blocks.get("b", "1.0"),
        "GET", "/v0/blocks/b/versions/1.0", {}, None, {"id": "b", "spec": None}, lambda r: r.spec.version == "",
    ),
    "insight estimate": (
        lambda c: c.insights.estimate("a", INSIGHT),
        "POST", "/v0/aoi/a/insights", {}, {**INSIGHT_BODY, "estimate": True}, {"estimate": "12"},
        lambda r: r.estimate == 12,
    ),
    "insight": (
        lambda c: c.insights.create("a", INSIGHT),
        "POST", "/v0/aoi/a/insights", {}, INSIGHT_BODY, {"id": "i", "message": "begun"}, lambda r: r.id == "i",
    ),
    "insights": (
        lambda c: c.insights.list("a", InsightQuery(status="success")),
        "GET", "/v0/aoi/a/insights", {"status": "success"}, None,
        {"insights": [{"id": "i", "progress": "80%", "output": {"x": 1}}]},
        lambda r: (r[0].progress, r[0].output) == (80, {"x": 1}),
    ),
    "insight download": (
        lambda c: c.insights.download("a", "i", InsightDownloadRequest(outputs=("o",))),
        "PUT", "/v0/aoi/a/insights/i/download", {}, {"outputs": ["o"]},
        {"id": "d", "status": "SUCCESS", "signed_url": "https://x/y"},
        lambda r: (r.download_id, r.is_ready) == ("d", True),
    ),
    "insight delete": (
        lambda c: c.insights.delete("a", "i", "p"),
        "DELETE", "/v0/aoi/a/insights/i", {"project_id": "p"}, None, None, lambda r: r is None,
    ),
    "workflows": (
        lambda c: c.workflows.list(WorkflowQuery(project_id="p")),
        "GET", "/v0/workflows", {"project_id": "p", **PAGE}, None,
        {"workflows": [{"id": "w"}], "pagination": {"total": 1}},
        lambda r: (r.items[0].id, r.next_offset) == ("w", None),
    ),
    "workflow": (
        lambda c: c.workflows.get("w", "p"),
        "GET", "/v0/workflows/w", {"project_id": "p"}, None, {"id": "w", "spec": [1, 2]}, lambda r: r.spec == [1, 2],
    ),
    "workflow estimate": (
        lambda c: c.workflows.estimate("w"),
        "GET", "/v0/workflows/w/estimate", {}, None, {"estimated_cost": 7}, lambda r: r.estimated_cost == 7,
    ),
    "jobs": (
        lambda c: c.jobs.list("w", JobQuery(status="running")),
        "GET", "/v0/workflows/w/jobs", {"status": "running"}, None, {"jobs": [{"id": "j", "progress": "40"}]},
        lambda r: r[0].progress == 40,
    ),
    "job create": (
        lambda c: c.jobs.create("w", "p"),
        "POST", "/v0/workflows/w/jobs", {"project_id": "p"}, None, {"id": "j", "tasks": [{"id": "t"}, {"no": "id"}]},
        lambda r: [task.id for task in r.tasks] == ["t"],
    ),
    "job": (
        lambda c: c.jobs.get("w", "j"),
        "GET", "/v0/workflows/w/jobs/j", {}, None, {"id": "j", "workflowId": "w"}, lambda r: r.workflow_id == "w",
    ),
    "job download": (
        lambda c: c.jobs.download("w", "j"),
        "PUT", "/v0/workflows/w/jobs/j/download", {}, None, {"id": "d", "workflowId": "w", "status": "created"},
        lambda r: not r.is_ready,
    ),
    "task download": (
        lambda c: c.tasks.download("w", "j", "t"),
        "PUT", "/v0/workflows/w/jobs/j/tasks/t/download", {}, None, {"id": "d", "status": "failed"},
        lambda r: r.has_failed,
    ),
    "bandsets": (
        lambda c: c.bandsets.list(),
        "GET", "/v0/bandsets", {}, None, {"bandsets": [{"id": "b", "bands": [{"name": "B001", "wavelength": 473}]}]},
        lambda r: r[0].bands[0]["wavelength"] == 473,
    ),
    "orders": (
        lambda c: c.orders.list(OrderQuery(user_id="u")),
        "GET", "/v0/orders", {"user_id": "u", **PAGE}, None, NESTED,
        lambda r: (r.items[0].order_items[0].id, r.next_offset) == ("i", 1),
    ),
    "order dry run": (
        lambda c: c.orders.dry_run(ORDER),
        "POST", "/v0/orders", {}, {"dry_run": True, "order_items": [ORDER_ITEM]}, {"total_amount": "10.5"},
        lambda r: (r.id, r.total_amount) == (None, 10.5),
    ),
    "order": (
        lambda c: c.orders.submit(ORDER),
        "POST", "/v0/orders", {}, {"dry_run": False, "order_items": [ORDER_ITEM]}, {"id": "o"}, lambda r: r.id == "o",
    ),
    "order by id": (
        lambda c: c.orders.get("o"), "GET", "/v0/orders/o", {}, None, {"order": {"id": "o"}}, lambda r: r.id == "o",
    ),
    "order items": (
        lambda c: c.orders.items(OrderItemQuery(order_ids=("a", "b"), type="ARCHIVE")),
        "GET", "/v0/order-items", {"order_ids": "a,b", "type": "ARCHIVE", **PAGE}, None,
        {"order_items": [{"id": "i", "tasks": [{"id": "t"}]}], "pagination": {"total": 1}},
        lambda r: r.items[0].tasks == ({"id": "t"},),
    ),
    "order item": (
        lambda c: c.orders.item("i"), "GET", "/v0/order-items/i", {}, None, {"id": "i", "area": 12},
        lambda r: r.area == 12,
    ),
    "collections": (
        lambda c: c.archives.collections(("l2a", "l1c")),
        "GET", "/v0/archives/collections", {"ids": "l2a,l1c"}, None, {"collections": [{"id": "l2a"}]},
        lambda r: r[0].id == "l2a",
    ),
    "collection": (
        lambda c: c.archives.collection("l2a"),
        "GET", "/v0/archives/collections/l2a", {}, None, {"id": "l2a", "extent": {"spatial": {}}},
        lambda r: r.extent == {"spatial": {}},
    ),
    "collection items": (
        lambda c: c.archives.items("l2a"),
        "GET", "/v0/archives/collections/l2a/items", PAGE, None,
        {"type": "FeatureCollection", "features": [{"id": "x", "bbox": ["1", "2.5", "3", "4"]}]},
        lambda r: (r.items[0].bbox, r.next_offset) == ((1, 2.5, 3, 4), 1),
    ),
    "item": (
        lambda c: c.archives.item("l2a", "x"),
        "GET", "/v0/archives/collections/l2a/items/x", {}, None,
        {"id": "x", "properties": {"proj:code": "EPSG:32633", "datetime": "2025-06-01T10:00:00Z", "platform": "TD1"}},
        lambda r: (r.epsg, r.moment, r.platform) == (32633, "2025-06-01T10:00:00Z", "TD1"),
    ),
    "archive search": (
        lambda c: c.archives.search(StacSearch(bbox=(1, 2, 3, 4), datetime="2025-01-01T00:00:00Z/..")),
        "POST", "/v0/archives/search", {},
        {"bbox": [1, 2, 3, 4], "datetime": "2025-01-01T00:00:00Z/..", "limit": 50, "offset": 0},
        {"features": [{"id": "x", "properties": {"proj:epsg": 4326}}]}, lambda r: r.items[0].epsg == 4326,
    ),
    "report": (
        lambda c: c.reports.orders("Europe/Warsaw"),
        "GET", "/v0/reports", {"tz": "Europe/Warsaw"}, None, b"\xef\xbb\xbforder,area\r\no,1\r\n",
        lambda r: r.splitlines() == ["order,area", "o,1"],
    ),
    "stores": (
        lambda c: c.stores.list(), "GET", "/v0/stores", {}, None, {"stores": [{"id": "s", "type": "S3"}]},
        lambda r: r[0].type == "S3",
    ),
    "store": (
        lambda c: c.stores.create(STORE), "POST", "/v0/stores", {}, STORE_BODY, {"id": "s"}, lambda r: r.id == "s",
    ),
    "store delete": (
        lambda c: c.stores.delete("s"), "DELETE", "/v0/stores/s", {}, None, None, lambda r: r is None,
    ),
    "deliveries": (
        lambda c: c.catalogs.deliveries(DeliveryQuery(catalog_id="c")),
        "GET", "/v0/catalogs/deliveries", {"catalog_id": "c"}, None,
        {"deliveries": [{"delivery_id": "d", "status": "SUCCESSFUL"}]}, lambda r: r[0].status == "SUCCESSFUL",
    ),
    "delivery": (
        lambda c: c.catalogs.create_deliveries(
            DeliveryCreate(deliveries=(NewDelivery(catalog_ids=("c",), cloud_info=CloudDelivery(config="s")),))
        ),
        "POST", "/v0/catalogs/deliveries", {}, {"deliveries": [{"catalog_ids": ["c"], "cloud_info": {"config": "s"}}]},
        {"deliveries": [{"delivery_id": "d"}]}, lambda r: r[0].delivery_id == "d",
    ),
    "catalog download": (
        lambda c: c.catalogs.create_download(CatalogDownloadCreate(order_item_ids=("i",))),
        "POST", "/v0/catalogs/download", {}, {"order_item_ids": ["i"]}, {"id": "d", "status": "created"},
        lambda r: r.download_id == "d",
    ),
    "catalog download status": (
        lambda c: c.catalogs.download("d"),
        "GET", "/v0/catalogs/download/d", {}, None, {"id": "d", "status": "success", "signed_url": "https://x/y"},
        lambda r: r.is_ready,
    ),
    "catalog search": (
        lambda c: c.catalogs.search(CatalogSearch(order_ids=("o",), sort_by=({"created_at": "DESC"},))),
        "POST", "/v0/catalogs/search", {},
        {"order_ids": ["o"], "sort_by": [{"created_at": "DESC"}], "limit": 50, "offset": 0},
        {"catalogs": [{"id": "c", "details": {"id": "x"}}], "pagination": {"total": 1}},
        lambda r: r.items[0].details.id == "x",
    ),
    "catalog": (
        lambda c: c.catalogs.get("c"), "GET", "/v0/catalogs/c", {}, None, {"id": "c", "details": "?"},
        lambda r: r.details is None,
    ),
}  # fmt: skip


def answer_of(content: Any) -> httpx.Response:
    if content is None:
        return httpx.Response(204)
    return httpx.Response(200, content=content if isinstance(content, bytes) else json.dumps(content).encode())


@pytest.mark.parametrize("name", ROWS)
def test_what_is_sent_and_what_comes_back(lab: Any, name: str) -> None:
    work, method, path, query, body, content, is_right = ROWS[name]
    result = lab.run(lab.answering(answer_of(content)), work)
    (request,) = lab.requests
    assert (request.method, request.url.raw_path.decode().partition("?")[0]) == (method, path)
    assert dict(request.url.params) == query
    assert (json.loads(request.content) if request.content else None) == body
    assert is_right(result), result


@pytest.mark.parametrize(
    "items",
    [
        [{"id": "x"}, {"id": "y"}],
        {"x": {"properties": {}}, "y": {"id": "y"}},
        {"l2a": [{"id": "x"}], "l1c": [{"id": "y"}]},
        {"l2a": {"features": [{"id": "x"}, {"id": "y"}]}},
        {"type": "FeatureCollection", "features": [{"id": "x"}, {"id": "y"}]},
    ],
)
def test_scenes_are_found_however_they_are_grouped(lab: Any, items: Any) -> None:
    result = lab.run(lab.answering(answer_of({"items": items})), lambda c: c.search.images(SEARCH))
    assert [item.id for item in result.items] == ["x", "y"]


def test_a_search_goes_on_with_the_cursor_as_long_as_it_brings_something_new(lab: Any) -> None:
    pages = [{"items": [{"id": n}], "pagination": {"next_token": f"after {n}"}} for n in ("x", "y", "y")]

    async def everything(client: ApiClient) -> list[str]:
        return [item.id async for item in client.search.iterate(SEARCH)]

    with collected_early_ends() as ends:
        assert lab.run(lab.answering(*map(answer_of, pages)), everything) == ["x", "y"]
    assert ends == [(EarlyEnd.REPEATED, 2)]
    assert [json.loads(r.content).get("next_token") for r in lab.requests] == [None, "after x", "after y"]


def _searched(lab: Any, limit: int | None, *pages: Any) -> list[list[str]]:
    async def everything(client: ApiClient) -> list[list[str]]:
        request = SEARCH.model_copy(update={"limit": limit})
        return [[item.id for item in page.items] async for page in client.search.pages(request)]

    return list(lab.run(lab.answering(*map(answer_of, pages)), everything))


def _found(count: int, **pagination: Any) -> dict[str, Any]:
    return {"items": [{"id": f"x{number}"} for number in range(count)], "pagination": pagination}


def test_a_search_without_a_cursor_is_repeated_with_a_higher_limit(lab: Any) -> None:
    pages = _searched(lab, 2, _found(2, total=5), _found(5, total=5))
    assert pages == [["x0", "x1"], ["x2", "x3", "x4"]]
    assert [json.loads(r.content)["limit"] for r in lab.requests] == [2, 8]


def test_a_repeated_answer_is_no_early_end_where_all_scenes_have_come(lab: Any) -> None:
    with collected_early_ends() as ends:
        pages = _searched(lab, 2, _found(2, total=2, next_token="more"))
    assert (pages, ends) == ([["x0", "x1"], []], [])


def test_a_higher_limit_that_brings_nothing_new_is_no_early_end(lab: Any) -> None:
    with collected_early_ends() as ends:
        pages = _searched(lab, 2, _found(2, total=9))
    assert (pages, ends) == ([["x0", "x1"], []], [])


def test_empty_answers_with_a_cursor_end_the_search_with_a_reason(lab: Any) -> None:
    with collected_early_ends() as ends:
        pages = _searched(lab, 2, _found(0, next_token="more"))
    assert (len(pages), ends) == (MOST_EMPTY_PAGES, [(EarlyEnd.EMPTY, 0)])


def test_a_full_answer_without_a_total_may_not_be_all(lab: Any) -> None:
    assert _searched(lab, 2, _found(2), _found(3)) == [["x0", "x1"], ["x2"]]


def test_a_search_ends_where_a_higher_limit_brings_nothing_new(lab: Any) -> None:
    assert _searched(lab, 2, _found(2, total=5), _found(2, total=5)) == [["x0", "x1"], []]


def test_a_search_ends_at_its_total(lab: Any) -> None:
    assert _searched(lab, 2, _found(2, total=2)) == [["x0", "x1"]]


def test_a_search_whose_limit_is_refused_asks_for_less(lab: Any) -> None:
    refusal = httpx.Response(400, json={"error": {"code": "bad_request", "message": "limit is too high"}})
    handler = lab.answering(refusal, answer_of(_found(1, total=1)))

    async def everything(client: ApiClient) -> list[str]:
        return [item.id async for item in client.search.iterate(SEARCH.model_copy(update={"limit": 500}))]

    assert lab.run(handler, everything) == ["x0"]
    assert [json.loads(r.content)["limit"] for r in lab.requests] == [500, 10]


def test_items_without_a_total_are_listed_to_the_empty_page(lab: Any) -> None:
    pages = [{"features": [{"id": "x"}, {"id": "y"}]}, {"features": [{"id": "z"}]}, {"features": []}]

    async def everything(client: ApiClient) -> list[str]:
        return [item.id async for item in client.archives.iterate_items("l2a")]

    assert lab.run(lab.answering(*map(answer_of, pages)), everything) == ["x", "y", "z"]
    assert [r.url.params["offset"] for r in lab.requests] == ["0", "2", "3"]


@pytest.mark.parametrize("content", [b'{"a": 1}', b"<html></html>", b"<?xml version='1.0'?><a/>"])
def test_a_report_that_is_no_table_is_reported(lab: Any, content: bytes) -> None:
    with pytest.raises((BadAnswer, ForeignAnswer)):
        lab.run(lab.answering(answer_of(content)), lambda c: c.reports.orders())


@pytest.mark.parametrize(
    "name", ["insight", "job create", "order", "store", "delivery", "catalog download", "insight download"]
)
def test_an_answer_nobody_can_read_leaves_the_outcome_of_a_write_unknown(lab: Any, name: str) -> None:
    useless = [1] if name == "order" else {"deliveries": 1}
    with pytest.raises(OutcomeUnknown):
        lab.run(lab.answering(answer_of(useless)), ROWS[name][0])
    assert len(lab.requests) == 1


def search(**changes: Any) -> SearchRequest:
    return SearchRequest(**{**SEARCH_BODY, **changes})


def geometry(**changes: Any) -> dict[str, Any]:
    return {**POLYGON, **changes}


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: search(**{"start_date": "June"}), "start_date"),
        (lambda: search(**{"start_date": "2025-07-01"}), "SearchRequest"),
        (lambda: search(**{"limit": 10_001}), "limit"),
        (lambda: search(**{"satellites": []}), "satellites"),
        (lambda: search(**{"geometry": geometry(type="Point")}), "geometry"),
        (lambda: search(**{"geometry": geometry(coordinates=[RING[:3]])}), "geometry"),
        (lambda: search(**{"geometry": geometry(coordinates=[[*RING[:3], [1, 1]]])}), "geometry"),
        (lambda: search(**{"geometry": geometry(coordinates=[[[200, 0]] * 4])}), "geometry"),
        (lambda: search(**{"filters": [{"id": "x", "min": 2, "max": 1}]}), "SearchFilter"),
        (lambda: StacSearch(bbox=(1, 4, 3, 2)), "bbox"),
        (lambda: StacSearch(datetime="../.."), "datetime"),
        (lambda: StacSearch(datetime="yesterday"), "datetime"),
        (lambda: StacSearch(ids=()), "ids"),
        (lambda: InsightCreate(block=BlockChoice(version=" "), input=1), "version"),
        (lambda: OrderCreate(order_items=()), "order_items"),
        (lambda: OrderItemCreate(project_id="p", usecase="u", geometry=POLYGON), "OrderItemCreate"),
        (lambda: OrderItemCreate(**{**ORDER_ITEM, "cloud_cover": 101}), "cloud_cover"),
        (lambda: OrderItemCreate(**{**ORDER_ITEM, "start_date": DAY, "end_date": DAY}), "OrderItemCreate"),
        (lambda: OrderItemCreate(**{**ORDER_ITEM, "recurrence": "WEEKLY"}), "recurrence"),
        (lambda: StoreCreate(**{**STORE_BODY, "type": "FTP"}), "type"),
        (lambda: StoreCreate(**{**STORE_BODY, "secrets": {}}), "secrets"),
        (lambda: CatalogDownloadCreate(), "CatalogDownloadCreate"),
        (lambda: CatalogDownloadCreate(catalog_ids=("c",), order_item_ids=("i",)), "CatalogDownloadCreate"),
        (lambda: CatalogSearch(sort_by=({"created_at": "down"},)), "sort_by[0].created_at"),
    ],
)  # fmt: skip
def test_what_the_contract_does_not_allow_is_refused_with_its_place(make: Callable[[], Any], field: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        make()
    assert caught.value.field == field
    assert caught.value.reason


def test_secrets_of_a_store_are_not_shown() -> None:
    assert "top-secret" not in repr(STORE)
