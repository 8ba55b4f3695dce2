"""The report of a write is true however the run ends, and holds what was on the server before."""

from __future__ import annotations

import copy
import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pixxel_explorer.plugin.host import paths
from pixxel_explorer.plugin.processing.provider import PixxelProvider
from qgis.core import QgsApplication, QgsProcessingContext

from .conftest import Listener
from .server import DATES, Handler, Refused, State, classes

DATE = "2025_05_02"
IDS = {"AOI": "a-1", "VISUALIZATION": "v-1", "MODE": "dynamic"}
WRITES = ("PUT", "PATCH")
KINDS = ("input", "bins", "rollback")
Start = Callable[..., tuple[bool, Listener, dict[str, Any]]]


@pytest.fixture
def start(provider: PixxelProvider, server: State, tmp_path: Path) -> Start:
    """Return what runs a write of one date, which a colleague has edited, and reads its report."""
    server.legend[DATE]["dynamic"][1]["label"] = "Colleague"
    rows = [{name: row[name] for name in ("min", "max", "color", "label")} for row in classes()]
    (tmp_path / "edit.json").write_text(json.dumps({DATE: rows}), encoding="utf-8")

    def run(kind: str, texts: Listener | None = None, **more: Any) -> tuple[bool, Listener, dict[str, Any]]:
        target = tmp_path / "report.json"
        given = {"rollback": {"DATES": DATE}, "bins": {"BINS": 5, "DATES": DATE}, "input": {}}[kind]
        given = {**IDS, **given, "OUTPUT": str(target)} | more
        if kind == "input":
            given = {"INPUT": str(tmp_path / "edit.json"), **given}
        name = "rollbacklegend" if kind == "rollback" else "pushlegend"
        algorithm = QgsApplication.processingRegistry().createAlgorithmById(f"pixxel:{name}")
        texts = texts or Listener()
        _, ok = algorithm.run(given, QgsProcessingContext(), texts)
        return ok, texts, json.loads(target.read_text(encoding="utf-8")) if target.is_file() else {}

    return run


@pytest.fixture
def after_writes(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[State], None]], None]:
    """Return what sets what the server does after it stored a write and before it answers."""
    answer = Handler._operation

    def set_up(act: Callable[[State], None]) -> None:
        def operation(handler: Handler, method: str, *rest: Any) -> Any:
            result = answer(handler, method, *rest)
            if method in WRITES:
                act(handler.state)
            return result

        monkeypatch.setattr(Handler, "_operation", operation)

    return set_up


def _fail(_: State) -> None:
    raise Refused(500, "internal", "failed after it was stored")


def _labels(report: dict[str, Any]) -> list[str]:
    return [row["label"] for row in report["before"][DATE]]


@pytest.mark.parametrize("kind", ["input", "bins"])
def test_a_server_that_fails_after_it_stored_a_push(start: Start, after_writes: Any, kind: str) -> None:
    after_writes(_fail)
    ok, texts, report = start(kind)
    assert ok, texts.errors
    assert list(report["sent"]["legend"]).count(DATE) == 1
    assert report["differences"] == []


