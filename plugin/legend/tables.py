"""Legends of several dates as JSON (the body of the server's PUT) and as CSV."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from .spec import Legend
from .wire import read_classes, write_classes

COLUMNS = ("date", "min", "max", "color", "label")
_DATE = re.compile(r"(\d{4})[-_]?(\d{2})[-_]?(\d{2})(.*)", re.DOTALL)
_DELIMITERS = ";\t,"


class TableUnreadable(ValueError):
    """A file that holds no legend; the text says where, for a details pane."""


def to_json(legends: Mapping[str, Legend]) -> str:
    """Return the legends as the server takes them: date key to classes.

    Raises:
        LegendInvalid: an edge is infinite or not a number. An open end is written as null.
    """
    body = {key: write_classes(legend, allow_open=True) for key, legend in legends.items()}
    return json.dumps(body, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def from_json(text: str) -> Mapping[str | None, Legend]:
    """Read legends by date key; bare classes are under ``None``.

    Raises:
        TableUnreadable: the text is no JSON, or no legend.
    """
    try:
        raw = json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise TableUnreadable(str(error)) from error
    if isinstance(raw, Mapping) and isinstance(raw.get("legend"), Mapping):
        raw = raw["legend"]
    if isinstance(raw, list):
        return {None: _legend(raw, "the list")}
    if not isinstance(raw, Mapping) or not raw:
        raise TableUnreadable("neither classes nor dates with classes")
    return {str(key): _legend(classes, str(key)) for key, classes in raw.items()}


def _legend(raw: Any, place: str) -> Legend:
    if not isinstance(raw, list) or not all(isinstance(record, Mapping) for record in raw):
        raise TableUnreadable(f"{place}: not a list of classes")
    legend, warnings = read_classes(raw)
    if warnings:
        raise TableUnreadable(f"{place}: {warnings[0]}")
    return legend


def to_csv(legends: Mapping[str, Legend]) -> str:
    """Return a table with one row a class; the date is written ``YYYY-MM-DD``.

    Raises:
        LegendInvalid: an edge is infinite or not a number. An open end is an empty cell.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for key, legend in legends.items():
        for record in write_classes(legend, allow_open=True):
            writer.writerow(
                [_written_date(key), *("" if record[name] is None else record[name] for name in COLUMNS[1:])]
            )
    return out.getvalue()


def _written_date(key: str) -> str:
    match = _DATE.fullmatch(key)
    return key if match is None else "-".join(match.groups()[:3]) + match[4]


def from_csv(text: str) -> Mapping[str | None, Legend]:
    """Read legends by the dates as written; rows without a date are under ``None``.

    Columns are found by name, in any order; semicolons, tabs and decimal commas of spreadsheets are understood.

    Raises:
        TableUnreadable: a column is missing, or a cell cannot be read.
    """
    rows = list(_rows(text.lstrip("\ufeff")))
    if not rows:
        raise TableUnreadable("no classes")
    dates: dict[str | None, list[dict[str, str]]] = {}
    for row in rows:
        dates.setdefault(row.pop("date", "") or None, []).append(row)
    return {date: _legend(records, date or "the table") for date, records in dates.items()}


def _rows(text: str) -> Iterable[dict[str, str]]:
    head = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=head.count)
    try:
        cells = [
            [cell.strip() for cell in row] for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        ]
    except csv.Error as error:
        raise TableUnreadable(str(error)) from error
    cells = [row for row in cells if any(row)]
    names = _names(cells[0] if cells else [])
    for number, row in enumerate(cells[1:], start=2):
        if len(row) != len(names):
            raise TableUnreadable(f"row {number}: {len(row)} cells instead of {len(names)}")
        record = {name: cell for name, cell in zip(names, row, strict=True) if name in COLUMNS}
        yield _with_points(record) if delimiter != "," else record


def _names(head: list[str]) -> list[str]:
    names = [{"colour": "color"}.get(name.lower(), name.lower()) for name in head]
    missing = [name for name in ("min", "max", "color") if name not in names]
    if missing:
        raise TableUnreadable(f"no column {', '.join(missing)}")
    return names


def _with_points(record: dict[str, str]) -> dict[str, str]:
    return {name: cell.replace(",", ".") if name in ("min", "max") else cell for name, cell in record.items()}
