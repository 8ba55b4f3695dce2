"""Orders: what they cost, what they bring, and that all tables tell the same story."""

from __future__ import annotations

import csv
import io
import math
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from .conftest import Json, Sandbox, Start
from .ordering import (
    EARLIER,
    KM2,
    SCENE,
    archive_body,
    catalogs,
    deliveries,
    items_of,
    new_store,
    polygons,
    square,
    submitted,
    tasking_body,
    tried,
)


@pytest.fixture(scope="module")
def sandbox(start: Start) -> Sandbox:
    return start()


@pytest.fixture(scope="module")
def area(sandbox: Sandbox) -> int:
    """Return how many square kilometres of the farm are begun."""
    return math.ceil(sandbox.aoi("Farm near Raba")["area_in_sq_m"] / KM2)


def rows(sandbox: Sandbox, **query: str) -> list[dict[str, str]]:
    answer = sandbox.client.get("/v0/reports", params=query)
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, "text/csv")
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_a_sandbox_begins_with_something_ordered(start: Start) -> None:
    sandbox = start()
    arrived, awaited = items_of(sandbox)
    assert (arrived["type"], arrived["status"]) == ("ARCHIVE", "FULFILLED")
    assert (awaited["type"], awaited["status"], len(awaited["tasks"])) == ("RECURRING", "ACTIVE", 6)
    (store,) = sandbox.client.get("/v0/stores").json()["stores"]
    (delivery,) = deliveries(sandbox)
    assert delivery["cloud_delivery"]["config"] == store["id"]
    assert [each["id"] for each in catalogs(sandbox)] == [delivery["catalog_id"]]
    assert [row["order_item_id"] for row in rows(sandbox)] == [arrived["id"], awaited["id"]]


def test_bandsets_tell_wavelengths_in_nanometres(sandbox: Sandbox) -> None:
    bandsets = sandbox.client.get("/v0/bandsets").json()["bandsets"]
    assert len({bandset["name"] for bandset in bandsets}) == len(bandsets) > 1
    for bandset in bandsets:
        assert bandset["captures"] >= 1
        assert all(400 < band["wavelength"] < 1000 for band in bandset["bands"])
        assert all(one["wavelength"] < other["wavelength"] for one, other in pairwise(bandset["bands"]))


def test_a_dry_run_returns_the_price_and_leaves_nothing(sandbox: Sandbox, area: int) -> None:
    body = archive_body(sandbox)
    before = sandbox.client.get("/v0/orders").json()["pagination"]["total"]
    order = tried(sandbox, body)
    assert "id" not in order
    assert sandbox.client.get("/v0/orders").json()["pagination"]["total"] == before
    assert (order["total_amount"], order["status"]) == (2 * area, "UNPAID")
    assert [item["tokens_used"] for item in order["order_items"]] == [0]
    paid = submitted(sandbox, body)
    assert (paid["total_amount"], paid["status"]) == (2 * area, "PAID")
    assert [item["tokens_used"] for item in paid["order_items"]] == [2 * area]


def test_every_scene_of_the_archive_costs(sandbox: Sandbox) -> None:
    one, two = (tried(sandbox, archive_body(sandbox, *scenes)) for scenes in ((SCENE,), (SCENE, EARLIER)))
    assert two["total_amount"] == 2 * one["total_amount"]


def test_taskings_cost_by_area_time_and_wishes(sandbox: Sandbox, area: int) -> None:
    plain = tried(sandbox, tasking_body(sandbox))
    assert (plain["total_amount"], plain["order_items"][0]["type"]) == (5 * area, "TASKING")
    monthly = tried(sandbox, tasking_body(sandbox, recurrence="MONTHLY"))
    assert (monthly["total_amount"], monthly["order_items"][0]["no_of_occurrences"]) == (30 * area, 6)
    choosy = tried(sandbox, tasking_body(sandbox, cloud_cover=5, off_nadir=5))["order_items"][0]
    assert [uplift["percentage"] for uplift in choosy["uplifts"]] == [10, 10]
    assert choosy["final_amount"] == choosy["base_amount"] + sum(uplift["amount"] for uplift in choosy["uplifts"])


