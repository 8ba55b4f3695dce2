"""Legends out to files, back from files to the server, and rolled back."""

from __future__ import annotations

import copy
import csv
import json
from pathlib import Path
from typing import Any

import pytest

from .conftest import Outcome, Run
from .server import State, classes

DAYS = ["2025-04-12", "2025-05-02", "2025-06-01"]
KEYS = [day.replace("-", "_") for day in DAYS]
WRITTEN = ("min", "max", "color", "label")
IDS = {"AOI": "a-1", "VISUALIZATION": "v-1", "MODE": "dynamic"}


def _written(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: row[name] for name in WRITTEN} for row in rows]


def _export(run: Run, path: Path, **more: Any) -> Path:
    outcome = run("exportlegend", **IDS | {"OUTPUT": str(path)} | more)
    assert outcome.ok, outcome.feedback.errors
    return path


def _push(run: Run, report: Path, **more: Any) -> tuple[Outcome, dict[str, Any]]:
    outcome = run("pushlegend", **IDS | {"OUTPUT": str(report)} | more)
    return outcome, json.loads(report.read_text(encoding="utf-8"))


def _puts(server: State) -> list[dict[str, Any]]:
    return [body for method, _, _, body in server.requests if method == "PUT"]


def _edited(path: Path, key: str, label: str = "Wheat") -> Path:
    content = json.loads(path.read_text(encoding="utf-8"))
    content[key][2]["label"] = label
    content[key][1]["max"] = content[key][2]["min"] = 0.5
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def test_json_is_the_body_of_the_put(run: Run, tmp_path: Path) -> None:
    path = _export(run, tmp_path / "new" / "a.json")
    assert json.loads(path.read_text(encoding="utf-8")) == {key: _written(classes()) for key in KEYS}


def test_csv_has_one_row_a_class(run: Run, tmp_path: Path) -> None:
    path = _export(run, tmp_path / "a.csv", DATES=DAYS[1], MODE="theoretical")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["date", "min", "max", "color", "label"]
    assert [row["date"] for row in rows] == [DAYS[1]] * 3
    assert (float(rows[0]["min"]), rows[0]["color"], rows[0]["label"]) == (-0.95, "#2b83ba", "Water")


@pytest.mark.parametrize("suffix", ["sld", "qml"])
def test_styles_are_one_file_a_date(run: Run, tmp_path: Path, suffix: str) -> None:
    _export(run, tmp_path / f"a.{suffix}")
    assert {path.name for path in tmp_path.glob(f"*.{suffix}")} == {f"a_{day}.{suffix}" for day in DAYS}
    _export(run, tmp_path / f"b.{suffix}", DATES=DAYS[0])
    assert (tmp_path / f"b.{suffix}").exists()


def test_an_unknown_format_is_refused(run: Run, tmp_path: Path) -> None:
    error = run("exportlegend", **IDS | {"OUTPUT": str(tmp_path / "a.xyz")}).error
    assert "a.xyz" in error
    assert ".json" in error


def test_a_visualization_without_legend_is_reported(run: Run, server: State, tmp_path: Path) -> None:
    record = server.visualizations[0]
    record["expression_type"] = "composite"
    record["metadata"] = {}
    assert "no legend" in run("exportlegend", **IDS | {"OUTPUT": str(tmp_path / "a.json")}).error


def test_an_edited_date_is_pushed_and_the_others_stay(run: Run, server: State, tmp_path: Path) -> None:
    base = _export(run, tmp_path / "base.json")
    edited = _edited(_export(run, tmp_path / "a.json"), KEYS[1])
    theoretical = copy.deepcopy({key: server.legend[key]["theoretical"] for key in KEYS})
    server.legend[KEYS[0]]["dynamic"][0]["label"] = "Lake"  # another user, another date

    outcome, report = _push(run, tmp_path / "r.json", INPUT=str(edited), BASE=str(base), DATES=DAYS[1])

    assert outcome.ok, outcome.feedback.errors
    assert list(report) == ["sent", "answered", "differences", "conflicts", "before"]
    assert (report["differences"], report["conflicts"]) == ([], [])
    assert len(_puts(server)) == 1
    assert report["sent"] == _puts(server)[0]
    held = server.legend
    assert [row["label"] for row in held[KEYS[1]]["dynamic"]] == ["Water", "Bare soil", "Wheat"]
    assert held[KEYS[0]]["dynamic"][0]["label"] == "Lake"
    assert {key: held[key]["theoretical"] for key in KEYS} == theoretical


