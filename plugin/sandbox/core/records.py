"""New records of the sandbox, and the fields of them that responses contain; none that begins with ``_``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...api.status import Word
from . import geometry
from .clock import new_id, now
from .store import Record

USER_ID = "0b6f6c1e-0000-4000-8000-000000000001"
TENANT_ID = "0b6f6c1e-0000-4000-8000-000000000002"


def shown(record: Mapping[str, Any]) -> Record:
    """Return a record as the API shows it."""
    return {name: value for name, value in record.items() if not name.startswith("_")}


def shown_asset(record: Mapping[str, Any], base_url: str) -> Record:
    """Return an asset with the address of its file on this server."""
    path = f"{base_url.rstrip('/')}/files/assets/{record['id']}.tif" if "_file" in record else ""
    return {**shown(record), "path": path}


def shown_visualization(record: Mapping[str, Any], assets: list[Record], base_url: str) -> Record:
    """Return a full visualization."""
    return {**shown(record), "assets": [shown_asset(asset, base_url) for asset in assets]}


def new_aoi(fields: Mapping[str, Any], *, identifier: str | None = None, made_at: str | None = None) -> Record:
    """Return an area of interest as it begins: started, without images."""
    made = made_at or now()
    record: Record = {
        "aoi_id": identifier or new_id(),
        "name": fields["name"],
        "description": fields["description"],
        "satellite_id": fields["satellite_id"],
        "project_id": fields["project_id"],
        "images": {},
        "eo_bands": list(fields.get("eo_bands", ())),
        "progress": 0,
        "status": Word.STARTED,
        "is_favourite": False,
        "created_at": made.replace(" ", "T"),
        "updated_at": made.replace(" ", "T"),
        "user_id": USER_ID,
    }
    outline = fields.get("geometry")
    if outline is not None:
        record |= {
            "geometry": outline,
            "area_in_sq_m": geometry.area_m2(outline),
            "centroid": geometry.centroid(outline),
        }
    return record


def new_asset(aoi: Mapping[str, Any], kind: str, day: str, fields: Mapping[str, Any]) -> Record:
    """Return an asset of an area of interest at a day ``YYYY-MM-DD``."""
    made = now()
    outline = aoi.get("geometry")
    place = {} if outline is None else {name: aoi[name] for name in ("geometry", "centroid", "area_in_sq_m")}
    return {
        "id": new_id(),
        "description": "",
        "aoi_id": aoi["aoi_id"],
        "asset_type": kind,
        "date": day,
        **place,
        "resolution": 10,
        "progress": 100,
        "status": Word.SUCCESS,
        "created_at": made,
        "updated_at": made,
        **fields,
    }


def new_visualization(
    aoi_id: str, index: Mapping[str, Any], *, identifier: str | None = None, made_at: str | None = None
) -> Record:
    """Return a visualization as it begins: nothing computed yet."""
    made = made_at or now()
    return {
        "id": identifier or new_id(),
        "aoi_id": aoi_id,
        "index_id": index["id"],
        "status": Word.CREATING,
        "progress": 0,
        "tenant_id": TENANT_ID,
        "user_id": USER_ID,
        "created_at": made,
        "updated_at": made,
        "index_name": index["name"],
        "expression": index["expression"],
        "expression_type": index["expression_type"],
        "type": index["type"],
        "rescale": index["rescale"],
        "metadata": {"legend": {}},
    }
