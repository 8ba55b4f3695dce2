"""Rows of CSV files, whichever program wrote them: found by the names of their columns, with plain cells."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from . import date_cells, number_cells
from .colour import has_unclear_alpha, parse_colour
from .date_cells import DateOrder
from .number_cells import Decimals, NotANumber
from .table_errors import TableUnreadable

COLUMNS = ("date", "min", "max", "color", "label")
FIGURES = ("area", "area_percentage")  # the server's own, never sent
_NEEDED = ("min", "max", "color")
_SPARE = ("label", "")  # a row may end before these
_OTHER_NAMES = {"colour": "color"}
_DELIMITERS = ",;\t"
_SEPARATOR = re.compile(r"\ufeff?sep=([^\w\s\"]|\t)[ ;,\t]*(?:\r\n?|\n)", re.IGNORECASE)

Record = dict[str, str]


class Row(NamedTuple):
    """One row as written; ``number`` is its row number in a spreadsheet."""

    number: int
    cells: Record


class Table(NamedTuple):
    """The rows below the header, by the known columns."""

    delimiter: str
    rows: list[Row]


def records(text: str) -> Iterator[Record]:
    """Yield every row with plain numbers (``0.25``) and dates (``YYYY-MM-DD``, or the key as written).

    Raises:
        TableUnreadable: a column is missing, or a cell cannot be read for certain.
    """
    table = _table(text)
    dates = [row.cells.get("date", "") for row in table.rows]
    if any(dates) and not all(dates):
        raise TableUnreadable("no-date", row=table.rows[dates.index("")].number)
    order = DateOrder.of(dates)
    edges = (row.cells[name] for row in table.rows for name in ("min", "max"))
    decimals = Decimals.of(edges, table.delimiter)
    for row in table.rows:
        yield _plain(row, decimals, order)


def column_names(text: str) -> list[str]:
    """Return the names of all columns of a table, the unknown ones included.

    Raises:
        TableUnreadable: there is no header with the columns that are needed.
    """
    _, ((number, head), *_) = _split(text)
    return _names(head, number)


def _plain(row: Row, decimals: Decimals, order: DateOrder) -> Record:
    record = dict(row.cells)
    for name in ("min", "max"):
        try:
            record[name] = decimals.number(record[name])
        except NotANumber:
            raise _unreadable("number", row, name) from None
        except number_cells.UnclearNumber:
            raise _unreadable("unclear-number", row, name) from None
    if parse_colour(record["color"]) is None:
        raise _unreadable("colour", row, "color")
    if has_unclear_alpha(record["color"]):
        raise _unreadable("unclear-colour", row, "color")
    try:
        record["date"] = order.date(record.get("date", ""))
    except date_cells.UnclearDate:
        raise _unreadable("unclear-date", row, "date") from None
    return record


def _unreadable(reason: str, row: Row, column: str) -> TableUnreadable:
    return TableUnreadable(reason, row=row.number, column=column, text=row.cells[column])


def _table(text: str) -> Table:
    delimiter, ((number, head), *others) = _split(text)
    names = _names(head, number)
    return Table(delimiter, [Row(number, _record(names, cells, number)) for number, cells in others])


def _split(text: str) -> tuple[str, list[tuple[int, list[str]]]]:
    """Return the delimiter and the numbered rows that are not empty, the header first."""
    separator_line = _SEPARATOR.match(text)
    body = text[separator_line.end() :] if separator_line else text.lstrip("\ufeff")
    delimiter = separator_line[1] if separator_line else _delimiter_of(body)
    rows = [(number, cells) for number, cells in _cells(body, delimiter) if any(cells)]
    if not rows:
        raise TableUnreadable("empty")
    return delimiter, rows


def _cells(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True, strict=True)
    number = 0
    try:
        for number, row in enumerate(reader, start=1):
            yield number, [cell.strip() for cell in row]
    except csv.Error as error:
        raise TableUnreadable("quotes", row=number + 1) from error


def _delimiter_of(text: str) -> str:
    """Return the delimiter that gives the header most columns of known names."""
    head = next((line for line in text.splitlines() if line.strip(" ,;\t")), "")
    return max(_DELIMITERS, key=lambda delimiter: _known(head, delimiter))


def _known(head: str, delimiter: str) -> int:
    names = {_name(cell.strip(' "')) for cell in head.split(delimiter)}
    return len(names & set(COLUMNS))


def _names(head: Sequence[str], number: int) -> list[str]:
    names = [_name(cell) for cell in head]
    missing = [name for name in _NEEDED if name not in names]
    if missing:
        raise TableUnreadable("no-columns", row=number, text=", ".join(missing))
    twice = [name for name in COLUMNS if names.count(name) > 1]
    if twice:
        raise TableUnreadable("column-twice", row=number, text=", ".join(twice))
    return names


def _name(cell: str) -> str:
    name = cell.strip().lower()
    return _OTHER_NAMES.get(name, name)


def _record(names: Sequence[str], cells: Sequence[str], number: int) -> Record:
    """Return the cells of the known columns; spreadsheets leave out or add empty cells at the end."""
    given = list(cells)
    while len(given) > len(names) and not given[-1]:
        given.pop()
    missing = names[len(given) :]
    if len(given) > len(names) or not _may_be_missing(missing):
        raise TableUnreadable("cells", row=number, text=f"{len(given)}, {len(names)}")
    padded = [*given, *("" for _ in missing)]
    return {name: cell for name, cell in zip(names, padded, strict=True) if name in COLUMNS}


def _may_be_missing(names: Iterable[str]) -> bool:
    return all(name in _SPARE or name not in COLUMNS for name in names)
