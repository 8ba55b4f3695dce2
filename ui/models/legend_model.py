"""The classes of one legend as a table that can be edited."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import IntEnum
from typing import Any

from qgis.PyQt.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, pyqtSignal
from qgis.PyQt.QtGui import QColor

from ...plugin.legend.check import Problem
from ...plugin.legend.edit import set_colour, set_label, set_maximum, set_minimum
from ...plugin.legend.spec import Colour, Legend, LegendClass
from .legend_text import NotNumber, hectares_text, number_text, parse_number, percent_text, problem_text

Apply = Callable[[Legend, str, tuple[int, int]], None]


class Column(IntEnum):
    """The columns, in the order shown."""

    MINIMUM = 0
    MAXIMUM = 1
    COLOUR = 2
    LABEL = 3
    AREA = 4
    SHARE = 5


class LegendRole(IntEnum):
    """What delegates ask for besides Qt's own roles."""

    PROBLEM = Qt.ItemDataRole.UserRole + 1
    SHARE = Qt.ItemDataRole.UserRole + 2


_EDITABLE = (Column.MINIMUM, Column.MAXIMUM, Column.COLOUR, Column.LABEL)
_NUMBERS = (Column.MINIMUM, Column.MAXIMUM, Column.AREA, Column.SHARE)


