"""Styling of a layer of classes: a palette whose rows are the classes of a legend, with their ranges of values.

The pixels keep their classes while a legend is edited, so the layer notes the edges they were drawn by.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ..legend.spec import ColourMapKind, Legend, LegendClass
from ..legend.units import in_values
from ..legend.vocabulary import Units
from ..sld import renderers
from .range_texts import row_text
from .renderer_swap import swap_renderer
from .thread_bands import LayerBands

if TYPE_CHECKING:
    from qgis.core import QgsRasterLayer

    from ..imagery.loaded import LoadedImage

    Edges = tuple[float | None, float | None]

_EDGES = "pixxel/class_edges"


def style_by_legend(layer: QgsRasterLayer, image: LoadedImage) -> None:
    """Draw a class raster by the legend of its image, and note its edges."""
    if image.legend is None:
        return
    is_display = image.units is Units.DISPLAY and image.display is not None
    legend = in_values(image.legend, image.display) if is_display and image.display else image.legend
    edges = [(entry.minimum, entry.maximum) for entry in legend.classes]
    layer.setCustomProperty(_EDGES, json.dumps(edges))
    _draw(layer, legend)


def recolour(layer: QgsRasterLayer, legend: Legend) -> None:
    """Draw a class raster in the colours and with the labels of a legend of as many classes; another changes nothing.

    Ranges stay those of the pixels.
    """
    edges = _noted_edges(layer)
    if len(edges) == len(legend):
        classes = zip(legend.classes, edges, strict=True)
        rows = tuple(replace(entry, minimum=low, maximum=high) for entry, (low, high) in classes)
        _draw(layer, replace(legend, classes=rows))


def _noted_edges(layer: QgsRasterLayer) -> Sequence[Edges]:
    try:
        return [(low, high) for low, high in json.loads(str(layer.customProperty(_EDGES) or "[]"))]
    except (ValueError, TypeError):
        return ()


def _draw(layer: QgsRasterLayer, legend: Legend) -> None:
    rows = [_row(number, entry, legend.kind) for number, entry in enumerate(legend.classes, start=1)]
    palette = replace(legend, classes=tuple(rows), kind=ColourMapKind.VALUES)
    swap_renderer(layer, renderers.build(palette, LayerBands(layer), 1))


def _row(number: int, entry: LegendClass, kind: ColourMapKind) -> LegendClass:
    return replace(entry, minimum=number, maximum=number, label=row_text(entry, kind))
