"""Which STAC items a search wants: criteria read strictly, then asked of each item (STAC API, item search)."""

from __future__ import annotations

import json
import operator
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from osgeo import ogr

from ...imagery.raster_io import gdal_quiet
from ..core.periods import OpenPeriod, interval, period
from ..core.request import bad_request, texts
from ..core.store import Record

Wanted = Callable[[Record], bool]

_SHAPES = ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection")
_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "neq": operator.ne,
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
}
_ORDERS = ("asc", "desc")
_LONGITUDE, _LATITUDE = 180, 90


def criteria(body: Mapping[str, Any]) -> list[Wanted]:
    """Return the conditions that every matching item must fulfil.

    Raises:
        Refused: a criterion is invalid.
    """
    found: list[Wanted] = []
    for name, read in (("ids", "id"), ("collections", "collection")):
        if name in body:
            found.append(partial(_among, texts(body, name), read))
    if "bbox" in body:
        found.append(partial(_meets, _shapes(_boxed(body["bbox"]))))
    if "intersects" in body:
        found.append(partial(_meets, _shapes(body["intersects"])))
    if "datetime" in body:
        found.append(partial(_within, interval(body["datetime"], "datetime")))
    return [*found, *_queries(body.get("query", {}))]


def _among(values: Sequence[str], name: str, item: Record) -> bool:
    return item[name] in values


def _boxed(bbox: Any) -> Record:
    """Return a box as a geometry; west of which is east of its east lies over the antimeridian (RFC 7946, 5.2)."""
    if not isinstance(bbox, list) or len(bbox) != 4 or not all(map(_is_number, bbox)):
        raise bad_request("bbox must be four numbers: west, south, east, north", {"field": "bbox"})
    west, south, east, north = bbox
    if south > north or max(abs(west), abs(east)) > _LONGITUDE or max(abs(south), abs(north)) > _LATITUDE:
        raise bad_request("bbox must be west, south, east, north in degrees", {"field": "bbox"})
    spans = [(west, east)] if west <= east else [(west, _LONGITUDE), (-_LONGITUDE, east)]
    return {"type": "GeometryCollection", "geometries": [_span(w, south, e, north) for w, e in spans]}


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _span(west: float, south: float, east: float, north: float) -> Record:
    """Return a box that is a polygon, a line where it has no width or height, or a point."""
    corners = list(dict.fromkeys([(west, south), (east, south), (east, north), (west, north)]))
    if len(corners) == 1:
        return {"type": "Point", "coordinates": corners[0]}
    if len(corners) == 2:
        return {"type": "LineString", "coordinates": corners}
    return {"type": "Polygon", "coordinates": [[*corners, corners[0]]]}


def _shapes(geometry: Any) -> list[Any]:
    """Return a geometry as shapes none of which is a collection: GEOS compares no collections."""
    if not isinstance(geometry, Mapping) or geometry.get("type") not in _SHAPES:
        raise bad_request("intersects must be a GeoJSON geometry", {"field": "intersects"})
    with gdal_quiet():
        try:
            shape = ogr.CreateGeometryFromJson(json.dumps(geometry))
            is_whole = shape is not None and not shape.IsEmpty() and shape.IsValid()
        except RuntimeError:
            is_whole = False
        if is_whole:
            return _parts(shape)
    raise bad_request("the geometry cannot be read", {"type": str(geometry["type"])})


def _parts(shape: Any) -> list[Any]:
    if ogr.GT_Flatten(shape.GetGeometryType()) != ogr.wkbGeometryCollection:
        return [shape.Clone()]
    members = [shape.GetGeometryRef(number) for number in range(shape.GetGeometryCount())]
    return [part for member in members for part in _parts(member)]


def _meets(shapes: Sequence[Any], item: Record) -> bool:
    with gdal_quiet():
        place = ogr.CreateGeometryFromJson(json.dumps(item["geometry"]))
        return any(shape.Intersects(place) for shape in shapes)


def _within(ends: OpenPeriod, item: Record) -> bool:
    first, last = ends
    taken, _ = period(item["properties"]["datetime"], "datetime")
    return (first is None or first <= taken) and (last is None or taken <= last)


def _queries(query: Any) -> list[Wanted]:
    if not isinstance(query, Mapping) or not all(isinstance(tests, Mapping) for tests in query.values()):
        raise bad_request("query must map properties to operators and values", {"field": "query"})
    return [
        partial(_fulfils, name, _comparison(word, value), value)
        for name, tests in query.items()
        for word, value in tests.items()
    ]


def _comparison(word: str, value: Any) -> Callable[[Any, Any], bool]:
    if word == "in" and isinstance(value, list):
        return lambda found, values: found in values
    if word not in _COMPARISONS or isinstance(value, (list, Mapping)):
        raise bad_request("an operator of query is not known", {"operator": word[:40]})
    return _COMPARISONS[word]


def _fulfils(name: str, compare: Callable[[Any, Any], bool], value: Any, item: Record) -> bool:
    found = value_of(item, name)
    try:
        return found is not None and compare(found, value)
    except TypeError:
        return False


def value_of(item: Record, name: str) -> Any:
    """Return a property of an item, its id or its collection; ``None`` where there is none.

    Prefixes and underscores may be left out: the pages of the documentation write ``eo:cloud_cover``, ``cloud_cover``
    and ``cloudcover``.
    """
    name = name.removeprefix("properties.")
    properties = item["properties"]
    known = {"id": item["id"], "collection": item["collection"], **properties}
    return known[name] if name in known else {_plain(each): properties[each] for each in properties}.get(_plain(name))


def _plain(name: str) -> str:
    return name.rpartition(":")[2].replace("_", "").lower()


def ordered(items: list[Record], keys: Any, *, field: str = "sortby") -> list[Record]:
    """Return items in a wanted order: objects of ``field`` and ``direction``, or of properties and directions.

    Raises:
        Refused: the order is none.
    """
    if not isinstance(keys, list) or not all(isinstance(key, Mapping) and key for key in keys):
        raise bad_request(f"{field} must be a list of objects", {"field": field})
    for name, direction in reversed([order for key in keys for order in _orders(key, field)]):
        items = sorted(items, key=partial(_sort_key, name), reverse=direction == "desc")
    return items


def _orders(key: Mapping[str, Any], field: str) -> list[tuple[str, str]]:
    pairs = [(key["field"], key.get("direction", "asc"))] if "field" in key else list(key.items())
    for name, direction in pairs:
        if not isinstance(name, str) or not isinstance(direction, str) or direction.lower() not in _ORDERS:
            raise bad_request(f"{field} needs asc or desc", {"field": field})
    return [(name, direction.lower()) for name, direction in pairs]


def _sort_key(name: str, item: Record) -> tuple[bool, float, str]:
    value = value_of(item, name)
    if isinstance(value, (int, float)):
        return True, float(value), ""
    return value is not None, 0.0, str(value)
