"""Scenes found by place, time and clouds."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Sandbox, Start
from .ordering import COLLECTION, moved


@pytest.fixture(scope="module")
def sandbox(start: Start) -> Sandbox:
    return start()


@pytest.fixture(scope="module")
def search(sandbox: Sandbox) -> dict[str, Any]:
    """Return a search that finds every scene over the farm."""
    farm = sandbox.aoi("Farm near Raba")
    return {
        "start_date": "2025-01-01",
        "end_date": "2025-12-31",
        "satellites": [{"collection_id": COLLECTION, "satellite_id": farm["satellite_id"]}],
        "geometry": farm["geometry"],
    }


def found(sandbox: Sandbox, search: dict[str, Any], **changes: Any) -> dict[str, Any]:
    answer = sandbox.client.post("/v0/search", json={**search, **changes})
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["items"])


def test_scenes_are_found_where_they_lie(sandbox: Sandbox, search: dict[str, Any]) -> None:
    assert len(found(sandbox, search)) == 8
    elsewhere = moved(search["geometry"], 5)
    assert found(sandbox, search, geometry=elsewhere) == {}
    both = {"type": "MultiPolygon", "coordinates": [g["coordinates"] for g in (elsewhere, search["geometry"])]}
    assert len(found(sandbox, search, geometry=both)) == 8


def test_both_days_of_a_search_are_included(sandbox: Sandbox, search: dict[str, Any]) -> None:
    days = {"start_date": "2025-05-06", "end_date": "2025-06-18"}
    assert sorted(found(sandbox, search, **days)) == [
        "SAMPLE_20250506_L2A",
        "SAMPLE_20250529_L2A",
        "SAMPLE_20250618_L2A",
    ]


@pytest.mark.parametrize(
    ("start_date", "end_date", "count"),
    [
        ("2025-06-18T10:12:45Z", "2025-06-18T10:12:45Z", 1),
        ("2025-06-18T11:12:45+01:00", "2025-06-18", 1),
        ("2025-06-18", "2025-06-18", 1),
        ("2025-06-18T10:12:46Z", "2025-06-18T23:59:59Z", 0),
        ("2025-06-18T00:00:00Z", "2025-06-18T10:12:44.999Z", 0),
    ],
)
def test_times_of_a_search_are_meant_to_the_second(
    sandbox: Sandbox, search: dict[str, Any], start_date: str, end_date: str, count: int
) -> None:
    assert len(found(sandbox, search, start_date=start_date, end_date=end_date)) == count


def test_clouds_are_filtered_by_what_the_items_say(sandbox: Sandbox, search: dict[str, Any]) -> None:
    clouds = {name: item["properties"]["eo:cloud_cover"] for name, item in found(sandbox, search).items()}
    assert len(set(clouds.values())) > 3
    limit = sorted(clouds.values())[3]
    wanted = {name for name, value in clouds.items() if value <= limit}
    for name in ("eo:cloud_cover", "cloud_cover", "cloudcover"):  # the items', the satellites' and the pages' word
        assert set(found(sandbox, search, filters=[{"id": name, "min": 0, "max": limit}])) == wanted


def test_more_than_a_limit_comes_cursor_after_cursor(sandbox: Sandbox, search: dict[str, Any]) -> None:
    names: list[str] = []
    cursor: dict[str, str] = {}
    for skip, count in ((0, 3), (3, 3), (6, 2)):
        answer = sandbox.client.post("/v0/search", json={**search, "limit": 3, **cursor}).json()
        page = answer["pagination"]
        assert (len(answer["items"]), page["limit"], page["skip"], page["total"]) == (count, 3, skip, 8)
        assert ("next_token" in page) is (skip < 6)
        names += answer["items"]
        cursor = {"next_token": page.get("next_token", "")}
    assert names == list(found(sandbox, search))


def test_several_collections_are_searched_and_each_but_once(sandbox: Sandbox, search: dict[str, Any]) -> None:
    farm = search["satellites"][0]
    other = next(
        {"satellite_id": satellite["id"], "collection_id": satellite["collections"][0]["id"]}
        for satellite in sandbox.client.get("/v0/satellites").json()["satellites"]
        if satellite["id"] != farm["satellite_id"]
    )
    state = {"type": "Polygon", "coordinates": [[[0, 40], [30, 40], [30, 60], [0, 60], [0, 40]]]}
    wide = {"start_date": "2019-01-01", "geometry": state}
    answer = sandbox.client.post("/v0/search", json={**search, **wide, "satellites": [farm, other, farm]}).json()
    assert answer["pagination"]["total"] == len(answer["items"])
    assert {item["collection"] for item in answer["items"].values()} == {COLLECTION, other["collection_id"]}


def test_found_scenes_make_an_area_of_interest(sandbox: Sandbox, search: dict[str, Any]) -> None:
    farm = sandbox.aoi("Farm near Raba")
    names = ("satellite_id", "project_id", "geometry")
    body = {name: farm[name] for name in names} | {"name": "Found", "description": "", "provider": "pixxel"}
    wanted = sorted(found(sandbox, search))[:2]
    made = sandbox.client.post("/v0/aois", json={**body, "item_ids": wanted}).json()
    sandbox.state.settle()
    assets = sandbox.client.get(f"/v0/aois/{made['aoi_id']}/assets").json()["assets"]
    assert sorted(asset["name"] for asset in assets) == wanted


@pytest.mark.parametrize(
    "changes",
    [
        {"start_date": "2026-01-01"},
        {"start_date": "soon"},
        {"start_date": "20250101"},
        {"start_date": None},
        {"end_date": "2025-12-31T00:00:00"},
        {"satellites": []},
        {"satellites": [5]},
        {"satellites": [{"collection_id": "x", "satellite_id": "y"}]},
        {"geometry": {"type": "Point", "coordinates": [1, 2]}},
        {"geometry": None},
        {"limit": 0},
        {"limit": 10_001},
        {"filters": [{"id": "x", "min": 2, "max": 1}]},
        {"filters": [{"id": "x", "min": "a", "max": 1}]},
        {"filters": {}},
        {"next_token": "nowhere"},
        {"next_token": 5},
    ],
)
def test_a_search_that_makes_no_sense_is_refused(
    sandbox: Sandbox, search: dict[str, Any], changes: dict[str, Any]
) -> None:
    answer = sandbox.client.post("/v0/search", json={**search, **changes})
    assert answer.status_code == 400
    assert answer.json()["error"]["message"]
