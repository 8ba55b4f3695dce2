"""The table of classes."""

from __future__ import annotations

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QResizeEvent
from qgis.PyQt.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from ..models.legend_model import ClassColumn, LegendTableModel
from .delegates import ClassDelegate, ColourDelegate, NumberDelegate, ShareDelegate

_WIDTH_WITH_AREA = 440
_WIDTH_WITH_SHARE = 330


class ClassTable(QTableView):
    """Shows and edits classes; in a narrow panel the columns of areas and shares make room."""

    def __init__(self, model: LegendTableModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("legendTable")
        self.setModel(model)
        self.colours = ColourDelegate(self)
        self._build()
        self._build_columns()

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

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt)
        """Show areas and shares only where there is room."""
        super().resizeEvent(event)
        self.setColumnHidden(ClassColumn.SHARE, event.size().width() < _WIDTH_WITH_SHARE)
        self.setColumnHidden(ClassColumn.AREA, event.size().width() < _WIDTH_WITH_AREA)

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
        self.setTabKeyNavigation(True)
        numbers = NumberDelegate(self)
        self.setItemDelegate(ClassDelegate(self))
        self.setItemDelegateForColumn(ClassColumn.MINIMUM, numbers)
        self.setItemDelegateForColumn(ClassColumn.MAXIMUM, numbers)
        self.setItemDelegateForColumn(ClassColumn.COLOUR, self.colours)
        self.setItemDelegateForColumn(ClassColumn.SHARE, ShareDelegate(self))

    def _build_columns(self) -> None:
        height = self.fontMetrics().height()
        header, modes = self.horizontalHeader(), QHeaderView.ResizeMode
        header.setMinimumSectionSize(height * 2)
        header.setHighlightSections(False)
        for column in ClassColumn:
            header.setSectionResizeMode(column, modes.ResizeToContents)
        header.setSectionResizeMode(ClassColumn.LABEL, modes.Stretch)
        header.setSectionResizeMode(ClassColumn.COLOUR, modes.Fixed)
        header.resizeSection(ClassColumn.COLOUR, height * 2 + 6)
        rows = self.verticalHeader()
        rows.setSectionResizeMode(modes.Fixed)
        rows.setDefaultSectionSize(height + 10)
        rows.setHighlightSections(False)
        rows.setDefaultAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setMinimumHeight(height * 4)
