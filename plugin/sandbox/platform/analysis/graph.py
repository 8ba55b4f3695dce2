"""Workflows as graphs: nodes are blocks with their inputs, edges bring an output of one to an input of another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any, NamedTuple

from ...core.state import SandboxState
from ...core.store import Record
from .blocks import WORKFLOW, AnalysisBlock, find
from .schema import InputWrong

Issue = dict[str, str]


class End(NamedTuple):
    """One end of an edge: a node, and its output or input; written ``node.name``."""

    node: str
    port: str

    @classmethod
    def of(cls, text: str) -> End:
        """Read ``node.name``."""
        node, _, port = text.partition(".")
        return cls(node, port)


@dataclass(frozen=True, slots=True)
class Step:
    """A node that can be run."""

    node: Record
    block: AnalysisBlock
    inputs: Record
    sources: Mapping[str, End]


@dataclass(frozen=True, slots=True)
class Plan:
    """An execution plan of a workflow: its steps in runnable order, or the issues that prevent a run."""

    steps: tuple[Step, ...]
    issues: tuple[Issue, ...]
    cost: int


def planned(state: SandboxState, spec: Mapping[str, Any]) -> Plan:
    """Check a workflow against the blocks, and its area of interest, as they are now."""
    aoi = state.store.get("aois", spec["aoi_id"])
    if aoi is None:
        return Plan((), (issue("", "aoi_id", "unknown_aoi", "there is no such AOI"),), 0)
    nodes = {node["id"]: node for node in spec["nodes"]}
    edges = [(End.of(edge["from"]), End.of(edge["to"])) for edge in spec["edges"]]
    issues = [found for edge in edges for found in _edge_issues(nodes, *edge)]
    steps: dict[str, Step] = {}
    for identifier, node in nodes.items():
        try:
            sources = {target.port: source for source, target in edges if target.node == identifier}
            steps[identifier] = _step(state, aoi, node, sources)
        except InputWrong as wrong:
            issues.append(issue("", f"{identifier}.{wrong.field}", "invalid_input", wrong.reason, identifier))
    order = _order(nodes, edges)
    if order is None:
        issues.append(issue("", "", "cycle", "the tasks wait for each other"))
    if issues or order is None:
        return Plan((), tuple(issues), 0)
    cost = sum(step.block.cost(aoi, step.inputs) for step in steps.values())
    return Plan(tuple(steps[identifier] for identifier in order), (), cost)


def issue(source: str, target: str, kind: str, why: str, component: str = "") -> Issue:
    """Return a validation issue in the API's shape."""
    return {"from": source, "to": target, "err": kind, "reason": why, "component_name": component}


def _step(state: SandboxState, aoi: Record, node: Record, sources: Mapping[str, End]) -> Step:
    block = _block_of(node)
    if block is None:
        raise InputWrong("block", "is no block for workflows")
    return Step(node, block, block.completed(state, aoi, node["inputs"]), sources)


def _block_of(node: Record) -> AnalysisBlock | None:
    block = find(node["block"]["name"], node["block"]["version"])
    return block if block is not None and WORKFLOW in block.modes else None


def _edge_issues(nodes: Mapping[str, Record], source: End, target: End) -> list[Issue]:
    ends = ".".join(source), ".".join(target)
    blocks = [_block_of(nodes[end.node]) if end.node in nodes else None for end in (source, target)]
    if blocks[0] is None or source.port not in blocks[0].outputs:
        return [issue(*ends, "unknown_output", "there is no such output", source.node)]
    if blocks[1] is None or target.port not in blocks[1].inputs["properties"]:
        return [issue(*ends, "unknown_input", "there is no such input", target.node)]
    kinds = blocks[0].outputs[source.port]["type"], blocks[1].inputs["properties"][target.port]["type"]
    return [] if kinds == ("raster", "raster") else [issue(*ends, "type", "only rasters flow between tasks")]


def _order(nodes: Mapping[str, Record], edges: list[tuple[End, End]]) -> list[str] | None:
    """Return the nodes so that each comes after those it needs; ``None`` where that cannot be."""
    needs: dict[str, list[str]] = {identifier: [] for identifier in nodes}
    for source, target in edges:
        needs.setdefault(target.node, []).append(source.node)
    try:
        return list(TopologicalSorter(needs).static_order())
    except CycleError:
        return None
