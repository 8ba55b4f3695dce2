"""Why a legend file cannot be read."""

from __future__ import annotations


class TableUnreadable(ValueError):
    """A file that holds no legend, or a cell of it that cannot be read for certain.

    Attributes:
        reason: ``encoding``, ``quotes`` (a quotation that never ends), ``empty``, ``no-columns`` and ``column-twice``
            (``text`` names the columns), ``cells`` (more or fewer than the header has), ``number``,
            ``unclear-number``, ``colour``, ``unclear-date``, ``no-date`` (other rows have one); of JSON:
            ``not-json`` (``text``: the position), ``date-twice``, ``not-a-legend`` and ``class`` (``text``: the cause).
        row: the row as a spreadsheet counts them, 1 being the first; 0 for the whole file.
        column: the column's name.
        text: the content of the cell.
    """

    def __init__(self, reason: str, *, row: int = 0, column: str = "", text: str = "") -> None:
        super().__init__(" ".join(part for part in (reason, f"row {row}" if row else "", column, text) if part))
        self.reason = reason
        self.row = row
        self.column = column
        self.text = text
