"""A picture over the map at a place that it may have, moved by drag and by keys; its stack is left out meanwhile."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsPointXY,
    QgsProject,
    QgsRectangle,
    QgsWkbTypes,
)
from qgis.gui import QgsMapCanvas, QgsMapCanvasItem, QgsMapMouseEvent, QgsMapTool, QgsRubberBand
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QEvent, QObject, QPointF, Qt, pyqtSignal, pyqtSlot
from qgis.PyQt.QtGui import QColor, QImage, QKeyEvent, QPainter, QPalette, QPolygonF, QTransform

from ..layers.geojson import geometry_of

if TYPE_CHECKING:
    from qgis.PyQt.QtWidgets import QStyleOptionGraphicsItem, QWidget

_ABOVE_MAP = -5.0  # QGIS's map is at -10, its rubber bands at 0 and above
_MANY = 10  # pixels that a key moves with Shift
_STEPS = {
    Qt.Key.Key_Left: (-1.0, 0.0),
    Qt.Key.Key_Right: (1.0, 0.0),
    Qt.Key.Key_Up: (0.0, -1.0),
    Qt.Key.Key_Down: (0.0, 1.0),
}


class Box(NamedTuple):
    """The place of a picture: a CRS by its code or WKT, and outer pixel edges in its units."""

    crs: str
    extent: tuple[float, float, float, float]


class PlacePreview(QObject):
    """Draws one picture over the canvas in place of some layers; call ``close`` in the end.

    ``moved(columns, rows)`` reports by how many pixels of the picture the user moved it, right and down.
    """

    moved = pyqtSignal(float, float)

    def __init__(self, canvas: QgsMapCanvas, layer_ids: Collection[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._canvas, self._left_out = canvas, layer_ids
        self._item = _PictureItem(canvas)
        self._bands: list[QgsRubberBand] = []
        self._image, self._box = QImage(), Box("", (0.0, 0.0, 0.0, 0.0))
        self._others: Sequence[Box] = ()
        self._outline: Mapping[str, Any] | None = None
        self._tool = _MoveTool(canvas, self._item)
        self._tool.moved.connect(self.moved)
        self._former = canvas.mapTool()
        canvas.setMapTool(self._tool)
        canvas.installEventFilter(self)
        canvas.destinationCrsChanged.connect(self._draw)
        canvas.layersChanged.connect(self._leave_out)
        self._leave_out()

    def show(self, image: QImage, box: Box, others: Sequence[Box], outline: Mapping[str, Any] | None) -> None:
        """Draw a picture at a place, with the boxes of other places and the outline of the AOI."""
        self._image, self._box, self._others, self._outline = image, box, others, outline
        self._draw()

    def close(self) -> None:
        """Show the layers again, and give the canvas back as it was."""
        if sip.isdeleted(self._canvas):
            return
        canvas = self._canvas
        canvas.removeEventFilter(self)
        canvas.destinationCrsChanged.disconnect(self._draw)
        canvas.layersChanged.disconnect(self._leave_out)
        if canvas.mapTool() is self._tool:
            canvas.unsetMapTool(self._tool)
            if self._former is not None and not sip.isdeleted(self._former):
                canvas.setMapTool(self._former)
        self._tool.deleteLater()
        for item in (self._item, *self._bands):
            canvas.scene().removeItem(item)
        self._put_back()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt)
        """Move the picture by a pixel an arrow key, by ten with Shift; QGIS would move the map as well."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress or event.key() not in _STEPS:
            return False
        columns, rows = _STEPS[event.key()]
        factor = _MANY if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        self.moved.emit(columns * factor, rows * factor)
        return True

    @pyqtSlot()
    def _leave_out(self) -> None:
        """Draw the map without the layers, also after the layer tree set its layers again."""
        layers = self._canvas.layers()
        if any(layer.id() in self._left_out for layer in layers):
            self._canvas.setLayers([layer for layer in layers if layer.id() not in self._left_out])

    def _put_back(self) -> None:
        """Draw the layers that are visible in the layer tree by now: the canvas was told of no change of the others."""
        root = QgsProject.instance().layerTreeRoot()
        visible = {layer.id() for layer in root.checkedLayers()}
        self._canvas.setLayers([layer for layer in root.layerOrder() if layer.id() in visible])

    @pyqtSlot()
    def _draw(self) -> None:
        for band in self._bands:
            self._canvas.scene().removeItem(band)
        self._bands = [self._band(corners, Qt.PenStyle.DashLine) for corners in map(self._corners, self._others)]
        if self._outline is not None:
            band = self._band((), Qt.PenStyle.SolidLine)
            band.setToGeometry(geometry_of(self._outline), QgsCoordinateReferenceSystem("EPSG:4326"))
            self._bands.append(band)
        self._item.show_at(self._image, self._corners(self._box))

    def _band(self, corners: Sequence[QgsPointXY], pen: Qt.PenStyle) -> QgsRubberBand:
        band = QgsRubberBand(self._canvas, QgsWkbTypes.GeometryType.PolygonGeometry)
        band.setStrokeColor(self._canvas.palette().color(QPalette.ColorRole.Highlight))
        band.setFillColor(QColor(Qt.GlobalColor.transparent))
        band.setLineStyle(pen)
        band.setWidth(2 if pen is Qt.PenStyle.SolidLine else 1)
        for corner in corners:
            band.addPoint(corner)
        return band

    def _corners(self, box: Box) -> list[QgsPointXY]:
        """Return the corners of a box on the map, the upper left first, clockwise; none where the map has none."""
        west, south, east, north = box.extent
        target = self._canvas.mapSettings().destinationCrs()
        way = QgsCoordinateTransform(QgsCoordinateReferenceSystem(box.crs), target, QgsProject.instance())
        try:
            return [
                way.transform(QgsPointXY(x, y)) for x, y in ((west, north), (east, north), (east, south), (west, south))
            ]
        except QgsCsException:
            return []


