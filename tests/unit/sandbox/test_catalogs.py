"""The catalogue of what was ordered: searched, delivered, packed."""

from __future__ import annotations

import io
import zipfile

import pytest

from .conftest import Json, Sandbox, Start
from .ordering import (
    COLLECTION,
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
)


@pytest.fixture(scope="module")
def sandbox(start: Start) -> Sandbox:
    return start()


@pytest.fixture(scope="module")
def order(sandbox: Sandbox) -> Json:
    """Return an order of two scenes that has come."""
    return submitted(sandbox, archive_body(sandbox, SCENE, EARLIER))


def test_a_catalog_returns_its_scene_as_the_archive_does(sandbox: Sandbox, order: Json) -> None:
    for catalog in catalogs(sandbox, order_ids=[order["id"]]):
        assert sandbox.client.get(f"/v0/catalogs/{catalog['id']}").json() == catalog
        scene = f"/v0/archives/collections/{COLLECTION}/items/{catalog['details']['id']}"
        assert catalog["details"] == sandbox.client.get(scene).json()


def test_a_catalog_covers_what_of_the_scene_lies_in_the_order(sandbox: Sandbox) -> None:
    farm = sandbox.aoi("Farm near Raba")
    inside = submitted(sandbox, archive_body(sandbox))
    around = submitted(sandbox, archive_body(sandbox, geometry=polygons(square(16.5, 46.8, 1))))
    (small,), (whole,) = (catalogs(sandbox, order_ids=[each["id"]]) for each in (inside, around))
    assert small["area"] == pytest.approx(farm["area_in_sq_m"] / KM2, rel=1e-3)
    assert whole["area"] == pytest.approx(2.4 * 2.0, rel=1e-2)  # the scene has 240 by 200 pixels of 10 m


def test_the_catalogue_is_searched_by_what_it_came_of(sandbox: Sandbox, order: Json) -> None:
    every = catalogs(sandbox)
    mine = catalogs(sandbox, order_ids=[order["id"]])
    assert sorted(each["details"]["id"] for each in mine) == [EARLIER, SCENE]
    assert catalogs(sandbox, order_item_ids=[order["order_items"][0]["id"]]) == mine
    assert catalogs(sandbox, item_ids=[SCENE]) == [each for each in every if each["details"]["id"] == SCENE]
    assert catalogs(sandbox, ids=[mine[0]["id"]]) == [mine[0]]
    assert catalogs(sandbox, order_ids=["nobody"]) == []


def test_the_catalogue_is_searched_by_place_time_and_clouds(sandbox: Sandbox, order: Json) -> None:
    mine = {"order_ids": [order["id"]]}
    both = catalogs(sandbox, **mine)
    assert catalogs(sandbox, **mine, bbox=[0, 0, 1, 1]) == []
    assert catalogs(sandbox, **mine, bbox=[16, 47, 17, 48]) == both
    assert catalogs(sandbox, **mine, intersects={"type": "Point", "coordinates": [16.95, 47.19]}) == both
    assert catalogs(sandbox, **mine, collections=["none"]) == []
    assert [each["details"]["id"] for each in catalogs(sandbox, **mine, datetime="2025-06-01/..")] == [SCENE]
    clouds = {each["details"]["id"]: each["details"]["properties"]["eo:cloud_cover"] for each in both}
    few = catalogs(sandbox, **mine, query={"eo:cloud_cover": {"lt": max(clouds.values())}})
    assert [each["details"]["id"] for each in few] == [min(clouds, key=lambda name: clouds[name])]


def test_the_catalogue_is_put_in_order_and_comes_in_pages_of_two(sandbox: Sandbox, order: Json) -> None:
    mine = {"order_ids": [order["id"]]}
    for direction, expected in (("ASC", [EARLIER, SCENE]), ("DESC", [SCENE, EARLIER])):
        rows = catalogs(sandbox, **mine, sort_by=[{"datetime": direction}])
        assert [row["details"]["id"] for row in rows] == expected
    page = sandbox.client.post("/v0/catalogs/search", json={**mine, "offset": 1}).json()
    assert (len(page["catalogs"]), page["pagination"]) == (1, {"total": 2, "offset": 1, "limit": 2})


@pytest.mark.parametrize(
    "search",
    [
        {"bbox": [0, 0, 1]},
        {"datetime": "soon"},
        {"ids": "x"},
        {"order_ids": [1]},
        {"order_ids": None},
        {"intersects": {"type": "Circle"}},
        {"sort_by": {"datetime": "ASC"}},
        {"sort_by": [{"datetime": "UP"}]},
        {"limit": 0},
        {"offset": -1},
    ],
)
def test_a_search_of_the_catalogue_that_makes_no_sense_is_refused(sandbox: Sandbox, search: Json) -> None:
    assert sandbox.client.post("/v0/catalogs/search", json=search).status_code == 400


def test_a_catalog_that_is_not_there_is_a_400(sandbox: Sandbox) -> None:
    assert sandbox.client.get("/v0/catalogs/nobody").status_code == 400


