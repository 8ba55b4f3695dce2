"""Times as questions write them, RFC 3339 or whole UTC days, and intervals of them (STAC API, item search)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time
from typing import Any

from .request import bad_request

Period = tuple[datetime, datetime]
OpenPeriod = tuple[datetime | None, datetime | None]

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TIME = re.compile(
    r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2}(?:\.\d+)?)(Z|[+ -]\d{2}:\d{2})", re.ASCII | re.IGNORECASE
)


def period(text: Any, field: str) -> Period:
    """Return the first and the last moment meant: a day is a whole one, a time is both.

    A blank before an offset counts as the plus sign which a query turns into one.

    Raises:
        Refused: it is neither a day nor a time with an offset.
    """
    try:
        return _period(text if isinstance(text, str) else "")
    except (ValueError, OverflowError) as exc:
        details = {"field": field, "value": str(text)[:40]}
        raise bad_request(f"{field} must hold times as in RFC 3339, or days YYYY-MM-DD", details) from exc


def _period(text: str) -> Period:
    if _DAY.fullmatch(text):
        day = datetime.fromisoformat(text)
        return day.replace(tzinfo=UTC), datetime.combine(day, time.max, UTC)
    parts = _TIME.fullmatch(text)
    if parts is None:
        raise ValueError(text)
    day_text, clock, offset = parts.groups()
    moment = datetime.fromisoformat(f"{day_text}T{clock}{offset.upper().replace(' ', '+')}").astimezone(UTC)
    return moment, moment


def interval(text: Any, field: str) -> OpenPeriod:
    """Return both ends of a time, or of an interval whose ends may be open as ``..`` or nothing.

    Raises:
        Refused: it is no such thing, or ends before it begins.
    """
    parts = text.split("/") if isinstance(text, str) else []
    if not 1 <= len(parts) <= 2 or all(part in ("", "..") for part in parts):
        raise bad_request(f"{field} must be a time, or an interval with / between its ends", {"field": field})
    ends = [(None, None) if part in ("", "..") else period(part, field) for part in parts]
    first, last = ends[0][0], ends[-1][1]
    if first is not None and last is not None and first > last:
        raise bad_request(f"{field} ends before it begins", {"field": field})
    return first, last
