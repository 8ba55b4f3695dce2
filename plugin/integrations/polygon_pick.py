"""The polygon under a point of the map: of a vector layer, or the outline of an AOI."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsFeatureRequest,
    QgsGeometry,
    QgsMapLayer,
    QgsPointXY,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
    QgsVectorLayerUtils,
    QgsWkbTypes,
)

from ..layers.geojson import geometry_of

Shape = tuple[QgsGeometry, QgsCoordinateReferenceSystem, str]  # with its name
_DEGREES = "EPSG:4326"


def polygon_of_layer(layer: QgsMapLayer | None, point: QgsPointXY, crs: QgsCoordinateReferenceSystem) -> Shape | None:
    """Return the polygon of a vector layer at a point, with its display name; of several the smallest."""
    is_polygons = isinstance(layer, QgsVectorLayer) and layer.geometryType() == QgsWkbTypes.GeometryType.PolygonGeometry
    if layer is None or not is_polygons or not layer.crs().isValid():
        return None
    place = _moved(point, crs, layer.crs())
    if place is None:
        return None
    request = QgsFeatureRequest().setFilterRect(QgsRectangle(place, place))
    holding = [each for each in layer.getFeatures(request) if each.geometry().contains(place)]
    if not holding:
        return None
    found = min(holding, key=lambda feature: feature.geometry().area())
    name = QgsVectorLayerUtils.getFeatureDisplayString(layer, found) or found.id()
    return found.geometry(), layer.crs(), f"{layer.name()}, {name}"


def outline_at(
    outlines: Iterable[tuple[str, Mapping[str, Any] | None]], point: QgsPointXY, crs: QgsCoordinateReferenceSystem
) -> Shape | None:
    """Return the outline at a point; of several the smallest.

    Args:
        outlines: names, and GeoJSON geometries in longitude and latitude.
    """
    degrees = QgsCoordinateReferenceSystem(_DEGREES)
    place = _moved(point, crs, degrees)
    if place is None:
        return None
    shapes = [(geometry_of(outline), name) for name, outline in outlines if outline is not None]
    holding = [(shape, name) for shape, name in shapes if shape.contains(place)]
    if not holding:
        return None
    shape, name = min(holding, key=lambda each: each[0].area())
    return shape, degrees, name


def degrees_of(point: QgsPointXY, crs: QgsCoordinateReferenceSystem) -> QgsPointXY | None:
    """Return a point of a map in longitude and latitude, ``None`` where it has no place on Earth."""
    return _moved(point, crs, QgsCoordinateReferenceSystem(_DEGREES))


def _moved(
    point: QgsPointXY, source: QgsCoordinateReferenceSystem, target: QgsCoordinateReferenceSystem
) -> QgsPointXY | None:
    try:
        return QgsCoordinateTransform(source, target, QgsProject.instance()).transform(point)
    except QgsCsException:
        return None
