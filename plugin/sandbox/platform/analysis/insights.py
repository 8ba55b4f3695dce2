"""Insights: one block run over one area of interest, behind the answers."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...core import packing
from ...core.clock import new_id, now
from ...core.records import USER_ID
from ...core.state import World
from ...core.store import Filter, Record
from .blocks import Block, find, minutes
from .results import CREATED, FAILED, FAULTS, RUNNING, SUCCESS, files_of, reason, told
from .work import Work

KIND, PACKAGES = "insights", "insight_downloads"
_FIRST_STEP = 5


class Removed(Exception):
    """An insight that was deleted while it ran."""


def new_insight(aoi: Record, block: Block, inputs: Record, fields: Mapping[str, Any]) -> Record:
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


def begin(world: World, insight: Record) -> None:
    """Store an insight and run it in the background."""
    world.store.put(KIND, insight["id"], insight)
    world.in_background(lambda: run(world, insight["id"]), "insight")


def resume(world: World) -> None:
    """Run again the insights that were under way when the sandbox stopped."""
    for insight in world.store.all(KIND, Filter(among={"status": (CREATED, RUNNING)})):
        begin(world, insight)


def folder_of(world: World, identifier: str) -> Path:
    """Return where the files of an insight are kept."""
    return world.folder / "insights" / identifier


def run(world: World, identifier: str) -> None:
    """Run an insight from its record to its end; its files go with it when it is deleted meanwhile."""
    try:
        _carry_out(world, _change(world, identifier, status=RUNNING, progress=_FIRST_STEP))
    except Removed:
        shutil.rmtree(folder_of(world, identifier), ignore_errors=True)


def _carry_out(world: World, insight: Record) -> None:
    identifier = insight["id"]
    try:
        output = _output(world, insight)
    except FAULTS as error:
        _change(world, identifier, status=FAILED, err_msg=reason(error))
        raise
    _change(world, identifier, status=SUCCESS, progress=100, output=output)


def _output(world: World, insight: Record) -> Record:
    block, aoi = find(*insight["_block"]), world.store.get("aois", insight["aoi_id"])
    if block is None or aoi is None:
        raise KeyError(insight["aoi_id"])
    folder = folder_of(world, insight["id"])

    def report(share: float, line: str) -> None:
        _change(world, insight["id"], progress=round(_FIRST_STEP + (99 - _FIRST_STEP) * share))

    return told(block.run(Work(world, aoi, insight["input"], {}, folder, report)))


def _change(world: World, identifier: str, **fields: Any) -> Record:
    """Change an insight.

    Raises:
        Removed: it is not there any more.
    """
    with world.store.transaction():
        insight = world.store.get(KIND, identifier)
        if insight is None:
            raise Removed
        changed = {**insight, **fields}
        world.store.put(KIND, identifier, changed)
    return changed


def outputs_of(world: World, insight: Record) -> dict[str, Path]:
    """Return the files of an insight by output."""
    return files_of(insight["output"], folder_of(world, insight["id"]))


def remove(world: World, insight: Record) -> None:
    """Delete an insight, its files and its packages."""
    with world.store.transaction():
        world.store.remove(KIND, insight["id"])
        packages = world.store.all(PACKAGES, Filter(equal={"insight_id": insight["id"]}))
        for package in packages:
            packing.forget(world, PACKAGES, package)
    shutil.rmtree(folder_of(world, insight["id"]), ignore_errors=True)
