"""AOIs on the map canvas: the outline of the selected one, and the way to it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsGeometry,
    QgsProject,
    QgsRectangle,
    QgsWkbTypes,
)
from qgis.gui import QgsMapCanvas, QgsRubberBand
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QMetaObject, QObject, Qt, pyqtSlot
from qgis.PyQt.QtGui import QColor, QPalette

from ..layers.geojson import geometry_of

MARGIN = 1.15
_SMALLEST_PART = 0.05  # of the map; smaller, an AOI is a dot
_SHOW_CANVAS = "showMapCanvas()"
_EARTH = QgsRectangle(-360, -90, 360, 90)  # degrees; an outline may go on beyond the antimeridian


class InView(Enum):
    """Share of an AOI that the map shows."""

    WHOLE = "whole"
    PART = "part"
    DOT = "dot"
    NOTHING = "nothing"


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
        """Draw the outline again: a rubber band keeps map coordinates, which another CRS makes meaningless."""
        self._remove_band()
        if self._geometry is None:
            return
        band = QgsRubberBand(self._canvas, QgsWkbTypes.GeometryType.PolygonGeometry)
        band.setStrokeColor(self._canvas.palette().color(QPalette.ColorRole.Highlight))
        band.setFillColor(QColor(Qt.GlobalColor.transparent))  # the map below must stay visible
        band.setWidth(2)
        band.setToGeometry(_on_earth(self._geometry), QgsCoordinateReferenceSystem("EPSG:4326"))
        self._band = band

    def zoom(self, geometry: Mapping[str, Any]) -> bool:
        """Zoom to the geometry with a margin; return whether the map's CRS can show it."""
        extent = self._extent_of(geometry)
        if extent is None:
            return False
        show_canvas(self._canvas)
        extent.scale(MARGIN)
        self._canvas.setExtent(extent)
        self._canvas.refresh()
        return True

    def sees(self, geometry: Mapping[str, Any]) -> bool:
        """Return whether the map shows the whole geometry, and not as a mere dot."""
        return self.view_of(geometry) is InView.WHOLE

    def view_of(self, geometry: Mapping[str, Any]) -> InView:
        """Return how much of a geometry the map shows."""
        shape, view = self._on_map(geometry), self._canvas.extent()
        if shape is None or not self._canvas.isVisible() or not shape.intersects(view):
            return InView.NOTHING
        extent = shape.boundingBox()
        if not view.contains(extent):
            return InView.PART
        part = max(extent.width() / view.width(), extent.height() / view.height())
        return InView.WHOLE if part >= _SMALLEST_PART else InView.DOT

    def _on_map(self, geometry: Mapping[str, Any]) -> QgsGeometry | None:
        """Return a geometry in the map's CRS, which may not be able to show it."""
        shape = _on_earth(geometry)
        try:
            shape.transform(self._transform())
        except QgsCsException:
            return None
        return shape

    def _extent_of(self, geometry: Mapping[str, Any]) -> QgsRectangle | None:
        """Return the extent of a geometry in the map's CRS, which may not be able to show it."""
        shape = _on_earth(geometry)
        if shape.isEmpty():
            return None
        try:
            return self._transform().transformBoundingBox(shape.boundingBox())
        except QgsCsException:
            return None

    def _transform(self) -> QgsCoordinateTransform:
        target = self._canvas.mapSettings().destinationCrs()
        return QgsCoordinateTransform(QgsCoordinateReferenceSystem("EPSG:4326"), target, QgsProject.instance())

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


def _on_earth(geometry: Mapping[str, Any]) -> QgsGeometry:
    """Return the QGIS geometry of a GeoJSON geometry; empty where it cannot be read or leaves the Earth."""
    shape = geometry_of(geometry)
    return shape if _EARTH.contains(shape.boundingBox()) else QgsGeometry()


def show_canvas(canvas: QgsMapCanvas) -> None:
    """Show the map where QGIS's welcome page covers it, by QGIS's own slot."""
    window = canvas.window()
    if not canvas.isVisible() and window.metaObject().indexOfMethod(_SHOW_CANVAS) >= 0:
        QMetaObject.invokeMethod(window, _SHOW_CANVAS.removesuffix("()"))
