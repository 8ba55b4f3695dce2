"""The frame around the cell that has the keyboard's focus, which some styles leave out or draw too faint to see."""

from __future__ import annotations

from qgis.PyQt.QtCore import QRectF, Qt
from qgis.PyQt.QtGui import QPainter, QPalette, QPen
from qgis.PyQt.QtWidgets import QStyle, QStyleOptionViewItem

_WIDTH = 2.0


def paint_focus(painter: QPainter, option: QStyleOptionViewItem) -> None:
    """Draw a frame within a cell that has the focus, in a colour that contrasts with its background."""
    if not option.state & QStyle.StateFlag.State_HasFocus:
        return
    is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
    role = QPalette.ColorRole.HighlightedText if is_selected else QPalette.ColorRole.Highlight
    painter.save()
    painter.setPen(QPen(option.palette.color(role), _WIDTH))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(QRectF(option.rect).adjusted(_WIDTH / 2, _WIDTH / 2, -_WIDTH / 2, -_WIDTH / 2))
    painter.restore()
