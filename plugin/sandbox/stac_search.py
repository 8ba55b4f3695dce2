"""Which STAC items a search wants: criteria read strictly, then asked of each item (STAC API, item search)."""

from __future__ import annotations

import json
import operator
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from osgeo import ogr

from ..imagery.raster_io import gdal_quiet
from .exchange import bad_request, texts
from .store import Record

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


def criteria(body: Mapping[str, Any]) -> list[Wanted]:
    """Return what every wanted item must fulfil.

    Raises:
        Refused: a criterion is none.
    """
    found: list[Wanted] = []
    for name, read in (("ids", "id"), ("collections", "collection")):
        if body.get(name) is not None:
            found.append(partial(_among, texts(body, name), read))
    if body.get("bbox") is not None:
        found.append(partial(_meets, _shape(_boxed(body["bbox"]))))
    if body.get("intersects") is not None:
        found.append(partial(_meets, _shape(body["intersects"])))
    if body.get("datetime") is not None:
        found.append(partial(_within, interval(body["datetime"])))
    found += _queries(body.get("query"))
    return found


def _among(values: Sequence[str], name: str, item: Record) -> bool:
    return item[name] in values


def _boxed(bbox: Any) -> dict[str, Any]:
    if not isinstance(bbox, list) or len(bbox) != 4 or not all(map(_is_number, bbox)):
        raise bad_request("bbox must be four numbers: west, south, east, north", {"field": "bbox"})
    west, south, east, north = bbox
    if west > east or south > north:
        raise bad_request("bbox must be west, south, east, north in this order", {"field": "bbox"})
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _shape(geometry: Any) -> Any:
    if not isinstance(geometry, Mapping) or geometry.get("type") not in _SHAPES:
        raise bad_request("intersects must be a GeoJSON geometry", {"field": "intersects"})
    with gdal_quiet():
        shape = None
        try:
            shape = ogr.CreateGeometryFromJson(json.dumps(geometry))
            is_whole = shape is not None and not shape.IsEmpty() and shape.IsValid()
        except RuntimeError:
            is_whole = False
    if not is_whole:
        raise bad_request("the geometry cannot be read", {"type": str(geometry["type"])})
    return shape


def _meets(shape: Any, item: Record) -> bool:
    with gdal_quiet():
        return bool(shape.Intersects(ogr.CreateGeometryFromJson(json.dumps(item["geometry"]))))


def interval(text: Any) -> tuple[datetime | None, datetime | None]:
    """Return both ends of an instant or interval; ``..`` and nothing are open ends.

    Raises:
        Refused: it is no such thing.
    """
    parts = text.split("/") if isinstance(text, str) else []
    if not 1 <= len(parts) <= 2 or all(part in ("", "..") for part in parts):
        raise bad_request("datetime must be an RFC 3339 time or an interval of two", {"field": "datetime"})
    ends = [None if part in ("", "..") else moment(part) for part in parts]
    first, last = (ends[0], ends[0]) if len(ends) == 1 else (ends[0], ends[1])
    if first is not None and last is not None and first > last:
        raise bad_request("datetime ends before it begins", {"field": "datetime"})
    return first, last


def moment(text: str) -> datetime:
    """Read an RFC 3339 time or a day.

    Raises:
        Refused: it is neither.
    """
    try:
        found = datetime.fromisoformat(text)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError) as exc:
        raise bad_request("a time must be written as in RFC 3339", {"value": text[:40]}) from exc


def _within(ends: tuple[datetime | None, datetime | None], item: Record) -> bool:
    first, last = ends
    taken = moment(item["properties"]["datetime"])
    return (first is None or first <= taken) and (last is None or taken <= last)


def _queries(query: Any) -> list[Wanted]:
    if query is None:
        return []
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
    found = item["properties"].get(name, item["properties"].get(f"eo:{name}", item.get(name)))
    try:
        return found is not None and compare(found, value)
    except TypeError:
        return False


def ordered(items: list[Record], keys: Any, *, field: str = "sortby") -> list[Record]:
    """Return items in a wanted order: objects of ``field`` and ``direction``, or of a property and a direction.

    Raises:
        Refused: the order is none.
    """
    if keys is None:
        return items
    if not isinstance(keys, list) or not all(isinstance(key, Mapping) and key for key in keys):
        raise bad_request(f"{field} must be a list of objects", {"field": field})
    for name, direction in reversed([_order(key, field) for key in keys]):
        items = sorted(items, key=partial(_sort_key, name), reverse=direction == "desc")
    return items


def _order(key: Mapping[str, Any], field: str) -> tuple[str, str]:
    name, direction = (key["field"], key.get("direction", "asc")) if "field" in key else next(iter(key.items()))
    if not isinstance(name, str) or not isinstance(direction, str) or direction.lower() not in _ORDERS:
        raise bad_request(f"{field} needs asc or desc", {"field": field})
    return name.removeprefix("properties."), direction.lower()


def _sort_key(name: str, item: Record) -> tuple[bool, float, str]:
    value = item.get(name) if name in ("id", "collection") else item["properties"].get(name)
    if isinstance(value, (int, float)):
        return True, float(value), ""
    return value is not None, 0.0, str(value)
