"""Assets, packages of them, and the files themselves."""

from __future__ import annotations

import hashlib
import hmac
import time
import zipfile

from starlette.responses import FileResponse, JSONResponse, Response

from ...imagery.raster_io import whole_or_nothing
from ..clock import new_id
from ..computing import ensured_file
from ..exchange import Call, Refused, bad_request, not_found, pagination, texts
from ..records import shown, shown_asset
from ..store import Filter, Record
from ..world import World

_LIFE_S = 900


def list_assets(call: Call) -> Response:
    """Answer ``ListAssets``."""
    call.aoi()
    offset, limit = call.window()
    wanted = Filter(equal={"aoi_id": call.path["aoi_id"]})
    found, total = call.world.store.page("assets", wanted, offset, limit)
    items = [shown_asset(asset, call.base_url) for asset in found]
    return JSONResponse({"assets": items, "pagination": pagination(offset, limit, total)})


def create_download(call: Call) -> Response:
    """Answer ``AOICreateDownload``: a package is begun."""
    call.aoi()
    wanted = list(dict.fromkeys(texts(call.json_object(), "asset_ids")))
    if not wanted:
        raise bad_request("asset_ids must name at least one asset", {"field": "asset_ids"})
    assets = [call.record("assets", "asset", identifier) for identifier in wanted]
    foreign = [asset["id"] for asset in assets if asset["aoi_id"] != call.path["aoi_id"]]
    if foreign:
        raise not_found("asset", foreign[0])
    record = {"download_id": new_id(), "signed_url": "", "status": "IN_PROGRESS", "aoi_id": call.path["aoi_id"]}
    record["_file"] = f"downloads/{record['download_id']}.zip"
    call.world.store.put("downloads", record["download_id"], record)
    call.world.in_background(lambda: _pack(call.world, record, assets), "download")
    return JSONResponse(_shown_download(record), status_code=201)


def download_status(call: Call) -> Response:
    """Answer ``GetDownloadStatus``; every answer signs a fresh address."""
    record = call.record("downloads", "download", call.path["download_id"])
    if record["aoi_id"] != call.path["aoi_id"]:
        raise not_found("download", call.path["download_id"])
    if record["status"] == "SUCCESS":
        record = {**record, "signed_url": _signed(call, record["download_id"])}
    return JSONResponse(_shown_download(record))


def asset_file(call: Call) -> Response:
    """Send the file of an asset, or the range of it that was asked for."""
    asset = call.record("assets", "asset", call.path["asset_id"])
    if "_file" not in asset:
        raise not_found("file", asset["id"])
    path = ensured_file(call.world, asset)
    return FileResponse(path, media_type="image/tiff", filename=f"{asset['date']}_{asset['id'][:8]}.tif")


def download_file(call: Call) -> Response:
    """Send a package to whoever has its signed address, until that expires."""
    identifier, expires = call.path["download_id"], call.number("expires", 0)
    signature = call.query.get("signature", "")
    if not hmac.compare_digest(signature, _signature(call.world, identifier, expires)) or expires < time.time():
        raise Refused(403, "FORBIDDEN", "the address has expired or is not signed")
    record = call.record("downloads", "download", identifier)
    return FileResponse(call.world.path_of(record), media_type="application/zip", filename=f"{identifier}.zip")


def _shown_download(record: Record) -> Record:
    return {name: value for name, value in shown(record).items() if name != "aoi_id"}


def _pack(world: World, record: Record, assets: list[Record]) -> None:
    try:
        with (
            whole_or_nothing(world.path_of(record)) as part,
            zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as package,
        ):
            for asset in assets:
                package.write(ensured_file(world, asset), _name_in_package(asset))
    except OSError:
        world.store.put("downloads", record["download_id"], {**record, "status": "FAILED"})
        raise
    world.store.put("downloads", record["download_id"], {**record, "status": "SUCCESS"})


def _name_in_package(asset: Record) -> str:
    return f"{asset['asset_type']}_{asset['date']}_{asset['id'][:8]}.tif"


def _signed(call: Call, identifier: str) -> str:
    expires = int(time.time()) + _LIFE_S
    signature = _signature(call.world, identifier, expires)
    return f"{call.base_url.rstrip('/')}/files/downloads/{identifier}.zip?expires={expires}&signature={signature}"


def _signature(world: World, identifier: str, expires: int) -> str:
    return hmac.new(world.secret.encode(), f"{identifier} {expires}".encode(), hashlib.sha256).hexdigest()
