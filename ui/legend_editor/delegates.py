"""How the cells of a legend are painted and edited."""

from __future__ import annotations

from decimal import Decimal

from qgis.gui import QgsColorDialog
from qgis.PyQt.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    pyqtSignal,
)
from qgis.PyQt.QtGui import QColor, QFont, QKeyEvent, QMouseEvent, QPainter, QPalette
from qgis.PyQt.QtWidgets import QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from ...plugin.messages.explanation import explain
from ...plugin.messages.numbers import NumberRefused, count_text, number_text, read_number
from ..models.legend_model import ClassRole
from ..models.wording import Tone
from ..widgets.focus_frame import paint_focus
from ..widgets.tones import faded, tone_colour

_MARGIN = 4
_BAR_OPACITY = 0.4
_BAR = 0.55
_WIDE = 85  # letters
_MOST_DIGITS = 9
_TAKING_OVER = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab, Qt.Key.Key_Backtab})


class NumberEdit(QLineEdit):
    """An editor for a number; the arrow keys change its last digit and emit ``stepped``."""

    stepped = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrame(False)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt)
        """Step by the arrow keys, ten times as far by the page keys."""
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1, Qt.Key.Key_PageUp: 10, Qt.Key.Key_PageDown: -10}
        count = steps.get(event.key())
        if count is None:
            super().keyPressEvent(event)
        else:
            self.step(count)

    def step(self, count: int) -> None:
        """Move the last digit written, hundredths at the coarsest."""
        try:
            value = read_number(self.text())
        except NumberRefused:
            return
        if value is None:
            return
        exact = Decimal(repr(value))
        exponent = exact.as_tuple().exponent
        digit = exponent if isinstance(exponent, int) and exponent < 0 else (0 if isinstance(value, int) else -2)
        moved = exact + Decimal(count).scaleb(max(digit, -6))
        self.setText(number_text(int(moved) if isinstance(value, int) else float(moved)))
        self.setModified(True)
        self.stepped.emit()


class ClassDelegate(QStyledItemDelegate):
    """A delegate that paints text cells: invalid ones are highlighted, edited ones are bold."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex) -> None:  # noqa: N802 (Qt)
        """Style edited and invalid cells."""
        super().initStyleOption(option, index)
        if index.data(ClassRole.IS_CHANGED):
            font = QFont(option.font)
            font.setBold(True)
            option.font = font
        if index.data(ClassRole.IS_WRONG):
            bad = tone_colour(Tone.BAD, option.palette)
            option.palette.setColor(QPalette.ColorRole.Text, bad)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Draw the text, and a frame where the focus is."""
        super().paint(painter, option, index)
        paint_focus(painter, option)

    def setEditorData(self, editor: QWidget, index: QModelIndex) -> None:  # noqa: N802 (Qt)
        """Fill the editor, unless the user is typing in it."""
        if isinstance(editor, QLineEdit) and not editor.isModified():
            editor.setText(str(index.data(Qt.ItemDataRole.DisplayRole) or ""))

    def setModelData(  # noqa: N802 (Qt)
        self, editor: QWidget, model: QAbstractItemModel, index: QModelIndex
    ) -> None:
        """Write the typed text to the model, if any was typed."""
        if isinstance(editor, QLineEdit) and editor.isModified():
            model.setData(index, editor.text(), Qt.ItemDataRole.EditRole)
            editor.setModified(False)


class NumberDelegate(ClassDelegate):
    """A delegate that edits numbers as text, without losing digits; invalid text is refused and stays to be corrected.

    ``began()`` is emitted when the user starts editing a number, ``given_up()`` when the text is discarded by Escape,
    and ``refused(sentence)`` with the reason why a text is refused.
    """

    began = pyqtSignal()
    given_up = pyqtSignal()
    refused = pyqtSignal(str)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:  # noqa: N802 (Qt)
        """Return the size of the number, limited for very long ones: the tooltip shows all of it."""
        hint = super().sizeHint(option, index)
        widest = option.fontMetrics.horizontalAdvance("0") * _MOST_DIGITS
        return QSize(min(hint.width() + _MARGIN, widest), hint.height())

    def createEditor(  # noqa: N802 (Qt)
        self, parent: QWidget, option: QStyleOptionViewItem, index: QModelIndex
    ) -> QWidget:
        """Return an editor that steps with the arrow keys."""
        editor = NumberEdit(parent)
        editor.setObjectName("classNumberEdit")
        editor.setAutoFillBackground(True)
        editor.stepped.connect(lambda: self.commitData.emit(editor))
        self.began.emit()
        return editor

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt)
        """Keep the editor open where Enter or Tab would accept an invalid number, and report Escape."""
        if event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape:
            self.given_up.emit()
        if event.type() == QEvent.Type.KeyPress and event.key() in _TAKING_OVER and isinstance(watched, NumberEdit):
            try:
                read_number(watched.text())
            except NumberRefused as error:
                self.refused.emit(explain(error).text)
                watched.selectAll()
                return True
        return bool(super().eventFilter(watched, event))


