"""Indices, and visualizations of them over an area of interest."""

from __future__ import annotations

from starlette.responses import JSONResponse, Response

from ....api.status import Word
from ....imagery.expression import ExpressionInvalid
from ....legend.units import display_ranges
from ....legend.vocabulary import ExpressionType
from ..clock import new_id, now
from ..computing import compute, expressions_of
from ..presets import COMPOSITE_BANDS
from ..records import new_visualization, shown, shown_visualization
from ..request import Refused, SandboxRequest, bad_request, pagination, refused_as, text, texts
from ..state import SandboxState
from ..store import Filter, Record

_COARSEST_M = 10_000.0


def list_indices(call: SandboxRequest) -> Response:
    """Answer ``ListIndices``."""
    offset, limit = call.window()
    equal = call.given("satellite_id", "type", "expression_type")
    wanted = Filter(equal={**equal, **({"id": call.query["index_id"]} if call.given("index_id") else {})})
    found, total = call.state.store.page("indices", wanted, offset, limit)
    return JSONResponse({"indices": [shown(i) for i in found], "pagination": pagination(offset, limit, total)})


def create_index(call: SandboxRequest) -> Response:
    """Answer ``CreateIndex``."""
    body = call.json_object()
    names = ("name", "expression", "colormap", "satellite_id", "expression_type")
    fields: Record = {name: text(body, name) for name in names}
    fields["description"] = text(body, "description", blank=True)
    fields["rescale"] = _rescale(body)
    bands = _checked_bands(call, fields)
    made = now()
    index = {"id": new_id(), **fields, "type": "custom", "bands": bands, "created_at": made, "updated_at": made}
    twins = Filter(equal={"name": fields["name"], "satellite_id": fields["satellite_id"]})
    with call.state.store.transaction():
        if call.state.store.page("indices", twins, 0, 1)[1]:
            raise Refused(409, "CONFLICT", "an index of this name exists", {"field": "name", "value": fields["name"]})
        call.state.store.put("indices", str(index["id"]), index)
    return JSONResponse(shown(index), status_code=201)


def _rescale(body: Record) -> list[float]:
    """Return the display range; a composite may have one a band, all in one list."""
    value = body.get("rescale")
    numbers = isinstance(value, list) and all(isinstance(n, (int, float)) and not isinstance(n, bool) for n in value)
    bands = COMPOSITE_BANDS if body.get("expression_type") == ExpressionType.COMPOSITE else 1
    if not isinstance(value, list) or not numbers or not display_ranges(value, bands):
        raise bad_request("rescale must be [min, max], min below max", {"field": "rescale"})
    return value


def _checked_bands(call: SandboxRequest, fields: Record) -> list[str]:
    """Return the bands an expression uses, all of which the satellite has."""
    if ExpressionType.named(fields["expression_type"]) is None:
        raise bad_request("expression_type must be composite, grayscale or index", {"field": "expression_type"})
    satellite = call.state.store.get("satellites", fields["satellite_id"])
    if satellite is None:
        raise bad_request("satellite_id is not known", {"field": "satellite_id"})
    try:
        expressions = expressions_of(fields)
    except ExpressionInvalid as exc:
        raise bad_request(f"expression: {exc.reason} at {exc.position}", {"field": "expression"}) from exc
    if fields["expression_type"] == ExpressionType.COMPOSITE and len(expressions) != 3:
        raise bad_request("a composite needs three expressions with commas between", {"field": "expression"})
    bands = sorted(set[str]().union(*(expression.bands for expression in expressions)))
    missing = sorted(set(bands) - {band["name"] for band in satellite["bands"]})
    if missing or not bands:
        raise bad_request("expression must use bands of the satellite", {"field": "expression", "missing": missing})
    return bands


def list_visualizations(call: SandboxRequest) -> Response:
    """Answer ``ListVisualizations``; the array is under the singular key. The contract knows no 404 of it."""
    refused_as(400, "BAD_REQUEST", call.aoi)
    offset, limit = call.window()
    equal = call.given("type", "user_id", "expression_type", "index_id")
    if call.given("visualization_id"):
        equal["id"] = call.query["visualization_id"]
    _go_on(call)
    wanted = Filter(equal={"aoi_id": call.path["aoi_id"], **equal})
    found, total = call.state.store.page("visualizations", wanted, offset, limit)
    items = [_listed(call, record) for record in found]
    return JSONResponse({"visualization": items, "pagination": pagination(offset, limit, total)})


def _go_on(call: SandboxRequest) -> None:
    """Move visualizations that are computed while they are listed one step on."""
    waiting = Filter(equal={"aoi_id": call.path["aoi_id"]}, among={"status": (Word.QUEUED, Word.PROCESSING)})
    for record in call.state.store.all("visualizations", waiting):
        if record.get("_steps"):
            _step_on(call.state, record)


def _step_on(state: SandboxState, record: Record) -> None:
    step, *later = record["_steps"]
    state.change("visualizations", record["id"], status=step, _steps=later)
    if not later:
        state.in_background(lambda: compute(state, record["id"]), "visualization")


def _listed(call: SandboxRequest, record: Record) -> Record:
    return shown_visualization(record, call.state.assets_of(record["id"]), call.base_url)


def create_visualization(call: SandboxRequest) -> Response:
    """Answer ``CreateVisualization``: the record at once, its rasters and legends soon after."""
    aoi, body = call.aoi(), call.json_object()
    index = call.state.store.get("indices", text(body, "index_id"))
    if index is None or index["satellite_id"] != aoi["satellite_id"]:
        raise bad_request("no such index of the AOI's satellite", {"field": "index_id"})
    sources = _sources(call, aoi, body)
    record = {
        **new_visualization(aoi["aoi_id"], index),
        "_sources": sources,
        "_resolution": _resolution(call, aoi, body),
    }
    with call.state.store.transaction():
        twins = call.state.store.all("visualizations", Filter(equal={"aoi_id": aoi["aoi_id"], "index_id": index["id"]}))
        if any(twin.get("_sources") == sources and twin["status"] != Word.FAILED for twin in twins):
            raise Refused(409, "CONFLICT", "this index is already visualized over these assets", {"field": "index_id"})
        call.state.store.put("visualizations", record["id"], record)
    call.state.in_background(lambda: compute(call.state, record["id"]), "visualization")
    return JSONResponse(shown_visualization(record, [], call.base_url), status_code=201)


def _sources(call: SandboxRequest, aoi: Record, body: Record) -> list[str]:
    """Return the mosaics to compute over: those asked for, or all of the area of interest."""
    mosaics = Filter(equal={"aoi_id": aoi["aoi_id"], "asset_type": "mosaic"})
    known = [asset["id"] for asset in call.state.store.all("assets", mosaics)]
    wanted = texts(body, "src_asset_ids") if body.get("src_asset_ids") is not None else known
    unknown = [identifier for identifier in wanted if identifier not in known]
    if unknown or not wanted:
        raise bad_request("src_asset_ids must name mosaics of the AOI", {"field": "src_asset_ids", "unknown": unknown})
    return list(dict.fromkeys(wanted))


def _resolution(call: SandboxRequest, aoi: Record, body: Record) -> float | None:
    """Return the ground resolution asked for in metres; ``None`` for the satellite's own, which is the finest."""
    value = body.get("resolution")
    if value is None:
        return None
    finest = call.record("satellites", "satellite", aoi["satellite_id"])["bands"][0]["spatial_resolution"]
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not finest <= value <= _COARSEST_M:
        raise bad_request(f"resolution must be {finest:g} to {_COARSEST_M:g} metres", {"field": "resolution"})
    return None if value == finest else float(value)
