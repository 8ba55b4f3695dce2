"""The archive: collections of scenes, and the search in them."""

from __future__ import annotations

from starlette.responses import FileResponse, JSONResponse, Response

from ...core.request import LARGEST_PAGE, SandboxRequest, bad_request, not_found, whole
from ...core.store import Record
from .. import stac
from ..stac_search import criteria, ordered


def list_collections(call: SandboxRequest) -> Response:
    """Answer ``ListCollections``: all, or those whose ids are named with commas between."""
    wanted = [part.strip() for part in call.query.get("ids", "").split(",") if part.strip()]
    found = [each for each in _collections(call) if not wanted or each["id"] in wanted]
    return JSONResponse({"collections": found})


def get_collection(call: SandboxRequest) -> Response:
    """Answer ``GetCollectionById``."""
    return JSONResponse(_collection(call))


def list_items(call: SandboxRequest) -> Response:
    """Answer ``ListItemInCollection``, newest first; an unknown collection is a 400, the contract knows no 404."""
    offset, limit = call.window()
    if call.path["cid"] not in {each["id"] for each in _collections(call)}:
        raise bad_request("collection not found", {"id": call.path["cid"][:80]})
    items = [item for item in _items(call) if item["collection"] == call.path["cid"]]
    return _page(items, offset, limit)


def get_item(call: SandboxRequest) -> Response:
    """Answer ``GetCollectionItemById``."""
    _collection(call)
    for item in _items(call):
        if item["collection"] == call.path["cid"] and item["id"] == call.path["id"]:
            return JSONResponse(item)
    raise not_found("item", call.path["id"])


def search(call: SandboxRequest) -> Response:
    """Answer ``SearchItemInArchive``."""
    body = call.json_object()
    wanted = criteria(body)
    limit, offset = whole(body, "limit", 10, least=1), whole(body, "offset", 0)
    items = [item for item in _items(call) if all(test(item) for test in wanted)]
    return _page(ordered(items, body.get("sortby", [])), offset, min(limit, LARGEST_PAGE))


def scene_file(call: SandboxRequest) -> Response:
    """Send the file of a scene, or the range of it that was asked for."""
    scene = call.record("items", "scene", call.path["scene_id"])
    return FileResponse(call.state.path_of(scene), media_type="image/tiff", filename=f"{scene['id']}.tif")


def _items(call: SandboxRequest) -> list[Record]:
    scenes = [scene for satellite in call.state.store.all("satellites") for scene in _scenes(call, satellite)]
    return [stac.item(call.state, call.base_url, scene) for scene in scenes]


def _scenes(call: SandboxRequest, satellite: Record) -> list[Record]:
    return stac.scenes_of(call.state, str(satellite["id"]))


def _collections(call: SandboxRequest) -> list[Record]:
    """Return the collections that hold a scene."""
    return [
        stac.collection(call.state, call.base_url, satellite, listed)
        for satellite in call.state.store.all("satellites")
        if _scenes(call, satellite)
        for listed in satellite["collections"]
    ]


def _collection(call: SandboxRequest) -> Record:
    found = next((each for each in _collections(call) if each["id"] == call.path["cid"]), None)
    if found is None:
        raise not_found("collection", call.path["cid"])
    return found


def _page(items: list[Record], offset: int, limit: int) -> Response:
    features = items[offset : offset + limit]
    return JSONResponse({"type": "FeatureCollection", "features": features, "links": []})