def test_a_scene_ordered_into_a_store_is_delivered_there(sandbox: Sandbox) -> None:
    store = new_store(sandbox, "Ordered into")
    wanted = {"config": store["id"], "path": "fields/"}
    order = submitted(sandbox, archive_body(sandbox, cloud_delivery=wanted))
    (item,) = items_of(sandbox, order_ids=order["id"])
    (catalog,) = catalogs(sandbox, order_ids=[order["id"]])
    (delivery,) = deliveries(sandbox, order_item_id=item["id"])
    assert (delivery["status"], delivery["target_path"]) == ("SUCCESS", f"fields/{SCENE}.tif")
    assert (delivery["cloud_delivery"], delivery["task_id"]) == (wanted, item["tasks"][0]["id"])
    assert (delivery["catalog_id"], catalog["delivery_status"]) == (catalog["id"], "SUCCESS")
    assert item["tasks"][0]["delivery_status"] == "SUCCESS"


def test_catalogs_are_delivered_on_demand(sandbox: Sandbox, order: Json) -> None:
    store = new_store(sandbox, "On demand")
    first, second = catalogs(sandbox, order_ids=[order["id"]])
    made = delivered(sandbox, {"catalog_ids": [first["id"]], "cloud_info": {"config": store["id"]}})
    assert [(each["catalog_id"], each["task_id"]) for each in made] == [(first["id"], None)]
    assert catalogs(sandbox, ids=[first["id"]])[0]["delivery_status"] == "SUCCESS"
    assert catalogs(sandbox, ids=[second["id"]])[0]["delivery_status"] == "UNSPECIFIED"
    item = order["order_items"][0]["id"]
    both = delivered(sandbox, {"order_item_ids": [item], "cloud_info": {"config": store["id"]}})
    assert [each["catalog_id"] for each in both] == [first["id"], second["id"]]
    assert deliveries(sandbox, order_item_id=item) == made + both
    assert deliveries(sandbox, delivery_id=made[0]["delivery_id"]) == made
    assert deliveries(sandbox, catalog_id=second["id"]) == both[1:]
    assert deliveries(sandbox, task_id="nobody") == []


def delivered(sandbox: Sandbox, *wanted: Json) -> list[Json]:
    answer = sandbox.client.post("/v0/catalogs/deliveries", json={"deliveries": list(wanted)})
    assert answer.status_code == 201, answer.text
    return list(answer.json()["deliveries"])


def test_all_deliveries_are_made_or_none(sandbox: Sandbox, order: Json) -> None:
    store = new_store(sandbox, "All or none")
    (catalog, _) = catalogs(sandbox, order_ids=[order["id"]])
    good = {"catalog_ids": [catalog["id"]], "cloud_info": {"config": store["id"]}}
    before = deliveries(sandbox)
    for bad in (
        {**good, "cloud_info": {"config": "nowhere"}},
        {**good, "cloud_info": {}},
        {**good, "cloud_info": {"config": store["id"], "path": 5}},
        {**good, "catalog_ids": ["nobody"]},
        {**good, "order_item_ids": ["nobody"]},
        {"cloud_info": good["cloud_info"]},
        {"cloud_info": good["cloud_info"], "order_item_ids": ["nobody"]},
    ):
        answer = sandbox.client.post("/v0/catalogs/deliveries", json={"deliveries": [good, bad]})
        assert answer.status_code == 400, bad
    assert deliveries(sandbox) == before


def test_a_package_holds_the_scenes_own_files(sandbox: Sandbox, order: Json) -> None:
    ids = [catalog["id"] for catalog in catalogs(sandbox, order_ids=[order["id"]])]
    items = [order["order_items"][0]["id"]]
    for wanted in ({"catalog_ids": ids}, {"order_item_ids": items}):
        begun = sandbox.client.post("/v0/catalogs/download", json=wanted)
        assert (begun.status_code, begun.json()["signed_url"]) == (201, "")
        assert begun.json()["status"] in ("created", "in_progress")
        sandbox.state.settle()
        ready = sandbox.client.get(f"/v0/catalogs/download/{begun.json()['id']}").json()
        assert ready["status"] == "success"
        assert_holds(sandbox, sandbox.client.fetch(ready["signed_url"]).content, [SCENE, EARLIER])


def assert_holds(sandbox: Sandbox, package: bytes, names: list[str]) -> None:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        assert sorted(archive.namelist()) == sorted(f"{name}.tif" for name in names)
        for name in names:
            scene = sandbox.state.store.get("items", name)
            assert scene is not None
            assert archive.read(f"{name}.tif") == sandbox.state.path_of(scene).read_bytes()


def test_one_of_catalogs_and_order_items_not_both(sandbox: Sandbox, order: Json) -> None:
    catalog, item = catalogs(sandbox, order_ids=[order["id"]])[0]["id"], order["order_items"][0]["id"]
    for body in (
        {},
        {"catalog_ids": []},
        {"catalog_ids": [catalog], "order_item_ids": [item]},
        {"catalog_ids": ["nobody"]},
        {"catalog_ids": catalog},
        {"order_item_ids": [item, "nobody"]},
    ):
        assert sandbox.client.post("/v0/catalogs/download", json=body).status_code == 400, body


def test_nothing_is_packed_before_it_has_come(sandbox: Sandbox) -> None:
    order = submitted(sandbox, tasking_body(sandbox))
    body = {"order_item_ids": [order["order_items"][0]["id"]]}
    assert sandbox.client.post("/v0/catalogs/download", json=body).status_code == 400
    assert sandbox.client.get("/v0/catalogs/download/nobody").status_code == 404
