"""The catalogue of ordered scenes: search, deliveries and packages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from starlette.responses import JSONResponse, Response

from ....api.status import Word
from ...core import packing
from ...core.clock import new_id
from ...core.records import shown
from ...core.request import LARGEST_PAGE, SandboxRequest, bad_request, pagination, texts, whole
from ...core.signing import signed_url
from ...core.store import Record
from .. import stac
from ..ordering.order_request import target
from ..ordering.orders import deliver
from ..stac_search import criteria, ordered
from .order import order_item

_KIND = "catalog_downloads"
_DEFAULT = 2
_BY = {"order_ids": "_order_id", "order_item_ids": "_order_item_id", "item_ids": "_scene"}
_OF_SCENES = ("bbox", "collections", "datetime", "intersects", "query")


def search_catalogs(call: SandboxRequest) -> Response:
    """Answer ``SearchCatalogs``; ``ids`` may be those of the catalogue or of the scenes."""
    body = call.json_object()
    limit, offset = whole(body, "limit", _DEFAULT, least=1), whole(body, "offset", 0)
    wanted = criteria({name: body[name] for name in _OF_SCENES if name in body})
    found = [_shown(call, record) for record in _named(call, body)]
    found = [each for each in found if all(test(each["details"]) for test in wanted)]
    found = _in_order(found, body.get("sort_by", []))
    limit = min(limit, LARGEST_PAGE)
    page = {"catalogs": found[offset : offset + limit], "pagination": pagination(offset, limit, len(found))}
    return JSONResponse(page)


def _named(call: SandboxRequest, body: Mapping[str, Any]) -> list[Record]:
    found = call.state.store.all("catalogs")
    if "ids" in body:
        ids = texts(body, "ids")
        found = [record for record in found if record["id"] in ids or record["_scene"] in ids]
    for name, field in _BY.items():
        if name in body:
            wanted = texts(body, name)
            found = [record for record in found if record[field] in wanted]
    return found


def _in_order(found: list[Record], keys: Any) -> list[Record]:
    """Return catalogues in the order of their own fields or of their scenes'."""
    rows = [{**each["details"], "properties": {**each["details"]["properties"], **_plain(each)}} for each in found]
    by_row = {id(row): each for row, each in zip(rows, found, strict=True)}
    return [by_row[id(row)] for row in ordered(rows, keys, field="sort_by")]


def _plain(catalog: Record) -> Record:
    return {name: value for name, value in catalog.items() if name != "details"}


def get_catalog(call: SandboxRequest) -> Response:
    """Answer ``GetCatalogById``; an unknown one is a 400, the contract knows no 404."""
    return JSONResponse(_shown(call, _catalog(call, call.path["id"])))


def _catalog(call: SandboxRequest, identifier: str) -> Record:
    found = call.state.store.get("catalogs", identifier)
    if found is None:
        raise bad_request("no such catalog", {"id": identifier[:80]})
    return found


def _shown(call: SandboxRequest, record: Record) -> Record:
    scene = call.record("items", "scene", str(record["_scene"]))
    return {**shown(record), "details": stac.item(call.state, call.base_url, scene)}


def list_deliveries(call: SandboxRequest) -> Response:
    """Answer ``ListDeliveries``."""
    found = call.state.store.all("deliveries")
    for name in ("delivery_id", "catalog_id", "task_id"):
        found = [each for each in found if not call.query.get(name) or each[name] == call.query[name]]
    item = call.query.get("order_item_id")
    found = [each for each in found if not item or each["_order_item_id"] == item]
    return JSONResponse({"deliveries": [shown(each) for each in found]})


def create_delivery(call: SandboxRequest) -> Response:
    """Answer ``CreateDelivery``: all of them are made, or none."""
    given = call.json_object().get("deliveries")
    if not isinstance(given, list) or not given or not all(isinstance(each, Mapping) for each in given):
        raise bad_request("deliveries must hold at least one object", {"field": "deliveries"})
    with call.state.store.transaction():
        wanted = [(_chosen(call, each), target(call.state, each.get("cloud_info"))) for each in given]
        made = [deliver(call.state, catalog, place, None) for catalogs, place in wanted for catalog in catalogs]
        for delivery in made:
            call.state.change("catalogs", delivery["catalog_id"], delivery_status=Word.SUCCESS.upper())
    return JSONResponse({"deliveries": made}, status_code=201)


def _chosen(call: SandboxRequest, given: Mapping[str, Any]) -> list[Record]:
    """Return the catalogues a body names: by their own ids, or by the order items they came with, not both."""
    ids, items = (texts(given, name) if name in given else [] for name in ("catalog_ids", "order_item_ids"))
    if bool(ids) == bool(items):
        raise bad_request("either catalog_ids or order_item_ids is needed", {"field": "catalog_ids"})
    found = _by_id(call, ids) if ids else _by_item(call, items)
    if not found:
        raise bad_request("nothing has come of these order items yet", {"field": "order_item_ids"})
    return found


def _by_id(call: SandboxRequest, identifiers: list[str]) -> list[Record]:
    return [_catalog(call, identifier) for identifier in dict.fromkeys(identifiers)]


def _by_item(call: SandboxRequest, identifiers: list[str]) -> list[Record]:
    for identifier in identifiers:
        order_item(call, identifier)
    return [record for record in call.state.store.all("catalogs") if record["_order_item_id"] in identifiers]


def create_download(call: SandboxRequest) -> Response:
    """Answer ``CreateDownload``: a package of the scenes' files is begun."""
    catalogs = _chosen(call, call.json_object())
    scenes = {str(each["_scene"]): call.record("items", "scene", str(each["_scene"])) for each in catalogs}
    record: Record = {"id": new_id(), "signed_url": ""}
    packing.begin(call.state, _KIND, record, [_member(call, scene) for scene in scenes.values()])
    return JSONResponse(shown(record), status_code=201)


def _member(call: SandboxRequest, scene: Record) -> tuple[str, Callable[[], Path]]:
    return f"{scene['id']}.tif", lambda: call.state.path_of(scene)


def download_status(call: SandboxRequest) -> Response:
    """Answer ``GetDownloadById``; every answer signs a fresh address."""
    record = call.record(_KIND, "download", call.path["download_id"])
    if packing.is_ready(_KIND, record):
        record = {**record, "signed_url": signed_url(call, _KIND, record["id"])}
    return JSONResponse(shown(record))
