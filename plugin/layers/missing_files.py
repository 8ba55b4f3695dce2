"""Layers of ours whose files are gone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qgis.core import QgsMapLayer, QgsProject, QgsRasterLayer

from ..files.image_cache import files_of, is_whole
from . import identity, sources

if TYPE_CHECKING:
    from .provenance import Provenance


def missing(project: QgsProject) -> dict[str, Provenance]:
    """Return the provenance of the layers of ours whose files are gone, by the layer's id."""
    ours = ((layer, identity.of(layer)) for layer in project.mapLayers().values())
    return {layer.id(): origin for layer, origin in ours if origin is not None and _is_missing(layer)}


def damaged(layer: QgsMapLayer) -> tuple[Path, ...]:
    """Return the files of a layer that QGIS cannot open though they are there."""
    return () if layer.isValid() else tuple(file for file in files_of(sources.path(layer)) if file.is_file())


def returned(project: QgsProject) -> list[QgsRasterLayer]:
    """Return the layers of ours that could not be opened, and whose files are all there now."""
    rasters = (layer for layer in project.mapLayers().values() if isinstance(layer, QgsRasterLayer))
    unopened = (layer for layer in rasters if not layer.isValid() and identity.of(layer) is not None)
    return [layer for layer in unopened if damaged(layer) == files_of(sources.path(layer))]


def folders(project: QgsProject) -> set[Path]:
    """Return the folders with the files of our layers."""
    ours = (layer for layer in project.mapLayers().values() if identity.of(layer) is not None)
    return {sources.path(layer).parent for layer in ours}


def _is_missing(layer: QgsMapLayer) -> bool:
    return not layer.isValid() or not all(map(is_whole, files_of(sources.path(layer))))