class ColourDelegate(QStyledItemDelegate):
    """Paints a swatch; a click, Space or Enter opens QGIS's colour dialog, which the map follows."""

    opened = pyqtSignal(object)
    closed = pyqtSignal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._dialog: QgsColorDialog | None = None

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Draw the colour within a faint frame."""
        super().paint(painter, option, index)
        paint_swatch(painter, option.rect.adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN), _colour_of(index), option)
        paint_focus(painter, option)

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex) -> None:  # noqa: N802 (Qt)
        """Omit the text: the colour is sufficient."""
        super().initStyleOption(option, index)
        option.text = ""

    def createEditor(  # noqa: N802 (Qt)
        self, parent: QWidget, option: QStyleOptionViewItem, index: QModelIndex
    ) -> QWidget | None:
        """Open the dialog instead of an editor in the cell."""
        self.open(index, parent.window())
        return None

    def editorEvent(  # noqa: N802 (Qt)
        self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: QModelIndex
    ) -> bool:
        """Open the dialog by a plain click."""
        is_click = isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonRelease
        if (
            is_click
            and event.button() == Qt.MouseButton.LeftButton
            and event.modifiers() == Qt.KeyboardModifier.NoModifier
        ):
            view = option.widget
            self.open(index, view.window() if view is not None else None)
            return True
        return bool(super().editorEvent(event, model, option, index))

    def open(self, index: QModelIndex, parent: QWidget | None) -> None:
        """Choose another colour; the cell follows, and goes back when the choice is cancelled."""
        if self._dialog is not None:
            return
        cell, before = QPersistentModelIndex(index), _colour_of(index)
        dialog = QgsColorDialog(parent, Qt.WindowType.Dialog, before)
        dialog.setObjectName("classColourDialog")
        dialog.setWindowTitle(self.tr("Colour of Class {}").format(count_text(index.row() + 1)))
        dialog.setAllowOpacity(False)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.currentColorChanged.connect(lambda colour: _set(cell, colour))
        dialog.rejected.connect(lambda: _set(cell, before))
        dialog.accepted.connect(lambda: _set(cell, dialog.color()))
        dialog.finished.connect(self._on_finished)
        self._dialog = dialog
        dialog.open()
        self.opened.emit(dialog)

    def _on_finished(self) -> None:
        self._dialog = None
        self.closed.emit()


class ShareDelegate(QStyledItemDelegate):
    """Paints a share as a bar behind its figure."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:  # noqa: N802 (Qt)
        """Return the size of the figure, with space for a comparable bar where the table is wide."""
        hint = super().sizeHint(option, index)
        wide = option.fontMetrics.averageCharWidth() * _WIDE
        is_wide = option.widget is not None and option.widget.width() >= wide
        return QSize(hint.width() * 2 if is_wide else hint.width(), hint.height())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Draw the bar, then the figure."""
        share = index.data(ClassRole.SHARE)
        if share is not None and not option.state & QStyle.StateFlag.State_Selected:
            colour = tone_colour(Tone.BUSY, option.palette)  # a theme's own highlight may be nearly black on black
            colour.setAlphaF(_BAR_OPACITY)
            painter.fillRect(_bar(option.rect, float(share)), colour)
        super().paint(painter, option, index)
        if share is not None and option.state & QStyle.StateFlag.State_Selected:  # the selection is painted over it
            bar = faded(option.palette, 0.28, QPalette.ColorRole.HighlightedText)
            painter.fillRect(_bar(option.rect, float(share)), bar)
        paint_focus(painter, option)


def paint_swatch(painter: QPainter, rect: QRect, colour: QColor, option: QStyleOptionViewItem) -> None:
    """Draw a colour within a faint frame."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(faded(option.palette, 0.45))
    painter.setBrush(colour)
    painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), 2, 2)
    painter.restore()


def _bar(rect: QRect, share: float) -> QRect:
    height = round(rect.height() * _BAR)
    width = round((rect.width() - 2) * min(1.0, max(0.0, share)))
    return QRect(rect.left() + 1, rect.center().y() - height // 2, width, height)


def _colour_of(index: QModelIndex) -> QColor:
    return QColor(index.data(Qt.ItemDataRole.EditRole))


def _set(cell: QPersistentModelIndex, colour: QColor) -> None:
    if cell.isValid() and colour.isValid():
        model = cell.model()
        model.setData(model.index(cell.row(), cell.column()), colour, Qt.ItemDataRole.EditRole)
