"""Scenes found by place, time and clouds; the archive as STAC that a STAC library accepts."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import httpx
import pystac
import pytest
from pystac.extensions.eo import EOExtension
from pystac.extensions.projection import ProjectionExtension
from pystac.extensions.raster import RasterExtension
from pystac.extensions.view import ViewExtension

from .conftest import Sandbox, Start

COLLECTION = "sample-hyperspectral-l2a"
ITEMS = f"/v0/archives/collections/{COLLECTION}/items"


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


def asked(sandbox: Sandbox, **search: Any) -> list[dict[str, Any]]:
    answer = sandbox.client.post("/v0/archives/search", json={"limit": 50, **search})
    assert answer.status_code == 200, answer.text
    return list(answer.json()["features"])


def moved(geometry: dict[str, Any], degrees: float) -> dict[str, Any]:
    ring = [[x + degrees, y] for x, y in geometry["coordinates"][0]]
    return {"type": "Polygon", "coordinates": [ring]}


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


def test_clouds_are_filtered_by_what_the_items_say(sandbox: Sandbox, search: dict[str, Any]) -> None:
    clouds = {name: item["properties"]["eo:cloud_cover"] for name, item in found(sandbox, search).items()}
    assert len(set(clouds.values())) > 3
    limit = sorted(clouds.values())[3]
    wanted = {name for name, value in clouds.items() if value <= limit}
    for name in ("eo:cloud_cover", "cloud_cover"):
        assert set(found(sandbox, search, filters=[{"id": name, "min": 0, "max": limit}])) == wanted


def test_a_limit_cuts_and_the_total_tells(sandbox: Sandbox, search: dict[str, Any]) -> None:
    answer = sandbox.client.post("/v0/search", json={**search, "limit": 3}).json()
    assert (len(answer["items"]), answer["pagination"]) == (3, {"limit": 3, "skip": 0, "total": 8})


def test_found_scenes_make_an_area_of_interest(sandbox: Sandbox, search: dict[str, Any]) -> None:
    farm = sandbox.aoi("Farm near Raba")
    names = ("satellite_id", "project_id", "geometry")
    body = {name: farm[name] for name in names} | {"name": "Found", "description": "", "provider": "pixxel"}
    wanted = sorted(found(sandbox, search))[:2]
    made = sandbox.client.post("/v0/aois", json={**body, "item_ids": wanted}).json()
    sandbox.world.settle()
    assets = sandbox.client.get(f"/v0/aois/{made['aoi_id']}/assets").json()["assets"]
    assert sorted(asset["name"] for asset in assets) == wanted


@pytest.mark.parametrize(
    "changes",
    [
        {"start_date": "2026-01-01"},
        {"start_date": "soon"},
        {"satellites": []},
        {"satellites": [{"collection_id": "x", "satellite_id": "y"}]},
        {"geometry": {"type": "Point", "coordinates": [1, 2]}},
        {"geometry": None},
        {"limit": 0},
        {"limit": 10_001},
        {"filters": [{"id": "x", "min": 2, "max": 1}]},
        {"filters": [{"id": "x", "min": "a", "max": 1}]},
    ],
)
def test_a_search_that_makes_no_sense_is_refused(
    sandbox: Sandbox, search: dict[str, Any], changes: dict[str, Any]
) -> None:
    answer = sandbox.client.post("/v0/search", json={**search, **changes})
    assert answer.status_code == 400
    assert answer.json()["error"]["message"]


def valid(stac: pystac.Item | pystac.Collection) -> None:
    """Validate by the schemas that come with pystac; those of extensions are not here, nor a root."""
    stac.remove_links("root")
    assert stac.validate()


def test_every_item_and_collection_is_valid_stac(sandbox: Sandbox) -> None:
    collections = sandbox.client.get("/v0/archives/collections").json()["collections"]
    assert {each["id"] for each in collections} >= {COLLECTION}
    for told in collections:
        valid(pystac.Collection.from_dict(told))
        items = sandbox.client.get(f"/v0/archives/collections/{told['id']}/items").json()["features"]
        assert items
        for raw in items:
            valid(pystac.Item.from_dict({**raw, "stac_extensions": []}))


def test_extensions_of_an_item_say_what_is_true_of_its_file(sandbox: Sandbox) -> None:
    raw = sandbox.client.get(f"{ITEMS}/SAMPLE_20250618_L2A").json()
    item = pystac.Item.from_dict(raw)
    eo, projection = EOExtension.ext(item), ProjectionExtension.ext(item)
    assert 0 <= (eo.cloud_cover or 0) <= 100
    assert (projection.code, projection.shape) == ("EPSG:32633", [200, 240])
    assert list(projection.transform or [])[:3] == [10, 0, 646_400]
    assert 0 <= (ViewExtension.ext(item).off_nadir or 0) <= 90
    bands = EOExtension.ext(item.assets["image"]).bands or []
    assert 0.4 < (bands[0].center_wavelength or 0) < (bands[-1].center_wavelength or 0) < 1.0  # micrometres
    raster = RasterExtension.ext(item.assets["image"]).bands or []
    assert len(raster) == len(bands)
    assert raster[0].scale == 2e-05


def test_links_of_an_item_lead_to_what_they_name(sandbox: Sandbox) -> None:
    raw = sandbox.client.get(f"{ITEMS}/SAMPLE_20250618_L2A").json()
    for link in raw["links"]:
        answer = sandbox.client.get(httpx.URL(link["href"]).path)
        assert answer.status_code == 200, link
    file = sandbox.client.get(httpx.URL(raw["assets"]["image"]["href"]).path, headers={"Range": "bytes=0-3"})
    assert (file.status_code, file.content[:2]) == (206, b"II")


def test_items_come_page_by_page_newest_first(sandbox: Sandbox) -> None:
    pages = [
        sandbox.client.get(ITEMS, params={"limit": 3, "offset": offset}).json()["features"] for offset in (0, 3, 6, 9)
    ]
    assert [len(page) for page in pages] == [3, 3, 2, 0]
    moments = [item["properties"]["datetime"] for page in pages for item in page]
    assert all(later > earlier for later, earlier in pairwise(moments))


@pytest.mark.parametrize(
    ("interval", "count"),
    [
        ("2025-06-18T10:12:45Z", 1),
        ("2025-06-01/2025-07-31", 2),
        ("2025-08-01/..", 3),
        ("../2025-04-30", 1),
        ("2030-01-01/2031-01-01", 0),
    ],
)
def test_the_archive_is_searched_by_time(sandbox: Sandbox, interval: str, count: int) -> None:
    assert len(asked(sandbox, collections=[COLLECTION], datetime=interval)) == count


def test_the_archive_is_searched_by_place(sandbox: Sandbox) -> None:
    farm = sandbox.aoi("Farm near Raba")["geometry"]
    (x, y), *_ = farm["coordinates"][0]
    assert len(asked(sandbox, intersects=farm)) == 8
    assert len(asked(sandbox, bbox=[x - 0.001, y - 0.001, x + 0.001, y + 0.001])) == 8
    assert asked(sandbox, intersects=moved(farm, 5)) == []
    assert asked(sandbox, bbox=[0, 0, 1, 1]) == []


def test_the_archive_is_searched_by_properties_and_put_in_order(sandbox: Sandbox) -> None:
    clouds = [item["properties"]["eo:cloud_cover"] for item in asked(sandbox, collections=[COLLECTION])]
    few = asked(sandbox, collections=[COLLECTION], query={"eo:cloud_cover": {"lt": sorted(clouds)[4]}})
    assert len(few) == 4
    for key in ({"field": "properties.eo:cloud_cover", "direction": "desc"}, {"eo:cloud_cover": "desc"}):
        ordered = [i["properties"]["eo:cloud_cover"] for i in asked(sandbox, collections=[COLLECTION], sortby=[key])]
        assert ordered == sorted(clouds, reverse=True)


@pytest.mark.parametrize(
    "search",
    [
        {"bbox": [1, 2, 3]},
        {"bbox": [3, 2, 1, 4]},
        {"datetime": "../.."},
        {"datetime": "2025-02-01/2025-01-01"},
        {"intersects": {"type": "Polygon", "coordinates": "x"}},
        {"query": {"a": {"like": 1}}},
        {"sortby": [{"field": "a", "direction": "up"}]},
        {"limit": 0},
        {"ids": "x"},
    ],
)
def test_a_search_of_the_archive_that_makes_no_sense_is_refused(sandbox: Sandbox, search: dict[str, Any]) -> None:
    assert sandbox.client.post("/v0/archives/search", json=search).status_code == 400


def test_what_is_not_there_is_told_as_the_contract_has_it(sandbox: Sandbox) -> None:
    assert sandbox.client.get("/v0/archives/collections/none").status_code == 404
    assert sandbox.client.get("/v0/archives/collections/none/items").status_code == 400
    assert sandbox.client.get(f"{ITEMS}/none").status_code == 404
