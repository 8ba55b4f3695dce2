"""The search for scenes to make areas of interest of."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from starlette.responses import JSONResponse, Response

from ...core.geometry import overlap, polygon_problem
from ...core.periods import period
from ...core.request import SandboxRequest, bad_request, text, whole
from ...core.store import Record
from .. import stac
from ..stac_search import value_of

_MOST = 10_000
_DEFAULT = 100


def search_images(call: SandboxRequest) -> Response:
    """Answer ``SearchSatelliteImages``: scenes that share an area with the geometry, by id, newest first.

    ``next_token`` is the id of the last scene of the page before: schemas and samples page by ``limit`` and ``skip``,
    the prose by a cursor, so the response contains both.
    """
    body = call.json_object()
    limit = whole(body, "limit", _DEFAULT, least=1, most=_MOST)
    found = _found(call, body)
    skip = _skip(found, body)
    shown = found[skip : skip + limit]
    page: Record = {"limit": limit, "skip": skip, "total": len(found)}
    if skip + limit < len(found):
        page["next_token"] = shown[-1]["id"]
    return JSONResponse({"items": {item["id"]: item for item in shown}, "pagination": page})


def _found(call: SandboxRequest, body: Record) -> list[Record]:
    collections = _collections(call, body)
    first, last = _days(body)
    geometry = _polygons(body.get("geometry"))
    filters = _filters(body.get("filters", []))
    scenes = [scene for satellite_id, _ in collections for scene in stac.scenes_of(call.state, satellite_id)]
    items = [stac.item(call.state, call.base_url, scene) for scene in scenes]
    return [
        item
        for item in items
        if item["collection"] in {collection for _, collection in collections}
        and first <= period(item["properties"]["datetime"], "datetime")[0] <= last
        and overlap(geometry, item["geometry"])
        and _passes(filters, item)
    ]


def _skip(found: list[Record], body: Record) -> int:
    if "next_token" not in body:
        return 0
    token = text(body, "next_token")
    places = [number for number, item in enumerate(found, start=1) if item["id"] == token]
    if not places:
        raise bad_request("next_token is not of this search", {"field": "next_token"})
    return places[0]


def _days(body: Record) -> tuple[datetime, datetime]:
    """Return the first and the last moment; both days are included."""
    first, last = period(text(body, "start_date"), "start_date")[0], period(text(body, "end_date"), "end_date")[1]
    if first > last:
        raise bad_request("start_date is after end_date", {"field": "start_date"})
    return first, last


def _collections(call: SandboxRequest, body: Record) -> list[tuple[str, str]]:
    wanted = body.get("satellites")
    if not isinstance(wanted, list) or not wanted:
        raise bad_request("satellites must name at least one satellite", {"field": "satellites"})
    return list(dict.fromkeys(_collection(call, each) for each in wanted))


def _collection(call: SandboxRequest, wanted: Any) -> tuple[str, str]:
    if not isinstance(wanted, Mapping):
        raise bad_request("a satellite must be an object", {"field": "satellites"})
    satellite_id, collection_id = text(wanted, "satellite_id"), text(wanted, "collection_id")
    satellite = call.state.store.get("satellites", satellite_id)
    if satellite is None or collection_id not in {each["id"] for each in satellite["collections"]}:
        raise bad_request("no such collection of this satellite", {"value": collection_id[:80]})
    return satellite_id, collection_id


def _polygons(geometry: Any) -> Record:
    """Return a polygon, or several, that make sense."""
    is_several = isinstance(geometry, Mapping) and geometry.get("type") == "MultiPolygon"
    parts = geometry.get("coordinates") if is_several else None
    polygons = [{"type": "Polygon", "coordinates": part} for part in parts] if isinstance(parts, list) else [geometry]
    problem = next((found for found in map(polygon_problem, polygons or [None]) if found), None)
    if problem:
        raise bad_request(problem, {"field": "geometry"})
    return dict(geometry)


def _filters(given: Any) -> list[tuple[str, int, int]]:
    if not isinstance(given, list):
        raise bad_request("filters must be a list", {"field": "filters"})
    return [_filter(each) for each in given]


def _filter(given: Any) -> tuple[str, int, int]:
    if not isinstance(given, Mapping):
        raise bad_request("a filter must be an object", {"field": "filters"})
    least, most = _edge(given, "min"), _edge(given, "max")
    if least > most:
        raise bad_request("min of a filter is above its max", {"field": "filters"})
    return text(given, "id"), least, most


def _edge(given: Mapping[str, Any], name: str) -> int:
    value = given.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise bad_request(f"a filter needs a whole number {name}", {"field": "filters"})
    return value


def _passes(filters: list[tuple[str, int, int]], item: Record) -> bool:
    return all(least <= _value(item, name) <= most for name, least, most in filters)


def _value(item: Record, name: str) -> float:
    found = value_of(item, name)
    return float(found) if isinstance(found, (int, float)) else math.nan
