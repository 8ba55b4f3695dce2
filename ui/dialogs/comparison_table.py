"""The table that compares classes: those to be sent, the server's, and those the editing began from."""

from __future__ import annotations

from qgis.PyQt.QtCore import QEvent, QModelIndex, QRect, QSize, Qt, QTimer
from qgis.PyQt.QtGui import QFont, QPainter, QShowEvent
from qgis.PyQt.QtWidgets import QHeaderView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView, QWidget

from ..legend_editor.delegates import paint_swatch
from ..models.comparison_model import ComparedRole, ComparisonModel
from ..models.wording import Tone
from ..widgets.focus_frame import paint_focus
from ..widgets.tones import tone_colour

# In letters and lines, so that they follow the font.
_LEAST_COLUMN, _LEAST_LINES = 20, 6
_MARGIN = 4


class ComparisonTable(QTableView):
    """Shows a :class:`ComparisonModel`; rows are as high as their texts need, columns at least as wide as a number.

    The arrow keys go from cell to cell, Tab leaves the table.
    """

    def __init__(self, model: ComparisonModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pushComparison")
        self.setAccessibleName(self.tr("Comparison, class by class"))
        self.setAccessibleDescription(self.tr("Arrow keys choose a class"))
        self._fitting = QTimer(self)
        self._fitting.setSingleShot(True)
        self._fitting.setInterval(0)
        self._fitting.timeout.connect(self.resizeRowsToContents)
        self.setModel(model)
        self.setItemDelegate(ComparisonDelegate(self))
        self._build()
        self._follow_font()
        model.modelReset.connect(self._fitting.start)
        self.horizontalHeader().sectionResized.connect(lambda *_widths: self._fitting.start())

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 (Qt)
        """Let rows and columns follow another font."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._follow_font()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 (Qt)
        """Give the rows their heights before they are seen."""
        super().showEvent(event)
        self._fitting.start()

    def _build(self) -> None:
        self.setSelectionMode(QTableView.SelectionMode.NoSelection)
        self.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setHorizontalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

    def _follow_font(self) -> None:
        self.horizontalHeader().setMinimumSectionSize(self.fontMetrics().averageCharWidth() * _LEAST_COLUMN)
        self.setMinimumHeight(self.fontMetrics().height() * _LEAST_LINES)
        self.resizeRowsToContents()


class ComparisonDelegate(QStyledItemDelegate):
    """A delegate that paints a swatch before the text; differences are highlighted."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex) -> None:  # noqa: N802 (Qt)
        """Make differing cells bold, and leave space for the swatch."""
        super().initStyleOption(option, index)
        if index.data(ComparedRole.IS_DIFFERENT):
            font = QFont(option.font)
            font.setBold(True)
            option.font = font

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Draw a tint behind differing cells, the swatch, the text, and a frame where the focus is."""
        if index.data(ComparedRole.IS_DIFFERENT):
            tint = tone_colour(Tone.WARNING, option.palette)
            tint.setAlphaF(0.18)
            painter.fillRect(option.rect, tint)
        side = option.fontMetrics.height()
        colour = index.data(ComparedRole.COLOUR)
        swatch = QRect(option.rect.left() + _MARGIN, option.rect.top() + _MARGIN + 2, side, side)
        if colour is not None:
            paint_swatch(painter, swatch, colour, option)
        super().paint(painter, self._beside_swatch(option), index)
        paint_focus(painter, option)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:  # noqa: N802 (Qt)
        """Return the size of swatch and text, which may need several lines."""
        hint = super().sizeHint(self._beside_swatch(option), index)
        return QSize(hint.width() + _indent(option), hint.height() + 2 * _MARGIN)

    def _beside_swatch(self, option: QStyleOptionViewItem) -> QStyleOptionViewItem:
        """Return the place for the text; the frame of the focus is drawn around the whole cell instead."""
        rest = QStyleOptionViewItem(option)
        rest.rect = option.rect.adjusted(_indent(option), 0, 0, 0)
        rest.state &= ~QStyle.StateFlag.State_HasFocus
        return rest


def _indent(option: QStyleOptionViewItem) -> int:
    return int(option.fontMetrics.height() + _MARGIN + 2)
