"""The report: everything ordered, as a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import datetime, tzinfo

from ...core.store import Record

COLUMNS = (
    "order_id",
    "order_item_id",
    "name",
    "project_id",
    "type",
    "status",
    "area_km2",
    "tokens_used",
    "created_at",
    "updated_at",
)


def report(items: Iterable[Record], zone: tzinfo) -> str:
    """Return order items as CSV (RFC 4180) with a header; times are those of a zone."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(COLUMNS)
    for item in items:
        row = {**item, "order_item_id": item["id"], "area_km2": item["area"]}
        times = {name: _local(str(item[name]), zone) for name in ("created_at", "updated_at")}
        table.writerow([{**row, **times}[name] for name in COLUMNS])
    return text.getvalue()


def _local(moment: str, zone: tzinfo) -> str:
    return datetime.fromisoformat(moment).astimezone(zone).isoformat(timespec="seconds")
