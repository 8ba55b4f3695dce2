"""The axis of acquisition dates: marks to scale, so that gaps are visible, and a thumb at the date shown."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import pairwise

from qgis.PyQt.QtCore import QEvent, QLocale, QPointF, QRectF, QSize, Qt, pyqtSignal
from qgis.PyQt.QtGui import QColor, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen
from qgis.PyQt.QtWidgets import QLabel, QSizePolicy, QToolTip, QWidget

from ...plugin.files.shown_names import shown_name
from ..widgets.tones import dimmed, faded
from .axis_scale import AxisDate, AxisScale, Tick

_MARGIN = 10
_LARGEST_MARK, _SMALLEST_MARK = 3.5, 1.0
_THUMB = 6.0
_FRAME = 1.5
_PAGE = 10  # dates that Page Up and Page Down step over


class TimeAxis(QLabel):
    """Shows dates to scale and lets one be chosen by click, drag or key.

    A label by class, since style sheets of themes give their text colour to labels only.

    ``date_chosen(key)`` is emitted when the user chooses another date; ``set_current`` alone moves the thumb.
    ``compared_changed(key)`` is emitted when another date is compared with it, or none (an empty key); that one has a
    thumb of its own, which is dragged, clicked and stepped with the Shift key.
    """

    date_chosen = pyqtSignal(str)
    compared_changed = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("timeAxis")
        self._dates: tuple[AxisDate, ...] = ()
        self._current = -1
        self._wanted = -1
        self._compared = -1
        self._drags_compared = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(self.tr("Acquisition dates"))

    @property
    def dates(self) -> tuple[AxisDate, ...]:
        """Return the dates, oldest first."""
        return self._dates

    @property
    def current(self) -> AxisDate | None:
        """Return the date shown, if one is."""
        return self._dates[self._current] if self._current >= 0 else None

    @property
    def compared(self) -> AxisDate | None:
        """Return the date that is compared with the one shown, if one is."""
        return self._dates[self._compared] if self._compared >= 0 else None

    def compare(self, row: int) -> None:
        """Compare the date of a row with the one shown; -1 ends that."""
        if row != self._compared:
            self._compared = row
            self.update()
            self.compared_changed.emit(self._dates[row].key if row >= 0 else "")

    @property
    def neighbour(self) -> AxisDate | None:
        """Return the date before the one shown, or the one after the first; ``None`` without another one."""
        row = self._neighbour_row()
        return self._dates[row] if row >= 0 else None

    def compare_beside(self) -> None:
        """Compare the neighbour of the date shown."""
        self.compare(self._neighbour_row())

    def _neighbour_row(self) -> int:
        return self._current - 1 if self._current > 0 else min(1, len(self._dates) - 1)

    def set_dates(self, dates: Sequence[AxisDate], key: str | None) -> None:
        """Show other dates, given oldest first, and which of them is shown."""
        self.compare(-1)
        self._dates, self._wanted = tuple(dates), -1
        self._current = -1
        self.set_current(key)
        self.update()

    def set_current(self, key: str | None) -> None:
        """Move the thumb to a date; ``None`` where none is shown."""
        former = self._current
        self._current = next((row for row, date in enumerate(self._dates) if date.key == key), -1)
        if self._current != former:  # else steps go on from the date that was asked for, which the map may never show
            self._wanted = self._current
        self.setAccessibleDescription(self.current.label if self.current is not None else self.tr("No date is shown"))
        self.update()

    def step(self, count: int) -> bool:
        """Choose the date so many after the one shown, or before it; return whether there was another one."""
        last = len(self._dates) - 1
        start = self._wanted if self._wanted >= 0 else (-1 if count > 0 else last + 1)
        return self._choose(max(0, min(last, start + count)))

    def choose_first(self) -> bool:
        """Choose the oldest date; return whether another one was shown."""
        return self._choose(0)

    def is_at_end(self) -> bool:
        """Return whether the newest date is shown."""
        return self._wanted == len(self._dates) - 1

    def x_of(self, key: str) -> float:
        """Return the pixel of a date."""
        return self._scale().x(next(date.moment for date in self._dates if date.key == key))

    def _choose(self, row: int) -> bool:
        if not self._dates or row == self._wanted:
            return False
        self._wanted = row
        self.date_chosen.emit(self._dates[row].key)
        return True

    def _scale(self) -> AxisScale:
        return AxisScale(self._dates, _MARGIN, self.width() - _MARGIN)

    # --- events ---------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt)
        """Return a strip for the marks above a line of text."""
        return QSize(200, int(4 * _THUMB) + self.fontMetrics().height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt)
        """Return the width that a few dates need."""
        return QSize(120, self.sizeHint().height())

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt)
        """Choose the date nearest to the pointer, for the thumb under it, or with Shift for the compared one."""
        if event.button() == Qt.MouseButton.LeftButton and self._dates:
            self._drags_compared = self._means_compared(event)
            self._choose_at(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt)
        """Choose the dates that the pointer is dragged over."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._choose_at(event)

    def _choose_at(self, event: QMouseEvent) -> None:
        if not self._dates:
            return
        row = self._dates.index(self._scale().nearest(event.pos().x()))
        if self._drags_compared:
            self.compare(row)
        else:
            self._choose(row)

    def _means_compared(self, event: QMouseEvent) -> bool:
        if self.compared is None:
            return False
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            return True
        scale, x = self._scale(), event.pos().x()
        far = abs(scale.x(self.compared.moment) - x)
        return far <= _THUMB and (self.current is None or far < abs(scale.x(self.current.moment) - x))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt)
        """Step by arrow keys, over ten dates by page keys, to the ends by Home and End."""
        keys = Qt.Key
        last = len(self._dates)
        steps = {keys.Key_Left: -1, keys.Key_Right: 1, keys.Key_Down: -1, keys.Key_Up: 1}
        steps |= {keys.Key_PageDown: -_PAGE, keys.Key_PageUp: _PAGE, keys.Key_Home: -last, keys.Key_End: last}
        count = steps.get(event.key())
        if count is None or not self._dates:
            super().keyPressEvent(event)
            return
        if self.compared is not None and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.compare(max(0, min(last - 1, self._compared + count)))
        else:
            self.step(count)

    def event(self, event: QEvent) -> bool:
        """Show the date under the pointer as the tooltip."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent) and self._dates:
            label = shown_name(self._scale().nearest(event.pos().x()).label)
            QToolTip.showText(event.globalPos(), f"<p>{escape(label)}</p>", self)
            return True
        return super().event(event)

    # --- painting -------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt)
        """Draw the line, the calendar below it, a mark per date and the thumb."""
        if not self._dates:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        scale, middle = self._scale(), 2 * _THUMB
        painter.setPen(QPen(faded(self.palette(), 0.35, QPalette.ColorRole.WindowText), 1))
        painter.drawLine(QPointF(_MARGIN, middle), QPointF(self.width() - _MARGIN, middle))
        self._paint_calendar(painter, scale, middle)
        self._paint_marks(painter, scale, middle)
        self._paint_thumb(painter, scale, middle)
        painter.end()

    def _paint_calendar(self, painter: QPainter, scale: AxisScale, middle: float) -> None:
        metrics = self.fontMetrics()
        width = metrics.horizontalAdvance("0000 000")
        colour, end = dimmed(self.palette()), 0.0
        for tick in scale.ticks(width):
            moment = self._dates[0].moment.replace(
                year=tick.day.year, month=tick.day.month, day=tick.day.day, hour=0, minute=0, second=0, microsecond=0
            )
            x, text = max(_MARGIN, scale.x(moment)), tick_text(tick)
            left = min(
                max(0.0, x - metrics.horizontalAdvance(text) / 2), self.width() - metrics.horizontalAdvance(text)
            )
            painter.setPen(QPen(colour, 1))
            painter.drawLine(QPointF(x, middle + _THUMB), QPointF(x, middle + _THUMB + 3))
            if left >= end:
                painter.drawText(QPointF(left, middle + 2 * _THUMB + metrics.ascent()), text)
                end = left + metrics.horizontalAdvance(text) + metrics.averageCharWidth()

    def _paint_marks(self, painter: QPainter, scale: AxisScale, middle: float) -> None:
        places = [scale.x(date.moment) for date in self._dates]
        gaps = [after - before for before, after in pairwise(places) if after > before]
        radius = max(_SMALLEST_MARK, min(_LARGEST_MARK, min(gaps, default=_LARGEST_MARK) / 2))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._colour(QPalette.ColorRole.WindowText))
        for x in places:
            painter.drawRoundedRect(
                QRectF(x - radius, middle - _LARGEST_MARK, 2 * radius, 2 * _LARGEST_MARK), radius, radius
            )

    def _paint_thumb(self, painter: QPainter, scale: AxisScale, middle: float) -> None:
        if self.compared is not None:
            painter.setBrush(self._colour(QPalette.ColorRole.Base))
            painter.setPen(QPen(self._colour(QPalette.ColorRole.Highlight), 2 * _FRAME))
            painter.drawEllipse(QPointF(scale.x(self.compared.moment), middle), _THUMB - 1, _THUMB - 1)
        if self.current is None:
            return
        centre = QPointF(scale.x(self.current.moment), middle)
        painter.setBrush(self._colour(QPalette.ColorRole.Highlight))
        painter.setPen(QPen(self._colour(QPalette.ColorRole.Base), _FRAME))
        painter.drawEllipse(centre, _THUMB, _THUMB)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self._colour(QPalette.ColorRole.Highlight), _FRAME))
            painter.drawEllipse(centre, _THUMB + 3, _THUMB + 3)

    def _colour(self, role: QPalette.ColorRole) -> QColor:
        return self.palette().color(role)


def tick_text(tick: Tick) -> str:
    """Return the label of a calendar tick: its year, month or day."""
    locale = QLocale()
    if tick.is_year:
        return str(tick.day.year)
    if tick.is_month:
        return locale.standaloneMonthName(tick.day.month, QLocale.FormatType.ShortFormat)
    return f"{tick.day.day} {locale.monthName(tick.day.month, QLocale.FormatType.ShortFormat)}"