def test_a_bandset_costs_by_the_captures_it_needs(sandbox: Sandbox, area: int) -> None:
    bandsets = sandbox.client.get("/v0/bandsets").json()["bandsets"]
    assert len({bandset["captures"] for bandset in bandsets}) > 1
    for bandset in bandsets:
        order = tried(sandbox, tasking_body(sandbox, bandset={"bandset_id": bandset["id"]}))
        (item,) = order["order_items"]
        assert order["total_amount"] == 5 * area * bandset["captures"]
        assert (item["bandset"]["bands"], item["number_of_bands"]) == (bandset["bands"], len(bandset["bands"]))


def test_large_areas_are_measured_on_the_ellipsoid(sandbox: Sandbox) -> None:
    for geometry, km2 in (
        (square(0, 0, 1), 12_308),  # a degree at the equator
        ({"type": "Polygon", "coordinates": [[[-180, -90], [180, -90], [180, 90], [-180, 90], [-180, -90]]]}, 510.07e6),
    ):
        (item,) = tried(sandbox, tasking_body(sandbox, geometry=polygons(geometry)))["order_items"]
        assert item["area"] == pytest.approx(km2, rel=1e-4)


def test_all_polygons_of_a_wish_are_measured(sandbox: Sandbox) -> None:
    one, other = square(16, 47, 0.1), square(17, 47, 0.1)
    several = {"type": "MultiPolygon", "coordinates": [one["coordinates"], other["coordinates"]]}
    areas = [
        tried(sandbox, tasking_body(sandbox, geometry=geometry))["order_items"][0]["area"]
        for geometry in (polygons(one, other), polygons(several), polygons(one))
    ]
    assert areas[0] == areas[1] > areas[2] > areas[0] / 2 - 1


def test_an_archive_order_is_fulfilled_and_every_table_tells_it(sandbox: Sandbox) -> None:
    order = submitted(sandbox, archive_body(sandbox))
    (item,) = items_of(sandbox, order_ids=order["id"])
    (task,) = item["tasks"]
    assert (item["status"], task["status"], task["order_item_id"]) == ("FULFILLED", "FULFILLED", item["id"])
    assert sandbox.client.get(f"/v0/order-items/{item['id']}").json() == item
    (catalog,) = catalogs(sandbox, order_ids=[order["id"]])
    assert (catalog["task_id"], catalog["details"]["id"]) == (task["id"], SCENE)
    (row,) = [row for row in rows(sandbox) if row["order_id"] == order["id"]]
    noted = (row["order_item_id"], row["status"], row["tokens_used"])
    assert noted == (item["id"], "FULFILLED", str(item["tokens_used"]))
    assert sandbox.client.get(f"/v0/orders/{order['id']}").json()["order_items"][0]["status"] == "FULFILLED"


def test_a_tasking_stays_active(sandbox: Sandbox) -> None:
    order = submitted(sandbox, tasking_body(sandbox))
    (item,) = items_of(sandbox, order_ids=order["id"])
    assert (item["status"], [task["status"] for task in item["tasks"]]) == ("ACTIVE", ["SUBMITTED"])
    assert item["tasks"][0]["start_date"] == "01-01-2026"  # tasks write days so, says their sample
    assert catalogs(sandbox, order_ids=[order["id"]]) == []


def test_a_recurring_tasking_has_a_task_for_every_time(sandbox: Sandbox) -> None:
    body = tasking_body(sandbox, start_date="2026-01-31", recurrence="BIMONTHLY", no_of_occurrences=3, cloud_cover=5)
    del body["end_date"]
    (item,) = items_of(sandbox, order_ids=submitted(sandbox, body)["id"])
    assert item["occurrences"] == [
        {"start": "2026-01-31", "end": "2026-03-31"},
        {"start": "2026-03-31", "end": "2026-05-31"},
        {"start": "2026-05-31", "end": "2026-07-31"},
    ]
    assert item["end_date"] == "2026-07-31"
    assert [task["start_date"] for task in item["tasks"]] == ["31-01-2026", "31-03-2026", "31-05-2026"]
    assert sum(task["tokens_used"] for task in item["tasks"]) == item["tokens_used"]


