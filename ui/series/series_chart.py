"""The chart of values over time: hovered for values, and clicked or stepped by keys to show a date."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from html import escape

from qgis.PyQt.QtCore import QEvent, QPointF, QSize, QSizeF, Qt, pyqtSignal
from qgis.PyQt.QtGui import QFont, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen
from qgis.PyQt.QtWidgets import QSizePolicy, QToolTip, QWidget

from ...plugin.files.shown_names import shown_name
from ...plugin.messages.numbers import rounded_text
from ..widgets.wrapped_label import WrappedLabel
from .chart_data import Line, SeriesPoint, values_of
from .chart_painting import ChartPainting

_DIGITS = 4
_FRAME = 1.0
_MARGIN = 24  # around a hint


class SeriesChart(WrappedLabel):
    """Shows lines of values over time, and a marker at the date that the map shows; or a hint.

    A label by class, since style sheets of themes give their text colour to labels only.

    ``date_chosen(key)`` is emitted when the user chooses a date; ``mark`` alone moves the marker.
    """

    date_chosen = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("seriesChart")
        self.lines: tuple[Line, ...] = ()
        self.marked: datetime.datetime | None = None
        self._hovered: datetime.datetime | None = None
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setMargin(_MARGIN)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(
            QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding
        )  # whatever the hint: the map stays
        self.setAccessibleName(self.tr("Values over time"))

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Show other lines; without a value the chart is empty."""
        self.lines = tuple(lines) if any(True for _ in values_of(lines)) else ()
        self._hovered = None
        self.setText("")
        self._describe()
        self.update()

    def show_hint(self, text: str) -> None:
        """Show a sentence in place of lines."""
        self.show_lines(())
        self.setText(text)

    def mark(self, moment: datetime.datetime | None) -> None:
        """Move the marker to the date that the map shows; ``None`` takes it away."""
        self.marked = moment
        self._describe()
        self.update()

    def painting(self) -> ChartPainting:
        """Return where the lines lie; there must be some."""
        return ChartPainting(self.lines, QSizeF(self.size()), self.palette(), QFont(self.font()))

    def text_of(self, moment: datetime.datetime) -> str:
        """Return a date and its values, one line each."""
        points = [(line.name, point) for line in self.lines for point in line.points if point.moment == moment]
        values = [f"{shown_name(name)}: {self._value_text(point)}" for name, point in points]
        return "\n".join([shown_name(points[0][1].label), *values]) if points else ""

    def _value_text(self, point: SeriesPoint) -> str:
        if point.value is None:
            return self.tr("no data")
        text = rounded_text(point.value, _DIGITS)
        if point.spread is None:
            return text
        ends = (rounded_text(end, _DIGITS) for end in (point.spread.minimum, point.spread.maximum))
        return self.tr("mean {0} ({1} to {2})").format(text, *ends)

    def _describe(self) -> None:
        text = self.text_of(self.marked) if self.marked is not None else ""
        self.setAccessibleDescription(text.replace("\n", ", "))

    # --- events ---------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt)
        """Return a size that shows a season well."""
        return QSize(480, 12 * self.fontMetrics().height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt)
        """Return the size that an axis with a few ticks needs."""
        return QSize(200, 7 * self.fontMetrics().height())

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt)
        """Choose the date nearest to the pointer."""
        if event.button() == Qt.MouseButton.LeftButton and self.lines:
            self.date_chosen.emit(self.painting().nearest(QPointF(event.pos())).key)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt)
        """Show the date nearest to the pointer, and its values."""
        if not self.lines:
            return
        point = self.painting().nearest(QPointF(event.pos()))
        if point.moment != self._hovered:
            self._hovered = point.moment
            self.update()
        text = escape(self.text_of(point.moment)).replace("\n", "<br>")
        QToolTip.showText(self.mapToGlobal(event.pos()), f"<p style='white-space:pre'>{text}</p>", self)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 (Qt)
        """Show no date as hovered."""
        self._hovered = None
        self.update()
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt)
        """Step by arrow keys, and to the ends by Home and End."""
        keys = Qt.Key
        dates = sorted({point.moment for line in self.lines for point in line.points})
        before = [date for date in dates if self.marked is not None and date < self.marked]
        after = [date for date in dates if self.marked is None or date > self.marked]
        target = {
            keys.Key_Left: before[-1:],
            keys.Key_Down: before[-1:],
            keys.Key_Right: after[:1],
            keys.Key_Up: after[:1],
            keys.Key_Home: dates[:1],
            keys.Key_End: dates[-1:],
        }.get(event.key())
        if target is None:
            super().keyPressEvent(event)
        elif target and target[0] != self.marked:
            self._choose(target[0])

    def _choose(self, moment: datetime.datetime) -> None:
        points = (point for line in self.lines for point in line.points)
        self.date_chosen.emit(next(point.key for point in points if point.moment == moment))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt)
        """Draw the chart, and a frame while it has the focus."""
        if not self.lines:
            super().paintEvent(event)
            return
        painter = QPainter(self)
        self.painting().paint(painter, self.marked, self._hovered)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Highlight), _FRAME))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()
