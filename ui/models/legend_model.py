"""The classes of one date as a table."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, pyqtSignal
from qgis.PyQt.QtGui import QColor, QFont

from ...plugin.files.shown_names import one_line, shown_name
from ...plugin.legend import edit
from ...plugin.legend.area_units import SQUARE_METRE
from ...plugin.legend.check import Problem, ProblemCode, unseen_marks
from ...plugin.legend.shares import are_fractions
from ...plugin.legend.spec import Colour, ColourMapKind, Legend, LegendClass
from ...plugin.messages.check_sentences import problem_text
from ...plugin.messages.explanation import explain
from ...plugin.messages.numbers import NumberRefused, count_text, number_text, read_number
from .class_words import class_area_text, class_name
from .legend_session import LegendSession
from .legend_text import share_text
from .tips import plain_tip

if TYPE_CHECKING:
    from ...plugin.legend_sync.measured_areas import MeasuredAreas

__all__ = ["ClassColumn", "ClassRole", "LegendEdit", "LegendSession", "LegendTableModel"]


class ClassColumn(IntEnum):
    """The columns of a class."""

    MINIMUM = 0
    MAXIMUM = 1
    COLOUR = 2
    LABEL = 3
    AREA = 4
    SHARE = 5


class ClassRole(IntEnum):
    """Item roles of delegates besides Qt's own."""

    SHARE = Qt.ItemDataRole.UserRole + 1
    IS_WRONG = Qt.ItemDataRole.UserRole + 2
    IS_CHANGED = Qt.ItemDataRole.UserRole + 3


_OF_AREA = frozenset({ClassColumn.AREA, ClassColumn.SHARE})
_EDITABLE = frozenset({ClassColumn.MINIMUM, ClassColumn.MAXIMUM, ClassColumn.COLOUR, ClassColumn.LABEL})
_WRONG_COLUMNS = {
    ProblemCode.NOT_A_NUMBER: (ClassColumn.MINIMUM, ClassColumn.MAXIMUM),
    ProblemCode.OPEN_END: (ClassColumn.MINIMUM, ClassColumn.MAXIMUM),
    ProblemCode.MIN_ABOVE_MAX: (ClassColumn.MINIMUM, ClassColumn.MAXIMUM),
    ProblemCode.EMPTY: (ClassColumn.MINIMUM, ClassColumn.MAXIMUM),
    ProblemCode.OVERLAP: (ClassColumn.MINIMUM, ClassColumn.MAXIMUM),
    ProblemCode.TWICE: (ClassColumn.MINIMUM, ClassColumn.MAXIMUM),
    ProblemCode.LABEL: (ClassColumn.LABEL,),
}


@dataclass(frozen=True, slots=True)
class LegendEdit:
    """An edit of one date; edits with the same ``merge_key`` that follow each other are undone as one."""

    key: str
    legend: Legend
    text: str
    merge_key: tuple[object, ...] | None = None


