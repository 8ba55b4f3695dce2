"""Ids a sandbox knows, put into cases made at random."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx
from hypothesis import strategies as st
from pixxel_explorer.plugin.sandbox.core.presets import SAMPLE_SATELLITE_ID
from pixxel_explorer.plugin.sandbox.core.state import SandboxState
from pixxel_explorer.plugin.sandbox.core.store import Record

from .calls import DAY, FARM

ORIGIN = "http://127.0.0.1"
Draw = Callable[[st.SearchStrategy[Any]], Any]

# Which kind of record a name of the document points to; what is listed under several is told by its path.
KINDS: Mapping[str, str] = {
    "aoi_id": "aois",
    "project_id": "projects",
    "index_id": "indices",
    "visualization_id": "visualizations",
    "asset_ids": "assets",
    "src_asset_ids": "assets",
    "satellite_id": "satellites",
    "workflow_id": "workflows",
    "job_id": "jobs",
    "insight_id": "insights",
    "download_id": "downloads",
    "catalog_ids": "catalogs",
    "order_item_ids": "order_items",
    "bandset_id": "bandsets",
}
COLLECTIONS: Mapping[str, str] = {
    "/v0/archives/collections/{cid}/items/{id}": "items",
    "/v0/projects/{id}": "projects",
    "/v0/orders/{id}": "orders",
    "/v0/order-items/{id}": "order_items",
    "/v0/stores/{id}": "stores",
    "/v0/catalogs/{id}": "catalogs",
    "/v0/catalogs/download/{download_id}": "catalog_downloads",
}
COLLECTION = "sample-hyperspectral-l2a"
STATISTICS = {"name": "zonal-statistics", "version": "1.0.0"}
FIXED: Mapping[str, Sequence[Any]] = {
    "date": [DAY, DAY.replace("_", "-")],
    "dates": [DAY],
    "expression": ["B030/B016", "B030 - B016"],
    "colormap": ["ylgn"],
    "rescale": [[0, 2]],
    "block": [STATISTICS],
    "input": [{"layer": "NDVI", "dates": [DAY.replace("_", "-")]}],
    "legend": [{DAY: [{"min": 0, "max": 1, "color": "#102030", "label": "all"}]}],
    "version": [STATISTICS["version"]],
    "cid": [COLLECTION],
    "satellites": [{"collection_id": COLLECTION, "satellite_id": SAMPLE_SATELLITE_ID}],
    "secrets": [{"access_key_id": "AKIDEXAMPLE", "secret_access_key": "not-a-secret"}],
    "start_date": ["2025-01-01"],
    "end_date": ["2025-12-31"],
}


@dataclass(frozen=True)
class Ground:
    """Ids by name of the document; the farm's own come first, so that they fit together."""

    ids: Mapping[str, Sequence[Any]]
    by_path: Mapping[str, Sequence[Any]]
    geometry: Mapping[str, Any]

    def put_into(self, case: Any, draw: Draw) -> None:
        """Replace names of a case's path, query and body by what the sandbox knows, in half of the cases."""
        if not draw(st.booleans()):
            return
        for place in (case.path_parameters, case.query, case.body):
            if isinstance(place, dict):
                self._replace(place, case.operation.path, draw)

    def _replace(self, place: dict[str, Any], path: str, draw: Draw) -> None:
        if place.keys() >= {"catalog_ids", "order_item_ids"}:
            del place["order_item_ids"]  # one of the two, says the document
        for name, value in place.items():
            known = self.by_path.get(path) if path.endswith(f"{{{name}}}") else None
            known = known or (["zonal-statistics"] if (name, "/blocks/" in path) == ("name", True) else None)
            known = known or self.ids.get(name)
            if known:
                one = draw(st.sampled_from(known[:3]))
                place[name] = [one] if isinstance(value, list) and not isinstance(one, list) else one
            elif name in ("geometry", "intersects"):
                place[name] = dict(self.geometry)
            elif isinstance(value, dict):
                self._replace(value, path, draw)
            elif isinstance(value, list):
                for part in value:
                    if isinstance(part, dict):
                        self._replace(part, path, draw)