def test_a_server_that_fails_before_it_stored_a_push(
    start: Start, server: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    def put(*_: Any) -> Any:
        raise Refused(500, "internal", "failed")

    monkeypatch.setattr(Handler, "_put", put)
    ok, texts, _ = start("input")
    assert (ok, len(texts.errors)) == (False, 1)
    assert "still holds the old legend" in texts.errors[0]


def test_a_server_that_fails_after_it_rolled_back(start: Start, after_writes: Any) -> None:
    after_writes(_fail)
    ok, texts, report = start("rollback")
    assert ok, texts.errors
    assert report["rolled_back"] == ["2025-05-02"]
    assert "Colleague" in _labels(report)
    assert "Colleague" not in [row["label"] for row in report["answered"][DATE]]


def test_a_server_that_fails_before_it_rolled_back(
    start: Start, server: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = Handler._operation

    def operation(handler: Handler, method: str, *rest: Any) -> Any:
        return _fail(server) if method in WRITES else answer(handler, method, *rest)

    monkeypatch.setattr(Handler, "_operation", operation)
    ok, texts, report = start("rollback")
    assert (ok, len(texts.errors)) == (False, 1)
    assert "holds the same legend of 2025-05-02 as before" in texts.errors[0]
    assert (report["rolled_back"], report["sent"]) == ([], ["2025-05-02"])
    assert "Colleague" in _labels(report)


@pytest.mark.parametrize("kind", KINDS)
def test_a_server_that_can_not_be_asked_after_it_failed(
    start: Start, after_writes: Any, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    def die(_: State) -> None:
        monkeypatch.setattr(Handler, "_answer", lambda *_: _fail(State()))
        raise Refused(500, "internal", "failed after it was stored")

    after_writes(die)
    ok, texts, report = start(kind)
    assert (ok, len(texts.errors)) == (False, 1)
    assert "may or may not" in texts.errors[0]
    assert report["sent"]
    assert "Colleague" in _labels(report)


@pytest.mark.parametrize("kind", KINDS)
def test_a_stop_while_the_write_is_under_way(start: Start, after_writes: Any, kind: str) -> None:
    texts = Listener()

    def stop(_: State) -> None:
        threading.Timer(0, texts.cancel).start()
        time.sleep(1.5)

    after_writes(stop)
    _, texts, report = start(kind, texts)
    assert report["sent"]
    assert report["answered"] is None
    assert "Colleague" in _labels(report)
    assert any("after the request was sent" in warning for warning in texts.warnings)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["folder", "file/report.json", "a\0b.json", f"{'x' * 300}.json", "  "])
def test_nothing_is_sent_where_the_report_cannot_be_written(
    start: Start, server: State, tmp_path: Path, kind: str, name: str
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("", encoding="utf-8")
    ok, texts, _ = start(kind, OUTPUT=str(tmp_path / name) if name.strip() else name)
    assert (ok, len(texts.errors)) == (False, 1)
    assert "unexpected" not in texts.errors[0]
    assert [method for method, *_ in server.requests if method in WRITES] == []


def test_the_report_does_not_overwrite_the_legend(start: Start, server: State, tmp_path: Path) -> None:
    before = (tmp_path / "edit.json").read_text(encoding="utf-8")
    ok, texts, _ = start("input", OUTPUT=str(tmp_path / "folder" / ".." / "edit.json"))
    assert not ok
    assert "OUTPUT is the file given in INPUT" in texts.errors[0]
    assert (tmp_path / "edit.json").read_text(encoding="utf-8") == before
    assert server.requests == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_server_that_repeats_a_write_without_storing_it(
    start: Start, server: State, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    answer = Handler._operation

    def operation(handler: Handler, method: str, *rest: Any) -> Any:
        held = copy.deepcopy(server.legend)
        result = copy.deepcopy(answer(handler, method, *rest))
        if method in WRITES:
            server.legend.update(held)
        return result

    monkeypatch.setattr(Handler, "_operation", operation)
    ok, texts, report = start(kind)
    assert ok, texts.errors
    if kind == "rollback":
        assert "Colleague" in [row["label"] for row in report["answered"][DATE]]
    else:
        assert {one["date"] for one in report["differences"]} == {"2025-05-02"}
        assert any("differs from what was sent" in warning for warning in texts.warnings)


@pytest.mark.parametrize("kind", KINDS)
def test_dates_changed_behind_a_fair_answer_are_named(
    start: Start, server: State, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    answer = Handler._operation

    def operation(handler: Handler, method: str, *rest: Any) -> Any:
        result = copy.deepcopy(answer(handler, method, *rest))
        if method in WRITES:
            for key in DATES:
                server.legend[key]["dynamic"] = classes(0.01)
        return result

    monkeypatch.setattr(Handler, "_operation", operation)
    ok, _, report = start(kind)
    assert ok
    assert [one["date"] for one in report["changed_without_being_chosen"]] == ["2025-04-12", "2025-06-01"]


@pytest.fixture
def redirecting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the server answer writes with a redirect, as a proxy or a login page does."""
    serve = Handler._serve

    def moved(handler: Handler) -> None:
        if handler.command not in WRITES:
            serve(handler)
            return
        handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        handler.send_response(302)
        handler.send_header("Location", "https://login.example.com/sign-in")
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    for method in ("do_GET", "do_POST", "do_PUT", "do_PATCH"):
        monkeypatch.setattr(Handler, method, moved)


@pytest.mark.parametrize("kind", KINDS)
def test_a_redirect_answered_to_a_write_is_an_answer(start: Start, redirecting: None, kind: str) -> None:
    ok, texts, report = start(kind)
    assert (ok, len(texts.errors)) == (False, 1)
    for words in ("302", "login.example.com", "Nothing is known to have been stored"):
        assert words in texts.errors[0]
    assert "could not be reached" not in texts.errors[0]
    assert report["sent"]
    assert report["answered"] is None
    assert "Nothing is known to have been stored" in report["error"]
    assert "Colleague" in _labels(report)


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_write_replaces_is_in_the_history_as_the_editors_is(
    start: Start, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kind: str
) -> None:
    monkeypatch.setattr(paths, "drafts_folder", lambda: tmp_path / "drafts")
    assert start(kind)[0]
    (file,) = (tmp_path / "drafts").rglob("history/**/*.json")
    record = json.loads(file.read_text(encoding="utf-8"))
    assert record["reason"] == ("rollback" if kind == "rollback" else "push")
    assert (record["connection"], record["visualization_id"], record["mode"]) == ("Test server", "v-1", "dynamic")
    assert set(record["legends"]) == set(DATES)
    assert "Colleague" in [entry["label"] for entry in record["legends"][DATE]["classes"]]


def test_a_dry_run_and_a_refusal_leave_no_history(
    start: Start, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(paths, "drafts_folder", lambda: tmp_path / "drafts")
    assert start("bins", DRY_RUN=True)[0]
    assert not start("bins", DATES="1999-01-01")[0]
    assert list(tmp_path.rglob("history")) == []


def test_a_rollback_that_changes_the_other_mode_too_is_reported(start: Start, after_writes: Any) -> None:
    def change(state: State) -> None:
        state.legend[DATE]["theoretical"] = classes(0.2)

    after_writes(change)
    ok, texts, report = start("rollback")
    assert ok, texts.errors
    assert [(one["date"], one["field"]) for one in report["differences"]] == [("2025-05-02", "theoretical")]
    assert any("also changed the other mode of 2025-05-02" in warning for warning in texts.warnings)


def test_a_rollback_that_leaves_the_other_mode_says_nothing_of_it(start: Start) -> None:
    ok, texts, report = start("rollback")
    assert ok
    assert "differences" not in report
    assert texts.warnings == []
