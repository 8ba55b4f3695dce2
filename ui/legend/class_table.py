"""The table of classes, and the colour dialog that opens from it."""

from __future__ import annotations

from qgis.gui import QgsColorDialog
from qgis.PyQt.QtCore import QModelIndex, QPersistentModelIndex, Qt, pyqtSlot
from qgis.PyQt.QtGui import QColor, QResizeEvent
from qgis.PyQt.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from ..models.legend_model import Column, LegendTableModel
from .cell_delegates import ColourDelegate, LabelDelegate, NumberDelegate, ShareDelegate

_ROOM_FOR_AREA = 400


class ClassTable(QTableView):
    """Shows a ``LegendTableModel``; narrow ones leave the area out."""

    def __init__(self, model: LegendTableModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("legendTable")
        self.setModel(model)
        self._dialog: QgsColorDialog | None = None
        self._set_up()
        self._set_delegates()
        self._set_widths()

    def _set_up(self) -> None:
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.AnyKeyPressed
        )
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setTabKeyNavigation(True)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setAccessibleName(self.tr("Classes of the legend"))
        self.setMinimumHeight(self.fontMetrics().height() * 6)

    def _set_delegates(self) -> None:
        numbers, colours, labels, shares = (
            NumberDelegate(self),
            ColourDelegate(self),
            LabelDelegate(self),
            ShareDelegate(self),
        )
        self.setItemDelegateForColumn(Column.MINIMUM, numbers)
        self.setItemDelegateForColumn(Column.MAXIMUM, numbers)
        self.setItemDelegateForColumn(Column.COLOUR, colours)
        self.setItemDelegateForColumn(Column.LABEL, labels)
        self.setItemDelegateForColumn(Column.SHARE, shares)
        colours.colour_wanted.connect(self.choose_colour)
        self.clicked.connect(self._on_clicked)

    def _set_widths(self) -> None:
        header, wide = self.horizontalHeader(), self.fontMetrics().horizontalAdvance("0")
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 8)
        header.setMinimumSectionSize(wide * 3)
        header.setHighlightSections(False)
        modes = QHeaderView.ResizeMode
        for column in Column:
            header.setSectionResizeMode(column, modes.Interactive)
        header.setSectionResizeMode(Column.LABEL, modes.Stretch)
        widths = {Column.MINIMUM: 9, Column.MAXIMUM: 9, Column.COLOUR: 7, Column.AREA: 9, Column.SHARE: 8}
        for column, digits in widths.items():
            self.setColumnWidth(column, digits * wide)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt)
        """Show the area where there is room."""
        super().resizeEvent(event)
        self.setColumnHidden(Column.AREA, self.width() < _ROOM_FOR_AREA)

    def current_row(self) -> int:
        """Return the row that is current, or -1."""
        return int(self.currentIndex().row())

    # --- colours --------------------------------------------------------------------------------------------------

    def _on_clicked(self, index: QModelIndex) -> None:
        if index.column() == Column.COLOUR:
            self.choose_colour(index)

    @pyqtSlot(object)
    def choose_colour(self, index: QModelIndex) -> None:
        """Open the colour dialog for a class; the map follows while it is open, and Cancel brings the colour back."""
        if self._dialog is not None:
            self._dialog.raise_()
            return
        cell, before = QPersistentModelIndex(index), QColor(index.data(Qt.ItemDataRole.EditRole))
        dialog = QgsColorDialog(self.window(), Qt.WindowType.Dialog, before)
        dialog.setObjectName("colourDialog")
        dialog.setTitle(self.tr("Colour of Class {}").format(index.row() + 1))
        dialog.setAllowOpacity(False)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.currentColorChanged.connect(lambda colour: self._set_colour(cell, colour))
        dialog.rejected.connect(lambda: self._set_colour(cell, before))
        dialog.finished.connect(self._on_colour_done)
        self._dialog = dialog
        dialog.open()

    def close_colour(self) -> None:
        """Close the colour dialog, keeping the colour chosen so far."""
        if self._dialog is not None:
            self._dialog.accept()

    def _set_colour(self, cell: QPersistentModelIndex, colour: QColor) -> None:
        if cell.isValid():
            self.model().setData(QModelIndex(cell), colour, Qt.ItemDataRole.EditRole)

    @pyqtSlot(int)
    def _on_colour_done(self, _result: int) -> None:
        self._dialog = None
