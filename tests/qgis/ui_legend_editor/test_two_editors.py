"""Two QGIS on one profile edit one legend: each keeps its draft, is told, and loses nothing, also when killed."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pixxel_explorer.plugin.files import whole
from pixxel_explorer.plugin.files.names import former_name
from pixxel_explorer.plugin.legend_sync.drafts import Draft, DraftStore
from pixxel_explorer.tests.robustness import Scenario
from qgis.PyQt.QtWidgets import QDialogButtonBox, QFileDialog, QLineEdit, QToolButton

from .conftest import LABEL, SAMPLE, Harness, pump

SCRIPT = Path(__file__).with_name("second_editor.py")
OTHER = "another QGIS window"
TWO = "Two QGIS on one profile"


class Editor:
    """A QGIS of its own with the editor."""

    def __init__(self, folder: Path) -> None:
        environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
        command = [sys.executable, str(SCRIPT), str(folder)]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )

    def do(self, act: str) -> dict[str, Any]:
        """Let it do something and return what is seen then."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{act}\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        while line and not line.startswith("{"):
            line = self.process.stdout.readline()
        return dict(json.loads(line))

    def kill(self) -> None:
        """End it as a crash does."""
        self.process.kill()
        self.process.communicate(timeout=30)


@pytest.fixture
def editor(harness: Harness, tmp_path: Path) -> Iterator[Callable[[], Editor]]:
    """Return what starts another QGIS on the same profile."""
    started: list[Editor] = []

    def start() -> Editor:
        started.append(Editor(tmp_path))
        return started[-1]

    yield start
    for each in started:
        each.kill()


def drafts_of(harness: Harness) -> list[str]:
    """Return the labels of the first class in all drafts on disk."""
    files = sorted((harness.sandbox.folder / "drafts").rglob("[!.]*.json"))
    drafts = [json.loads(file.read_text("utf-8")) for file in files if "history" not in file.parts]
    return sorted(draft["legends"][harness.keys[0]]["classes"][0]["label"] for draft in drafts)


def test_the_edits_of_one_neither_overwrite_nor_remove_the_draft_of_the_other(
    harness: Harness, editor: Callable[[], Editor], scenario: Scenario
) -> None:
    other = editor()
    assert not any(OTHER in texts for texts in other.do("open")["said"])
    other.do("label Theirs")
    harness.open()
    (shown,) = (texts for texts in harness.texts() if OTHER in texts)
    scenario(TWO, "A second editor opens a legend that is edited", shown)
    assert harness.edits() == 0
    harness.edit(0, LABEL, "Mine")
    pump(600)
    assert drafts_of(harness) == ["Mine", "Theirs"]

    harness.push()
    pump(600)
    assert drafts_of(harness) == ["Theirs"]
    assert harness.server_class(0).label == "Mine"
    assert other.do("open")["label"] == "Theirs"


def test_both_drafts_outlive_a_kill_of_both(harness: Harness, editor: Callable[[], Editor], scenario: Scenario) -> None:
    both = [editor(), editor()]
    for each, label in zip(both, ("First", "Second"), strict=True):
        each.do("open")
        each.do(f"label {label}")
    for each in both:
        each.kill()
    assert drafts_of(harness) == ["First", "Second"]

    harness.open()
    assert harness.value(0, LABEL) == "First"
    assert not any(OTHER in texts for texts in harness.texts())
    scenario(
        TWO, "Both are killed, and a third one opens", next(texts for texts in harness.texts() if "draft" in texts)
    )
    offer = next(b for b in harness.panel.findChildren(QToolButton) if b.text() == "Open That Draft")
    offer.click()
    pump(600)
    assert harness.value(0, LABEL) == "Second"
    assert harness.edits() == 1
    assert drafts_of(harness) == ["First", "Second"]
    assert any("another draft" in texts for texts in harness.texts())
    harness.push()
    pump(600)
    assert drafts_of(harness) == ["First"]


def test_a_draft_of_the_version_before_is_read(harness: Harness) -> None:
    harness.open()
    harness.edit(0, LABEL, "Before")
    pump(600)
    harness.panel.close()
    (file,) = (harness.sandbox.folder / "drafts").rglob("[!.]*.json")
    former = file.parent.with_name(former_name(SAMPLE.name))
    file.parent.rename(former)
    harness.panel = harness.another_panel()
    harness.open()
    assert harness.value(0, LABEL) == "Before"


def test_edits_the_disk_refuses_stay_and_are_offered_to_be_saved_elsewhere(
    harness: Harness, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scenario: Scenario
) -> None:
    harness.open()
    with monkeypatch.context() as full:
        _fill(full)
        harness.edit(0, LABEL, "Kept in memory")
        pump(600)
        (shown,) = (texts for texts in harness.texts() if "disk is full" in texts)
        scenario("A disk that is full, a folder that refuses or vanishes", "A draft", shown)
        assert harness.text("draftLabel") == "Draft not saved"
        harness.panel.set_connection("Field work")
        harness.panel.set_connection(SAMPLE.name)
        harness.open()
        assert harness.value(0, LABEL) == "Kept in memory"
        harness.edit(0, LABEL, "Kept still")
        pump(600)
        next(b for b in harness.panel.findChildren(QToolButton) if b.text() == "Save As…").click()
        pump()
    dialog = harness.panel.findChild(QFileDialog, "saveEditsDialog")
    assert dialog is not None
    assert dialog.isVisible()
    dialog.findChild(QLineEdit, "fileNameEdit").setText(str(tmp_path / "mine"))
    dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Save).click()
    pump(600)
    saved = json.loads((tmp_path / "mine.json").read_text("utf-8"))
    assert saved[harness.keys[0]][0]["label"] == "Kept still"
    harness.edit(0, LABEL, "Room again")
    pump(600)
    assert drafts_of(harness) == ["Room again"]
    assert "draft saved" in harness.text("draftLabel").lower()


