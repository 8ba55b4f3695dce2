"""What somebody wants to order, read strictly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ..exchange import Call, bad_request, text, texts
from ..geometry import area_m2, overlap, polygon_problem
from ..store import Record
from .bandsets import bandset
from .pricing import ARCHIVE, RECURRING, TASKING, USUAL_ANGLE, USUAL_CLOUDS, Price, price

_RECURRENCES = ("ONCE", "MONTHLY", "BIMONTHLY", "QUARTERLY", "NOT_APPLICABLE")
_AGAIN = ("MONTHLY", "BIMONTHLY", "QUARTERLY")
_SPEEDS = ("STANDARD", "NOT_APPLICABLE")
_MONTHS = {"MONTHLY": 1, "BIMONTHLY": 2, "QUARTERLY": 3}


@dataclass(frozen=True, slots=True)
class Wish:
    """One thing to order, checked."""

    kind: str
    fields: Record
    polygons: tuple[Record, ...]
    scenes: tuple[Record, ...]
    bandset: Record | None
    delivery: Record | None
    price: Price


def wish(call: Call, given: Any) -> Wish:
    """Return a checked wish.

    Raises:
        Refused: it makes no sense.
    """
    if not isinstance(given, Mapping):
        raise bad_request("an order item must be an object", {"field": "order_items"})
    polygons = _polygons(given.get("geometry"))
    scenes = _scenes(call, given, polygons)
    recurrence = _one_of(given, "recurrence", _RECURRENCES, "ONCE")
    kind = ARCHIVE if scenes else RECURRING if recurrence in _AGAIN else TASKING
    days = _days(given, needed=kind != ARCHIVE)
    clouds = _whole(given, "cloud_cover", USUAL_CLOUDS, 100)
    angle = _whole(given, "off_nadir", USUAL_ANGLE, 90)
    times = _occurrences(given, recurrence, days) if kind == RECURRING else 1
    fields: Record = {
        "project_id": _project(call, given),
        "usecase": text(given, "usecase"),
        "name": text(given, "name") if given.get("name") is not None else "Order item",
        "cloud_cover": clouds,
        "off_nadir": angle,
        "delivery_speed": _one_of(given, "delivery_speed", _SPEEDS, "STANDARD"),
        "recurrence": recurrence if kind != ARCHIVE else "NOT_APPLICABLE",
        "no_of_occurrences": times,
        **days,
    }
    area = sum(area_m2(polygon) for polygon in polygons)
    chosen = _bandset(given) if kind != ARCHIVE else None
    return Wish(kind, fields, polygons, scenes, chosen, _delivery(call, given), price(kind, area, times, clouds, angle))


def _project(call: Call, given: Mapping[str, Any]) -> str:
    identifier = text(given, "project_id")
    if call.world.store.get("projects", identifier) is None:
        raise bad_request("project_id is not known", {"field": "project_id"})
    return identifier


def _polygons(collection: Any) -> tuple[Record, ...]:
    features = collection.get("features") if isinstance(collection, Mapping) else None
    is_collection = isinstance(collection, Mapping) and collection.get("type") == "FeatureCollection"
    if not is_collection or not isinstance(features, list) or not features:
        raise bad_request("geometry must be a FeatureCollection with a feature", {"field": "geometry"})
    found = [polygon for feature in features for polygon in _parts(feature)]
    problem = next((told for told in map(polygon_problem, found) if told), None)
    if problem:
        raise bad_request(problem, {"field": "geometry"})
    return tuple(found)


def _parts(feature: Any) -> list[Record]:
    geometry = feature.get("geometry") if isinstance(feature, Mapping) else None
    coordinates = geometry.get("coordinates") if isinstance(geometry, Mapping) else None
    if isinstance(geometry, Mapping) and geometry.get("type") == "MultiPolygon" and isinstance(coordinates, list):
        return [{"type": "Polygon", "coordinates": part} for part in coordinates]
    if not isinstance(geometry, Mapping):
        raise bad_request("a feature needs a geometry", {"field": "geometry"})
    return [dict(geometry)]


def _scenes(call: Call, given: Mapping[str, Any], polygons: tuple[Record, ...]) -> tuple[Record, ...]:
    if given.get("item_ids") is None:
        return ()
    scenes = []
    for identifier in dict.fromkeys(texts(given, "item_ids")):
        scene = call.world.store.get("items", identifier)
        if scene is None:
            raise bad_request("no such item in the archive", {"field": "item_ids", "value": identifier[:80]})
        if not any(overlap(scene["geometry"], polygon) for polygon in polygons):
            raise bad_request("an item does not lie over the geometry", {"field": "item_ids", "value": identifier})
        scenes.append(scene)
    return tuple(scenes)


def _days(given: Mapping[str, Any], *, needed: bool) -> Record:
    found = {name: text(given, name) for name in ("start_date", "end_date") if given.get(name) is not None}
    for name, day in found.items():
        _day(day, name)
    if needed and "start_date" not in found:
        raise bad_request("a tasking needs start_date", {"field": "start_date"})
    if needed and "end_date" not in found and given.get("no_of_occurrences") is None:
        raise bad_request("a tasking needs end_date", {"field": "end_date"})
    if len(found) == 2 and found["start_date"] >= found["end_date"]:
        raise bad_request("start_date must be before end_date", {"field": "start_date"})
    return found


def _day(value: str, name: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError as exc:
        raise bad_request(f"{name} must be a day YYYY-MM-DD", {"field": name}) from exc


def _occurrences(given: Mapping[str, Any], recurrence: str, days: Record) -> int:
    """Return how many times: as told, else as many intervals as the time between the days holds."""
    if given.get("no_of_occurrences") is not None:
        return _whole(given, "no_of_occurrences", 1, 120, least=1)
    first, last = (_day(days[name], name) for name in ("start_date", "end_date"))
    months = (last.year - first.year) * 12 + last.month - first.month
    return max(1, months // _MONTHS[recurrence])


def _whole(given: Mapping[str, Any], name: str, default: int, most: int, least: int = 0) -> int:
    value = default if given.get(name) is None else given[name]
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise bad_request(f"{name} must be a whole number of {least} to {most}", {"field": name})
    return value


def _one_of(given: Mapping[str, Any], name: str, words: tuple[str, ...], default: str) -> str:
    value = default if given.get(name) is None else given[name]
    if value not in words:
        raise bad_request(f"{name} must be one of {', '.join(words)}", {"field": name})
    return str(value)


def _bandset(given: Mapping[str, Any]) -> Record | None:
    wanted = given.get("bandset")
    if wanted is None:
        return None
    found = bandset(text(wanted, "bandset_id")) if isinstance(wanted, Mapping) else None
    if found is None:
        raise bad_request("no such bandset", {"field": "bandset"})
    return found


def _delivery(call: Call, given: Mapping[str, Any]) -> Record | None:
    wanted = given.get("cloud_delivery")
    return None if wanted is None else target(call, wanted)


def target(call: Call, wanted: Any) -> Record:
    """Return where to deliver: an existing store, and a prefix in it.

    Raises:
        Refused: there is no such store.
    """
    if not isinstance(wanted, Mapping):
        raise bad_request("a delivery must be an object", {"field": "cloud_delivery"})
    store_id = text(wanted, "config")
    if call.world.store.get("stores", store_id) is None:
        raise bad_request("no such store", {"field": "config", "value": store_id[:80]})
    path = wanted.get("path")
    if path is not None and not isinstance(path, str):
        raise bad_request("path must be a text", {"field": "path"})
    return {"config": store_id, **({"path": path} if path is not None else {})}
