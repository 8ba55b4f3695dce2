"""Every answer of the sandbox is one the published contract allows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pixxel_explorer.plugin.sandbox.core.options import Profile
from pixxel_explorer.tests.unit.contract.check import Contract, contract_at

from .conftest import Sandbox, Start


@pytest.fixture(scope="module")
def contract(root: Path) -> Contract:
    return contract_at(root)


@pytest.fixture(scope="module", params=[Profile.DOCUMENTED, Profile.LEAN], ids=str)
def variant(request: pytest.FixtureRequest, start: Start) -> Sandbox:
    return start(profile=request.param)


def named(sandbox: Sandbox, index_name: str = "NDVI") -> dict[str, Any]:
    """Return a record of the farm, whichever profile lists it."""
    found = sandbox.state.store.all("visualizations")
    aoi_id = sandbox.aoi("Farm near Raba")["aoi_id"]
    return next(v for v in found if v["aoi_id"] == aoi_id and v["index_name"] == index_name)


def assert_allowed(contract: Contract, sandbox: Sandbox, method: str, path: str, status: int, **given: Any) -> Any:
    """Ask, and let the contract judge; ``ids`` fill the path, all else goes to the client."""
    ids = given.pop("ids", {})
    answer = sandbox.client.request(method.upper(), path.format(**ids), **given)
    assert answer.status_code == status, answer.text
    assert contract.check(method, path, status, answer.json()) == []
    return answer.json()


def test_lists_and_records(contract: Contract, variant: Sandbox) -> None:
    aoi = {"aoi_id": variant.aoi("Farm near Raba")["aoi_id"]}
    project = {"id": variant.state.store.all("projects")[0]["id"]}
    assert assert_allowed(contract, variant, "get", "/ping", 200) == "pong"
    assert assert_allowed(contract, variant, "get", "/v0/projects", 200)["count"] == 2
    assert_allowed(contract, variant, "get", "/v0/projects/{id}", 200, ids=project)
    assert len(assert_allowed(contract, variant, "get", "/v0/satellites", 200)["satellites"]) == 3
    assert len(assert_allowed(contract, variant, "get", "/v0/aois", 200)["aois"]) >= 5
    assert_allowed(contract, variant, "get", "/v0/aoi/{aoi_id}", 200, ids=aoi)
    assert_allowed(contract, variant, "get", "/v0/indices", 200, params={"limit": 50})
    assert len(assert_allowed(contract, variant, "get", "/v0/aois/{aoi_id}/assets", 200, ids=aoi)["assets"]) == 10
    path = "/v0/aois/{aoi_id}/visualizations"
    assert len(assert_allowed(contract, variant, "get", path, 200, ids=aoi)["visualization"]) == 5


def test_legends_styles_and_errors(contract: Contract, variant: Sandbox) -> None:
    record = named(variant)
    ids = {"aoi_id": record["aoi_id"], "visualization_id": record["id"]}
    path = "/v0/aois/{aoi_id}/visualizations/{visualization_id}"
    key = "2025_06_18"
    back = {"index_id": record["index_id"], "dates": [key], "visualization_mode": "theoretical"}
    assert_allowed(contract, variant, "patch", f"{path}/metadata", 200, ids=ids, json=back)
    put = {"visualization_mode": "dynamic", "legend": {key: None}, "dynamic_bins": 4}
    assert_allowed(contract, variant, "put", f"{path}/metadata", 200, ids=ids, json=put)
    assert_allowed(contract, variant, "put", f"{path}/metadata", 400, ids=ids, json={**put, "dynamic_bins": 16})
    sld = {"dates": [key], "visualization_modes": ["dynamic", "theoretical"]}
    assert_allowed(contract, variant, "post", f"{path}/sld", 200, ids=ids, json=sld)
    assert_allowed(contract, variant, "post", f"{path}/sld", 404, ids=ids, json={**sld, "dates": ["1999_01_01"]})
    assert_allowed(contract, variant, "post", f"{path}/png", 400, ids=ids, json={})
    unknown = {**ids, "visualization_id": "nobody"}
    assert_allowed(contract, variant, "put", f"{path}/metadata", 404, ids=unknown, json=put)
    assert_allowed(contract, variant, "get", "/v0/aois/{aoi_id}/assets", 403, ids=ids, headers={"Authorization": "no"})
    assert_allowed(contract, variant, "get", "/v0/aoi/{aoi_id}", 404, ids={"aoi_id": "nobody"})


def test_what_is_created(contract: Contract, variant: Sandbox) -> None:
    farm = variant.aoi("Farm near Raba")
    body = {
        "name": f"Contract {variant.state.options.profile}",
        "description": "",
        "satellite_id": farm["satellite_id"],
        "provider": "pixxel",
        "project_id": farm["project_id"],
        "geometry": farm["geometry"],
        "item_ids": [],
    }
    aoi = assert_allowed(contract, variant, "post", "/v0/aois", 201, json=body)
    assert_allowed(contract, variant, "post", "/v0/aois", 409, json=body)
    assert_allowed(contract, variant, "post", "/v0/aois", 400, json={**body, "name": ""})
    variant.state.settle()
    index = {
        "name": "Slope",
        "description": "d",
        "rescale": [0, 2],
        "expression": "B030/B016",
        "colormap": "ylgn",
        "satellite_id": farm["satellite_id"],
        "expression_type": "index",
    }
    made = assert_allowed(contract, variant, "post", "/v0/indices", 201, json=index)
    assert_allowed(contract, variant, "post", "/v0/indices", 409, json=index)
    ids, path = {"aoi_id": aoi["aoi_id"]}, "/v0/aois/{aoi_id}/visualizations"
    assert_allowed(contract, variant, "post", path, 201, ids=ids, json={"index_id": made["id"]})
    variant.state.settle()
    asset = variant.client.get(f"/v0/aois/{aoi['aoi_id']}/assets").json()["assets"][0]
    begun = assert_allowed(
        contract, variant, "post", "/v0/aois/{aoi_id}/downloads", 201, ids=ids, json={"asset_ids": [asset["id"]]}
    )
    variant.state.settle()
    ready = assert_allowed(
        contract,
        variant,
        "get",
        "/v0/aois/{aoi_id}/downloads/{download_id}",
        200,
        ids={**ids, "download_id": begun["download_id"]},
    )
    assert ready["status"] == "SUCCESS"


def test_a_lean_list_returns_only_ids_status_and_times(start: Start) -> None:
    sandbox = start(profile=Profile.LEAN)
    aoi_id = sandbox.aoi("Farm near Raba")["aoi_id"]
    item = sandbox.client.get(f"/v0/aois/{aoi_id}/visualizations").json()["visualization"][0]
    lean = {"id", "aoi_id", "index_id", "status", "progress", "tenant_id", "user_id", "created_at", "updated_at"}
    assert set(item) == lean
