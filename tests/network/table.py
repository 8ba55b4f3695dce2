"""The table of ``docs/network.md``: one line a setting, written by the test and held to be true by it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from .measure import COMMAND_LINE, PARTS, Measured
from .rows import ROWS, Row

BEGIN, END = "<!-- The table begins; it is written by a test. -->", "<!-- The table ends. -->"
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
    said: dict[str, list[str]] = {}
    for name, title in _NAMES.items():
        part = measured.parts.get(name)
        if name != "qgis" and part is not None and part.sentence:
            said.setdefault(part.sentence, []).append(title)
    return "<br>".join(f"{_joined(titles)}: “{_escaped(text)}”" for text, titles in said.items())


def _remarks(measured: Measured) -> list[str]:
    found: dict[str, list[str]] = {}
    for name, title in _NAMES.items():
        for finding in measured.parts[name].findings if name in measured.parts else ():
            found.setdefault(finding, []).append(title)
    faults = [f"{_joined(titles)} {finding}." for finding, titles in found.items()]
    return [*faults, *filter(None, (measured.row.why, measured.row.note))]


def _joined(titles: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(titles[:-1]), titles[-1])))


def _escaped(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


def differs(measured: Measured) -> bool:
    """Return whether one of our ways ends otherwise than QGIS."""
    return len({part.reached for part in measured.parts.values()}) > 1


def read(document: str) -> dict[str, Line]:
    """Return the lines of the table, by group and setting."""
    inside = document.partition(BEGIN)[2].partition(END)[0]
    lines, group = {}, ""
    for text in inside.splitlines():
        if text.startswith("### "):
            group = text[4:]
        elif text.startswith("| ") and not text.startswith(("| ---", f"| {_TITLES[0]} |")):
            cells = tuple(cell.strip() for cell in re.split(r"(?<!\\)\|", text)[1:-1])
            lines[f"{group}: {cells[0]}"] = Line(cells)
    return lines


def place(row: Row) -> str:
    """Return the group and text of a row."""
    return f"{row.group}: {row.text}"


def write(document: str, found: Sequence[Measured]) -> str:
    """Return the document with the lines of what was measured; other settings keep their lines."""
    lines = {**read(document), **{place(measured.row): line_of(measured) for measured in found}}
    before, _, rest = document.partition(BEGIN)
    after = rest.partition(END)[2]
    return f"{before}{BEGIN}\n{_body(lines)}\n{END}{after}"


def _body(lines: Mapping[str, Line]) -> str:
    parts = []
    for group, rows in groupby(ROWS, key=lambda row: row.group):
        known = [lines[place(row)] for row in rows if place(row) in lines]
        head = [_TITLES, tuple("---" for _ in _TITLES)]
        table = "\n".join(f"| {' | '.join(cells)} |" for cells in [*head, *(line.cells for line in known)])
        parts.append(f"\n### {group}\n\n{table}\n")
    return "".join(parts)