def test_a_conflict_sends_nothing_and_is_reported(run: Run, server: State, tmp_path: Path) -> None:
    base = _export(run, tmp_path / "base.json")
    edited = _edited(_export(run, tmp_path / "a.json"), KEYS[1])
    server.legend[KEYS[1]]["dynamic"][0]["label"] = "Lake"
    files = {"INPUT": str(edited), "BASE": str(base), "DATES": DAYS[1]}

    outcome, report = _push(run, tmp_path / "r.json", **files)
    assert "Nothing was pushed" in outcome.error
    assert _puts(server) == []
    assert report["sent"] is None
    assert [conflict["date"] for conflict in report["conflicts"]] == [DAYS[1]]

    outcome, report = _push(run, tmp_path / "r.json", **files, FORCE=True)
    assert outcome.ok
    assert server.legend[KEYS[1]]["dynamic"][0]["label"] == "Water"


def test_a_dry_run_tells_and_sends_nothing(run: Run, server: State, tmp_path: Path) -> None:
    edited = _edited(_export(run, tmp_path / "a.json"), KEYS[1])
    outcome, report = _push(run, tmp_path / "r.json", INPUT=str(edited), DRY_RUN=True)
    assert outcome.ok
    assert _puts(server) == []
    assert report["sent"]["legend"][KEYS[1]][2]["label"] == "Wheat"
    assert report["answered"] is None


@pytest.mark.parametrize("suffix", ["json", "csv", "sld", "qml"])
def test_every_format_comes_back_as_it_went(run: Run, server: State, tmp_path: Path, suffix: str) -> None:
    path = _export(run, tmp_path / f"a.{suffix}", DATES=DAYS[0])
    before = copy.deepcopy(server.legend[KEYS[0]]["dynamic"])
    outcome, report = _push(run, tmp_path / "r.json", INPUT=str(path), DATES=DAYS[0])
    assert outcome.ok, [*outcome.feedback.errors, *outcome.feedback.debug]
    sent = report["sent"]["legend"][KEYS[0]]
    assert [row["label"] for row in sent] == ["Water", "Bare soil", "Crop"]
    assert [row["color"] for row in sent] == [row["color"] for row in before]
    assert [row["min"] for row in sent] == pytest.approx([row["min"] for row in before])
    assert [row["max"] for row in sent] == pytest.approx([row["max"] for row in before])


def test_one_legend_goes_to_every_date_asked_for(run: Run, server: State, tmp_path: Path) -> None:
    source = _export(run, tmp_path / "one.json", DATES=DAYS[0])
    edited = _edited(source, KEYS[0])
    outcome, _ = _push(run, tmp_path / "r.json", INPUT=str(edited), DATES=f"{DAYS[1]},{DAYS[2]}")
    assert outcome.ok, outcome.feedback.errors
    labels = [server.legend[key]["dynamic"][2]["label"] for key in KEYS]
    assert labels == ["Crop", "Wheat", "Wheat"]


def test_a_push_without_a_base_keeps_what_it_replaced(run: Run, server: State, tmp_path: Path) -> None:
    edited = _edited(_export(run, tmp_path / "one.json", DATES=DAYS[0]), KEYS[0])
    server.legend[KEYS[0]]["dynamic"][0]["label"] = "Colleague"
    outcome, report = _push(run, tmp_path / "r.json", INPUT=str(edited))
    assert outcome.ok, outcome.feedback.errors
    assert report["before"][KEYS[0]][0]["label"] == "Colleague"
    again, _ = _push(run, tmp_path / "r2.json", INPUT=_json_file(tmp_path / "before.json", report["before"]))
    assert again.ok, again.feedback.errors
    assert server.legend[KEYS[0]]["dynamic"][0]["label"] == "Colleague"


