"""Search for layers that are drawn above a layer and may hide it."""

from __future__ import annotations

from qgis.core import (
    QgsCoordinateTransform,
    QgsCsException,
    QgsLayerTreeGroup,
    QgsMapLayer,
    QgsProject,
    QgsRasterLayer,
)


def opaque_above(project: QgsProject, layer: QgsMapLayer) -> list[QgsRasterLayer]:
    """Return the visible opaque rasters above a layer that share a place with it, uppermost first."""
    root = project.layerTreeRoot()
    order = root.layerOrder()
    above = order[: order.index(layer)] if layer in order else []
    return [other for other in above if _is_opaque(root, other) and overlap(other, layer, project)]


def overlap(layer: QgsMapLayer, other: QgsMapLayer, project: QgsProject) -> bool:
    """Return whether two layers overlap; they may where that cannot be determined."""
    transform = QgsCoordinateTransform(layer.crs(), other.crs(), project)
    try:
        return bool(transform.transformBoundingBox(layer.extent()).intersects(other.extent()))
    except QgsCsException:
        return True


def _is_opaque(root: QgsLayerTreeGroup, layer: QgsMapLayer) -> bool:
    node = root.findLayer(layer.id())
    return node is not None and node.isVisible() and layer.opacity() == 1 and isinstance(layer, QgsRasterLayer)
