"""The place of a series, marked on the map: a pin or a polygon."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsGeometry,
    QgsProject,
    QgsWkbTypes,
)
from qgis.gui import QgsVertexMarker
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject, Qt, pyqtSlot
from qgis.PyQt.QtGui import QColor, QPalette

from .place_tools import polygon_band

if TYPE_CHECKING:
    from qgis.gui import QgsMapCanvas, QgsMapCanvasItem

_SIZE, _PEN = 14, 3


class PlaceMark(QObject):
    """Marks one place in whatever CRS the map has; call ``close`` in the end."""

    def __init__(self, canvas: QgsMapCanvas, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self._place: tuple[QgsGeometry, QgsCoordinateReferenceSystem] | None = None
        self._item: QgsMapCanvasItem | None = None
        canvas.destinationCrsChanged.connect(self._draw)

    def show(self, geometry: QgsGeometry, crs: QgsCoordinateReferenceSystem) -> None:
        """Mark a point or a polygon, instead of the place that was marked."""
        self._place = geometry, crs
        self._draw()

    def clear(self) -> None:
        """Mark no place."""
        self._place = None
        self._draw()

    def close(self) -> None:
        """Take the mark from the map, and disconnect from it."""
        self.clear()
        if not sip.isdeleted(self._canvas):
            self._canvas.destinationCrsChanged.disconnect(self._draw)

    @pyqtSlot()
    def _draw(self) -> None:
        """Draw the mark again: canvas items keep map coordinates, which another CRS makes meaningless."""
        if self._item is not None and not sip.isdeleted(self._canvas):
            self._canvas.scene().removeItem(self._item)
        self._item = None
        if self._place is None or sip.isdeleted(self._canvas):
            return
        geometry = QgsGeometry(self._place[0])
        target = self._canvas.mapSettings().destinationCrs()
        try:
            geometry.transform(QgsCoordinateTransform(self._place[1], target, QgsProject.instance()))
        except QgsCsException:  # the map cannot show the place
            return
        is_point = geometry.type() == QgsWkbTypes.GeometryType.PointGeometry
        self._item = self._pin(geometry) if is_point else self._outline(geometry)

    def _pin(self, geometry: QgsGeometry) -> QgsVertexMarker:
        pin = QgsVertexMarker(self._canvas)
        pin.setIconType(QgsVertexMarker.IconType.ICON_CIRCLE)
        pin.setIconSize(_SIZE)
        pin.setPenWidth(_PEN)
        pin.setColor(self._canvas.palette().color(QPalette.ColorRole.Highlight))
        pin.setFillColor(QColor(255, 255, 255, 90))
        pin.setCenter(geometry.asPoint())
        return pin

    def _outline(self, geometry: QgsGeometry) -> QgsMapCanvasItem:
        band = polygon_band(self._canvas)
        band.setFillColor(QColor(Qt.GlobalColor.transparent))  # a tint would change the colours of the legend
        band.setToGeometry(geometry, None)
        return band