def test_a_file_the_disk_refuses_too_is_named(
    harness: Harness, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    harness.open()
    _fill(monkeypatch)
    harness.edit(0, LABEL, "Kept in memory")
    pump(600)
    next(b for b in harness.panel.findChildren(QToolButton) if b.text() == "Save As…").click()
    pump()
    dialog = harness.panel.findChild(QFileDialog, "saveEditsDialog")
    dialog.findChild(QLineEdit, "fileNameEdit").setText(str(tmp_path / "mine"))
    dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Save).click()
    pump(600)
    assert not (tmp_path / "mine.json").exists()
    assert harness.texts() == [
        "The edits could not be saved in mine.json either, so they would be lost on closing. "
        "The disk is full. Free some space, then try again."
    ]
    assert any(b.text() == "Save As…" for b in harness.panel.findChildren(QToolButton))


def _fill(patch: pytest.MonkeyPatch) -> None:
    """Let the disk have no room for what is synced."""

    def refuse(_file: Path) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    patch.setattr(whole, "sync", refuse)


def test_locks_come_and_go_and_numbers_are_used_again(tmp_path: Path) -> None:
    store = DraftStore(tmp_path)
    first, second = (store.claim("c", "v", "dynamic") for _ in range(2))
    assert (first.number, first.is_shared, second.number, second.is_shared) == (1, False, 2, True)
    store.save(Draft("c", "a", "v", "dynamic", {}, {}), 2)
    for each in (first, second):
        each.release()
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["v_dynamic.2.json"]
    again = store.claim("c", "v", "dynamic")
    assert (again.number, again.is_shared, again.others) == (2, False, ())
    third = store.claim("c", "v", "dynamic", 2)
    assert (third.number, third.is_shared) == (1, True)
    for each in (again, third):
        each.release()


def test_a_folder_that_cannot_be_written_is_claimed_when_it_can(tmp_path: Path) -> None:
    (tmp_path / "drafts").write_bytes(b"in the way")
    store = DraftStore(tmp_path / "drafts")
    claim = store.claim("c", "v", "dynamic")
    assert (claim.number, claim.is_sure) == (1, False)
