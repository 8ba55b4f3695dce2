"""QGIS's own metadata of our layers: what they show, where and when, and where they came from.

Names and ids only: the file of a project holds no key and no address that lets somebody in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import Qgis, QgsBox3d, QgsLayerMetadata, QgsRasterLayer

from ..files.shown_names import shown_name
from ..host.i18n import translate
from . import time_stack
from .layer_names import layer_abstract, layer_title

if TYPE_CHECKING:
    from ..imagery.loaded import LoadedImage

_CATEGORIES = "gmd:topicCategory"
_IMAGERY = "Imagery base maps earth cover"  # ISO 19115's category


def describe(layer: QgsRasterLayer, image: LoadedImage) -> None:
    """Fill the metadata of a new layer, whose text the user may edit."""
    found = QgsLayerMetadata()
    found.setIdentifier(f"{image.visualization_id}/{image.date_key}/{image.mode}/{image.kind}")
    found.setType("dataset")
    found.setTitle(layer_title(image))
    found.setAbstract(layer_abstract(image))
    found.setKeywords({_CATEGORIES: [_IMAGERY], translate("LayerMetadata", "Index"): [image.visualization_title]})
    found.setCrs(layer.crs())
    found.setExtent(_extent(layer, image))
    found.setDateTime(Qgis.MetadataDateType.Created, time_stack.day_range(image.day).begin())
    found.setHistory([_source(image), _load(image)])
    layer.setMetadata(found)


def note_load(layer: QgsRasterLayer, image: LoadedImage, former: QgsLayerMetadata) -> None:
    """Note in the history of a layer that its image was loaded again; what the user wrote stays.

    Args:
        former: the metadata before the layer got the image, since QGIS takes them from each new file.
    """
    found = QgsLayerMetadata(former)
    found.setCrs(layer.crs())
    found.setExtent(_extent(layer, image))
    found.addHistoryItem(_load(image))
    layer.setMetadata(found)


def _extent(layer: QgsRasterLayer, image: LoadedImage) -> QgsLayerMetadata.Extent:
    place = QgsLayerMetadata.SpatialExtent()
    place.bounds = QgsBox3d(layer.extent())
    place.extentCrs = layer.crs()
    extent = QgsLayerMetadata.Extent()
    extent.setSpatialExtents([place])
    extent.setTemporalExtents([time_stack.day_range(image.day)])
    return extent


def _source(image: LoadedImage) -> str:
    text = translate("LayerMetadata", "From the connection “{0}”: AOI {1}, visualization {2}, index {3}, date {4}.")
    names = image.connection, image.aoi_id, image.visualization_id, image.index_id, image.date_key
    return text.format(*map(shown_name, names))


def _load(image: LoadedImage) -> str:
    place, when = image.placement, image.loaded_at
    if place.is_certain:
        return translate("LayerMetadata", "Loaded at {0}; placed by “{1}”.").format(when, place.method)
    text = translate("LayerMetadata", "Loaded at {0}; placed by “{1}”, which is not certain.")
    return text.format(when, place.method)
