"""Descriptive layer names, each once in a project.

QGIS tells layers apart by their names in the raster calculator and in every list to choose from.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from ..host.i18n import translate
from ..legend.vocabulary import LegendMode

if TYPE_CHECKING:
    from ..imagery.loaded import LoadedImage


def layer_name(image: LoadedImage, taken: Collection[str] = (), *, with_aoi: bool = False) -> str:
    """Return the name of an image's layer, as ``NDVI 2025-10-03``.

    Args:
        taken: names that other layers of the project have.
        with_aoi: whether dates of several AOIs are in the project.
    """
    words = [image.visualization_title, image.label]
    if image.mode != LegendMode.DYNAMIC:
        words.append(_word(image.mode))
    name = " ".join(filter(None, (*words, image.kind.row.word())))
    return _free(f"{name}, {image.aoi_name}" if with_aoi and image.aoi_name else name, taken)


def layer_title(image: LoadedImage) -> str:
    """Return the index, place and date of a layer: the heading of its tooltip."""
    about = translate("LayerNames", "{0} of {1} on {2}") if image.aoi_name else "{0} {2}"
    return about.format(image.visualization_title, image.aoi_name, image.label)


def layer_abstract(image: LoadedImage) -> str:
    """Return the text of a layer's tooltip: the kind of its pixels, and whether their place is certain."""
    explanation = image.kind.row.explanation().format(_word(image.mode))
    if image.placement.is_certain:
        return explanation
    return f"{explanation} {translate('LayerNames', 'Their place on the map is not certain.')}"


def _free(name: str, taken: Collection[str]) -> str:
    found, number = name, 2
    while found in taken:
        found, number = f"{name} ({number})", number + 1
    return found


def _word(mode: LegendMode) -> str:
    words = {
        LegendMode.DYNAMIC: translate("LayerNames", "dynamic"),
        LegendMode.THEORETICAL: translate("LayerNames", "theoretical"),
    }
    return words[mode]
