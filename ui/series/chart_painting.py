"""Paints a chart of values over time with QPainter: on the screen, into a picture, or into an SVG document."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from qgis.PyQt.QtCore import QPointF, QRectF, QSizeF, Qt
from qgis.PyQt.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPalette, QPen, QPolygonF

from ...plugin.files.shown_names import shown_name
from ...plugin.host.i18n import translate
from ...plugin.messages.numbers import decimal_text
from ..time.axis_scale import AxisDate, AxisScale
from ..time.time_axis import tick_text
from ..widgets.tones import dimmed, faded
from .chart_data import Line, SeriesPoint, ValueScale

_EDGE = 8.0
_GAP = 6.0
_TICK = 4.0
_DOT, _HOVERED_DOT = 3.0, 5.0
_SWATCH = 14.0
_THUMB = 4.5
_RUG = 5.0  # length of the mark of each date on the axis
_HUES = (210, 28, 145, 325, 265, 55)
_SATURATION = 170
_RANGE_OPACITY, _QUARTILES_OPACITY = 0.12, 0.22
_DARK_BELOW = 128
_LONGEST_NAME = 40  # letters


def line_colour(number: int, palette: QPalette) -> QColor:
    """Return the colour of a line by its number, as light or as dark as the background asks for."""
    is_dark = palette.color(QPalette.ColorRole.Window).lightness() < _DARK_BELOW
    return QColor.fromHsl(_HUES[number % len(_HUES)], _SATURATION, 155 if is_dark else 100)


class ChartPainting:
    """A chart of a size: where its dates and values lie, and how it is drawn.

    Args:
        lines: with a value at least.
        palette, font: of the widget, or of the document.
    """

    def __init__(self, lines: Sequence[Line], size: QSizeF, palette: QPalette, font: QFont) -> None:
        self._lines, self._palette, self._font = lines, palette, font
        self._metrics = QFontMetricsF(font)
        self._names = self._placed_names(size.width() - 2 * _EDGE)
        line_height = self._metrics.height()
        top = self._names[-1][0].bottom() + _GAP
        bottom = size.height() - _EDGE - line_height - _TICK
        self._values = ValueScale(lines, top, bottom)
        self._ticks, self._decimals = self._values.ticks(1.5 * line_height)
        labels = (self._metrics.horizontalAdvance(decimal_text(tick, self._decimals)) for tick in self._ticks)
        left = _EDGE + max(labels, default=0.0) + _GAP
        self.plot = QRectF(QPointF(left, top), QPointF(max(left + 1, size.width() - 2 * _EDGE), bottom))
        dates = sorted({point.moment: point for line in lines for point in line.points}.values(), key=_moment)
        self._dates = [AxisDate(date.key, date.label, date.moment) for date in dates]
        self._times = AxisScale(self._dates, self.plot.left() + _EDGE, self.plot.right() - _EDGE)

    def x(self, moment: datetime.datetime) -> float:
        """Return the pixel of a moment."""
        return self._times.x(moment)

    def place_of(self, point: SeriesPoint) -> QPointF:
        """Return the pixel of a date; without a value, on the axis of dates."""
        y = self.plot.bottom() if point.value is None else self._values.y(point.value)
        return QPointF(self._times.x(point.moment), y)

    def nearest(self, place: QPointF) -> SeriesPoint:
        """Return the date nearest to a pixel, of the line that is nearest there."""
        points = [point for line in self._lines for point in line.points]

        def distance(point: SeriesPoint) -> tuple[float, float]:
            found = self.place_of(point)
            return abs(found.x() - place.x()), abs(found.y() - place.y())

        return min(points, key=distance)

    def paint(
        self, painter: QPainter, marked: datetime.datetime | None = None, hovered: datetime.datetime | None = None
    ) -> None:
        """Draw the chart.

        Args:
            marked: moment of the date that the map shows.
            hovered: moment of the date under the pointer.
        """
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font)
        self._paint_values(painter)
        self._paint_dates(painter)
        if marked is not None and self._dates[0].moment <= marked <= self._dates[-1].moment:
            self._paint_marker(painter, marked)
        for number, line in enumerate(self._lines):
            self._paint_spread(painter, line, line_colour(number, self._palette))
        for number, line in enumerate(self._lines):
            self._paint_line(painter, line, line_colour(number, self._palette), hovered)
        self._paint_names(painter)

    # --- axes -----------------------------------------------------------------------------------------------------

    def _paint_values(self, painter: QPainter) -> None:
        ascent = (self._metrics.ascent() - self._metrics.descent()) / 2
        for tick in self._ticks:
            y, text = self._values.y(tick), decimal_text(tick, self._decimals)
            painter.setPen(QPen(faded(self._palette, 0.15, QPalette.ColorRole.WindowText), 1))
            painter.drawLine(QPointF(self.plot.left(), y), QPointF(self.plot.right(), y))
            painter.setPen(dimmed(self._palette))
            left = self.plot.left() - _GAP - self._metrics.horizontalAdvance(text)
            painter.drawText(QPointF(left, y + ascent), text)

    def _paint_dates(self, painter: QPainter) -> None:
        bottom, end = self.plot.bottom(), 0.0
        painter.setPen(QPen(faded(self._palette, 0.5, QPalette.ColorRole.WindowText), 1))
        painter.drawLine(self.plot.bottomLeft(), self.plot.bottomRight())
        for date in self._dates:
            x = self._times.x(date.moment)
            painter.drawLine(QPointF(x, bottom - _RUG), QPointF(x, bottom))
        painter.setPen(dimmed(self._palette))
        for tick in self._times.ticks(self._metrics.horizontalAdvance("0000 000")):
            moment = datetime.datetime.combine(tick.day, datetime.time(), datetime.UTC)
            text = tick_text(tick)
            width = self._metrics.horizontalAdvance(text)
            x = max(self.plot.left(), self._times.x(moment))
            left = min(max(self.plot.left(), x - width / 2), self.plot.right() - width)
            painter.drawLine(QPointF(x, bottom), QPointF(x, bottom + _TICK))
            if left >= end:
                painter.drawText(QPointF(left, bottom + _TICK + self._metrics.ascent()), text)
                end = left + width + self._metrics.averageCharWidth()

    def _paint_marker(self, painter: QPainter, marked: datetime.datetime) -> None:
        x, colour = self._times.x(marked), self._palette.color(QPalette.ColorRole.Highlight)
        painter.setPen(QPen(colour, 1))
        painter.drawLine(QPointF(x, self.plot.top()), QPointF(x, self.plot.bottom()))
        painter.setPen(QPen(self._palette.color(QPalette.ColorRole.Base), 1))
        painter.setBrush(colour)
        painter.drawEllipse(QPointF(x, self.plot.bottom()), _THUMB, _THUMB)  # as the thumb of the time bar

    # --- lines ----------------------------------------------------------------------------------------------------

    def _paint_spread(self, painter: QPainter, line: Line, colour: QColor) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        for opacity, low, high in (
            (_RANGE_OPACITY, "minimum", "maximum"),
            (_QUARTILES_OPACITY, "lower", "upper"),
        ):
            painter.setBrush(_transparent(colour, opacity))
            for run in line.runs():
                painter.drawPolygon(self._band(run, low, high))

    def _band(self, run: Sequence[SeriesPoint], low: str, high: str) -> QPolygonF:
        """Return the area between two figures; that of a single date is as wide as its dot."""
        parts = [(self._times.x(point.moment), point.spread) for point in run if point.spread is not None]
        if len(parts) == 1:
            parts = [(parts[0][0] + shift, parts[0][1]) for shift in (-_DOT, _DOT)]
        upper = [QPointF(x, self._values.y(getattr(spread, high))) for x, spread in parts]
        lower = [QPointF(x, self._values.y(getattr(spread, low))) for x, spread in reversed(parts)]
        return QPolygonF([*upper, *lower])

    def _paint_line(self, painter: QPainter, line: Line, colour: QColor, hovered: datetime.datetime | None) -> None:
        for run in line.runs():
            painter.setPen(QPen(colour, 1.6))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPolyline(QPolygonF([self.place_of(point) for point in run]))
            painter.setPen(QPen(self._palette.color(QPalette.ColorRole.Window), 1))
            painter.setBrush(colour)
            for point in run:
                radius = _HOVERED_DOT if point.moment == hovered else _DOT
                painter.drawEllipse(self.place_of(point), radius, radius)

    # --- legend ---------------------------------------------------------------------------------------------------

    def _placed_names(self, width: float) -> list[tuple[QRectF, str]]:
        """Return the entries of the legend with their places, in rows from the left."""
        placed: list[tuple[QRectF, str]] = []
        x, y, height = _EDGE, _EDGE / 2, self._metrics.height()
        for text in (*(shown_name(line.name, _LONGEST_NAME) for line in self._lines), *self._band_names()):
            needed = _SWATCH + _GAP + self._metrics.horizontalAdvance(text) + 1
            if placed and x + needed > width + _EDGE:
                x, y = _EDGE, y + height
            placed.append((QRectF(x, y, needed, height), text))
            x += needed + 2 * _GAP
        return placed

    def _band_names(self) -> list[str]:
        if not any(point.spread is not None for line in self._lines for point in line.points):
            return []
        return [
            translate("SeriesChart", "25 to 75 % of the pixels"),
            translate("SeriesChart", "Minimum to maximum"),
        ]

    def _paint_names(self, painter: QPainter) -> None:
        text_colour = QColor(self._palette.color(QPalette.ColorRole.WindowText))
        count = len(self._lines)
        for number, (box, text) in enumerate(self._names):
            swatch = QRectF(box.left(), box.center().y() - 1, _SWATCH, 2.0)
            colour = line_colour(number, self._palette)
            if number >= count:
                opacity = _RANGE_OPACITY if number > count else _RANGE_OPACITY + _QUARTILES_OPACITY
                colour = _transparent(line_colour(0, self._palette) if count == 1 else text_colour, opacity)
                swatch.adjust(0, 2 - box.height() / 3, 0, box.height() / 3 - 2)
            painter.fillRect(swatch, colour)
            painter.setPen(text_colour)
            left = box.left() + _SWATCH + _GAP
            painter.drawText(QPointF(left, box.top() + self._metrics.ascent()), text)


def _transparent(colour: QColor, opacity: float) -> QColor:
    found = QColor(colour)
    found.setAlphaF(opacity)
    return found


def _moment(point: SeriesPoint) -> datetime.datetime:
    return point.moment
