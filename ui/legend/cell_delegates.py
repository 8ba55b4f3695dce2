"""How the cells of the legend's table are drawn and edited."""

from __future__ import annotations

from typing import Any

from qgis.PyQt.QtCore import QAbstractItemModel, QModelIndex, QObject, QRect, Qt, pyqtSignal
from qgis.PyQt.QtGui import QColor, QPainter, QPalette
from qgis.PyQt.QtWidgets import QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from ..delegates.tones import faded, tone_colour
from ..models.legend_model import LegendRole
from ..models.wording import Tone

_INSET = 4


class NumberDelegate(QStyledItemDelegate):
    """Edits numbers as text, so that one that was not touched stays what it was; marks edges that are wrong."""

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, _index: QModelIndex) -> QWidget:  # noqa: N802
        """Return a line for a number."""
        editor = QLineEdit(parent)
        editor.setObjectName("numberEdit")
        editor.setFrame(False)
        editor.setAlignment(Qt.AlignmentFlag.AlignRight)
        return editor

    def setEditorData(self, editor: QWidget, index: QModelIndex) -> None:  # noqa: N802 (Qt)
        """Show the number as the table does."""
        if isinstance(editor, QLineEdit):
            editor.setText(str(index.data(Qt.ItemDataRole.DisplayRole)))

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: QModelIndex) -> None:  # noqa: N802 (Qt)
        """Hand over the text, if it is another one."""
        if isinstance(editor, QLineEdit) and editor.text() != index.data(Qt.ItemDataRole.DisplayRole):
            model.setData(index, editor.text(), Qt.ItemDataRole.EditRole)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Draw the number, underlined where something is wrong with it."""
        super().paint(painter, option, index)
        if index.data(LegendRole.PROBLEM):
            painter.fillRect(_line_below(option.rect), tone_colour(Tone.BAD, option.palette))


def _line_below(rect: QRect) -> QRect:
    return QRect(rect.left() + 2, rect.bottom() - 2, rect.width() - 4, 2)


class ColourDelegate(QStyledItemDelegate):
    """Draws a swatch; ``colour_wanted(index)`` asks for the dialog where a person wants to edit."""

    colour_wanted = pyqtSignal(object)

    def createEditor(self, _parent: QWidget, _option: QStyleOptionViewItem, index: QModelIndex) -> Any:  # noqa: N802
        """Ask for the dialog; there is no editor inside the table."""
        self.colour_wanted.emit(index)
        return None

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Draw the colour in a thin frame."""
        _draw_background(self, painter, option, index)
        colour = QColor(index.data(Qt.ItemDataRole.EditRole))
        swatch = option.rect.adjusted(_INSET, _INSET, -_INSET - 1, -_INSET - 1)
        painter.save()
        painter.setPen(faded(option.palette, 0.4))
        painter.setBrush(colour)
        painter.drawRect(swatch)
        painter.restore()


class ShareDelegate(QStyledItemDelegate):
    """Draws a percentage with a bar under it."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Draw the bar, then the number over it."""
        _draw_background(self, painter, option, index)
        share = index.data(LegendRole.SHARE)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        role = QPalette.ColorRole.HighlightedText if selected else QPalette.ColorRole.Text
        if share:
            room = option.rect.adjusted(2, _INSET, -2, -_INSET)
            room.setWidth(max(1, round(room.width() * min(100.0, max(0.0, float(share))) / 100)))
            bar = QPalette.ColorRole.HighlightedText if selected else QPalette.ColorRole.Highlight
            painter.fillRect(room, faded(option.palette, 0.35, bar))
        painter.save()
        painter.setPen(option.palette.color(role))
        text = option.rect.adjusted(_INSET, 0, -_INSET, 0)
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(text, flags, str(index.data(Qt.ItemDataRole.DisplayRole)))
        painter.restore()


def _draw_background(
    delegate: QStyledItemDelegate, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex
) -> None:
    """Draw the cell without text: selection and focus as the platform has them."""
    empty = QStyleOptionViewItem(option)
    delegate.initStyleOption(empty, index)
    empty.text = ""
    style = empty.widget.style() if empty.widget is not None else None
    if style is not None:
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, empty, painter, empty.widget)


class LabelDelegate(QStyledItemDelegate):
    """Edits labels; a label that was not touched is no edit."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, _index: QModelIndex) -> QWidget:  # noqa: N802
        """Return a line for a label."""
        editor = QLineEdit(parent)
        editor.setObjectName("labelEdit")
        editor.setFrame(False)
        return editor
