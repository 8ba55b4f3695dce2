"""Two dates on one map: the compared one to the right of a line that can be dragged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from qgis.core import QgsMapRendererParallelJob, QgsMapSettings
from qgis.gui import QgsMapCanvasItem
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QEvent, QObject, QPointF, QRectF, Qt, pyqtSlot
from qgis.PyQt.QtGui import QImage, QMouseEvent, QPainter, QPalette, QPen

if TYPE_CHECKING:
    from qgis.core import QgsDateTimeRange, QgsMapLayer, QgsRectangle
    from qgis.gui import QgsMapCanvas
    from qgis.PyQt.QtWidgets import QStyleOptionGraphicsItem, QWidget

_ABOVE_MAP = -5.0  # QGIS's map is at -10, its rubber bands at 0 and above
_REACH = 8  # pixels beside the line where it can be grasped
_GRIP = 9.0
_PADDING, _EDGE = 4.0, 6.0


class Swipe(QObject):
    """Draws other layers over a part of the canvas; call ``close`` in the end."""

    def __init__(self, canvas: QgsMapCanvas, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self._item: _SwipeItem | None = None
        self._job: QgsMapRendererParallelJob | None = None  # the latest; deleted while it emits, a job would crash
        self._ending: list[QgsMapRendererParallelJob] = []  # cancelled, and deleted once they have ended
        self._layers: list[QgsMapLayer] = []
        self._span: QgsDateTimeRange | None = None
        self._is_dragged = False

    @property
    def is_shown(self) -> bool:
        """Return whether two dates are compared."""
        return self._item is not None

    @property
    def position(self) -> float:
        """Return where the line is, 0 at the left edge of the map and 1 at the right."""
        return self._item.position if self._item is not None else 0.0

    def show(self, layers: Sequence[QgsMapLayer], span: QgsDateTimeRange | None, labels: tuple[str, str]) -> None:
        """Draw layers to the right of the line.

        Args:
            layers: in drawing order, the uppermost first.
            span: range of time that they are drawn in; all times without it.
            labels: of the map at the left and at the right.
        """
        self._layers, self._span = list(layers), span
        if self._item is None:
            self._item = _SwipeItem(self._canvas)
            self._canvas.viewport().installEventFilter(self)
            self._canvas.mapCanvasRefreshed.connect(self._render)
        self._item.labels = labels
        self._render()

    @property
    def is_drawing(self) -> bool:
        """Return whether the layers are being drawn."""
        return self._job is not None and self._job.isActive()

    def hide(self) -> None:
        """Show the map alone."""
        if self._item is None:
            return
        self._cancel()
        item, self._item = self._item, None
        self._layers = []
        if sip.isdeleted(self._canvas):
            return
        self._canvas.mapCanvasRefreshed.disconnect(self._render)
        self._canvas.viewport().removeEventFilter(self)
        self._canvas.viewport().unsetCursor()
        self._canvas.scene().removeItem(item)

    close = hide

    @pyqtSlot()
    def _render(self) -> None:
        """Draw the layers anew where the map is."""
        self._cancel()
        settings = QgsMapSettings(self._canvas.mapSettings())
        settings.setLayers([layer for layer in self._layers if not sip.isdeleted(layer)])
        settings.setBackgroundColor(self._canvas.canvasColor())
        settings.setIsTemporal(self._span is not None)
        if self._span is not None:
            settings.setTemporalRange(self._span)
        self._job = QgsMapRendererParallelJob(settings)
        self._job.finished.connect(self._on_rendered)
        self._job.start()

    @pyqtSlot()
    def _on_rendered(self) -> None:
        if self._job is not None and self._item is not None:
            self._item.set_image(self._job.renderedImage(), self._job.mapSettings().visibleExtent())

    def _cancel(self) -> None:
        """Stop drawing without waiting for it: a slow layer would hold up the window."""
        job, self._job = self._job, None
        self._ending = [each for each in self._ending if each.isActive()]
        if job is not None:
            job.finished.disconnect(self._on_rendered)
            job.cancelWithoutBlocking()
            self._ending.append(job)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt)
        """Let the line be dragged; every other event is the map tool's."""
        if self._item is None or not isinstance(event, QMouseEvent):
            return False
        is_left = event.button() == Qt.MouseButton.LeftButton
        if event.type() == QEvent.Type.MouseButtonPress and is_left and self._is_near(event):
            self._is_dragged = True
        elif event.type() == QEvent.Type.MouseButtonRelease and is_left and self._is_dragged:
            self._is_dragged = False
        elif event.type() == QEvent.Type.MouseMove and self._is_dragged:
            self._item.move_to(event.pos().x() / max(1, self._canvas.viewport().width()))
        else:
            self._show_cursor(event)
            return False
        return True

    def _show_cursor(self, event: QMouseEvent) -> None:
        viewport = self._canvas.viewport()
        if self._is_near(event):
            viewport.setCursor(Qt.CursorShape.SplitHCursor)
        else:
            viewport.unsetCursor()  # that of the map tool, which is the canvas's

    def _is_near(self, event: QMouseEvent) -> bool:
        return bool(abs(event.pos().x() - self.position * self._canvas.viewport().width()) <= _REACH)