async def ground_of(app: Any, key: str) -> Ground:
    """Read what a sandbox holds, after something of every kind was made in it."""
    state: SandboxState = app.state.sandbox
    farm = next(aoi for aoi in state.store.all("aois") if aoi["name"] == FARM)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers={"Authorization": key}) as client:
        (await client.get("/v0/workflows")).raise_for_status()  # the first request for workflows adds the samples
        await _make_one_of_each(client, farm, state)
    await asyncio.to_thread(state.settle)
    ids = {name: _ids(state, kind, farm["aoi_id"]) for name, kind in KINDS.items()}
    tasks = [task["id"] for job in state.store.all("jobs") for task in job["tasks"]]
    by_path = {path: _ids(state, kind, farm["aoi_id"]) for path, kind in COLLECTIONS.items()}
    stores = [{"config": state.store.all("stores")[-1]["id"]}]
    wanted = {"order_items": [_order_item(farm)], "cloud_info": stores, "cloud_delivery": stores}
    catalogs = [catalog["id"] for catalog in state.store.all("catalogs")]
    wanted["deliveries"] = [{"catalog_ids": catalogs[:1], "cloud_info": stores[0]}]
    return Ground(
        {**ids, **FIXED, **wanted, "task_id": tasks, "project_id": [farm["project_id"]]}, by_path, farm["geometry"]
    )


async def _make_one_of_each(client: httpx.AsyncClient, farm: Record, state: SandboxState) -> None:
    """Make what a sandbox does not hold at first."""
    aoi_id, project = farm["aoi_id"], {"project_id": farm["project_id"]}
    asset = next(asset for asset in state.store.all("assets") if asset["aoi_id"] == aoi_id)
    insight = {"name": "ground", **project, "block": STATISTICS, "input": FIXED["input"][0], "estimate": False}
    workflow = next(w for w in state.store.all("workflows") if w["project_id"] == farm["project_id"])
    configs = {"bucket": "bucket", "region": "eu-central-1"}
    store = {"type": "S3", "configs": configs, "secrets": FIXED["secrets"][0]}
    # Three may be deleted by what is tried, the last one is delivered to.
    for path, body, query in (
        *(("/v0/stores", {**store, "name": f"ground {number}"}, {}) for number in range(4)),
        ("/v0/orders", {"order_items": [_order_item(farm)]}, {}),
        (f"/v0/aois/{aoi_id}/downloads", {"asset_ids": [asset["id"]]}, {}),
        (f"/v0/aoi/{aoi_id}/insights", insight, {}),
        (f"/v0/aoi/{aoi_id}/insights", insight, {}),
        (f"/v0/workflows/{workflow['id']}/jobs", None, project),
    ):
        answer = await client.post(path, json=body, params=query)
        assert answer.is_success, answer.text
    await asyncio.to_thread(state.settle)
    catalogs = [catalog["id"] for catalog in state.store.all("catalogs")]
    answer = await client.post("/v0/catalogs/download", json={"catalog_ids": catalogs})
    assert answer.is_success, answer.text


def _order_item(farm: Record) -> Record:
    feature = {"type": "Feature", "properties": {}, "geometry": farm["geometry"]}
    return {
        "project_id": farm["project_id"],
        "usecase": "agriculture",
        "geometry": {"type": "FeatureCollection", "features": [feature]},
        "item_ids": ["SAMPLE_20250618_L2A"],
    }


def _ids(state: SandboxState, kind: str, aoi_id: str) -> list[str]:
    """Return the ids of a kind, those of the farm first; of workflows those that have jobs."""
    busy = {job["workflow_id"] for job in state.store.all("jobs")}
    records = state.store.all(kind)
    records.sort(key=lambda record: (record.get("aoi_id") != aoi_id, record.get("id") not in busy))
    return [str(record.get("id") or record.get("download_id") or record.get("aoi_id")) for record in records]
