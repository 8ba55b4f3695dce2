"""Drafts survive; a damaged one is set aside, never lost."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from pixxel_explorer.plugin.legend.spec import Colour, ColourMapKind, Legend, LegendClass
from pixxel_explorer.plugin.legend.vocabulary import LegendMode
from pixxel_explorer.plugin.legend_sync.drafts import Draft, DraftStore, read_history

LEGEND = Legend(
    (
        LegendClass(None, 0, Colour(1, 2, 3, 4), "Ünder", area=12.5, area_percentage=3, extra={"note": [1]}),
        LegendClass(0, 0.1 + 0.2, Colour(5, 6, 7), ""),
    ),
    kind=ColourMapKind.INTERVALS,
    opacity=0.5,
    closed_top=True,
)
DRAFT = Draft("Sample data", "a1", "v1", "dynamic", {"2025_05_02": Legend()}, {"2025_05_02": LEGEND})


def test_a_draft_comes_back_as_it_was(tmp_path: Path) -> None:
    store = DraftStore(tmp_path / "drafts")
    saved_at = store.save(DRAFT)
    loaded = DraftStore(tmp_path / "drafts").load("Sample data", "v1", "dynamic")
    assert loaded is not None
    assert loaded.legends == DRAFT.legends
    assert loaded.base == DRAFT.base
    assert loaded.saved_at == saved_at
    assert loaded.legends["2025_05_02"].classes[0].extra == {"note": [1]}
    assert isinstance(loaded.legends["2025_05_02"].classes[0].maximum, int)


def test_the_file_is_that_of_earlier_versions(tmp_path: Path) -> None:
    former, present = DraftStore(tmp_path / "former"), DraftStore(tmp_path / "present")
    former.save(DRAFT)
    present.save(replace(DRAFT, mode=LegendMode.DYNAMIC))
    files = [next((tmp_path / name).rglob("v1_dynamic.json")) for name in ("former", "present")]
    records = [re.sub(rb'"saved_at": "[^"]*"', b"", file.read_bytes()) for file in files]
    assert records[0] == records[1]
    loaded = former.load("Sample data", "v1", LegendMode.DYNAMIC)
    assert loaded is not None
    assert loaded.mode is LegendMode.DYNAMIC


def test_a_draft_of_an_unknown_mode_is_set_aside(tmp_path: Path) -> None:
    store = DraftStore(tmp_path)
    store.save(DRAFT)
    file = next(tmp_path.rglob("v1_dynamic.json"))
    file.write_text(
        file.read_text(encoding="utf-8").replace('"mode": "dynamic"', '"mode": "seasonal"'), encoding="utf-8"
    )
    assert store.load("Sample data", "v1", LegendMode.DYNAMIC) is None
    assert len(list(file.parent.glob("v1_dynamic.unreadable-*"))) == 1


def test_nothing_is_made_before_the_first_save(tmp_path: Path) -> None:
    root = tmp_path / "drafts"
    assert DraftStore(root).load("c", "v", "dynamic") is None
    DraftStore(root).discard("c", "v", "dynamic")
    assert not root.exists()


def test_each_connection_visualization_and_mode_has_its_own(tmp_path: Path) -> None:
    store = DraftStore(tmp_path)
    store.save(DRAFT)
    assert store.load("sample data", "v1", "dynamic") is None
    assert store.load("Sample data", "v2", "dynamic") is None
    assert store.load("Sample data", "v1", "theoretical") is None


def test_a_later_save_replaces_and_leaves_no_pieces(tmp_path: Path) -> None:
    store = DraftStore(tmp_path)
    store.save(DRAFT)
    store.save(DRAFT)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["v1_dynamic.json"]


def test_a_discarded_draft_is_gone(tmp_path: Path) -> None:
    store = DraftStore(tmp_path)
    store.save(DRAFT)
    store.discard("Sample data", "v1", "dynamic")
    assert store.load("Sample data", "v1", "dynamic") is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"base": {}}', '{"legends": 3}', "null", "\x00\xff"])
def test_a_damaged_draft_is_set_aside_and_kept(tmp_path: Path, text: str) -> None:
    store = DraftStore(tmp_path)
    store.save(DRAFT)
    (path,) = tmp_path.rglob("*.json")
    path.write_text(text, encoding="latin-1")
    assert store.load("Sample data", "v1", "dynamic") is None
    (aside,) = (found for found in tmp_path.rglob("*") if found.is_file())
    assert aside.read_text(encoding="latin-1") == text
    store.save(DRAFT)
    assert store.load("Sample data", "v1", "dynamic") is not None
    assert aside.exists()


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b\\c", "CON", "", "x" * 300, "Ünïcode"])
def test_any_name_is_safe_on_disk(tmp_path: Path, name: str) -> None:
    root = tmp_path / "drafts"
    store = DraftStore(root)
    store.save(Draft(name, "a1", name, "dynamic", {}, {}))
    assert store.load(name, name, "dynamic") is not None
    assert [path for path in tmp_path.rglob("*.json") if root not in path.parents] == []


def test_history_keeps_the_last_hundred(tmp_path: Path) -> None:
    store = DraftStore(tmp_path)
    paths = [store.record_history("Sample data", "v1", "dynamic", {"k": LEGEND}, "push") for _ in range(103)]
    assert [path.exists() for path in paths] == [False] * 3 + [True] * 100
    assert read_history(paths[-1]) == {"k": LEGEND}


def test_drafts_and_history_follow_a_renamed_connection(tmp_path: Path) -> None:
    store = DraftStore(tmp_path)
    draft = Draft("Old name", "a", "v", "dynamic", {}, DRAFT.legends)
    store.save(draft)
    store.record_history("Old name", "v", "dynamic", DRAFT.legends, "push")
    store.rename_connection("Old name", "New name")
    moved = store.load("New name", "v", "dynamic")
    assert moved is not None
    assert moved.legends == DRAFT.legends
    assert store.load("Old name", "v", "dynamic") is None
    assert len(list(tmp_path.rglob("history/*/*.json"))) == 1
    assert [path.name for path in tmp_path.iterdir()] == [next(tmp_path.glob("new-name*")).name]


def test_a_draft_that_is_there_already_is_not_overwritten_by_a_renamed_one(tmp_path: Path) -> None:
    store = DraftStore(tmp_path)
    store.save(Draft("Old", "a", "v", "dynamic", {}, {}))
    store.save(Draft("New", "a", "v", "dynamic", {}, DRAFT.legends))
    store.rename_connection("Old", "New")
    kept, left = store.load("New", "v", "dynamic"), store.load("Old", "v", "dynamic")
    assert kept is not None
    assert kept.legends == DRAFT.legends
    assert left is not None


def test_renaming_what_has_no_drafts_is_nothing(tmp_path: Path) -> None:
    DraftStore(tmp_path / "none").rename_connection("Old", "New")
    assert not (tmp_path / "none").exists()