def test_orders_come_page_by_page(sandbox: Sandbox) -> None:
    made = [submitted(sandbox, tasking_body(sandbox))["id"] for _ in range(3)]
    total = sandbox.client.get("/v0/orders").json()["pagination"]["total"]
    page = sandbox.client.get("/v0/orders", params={"offset": total - 3, "limit": 2}).json()
    assert [order["id"] for order in page["orders"]] == made[:2]
    assert page["pagination"] == {"total": total, "offset": total - 3, "limit": 2}
    assert sandbox.client.get("/v0/orders", params={"user_id": "nobody"}).json()["orders"] == []


def test_items_are_filtered_as_documented(sandbox: Sandbox) -> None:
    submitted(sandbox, archive_body(sandbox), tasking_body(sandbox))
    every = items_of(sandbox)
    for name in ("type", "status", "created_by", "user_id"):
        for value in {item[name] for item in every}:
            assert items_of(sandbox, **{name: value}) == [item for item in every if item[name] == value]
    first = every[0]
    assert items_of(sandbox, ids=f"{first['id']},nobody") == [first]
    assert items_of(sandbox, project_ids="nobody") == []
    assert items_of(sandbox, area="0,0") == []
    assert items_of(sandbox, area="1,1000") == every


def test_items_are_filtered_by_when_they_were_made(sandbox: Sandbox) -> None:
    submitted(sandbox, archive_body(sandbox))
    every = items_of(sandbox)
    first, last = every[0]["created_at"], every[-1]["created_at"]
    assert items_of(sandbox, created_at=f"{first},{last}") == every
    assert items_of(sandbox, created_at=f"{first[:10]},{last[:10]}") == every  # days are whole ones
    assert items_of(sandbox, created_at=first) == [item for item in every if item["created_at"] == first]
    assert items_of(sandbox, created_at="2000-01-01,2001-01-01") == []


@pytest.mark.parametrize(
    "query",
    [
        {"area": "few"},
        {"area": "nan,nan"},
        {"area": "1,2,3"},
        {"created_at": "soon"},
        {"created_at": "20260101"},
        {"limit": "0"},
        {"offset": "-1"},
    ],
)
def test_a_list_of_items_that_makes_no_sense_is_refused(sandbox: Sandbox, query: dict[str, str]) -> None:
    assert sandbox.client.get("/v0/order-items", params=query).status_code == 400


def test_the_report_tells_times_of_the_readers_zone(sandbox: Sandbox) -> None:
    submitted(sandbox, archive_body(sandbox))
    assert rows(sandbox)[0]["created_at"].endswith("+00:00")
    assert rows(sandbox, tz="Asia/Kolkata")[0]["created_at"].endswith("+05:30")
    for unknown in ("Middle/Earth", "../../etc/passwd", "Europe"):
        assert sandbox.client.get("/v0/reports", params={"tz": unknown}).status_code == 400


def test_the_report_quotes_what_would_break_a_table(sandbox: Sandbox) -> None:
    name = 'Field "north", rows\nof maize; ä'
    order = submitted(sandbox, archive_body(sandbox, name=name))
    assert [row["name"] for row in rows(sandbox) if row["order_id"] == order["id"]] == [name]


