"""Times and ids as the sandbox writes them."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping
from typing import Any

_NAMESPACE = uuid.UUID("5f1d5b52-6d0d-4f0c-9a0c-2b6f6d3f7a11")


def now() -> str:
    """Return this moment, as the documented samples write times."""
    return stamp(datetime.datetime.now(datetime.UTC))


def stamp(moment: datetime.datetime) -> str:
    """Return a UTC moment as ``2022-11-14 12:55:49.125928+00:00``."""
    return moment.isoformat(sep=" ", timespec="microseconds")


def new_id() -> str:
    """Return a new unique id (UUID 4)."""
    return str(uuid.uuid4())


def named_id(*parts: str) -> str:
    """Return the one id of a thing with a name, the same in every sandbox."""
    return str(uuid.uuid5(_NAMESPACE, "/".join(parts)))


def date_key(day: str) -> str:
    """Return a day ``YYYY-MM-DD`` as legends name it: ``YYYY_MM_DD``."""
    return day.replace("-", "_")


def key_of_asset(asset: Mapping[str, Any]) -> str:
    """Return the date key that legends name an asset's date by; a second scene of a day has one of its own."""
    return str(asset.get("_key") or date_key(asset["date"]))


def day_of_key(key: str) -> str:
    """Return a legend's date key as assets write the day."""
    return key.replace("_", "-")
