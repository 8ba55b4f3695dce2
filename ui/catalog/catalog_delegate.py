"""Paints the rows of the catalog tree: name at the left, figures and status at the right, progress underneath."""

from __future__ import annotations

from qgis.PyQt.QtCore import QModelIndex, QObject, QPointF, QRect, QRectF, QSize, Qt
from qgis.PyQt.QtGui import QColor, QFontMetrics, QIcon, QPainter, QPalette
from qgis.PyQt.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ..icons import icon
from ..models.catalog_model import CatalogRole
from ..models.catalog_nodes import NodeKind
from ..models.catalog_text import SEPARATOR
from ..models.wording import Status, Tone
from ..widgets.tones import faded, tone_colour

_GAP = 6
_SKELETON_WIDTHS = (0.62, 0.48, 0.7, 0.55, 0.4, 0.58)


class CatalogDelegate(QStyledItemDelegate):
    """Draws AOIs, visualizations, skeletons and notes with colours of the palette only."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._aoi_icon: QIcon = icon("aoi")

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:  # noqa: N802 (Qt)
        """Return a row height with padding; the width is the view's."""
        height = option.fontMetrics.height()
        return QSize(height * 8, height + max(8, height // 2))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Draw one row."""
        self._paint_background(painter, option, index)
        painter.save()
        painter.setClipRect(option.rect)  # stacked marks would be drawn over other rows
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        kind = index.data(CatalogRole.KIND)
        rect = option.rect.adjusted(_GAP // 2, 0, -_GAP, 0)
        if kind == NodeKind.SKELETON:
            _paint_skeleton(painter, option, rect, index.row())
        elif kind in (NodeKind.NOTE, NodeKind.PROBLEM):
            self._paint_note(painter, option, rect, index)
        else:
            self._paint_record(painter, option, rect, index)
        painter.restore()

    def _paint_background(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        plain = QStyleOptionViewItem(option)
        self.initStyleOption(plain, index)
        plain.text = ""
        plain.icon = QIcon()
        style = option.widget.style() if option.widget else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, plain, painter, option.widget)

    def _paint_record(self, painter: QPainter, option: QStyleOptionViewItem, rect: QRect, index: QModelIndex) -> None:
        status: Status = index.data(CatalogRole.STATUS)
        text_rect = rect.adjusted(self._paint_mark(painter, option, rect, index), 0, 0, 0)
        metrics = option.fontMetrics
        room = text_rect.width() - metrics.horizontalAdvance(index.data()) - _GAP * 2
        detail = _shorten(index.data(CatalogRole.DETAIL), metrics, room, text_rect.width() // 2)
        used = metrics.horizontalAdvance(detail)
        painter.setPen(_pen(option, status))
        painter.drawText(text_rect, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, detail)
        painter.setPen(_text_colour(option))
        name_rect = text_rect.adjusted(0, 0, -(used + _GAP * 2 if used else 0), 0)
        name = metrics.elidedText(index.data(), Qt.TextElideMode.ElideRight, name_rect.width())
        painter.drawText(name_rect, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
        if status.progress is not None:
            _paint_progress(painter, option, text_rect, status)

    def _paint_mark(self, painter: QPainter, option: QStyleOptionViewItem, rect: QRect, index: QModelIndex) -> int:
        """Draw the AOI's icon or the status dot; return the width used."""
        size = option.fontMetrics.height()
        if index.data(CatalogRole.KIND) == NodeKind.AOI:
            square = QRect(rect.left(), rect.center().y() - size // 2 + 1, size, size)
            self._aoi_icon.paint(painter, square)
            return size + _GAP
        radius = size * 0.24
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tone_colour(index.data(CatalogRole.STATUS).tone, option.palette))
        painter.drawEllipse(QPointF(rect.left() + size / 2, rect.center().y() + 1.0), radius, radius)
        return size + _GAP // 2

    def _paint_note(self, painter: QPainter, option: QStyleOptionViewItem, rect: QRect, index: QModelIndex) -> None:
        is_problem = index.data(CatalogRole.KIND) == NodeKind.PROBLEM
        tone = Tone.BAD if is_problem and not _is_selected(option) else Tone.NEUTRAL
        painter.setPen(_text_colour(option) if _is_selected(option) else tone_colour(tone, option.palette))
        text = option.fontMetrics.elidedText(index.data(), Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)


def _shorten(detail: str, metrics: QFontMetrics, room: int, least: int) -> str:
    """Leave out the first parts of a detail until the rest fits beside the name; the last part may take ``least``."""
    parts = detail.split(SEPARATOR)
    while len(parts) > 1 and metrics.horizontalAdvance(SEPARATOR.join(parts)) > room:
        del parts[0]
    return str(metrics.elidedText(SEPARATOR.join(parts), Qt.TextElideMode.ElideRight, max(room, least)))


def _is_selected(option: QStyleOptionViewItem) -> bool:
    return bool(option.state & QStyle.StateFlag.State_Selected)


def _text_colour(option: QStyleOptionViewItem) -> QColor:
    group = QPalette.ColorGroup.Normal
    if not option.state & QStyle.StateFlag.State_Enabled:
        group = QPalette.ColorGroup.Disabled
    elif not option.state & QStyle.StateFlag.State_Active:
        group = QPalette.ColorGroup.Inactive
    role = QPalette.ColorRole.HighlightedText if _is_selected(option) else QPalette.ColorRole.Text
    return option.palette.color(group, role)


def _pen(option: QStyleOptionViewItem, status: Status) -> QColor:
    """Return the colour of the figures at the right: faint, unless the status wants to be seen."""
    if not _is_selected(option) and status.tone not in (Tone.NEUTRAL, Tone.GOOD):
        return tone_colour(status.tone, option.palette)
    colour = QColor(_text_colour(option))
    colour.setAlphaF(0.85 if _is_selected(option) else 0.62)
    return colour


def _paint_progress(painter: QPainter, option: QStyleOptionViewItem, rect: QRect, status: Status) -> None:
    track = QRectF(rect.left(), rect.bottom() - 2.5, rect.width(), 2.5)
    done = QRectF(track)
    done.setWidth(track.width() * (status.progress or 0) / 100)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(faded(option.palette, 0.15))
    painter.drawRoundedRect(track, 1.25, 1.25)
    painter.setBrush(_text_colour(option) if _is_selected(option) else tone_colour(status.tone, option.palette))
    painter.drawRoundedRect(done, 1.25, 1.25)


def _paint_skeleton(painter: QPainter, option: QStyleOptionViewItem, rect: QRect, row: int) -> None:
    """Draw the placeholder of a row that is still loading."""
    height = option.fontMetrics.height() * 0.62
    top = rect.center().y() - height / 2
    width = rect.width() * _SKELETON_WIDTHS[row % len(_SKELETON_WIDTHS)]
    tail = rect.width() * 0.14
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(faded(option.palette, 0.13))
    painter.drawRoundedRect(QRectF(rect.left(), top, width, height), height / 2, height / 2)
    painter.drawRoundedRect(QRectF(rect.right() - tail, top, tail, height), height / 2, height / 2)
