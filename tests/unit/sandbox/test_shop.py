"""Orders, what they cost and bring, and that all tables tell the same story."""

from __future__ import annotations

import csv
import io
import math
import zipfile
from pathlib import Path
from typing import Any

import pytest

from .conftest import Sandbox, Start

SCENE = "SAMPLE_20250618_L2A"
SECRET = "very-secret-words"


@pytest.fixture(scope="module")
def sandbox(start: Start) -> Sandbox:
    return start()


@pytest.fixture(scope="module")
def wish(sandbox: Sandbox) -> dict[str, Any]:
    """Return a scene of the archive over the farm, to be ordered."""
    farm = sandbox.aoi("Farm near Raba")
    feature = {"type": "Feature", "properties": {}, "geometry": farm["geometry"]}
    return {
        "project_id": farm["project_id"],
        "usecase": "agriculture",
        "name": "One scene",
        "geometry": {"type": "FeatureCollection", "features": [feature]},
        "item_ids": [SCENE],
    }


@pytest.fixture(scope="module")
def tasking(wish: dict[str, Any]) -> dict[str, Any]:
    """Return a tasking over the farm."""
    days = {"start_date": "2026-01-01", "end_date": "2026-07-01"}
    return {**{name: value for name, value in wish.items() if name != "item_ids"}, **days}


def submitted(sandbox: Sandbox, *wishes: dict[str, Any], **more: Any) -> dict[str, Any]:
    answer = sandbox.client.post("/v0/orders", json={"order_items": list(wishes), **more})
    assert answer.status_code == 201, answer.text
    sandbox.world.settle()
    return dict(answer.json())


