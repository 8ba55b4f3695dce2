"""Areas of interest, indices and visualizations: listed, filtered, made."""

from __future__ import annotations

from typing import Any

import pytest
from pixxel_explorer.plugin.sandbox.core.presets import SENTINEL_ID

from .conftest import Json, Sandbox, Start


def corner(aoi: Json) -> Json:
    """Return a small square inside of the farm."""
    x, y = aoi["centroid"]
    ring = [[x, y], [x + 0.003, y], [x + 0.003, y + 0.002], [x, y + 0.002], [x, y]]
    return {"type": "Polygon", "coordinates": [ring]}


def order(sandbox: Sandbox, name: str, /, **changes: Any) -> Json:
    farm = sandbox.aoi("Farm")
    return {
        "name": name,
        "description": "made by a test",
        "satellite_id": farm["satellite_id"],
        "provider": "pixxel",
        "project_id": farm["project_id"],
        "geometry": corner(farm),
        "item_ids": [],
        **changes,
    }


def made(sandbox: Sandbox, name: str, **changes: Any) -> Json:
    answer = sandbox.client.post("/v0/aois", json=order(sandbox, name, **changes))
    assert answer.status_code == 201, answer.text
    sandbox.state.settle()
    return dict(answer.json())


def index_order(sandbox: Sandbox, name: str, **changes: Any) -> Json:
    return {
        "name": name,
        "description": "d",
        "rescale": [0, 2],
        "expression": "B030/B016",
        "colormap": "ylgn",
        "satellite_id": sandbox.aoi("Farm")["satellite_id"],
        "expression_type": "index",
        **changes,
    }


def test_the_first_lists_show_every_state_a_list_must_draw(sandbox: Sandbox) -> None:
    aois = sandbox.client.get("/v0/aois", params={"limit": 50}).json()["aois"]
    assert {"Farm near Raba", "Lake shore", "Awaiting survey", "Village edge"} <= {aoi["name"] for aoi in aois}
    assert [aoi["name"] for aoi in aois if "geometry" not in aoi] == ["Awaiting survey"]
    assert len({aoi["project_id"] for aoi in aois}) == 2
    states = {sandbox.visualization("Lake", name)["status"] for name in ("NDCI", "NDWI", "CI Red Edge")}
    assert states == {"success", "creating", "failed"}


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"aoi_name": "RABA"}, {"Farm near Raba"}),
        ({"aoi_name": "%"}, set()),
        ({"project_ids": "none"}, set()),
        ({"aoi_id": "none"}, set()),
    ],
)
def test_aois_are_filtered(sandbox: Sandbox, query: Json, names: set[str]) -> None:
    found = sandbox.client.get("/v0/aois", params=query).json()
    assert {aoi["name"] for aoi in found["aois"]} == names
    assert found["pagination"]["total"] == len(names)


def test_bulk_aois_come_page_by_page_each_once(start: Start) -> None:
    client = start(aois=130).client
    seen: list[str] = []
    while True:
        page = client.get("/v0/aois", params={"offset": len(seen), "limit": 50, "aoi_name": "Survey block"}).json()
        if not page["aois"]:
            break
        seen += [aoi["aoi_id"] for aoi in page["aois"]]
    assert len(seen) == len(set(seen)) == page["pagination"]["total"] == 130


@pytest.mark.parametrize("query", [{"limit": "0"}, {"limit": "ten"}, {"offset": "-1"}])
def test_a_senseless_page_is_refused(sandbox: Sandbox, query: Json) -> None:
    assert sandbox.client.get("/v0/indices", params=query).status_code == 400
    assert sandbox.client.get("/v0/aois", params=query).status_code == 404


def test_projects_are_paged_by_number(sandbox: Sandbox) -> None:
    pages = [sandbox.client.get("/v0/projects", params={"page_num": n, "page_size": 1}).json() for n in (1, 2, 3)]
    assert [page["count"] for page in pages] == [2, 2, 2]
    assert [len(page["projects"]) for page in pages] == [1, 1, 0]
    assert pages[0]["projects"][0]["id"] != pages[1]["projects"][0]["id"]


def test_a_new_aoi_starts_and_soon_has_every_scene_over_it(sandbox: Sandbox) -> None:
    begun = made(sandbox, "New block")
    assert (begun["status"], begun["progress"], begun["images"]) == ("started", 0, {})
    aoi = sandbox.client.get(f"/v0/aoi/{begun['aoi_id']}").json()
    assert (aoi["status"], aoi["progress"], len(aoi["images"])) == ("success", 100, 8)
    assert aoi["area_in_sq_m"] == pytest.approx(227.5 * 222.4, rel=0.02)
    assets = sandbox.client.get(f"/v0/aois/{begun['aoi_id']}/assets").json()["assets"]
    assert {asset["asset_type"] for asset in assets} == {"mosaic"}