class LegendTableModel(QAbstractTableModel):
    """A model of one date of a session; ``edited(LegendEdit)`` requests an edit, the session then reports the change.

    ``refused(sentence)`` carries the reason why a text is no valid number, ``accepted()`` reports that a value was
    accepted.
    """

    edited = pyqtSignal(object)
    refused = pyqtSignal(str)
    accepted = pyqtSignal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session: LegendSession | None = None
        self._key = ""
        self._shown = Legend()
        self._problems: list[Problem] = []
        self._paired: tuple[Legend, Legend, Sequence[LegendClass | None]] | None = None
        self.linked = True

    def show(self, session: LegendSession | None, key: str = "") -> None:
        """Show a date of a session, or nothing."""
        if self._session is not None:
            self._session.legends_changed.disconnect(self._on_legends_changed)
            self._session.state_changed.disconnect(self._on_state_changed)
        self.beginResetModel()
        self._session, self._key = session, key
        self._take()
        self.endResetModel()
        if session is not None:
            session.legends_changed.connect(self._on_legends_changed)
            session.state_changed.connect(self._on_state_changed)

    @property
    def legend(self) -> Legend:
        """Return the legend shown."""
        return self._shown

    def entry(self, index: QModelIndex) -> LegendClass | None:
        """Return the class of a row."""
        return self._shown.classes[index.row()] if index.isValid() and index.row() < len(self._shown) else None

    # --- Qt's side ------------------------------------------------------------------------------------------------

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: N802, B008 (Qt)
        """Return the number of classes."""
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: N802, B008 (Qt)
        """Return the number of columns."""
        return 0 if parent.isValid() else len(ClassColumn)

    def flags(self, index: QModelIndex) -> Qt.ItemFlag:
        """Return the flags of a cell."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() in _EDITABLE else flags

    def headerData(  # noqa: N802 (Qt)
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return the name of a column, or the number of a class."""
        if orientation == Qt.Orientation.Vertical:
            return count_text(section + 1) if role == Qt.ItemDataRole.DisplayRole else None
        if role == Qt.ItemDataRole.DisplayRole:
            return (self.tr("Min"), self.tr("Max"), "", self.tr("Label"), self.tr("Area"), "%")[section]
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._header_tip(ClassColumn(section))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(ClassColumn(section))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._column_name(ClassColumn(section))
        return None

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the displayed, edit or accessible value of a cell."""
        entry = self.entry(index)
        if entry is None:
            return None
        column = ClassColumn(index.column())
        if column in _OF_AREA and (measured := self._measured(entry)) is not None:
            return self._measured_data(measured, index.row(), column, role)
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(entry, column)
        if role == Qt.ItemDataRole.EditRole:
            return _value(entry, column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(self._tip(index.row(), entry, column))
        return self._own_role(index.row(), entry, column, role)

    def setData(  # noqa: N802 (Qt)
        self, index: QModelIndex, value: Any, role: int = Qt.ItemDataRole.EditRole
    ) -> bool:
        """Ask for an edit; a value that is the same, or none at all, asks for nothing."""
        entry = self.entry(index)
        if entry is None or role != Qt.ItemDataRole.EditRole or index.column() not in _EDITABLE:
            return False
        column = ClassColumn(index.column())
        try:
            legend = self._edited(index.row(), column, value)
        except NumberRefused as error:
            self.refused.emit(explain(error).text)
            return False
        except ValueError:
            return False
        self.accepted.emit()
        if legend.digest() != self._shown.digest():
            merge_key = (self._key, index.row(), int(column), len(self._shown))
            self.edited.emit(LegendEdit(self._key, legend, self._edit_text(column, index.row()), merge_key))
        return True

    # --- inside ---------------------------------------------------------------------------------------------------

    def _edited(self, row: int, column: ClassColumn, value: Any) -> Legend:
        """Return the legend with another value in a cell.

        Raises:
            ValueError: the value fits no such cell.
        """
        if column is ClassColumn.COLOUR:
            return edit.set_colour(self._shown, row, _colour(value))
        if column is ClassColumn.LABEL:
            return edit.set_label(self._shown, row, str(value))
        change = edit.set_minimum if column is ClassColumn.MINIMUM else edit.set_maximum
        number = read_number(value) if isinstance(value, str) else value
        if number == _value(self._shown.classes[row], column):
            return self._shown
        return change(self._shown, row, number, self.linked)

    def _edit_text(self, column: ClassColumn, row: int) -> str:
        texts = {
            ClassColumn.MINIMUM: self.tr("Move Breakpoint of Class {}"),
            ClassColumn.MAXIMUM: self.tr("Move Breakpoint of Class {}"),
            ClassColumn.COLOUR: self.tr("Change Colour of Class {}"),
            ClassColumn.LABEL: self.tr("Change Label of Class {}"),
        }
        return texts[column].format(count_text(row + 1))

    def _text(self, entry: LegendClass, column: ClassColumn) -> str:
        texts: dict[ClassColumn, Callable[[], str]] = {
            ClassColumn.MINIMUM: lambda: number_text(entry.minimum),
            ClassColumn.MAXIMUM: lambda: number_text(entry.maximum),
            ClassColumn.COLOUR: str,
            ClassColumn.LABEL: lambda: shown_name(entry.label),
            ClassColumn.AREA: lambda: class_area_text(entry.area, self._area_unit(), self._largest_area()),
            ClassColumn.SHARE: lambda: share_text(entry.area_percentage, self._has_fractions()),
        }
        return texts[column]()

    def _own_role(self, row: int, entry: LegendClass, column: ClassColumn, role: int) -> Any:
        if role == ClassRole.IS_WRONG:
            return bool(self._problems_of(row, column))
        if role == ClassRole.IS_CHANGED:
            return self._is_changed(row, column)
        if role == ClassRole.SHARE and column is ClassColumn.SHARE and entry.area_percentage is not None:
            return entry.area_percentage / (1 if self._has_fractions() else 100)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._cell_text(entry, column)
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return self._accessible_context(row, entry, column)
        return None

    def _cell_text(self, entry: LegendClass, column: ClassColumn) -> str:
        """Return the content of a cell in words, also where it shows a colour or nothing."""
        if column is ClassColumn.COLOUR:
            return entry.colour.hex
        if column in (ClassColumn.MINIMUM, ClassColumn.MAXIMUM):
            return self._text(entry, column) or self.tr("open")
        return self._text(entry, column) or self.tr("none")

    def _accessible_context(self, row: int, entry: LegendClass, column: ClassColumn) -> str:
        """Return the position of a cell and the meaning of its style: that it is edited, and its errors."""
        wrong = self._problems_of(row, column)
        parts = (
            self._column_name(column),
            class_name(row, entry),
            self.tr("edited") if self._is_changed(row, column) else "",
            problem_text(wrong[0]) if wrong else "",
        )
        return "; ".join(part for part in parts if part)

    def _measured(self, entry: LegendClass) -> MeasuredAreas | None:
        """Return the areas measured here, for a class to which the server gives none."""
        if self._session is None or entry.area is not None or entry.area_percentage is not None:
            return None
        return self._session.measured(self._key)

    def _measured_data(self, areas: MeasuredAreas, row: int, column: ClassColumn, role: int) -> Any:
        """Return the data of a cell for an area measured locally: in italics, and marked as such."""
        is_area, share = column is ClassColumn.AREA, areas.share(row)
        text = (
            class_area_text(areas.classes[row], SQUARE_METRE, self._largest_area())
            if is_area
            else share_text(share, True)
        )
        context = (self._column_name(column), class_name(row, self._shown.classes[row]), self.tr("computed here"))
        found: dict[int, Any] = {
            Qt.ItemDataRole.DisplayRole: text,
            Qt.ItemDataRole.EditRole: areas.classes[row] if is_area else share,
            Qt.ItemDataRole.TextAlignmentRole: _alignment(column),
            Qt.ItemDataRole.FontRole: _italic(),
            Qt.ItemDataRole.ToolTipRole: self.tr(
                "{}, computed here from the values of this date. The server gives its own after the push."
            ).format(text),
            Qt.ItemDataRole.AccessibleTextRole: text,
            Qt.ItemDataRole.AccessibleDescriptionRole: "; ".join(context),
            ClassRole.SHARE: None if is_area else share,
        }
        return found.get(role)

    def _column_name(self, column: ClassColumn) -> str:
        names = {
            ClassColumn.MINIMUM: self.tr("Minimum"),
            ClassColumn.MAXIMUM: self.tr("Maximum"),
            ClassColumn.COLOUR: self.tr("Colour"),
            ClassColumn.LABEL: self.tr("Label"),
            ClassColumn.AREA: self.tr("Area"),
            ClassColumn.SHARE: self.tr("Share of the area"),
        }
        return names[column]

    def _area_unit(self) -> float | None:
        return self._session.area_unit if self._session is not None else None

    def _largest_area(self) -> float:
        """Return the largest area of the table in square metres, as the server gave it or, without, as measured."""
        unit = self._area_unit()
        given = [entry.area * unit for entry in self._source_classes() if unit is not None and entry.area is not None]
        measured = self._session.measured(self._key) if self._session is not None else None
        return max(given or (measured.classes if measured is not None else ()), default=0.0)

    def _tip(self, row: int, entry: LegendClass, column: ClassColumn) -> str:
        wrong = self._problems_of(row, column)
        if wrong:
            text = problem_text(wrong[0])
            return text[:1].upper() + text[1:]
        if column is ClassColumn.COLOUR:
            return self.tr("{}. Click to choose another.").format(entry.colour.hex)
        if column in _OF_AREA and entry.area is None and entry.area_percentage is None:
            return self.tr("The area is computed once the values of this date are on the map.")
        return self._text(entry, column)

    def _header_tip(self, column: ClassColumn) -> str:
        tips = {
            ClassColumn.MINIMUM: self.tr("Lower edge, in the server's units; it belongs to the class"),
            ClassColumn.MAXIMUM: self.tr("Upper edge, in the server's units; it belongs to the next class"),
            ClassColumn.COLOUR: self.tr("Colour"),
            ClassColumn.LABEL: self.tr("Label"),
            ClassColumn.AREA: self._area_tip(),
            ClassColumn.SHARE: self.tr("Share of the class on this date"),
        }
        return tips[column]

    def _area_tip(self) -> str:
        if self._area_unit() is None:
            return self.tr("Area of the class on this date, as the server gives it; its unit is not stated")
        return self.tr("Area of the class on this date, from the server")

    def _problems_of(self, row: int, column: ClassColumn) -> list[Problem]:
        return [
            problem
            for problem in self._problems
            if row in (problem.row, problem.other_row) and column in _WRONG_COLUMNS.get(problem.code, ())
        ]

    def _is_changed(self, row: int, column: ClassColumn) -> bool:
        base = self._session.base(self._key) if self._session is not None else None
        if column not in _EDITABLE or base is None:
            return False
        before, after = self._before(base)[row], self._shown.classes[row]
        if before is None:
            return True
        if column is ClassColumn.COLOUR:
            return before.colour.hex != after.colour.hex
        return bool(_value(before, column) != _value(after, column))

    def _before(self, base: Legend) -> Sequence[LegendClass | None]:
        """Return the class of ``base`` that each row was, ``None`` for a class that is new."""
        if self._paired is None or self._paired[0] is not base or self._paired[1] is not self._shown:
            self._paired = base, self._shown, _counterparts(base.classes, self._shown.classes)
        return self._paired[2]

    def _has_fractions(self) -> bool:
        """Return whether shares are parts of one and not of a hundred."""
        return are_fractions(entry.area_percentage for entry in self._source_classes())

    def _source_classes(self) -> tuple[LegendClass, ...]:
        """Return the classes as the server gave them: edits blank shares, which changes the sum."""
        server = self._session.server(self._key) if self._session is not None else None
        return server.classes if server is not None else self._shown.classes

    def _take(self) -> None:
        known = self._session is not None and self._key in self._session.keys
        self._shown = self._session.mine(self._key) if self._session is not None and known else Legend()
        self._problems = self._session.problems(self._key) if self._session is not None and known else []

    def _on_legends_changed(self, keys: tuple[str, ...]) -> None:
        if self._key not in keys or self._session is None:
            return
        self._change_rows(self._session.mine(self._key).classes)
        self._take()
        self._emit_all_changed()

    def _change_rows(self, new: tuple[LegendClass, ...]) -> None:
        """Let rows come and go between those that stay the same, so that views keep their place."""
        old = self._shown.classes
        start = _alike(old, new)
        end = min(_alike(old[::-1], new[::-1]), len(old) - start, len(new) - start)
        rest, kept = old[len(old) - end :], new[start : len(new) - end]
        common = start + min(len(old) - start - end, len(kept))
        if len(new) > len(old):
            self._shown = replace(self._shown, classes=new[:common] + rest)
            self._emit_all_changed()
            self.beginInsertRows(QModelIndex(), common, common + len(new) - len(old) - 1)
            self._shown = replace(self._shown, classes=new)
            self.endInsertRows()
        elif len(new) < len(old):
            self.beginRemoveRows(QModelIndex(), common, common + len(old) - len(new) - 1)
            self._shown = replace(self._shown, classes=old[:common] + rest)
            self.endRemoveRows()

    def _on_state_changed(self) -> None:
        if self._session is not None and self._key not in self._session.keys:
            self.show(None)
            return
        self._take()
        self._emit_all_changed()

    def _emit_all_changed(self) -> None:
        if len(self._shown):
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._shown) - 1, len(ClassColumn) - 1))


def _counterparts(base: Sequence[LegendClass], shown: Sequence[LegendClass]) -> Sequence[LegendClass | None]:
    """Return the class that each of those shown was: row by row, or by its edges where classes came or went."""
    if len(base) == len(shown):
        return base
    before, after = ([(entry.minimum, entry.maximum) for entry in classes] for classes in (base, shown))
    found: list[LegendClass | None] = [None] * len(shown)
    for start, row, size in SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks():
        found[row : row + size] = base[start : start + size]
    return found


def _alike(old: tuple[LegendClass, ...], new: tuple[LegendClass, ...]) -> int:
    """Return how many classes are the same at the beginning."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((row for row, (one, other) in pairs if one != other), min(len(old), len(new)))


