"""Orders of the initial content: a delivered scene, and a pending tasking."""

from __future__ import annotations

from typing import Any

from ...core.clock import named_id
from ...core.records import USER_ID
from ...core.state import SandboxState
from ...core.store import Record
from .order_request import requested_item
from .orders import place


def add_samples(state: SandboxState, project_id: str, aoi: Record, made_at: str) -> None:
    """Add a store, and an order over an area of interest: its newest scene, still to be fulfilled, and a tasking."""
    store = _store(made_at)
    state.store.put("stores", store["id"], store)
    scenes = [item for item in state.store.all("items") if item["satellite_id"] == aoi["satellite_id"]]
    newest = max(scenes, key=lambda scene: str(scene["day"]))
    feature = {"type": "Feature", "properties": {}, "geometry": aoi["geometry"]}
    given: dict[str, Any] = {
        "project_id": project_id,
        "usecase": "agriculture",
        "geometry": {"type": "FeatureCollection", "features": [feature]},
    }
    delivered = {"item_ids": [newest["id"]], "cloud_delivery": {"config": store["id"], "path": "raba"}}
    season = {"start_date": "2027-04-01", "end_date": "2027-10-01", "recurrence": "MONTHLY"}
    requested = ({**given, **delivered, "name": "Newest scene"}, {**given, **season, "name": "Season 2027"})
    place(state, [requested_item(state, each) for each in requested])


def _store(made_at: str) -> Record:
    return {
        "id": named_id("store", "sample"),
        "name": "Sample bucket",
        "type": "S3",
        "configs": {"bucket": "sample-bucket", "region": "eu-central-1"},
        "labels": {},
        "created_at": made_at,
        "updated_at": made_at,
        "created_by": USER_ID,
    }