@pytest.mark.parametrize("mode", ["theoretical", "dynamic"])
def test_a_file_of_the_other_mode_is_refused(run: Run, server: State, tmp_path: Path, mode: str) -> None:
    legend = json.loads(_edited(_export(run, tmp_path / "one.json", DATES=DAYS[0]), KEYS[0]).read_text())
    body = _json_file(tmp_path / "body.json", {"visualization_mode": mode, "legend": legend})
    outcome, _ = _push(run, tmp_path / "r.json", INPUT=body)
    assert outcome.ok is (mode == "dynamic")
    assert outcome.ok or "theoretical" in outcome.error
    assert len(_puts(server)) == (1 if mode == "dynamic" else 0)


def _json_file(path: Path, content: object) -> str:
    path.write_text(json.dumps(content), encoding="utf-8")
    return str(path)


def test_a_style_needs_dates_to_go_to(run: Run, server: State, tmp_path: Path) -> None:
    path = _export(run, tmp_path / "a.sld", DATES=DAYS[0])
    outcome, report = _push(run, tmp_path / "r.json", INPUT=str(path))
    assert "DATES" in outcome.error
    assert _puts(server) == []
    assert report == {"sent": None, "answered": None, "differences": [], "conflicts": []}


def test_a_date_that_the_file_lacks_is_reported(run: Run, tmp_path: Path) -> None:
    path = _export(run, tmp_path / "a.json", DATES=f"{DAYS[0]},{DAYS[1]}")
    outcome, _ = _push(run, tmp_path / "r.json", INPUT=str(path), DATES=DAYS[2])
    assert DAYS[2] in outcome.error


def test_bins_ask_the_server_to_recompute(run: Run, server: State, tmp_path: Path) -> None:
    outcome, _ = _push(run, tmp_path / "r.json", BINS=5, DATES=DAYS[0])
    assert outcome.ok, outcome.feedback.errors
    assert len(server.legend[KEYS[0]]["dynamic"]) == 5
    assert len(server.legend[KEYS[1]]["dynamic"]) == 3
    assert _puts(server)[0]["dynamic_bins"] == 5


def test_bins_in_theoretical_mode_are_refused(run: Run, server: State, tmp_path: Path) -> None:
    outcome, _ = _push(run, tmp_path / "r.json", BINS=5, MODE="theoretical")
    assert "dynamic" in outcome.error
    assert _puts(server) == []


def test_nothing_to_push_is_reported(run: Run, tmp_path: Path) -> None:
    outcome, report = _push(run, tmp_path / "r.json")
    assert "INPUT" in outcome.error
    assert report["sent"] is None


@pytest.mark.parametrize(
    "name, content",
    [
        ("a.json", "{"),
        ("a.json", '{"2025_05_02": [{"min": 1, "max": 0, "color": "#000000", "label": ""}]}'),
        ("a.csv", "nothing"),
        ("a.sld", "<x/>"),
        ("a.qml", "<x/>"),
    ],
)
def test_a_broken_file_is_one_sentence(run: Run, server: State, tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    outcome, report = _push(run, tmp_path / "r.json", INPUT=str(tmp_path / name), DATES=DAYS[0])
    assert "\n" not in outcome.error
    assert "unexpected" not in outcome.error
    assert report["sent"] is None
    assert _puts(server) == []


def test_rollback_recomputes_the_dates_named(run: Run, server: State, tmp_path: Path) -> None:
    for key in KEYS[:2]:
        server.legend[key]["dynamic"][0]["label"] = "Lake"
    path = tmp_path / "r.json"
    outcome = run("rollbacklegend", **IDS | {"DATES": DAYS[0], "OUTPUT": str(path)})
    assert outcome.ok, outcome.feedback.errors
    report = json.loads(path.read_text(encoding="utf-8"))
    assert list(report) == ["rolled_back", "before", "answered"]
    assert report["rolled_back"] == [DAYS[0]]
    assert report["before"][KEYS[0]][0]["label"] == "Lake"
    assert report["answered"][KEYS[0]][0]["label"] == "Water"
    assert server.legend[KEYS[1]]["dynamic"][0]["label"] == "Lake"


def test_a_rollback_of_an_unknown_date_is_refused(run: Run, server: State, tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    outcome = run("rollbacklegend", **IDS | {"DATES": "2024-01-01", "OUTPUT": str(path)})
    assert "2024-01-01" in outcome.error
    assert json.loads(path.read_text(encoding="utf-8"))["rolled_back"] == []
    assert not [method for method, *_ in server.requests if method == "PATCH"]