class LegendTableModel(QAbstractTableModel):
    """Shows a legend; ``apply(legend, text, cell)`` is called with what an edit makes of it.

    ``refused(text)`` tells an input that cannot be taken.
    """

    refused = pyqtSignal(str)

    def __init__(self, apply: Apply, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._apply = apply
        self._legend = Legend()
        self._problems: dict[int, Problem] = {}
        self.is_linked = True

    @property
    def legend(self) -> Legend:
        """Return the legend shown."""
        return self._legend

    def show_legend(self, legend: Legend, problems: Sequence[Problem] = ()) -> None:
        """Show a legend with what is wrong with it; the selection stays where the rows do."""
        self._problems = {problem.row: problem for problem in reversed(problems)}
        self._fit(len(legend))
        self._legend = legend
        if legend.classes:
            self.dataChanged.emit(self.index(0, 0), self.index(len(legend) - 1, len(Column) - 1))

    def _fit(self, count: int) -> None:
        """Bring the number of rows to a count, at the end."""
        have = len(self._legend)
        if count > have:
            self.beginInsertRows(QModelIndex(), have, count - 1)
            filler = LegendClass(None, None, Colour(0, 0, 0))
            self._legend = Legend((*self._legend.classes, *([filler] * (count - have))), self._legend.kind)
            self.endInsertRows()
        elif count < have:
            self.beginRemoveRows(QModelIndex(), count, have - 1)
            self._legend = Legend(self._legend.classes[:count], self._legend.kind)
            self.endRemoveRows()

    # --- reading --------------------------------------------------------------------------------------------------

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: N802, B008 (Qt)
        """Return the number of classes."""
        return 0 if parent.isValid() else len(self._legend)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: N802, B008 (Qt)
        """Return the number of columns."""
        return 0 if parent.isValid() else len(Column)

    def flags(self, index: QModelIndex) -> Qt.ItemFlag:
        """Return what can be done with a cell."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() in _EDITABLE else flags

    def headerData(  # noqa: N802 (Qt)
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return the name of a column, or the number of a row."""
        if role == Qt.ItemDataRole.TextAlignmentRole and orientation == Qt.Orientation.Horizontal:
            return _alignment(section)
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return self._title(section) if orientation == Qt.Orientation.Horizontal else section + 1

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what is known of a cell."""
        if not index.isValid() or not self.hasIndex(index.row(), index.column()):
            return None
        entry, column = self._legend.classes[index.row()], Column(index.column())
        readers: dict[int, Callable[[], Any]] = {
            Qt.ItemDataRole.DisplayRole: lambda: _display(entry, column),
            Qt.ItemDataRole.EditRole: lambda: _value(entry, column),
            Qt.ItemDataRole.TextAlignmentRole: lambda: _alignment(column),
            Qt.ItemDataRole.ToolTipRole: lambda: self._tip(index.row(), entry, column),
            Qt.ItemDataRole.AccessibleTextRole: lambda: self._spoken(entry, column),
            LegendRole.PROBLEM: lambda: self._problem(index.row(), column),
            LegendRole.SHARE: lambda: entry.area_percentage,
        }
        reader = readers.get(role)
        return reader() if reader is not None else None

    def _title(self, section: int) -> str:
        titles = {
            Column.MINIMUM: self.tr("Min"),
            Column.MAXIMUM: self.tr("Max"),
            Column.COLOUR: self.tr("Colour"),
            Column.LABEL: self.tr("Label"),
            Column.AREA: self.tr("Area ha"),
            Column.SHARE: self.tr("%"),
        }
        return titles[Column(section)]

    def _problem(self, row: int, column: Column) -> str:
        found = self._problems.get(row)
        return problem_text(found) if found is not None and column in (Column.MINIMUM, Column.MAXIMUM) else ""

    def _tip(self, row: int, entry: LegendClass, column: Column) -> str:
        if column is Column.COLOUR:
            return entry.colour.hex
        if column in (Column.AREA, Column.SHARE) and entry.area_percentage is None:
            return self.tr("The server tells the area after a push")
        return self._problem(row, column) or _display(entry, column)

    def _spoken(self, entry: LegendClass, column: Column) -> str:
        return entry.colour.hex if column is Column.COLOUR else _display(entry, column)

    # --- editing --------------------------------------------------------------------------------------------------

    def setData(self, index: QModelIndex, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:  # noqa: N802 (Qt)
        """Edit a cell; what it holds already is no edit."""
        if role != Qt.ItemDataRole.EditRole or not index.isValid() or index.column() not in _EDITABLE:
            return False
        row, column = index.row(), Column(index.column())
        try:
            edited, text = self._edited(row, column, value)
        except NotNumber as error:
            self.refused.emit(self.tr("“{}” is not a number, so {} was kept.").format(error, _kept(index)))
            return False
        if edited != self._legend:
            self._apply(edited, text, (row, column))
        return True

    def _edited(self, row: int, column: Column, value: Any) -> tuple[Legend, str]:
        if column is Column.COLOUR:
            return self._recoloured(row, QColor(value)), self.tr("Change Colour of Class {}").format(row + 1)
        if column is Column.LABEL:
            return set_label(self._legend, row, str(value)), self.tr("Change Label of Class {}").format(row + 1)
        number = parse_number(value) if isinstance(value, str) else value
        move = set_minimum if column is Column.MINIMUM else set_maximum
        entry = self._legend.classes[row]
        if number == (entry.minimum if column is Column.MINIMUM else entry.maximum):
            return self._legend, ""
        return move(self._legend, row, number, self.is_linked), self.tr("Move Edge of Class {}").format(row + 1)

    def _recoloured(self, row: int, colour: QColor) -> Legend:
        old = self._legend.classes[row].colour
        new = Colour(colour.red(), colour.green(), colour.blue(), old.alpha)
        return self._legend if new == old or not colour.isValid() else set_colour(self._legend, row, new)


def _kept(index: QModelIndex) -> str:
    return str(index.data(Qt.ItemDataRole.DisplayRole)) or "–"


def _value(entry: LegendClass, column: Column) -> Any:
    if column is Column.COLOUR:
        return QColor(entry.colour.red, entry.colour.green, entry.colour.blue, entry.colour.alpha)
    values = {
        Column.MINIMUM: entry.minimum,
        Column.MAXIMUM: entry.maximum,
        Column.LABEL: entry.label,
        Column.AREA: entry.area,
        Column.SHARE: entry.area_percentage,
    }
    return values[column]


def _display(entry: LegendClass, column: Column) -> str:
    texts = {
        Column.MINIMUM: number_text(entry.minimum),
        Column.MAXIMUM: number_text(entry.maximum),
        Column.COLOUR: "",
        Column.LABEL: entry.label,
        Column.AREA: hectares_text(entry.area),
        Column.SHARE: percent_text(entry.area_percentage),
    }
    return texts[column]


def _alignment(column: int) -> int:
    horizontal = Qt.AlignmentFlag.AlignRight if column in _NUMBERS else Qt.AlignmentFlag.AlignLeft
    flags = horizontal | Qt.AlignmentFlag.AlignVCenter
    return int(getattr(flags, "value", flags))
