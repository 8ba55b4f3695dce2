"""The search for scenes to make areas of interest of."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from osgeo import ogr
from starlette.responses import JSONResponse, Response

from ...imagery.raster_io import gdal_quiet
from .. import stac
from ..exchange import Call, bad_request, text
from ..geometry import polygon_problem
from ..stac_search import moment
from ..store import Record
from .archive import whole

_MOST = 10_000
_DEFAULT = 100


def search_images(call: Call) -> Response:
    """Answer ``SearchSatelliteImages``: scenes that share an area with the geometry, by id, newest first."""
    body = call.json_object()
    first, last = _days(body)
    collections = _collections(call, body)
    shape = _shape(body.get("geometry"))
    filters = _filters(body.get("filters"))
    limit = whole(body, "limit", _DEFAULT, least=1)
    if limit > _MOST:
        raise bad_request(f"limit must be 1 to {_MOST}", {"field": "limit"})
    found = []
    for satellite_id, collection in collections:
        scenes = [s for s in stac.scenes_of(call.world, satellite_id) if first <= s["day"] <= last]
        items = [stac.item(call.world, call.base_url, scene) for scene in scenes]
        found += [i for i in items if i["collection"] == collection and _lies_over(shape, i) and _passes(filters, i)]
    shown = {item["id"]: item for item in found[:limit]}
    return JSONResponse({"items": shown, "pagination": {"limit": limit, "skip": 0, "total": len(found)}})


def _days(body: Record) -> tuple[str, str]:
    """Return the first and the last day, both included."""
    first, last = (moment(text(body, name)) for name in ("start_date", "end_date"))
    if first > last:
        raise bad_request("start_date is after end_date", {"field": "start_date"})
    return first.date().isoformat(), last.date().isoformat()


def _collections(call: Call, body: Record) -> list[tuple[str, str]]:
    wanted = body.get("satellites")
    if not isinstance(wanted, list) or not wanted:
        raise bad_request("satellites must name at least one satellite", {"field": "satellites"})
    return [_collection(call, each) for each in wanted]


def _collection(call: Call, wanted: Any) -> tuple[str, str]:
    if not isinstance(wanted, Mapping):
        raise bad_request("a satellite must be an object", {"field": "satellites"})
    satellite_id, collection_id = text(wanted, "satellite_id"), text(wanted, "collection_id")
    satellite = call.world.store.get("satellites", satellite_id)
    if satellite is None or collection_id not in {each["id"] for each in satellite["collections"]}:
        raise bad_request("no such collection of this satellite", {"value": collection_id[:80]})
    return satellite_id, collection_id


def _shape(geometry: Any) -> Any:
    """Return a polygon, or several, as a shape."""
    is_several = isinstance(geometry, Mapping) and geometry.get("type") == "MultiPolygon"
    parts = geometry.get("coordinates") if is_several else None
    polygons = [{"type": "Polygon", "coordinates": part} for part in parts] if isinstance(parts, list) else [geometry]
    problem = next((found for found in map(polygon_problem, polygons or [None]) if found), None)
    if problem:
        raise bad_request(problem, {"field": "geometry"})
    with gdal_quiet():
        return ogr.CreateGeometryFromJson(json.dumps(geometry))


def _lies_over(shape: Any, item: Record) -> bool:
    with gdal_quiet():
        common = shape.Intersection(ogr.CreateGeometryFromJson(json.dumps(item["geometry"])))
        return common is not None and common.Area() > 0


def _filters(given: Any) -> list[tuple[str, int, int]]:
    if given is None:
        return []
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
    found = item["properties"].get(name, item["properties"].get(f"eo:{name}"))
    return float(found) if isinstance(found, (int, float)) else float("nan")
