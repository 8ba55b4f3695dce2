"""Handlers of bandsets, orders, order items and the order report."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, tzinfo
from typing import TypeVar
from zoneinfo import ZoneInfo

from starlette.responses import JSONResponse, Response

from ...core.clock import stamp
from ...core.periods import period
from ...core.request import SandboxRequest, bad_request, pagination
from ...core.store import Record
from ..ordering.bandsets import bandsets
from ..ordering.order_request import requested_item
from ..ordering.orders import begin, drafted, place, shown_item, shown_order
from ..ordering.report import report

T = TypeVar("T", float, str)

_UTC = "UTC"
_LISTS = {"order_ids": "order_id", "project_ids": "project_id", "ids": "id"}


def list_bandsets(call: SandboxRequest) -> Response:
    """Answer ``ListBandsets``."""
    return JSONResponse({"bandsets": bandsets()})


def submit_order(call: SandboxRequest) -> Response:
    """Answer ``SubmitOrder``; a dry run is priced and checked, and leaves nothing behind."""
    body = call.json_object()
    given, dry_run = body.get("order_items"), body.get("dry_run", False)
    if not isinstance(dry_run, bool):
        raise bad_request("dry_run must be true or false", {"field": "dry_run"})
    if not isinstance(given, list) or not given:
        raise bad_request("order_items must hold at least one", {"field": "order_items"})
    with call.state.store.transaction():  # no store goes between the look at it and the order
        requested = [requested_item(call.state, each) for each in given]
        if dry_run:
            return JSONResponse(drafted(requested), status_code=201)
        order = place(call.state, requested)
        shown = shown_order(call.state, order)
    begin(call.state, order)
    return JSONResponse(shown, status_code=201)


def list_orders(call: SandboxRequest) -> Response:
    """Answer ``ListOrders``, oldest first."""
    offset, limit = call.window()
    user = call.query.get("user_id")
    found = [order for order in call.state.store.all("orders") if not user or order["user_id"] == user]
    shown = [shown_order(call.state, order) for order in found[offset : offset + limit]]
    return JSONResponse({"orders": shown, "pagination": pagination(offset, limit, len(found))})


def get_order(call: SandboxRequest) -> Response:
    """Answer ``GetOrderById``."""
    return JSONResponse(shown_order(call.state, call.record("orders", "order", call.path["id"])))


def list_items(call: SandboxRequest) -> Response:
    """Answer ``ListOrderItems``; ``created_at`` and ``area`` are ranges with a comma between."""
    offset, limit = call.window()
    found = call.state.store.all("order_items")
    for name in ("user_id", "type", "status", "created_by"):
        found = [item for item in found if not call.query.get(name) or item[name] == call.query[name]]
    for name, field in _LISTS.items():
        wanted = [part.strip() for part in call.query.get(name, "").split(",") if part.strip()]
        found = [item for item in found if not wanted or item[field] in wanted]
    found = _between(call, "area", found, _areas, lambda item: float(item["area"]))
    found = _between(call, "created_at", found, _times, lambda item: str(item["created_at"]))
    shown = [shown_item(item) for item in found[offset : offset + limit]]
    return JSONResponse({"order_items": shown, "pagination": pagination(offset, limit, len(found))})


def _between(
    call: SandboxRequest,
    name: str,
    items: list[Record],
    read: Callable[[str], tuple[T, T]],
    value: Callable[[Record], T],
) -> list[Record]:
    """Return the items within a range: two values with a comma between, both included, or one that is both ends."""
    given = call.query.get(name, "")
    if not given:
        return items
    parts = [read(part.strip()) for part in given.split(",")]
    if len(parts) > 2:
        raise bad_request(f"{name} must be a range of two", {"field": name})
    return [item for item in items if parts[0][0] <= value(item) <= parts[-1][1]]


def _areas(part: str) -> tuple[float, float]:
    try:
        area = float(part)
    except ValueError:
        area = math.nan
    if not math.isfinite(area):
        raise bad_request("area must be numbers of km²", {"field": "area"})
    return area, area


def _times(part: str) -> tuple[str, str]:
    first, last = period(part, "created_at")
    return stamp(first), stamp(last)


def get_item(call: SandboxRequest) -> Response:
    """Answer ``GetOrderItemById``."""
    return JSONResponse(shown_item(order_item(call, call.path["id"])))


def order_item(call: SandboxRequest, identifier: str) -> Record:
    """Return a thing ordered.

    Raises:
        Refused: there is none; a 400, the contract knows no 404.
    """
    found = call.state.store.get("order_items", identifier)
    if found is None:
        raise bad_request("order item not found", {"id": identifier[:80]})
    return found


def order_report(call: SandboxRequest) -> Response:
    """Answer ``DownloadOrderReport``."""
    text = report(call.state.store.all("order_items"), _zone(call.query.get("tz") or _UTC))
    return Response(text, media_type="text/csv")


def _zone(name: str) -> tzinfo:
    try:
        return UTC if name == _UTC else ZoneInfo(name)  # Windows knows no zones of its own
    except (KeyError, ValueError, OSError) as exc:  # an unknown name, one that is a path, one that is a folder
        raise bad_request("tz is no time zone", {"field": "tz", "value": name[:80]}) from exc
