"""AOIs on the map canvas: the outline of the selected one, and the way to it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsGeometry,
    QgsJsonUtils,
    QgsProject,
    QgsWkbTypes,
)
from qgis.gui import QgsMapCanvas, QgsRubberBand
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject, Qt, pyqtSlot
from qgis.PyQt.QtGui import QColor, QPalette

MARGIN = 1.15


class AoiOutline(QObject):
    """Draws one AOI's outline over the map, in whatever CRS the map has, and zooms to it; call ``close`` in the end."""

    def __init__(self, canvas: QgsMapCanvas, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self._geometry: Mapping[str, Any] | None = None
        self._band: QgsRubberBand | None = None
        canvas.destinationCrsChanged.connect(self._draw)

    def show(self, geometry: Mapping[str, Any] | None) -> None:
        """Draw the outline of a GeoJSON geometry in longitude and latitude; ``None`` takes it away."""
        self._geometry = geometry
        self._draw()

    @pyqtSlot()
    def _draw(self) -> None:
        """Draw the outline anew: a rubber band keeps map coordinates, which another CRS makes meaningless."""
        self._remove_band()
        if self._geometry is None:
            return
        band = QgsRubberBand(self._canvas, QgsWkbTypes.GeometryType.PolygonGeometry)
        band.setStrokeColor(self._canvas.palette().color(QPalette.ColorRole.Highlight))
        band.setFillColor(QColor(Qt.GlobalColor.transparent))  # the map below is what people look at
        band.setWidth(2)
        band.setToGeometry(geometry_of(self._geometry), QgsCoordinateReferenceSystem("EPSG:4326"))
        self._band = band

    def zoom(self, geometry: Mapping[str, Any]) -> bool:
        """Show the whole geometry with a little room around; tell whether the map's CRS can show it."""
        target = self._canvas.mapSettings().destinationCrs()
        transform = QgsCoordinateTransform(QgsCoordinateReferenceSystem("EPSG:4326"), target, QgsProject.instance())
        try:
            extent = transform.transformBoundingBox(geometry_of(geometry).boundingBox())
        except QgsCsException:
            return False
        extent.scale(MARGIN)
        self._canvas.setExtent(extent)
        self._canvas.refresh()
        return True

    def close(self) -> None:
        """Take the outline from the map, and disconnect from it."""
        self._geometry = None
        self._remove_band()
        if not sip.isdeleted(self._canvas):
            self._canvas.destinationCrsChanged.disconnect(self._draw)

    def _remove_band(self) -> None:
        if self._band is not None and not sip.isdeleted(self._canvas):
            self._canvas.scene().removeItem(self._band)
        self._band = None


def geometry_of(geometry: Mapping[str, Any]) -> QgsGeometry:
    """Return the QGIS geometry of a GeoJSON geometry; empty where it cannot be read."""
    return QgsJsonUtils.geometryFromGeoJson(json.dumps(geometry))
