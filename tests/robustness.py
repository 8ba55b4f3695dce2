"""The table of scenarios in ``docs/robustness.md``: each test says what came of its scenario, and its row must say so.

``--write-table`` writes the rows instead, of the tests that are run.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from . import tables

Scenario = Callable[[str, str, str], None]

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = ROOT / "docs" / "robustness.md"
NAME = "scenarios"
TITLES = ("Scenario", "What comes of it", "Test")
SECTIONS = (
    "Pictures and rasters of absurd size",
    "Lists of absurd length",
    "Rasters that are nowhere",
    "Files of other kinds",
    "Secrets that an answer repeats",
    "The environment of pip",
    "Names from outside",
    "Two scenes on one day",
    "A project that is closed during a load",
    "Layers that are removed during a load",
    "Two QGIS on one profile",
    "A disk that is full, a folder that refuses or vanishes",
    "Folders of a load that was killed",
    "One message per act",
    "QGIS is left in the middle of work",
)
# What differs from run to run, and the word that stands for it.
_WORDS = (
    (re.compile(r"(?<=\.unfinished-)\w+"), "…"),
    (re.compile(r"(?<=[Dd]raft of )\d\d:\d\d"), "TIME"),
    (re.compile(r"(?<!\w)(?:/[^\s/“”:,]+){2,}"), "FOLDER"),
    (re.compile(r"\b(?:127\.0\.0\.1|localhost):\d+"), "SERVER"),
)


def check(section: str, scenario: str, outcome: str, test: str, is_writing: bool) -> None:
    """Compare a row of the table with what came of a scenario, or write it.

    Args:
        section: one of ``SECTIONS``.
        scenario: what happens, in a few words.
        outcome: what a person reads or finds.
        test: the file of the test.
        is_writing: whether the row is written instead.
    """
    assert section in SECTIONS
    row = (scenario, tables.escaped(settled(outcome)), f"`{test}`")
    if is_writing:
        _write(section, row)
    print(f"| {' | '.join(row)} |")
    assert rows().get(section, {}).get(scenario) == row


def settled(text: str) -> str:
    """Return a text with fixed words for what differs from run to run."""
    for pattern, word in _WORDS:
        text = pattern.sub(word, text)
    return text


def rows() -> dict[str, dict[str, tables.Cells]]:
    """Return the rows that stand in the document, by section and scenario."""
    return tables.read(DOCUMENT.read_text(encoding="utf-8"), NAME)


def _write(section: str, row: tables.Cells) -> None:
    known = rows()
    known.setdefault(section, {})[row[0]] = row
    ordered = {each: list(known[each].values()) for each in SECTIONS if each in known}
    document = DOCUMENT.read_text(encoding="utf-8")
    DOCUMENT.write_text(tables.write(document, NAME, TITLES, ordered), encoding="utf-8")
