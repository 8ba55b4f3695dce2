"""Scenes on offer for an area and a time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field, model_validator

from ..decoding.decode import number
from .fields import Request
from .request_fields import Moment, Polygons, Words

MOST_SCENES = 10_000


class SearchSatellite(Request):
    """A satellite and one of its collections."""

    collection_id: Words
    satellite_id: Words


class SearchFilter(Request):
    """A property of scenes, as ``eo:cloud_cover``, and the whole numbers it lies between."""

    id: Words
    min: int
    max: int

    @model_validator(mode="after")
    def _in_order(self) -> SearchFilter:
        if self.min > self.max:
            raise ValueError("min is above max")
        return self


class SearchRequest(Request):
    """Which scenes to search: over a polygon, between two days or times, of some satellites."""

    start_date: Moment
    end_date: Moment
    satellites: Annotated[tuple[SearchSatellite, ...], Field(min_length=1)]
    geometry: Polygons
    filters: tuple[SearchFilter, ...] | None = None
    limit: Annotated[int, Field(ge=1, le=MOST_SCENES)] | None = None
    next_token: Words | None = None

    @model_validator(mode="after")
    def _in_order(self) -> SearchRequest:
        if _is_after(self.start_date, self.end_date):
            raise ValueError("start_date is after end_date")
        return self


def _is_after(start: str, end: str) -> bool:
    """Compare instants; where one is a day, which is in no time zone, compare days."""
    if len(start) > len("YYYY-MM-DD") < len(end):
        return datetime.fromisoformat(start) > datetime.fromisoformat(end)
    return start[:10] > end[:10]


def page_facts(raw: Any) -> tuple[int | None, str | None]:
    """Return total and cursor of a search's answer, as far as they came (prose promises a cursor, samples skip)."""
    page = raw.get("pagination") if isinstance(raw, Mapping) else None
    holder: Mapping[str, Any] = page if isinstance(page, Mapping) else {}
    outer: Mapping[str, Any] = raw if isinstance(raw, Mapping) else {}
    total = number(holder.get("total", outer.get("total")))
    token = holder.get("next_token") or outer.get("next_token")
    return None if total is None or total < 0 else int(total), token if isinstance(token, str) and token else None


def scenes_in(raw: Any) -> list[Any]:
    """Return the records of a search, whose ``items`` are a list, a map by id, or a map of lists by collection."""
    items = raw.get("items", raw.get("features")) if isinstance(raw, Mapping) else raw
    if isinstance(items, Mapping) and isinstance(items.get("features"), list):
        return list(items["features"])
    if not isinstance(items, Mapping):
        return list(items) if isinstance(items, list) else []
    found: list[Any] = []
    for key, value in items.items():
        if isinstance(value, list):
            found += value
        elif isinstance(value, Mapping) and isinstance(value.get("features"), list):
            found += value["features"]
        elif isinstance(value, Mapping):
            found.append({"id": key, **value})
    return found