def new_store(sandbox: Sandbox, name: str) -> dict[str, Any]:
    body = {
        "name": name,
        "type": "S3",
        "configs": {"bucket": "b", "region": "r", "path_prefix": "p"},
        "secrets": {"access_key_id": SECRET, "secret_access_key": SECRET},
    }
    answer = sandbox.client.post("/v0/stores", json=body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def listed(sandbox: Sandbox, address: str, key: str, **query: Any) -> list[dict[str, Any]]:
    answer = sandbox.client.get(address, params={"limit": 100, **query} if key == "order_items" else query)
    assert answer.status_code == 200, answer.text
    return list(answer.json()[key])


def found(sandbox: Sandbox, **search: Any) -> list[dict[str, Any]]:
    answer = sandbox.client.post("/v0/catalogs/search", json={"limit": 100, **search})
    assert answer.status_code == 200, answer.text
    return list(answer.json()["catalogs"])


def test_a_dry_run_tells_the_price_and_leaves_nothing(sandbox: Sandbox, wish: dict[str, Any]) -> None:
    before = sandbox.client.get("/v0/orders").json()["pagination"]["total"]
    tried = submitted(sandbox, wish, dry_run=True)
    assert "id" not in tried
    assert sandbox.client.get("/v0/orders").json()["pagination"]["total"] == before
    area = math.ceil(sandbox.aoi("Farm near Raba")["area_in_sq_m"] / 1e6)
    assert tried["total_amount"] == 2 * area
    assert submitted(sandbox, wish)["total_amount"] == tried["total_amount"]


def test_taskings_cost_by_area_time_and_wishes(sandbox: Sandbox, tasking: dict[str, Any]) -> None:
    area = math.ceil(sandbox.aoi("Farm near Raba")["area_in_sq_m"] / 1e6)
    plain = submitted(sandbox, tasking, dry_run=True)
    assert (plain["total_amount"], plain["order_items"][0]["type"]) == (5 * area, "TASKING")
    monthly = submitted(sandbox, {**tasking, "recurrence": "MONTHLY"}, dry_run=True)
    assert (monthly["total_amount"], monthly["order_items"][0]["no_of_occurrences"]) == (30 * area, 6)
    choosy = submitted(sandbox, {**tasking, "cloud_cover": 5, "off_nadir": 5}, dry_run=True)["order_items"][0]
    assert [uplift["percentage"] for uplift in choosy["uplifts"]] == [10, 10]
    assert choosy["final_amount"] == choosy["base_amount"] + sum(uplift["amount"] for uplift in choosy["uplifts"])


def test_an_archive_order_is_fulfilled_and_every_table_tells_it(sandbox: Sandbox, wish: dict[str, Any]) -> None:
    order = submitted(sandbox, wish)
    (item,) = listed(sandbox, "/v0/order-items", "order_items", order_ids=order["id"])
    assert (item["status"], item["tasks"][0]["status"]) == ("FULFILLED", "FULFILLED")
    assert sandbox.client.get(f"/v0/order-items/{item['id']}").json() == item
    (catalog,) = found(sandbox, order_ids=[order["id"]])
    assert (catalog["task_id"], catalog["details"]["id"]) == (item["tasks"][0]["id"], SCENE)
    assert found(sandbox, order_item_ids=[item["id"]]) == [catalog]
    assert sandbox.client.get(f"/v0/catalogs/{catalog['id']}").json() == catalog
    rows = list(csv.DictReader(io.StringIO(sandbox.client.get("/v0/reports").text)))
    (row,) = [row for row in rows if row["order_id"] == order["id"]]
    assert (row["order_item_id"], row["status"], row["tokens_used"]) == (
        item["id"],
        "FULFILLED",
        str(item["tokens_used"]),
    )
    assert SCENE in [each["details"]["id"] for each in found(sandbox, item_ids=[SCENE])]


def test_a_tasking_stays_active(sandbox: Sandbox, tasking: dict[str, Any]) -> None:
    order = submitted(sandbox, tasking)
    assert [item["status"] for item in order["order_items"]] == ["ACTIVE"]
    assert found(sandbox, order_ids=[order["id"]]) == []


def test_a_scene_ordered_into_a_store_is_delivered_there(sandbox: Sandbox, wish: dict[str, Any]) -> None:
    store = new_store(sandbox, "Deliveries")
    order = submitted(sandbox, {**wish, "cloud_delivery": {"config": store["id"], "path": "fields"}})
    (item,) = order["order_items"]
    (delivery,) = listed(sandbox, "/v0/catalogs/deliveries", "deliveries", order_item_id=item["id"])
    assert (delivery["status"], delivery["target_path"]) == ("SUCCESS", f"fields/{SCENE}.tif")
    (catalog,) = found(sandbox, order_ids=[order["id"]])
    assert (delivery["catalog_id"], catalog["delivery_status"]) == (catalog["id"], "SUCCESS")


def test_a_package_holds_the_scenes_own_file(sandbox: Sandbox, wish: dict[str, Any]) -> None:
    order = submitted(sandbox, wish)
    (catalog,) = found(sandbox, order_ids=[order["id"]])
    begun = sandbox.client.post("/v0/catalogs/download", json={"catalog_ids": [catalog["id"]]}).json()
    sandbox.world.settle()
    ready = sandbox.client.get(f"/v0/catalogs/download/{begun['id']}").json()
    assert ready["status"] == "success"
    package = sandbox.client.fetch(ready["signed_url"]).content
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        assert archive.namelist() == [f"{SCENE}.tif"]
        scene = sandbox.world.store.get("items", SCENE)
        assert scene is not None
        assert archive.read(f"{SCENE}.tif") == sandbox.world.path_of(scene).read_bytes()


def test_secrets_of_a_store_are_kept_nowhere(start: Start, tmp_path: Path) -> None:
    sandbox = start(tmp_path)
    store = new_store(sandbox, "Secret")
    assert SECRET not in str(store)
    assert SECRET not in sandbox.client.get("/v0/stores").text
    assert SECRET.encode() not in b"".join(p.read_bytes() for p in tmp_path.rglob("*.sqlite*"))


def test_a_store_has_one_name_and_goes_when_nothing_waits_for_it(sandbox: Sandbox, tasking: dict[str, Any]) -> None:
    store = new_store(sandbox, "Once")
    body = {"name": "Once", "type": "GCS", "configs": {"bucket": "b", "region": "r"}}
    secrets = {"project_id": "p", "service_account_credentials": "c"}
    assert sandbox.client.post("/v0/stores", json={**body, "secrets": secrets}).status_code == 409
    submitted(sandbox, {**tasking, "cloud_delivery": {"config": store["id"]}})
    assert sandbox.client.delete(f"/v0/stores/{store['id']}").status_code == 409
    free = new_store(sandbox, "Free")
    assert sandbox.client.delete(f"/v0/stores/{free['id']}").status_code == 204
    assert sandbox.client.delete(f"/v0/stores/{free['id']}").status_code == 400


def test_items_are_filtered_as_documented(sandbox: Sandbox, wish: dict[str, Any], tasking: dict[str, Any]) -> None:
    submitted(sandbox, wish, tasking)
    every = listed(sandbox, "/v0/order-items", "order_items")
    for name in ("type", "status"):
        for value in {item[name] for item in every}:
            kept = listed(sandbox, "/v0/order-items", "order_items", **{name: value})
            assert kept == [item for item in every if item[name] == value]
    first = every[0]
    assert listed(sandbox, "/v0/order-items", "order_items", ids=f"{first['id']},nobody") == [first]
    assert listed(sandbox, "/v0/order-items", "order_items", area="0,0") == []
    assert listed(sandbox, "/v0/order-items", "order_items", created_at="2000-01-01,2001-01-01") == []
    assert listed(sandbox, "/v0/order-items", "order_items", area="1,1000") == every


def test_the_catalogue_is_searched_and_put_in_order(sandbox: Sandbox, wish: dict[str, Any]) -> None:
    other = "SAMPLE_20250414_L2A"
    order = submitted(sandbox, {**wish, "item_ids": [SCENE, other]})
    for direction, expected in (("ASC", [other, SCENE]), ("DESC", [SCENE, other])):
        rows = found(sandbox, order_ids=[order["id"]], sort_by=[{"datetime": direction}])
        assert [row["details"]["id"] for row in rows] == expected
    assert len(found(sandbox, order_ids=[order["id"]], datetime="2025-06-01/..")) == 1
    assert found(sandbox, bbox=[0, 0, 1, 1]) == []
    page = sandbox.client.post("/v0/catalogs/search", json={"order_ids": [order["id"]], "offset": 1}).json()
    assert (len(page["catalogs"]), page["pagination"]) == (1, {"total": 2, "offset": 1, "limit": 2})


def test_the_report_tells_times_of_the_readers_zone(sandbox: Sandbox, wish: dict[str, Any]) -> None:
    submitted(sandbox, wish)
    texts = {tz: sandbox.client.get("/v0/reports", params={"tz": tz}).text for tz in ("UTC", "Asia/Kolkata")}
    rows = {tz: list(csv.DictReader(io.StringIO(text))) for tz, text in texts.items()}
    assert rows["UTC"][0]["created_at"].endswith("+00:00")
    assert rows["Asia/Kolkata"][0]["created_at"].endswith("+05:30")
    assert sandbox.client.get("/v0/reports", params={"tz": "Middle/Earth"}).status_code == 400
    assert sandbox.client.get("/v0/reports", params={"tz": "../../etc/passwd"}).status_code == 400


@pytest.mark.parametrize(
    "changes",
    [
        {"project_id": "nobody"},
        {"geometry": {"type": "FeatureCollection", "features": []}},
        {"item_ids": ["nothing"]},
        {"item_ids": "SAMPLE"},
        {"cloud_delivery": {"config": "nowhere"}},
        {"recurrence": "WEEKLY", "item_ids": None},
        {"item_ids": None},
        {"item_ids": None, "start_date": "2026-02-01", "end_date": "2026-01-01"},
        {"item_ids": None, "start_date": "soon", "end_date": "2026-01-01"},
        {"cloud_cover": 101},
        {"usecase": " "},
    ],
)
def test_an_order_that_makes_no_sense_is_refused(
    sandbox: Sandbox, wish: dict[str, Any], changes: dict[str, Any]
) -> None:
    answer = sandbox.client.post("/v0/orders", json={"order_items": [{**wish, **changes}]})
    assert answer.status_code == 400
    assert answer.json()["error"]["message"]


def test_one_of_catalogs_and_order_items_not_both(sandbox: Sandbox) -> None:
    for body in ({}, {"catalog_ids": ["a"], "order_item_ids": ["b"]}, {"catalog_ids": ["nobody"]}):
        assert sandbox.client.post("/v0/catalogs/download", json=body).status_code == 400


def test_an_order_interrupted_goes_on_at_the_next_start(start: Start, tmp_path: Path, wish: dict[str, Any]) -> None:
    first = start(tmp_path)
    order = submitted(first, wish)
    item = order["order_items"][0]["id"]
    for catalog in first.world.store.all("catalogs"):
        first.world.store.remove("catalogs", catalog["id"])
    record = first.world.store.get("order_items", item) or {}
    first.world.store.put("order_items", item, {**record, "status": "ACTIVE"})
    first.world.close()
    again = start(tmp_path)
    assert [each["details"]["id"] for each in found(again, order_ids=[order["id"]])] == [SCENE]
