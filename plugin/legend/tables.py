"""Legends of several dates as JSON (the body of the server's PUT) and as CSV."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from .colour import has_unclear_alpha
from .spec import Legend
from .spreadsheet import COLUMNS, FIGURES, column_names, records
from .table_errors import TableUnreadable
from .vocabulary import LegendMode
from .wire import read_classes, write_classes

_DATE = re.compile(r"(\d{4})[-_]?(\d{2})[-_]?(\d{2})(.*)", re.DOTALL)


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
        raw = json.loads(text.lstrip("\ufeff"), object_pairs_hook=_once)
    except TableUnreadable:
        raise
    except json.JSONDecodeError as error:
        raise TableUnreadable("not-json", row=error.lineno, text=error.msg) from error
    except (RecursionError, ValueError) as error:  # nested too deeply, or a number of thousands of digits
        raise TableUnreadable("not-json", text=str(error)) from error
    if isinstance(raw, Mapping) and isinstance(raw.get("legend"), Mapping):
        raw = raw["legend"]
    if isinstance(raw, list) and not raw:
        raise TableUnreadable("empty")
    if isinstance(raw, list):
        return {None: _legend(raw, "")}
    if not isinstance(raw, Mapping) or not raw:
        raise TableUnreadable("not-a-legend")
    return {str(key): _legend(classes, str(key)) for key, classes in raw.items()}


def stated_mode(text: str) -> LegendMode | str | None:
    """Return the mode that a body of a request names beside its legends, if it names one; call ``from_json`` first."""
    raw = json.loads(text.lstrip("\ufeff"))
    mode = (
        raw.get("visualization_mode") if isinstance(raw, Mapping) and isinstance(raw.get("legend"), Mapping) else None
    )
    return None if mode is None else LegendMode.read(str(mode))


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object of JSON, in which no key may stand twice: only one of the two would be kept."""
    keys = [key for key, _ in pairs]
    twice = next((key for key in keys if keys.count(key) > 1), None) if len(set(keys)) < len(keys) else None
    if twice is not None:
        raise TableUnreadable("date-twice", text=twice)
    return dict(pairs)


def _legend(raw: Any, date: str) -> Legend:
    if not isinstance(raw, list) or not all(isinstance(record, Mapping) for record in raw):
        raise TableUnreadable("not-a-legend", column=date)
    unclear = next((n for n, record in enumerate(raw, start=1) if has_unclear_alpha(record.get("color"))), 0)
    if unclear:
        raise TableUnreadable("unclear-class-colour", row=unclear, column=date, text=str(raw[unclear - 1]["color"]))
    legend, warnings = read_classes(raw)
    if warnings:
        raise TableUnreadable("class", column=date, text=warnings[0])
    return legend


def unknown_fields(legends: Iterable[Legend]) -> list[str]:
    """Return the names of fields that classes have and nothing is done with, each once."""
    return list(dict.fromkeys(name for legend in legends for entry in legend.classes for name in entry.extra))


def unknown_columns(text: str) -> list[str]:
    """Return the names of columns of a table that was read and that nothing is done with, each once."""
    return [name for name in dict.fromkeys(column_names(text)) if name and name not in {*COLUMNS, *FIGURES}]


def to_csv(legends: Mapping[str, Legend], as_they_are: Collection[str] = ()) -> str:
    """Return a table with one row a class; the date is written ``YYYY-MM-DD``, and as its key where that says more.

    Args:
        as_they_are: keys of dates whose day has others, too, so that the day would mean all of them.

    Raises:
        LegendInvalid: an edge is infinite or not a number. An open end is an empty cell.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for key, legend in legends.items():
        for record in write_classes(legend, allow_open=True):
            writer.writerow(
                [
                    key if key in as_they_are else _written_date(key),
                    *("" if record[name] is None else record[name] for name in COLUMNS[1:]),
                ]
            )
    return out.getvalue()


def _written_date(key: str) -> str:
    match = _DATE.fullmatch(key)
    return key if match is None or match[4] else "-".join(match.groups()[:3])


def from_csv(text: str) -> Mapping[str | None, Legend]:
    """Parse legends by their dates; rows without a date are under ``None``.

    Columns are found by name, in any order. The formats of spreadsheets are understood: a line ``sep=;``, semicolons
    and tabs, decimal commas, empty rows and cells at the end, dates as ``06.05.2025``.

    Raises:
        TableUnreadable: a column is missing, or a cell cannot be read for certain.
    """
    dates: dict[str | None, list[dict[str, str]]] = {}
    for record in records(text):
        dates.setdefault(record.pop("date") or None, []).append(record)
    if not dates:
        raise TableUnreadable("empty")
    return {date: _legend(classes, date or "") for date, classes in dates.items()}
