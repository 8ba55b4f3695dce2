"""The table of ``docs/network.md``: one line a setting, written by the test and held to be true by it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from .. import tables
from .measure import COMMAND_LINE, PARTS, Measured
from .rows import ROWS, Row

_NAME = "settings"
_TITLES = ("Setting", "QGIS", "Dock", "Command line", "Packages", "What it says", "Remarks")
_NAMES = {"qgis": "QGIS", "dock": "Dock", COMMAND_LINE: "Command line", "installer": "Packages"}
_SECONDS = re.compile(r", \d+\.\d s")


@dataclass(frozen=True)
class Line:
    """A line of the table, as its cells."""

    cells: tuple[str, ...]

    @property
    def settled(self) -> tuple[str, ...]:
        """Return the cells without what differs from run to run."""
        return tuple(_SECONDS.sub("", cell) for cell in self.cells)


def line_of(measured: Measured) -> Line:
    """Return the line of a setting."""
    outcomes = [_outcome(measured, name) for name in PARTS]
    return Line((measured.row.text, *outcomes, _sentences(measured), " ".join(_remarks(measured))))


def _outcome(measured: Measured, name: str) -> str:
    part = measured.parts.get(name)
    if part is None:
        return "–"
    return f"{'yes' if part.reached else 'no'}, {part.seconds:.1f} s"


def _sentences(measured: Measured) -> str:
    """Return what was said, said once where several say the same; what Qt says differs by its version."""
    texts: dict[str, list[str]] = {}
    for name, title in _NAMES.items():
        part = measured.parts.get(name)
        if name != "qgis" and part is not None and part.sentence:
            texts.setdefault(part.sentence, []).append(title)
    return "<br>".join(f"{_joined(titles)}: “{tables.escaped(text)}”" for text, titles in texts.items())


def _remarks(measured: Measured) -> list[str]:
    found: dict[str, list[str]] = {}
    for name, title in _NAMES.items():
        for finding in measured.parts[name].findings if name in measured.parts else ():
            found.setdefault(finding, []).append(title)
    faults = [f"{_joined(titles)} {finding}." for finding, titles in found.items()]
    return [*faults, *filter(None, (measured.row.why, measured.row.note))]


def _joined(titles: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(titles[:-1]), titles[-1])))


def differs(measured: Measured) -> bool:
    """Return whether one of our ways ends otherwise than QGIS."""
    return len({part.reached for part in measured.parts.values()}) > 1


def read(document: str) -> dict[str, Line]:
    """Return the lines of the table, by group and setting."""
    sections = tables.read(document, _NAME)
    return {f"{group}: {text}": Line(cells) for group, rows in sections.items() for text, cells in rows.items()}


def place(row: Row) -> str:
    """Return the group and text of a row."""
    return f"{row.group}: {row.text}"


def write(document: str, found: Sequence[Measured]) -> str:
    """Return the document with the lines of what was measured; other settings keep their lines."""
    lines = {**read(document), **{place(measured.row): line_of(measured) for measured in found}}
    groups = {
        group: [lines[place(row)].cells for row in rows if place(row) in lines]
        for group, rows in groupby(ROWS, key=lambda row: row.group)
    }
    return tables.write(document, _NAME, _TITLES, groups)
