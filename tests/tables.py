"""Tables of the documentation that tests write and check: one reader and one writer.

A table stands between two comments that name it. It may have sections, each under a heading of its own; a row is known
by its section and its first cell.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

Cells = tuple[str, ...]


def escaped(text: str) -> str:
    """Return a text as it stands in a cell."""
    return text.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")


def read(document: str, name: str) -> dict[str, dict[str, Cells]]:
    """Return the rows of a table by their section and their first cell; a table without sections has one, ``""``."""
    sections: dict[str, dict[str, Cells]] = {}
    rows, previous = sections.setdefault("", {}), ""
    for line in _parts(document, name)[1].splitlines():
        if line.startswith("### "):
            rows = sections.setdefault(line[4:], {})
        elif line.startswith("| ---"):
            rows.pop(_cells(previous)[0])  # the titles
        elif line.startswith("| "):
            cells = _cells(line)
            rows[cells[0]] = cells
        previous = line
    return {section: rows for section, rows in sections.items() if rows}


def write(document: str, name: str, titles: Sequence[str], sections: Mapping[str, Sequence[Cells]]) -> str:
    """Return the document with other rows in a table."""
    parts = []
    for section, rows in sections.items():
        lines = [titles, ["---"] * len(titles), *rows]
        table = "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
        parts.append(f"### {section}\n\n{table}" if section else table)
    before, _, after = _parts(document, name)
    body = "\n\n".join(parts)
    return f"{before}\n\n{body}\n\n{after}"


def _cells(line: str) -> Cells:
    return tuple(cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1])


def _parts(document: str, name: str) -> tuple[str, str, str]:
    """Return what stands up to the first comment, between the two, and from the second on."""
    first, last = f"<!-- Table of {name}; it is written by tests. -->", f"<!-- End of {name}. -->"
    before, found, rest = document.partition(first)
    inside, ended, after = rest.partition(last)
    assert found and ended, f"the document has no table of {name}"
    return before + first, inside, last + after