def test_only_the_scenes_asked_for_are_cut(sandbox: Sandbox) -> None:
    begun = made(sandbox, "One scene", item_ids=["SAMPLE_20250618_L2A"])
    assets = sandbox.client.get(f"/v0/aois/{begun['aoi_id']}/assets").json()["assets"]
    assert [asset["date"] for asset in assets] == ["2025-06-18"]


def test_a_name_is_given_once(sandbox: Sandbox) -> None:
    made(sandbox, "Twin")
    answer = sandbox.client.post("/v0/aois", json=order(sandbox, "Twin"))
    assert answer.status_code == 409
    assert answer.json()["error"]["details"]["value"] == "Twin"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"description": None}, "description"),
        ({"provider": "esa"}, "provider"),
        ({"project_id": "nobody"}, "project_id"),
        ({"satellite_id": "nobody"}, "satellite_id"),
        ({"item_ids": None}, "item_ids"),
        ({"item_ids": ["S2_CHIP_20190825"]}, "item_ids"),
        ({"geometry": None}, "geometry"),
        ({"geometry": {"type": "Point", "coordinates": [1, 2]}}, "geometry"),
        ({"geometry": {"type": "Polygon", "coordinates": []}}, "geometry"),
        ({"geometry": {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1]]]}}, "geometry"),
        ({"geometry": {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}}, "geometry"),
        ({"geometry": {"type": "Polygon", "coordinates": [[[0, 0], [200, 0], [1, 1], [0, 0]]]}}, "geometry"),
    ],
)
def test_an_aoi_that_makes_no_sense_is_refused_by_field(sandbox: Sandbox, changes: Json, field: str) -> None:
    answer = sandbox.client.post("/v0/aois", json=order(sandbox, "Refused", **changes))
    assert answer.status_code == 400
    assert answer.json()["error"]["details"]["field"] == field


def test_indices_are_filtered(sandbox: Sandbox) -> None:
    custom = sandbox.client.get("/v0/indices", params={"type": "custom", "expression_type": "composite"}).json()
    assert [index["name"] for index in custom["indices"]] == ["Natural colour"] * 2  # of two satellites
    sentinel = sandbox.client.get("/v0/indices", params={"satellite_id": SENTINEL_ID}).json()
    assert {index["expression"] for index in sentinel["indices"]} >= {"(B08-B04)/(B08+B04)"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"expression": "B030/("}, "expression"),
        ({"expression": "B030/B999"}, "expression"),
        ({"expression": "1 + 1"}, "expression"),
        ({"expression": "B001, B002", "expression_type": "composite"}, "expression"),
        ({"expression_type": "formula"}, "expression_type"),
        ({"rescale": [1, 0]}, "rescale"),
        ({"rescale": "0,1"}, "rescale"),
        ({"satellite_id": "nobody"}, "satellite_id"),
    ],
)
def test_an_index_that_makes_no_sense_is_refused_by_field(sandbox: Sandbox, changes: Json, field: str) -> None:
    answer = sandbox.client.post("/v0/indices", json=index_order(sandbox, "Refused", **changes))
    assert answer.status_code == 400
    assert answer.json()["error"]["details"]["field"] == field


def test_a_new_visualization_of_a_custom_index_is_really_computed(sandbox: Sandbox) -> None:
    aoi = made(sandbox, "Computed")
    index = sandbox.client.post("/v0/indices", json=index_order(sandbox, "Ratio")).json()
    path = f"/v0/aois/{aoi['aoi_id']}/visualizations"
    begun = sandbox.client.post(path, json={"index_id": index["id"], "resolution": 20})
    assert begun.status_code == 201
    assert begun.json()["status"] == "creating"
    sandbox.state.settle()
    assert sandbox.client.post(path, json={"index_id": index["id"]}).status_code == 409
    done = sandbox.visualization("Computed", "Ratio")
    assert (done["status"], done["progress"], len(done["assets"])) == ("success", 100, 8)
    assert all(set(legend) == {"dynamic"} for legend in done["metadata"]["legend"].values())
    whole = sum(entry["area"] for entry in done["metadata"]["legend"]["2025_06_18"]["dynamic"])
    assert whole == pytest.approx(sandbox.aoi("Computed")["area_in_sq_m"], rel=0.25)
    assert {asset["resolution"] for asset in done["assets"]} == {20}


@pytest.mark.parametrize("body", [{}, {"index_id": "nobody"}, {"src_asset_ids": ["nobody"]}, {"resolution": 0.1}])
def test_a_visualization_that_makes_no_sense_is_refused(sandbox: Sandbox, body: Json) -> None:
    farm, index_id = sandbox.aoi("Farm"), sandbox.visualization("Irrigation", "NDVI")["index_id"]
    given = body if not body or "index_id" in body else {"index_id": index_id, **body}
    answer = sandbox.client.post(f"/v0/aois/{farm['aoi_id']}/visualizations", json=given)
    assert answer.status_code == 400
