"""Areas of classes: as the server gives them, and measured on its value rasters."""

from __future__ import annotations

import tempfile
import threading
from pathlib import Path
from typing import Any

import pytest
from pixxel_explorer.plugin.processing.provider import PixxelProvider
from qgis.core import NULL, QgsApplication, QgsProcessingContext

from .conftest import Listener, Run
from .server import DATES, State

ITEM = {"AOI": "a-1", "VISUALIZATION": "v-1", "MODE": "dynamic"}
EDGES = [(-1.0, 0.1), (0.1, 0.4), (0.4, 1.0)]


def _values(rows: list[dict[str, Any]], column: str) -> list[Any]:
    return [row[column] for row in rows]


def test_the_server_s_areas_are_listed_as_they_are(run: Run, server: State) -> None:
    del server.legend[DATES[1]]["dynamic"][0]["area"]
    server.legend[DATES[1]]["dynamic"][1] |= {"area": 0, "area_percentage": None}
    rows = run("classareas", **ITEM).rows()
    assert " ".join(rows[0]) == "date class_index label color min max area area_percentage"
    assert tuple(rows[0].values()) == ("2025-04-12", 0, "Water", "#2b83ba", -1.0, 0.1, 10, 33.3)
    assert _values(rows, "date") == ["2025-04-12"] * 3 + ["2025-05-02"] * 3 + ["2025-06-01"] * 3
    assert _values(rows, "class_index") == [0, 1, 2] * 3
    assert [(row["area"], row["area_percentage"]) for row in rows[3:6]] == [(NULL, 33.3), (0, NULL), (10, 33.3)]
    assert server.requests[-1][1].endswith("/visualizations"), "nothing is downloaded"


def test_an_open_end_is_empty(run: Run, server: State) -> None:
    server.legend[DATES[0]]["dynamic"][2]["max"] = None
    assert run("classareas", **ITEM).rows()[2]["max"] == NULL


def test_shares_of_one_are_named(run: Run, server: State) -> None:
    for modes in server.legend.values():
        for entry in modes["dynamic"]:
            entry["area_percentage"] = 0.25
    outcome = run("classareas", **ITEM)
    assert _values(outcome.rows(), "area_percentage") == [0.25] * 9
    assert ["as a fraction" in warning for warning in outcome.feedback.warnings] == [True]


def test_a_mode_without_classes_is_refused(run: Run, server: State) -> None:
    for modes in server.legend.values():
        del modes["theoretical"]
    assert "no legend in this mode" in run("classareas", **ITEM | {"MODE": "theoretical"}).error


def test_areas_are_measured_on_the_pixels(run: Run) -> None:
    outcome = run("classareas", **ITEM, SOURCE="pixels")
    rows = outcome.rows()
    values = [-1 + 1.99 * step / 47 for step in range(48)]  # the raster of the server
    counts = [sum(low <= value < high for value in values) for low, high in EDGES]
    assert _values(rows, "area") == [100.0 * count for count in counts] * 3
    assert _values(rows, "area_percentage") == pytest.approx([100 * count / 48 for count in counts] * 3)
    assert outcome.feedback.progress_seen[-1] == 100
    assert outcome.feedback.warnings == []


def test_edges_in_display_units_are_measured_as_drawn(run: Run, server: State) -> None:
    for modes in server.legend.values():
        for entry, (low, high) in zip(modes["dynamic"], [(0, 128), (128, 180), (180, 255)], strict=True):
            entry |= {"min": low, "max": high}
    outcome = run("classareas", **ITEM, SOURCE="pixels")
    rows = outcome.rows()[:3]
    assert _values(rows, "min") == [0, 128, 180]
    assert sum(_values(rows, "area_percentage")) == pytest.approx(100)
    assert rows[0]["area"] == 2400.0  # -1 + 1.99 step / 47 below -1 + 2 * 128 / 255
    assert "display values" in outcome.feedback.warnings[0]


def test_a_date_that_cannot_be_measured_is_named_and_left_empty(run: Run, server: State) -> None:
    server.visualizations[0]["assets"][1]["path"] = f"{server.url}/files/nothing"
    server.missing_files.add("nothing")
    outcome = run("classareas", **ITEM, SOURCE="pixels")
    rows = outcome.rows()
    assert _values(rows[3:6], "area") == [NULL] * 3
    assert NULL not in _values(rows[:3] + rows[6:], "area")
    assert ["2025-05-02" in warning for warning in outcome.feedback.warnings] == [True]


def test_where_no_date_can_be_measured_nothing_is_written(run: Run, server: State) -> None:
    server.missing_files |= {f"{date}.tif" for date in DATES}
    assert run("classareas", **ITEM, SOURCE="pixels").error


def test_an_unknown_source_is_refused(run: Run) -> None:
    with pytest.raises(AssertionError, match="SOURCE"):
        run("classareas", **ITEM, SOURCE="satellite")


def test_an_empty_source_is_the_server(run: Run) -> None:
    assert run("classareas", **ITEM, SOURCE=None).rows()[0]["area"] == 10


def test_measuring_can_be_cancelled(
    provider: PixxelProvider, server: State, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    server.delay = 0.5
    algorithm = QgsApplication.processingRegistry().createAlgorithmById("pixxel:classareas")
    texts = Listener()
    timer = threading.Timer(1.2, texts.cancel)  # while the rasters are under way
    timer.start()
    results, ok = algorithm.run({**ITEM, "SOURCE": "pixels", "OUTPUT": "memory:"}, QgsProcessingContext(), texts)
    timer.join()
    assert (results, ok, texts.errors) == ({}, True, [])
    assert list(tmp_path.glob("pixxel-areas-*")) == []
