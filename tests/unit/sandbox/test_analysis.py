"""What analysis is made of: schemas of inputs, classes of pixels, graphs of workflows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pixxel_explorer.plugin.sandbox.platform.analysis.blocks import BLOCKS
from pixxel_explorer.plugin.sandbox.platform.analysis.change import sorted_into
from pixxel_explorer.plugin.sandbox.platform.analysis.classification import classified
from pixxel_explorer.plugin.sandbox.platform.analysis.graph import planned
from pixxel_explorer.plugin.sandbox.platform.analysis.schema import InputWrong, checked

from .conftest import Json, Sandbox

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
NAMES = sorted({name for block in BLOCKS for name in block.inputs["properties"]})


@settings(max_examples=300)
@given(st.sampled_from(BLOCKS), ANYTHING | st.dictionaries(st.sampled_from(NAMES), ANYTHING))
def test_any_input_fits_or_is_refused_by_its_field(block: Any, value: Any) -> None:
    try:
        fitting = checked(block.inputs, value)
    except InputWrong as wrong:
        assert wrong.field.startswith("input")
    else:
        assert set(block.inputs["required"]) <= set(fitting)


def test_defaults_are_filled_in_and_never_over_what_is_given() -> None:
    schema = {"required": [], "properties": {"n": {"type": "integer", "minimum": 0, "maximum": 9, "default": 3}}}
    assert checked(schema, {}) == {"n": 3}
    assert checked(schema, {"n": 0}) == {"n": 0}


def test_spectra_far_apart_are_classes_of_their_own() -> None:
    truth = np.repeat([2, 0, 1], 40).reshape(10, 12)
    bands = np.stack([truth * 0.3, 0.9 - truth * 0.2]) + np.random.default_rng(1).normal(0, 1e-3, (2, 10, 12))
    bands[0, 0, 0] = np.nan
    classes = classified(bands, 3, seed=7)
    assert classes[0, 0] == 0
    assert np.array_equal(classes.ravel()[1:], truth.ravel()[1:] + 1)


@pytest.mark.parametrize("pixels", [np.full((1, 3, 3), np.nan), np.zeros((2, 3, 3)), np.ones((1, 1, 1))])
def test_too_few_spectra_give_fewer_classes(pixels: Any) -> None:
    classes = classified(pixels, 4, seed=7)
    assert set(np.unique(classes)) <= {0, 1, 2, 3, 4}
    assert np.array_equal(classes == 0, np.isnan(pixels).any(axis=0))


def test_a_threshold_itself_counts_as_stable() -> None:
    difference = np.array([-0.2, -0.1, 0.0, 0.1, 0.2, np.nan])
    assert sorted_into(difference, 0.1).tolist() == [1, 2, 2, 2, 3, 0]


def spec_of(sandbox: Sandbox, name: str) -> Json:
    assert sandbox.client.get("/v0/workflows").status_code == 200  # the first request for workflows adds the samples
    return dict(next(w for w in sandbox.state.store.all("workflows") if w["name"] == name)["spec"])


@pytest.mark.parametrize(
    ("edges", "kinds"),
    [
        ([("crops.classes", "report.classes")], []),
        ([("nobody.classes", "report.classes")], ["unknown_output"]),
        ([("crops.nothing", "report.classes")], ["unknown_output"]),
        ([("crops.classes", "report.nothing")], ["unknown_input"]),
        ([("crops.table", "report.classes")], ["type"]),
        ([("crops.classes", "report.layer")], ["type"]),
        ([("crops.classes", "crops.bands")], ["type", "cycle"]),
        ([("crops", "report")], ["unknown_output"]),
    ],
)
def test_edges_are_checked(sandbox: Sandbox, edges: list[tuple[str, str]], kinds: list[str]) -> None:
    spec = spec_of(sandbox, "Crops through the season")
    wires = [{"from": source, "to": target} for source, target in edges]
    plan = planned(sandbox.state, {**spec, "edges": wires})
    assert [issue["err"] for issue in plan.issues] == kinds
    assert bool(plan.steps) is not bool(kinds)


def test_blocks_and_areas_are_checked(sandbox: Sandbox) -> None:
    spec = spec_of(sandbox, "Crops through the season")
    old = {**spec["nodes"][1], "block": {"name": "zonal-statistics", "version": "1.0.0"}}
    plan = planned(sandbox.state, {**spec, "nodes": [spec["nodes"][0], old], "edges": []})
    assert [(issue["to"], issue["component_name"]) for issue in plan.issues] == [("report.block", "report")]
    assert [issue["err"] for issue in planned(sandbox.state, {**spec, "aoi_id": "nobody"}).issues] == ["unknown_aoi"]


def test_tasks_stand_in_the_order_they_can_run_in(sandbox: Sandbox) -> None:
    spec = spec_of(sandbox, "Irrigation check")
    for nodes in (spec["nodes"], list(reversed(spec["nodes"]))):
        order = [step.node["id"] for step in planned(sandbox.state, {**spec, "nodes": nodes}).steps]
        assert order.index("change") < order.index("report")
        assert sorted(order) == ["change", "crops", "report"]
