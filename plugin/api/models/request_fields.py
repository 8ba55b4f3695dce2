"""Strict field types of requests, so that an error is raised here and not by the server."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, Field

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})", re.ASCII)
_GEOMETRIES = ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection")
_LIMITS = (180.0, 90.0)


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("a text is needed")
    return text


def _moment(text: str) -> str:
    """Check a day ``YYYY-MM-DD`` or an RFC 3339 time."""
    try:
        if not (_DAY.fullmatch(text) or _TIME.fullmatch(text)):
            raise ValueError(text)
        datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError("a day YYYY-MM-DD or an RFC 3339 time is needed") from error
    return text


def _day(text: str) -> str:
    if not _DAY.fullmatch(text):
        raise ValueError("a day YYYY-MM-DD is needed")
    return _moment(text)


def _json(value: Any) -> Any:
    """Check that a value is JSON (RFC 8259): NaN and infinity are not."""
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise ValueError("only what JSON can say may be sent, so no NaN or infinity") from error
    return value


def _geometry(geometry: Mapping[str, Any]) -> Mapping[str, Any]:
    """Check that an object is a GeoJSON geometry; polygons are looked at closely."""
    if geometry.get("type") not in _GEOMETRIES:
        raise ValueError("a GeoJSON geometry is needed")
    return _area(geometry) if geometry["type"] in ("Polygon", "MultiPolygon") else geometry


def _polygon(geometry: Mapping[str, Any]) -> Mapping[str, Any]:
    """Check a GeoJSON polygon in longitude and latitude (RFC 7946, 3.1.6)."""
    if geometry.get("type") != "Polygon":
        raise ValueError("a Polygon is needed")
    _check_rings(geometry.get("coordinates"))
    return geometry


def _area(geometry: Mapping[str, Any]) -> Mapping[str, Any]:
    """Check a GeoJSON polygon or several of them."""
    if geometry.get("type") not in ("Polygon", "MultiPolygon"):
        raise ValueError("a Polygon or MultiPolygon is needed")
    coordinates = geometry.get("coordinates")
    polygons = [coordinates] if geometry["type"] == "Polygon" else coordinates
    if not _is_list(polygons) or not polygons:
        raise ValueError("a MultiPolygon needs a polygon")
    for polygon in polygons:
        _check_rings(polygon)
    return geometry


def _check_rings(rings: Any) -> None:
    if not _is_list(rings) or not rings:
        raise ValueError("a polygon needs a ring")
    for ring in rings:
        if not _is_list(ring) or len(ring) < 4 or not all(map(_is_position, ring)):
            raise ValueError("a ring needs four or more positions of longitude and latitude in degrees")
        if list(ring[0]) != list(ring[-1]):
            raise ValueError("a ring must end where it begins")


def _is_position(position: Any) -> bool:
    if not _is_list(position) or len(position) != 2:
        return False
    return all(_is_degree(value, limit) for value, limit in zip(position, _LIMITS, strict=True))


def _is_degree(value: Any, limit: float) -> bool:
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return False
    return math.isfinite(value) and abs(value) <= limit


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes))


def _box(bbox: tuple[float, ...]) -> tuple[float, ...]:
    """Check west, south, east and north; west may be above east across the antimeridian (RFC 7946, 5.2)."""
    west, south, east, north = bbox
    if south > north or not all(_is_degree(x, 180) for x in (west, east)) or abs(south) > 90 or abs(north) > 90:
        raise ValueError("west, south, east and north in degrees are needed")
    return bbox


def _interval(text: str) -> str:
    """Check an instant, or an interval whose ends may be open as ``..`` (STAC API, item search)."""
    parts = text.split("/")
    if len(parts) > 2 or all(part in ("", "..") for part in parts):
        raise ValueError("an instant, or an interval with / between its ends is needed")
    for part in _closed_ends(parts):
        _moment(part)
    return text


def _closed_ends(parts: Sequence[str]) -> Iterator[str]:
    return (part for part in parts if part not in ("", ".."))


def one_of(*words: str) -> AfterValidator:
    """Return the check that a text is one of a few."""

    def check(text: str) -> str:
        if text not in words:
            raise ValueError(f"one of {', '.join(words)} is needed")
        return text

    return AfterValidator(check)


Moment = Annotated[str, AfterValidator(_moment)]
Day = Annotated[str, AfterValidator(_day)]
Interval = Annotated[str, AfterValidator(_interval)]
Words = Annotated[str, AfterValidator(_not_blank)]
Json = Annotated[Any, AfterValidator(_json)]
JsonObject = Annotated[dict[str, Any], AfterValidator(_json)]
Geometry = Annotated[JsonObject, AfterValidator(_geometry)]
OnePolygon = Annotated[JsonObject, AfterValidator(_polygon)]
Polygons = Annotated[JsonObject, AfterValidator(_area)]
Query = dict[Words, JsonObject]
Box = Annotated[tuple[float, float, float, float], AfterValidator(_box)]
SomeWords = Annotated[tuple[Words, ...], Field(min_length=1)]
Percent = Annotated[int, Field(ge=0, le=100)]
