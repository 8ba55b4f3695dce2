"""Layers of ours whose files are gone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qgis.core import QgsMapLayer, QgsProject

from ..files.image_cache import files_of
from . import identity, sources

if TYPE_CHECKING:
    from .provenance import Provenance


def missing(project: QgsProject) -> dict[str, Provenance]:
    """Return the provenance of the layers of ours whose files are gone, by the layer's id."""
    ours = ((layer, identity.of(layer)) for layer in project.mapLayers().values())
    return {layer.id(): origin for layer, origin in ours if origin is not None and _is_missing(layer)}


def folders(project: QgsProject) -> set[Path]:
    """Return the folders with the files of our layers."""
    ours = (layer for layer in project.mapLayers().values() if identity.of(layer) is not None)
    return {sources.path(layer).parent for layer in ours}


def _is_missing(layer: QgsMapLayer) -> bool:
    return not layer.isValid() or not all(file.is_file() for file in files_of(sources.path(layer)))