class _PictureItem(QgsMapCanvasItem):
    """A picture drawn between four corners on the map."""

    def __init__(self, canvas: QgsMapCanvas) -> None:
        super().__init__(canvas)
        self._image = QImage()
        self._corners: Sequence[QgsPointXY] = ()
        self.setZValue(_ABOVE_MAP)

    def show_at(self, image: QImage, corners: Sequence[QgsPointXY]) -> None:
        """Draw a picture between its corners; nothing where there are none."""
        self._image, self._corners = image, corners
        self.setVisible(bool(corners) and not image.isNull())
        self.updatePosition()
        self.update()

    def updatePosition(self) -> None:  # noqa: N802 (QGIS)
        """Follow the map."""
        if self._corners:
            xs, ys = [corner.x() for corner in self._corners], [corner.y() for corner in self._corners]
            self.setRect(QgsRectangle(min(xs), min(ys), max(xs), max(ys)))

    def on_canvas(self) -> QTransform | None:
        """Return the way from pixels of the picture to the canvas; ``None`` where there is none."""
        width, height = self._image.width(), self._image.height()
        pixels = QPolygonF([QPointF(0, 0), QPointF(width, 0), QPointF(width, height), QPointF(0, height)])
        found = QTransform()
        corners = QPolygonF([self.toCanvasCoordinates(corner) for corner in self._corners])
        return found if len(corners) == len(pixels) and QTransform.quadToQuad(pixels, corners, found) else None

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem | None = None, widget: QWidget | None = None
    ) -> None:
        """Draw the picture with its pixels as they are."""
        way = self.on_canvas()
        if way is not None:
            painter.setTransform(way * QTransform.fromTranslate(-self.pos().x(), -self.pos().y()), True)
            painter.drawImage(0, 0, self._image)


class _MoveTool(QgsMapTool):
    """A map tool that moves the picture by drag."""

    moved = pyqtSignal(float, float)

    def __init__(self, canvas: QgsMapCanvas, item: _PictureItem) -> None:
        super().__init__(canvas)
        self._item = item
        self._last: QPointF | None = None
        self.setCursor(Qt.CursorShape.SizeAllCursor)

    def canvasPressEvent(self, event: QgsMapMouseEvent) -> None:  # noqa: N802 (QGIS)
        """Grasp the picture."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._last = self._pixel(event)

    def canvasMoveEvent(self, event: QgsMapMouseEvent) -> None:  # noqa: N802 (QGIS)
        """Move the picture along; it lies elsewhere afterwards, so that the same pixel stays under the pointer."""
        now = self._pixel(event)
        if self._last is not None and now is not None:
            self.moved.emit(now.x() - self._last.x(), now.y() - self._last.y())

    def canvasReleaseEvent(self, _event: QgsMapMouseEvent) -> None:  # noqa: N802 (QGIS)
        """Let the picture lie."""
        self._last = None

    def _pixel(self, event: QgsMapMouseEvent) -> QPointF | None:
        """Return the pixel of the picture under the pointer."""
        way = self._item.on_canvas()
        inverted, can = way.inverted() if way is not None else (QTransform(), False)
        return inverted.map(QPointF(event.pos())) if can else None
