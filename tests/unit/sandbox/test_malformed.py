"""A body that is wrong at any one place is refused as the contract documents it, and breaks nothing."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pixxel_explorer.tests.unit.contract.check import Contract, contract_at

from .conftest import Json, Sandbox, Start
from .ordering import COLLECTION, SCENE, archive_body, catalogs, new_store, store_body, submitted, tasking_body

Place = tuple[str | int, ...]

BOW_TIE = {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 1], [1, 0], [0, 0]]]}
HOSTILE: tuple[Any, ...] = (
    None,
    True,
    -1,
    0.5,
    10**400,
    -1e308,
    "",
    "a\x00b",
    "9999-12-31T23:59:59-23:59",
    [],
    [None],
    [[[0, 0, "x"], [1e308, 91], [1, {}], [0, 0]]],
    {},
    {"": None},
    {"type": ["Polygon"], "coordinates": {}},
    BOW_TIE,
)
RAW = (b"", b"\xff\xfe", b'{"a":NaN}', b'{"a":1e999}', b'{"\\udfff":"\\ud800"}', b"[" * 100_000, b"9" * 5000, b"null")


@pytest.fixture(scope="module")
def sandbox(start: Start) -> Sandbox:
    return start()


@pytest.fixture(scope="module")
def contract(root: Path) -> Contract:
    return contract_at(root)


def search(sandbox: Sandbox) -> Json:
    farm = sandbox.aoi("Farm near Raba")
    return {
        "start_date": "2025-01-01T00:00:00Z",
        "end_date": "2025-12-31",
        "satellites": [{"collection_id": COLLECTION, "satellite_id": farm["satellite_id"]}],
        "filters": [{"id": "eo:cloud_cover", "min": 0, "max": 100}],
        "geometry": farm["geometry"],
        "limit": 5,
        "next_token": SCENE,
    }


def archive_search(sandbox: Sandbox) -> Json:
    return {
        "bbox": [14, 46, 20, 52],
        "collections": [COLLECTION],
        "datetime": "2025-01-01T00:00:00Z/..",
        "ids": [SCENE],
        "intersects": sandbox.aoi("Farm near Raba")["geometry"],
        "limit": 3,
        "offset": 0,
        "query": {"eo:cloud_cover": {"lt": 100, "neq": 200}},
        "sortby": [{"field": "datetime", "direction": "asc"}],
    }


def order(sandbox: Sandbox) -> Json:
    recurring = {"recurrence": "MONTHLY", "no_of_occurrences": 2, "cloud_cover": 5, "off_nadir": 5}
    bandset = sandbox.client.get("/v0/bandsets").json()["bandsets"][0]
    delivery = {"config": new_store(sandbox, "Ordered into")["id"], "path": "p"}
    tasking = tasking_body(sandbox, **recurring, bandset={"bandset_id": bandset["id"]}, delivery_speed="STANDARD")
    return {"dry_run": True, "order_items": [archive_body(sandbox, cloud_delivery=delivery), tasking]}


def new_one(_: Sandbox) -> Json:
    return store_body("Malformed", labels={"a": "b"})


def delivery(sandbox: Sandbox) -> Json:
    item = submitted(sandbox, archive_body(sandbox))["order_items"][0]["id"]
    (catalog,) = catalogs(sandbox, order_item_ids=[item])
    there = {"config": new_store(sandbox, "Delivered into")["id"], "path": "p"}
    by_catalog = {"catalog_ids": [catalog["id"]], "cloud_info": there}
    return {"deliveries": [by_catalog, {"order_item_ids": [item], "cloud_info": there}]}


def download(sandbox: Sandbox) -> Json:
    submitted(sandbox, archive_body(sandbox))
    return {"catalog_ids": [catalogs(sandbox)[0]["id"]]}


def catalog_search(sandbox: Sandbox) -> Json:
    made = submitted(sandbox, archive_body(sandbox))
    asked = {name: value for name, value in archive_search(sandbox).items() if name != "sortby"}
    item = made["order_items"][0]["id"]
    came_of = {"order_ids": [made["id"]], "order_item_ids": [item], "item_ids": [SCENE]}
    return {**asked, **came_of, "sort_by": [{"datetime": "ASC"}]}


BODIES: dict[str, Callable[[Sandbox], Json]] = {
    "/v0/search": search,
    "/v0/archives/search": archive_search,
    "/v0/orders": order,
    "/v0/stores": new_one,
    "/v0/catalogs/deliveries": delivery,
    "/v0/catalogs/download": download,
    "/v0/catalogs/search": catalog_search,
}


def places(value: Any, path: Place = ()) -> Iterator[Place]:
    yield path
    for name in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield from places(value[name], (*path, name))


def put(body: Json, place: Place, value: Any) -> Any:
    if not place:
        return value
    changed: Any = copy.deepcopy(body)
    *way, last = place
    holder = changed
    for name in way:
        holder = holder[name]
    holder[last] = value
    return changed


def is_null_properties(place: Place, value: Any) -> bool:
    """Tell whether a feature says it has no properties, which GeoJSON allows (RFC 7946, 3.2)."""
    return value is None and place[-1:] == ("properties",)


@pytest.mark.parametrize("path", BODIES)
def test_what_the_contract_forbids_is_refused(sandbox: Sandbox, contract: Contract, path: str) -> None:
    body = BODIES[path](sandbox)
    schema = (contract.operation("POST", path).body or {})["content"]["application/json"]["schema"]
    assert sandbox.client.post(path, json=body).is_success
    refusals = 0
    for place in places(body):
        for value in HOSTILE:
            changed = put(body, place, value)
            status = judged(sandbox, contract, path, json.dumps(changed).encode())
            if contract.faults_of_value(schema, changed) and not is_null_properties(place, value):
                assert status >= 400, (place, value)
                refusals += 1
    assert refusals > len(HOSTILE) / 2


@pytest.mark.parametrize("path", BODIES)
def test_what_is_no_json_object_is_refused(sandbox: Sandbox, contract: Contract, path: str) -> None:
    for content in RAW:
        assert judged(sandbox, contract, path, content) == 400, content[:20]


def judged(sandbox: Sandbox, contract: Contract, path: str, content: bytes) -> int:
    """Send a body, let the contract judge the answer, and return its status."""
    answer = sandbox.client.post(path, content=content, headers={"content-type": "application/json"})
    operation = contract.operation("POST", path)
    kind = answer.headers.get("content-type", "")
    assert contract.faults_of_answer(operation, answer.status_code, kind, answer.content) == [], content[:500]
    assert answer.status_code < 500, content[:500]
    return answer.status_code
