"""Lists and fields of records as no page shows them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ..core.request import bad_request
from .exchanged import VariantRequest

Record = dict[str, Any]

_LARGEST = 10


def under(key: str, other: str) -> Callable[[Record], Record]:
    """Return a transform that moves a list to another key."""
    return lambda content: {other if name == key else name: value for name, value in content.items()}


def bare(key: str) -> Callable[[Record], Any]:
    """Return a transform that sends a list without an object around it."""
    return lambda content: content[key]


def without_total(content: Record) -> Record:
    """Remove the page information."""
    return {name: value for name, value in content.items() if name not in ("pagination", "count")}


def total_on_top(content: Record) -> Record:
    """Move the total beside the list."""
    return {**without_total(content), "total": content["pagination"]["total"]}


def limit_refused(asked: VariantRequest) -> VariantRequest:
    """Hear no limit above 10.

    Raises:
        Refused: it is above.
    """
    if _limit(asked) > _LARGEST:
        raise bad_request(f"limit must be {_LARGEST} at most", {"field": "limit"})
    return asked


def limit_clamped(asked: VariantRequest) -> VariantRequest:
    """Lower a limit above 10 without a word."""
    return replace(asked, query={**asked.query, "limit": str(_LARGEST)}) if _limit(asked) > _LARGEST else asked


def _limit(asked: VariantRequest) -> int:
    text = asked.query.get("limit", "")
    return int(text) if text.isascii() and text.isdecimal() else 0


def day_with_time(record: Record) -> Record:
    """Write the day of an asset as a time."""
    is_day = isinstance(record.get("date"), str) and "asset_type" in record
    return {**record, "date": f"{record['date']}T00:00:00Z"} if is_day else record


def foreign_path(record: Record) -> Record:
    """Replace the URL of an asset by its location in a store that needs another login."""
    return {**record, "path": f"s3://assets/{record['id']}.tif"} if "asset_type" in record else record


def images_listed(record: Record) -> Record:
    """Write the images of an area of interest as a list of texts."""
    return {**record, "images": sorted(record["images"])} if isinstance(record.get("images"), dict) else record


def numbers_as_text(record: Record) -> Record:
    """Write areas and progress as texts."""
    names = ("progress", "area_in_sq_m")
    return {name: str(value) if name in names else value for name, value in record.items()}


def times_without_offset(record: Record) -> Record:
    """Write times without fraction and offset."""
    names = ("created_at", "updated_at")
    return {name: value[:19] if name in names else value for name, value in record.items()}
