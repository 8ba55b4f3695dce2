"""Insights: one block run over one area of interest, behind the answers."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...core import packing
from ...core.clock import new_id, now
from ...core.records import USER_ID
from ...core.state import SandboxState
from ...core.store import Filter, Record
from .blocks import AnalysisBlock, find, minutes
from .results import CREATED, FAILED, FAULTS, RUNNING, SUCCESS, files_of, output_record, reason
from .work import Work

KIND, PACKAGES = "insights", "insight_downloads"
_FIRST_STEP = 5


class Removed(Exception):
    """An insight that was deleted while it ran."""


def new_insight(aoi: Record, block: AnalysisBlock, inputs: Record, fields: Mapping[str, Any]) -> Record:
    """Return an insight as it begins."""
    cost = block.cost(aoi, inputs)
    return {
        "id": new_id(),
        "name": fields["name"],
        "aoi_id": aoi["aoi_id"],
        "status": CREATED,
        "progress": 0,
        "input": inputs,
        "output": None,
        "metadata": fields["metadata"],
        "cost": cost,
        "estimated_time_in_min": minutes(cost),
        "err_msg": "",
        "created_by": USER_ID,
        "created_at": now(),
        "deleted_at": None,
        "_project_id": aoi["project_id"],
        "_block": [block.name, block.version],
    }


def begin(state: SandboxState, insight: Record) -> None:
    """Store an insight and run it in the background."""
    state.store.put(KIND, insight["id"], insight)
    state.in_background(lambda: run(state, insight["id"]), "insight")


def resume(state: SandboxState) -> None:
    """Run again the insights that were under way when the sandbox stopped."""
    for insight in state.store.all(KIND, Filter(among={"status": (CREATED, RUNNING)})):
        begin(state, insight)


def folder_of(state: SandboxState, identifier: str) -> Path:
    """Return where the files of an insight are kept."""
    return state.folder / "insights" / identifier


def run(state: SandboxState, identifier: str) -> None:
    """Run an insight from its record to its end; its files go with it when it is deleted meanwhile."""
    try:
        _carry_out(state, _change(state, identifier, status=RUNNING, progress=_FIRST_STEP))
    except Removed:
        shutil.rmtree(folder_of(state, identifier), ignore_errors=True)


def _carry_out(state: SandboxState, insight: Record) -> None:
    identifier = insight["id"]
    try:
        output = _output(state, insight)
    except FAULTS as error:
        _change(state, identifier, status=FAILED, err_msg=reason(error))
        raise
    _change(state, identifier, status=SUCCESS, progress=100, output=output)


def _output(state: SandboxState, insight: Record) -> Record:
    block, aoi = find(*insight["_block"]), state.store.get("aois", insight["aoi_id"])
    if block is None or aoi is None:
        raise KeyError(insight["aoi_id"])
    folder = folder_of(state, insight["id"])

    def report(share: float, line: str) -> None:
        _change(state, insight["id"], progress=round(_FIRST_STEP + (99 - _FIRST_STEP) * share))

    return output_record(block.run(Work(state, aoi, insight["input"], {}, folder, report)))


def _change(state: SandboxState, identifier: str, **fields: Any) -> Record:
    """Change an insight.

    Raises:
        Removed: it is not there any more.
    """
    with state.store.transaction():
        insight = state.store.get(KIND, identifier)
        if insight is None:
            raise Removed
        changed = {**insight, **fields}
        state.store.put(KIND, identifier, changed)
    return changed


def outputs_of(state: SandboxState, insight: Record) -> dict[str, Path]:
    """Return the files of an insight by output."""
    return files_of(insight["output"], folder_of(state, insight["id"]))


def remove(state: SandboxState, insight: Record) -> None:
    """Delete an insight, its files and its packages."""
    with state.store.transaction():
        state.store.remove(KIND, insight["id"])
        packages = state.store.all(PACKAGES, Filter(equal={"insight_id": insight["id"]}))
        for package in packages:
            packing.forget(state, PACKAGES, package)
    shutil.rmtree(folder_of(state, insight["id"]), ignore_errors=True)
