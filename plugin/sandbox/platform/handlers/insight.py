"""Insights over an area of interest: priced, run, listed, packed and deleted."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from starlette.responses import JSONResponse, Response

from ....files.whole import whole_or_nothing
from ...core import packing
from ...core.filters import made_on
from ...core.records import shown
from ...core.request import SandboxRequest, bad_request, text, texts
from ...core.signing import signed_url
from ...core.state import SandboxState
from ...core.store import Filter, Record
from ..analysis import insights
from ..analysis.blocks import BLOCKS, INSIGHT, AnalysisBlock
from ..analysis.results import SUCCESS
from ..analysis.schema import InputWrong

_LONGEST_NAME = 200


def create_insight(call: SandboxRequest) -> Response:
    """Answer ``createInsights``: the price of a run, or one begun."""
    aoi, body = _aoi(call), call.json_object()
    block = _block(body)
    fields = _fields(aoi, body)
    estimate = body.get("estimate", False)
    if not isinstance(estimate, bool):
        raise bad_request("estimate must be true or false", {"field": "estimate"})
    try:
        inputs = block.completed(call.state, aoi, body.get("input"))
    except InputWrong as wrong:
        raise bad_request(str(wrong), {"field": wrong.field, "reason": wrong.reason}) from wrong
    if estimate:
        return JSONResponse({"estimate": block.cost(aoi, inputs)})
    insight = insights.new_insight(aoi, block, inputs, {"name": block.title, **fields})
    insights.begin(call.state, insight)
    return JSONResponse({"id": insight["id"], "message": "the insight is being made"}, status_code=201)


def list_insights(call: SandboxRequest) -> Response:
    """Answer ``listInsights``."""
    aoi = _aoi(call)
    wanted = Filter(equal={"aoi_id": aoi["aoi_id"], **call.given("id", "status", "created_by")})
    found = made_on(call, call.state.store.all(insights.KIND, wanted), created_on="created_at")
    return JSONResponse({"insights": [shown(insight) for insight in found]})


def download_insight(call: SandboxRequest) -> Response:
    """Answer ``downloadInsights``: asked first, the package is begun; asked again, it may be ready."""
    insight = _insight(call)
    if insight["status"] != SUCCESS:
        raise bad_request("the insight has no results", {"status": insight["status"]})
    chosen = _chosen(call, insight)
    key = hashlib.sha256(json.dumps(chosen).encode()).hexdigest()[:12]
    fresh = {"id": f"{insight['id']}-{key}", "insight_id": insight["id"]}
    record = packing.ensured(call.state, insights.PACKAGES, fresh, _members(call.state, insight, chosen))
    ready = packing.is_ready(insights.PACKAGES, record)
    address = signed_url(call, insights.PACKAGES, record["id"]) if ready else ""
    return JSONResponse({"id": insight["id"], "status": record["status"], "signed_url": address})


def delete_insight(call: SandboxRequest) -> Response:
    """Answer ``deleteInsights``: the record goes, and its files."""
    insight = _insight(call)
    if call.query.get("project_id") != insight["_project_id"]:
        raise bad_request("project_id must name the insight's project", {"field": "project_id"})
    insights.remove(call.state, insight)
    return Response()


def _aoi(call: SandboxRequest) -> Record:
    """Return the area of interest of the path; the contract knows no 404 here."""
    found = call.state.store.get("aois", call.path["aoi_id"])
    if found is None:
        raise bad_request("there is no such AOI", {"field": "aoi_id"})
    return found


def _insight(call: SandboxRequest) -> Record:
    _aoi(call)
    found = call.state.store.get(insights.KIND, call.path["insight_id"])
    if found is None or found["aoi_id"] != call.path["aoi_id"]:
        raise bad_request("there is no such insight of the AOI", {"field": "insight_id"})
    return found


def _block(body: Record) -> AnalysisBlock:
    """Return the block that a request identifies by name or id, and by version."""
    block_given = body.get("block")
    if not isinstance(block_given, dict):
        raise bad_request("block must be an object", {"field": "block"})
    version = text(block_given, "version")
    given = {name: text(block_given, name) for name in ("name", "id") if block_given.get(name) is not None}
    if not given:
        raise bad_request("block.name is required", {"field": "block.name"})
    fitting = (b for b in BLOCKS if b.version == version and INSIGHT in b.modes and _is_meant(b, given))
    block = next(fitting, None)
    if block is None:
        raise bad_request("there is no such version of such a block", {"field": "block"})
    return block


def _is_meant(block: AnalysisBlock, given: Mapping[str, str]) -> bool:
    ids = (block.id, block.shown()["spec"]["id"])
    return given.get("name", block.name) == block.name and given.get("id", block.id) in ids


def _fields(aoi: Record, body: Record) -> Record:
    """Return name and metadata; the project, where one is named, must be the AOI's."""
    name = {"name": text(body, "name")} if body.get("name") is not None else {}
    if len(name.get("name", "")) > _LONGEST_NAME:
        raise bad_request(f"name must have at most {_LONGEST_NAME} characters", {"field": "name"})
    if body.get("project_id") is not None and text(body, "project_id") != aoi["project_id"]:
        raise bad_request("project_id must name the AOI's project", {"field": "project_id"})
    metadata = body.get("metadata")
    if metadata is not None and not _is_texts(metadata):
        raise bad_request("metadata must be an object of texts", {"field": "metadata"})
    return {**name, "metadata": metadata or {}}


def _is_texts(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(part, str) for part in value.values())


def _chosen(call: SandboxRequest, insight: Record) -> dict[str, list[str]]:
    """Return which inputs and outputs are to be packed; all outputs where none of both is named."""
    body = call.json_object() if call.body.strip() else {}
    known = {"inputs": list(insight["input"]), "outputs": list(insight["output"]["files"])}
    chosen = {name: sorted(set(texts(body, name))) for name in known if body.get(name) is not None}
    for name, wanted in chosen.items():
        foreign = [item for item in wanted if item not in known[name]]
        if foreign:
            raise bad_request(f"{name} must be of {', '.join(known[name])}", {"field": name, "unknown": foreign})
    return chosen if any(chosen.values()) else {"outputs": known["outputs"]}


def _members(state: SandboxState, insight: Record, chosen: Mapping[str, list[str]]) -> packing.Members:
    outputs = insights.outputs_of(state, insight)
    results = [(outputs[name].name, partial(Path, outputs[name])) for name in chosen.get("outputs", ())]
    given = [(f"inputs/{n}.json", partial(_input_file, state, insight, n)) for n in chosen.get("inputs", ())]
    return [*results, *given]


def _input_file(state: SandboxState, insight: Record, name: str) -> Path:
    path = insights.folder_of(state, insight["id"]) / "inputs" / f"{name}.json"
    with whole_or_nothing(path) as part:
        part.write_text(json.dumps(insight["input"][name]), encoding="utf-8")
    return path
