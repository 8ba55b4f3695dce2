"""One loaded image becomes one map layer."""

from __future__ import annotations

import errno
import logging
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from qgis.core import (
    QgsDataProvider,
    QgsLayerMetadata,
    QgsMapLayer,
    QgsRasterLayer,
    QgsReadWriteContext,
)
from qgis.PyQt.QtXml import QDomDocument

from ..files.whole import write_text
from ..imagery.errors import RasterUnreadable
from ..imagery.sidecars import no_sidecar_files
from . import layer_metadata, provenance, time_stack
from .layer_names import layer_abstract, layer_name, layer_title
from .lent_layer import lent
from .renderer_swap import no_data_of, restore_no_data

if TYPE_CHECKING:
    import datetime

    from ..imagery.loaded import LoadedImage

_log = logging.getLogger(__name__)


def build(image: LoadedImage) -> QgsRasterLayer:
    """Return a layer named by index and day, styled, dated and with its provenance; it is in no project yet.

    Raises:
        RasterUnreadable: the file is no raster QGIS can open.
    """
    layer = _undated(image)
    time_stack.set_range(layer, image.day)
    layer_metadata.describe(layer, image)
    return layer


def write_style(image: LoadedImage, path: Path) -> None:
    """Write the style of the layer of an image as a ``.qml``, in any thread.

    Raises:
        RasterUnreadable: the file is no raster QGIS can open.
        OSError: the style cannot be written.
    """
    with lent(partial(_undated, image)) as layer:
        save_style(layer, path, day=image.day)


def _undated(image: LoadedImage) -> QgsRasterLayer:
    """Return the layer of ``build`` without its date, which belongs to a QObject of the layer (see ``lent_layer``)."""
    options = QgsRasterLayer.LayerOptions(False)  # a style file beside the raster may be an old one of ours
    with no_sidecar_files():
        layer = QgsRasterLayer(str(image.path), layer_name(image), "gdal", options)
    _describe(layer, image, is_new=True)
    layer.serverProperties().setTitle(layer_title(image))  # QGIS's tooltip of the layer shows both
    layer.serverProperties().setAbstract(layer_abstract(image))
    _draw_nearest(layer)
    return layer


def repoint(layer: QgsRasterLayer, image: LoadedImage) -> None:
    """Replace the image of a layer by a newly loaded one; the user's settings of the layer stay.

    Raises:
        RasterUnreadable: the file is no raster QGIS can open.
    """
    no_data = no_data_of(layer)
    former = QgsLayerMetadata(layer.metadata())
    with no_sidecar_files():
        layer.setDataSource(str(image.path), layer.name(), "gdal", QgsDataProvider.ProviderOptions(), False)
    dress(layer, image)
    layer_metadata.note_load(layer, image, former)
    restore_no_data(layer, no_data)
    layer.triggerRepaint()


def dress(layer: QgsRasterLayer, image: LoadedImage) -> None:
    """Give a layer the day, provenance and style of its image."""
    _describe(layer, image, is_new=False)
    time_stack.set_range(layer, image.day)


def _describe(layer: QgsRasterLayer, image: LoadedImage, *, is_new: bool) -> None:
    if not layer.isValid():
        raise RasterUnreadable("not-raster", image.path.name, layer.error().summary())
    image.kind.row.draw(layer, image, is_new=is_new)
    provenance.write(layer, image)


def save_style(
    layer: QgsRasterLayer,
    path: Path,
    categories: QgsMapLayer.StyleCategory = QgsMapLayer.StyleCategory.AllStyleCategories,
    *,
    day: datetime.date | None = None,
) -> None:
    """Write the style of a layer as a ``.qml``, provenance included by default; the file appears whole or not at all.

    Args:
        day: the day to write in place of the layer's own range of time.

    Raises:
        OSError: the file cannot be written.
    """
    document = QDomDocument()
    message = layer.exportNamedStyle(document, QgsReadWriteContext(), categories)
    if message:
        raise OSError(errno.EIO, message, path.name)
    if day is not None:
        time_stack.write_range(document, day)
    path.parent.stat()  # raises where there is no such folder: a disk that was taken out is not recreated here
    write_text(path, document.toString(2))


def _draw_nearest(layer: QgsRasterLayer) -> None:
    """Switch off smoothing, whatever the person's defaults: mixed pixels belong to no class."""
    resampling = layer.resampleFilter()
    resampling.setZoomedInResampler(None)
    resampling.setZoomedOutResampler(None)
