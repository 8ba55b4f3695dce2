"""What tests of orders, stores and catalogues ask alike."""

from __future__ import annotations

from typing import Any

from .conftest import Json, Sandbox

SCENE, EARLIER = "SAMPLE_20250618_L2A", "SAMPLE_20250414_L2A"
COLLECTION = "sample-hyperspectral-l2a"
SECRET = "very-secret-words"
KM2 = 1e6


def polygons(*geometries: Json) -> Json:
    """Return a FeatureCollection of geometries."""
    features = [{"type": "Feature", "properties": {}, "geometry": geometry} for geometry in geometries]
    return {"type": "FeatureCollection", "features": features}


def square(west: float, south: float, size: float) -> Json:
    """Return a square polygon in degrees."""
    ring = [[west, south], [west + size, south], [west + size, south + size], [west, south + size], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def moved(geometry: Json, degrees: float) -> Json:
    """Return a polygon moved to the east."""
    return {"type": "Polygon", "coordinates": [[[x + degrees, y] for x, y in geometry["coordinates"][0]]]}


def archive_body(sandbox: Sandbox, *scenes: str, **changes: Any) -> Json:
    """Return scenes of the archive over the farm, to be ordered; one, unless named."""
    farm = sandbox.aoi("Farm near Raba")
    body = {"project_id": farm["project_id"], "usecase": "agriculture", "name": "Scenes"}
    return {**body, "geometry": polygons(farm["geometry"]), "item_ids": list(scenes or (SCENE,)), **changes}


def tasking_body(sandbox: Sandbox, **changes: Any) -> Json:
    """Return a tasking over the farm."""
    body = {name: value for name, value in archive_body(sandbox).items() if name != "item_ids"}
    return {**body, "start_date": "2026-01-01", "end_date": "2026-07-01", **changes}


def submitted(sandbox: Sandbox, *wishes: Json, **more: Any) -> Json:
    """Order, wait for what comes of it, and return the answer."""
    answer = sandbox.client.post("/v0/orders", json={"order_items": list(wishes), **more})
    assert answer.status_code == 201, answer.text
    sandbox.state.settle()
    return dict(answer.json())


def tried(sandbox: Sandbox, *wishes: Json) -> Json:
    """Order as a dry run."""
    return submitted(sandbox, *wishes, dry_run=True)


def items_of(sandbox: Sandbox, **query: Any) -> list[Json]:
    answer = sandbox.client.get("/v0/order-items", params={"limit": 100, **query})
    assert answer.status_code == 200, answer.text
    return list(answer.json()["order_items"])


def deliveries(sandbox: Sandbox, **query: str) -> list[Json]:
    answer = sandbox.client.get("/v0/catalogs/deliveries", params=query)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["deliveries"])


def catalogs(sandbox: Sandbox, **search: Any) -> list[Json]:
    answer = sandbox.client.post("/v0/catalogs/search", json={"limit": 100, **search})
    assert answer.status_code == 200, answer.text
    return list(answer.json()["catalogs"])


def store_body(name: str, /, **changes: Any) -> Json:
    """Return a store to be made."""
    return {
        "name": name,
        "type": "S3",
        "configs": {"bucket": "b", "region": "r", "path_prefix": "p"},
        "secrets": {"access_key_id": SECRET, "secret_access_key": SECRET},
        **changes,
    }


def new_store(sandbox: Sandbox, name: str) -> Json:
    answer = sandbox.client.post("/v0/stores", json=store_body(name))
    assert answer.status_code == 200, answer.text
    return dict(answer.json())
