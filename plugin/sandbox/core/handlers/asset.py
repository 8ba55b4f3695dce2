"""Assets, packages of them, and the files themselves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from starlette.responses import FileResponse, JSONResponse, Response

from ....api.status import parse_state
from .. import packing
from ..clock import new_id
from ..computing import ensured_file
from ..package_file import PackageFile
from ..records import shown, shown_asset
from ..request import SandboxRequest, bad_request, not_found, pagination, refused_as, texts
from ..signing import ANSWERS, check_signature, signed_url
from ..state import SandboxState
from ..store import Filter, Record

T = TypeVar("T")

_KIND = "downloads"


def list_assets(call: SandboxRequest) -> Response:
    """Answer ``ListAssets``."""
    call.aoi()
    offset, limit = _documented(call.window)
    wanted = Filter(equal={"aoi_id": call.path["aoi_id"]})
    found, total = call.state.store.page("assets", wanted, offset, limit)
    items = [shown_asset(asset, call.base_url) for asset in found]
    return JSONResponse({"assets": items, "pagination": pagination(offset, limit, total)})


def create_download(call: SandboxRequest) -> Response:
    """Answer ``AOICreateDownload``: a package is begun."""
    call.aoi()
    wanted = _documented(lambda: _wanted(call))
    assets = [call.record("assets", "asset", identifier) for identifier in wanted]
    foreign = [asset["id"] for asset in assets if asset["aoi_id"] != call.path["aoi_id"]]
    if foreign:
        raise not_found("asset", foreign[0])
    unfinished = [asset["id"] for asset in assets if not parse_state(asset["status"]).is_usable]
    if unfinished:
        raise not_found("file of an asset", unfinished[0])
    record: Record = {"download_id": new_id(), "signed_url": "", "aoi_id": call.path["aoi_id"]}
    packing.begin(call.state, _KIND, record, [_member(call.state, asset) for asset in assets])
    return JSONResponse(_shown_download(record), status_code=201)


def download_status(call: SandboxRequest) -> Response:
    """Answer ``GetDownloadStatus``; every answer signs a fresh address."""
    record = call.record(_KIND, "download", call.path["download_id"])
    if record["aoi_id"] != call.path["aoi_id"]:
        raise not_found("download", call.path["download_id"])
    if packing.is_ready(_KIND, record):
        record = {**record, "signed_url": signed_url(call, _KIND, record["download_id"])}
    return JSONResponse(_shown_download(record))


def asset_file(call: SandboxRequest) -> Response:
    """Send the file of an asset, or the range of it that was asked for."""
    asset = call.record("assets", "asset", call.path["asset_id"])
    if "_file" not in asset:
        raise not_found("file", asset["id"])
    path = ensured_file(call.state, asset)
    return FileResponse(path, media_type="image/tiff", filename=f"{asset['date']}_{asset['id'][:8]}.tif")


def package_file(call: SandboxRequest) -> Response:
    """Send a package to whoever has its signed address, until that expires."""
    kind, identifier = call.path["kind"], call.path["identifier"]
    check_signature(call, kind, identifier)
    record = call.record(kind, "package", identifier)
    if not packing.is_ready(kind, record):
        raise not_found("package", identifier)
    return PackageFile(call.state.path_of(record), record["_md5"], f"{identifier}.zip")


def answer_file(call: SandboxRequest) -> Response:
    """Send a stored response that was announced by its URL, unchanged."""
    identifier = call.path["identifier"]
    check_signature(call, ANSWERS, identifier)
    kept = call.state.kept_body(identifier)
    if kept is None:
        raise not_found("answer", identifier)
    return Response(kept[0], media_type=kept[1])


def _wanted(call: SandboxRequest) -> list[str]:
    wanted = list(dict.fromkeys(texts(call.json_object(), "asset_ids")))
    if not wanted:
        raise bad_request("asset_ids must name at least one asset", {"field": "asset_ids"})
    return wanted


def _documented(ask: Callable[[], T]) -> T:
    """Return the result of a function; refuse with 404, since the contract has no status 400 for these operations."""
    return refused_as(404, "NOT_FOUND", ask)


def _shown_download(record: Record) -> Record:
    return {name: value for name, value in shown(record).items() if name != "aoi_id"}


def _member(state: SandboxState, asset: Record) -> tuple[str, Callable[[], Path]]:
    name = f"{asset['asset_type']}_{asset['date']}_{asset['id'][:8]}.tif"
    return name, lambda: ensured_file(state, asset)
