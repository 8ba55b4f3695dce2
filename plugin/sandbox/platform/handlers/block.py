"""Blocks: the building parts of insights and workflows."""

from __future__ import annotations

from starlette.responses import JSONResponse, Response

from ...core.request import SandboxRequest, bad_request, not_found
from ..analysis.blocks import BLOCKS, INSIGHT, WORKFLOW, find


def list_blocks(call: SandboxRequest) -> Response:
    """Answer ``ListBlocks``: every version of every block, or of those for insights or workflows."""
    mode = call.query.get("mode", "")
    if mode not in ("", INSIGHT, WORKFLOW):
        raise bad_request(f"mode must be {INSIGHT} or {WORKFLOW}", {"field": "mode"})
    return JSONResponse({"blocks": [block.shown() for block in BLOCKS if not mode or mode in block.modes]})


def block_versions(call: SandboxRequest) -> Response:
    """Answer ``GetBlockVersions``."""
    found = [block.shown() for block in BLOCKS if block.name == call.path["name"]]
    if not found:
        raise not_found("block", call.path["name"])
    return JSONResponse({"blocks": found})


def block_by_version(call: SandboxRequest) -> Response:
    """Answer ``GetBlockByVersion``."""
    block = find(call.path["name"], call.path["version"])
    if block is None:
        raise not_found("block", f"{call.path['name']} {call.path['version']}")
    return JSONResponse(block.shown())
