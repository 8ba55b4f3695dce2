"""The words for states are read generously, and spelled in one place."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from pixxel_explorer.plugin.api.models import Asset, Download
from pixxel_explorer.plugin.api.status import State, Word, parse_state

# file and word that mean something else there
OTHER_MEANINGS = {
    ("plugin/api/decoding/decode.py", "error"),  # key of an error envelope
    ("plugin/api/decoding/decode.py", "success"),
    ("plugin/api/transport/refusals.py", "error"),
    ("plugin/host/isolation.py", "processing"),  # QGIS's package
    ("plugin/integrations/layer_marks.py", "failed"),  # a load, and the name of its icon
    ("plugin/processing/write_record.py", "error"),  # key of a report
    ("plugin/sandbox/core/request.py", "error"),
    ("plugin/sandbox/platform/stac.py", "created"),  # a time, in STAC
    ("plugin/sandbox/platform/analysis/jobs.py", "processing"),  # a kind of failure
    ("plugin/worker/job.py", "Failed"),  # a class
    ("plugin/worker/job.py", "Succeeded"),
    ("plugin/worker/job.py", "Cancelled"),
    ("ui/models/catalog_nodes.py", "pending"),  # what the tree knows of an AOI
    ("ui/models/catalog_nodes.py", "failed"),
    ("ui/models/wording.py", "queued"),  # texts for people
    ("ui/models/wording.py", "creating"),
    ("ui/models/wording.py", "ready"),
    ("ui/models/wording.py", "failed"),
    ("ui/models/wording.py", "cancelled"),
    ("ui/models/wording.py", "expired"),
    ("ui/legend_editor/panel.py", "failed"),  # pages of the dock
    ("ui/catalog/catalog_states.py", "failed"),
    ("ui/catalog/catalog_states.py", "error"),
}


@pytest.mark.parametrize(
    ("words", "state"),
    [
        ("success SUCCESS Succeeded successful completed COMPLETE done ready Finished OK", State.READY),
        ("partial PARTIAL_SUCCESS partial-success partialSuccess COMPLETED_WITH_ERRORS", State.PARTIAL),
        ("created CREATED queued pending submitted Accepted scheduled", State.QUEUED),
        ("creating started running processing IN_PROGRESS in-progress InProgress updating", State.WORKING),
        ("failed Failure ERROR rejected", State.FAILED),
        ("cancelled CANCELED aborted", State.CANCELLED),
        ("expired", State.EXPIRED),
        ("frozen on_hold active 200 ready2 in_progress_maybe", State.UNKNOWN),
    ],
)
def test_words_in_any_spelling(words: str, state: State) -> None:
    assert {word: parse_state(word) for word in words.split()} == dict.fromkeys(words.split(), state)


@pytest.mark.parametrize("text", ["In Progress", " in progress\n", "IN  PROGRESS", "in_-progress"])
def test_blanks_separate_too(text: str) -> None:
    assert parse_state(text) is State.WORKING


@pytest.mark.parametrize("text", ["", "  ", None, "--"])
def test_nothing_said_is_a_state_of_its_own(text: str | None) -> None:
    state = parse_state(text)
    assert state is State.UNSTATED
    assert state.is_usable
    assert not state.may_change


def test_an_unknown_word_is_neither_finished_nor_failed_and_may_change() -> None:
    state = parse_state("frozen")
    assert not state.is_usable
    assert not state.has_failed
    assert not state.is_under_way
    assert state.may_change


@pytest.mark.parametrize("word", list(Word), ids=str)
def test_each_word_is_either_usable_or_under_way_or_failed(word: Word) -> None:
    state = parse_state(word)
    assert state is word.state
    assert [state.is_usable, state.is_under_way, state.has_failed].count(True) == 1


def test_records_keep_the_word_beside_its_meaning() -> None:
    asset = Asset.model_validate({"id": "x", "status": "In Progress"})
    assert (asset.status, asset.state) == ("In Progress", State.WORKING)
    assert asset.model_dump()["status"] == "In Progress"


@pytest.mark.parametrize(
    ("word", "is_ready", "has_failed"),
    [("FINISHED", True, False), ("parcelled", True, False), ("", True, False), ("Running", False, False),
     ("rejected", False, True)],
)  # fmt: skip
def test_a_package_with_an_address(word: str, is_ready: bool, has_failed: bool) -> None:
    package = Download.model_validate({"download_id": "d", "status": word, "signed_url": "https://x.test/p"})
    assert (package.is_ready, package.has_failed) == (is_ready, has_failed)


def words_in(path: Path) -> Iterator[str]:
    """Yield the text literals of a module that are words for states."""
    known = {word.replace("_", "") for word in Word}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            plain = node.value.casefold().replace("_", "").replace("-", "").replace(" ", "")
            if plain in known:
                yield node.value


def test_no_other_module_spells_them(root: Path) -> None:
    vocabulary = root / "plugin/api/status.py"
    paths = [path for part in ("plugin", "ui") for path in (root / part).rglob("*.py") if path != vocabulary]
    found = {(path.relative_to(root).as_posix(), word) for path in paths for word in words_in(path)}
    assert set(words_in(vocabulary)) >= {"success", "in_progress"}
    assert sorted(found ^ OTHER_MEANINGS) == []
