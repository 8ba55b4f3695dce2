"""Orders and their progress: scenes of the archive are delivered, taskings stay pending."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from ....api.status import Word
from ...core.clock import new_id, now
from ...core.geometry import area_m2, common_parts
from ...core.records import TENANT_ID, USER_ID
from ...core.state import SandboxState
from ...core.store import Filter, Record
from .order_request import RequestedItem
from .pricing import ARCHIVE, TASKING

_KM2 = 1e6
_UNFINISHED = ("ACTIVE", "DRAFT")


def drafted(requested: Sequence[RequestedItem]) -> Record:
    """Return an order as it would be made: priced, without ids of its own."""
    items = [_item(each) for each in requested]
    return {
        "org_id": TENANT_ID,
        "user_id": USER_ID,
        "status": "UNPAID",
        "total_amount": sum(each.price.final for each in requested),
        "order_items": items,
    }


def place(state: SandboxState, requested: Sequence[RequestedItem]) -> Record:
    """Store an order with its items and tasks, and return it."""
    made, order_id, transaction = now(), new_id(), new_id()
    items = [_placed(each, order_id, transaction, made) for each in requested]
    facts = drafted(requested)
    del facts["order_items"]
    order: Record = {
        **facts,
        "id": order_id,
        "status": "PAID",
        "transaction_id": transaction,
        "paid_at": made,
        **_stamps(made),
    }
    with state.store.transaction():
        state.store.put("orders", order_id, order)
        state.store.put_all("order_items", ((item["id"], item) for item in items))
    return order


def begin(state: SandboxState, order: Record) -> None:
    """Fulfil in the background the items available at once: the scenes of the archive."""
    state.in_background(lambda: _fulfil_all(state, Filter(equal={"order_id": str(order["id"])})), "order")


def resume(state: SandboxState) -> None:
    """Fulfil the orders that were incomplete when the sandbox stopped."""
    _fulfil_all(state, Filter())


def _fulfil_all(state: SandboxState, wanted: Filter) -> None:
    for item in state.store.all("order_items", wanted):
        if item["type"] == ARCHIVE:
            _fulfil(state, str(item["id"]))


def _item(each: RequestedItem) -> Record:
    chosen = each.bandset
    bands = chosen["bands"] if chosen else []
    optional: Record = {}
    if chosen is not None:
        optional["bandset"] = {"bandset_id": chosen["id"], "bands": bands}
    if each.delivery is not None:
        optional["cloud_delivery"] = each.delivery
    return {
        "org_id": TENANT_ID,
        "user_id": USER_ID,
        "type": each.kind,
        "status": "DRAFT",
        "payment_status": "UNPAID",
        "feasibility_status": "NOT_APPLICABLE" if each.kind == ARCHIVE else Word.SUCCESS.upper(),
        "area": each.price.area_km2,
        "image_type": "VNIR",
        "number_of_bands": len(bands) or max((len(scene["bands"]) for scene in each.scenes), default=0),
        "images": [{"item_id": scene["id"], "geometry": scene["geometry"]} for scene in each.scenes],
        "base_amount": each.price.base,
        "final_amount": each.price.final,
        "uplifts": list(each.price.uplifts),
        "tokens_used": 0,
        **each.fields,
        **optional,
    }


def _placed(each: RequestedItem, order_id: str, transaction: str, made: str) -> Record:
    identifier = new_id()
    paid = {"tokens_used": each.price.final, "transaction_id": transaction, **_stamps(made)}
    return {
        **_item(each),
        "id": identifier,
        "order_id": order_id,
        "status": "ACTIVE",
        "payment_status": "PAID",
        **paid,
        "_tasks": [{**task, "order_item_id": identifier} for task in _tasks(each, paid)],
        "_polygons": list(each.polygons),
    }


def _tasks(each: RequestedItem, paid: Record) -> list[Record]:
    """Return the tasks of an item: one for all scenes of the archive, or one for every window of time."""
    facts: Record = {
        **paid,
        "type": ARCHIVE if each.kind == ARCHIVE else TASKING,
        "status": Word.SUBMITTED.upper(),
        "delivery_status": Word.CREATED.upper() if each.delivery else "UNSPECIFIED",
        "number_of_strips": max(1, len(each.scenes)),
    }
    windows = each.schedule.windows
    if not windows:
        return [{**facts, "id": new_id()}]
    share, rest = divmod(each.price.final, len(windows))
    return [
        {
            **facts,
            "id": new_id(),
            "start_date": _task_day(start),
            "end_date": _task_day(end),
            "tokens_used": share + (number < rest),
        }
        for number, (start, end) in enumerate(windows)
    ]


def _task_day(day: date) -> str:
    """Return a day as the sample of a task writes it: ``15-05-2024``."""
    return f"{day.day:02}-{day.month:02}-{day.year:04}"


def _stamps(made: str) -> dict[str, str]:
    return {"created_at": made, "created_by": USER_ID, "updated_at": made, "updated_by": USER_ID}


def _fulfil(state: SandboxState, item_id: str) -> None:
    """Bring an archive item's scenes into the catalogue, deliver them where wanted, and call it fulfilled."""
    with state.store.transaction():
        item = state.store.get("order_items", item_id)
        if item is None or item["status"] != "ACTIVE":
            return
        (task,) = item["_tasks"]
        for image in item["images"]:
            catalog = _catalog(item, task, image)
            state.store.put("catalogs", catalog["id"], catalog)
            if item.get("cloud_delivery"):
                deliver(state, catalog, item["cloud_delivery"], str(task["id"]))
        task = {**task, "status": "FULFILLED", "delivery_status": _delivered(item), "updated_at": now()}
        state.change("order_items", item_id, status="FULFILLED", _tasks=[task])


