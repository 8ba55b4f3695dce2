"""Requested order items, parsed strictly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...core.geometry import area_m2, overlap, polygon_problem
from ...core.request import bad_request, text, texts, whole
from ...core.state import SandboxState
from ...core.store import Record
from .bandsets import bandset
from .pricing import ARCHIVE, RECURRING, TASKING, USUAL_ANGLE, USUAL_CLOUDS, Price, price
from .schedule import RECURRENCES, Schedule, is_recurring, no_schedule, schedule

_SPEEDS = ("STANDARD", "NOT_APPLICABLE")


@dataclass(frozen=True, slots=True)
class RequestedItem:
    """One thing to order, checked."""

    kind: str
    fields: Record
    schedule: Schedule
    polygons: tuple[Record, ...]
    scenes: tuple[Record, ...]
    bandset: Record | None
    delivery: Record | None
    price: Price


def requested_item(state: SandboxState, given: Any) -> RequestedItem:
    """Return a checked order item.

    Raises:
        Refused: it is invalid.
    """
    if not isinstance(given, Mapping):
        raise bad_request("an order item must be an object", {"field": "order_items"})
    polygons = _polygons(given.get("geometry"))
    scenes = _scenes(state, given, polygons)
    recurrence = _one_of(given, "recurrence", RECURRENCES, "ONCE")
    when = no_schedule(given) if scenes else schedule(given, recurrence)
    kind = ARCHIVE if scenes else RECURRING if is_recurring(recurrence) else TASKING
    clouds = whole(given, "cloud_cover", USUAL_CLOUDS, most=100)
    angle = whole(given, "off_nadir", USUAL_ANGLE, most=90)
    chosen = _bandset(given)
    fields: Record = {
        "project_id": _project(state, given),
        "usecase": text(given, "usecase"),
        "name": text(given, "name") if "name" in given else "Order item",
        "cloud_cover": clouds,
        "off_nadir": angle,
        "delivery_speed": _one_of(given, "delivery_speed", _SPEEDS, "STANDARD"),
        **when.fields(),
    }
    captures = chosen["captures"] if chosen else 1
    paid = price(kind, sum(map(area_m2, polygons)), len(scenes) or len(when.windows) * captures, clouds, angle)
    return RequestedItem(
        kind, fields, when, polygons, scenes, None if scenes else chosen, _delivery(state, given), paid
    )


def _project(state: SandboxState, given: Mapping[str, Any]) -> str:
    identifier = text(given, "project_id")
    if state.store.get("projects", identifier) is None:
        raise bad_request("project_id is not known", {"field": "project_id"})
    return identifier


def _polygons(collection: Any) -> tuple[Record, ...]:
    features = collection.get("features") if isinstance(collection, Mapping) else None
    is_collection = isinstance(collection, Mapping) and collection.get("type") == "FeatureCollection"
    if not is_collection or not isinstance(features, list) or not features:
        raise bad_request("geometry must be a FeatureCollection with a feature", {"field": "geometry"})
    found = [polygon for feature in features for polygon in _parts(feature)]
    problem = next((fault for fault in map(polygon_problem, found) if fault), None)
    if problem:
        raise bad_request(problem, {"field": "geometry"})
    return tuple(found)


def _parts(feature: Any) -> list[Record]:
    """Return the polygons of a feature, whose properties may be null (RFC 7946, 3.2)."""
    is_feature = isinstance(feature, Mapping) and feature.get("type", "Feature") == "Feature"
    if not is_feature or not isinstance(feature.get("properties"), Mapping | None):
        raise bad_request("a FeatureCollection holds features", {"field": "geometry"})
    geometry = feature.get("geometry")
    if not isinstance(geometry, Mapping):
        raise bad_request("a feature needs a geometry", {"field": "geometry"})
    coordinates = geometry.get("coordinates")
    if geometry.get("type") == "MultiPolygon" and isinstance(coordinates, list) and coordinates:
        return [{"type": "Polygon", "coordinates": part} for part in coordinates]
    return [dict(geometry)]


def _scenes(state: SandboxState, given: Mapping[str, Any], polygons: tuple[Record, ...]) -> tuple[Record, ...]:
    if "item_ids" not in given:
        return ()
    scenes = []
    for identifier in dict.fromkeys(texts(given, "item_ids")):
        scene = state.store.get("items", identifier)
        if scene is None:
            raise bad_request("no such item in the archive", {"field": "item_ids", "value": identifier[:80]})
        if not any(overlap(scene["geometry"], polygon) for polygon in polygons):
            raise bad_request("an item does not lie over the geometry", {"field": "item_ids", "value": identifier})
        scenes.append(scene)
    return tuple(scenes)


def _one_of(given: Mapping[str, Any], name: str, words: tuple[str, ...], default: str) -> str:
    value = given.get(name, default)
    if value not in words:
        raise bad_request(f"{name} must be one of {', '.join(words)}", {"field": name})
    return str(value)


def _bandset(given: Mapping[str, Any]) -> Record | None:
    if "bandset" not in given:
        return None
    wanted = given["bandset"]
    found = bandset(text(wanted, "bandset_id")) if isinstance(wanted, Mapping) else None
    if found is None:
        raise bad_request("no such bandset", {"field": "bandset"})
    return found


def _delivery(state: SandboxState, given: Mapping[str, Any]) -> Record | None:
    return target(state, given["cloud_delivery"]) if "cloud_delivery" in given else None


def target(state: SandboxState, wanted: Any) -> Record:
    """Return where to deliver: an existing store, and a prefix in it.

    Raises:
        Refused: there is no such store.
    """
    if not isinstance(wanted, Mapping):
        raise bad_request("a delivery must be an object", {"field": "cloud_delivery"})
    store_id = text(wanted, "config")
    if state.store.get("stores", store_id) is None:
        raise bad_request("no such store", {"field": "config", "value": store_id[:80]})
    prefix = {"path": text(wanted, "path", blank=True)} if "path" in wanted else {}
    return {"config": store_id, **prefix}