SENSELESS: list[Json] = [
    {"project_id": "nobody"},
    {"project_id": None},
    {"geometry": {"type": "FeatureCollection", "features": []}},
    {"geometry": {"type": "Polygon", "coordinates": []}},
    {"geometry": {**polygons(square(16, 47, 1)), "type": "Features"}},
    {"geometry": polygons({"type": "MultiPolygon", "coordinates": []})},
    {"geometry": {"type": "FeatureCollection", "features": [{"type": "Shape", "geometry": square(16, 47, 1)}]}},
    {"geometry": polygons(square(0, 0, 1))},  # elsewhere
    {"item_ids": ["nothing"]},
    {"item_ids": "SAMPLE"},
    {"cloud_delivery": {"config": "nowhere"}},
    {"cloud_cover": 101},
    {"cloud_cover": True},
    {"off_nadir": 91},
    {"usecase": " "},
    {"name": 5},
    {"bandset": {"bandset_id": "none"}},
    {"no_of_occurrences": "many"},
    {"delivery_speed": "FAST"},
]
SENSELESS_TASKINGS: list[Json] = [
    {"start_date": None},
    {"start_date": "2026-07-01"},
    {"start_date": "2026-08-01"},
    {"start_date": "soon"},
    {"start_date": "20260101"},
    {"end_date": "2026-W30-1"},
    {"recurrence": "WEEKLY"},
    {"recurrence": "MONTHLY", "no_of_occurrences": 121},
    {"recurrence": "MONTHLY", "end_date": "2226-01-01"},
    {"recurrence": "QUARTERLY", "no_of_occurrences": 100, "start_date": "9990-01-01", "end_date": "9999-01-01"},
]


def refused(sandbox: Sandbox, body: Json) -> None:
    answer = sandbox.client.post("/v0/orders", json={"order_items": [body]})
    assert answer.status_code == 400, answer.text
    assert answer.json()["error"]["message"]


@pytest.mark.parametrize("changes", SENSELESS)
def test_an_order_that_makes_no_sense_is_refused(sandbox: Sandbox, changes: Json) -> None:
    refused(sandbox, archive_body(sandbox, **changes))


@pytest.mark.parametrize("changes", SENSELESS_TASKINGS)
def test_a_tasking_that_makes_no_sense_is_refused(sandbox: Sandbox, changes: Json) -> None:
    refused(sandbox, tasking_body(sandbox, **changes))


@pytest.mark.parametrize("missing", ["start_date", "end_date", "usecase", "geometry", "project_id"])
def test_a_tasking_needs_its_facts(sandbox: Sandbox, missing: str) -> None:
    body = tasking_body(sandbox, no_of_occurrences=2)
    refused(sandbox, {name: value for name, value in body.items() if name != missing})


def test_one_bad_wish_spoils_the_order(sandbox: Sandbox) -> None:
    before = sandbox.client.get("/v0/orders").json()["pagination"]["total"]
    wishes = [archive_body(sandbox), archive_body(sandbox, item_ids=["nothing"])]
    assert sandbox.client.post("/v0/orders", json={"order_items": wishes}).status_code == 400
    assert sandbox.client.get("/v0/orders").json()["pagination"]["total"] == before


def test_what_is_not_there_is_reported_as_the_contract_has_it(sandbox: Sandbox) -> None:
    assert sandbox.client.get("/v0/orders/nobody").status_code == 404
    assert sandbox.client.get("/v0/order-items/nobody").status_code == 400


def test_an_order_interrupted_goes_on_at_the_next_start(start: Start, tmp_path: Path) -> None:
    first = start(tmp_path)
    store = new_store(first, "Kept")
    order = submitted(first, archive_body(first, cloud_delivery={"config": store["id"]}))
    rewound(first, order["order_items"][0]["id"])
    first.state.close()
    again = start(tmp_path)
    assert [each["details"]["id"] for each in catalogs(again, order_ids=[order["id"]])] == [SCENE]


def rewound(sandbox: Sandbox, item_id: str) -> None:
    """Put an item back to where it was just after it was ordered."""
    kept: dict[str, Any] = sandbox.state.store.get("order_items", item_id) or {}
    for kind, name in (("catalogs", "id"), ("deliveries", "delivery_id")):
        for record in sandbox.state.store.all(kind):
            sandbox.state.store.remove(kind, record[name])
    sandbox.state.store.put("order_items", item_id, {**kept, "status": "ACTIVE"})