def _delivered(item: Record) -> str:
    return Word.SUCCESS.upper() if item.get("cloud_delivery") else "UNSPECIFIED"


def _catalog(item: Record, task: Record, image: Record) -> Record:
    parts = [part for polygon in item["_polygons"] for part in common_parts(polygon, image["geometry"])]
    return {
        "id": new_id(),
        "task_id": task["id"],
        "org_id": TENANT_ID,
        "bandset_id": "",
        "area": round(sum(area_m2(part) for part in parts) / _KM2, 3),
        "delivery_status": _delivered(item),
        "_scene": str(image["item_id"]),
        "_order_id": item["order_id"],
        "_order_item_id": item["id"],
        **_stamps(now()),
    }


def deliver(state: SandboxState, catalog: Record, target: Record, task_id: str | None) -> Record:
    """Record that a scene was delivered into a store; no byte leaves this machine."""
    prefix = str(target.get("path", "")).strip("/")
    record: Record = {
        "delivery_id": new_id(),
        "catalog_id": catalog["id"],
        "task_id": task_id,
        "status": Word.SUCCESS.upper(),
        "cloud_delivery": target,
        "target_path": "/".join(part for part in (prefix, f"{catalog['_scene']}.tif") if part),
        **_stamps(now()),
    }
    state.store.put("deliveries", record["delivery_id"], {**record, "_order_item_id": catalog["_order_item_id"]})
    return record


def is_waited_for(state: SandboxState, store_id: str) -> bool:
    """Return whether an unfinished item is to be delivered into a store."""
    items = state.store.all("order_items")
    return any(_target(item) == store_id and item["status"] in _UNFINISHED for item in items)


def _target(item: Record) -> Any:
    return (item.get("cloud_delivery") or {}).get("config")


def shown_order(state: SandboxState, order: Record) -> Record:
    """Return an order with its items, as the API shows it."""
    items = state.store.all("order_items", Filter(equal={"order_id": str(order["id"])}))
    return {**order, "order_items": [shown_item(item, whole=False) for item in items]}


def shown_item(item: Record, *, whole: bool = True) -> Record:
    """Return an order item as the API shows it; a whole one has its tasks."""
    shown = {name: value for name, value in item.items() if not name.startswith("_")}
    return {**shown, "tasks": item["_tasks"], "validation_errors": []} if whole else shown
