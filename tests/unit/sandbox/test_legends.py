"""Legends are computed from pixels, replaced by date and mode, and checked."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from pixxel_explorer.plugin.sandbox.core import legends
from pixxel_explorer.plugin.sandbox.core.legends import Pixels

from .conftest import Json, Sandbox

JUNE, AUGUST = "2025_06_18", "2025_08_27"


def put(sandbox: Sandbox, record: Json, mode: str, legend: Any, **more: Any) -> Any:
    body = {"visualization_mode": mode, "legend": legend, **more}
    return sandbox.client.put(sandbox.address(record, "metadata"), json=body)


def plain(classes: list[Json]) -> list[Json]:
    return [{name: c[name] for name in ("min", "max", "color", "label")} for c in classes]


def as_sent(low: Any, high: Any, label: str = "", color: str = "#aabbcc") -> Json:
    return {"min": low, "max": high, "color": color, "label": label}


@pytest.mark.parametrize("bins", [1, 2, 5, 15])
def test_dynamic_classes_are_of_one_width_and_hold_every_pixel_below_their_top(bins: int) -> None:
    values = np.random.default_rng(3).normal(0.4, 0.2, 5000)
    classes = legends.dynamic(Pixels(values, 100.0), "rdylgn", bins)
    assert len(classes) == bins
    assert classes[0]["min"] <= values.min() < values.max() < classes[-1]["max"]
    widths = [c["max"] - c["min"] for c in classes]
    assert np.ptp(widths) < 2e-6
    assert all(a["max"] == b["min"] for a, b in pairwise(classes))
    assert sum(c["area"] for c in classes) == pytest.approx(5000 * 100.0)
    assert sum(c["area_percentage"] for c in classes) == pytest.approx(100, abs=0.01)


def test_a_value_that_is_its_own_edge_stays_below_the_top() -> None:
    classes = legends.dynamic(Pixels(np.array([0.25, 0.25]), 1.0), "blues")
    assert (classes[0]["min"], classes[-1]["max"]) == (0.25, 0.2501)
    assert sum(c["area"] for c in classes) == 2


def test_presets_have_both_legends_custom_indices_one_and_composites_none(sandbox: Sandbox) -> None:
    modes = {
        name: {mode for legend in sandbox.visualization("Farm", name)["metadata"]["legend"].values() for mode in legend}
        for name in ("NDVI", "Natural colour", "Near infrared")
    }
    assert modes == {"NDVI": {"dynamic", "theoretical"}, "Natural colour": set(), "Near infrared": set()}


def test_theoretical_classes_are_the_same_at_every_date_and_their_areas_are_not(sandbox: Sandbox) -> None:
    legend = sandbox.visualization("Farm", "NDRE")["metadata"]["legend"]
    assert len(legend) == 8
    assert all(plain(day["theoretical"]) == plain(legend[JUNE]["theoretical"]) for day in legend.values())
    assert legend[JUNE]["theoretical"][-1]["area"] != legend["2025_04_14"]["theoretical"][-1]["area"]


def test_a_put_replaces_the_named_date_of_one_mode_and_keeps_all_else(sandbox: Sandbox) -> None:
    record = sandbox.visualization("Farm", "NDVI")
    before = record["metadata"]["legend"]
    sent = [as_sent(-1, 0.3, "poor", "#FF0000"), as_sent(0.3, 1, "good")]
    answer = put(sandbox, record, "theoretical", {JUNE: sent})
    assert answer.status_code == 200
    after = answer.json()["legend"]
    assert plain(after[JUNE]["theoretical"]) == [{**sent[0], "color": "#ff0000"}, sent[1]]
    assert sum(c["area_percentage"] for c in after[JUNE]["theoretical"]) == pytest.approx(100, abs=0.01)
    assert after[JUNE]["dynamic"] == before[JUNE]["dynamic"]
    assert {key: value for key, value in after.items() if key != JUNE} == {
        key: value for key, value in before.items() if key != JUNE
    }
    kept = sandbox.visualization("Farm", "NDVI")
    assert kept["metadata"]["legend"] == after
    assert kept["updated_at"] > record["updated_at"]


def test_null_asks_for_equal_classes(sandbox: Sandbox) -> None:
    record = sandbox.visualization("Farm", "NDWI")
    answer = put(sandbox, record, "dynamic", {JUNE: None}, dynamic_bins=3).json()["legend"][JUNE]["dynamic"]
    assert [c["label"] for c in answer] == ["Low", "Medium", "High"]
    assert answer[0]["min"] == record["metadata"]["legend"][JUNE]["dynamic"][0]["min"]


def test_classes_without_edges_get_equal_ones_and_keep_their_looks(sandbox: Sandbox) -> None:
    record = sandbox.visualization("Farm", "NDWI")
    sent = [as_sent(None, None, "a", "#010203"), as_sent(None, None, "b", "#040506")]
    answer = put(sandbox, record, "dynamic", {AUGUST: sent}, dynamic_bins=2).json()["legend"][AUGUST]["dynamic"]
    assert [(c["label"], c["color"]) for c in answer] == [("a", "#010203"), ("b", "#040506")]
    assert answer[0]["max"] == answer[1]["min"]


def test_a_rollback_computes_the_named_dates_of_one_mode_again(sandbox: Sandbox) -> None:
    record = sandbox.visualization("Irrigation", "NDVI")
    before = record["metadata"]["legend"]
    edited = [as_sent(0, 1)]
    put(sandbox, record, "theoretical", {JUNE: edited, AUGUST: edited})
    body = {"index_id": record["index_id"], "dates": [JUNE], "visualization_mode": "theoretical"}
    answer = sandbox.client.patch(sandbox.address(record, "metadata"), json=body).json()
    assert answer["metadata"]["legend"][JUNE] == before[JUNE]
    assert plain(answer["metadata"]["legend"][AUGUST]["theoretical"]) == edited
    assert len(answer["assets"]) == 8


@pytest.mark.parametrize(
    ("mode", "legend", "more", "message"),
    [
        ("dynamic", {JUNE: None}, {}, "dynamic_bins"),
        ("dynamic", {JUNE: None}, {"dynamic_bins": 0}, "dynamic_bins"),
        ("dynamic", {JUNE: None}, {"dynamic_bins": 16}, "dynamic_bins"),
        ("dynamic", {JUNE: None}, {"dynamic_bins": True}, "dynamic_bins"),
        ("theoretical", {JUNE: None}, {}, "at least one class"),
        ("theoretical", {JUNE: []}, {}, "at least one class"),
        ("theoretical", {}, {}, "legend"),
        ("theoretical", {"1999_01_01": [as_sent(0, 1)]}, {}, "no such date"),
        ("theoretical", {"2025-06-18": [as_sent(0, 1)]}, {}, "no such date"),
        ("theoretical", {JUNE: [as_sent(0, 0.5), as_sent(0.4, 1)]}, {}, "overlap"),
        ("theoretical", {JUNE: [as_sent(0.5, 0.2)]}, {}, "min is above max"),
        ("theoretical", {JUNE: [as_sent(None, 1)]}, {}, "min must be a number"),
        ("theoretical", {JUNE: [as_sent("0", 1)]}, {}, "min must be a number"),
        ("theoretical", {JUNE: [as_sent(0, 1, color="red")]}, {}, "color"),
        ("theoretical", {JUNE: [3]}, {}, "color"),
        ("monthly", {JUNE: [as_sent(0, 1)]}, {}, "visualization_mode"),
    ],
)
def test_a_put_that_makes_no_sense_is_refused_and_changes_nothing(
    sandbox: Sandbox, mode: str, legend: Any, more: Json, message: str
) -> None:
    record = sandbox.visualization("Farm", "NDRE")
    answer = put(sandbox, record, mode, legend, **more)
    assert answer.status_code == 400
    assert message in answer.json()["error"]["message"]
    assert sandbox.visualization("Farm", "NDRE") == record


def test_nan_is_no_json(sandbox: Sandbox) -> None:
    record = sandbox.visualization("Farm", "NDRE")
    body = f'{{"visualization_mode": "theoretical", "legend": {{"{JUNE}": [{{"min": NaN, "max": 1}}]}}}}'
    answer = sandbox.client.put(sandbox.address(record, "metadata"), content=body)
    assert answer.status_code == 400
    assert "JSON" in answer.json()["error"]["message"]


@pytest.mark.parametrize("changes", [{"index_id": "other"}, {"dates": []}, {"dates": ["1999_01_01"]}, {"dates": "x"}])
def test_a_rollback_that_makes_no_sense_is_refused(sandbox: Sandbox, changes: Json) -> None:
    record = sandbox.visualization("Farm", "NDRE")
    body = {"index_id": record["index_id"], "dates": [JUNE], "visualization_mode": "theoretical", **changes}
    assert sandbox.client.patch(sandbox.address(record, "metadata"), json=body).status_code == 400
