"""Styling of a layer of a picture."""

from __future__ import annotations

from qgis.core import QgsMultiBandColorRenderer, QgsRasterLayer

from .renderer_swap import swap_renderer


def style_picture(layer: QgsRasterLayer) -> None:
    """Draw red, green, blue and alpha as they are: a colour stands for a class."""
    colours = QgsMultiBandColorRenderer(None, 1, 2, 3)
    if layer.bandCount() > 3:
        colours.setAlphaBand(4)
    swap_renderer(layer, colours)
