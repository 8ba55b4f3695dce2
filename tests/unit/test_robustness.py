"""The table of scenarios in docs/robustness.md has rows of every subject, each of a test that is there."""

from __future__ import annotations

import re
from pathlib import Path

from pixxel_explorer.tests.robustness import SECTIONS, rows, settled


def test_every_subject_has_rows() -> None:
    assert tuple(rows()) == SECTIONS


def test_every_row_is_of_a_test_that_records_scenarios(root: Path) -> None:
    tests = {row[-1].strip("`") for section in rows().values() for row in section.values()}
    recording = re.compile(r"^\s+scenario\(", re.MULTILINE)
    assert [test for test in sorted(tests) if not recording.search((root / test).read_text("utf-8"))] == []


def test_what_differs_from_run_to_run_is_replaced() -> None:
    text = "“/data/a-1/out/x.tif” from 127.0.0.1:4711, /srv/ann/.unfinished-ab12, 10 MB/s"
    assert settled(text) == "“FOLDER” from SERVER, FOLDER, 10 MB/s"
