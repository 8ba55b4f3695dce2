"""Layers of ours whose files are gone, and files put under them again.

QGIS keeps a layer whose file is missing, with all that the project says of it, and draws it as before once it has a
file: order, styles, visibility and times stay.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qgis.core import QgsDataProvider, QgsMapLayer, QgsProject, QgsRasterLayer

from ..imagery.errors import RasterUnreadable
from ..imagery.sidecars import no_sidecar_files
from ..imagery.wrapping import files_of
from . import builder, identity, provenance, sources
from .own_style import own_style

if TYPE_CHECKING:
    from ..imagery.loaded import LoadedImage
    from .provenance import Provenance


def missing(project: QgsProject) -> dict[str, Provenance]:
    """Return the provenance of the layers of ours whose files are gone, by the layer's id."""
    ours = ((layer, identity.of(layer)) for layer in project.mapLayers().values())
    return {layer.id(): origin for layer, origin in ours if origin is not None and _is_missing(layer)}


def folders(project: QgsProject) -> set[Path]:
    """Return the folders with the files of our layers."""
    ours = (layer for layer in project.mapLayers().values() if identity.of(layer) is not None)
    return {sources.path(layer).parent for layer in ours}


def restore(layer: QgsRasterLayer, image: LoadedImage) -> None:
    """Put a fetched image under its layer, which keeps its style; classes are drawn by the legend they were made by.

    Raises:
        RasterUnreadable: the file is no raster QGIS can open.
    """
    with identity.rewritten(layer):
        if image.kind.row.is_of_picture:
            with own_style(layer):
                builder.repoint(layer, image)
        else:
            _open_again(layer, image)
    layer.triggerRepaint()


def _open_again(layer: QgsRasterLayer, image: LoadedImage) -> None:
    with no_sidecar_files():
        layer.setDataSource(str(image.path), layer.name(), "gdal", QgsDataProvider.ProviderOptions(), False)
    if not layer.isValid():
        raise RasterUnreadable("not-raster", image.path.name, layer.error().summary())
    provenance.note_load(layer, image)


def _is_missing(layer: QgsMapLayer) -> bool:
    return not layer.isValid() or not all(file.is_file() for file in files_of(sources.path(layer)))