def can_split(legend: Legend, row: int) -> bool:
    """Return whether a class has a middle to split it at."""
    if not 0 <= row < len(legend) or legend.kind is not ColourMapKind.INTERVALS:
        return False
    entry = legend.classes[row]
    finite = all(edge is not None and math.isfinite(edge) for edge in (entry.minimum, entry.maximum))
    return finite and (entry.minimum or 0) < (entry.maximum or 0)


def _value(entry: LegendClass, column: ClassColumn) -> Any:
    values = {
        ClassColumn.MINIMUM: entry.minimum,
        ClassColumn.MAXIMUM: entry.maximum,
        ClassColumn.COLOUR: QColor(entry.colour.red, entry.colour.green, entry.colour.blue, entry.colour.alpha),
        ClassColumn.LABEL: _label_to_edit(entry.label),
        ClassColumn.AREA: entry.area,
        ClassColumn.SHARE: entry.area_percentage,
    }
    return values[column]


def _label_to_edit(label: str) -> str:
    """Return a label for its editor; without the characters that must not be sent, so that Enter alone removes them."""
    return one_line(label) if unseen_marks(label) else label


def _colour(value: Any) -> Colour:
    colour = QColor(value)
    if not colour.isValid():
        raise ValueError(value)
    return Colour(colour.red(), colour.green(), colour.blue(), colour.alpha())


def _italic() -> QFont:
    font = QFont()
    font.setItalic(True)
    return font


def _alignment(column: ClassColumn) -> int:
    centre = Qt.AlignmentFlag.AlignVCenter
    side = Qt.AlignmentFlag.AlignLeft if column is ClassColumn.LABEL else Qt.AlignmentFlag.AlignRight
    return int(side | centre)
