"""Three states of one date's legend side by side: to be sent, on the server, and where the editing began."""

from __future__ import annotations

from enum import IntEnum
from itertools import zip_longest
from typing import Any

from qgis.PyQt.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt
from qgis.PyQt.QtGui import QColor

from ...plugin.files.shown_names import shown_name
from ...plugin.legend.spec import Legend, LegendClass
from ...plugin.messages.numbers import count_text
from .class_words import edges_text, range_text
from .tips import plain_tip


class ComparedColumn(IntEnum):
    """The states compared."""

    SENT = 0
    SERVER = 1
    BASE = 2


class ComparedRole(IntEnum):
    """Item roles of the delegate besides Qt's own."""

    COLOUR = Qt.ItemDataRole.UserRole + 1
    IS_DIFFERENT = Qt.ItemDataRole.UserRole + 2


_Row = tuple[LegendClass | None, LegendClass | None, LegendClass | None]


class ComparisonModel(QAbstractTableModel):
    """A model of classes row by row; a class is different where its neighbour at the right has another one.

    So the first column highlights where the push would change the server, the second where another user has.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[_Row] = []
        self._is_sent = False

    def show(self, sent: Legend | None, server: Legend | None, base: Legend | None) -> None:
        """Compare other legends; where none is sent, nothing on the server will differ."""
        self.beginResetModel()
        mine, theirs, before = (legend.classes if legend is not None else () for legend in (sent, server, base))
        self._rows = list(zip_longest(mine, theirs, before))
        self._is_sent = sent is not None
        self.endResetModel()

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: N802, B008 (Qt)
        """Return the number of classes of the longest legend."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: N802, B008 (Qt)
        """Return the number of states."""
        return 0 if parent.isValid() else len(ComparedColumn)

    def headerData(  # noqa: N802 (Qt)
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return the title of a column, or the number of a class."""
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation == Qt.Orientation.Vertical:
            return count_text(section + 1)
        return self._names()[section]

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a class in words, its colour, and whether it differs."""
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        row, column = self._rows[index.row()], index.column()
        entry = row[column]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.tr("no class") if entry is None else _class_text(entry)
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return self._accessible_context(index.row(), column)
        if role == Qt.ItemDataRole.DisplayRole:
            return "–" if entry is None else _text(entry)
        if role == Qt.ItemDataRole.ToolTipRole:
            return "–" if entry is None else plain_tip(_text(entry))
        if role == ComparedRole.COLOUR and entry is not None:
            return QColor(entry.colour.hex)
        if role == ComparedRole.IS_DIFFERENT:
            return self._is_different(row, column)
        return None

    def _is_different(self, row: _Row, column: int) -> bool:
        if column == ComparedColumn.SENT and not self._is_sent:
            return False
        return column < ComparedColumn.BASE and not _alike(row[column], row[column + 1])

    def _accessible_context(self, number: int, column: int) -> str:
        """Return where a cell is, and that it stands out."""
        place = self.tr("{}, class {}").format(self._names()[column], count_text(number + 1))
        if not self._is_different(self._rows[number], column):
            return place
        return self.tr("{}; different from “{}”").format(place, self._names()[column + 1])

    def _names(self) -> tuple[str, str, str]:
        return self.tr("To be sent"), self.tr("On the server now"), self.tr("When you began")


def _alike(one: LegendClass | None, other: LegendClass | None) -> bool:
    if one is None or other is None:
        return one is other
    return _written(one) == _written(other)


def _written(entry: LegendClass) -> tuple[str, ...]:
    """Return the fields of a class that would be sent; as text, so that NaN equals itself."""
    edges = ("" if edge is None else repr(float(edge) + 0.0) for edge in (entry.minimum, entry.maximum))
    return (*edges, entry.colour.hex, entry.label)


def _text(entry: LegendClass) -> str:
    return f"{range_text(entry)}\n{shown_name(entry.label)}".rstrip()


def _class_text(entry: LegendClass) -> str:
    return ", ".join(part for part in (edges_text(entry), shown_name(entry.label), entry.colour.hex) if part)
