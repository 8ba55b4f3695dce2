"""The workflows a sandbox holds at first: two that run, and a draft that cannot."""

from __future__ import annotations

from typing import Any

from ...core.clock import named_id
from ...core.records import USER_ID
from ...core.store import Record

Node = dict[str, Any]

KIND = "workflows"


def sample_workflows(project_id: str, aoi_id: str, made_at: str) -> list[Record]:
    """Return workflows over the sample farm."""
    place = (project_id, aoi_id, made_at)
    return [
        _workflow(
            place,
            "Crops through the season",
            "Finds classes of like fields in June and follows the NDVI of each of them through the year.",
            [_crops(), _report("NDVI", ["2025-05-29", "2025-06-18", "2025-07-10", "2025-08-02"])],
            [("crops.classes", "report.classes")],
        ),
        _workflow(
            place,
            "Irrigation check",
            "Where the NDVI fell from June to July, what the red edge says there, and which classes lie there.",
            [_change(), _crops(), _report("NDRE", ["2025-06-18", "2025-07-10"])],
            [("change.classes", "report.classes")],
        ),
        _workflow(
            place,
            "Draft: short-wave change",
            "Does not run yet: it asks for a band that the imagery has not.",
            [{**_change(), "inputs": {"layer": "B099", "before": "2025-06-18", "after": "2025-07-10"}}],
            [("change.table", "report.classes")],
        ),
    ]


def _crops() -> Node:
    bands = ["B008", "B016", "B021", "B030"]
    return _node("crops", "Classes of fields", "classification", "1.0.0", bands=bands, date="2025-06-18", classes=6)


def _change() -> Node:
    days = {"before": "2025-06-18", "after": "2025-07-10"}
    return _node("change", "Change of NDVI", "change-detection", "1.0.0", layer="NDVI", threshold=0.15, **days)


def _report(layer: str, dates: list[str]) -> Node:
    return _node("report", f"{layer} of each class", "zonal-statistics", "1.1.0", layer=layer, dates=dates)


def _node(identifier: str, name: str, block: str, version: str, **inputs: Any) -> Node:
    return {"id": identifier, "name": name, "block": {"name": block, "version": version}, "inputs": inputs}


def _workflow(
    place: tuple[str, str, str], name: str, description: str, nodes: list[Node], edges: list[tuple[str, str]]
) -> Record:
    project_id, aoi_id, made_at = place
    wires = [{"from": source, "to": target} for source, target in edges]
    return {
        "id": named_id("workflow", name),
        "project_id": project_id,
        "name": name,
        "description": description,
        "spec": {"aoi_id": aoi_id, "nodes": nodes, "edges": wires},
        "created_by": USER_ID,
        "created_at": made_at,
        "updated_at": made_at,
    }
