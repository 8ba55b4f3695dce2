"""Map tools that choose the place of a series: a click for a point or a polygon, or a polygon that is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import QgsGeometry, QgsPointXY, QgsWkbTypes
from qgis.gui import QgsMapMouseEvent, QgsMapTool, QgsRubberBand
from qgis.PyQt import sip
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtGui import QColor, QKeyEvent, QPalette

if TYPE_CHECKING:
    from qgis.gui import QgsMapCanvas
    from qgis.PyQt.QtWidgets import QAction

_FEWEST = 3  # corners
_FILL = 40


class ClickTool(QgsMapTool):
    """Reports each click on the map in its CRS; its action is checked while it is in use."""

    clicked = pyqtSignal(QgsPointXY)

    def __init__(self, canvas: QgsMapCanvas, action: QAction) -> None:
        super().__init__(canvas)
        self.setAction(action)
        self.setCursor(Qt.CursorShape.CrossCursor)

    def canvasReleaseEvent(self, event: QgsMapMouseEvent) -> None:  # noqa: N802 (QGIS)
        """Report where the left button was released."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit(self.toMapCoordinates(event.pos()))


class DrawTool(QgsMapTool):
    """Reports a polygon that is drawn, in the CRS of the map: left clicks are corners, a right click ends it.

    Backspace takes the last corner back, Escape drops the polygon, Return ends it.
    """

    drawn = pyqtSignal(QgsGeometry)

    def __init__(self, canvas: QgsMapCanvas, action: QAction) -> None:
        super().__init__(canvas)
        self.setAction(action)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self._corners: list[QgsPointXY] = []
        self._band: QgsRubberBand | None = None

    def canvasReleaseEvent(self, event: QgsMapMouseEvent) -> None:  # noqa: N802 (QGIS)
        """Add a corner, or end the polygon."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._corners.append(self.toMapCoordinates(event.pos()))
            self._show(self._corners)
        elif event.button() == Qt.MouseButton.RightButton:
            self._finish()

    def canvasMoveEvent(self, event: QgsMapMouseEvent) -> None:  # noqa: N802 (QGIS)
        """Draw the polygon as it would be with a corner at the pointer."""
        if self._corners:
            self._show([*self._corners, self.toMapCoordinates(event.pos())])

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt)
        """Take back, drop or end."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._finish()
        elif event.key() in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete) and self._corners:
            self._show_only(self._corners[:-1])
        elif event.key() == Qt.Key.Key_Escape and self._corners:
            self._show_only([])
        else:
            event.ignore()
            return
        event.accept()

    def deactivate(self) -> None:
        """Drop a polygon that was begun."""
        self._show_only([])
        super().deactivate()

    def _finish(self) -> None:
        corners = self._corners
        self._show_only([])
        if len(corners) >= _FEWEST:
            self.drawn.emit(QgsGeometry.fromPolygonXY([[*corners, corners[0]]]))

    def _show_only(self, corners: list[QgsPointXY]) -> None:
        self._corners = corners
        self._show(corners)

    def _show(self, corners: list[QgsPointXY]) -> None:
        canvas = self.canvas()
        if self._band is not None and not sip.isdeleted(canvas):
            canvas.scene().removeItem(self._band)
        self._band = None
        if not corners:
            return
        self._band = polygon_band(canvas)
        for corner in corners:
            self._band.addPoint(corner)


def polygon_band(canvas: QgsMapCanvas) -> QgsRubberBand:
    """Return a rubber band for the polygon of a series."""
    band = QgsRubberBand(canvas, QgsWkbTypes.GeometryType.PolygonGeometry)
    colour = QColor(canvas.palette().color(QPalette.ColorRole.Highlight))
    band.setStrokeColor(colour)
    colour.setAlpha(_FILL)
    band.setFillColor(colour)
    band.setWidth(2)
    return band
