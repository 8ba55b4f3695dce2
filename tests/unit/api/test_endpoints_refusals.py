"""A request the contract does not allow is refused with its place, and nothing is sent."""

from __future__ import annotations

import json
import math
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from pixxel_explorer.plugin.api import models
from pixxel_explorer.plugin.api.client import ApiClient
from pixxel_explorer.plugin.api.errors import InvalidRequest, OutcomeUnknown

Work = Callable[[ApiClient], Awaitable[Any]]
POLYGON = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}
BLOCK = models.BlockChoice(name="b", version="1")
SEARCH = {
    "start_date": "2025-06-01",
    "end_date": "2025-06-30",
    "satellites": [{"collection_id": "c", "satellite_id": "s"}],
    "geometry": POLYGON,
}


def search(**changes: Any) -> Work:
    return lambda client: client.search.images(models.SearchRequest(**{**SEARCH, **changes}))


def archive(**wanted: Any) -> Work:
    return lambda client: client.archives.search(models.StacSearch(**wanted))


def order(feature: Any) -> Work:
    geometry = {"type": "FeatureCollection", "features": [feature]}
    return lambda client: client.orders.submit(
        models.OrderCreate(order_items=(models.OrderItemCreate(project_id="p", usecase="u", geometry=geometry),))
    )


def insight(given: Any) -> Work:
    return lambda client: client.insights.create("a", models.InsightCreate(block=BLOCK, input=given))


def legend(edge: float) -> Work:
    return lambda client: client.visualizations.update_metadata(
        "a", "v", models.MetadataUpdate(visualization_mode="theoretical", legend={"2025_06_01": [{"min": edge}]})
    )


REFUSED: dict[str, tuple[Work, str]] = {
    "no asset": (lambda c: c.downloads.create("a", []), "asset_ids"),
    "a text for assets": (lambda c: c.downloads.create("a", "abc"), "asset_ids"),
    "a blank asset": (lambda c: c.downloads.create("a", [" "]), "asset_ids[0]"),
    "no limit": (lambda c: c.aois.list(limit=0), "limit"),
    "a huge limit": (lambda c: c.aois.list(limit=10_001), "limit"),
    "a negative offset": (lambda c: c.orders.list(offset=-1), "offset"),
    "no page size": (lambda c: c.projects.list(page_size=0), "page_size"),
    "a negative page": (lambda c: c.projects.list(page_num=-1), "page_num"),
    "no limit in the archive": (lambda c: c.archives.search(models.StacSearch(), limit=0), "limit"),
    "no limit in the catalogue": (lambda c: c.catalogs.search(models.CatalogSearch(), limit=0), "limit"),
    "a workflow without project": (lambda c: c.workflows.get("w", ""), "project_id"),
    "an insight without project": (lambda c: c.insights.delete("a", "i", " "), "project_id"),
    "a job without project": (lambda c: c.jobs.create("w", ""), "project_id"),
    "an input that is no number": (insight({"a": math.nan}), "input"),
    "an input that is no JSON": (insight({"a": object()}), "input"),
    "an edge that is no number": (legend(math.inf), "legend.2025_06_01[0]"),
    "an area that is no number": (archive(intersects={"type": "Point", "coordinates": [math.nan, 0]}), "intersects"),
    "an area that is no geometry": (archive(intersects={"a": 1}), "intersects"),
    "a query that is no number": (archive(query={"gsd": {"lt": math.nan}}), "query.gsd"),
    "a box beside the polygon": (search(geometry={**POLYGON, "bbox": [math.nan]}), "geometry"),
    "a compact day": (search(start_date="20250601"), "start_date"),
    "a week": (search(start_date="2025-W01-1"), "start_date"),
    "a time without offset": (search(start_date="2025-06-01T10:00:00"), "start_date"),
    "a time after a blank": (search(start_date="2025-06-01 10:00:00Z"), "start_date"),
    "a day that is not": (search(start_date="2025-02-30"), "start_date"),
    "an end before the start": (
        search(start_date="2025-06-01T10:00:00Z", end_date="2025-06-01T11:00:00+02:00"),
        "SearchRequest",
    ),
    "a feature without kind": (order({"geometry": POLYGON}), "OrderItemCreate"),
    "a property that is no number": (
        order({"type": "Feature", "properties": {"x": math.nan}, "geometry": POLYGON}),
        "geometry",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_request_that_cannot_be_right_is_refused_and_not_sent(lab: Any, name: str) -> None:
    work, field = REFUSED[name]
    answer = httpx.Response(200, json={"id": "i", "aoi_id": "a"})

    async def asked(client: ApiClient) -> Any:
        return await work(client)

    with pytest.raises(InvalidRequest) as caught:
        lab.run(lab.answering(answer), asked)
    assert (caught.value.field, lab.requests) == (field, [])
    assert caught.value.reason


@pytest.mark.parametrize(
    "moment", ["2025-06-01", "2025-06-01T10:00:00Z", "2025-06-01T10:00:00.123Z", "2025-06-01T10:00:00+02:00"]
)
def test_documented_moments_are_sent_as_they_are(lab: Any, moment: str) -> None:
    lab.run(lab.answering(httpx.Response(200, json={"items": {}})), search(start_date=moment))
    assert f'"start_date": "{moment}"'.encode() in lab.requests[0].content


FEATURES = {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry": POLYGON}]}
ITEM = models.OrderItemCreate(project_id="p", usecase="u", geometry=FEATURES)


def test_an_order_built_as_a_dry_run_is_never_sent_as_a_real_one(lab: Any) -> None:
    wanted = models.OrderCreate(dry_run=True, order_items=(ITEM,))
    answer = httpx.Response(200, json={"total_amount": 4})
    assert lab.run(lab.answering(answer), lambda c: c.orders.submit(wanted)).id is None
    assert json.loads(lab.requests[0].content)["dry_run"] is True


def test_an_order_that_comes_back_without_id_may_have_been_placed(lab: Any) -> None:
    wanted = models.OrderCreate(order_items=(ITEM,))
    with pytest.raises(OutcomeUnknown):
        lab.run(lab.answering(httpx.Response(200, json={"total_amount": 4})), lambda c: c.orders.submit(wanted))
    assert len(lab.requests) == 1


def test_an_insight_begun_where_a_price_was_asked_for_is_reported(lab: Any) -> None:
    wanted = models.InsightCreate(block=BLOCK, input={"layer": "NDVI"})
    answer = httpx.Response(200, json={"id": "i", "message": "Insight created"})
    with pytest.raises(OutcomeUnknown):
        lab.run(lab.answering(answer), lambda c: c.insights.estimate("a", wanted))
    assert len(lab.requests) == 1
