"""The table of classes."""

from __future__ import annotations

from qgis.PyQt.QtCore import QEvent, Qt
from qgis.PyQt.QtGui import QKeyEvent, QResizeEvent
from qgis.PyQt.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from ..models.legend_model import ClassColumn, LegendTableModel
from .delegates import ClassDelegate, ColourDelegate, NumberDelegate, ShareDelegate

# In letters, so that they follow the font.
_WIDTH_WITH_AREA = 62
_WIDTH_WITH_SHARE = 47
_LEAST_LABEL = 9
_ROWS_AT_LEAST = 3


class ClassTable(QTableView):
    """A table that displays and edits classes; in a narrow panel the columns of areas and shares are hidden.

    Tab leaves the table, the arrow keys go from cell to cell, F2, Enter or typing edits a cell.
    """

    def __init__(self, model: LegendTableModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("legendTable")
        self.setAccessibleName(self.tr("Classes"))
        self.setAccessibleDescription(
            self.tr("Arrow keys choose a cell; Enter edits it, or opens the choice of a colour")
        )
        self.setModel(model)
        self.colours = ColourDelegate(self)
        self.numbers = NumberDelegate(self)
        self._build()
        self._build_columns()
        self._follow_font()
        for changed in (model.dataChanged, model.modelReset, model.rowsInserted, model.rowsRemoved):
            changed.connect(self._fit_label)

    @property
    def row(self) -> int:
        """Return the row of the current class, -1 without one."""
        return int(self.currentIndex().row())

    def select_row(self, row: int) -> None:
        """Make a class the current one, as far as there are that many."""
        last = self.model().rowCount() - 1
        if last >= 0:
            column = max(0, self.currentIndex().column())
            self.setCurrentIndex(self.model().index(min(max(row, 0), last), column))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt)
        """Let Enter edit the current cell, as a double-click does."""
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and self.state() != QAbstractItemView.State.EditingState and self.currentIndex().isValid():
            self.edit(self.currentIndex(), QAbstractItemView.EditTrigger.EditKeyPressed, event)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt)
        """Show areas and shares only where the width permits."""
        super().resizeEvent(event)
        self._fit_columns()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 (Qt)
        """Let rows and columns follow another font."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._follow_font()

    def _build(self) -> None:
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(
            triggers.DoubleClicked | triggers.EditKeyPressed | triggers.AnyKeyPressed | triggers.SelectedClicked
        )
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setAlternatingRowColors(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setItemDelegate(ClassDelegate(self))
        self.setItemDelegateForColumn(ClassColumn.MINIMUM, self.numbers)
        self.setItemDelegateForColumn(ClassColumn.MAXIMUM, self.numbers)
        self.setItemDelegateForColumn(ClassColumn.COLOUR, self.colours)
        self.setItemDelegateForColumn(ClassColumn.SHARE, ShareDelegate(self))

    def _build_columns(self) -> None:
        header, modes = self.horizontalHeader(), QHeaderView.ResizeMode
        header.setHighlightSections(False)
        for column in ClassColumn:
            header.setSectionResizeMode(column, modes.ResizeToContents)
        header.setSectionResizeMode(ClassColumn.COLOUR, modes.Fixed)
        rows = self.verticalHeader()
        rows.setSectionResizeMode(modes.Fixed)
        rows.setHighlightSections(False)
        rows.setDefaultAlignment(Qt.AlignmentFlag.AlignCenter)

    def _follow_font(self) -> None:
        height = self.fontMetrics().height()
        self.horizontalHeader().setMinimumSectionSize(height * 2)
        self.horizontalHeader().resizeSection(ClassColumn.COLOUR, height * 2 + 6)
        self.verticalHeader().setDefaultSectionSize(height + 10)
        head = self.horizontalHeader().sizeHint().height()
        self.setMinimumHeight(head + _ROWS_AT_LEAST * (height + 10))
        self._fit_columns()

    def _fit_columns(self) -> None:
        letters = self.width() / max(1, self.fontMetrics().averageCharWidth())
        self.setColumnHidden(ClassColumn.SHARE, letters < _WIDTH_WITH_SHARE)
        self.setColumnHidden(ClassColumn.AREA, letters < _WIDTH_WITH_AREA)
        self._fit_label()

    def _fit_label(self) -> None:
        """Assign the remaining width to the labels, but at least a readable minimum: the table scrolls then."""
        header, modes = self.horizontalHeader(), QHeaderView.ResizeMode
        if not header.count():
            return
        others = sum(header.sectionSize(column) for column in ClassColumn if column is not ClassColumn.LABEL)
        least = self.fontMetrics().averageCharWidth() * _LEAST_LABEL
        fits = self.viewport().width() - others >= least
        header.setSectionResizeMode(ClassColumn.LABEL, modes.Stretch if fits else modes.Fixed)
        if not fits:
            header.resizeSection(ClassColumn.LABEL, least)