class _SwipeItem(QgsMapCanvasItem):
    """The part of the other map at the right of the line, and the line with the labels of both."""

    def __init__(self, canvas: QgsMapCanvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._image: QImage | None = None
        self.position = 0.5
        self.labels = ("", "")
        self.setZValue(_ABOVE_MAP)

    def set_image(self, image: QImage, extent: QgsRectangle) -> None:
        """Show another picture of the map."""
        self._image = image
        self.setRect(extent)
        self.update()

    def move_to(self, position: float) -> None:
        """Move the line to a part of the map's width."""
        self.position = min(1.0, max(0.0, position))
        self.update()

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem | None = None, widget: QWidget | None = None
    ) -> None:
        """Draw the other map, the line and the labels."""
        if self._image is None:
            return
        viewport, whole = self._canvas.viewport().rect(), self.boundingRect()
        visible = QRectF(viewport).translated(-self.pos())
        x = visible.left() + self.position * visible.width()
        painter.save()
        painter.setClipRect(QRectF(x, whole.top(), whole.right() - x, whole.height()))
        painter.drawImage(whole, self._image)
        painter.restore()
        self._paint_line(painter, x, visible)
        self._paint_label(painter, self.labels[0], x, visible, is_left=True)
        self._paint_label(painter, self.labels[1], x, visible, is_left=False)

    def _paint_line(self, painter: QPainter, x: float, visible: QRectF) -> None:
        palette = self._canvas.palette()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for role, width in ((QPalette.ColorRole.Base, 4.0), (QPalette.ColorRole.Highlight, 2.0)):
            painter.setPen(QPen(palette.color(role), width))
            painter.drawLine(QPointF(x, visible.top()), QPointF(x, visible.bottom()))
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Base), 2.0))
        painter.setBrush(palette.color(QPalette.ColorRole.Highlight))
        painter.drawEllipse(QPointF(x, visible.center().y()), _GRIP, _GRIP)

    def _paint_label(self, painter: QPainter, text: str, x: float, visible: QRectF, *, is_left: bool) -> None:
        palette, metrics = self._canvas.palette(), painter.fontMetrics()
        width, height = metrics.horizontalAdvance(text) + 2 * _PADDING, metrics.height() + 2 * _PADDING
        left = x - _EDGE - width if is_left else x + _EDGE
        box = QRectF(left, visible.top() + _EDGE, width, height)
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Mid), 1.0))
        painter.setBrush(palette.color(QPalette.ColorRole.Base))
        painter.drawRoundedRect(box, 3, 3)
        painter.setPen(palette.color(QPalette.ColorRole.Text))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), text)
