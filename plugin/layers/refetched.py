"""Fetched images put under layers whose files are gone.

QGIS keeps a layer whose file is missing, with all that the project says of it, and draws it as before once it has a
file: order, styles, visibility and times stay.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from qgis.core import QgsDataProvider, QgsLayerMetadata, QgsRasterLayer

from ..imagery.errors import RasterUnreadable
from ..imagery.sidecars import no_sidecar_files
from . import builder, identity, layer_metadata, provenance
from .moved_files import note_cache
from .own_style import own_style
from .renderer_swap import no_data_of, restore_no_data

if TYPE_CHECKING:
    from ..imagery.loaded import LoadedImage


def restore(layer: QgsRasterLayer, image: LoadedImage) -> None:
    """Put a fetched image under its layer, which keeps its style; classes are drawn by the legend they were made by.

    Raises:
        RasterUnreadable: the file is no raster QGIS can open.
    """
    if image.kind.row.is_of_picture:
        # The record is of our style, not of the person's.
        with own_style(layer), identity.rewritten(layer), _times_kept(layer):
            builder.repoint(layer, image)
    else:
        with identity.rewritten(layer):
            _show(layer, image)
    note_cache(layer.project(), image.path)
    layer.triggerRepaint()


@contextmanager
def _times_kept(layer: QgsRasterLayer) -> Iterator[None]:
    """Let the block change the time of a layer, which may be the person's, for itself only."""
    temporal = layer.temporalProperties()
    mode, span, is_active = temporal.mode(), temporal.fixedTemporalRange(), temporal.isActive()
    try:
        yield
    finally:
        temporal = layer.temporalProperties()
        temporal.setMode(mode)
        temporal.setFixedTemporalRange(span)
        temporal.setIsActive(is_active)


def open_again(layer: QgsRasterLayer, source: str) -> None:
    """Let a layer show a file and keep all else; whether it could be opened is its validity."""
    no_data = no_data_of(layer)
    former = QgsLayerMetadata(layer.metadata())
    with no_sidecar_files(), _times_kept(layer):
        layer.setDataSource(source, layer.name(), "gdal", QgsDataProvider.ProviderOptions(), False)
    layer.setMetadata(former)
    if layer.isValid():
        restore_no_data(layer, no_data)


def _show(layer: QgsRasterLayer, image: LoadedImage) -> None:
    open_again(layer, str(image.path))
    if not layer.isValid():
        raise RasterUnreadable("not-raster", image.path.name, layer.error().summary())
    provenance.note_load(layer, image)
    layer_metadata.note_load(layer, image, layer.metadata())
