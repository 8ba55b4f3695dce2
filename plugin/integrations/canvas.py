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
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QColor, QPalette

MARGIN = 1.15


class AoiOutline:
    """Draws one AOI's outline over the map and zooms to it; owns its rubber band until ``remove``."""

    def __init__(self, canvas: QgsMapCanvas) -> None:
        self._canvas = canvas
        self._band: QgsRubberBand | None = None

    def show(self, geometry: Mapping[str, Any] | None) -> None:
        """Draw the outline of a GeoJSON geometry in longitude and latitude; ``None`` takes it away."""
        self.remove()
        if geometry is None:
            return
        band = QgsRubberBand(self._canvas, QgsWkbTypes.GeometryType.PolygonGeometry)
        band.setStrokeColor(self._canvas.palette().color(QPalette.ColorRole.Highlight))
        band.setFillColor(QColor(Qt.GlobalColor.transparent))  # the map below is what people look at
        band.setWidth(2)
        band.setToGeometry(geometry_of(geometry), QgsCoordinateReferenceSystem("EPSG:4326"))
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

    def remove(self) -> None:
        """Take the outline from the map."""
        if self._band is not None and not sip.isdeleted(self._canvas):
            self._canvas.scene().removeItem(self._band)
        self._band = None


def geometry_of(geometry: Mapping[str, Any]) -> QgsGeometry:
    """Return the QGIS geometry of a GeoJSON geometry; empty where it cannot be read."""
    return QgsJsonUtils.geometryFromGeoJson(json.dumps(geometry))
