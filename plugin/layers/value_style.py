"""Styling of a layer of values by the server's style, a legend, or display ranges."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..legend.units import Reading, are_alike, in_values, reading
from ..legend.vocabulary import Units
from ..sld import renderers
from . import units_note
from .renderer_swap import drawn_band, swap_renderer
from .thread_bands import LayerBands

if TYPE_CHECKING:
    from qgis.core import QgsRasterLayer

    from ..imagery.loaded import LoadedImage
    from ..legend.spec import Legend

_log = logging.getLogger(__name__)


def style_by_server(layer: QgsRasterLayer, image: LoadedImage) -> None:
    """Style by the server's SLD, else by its legend, else over its display ranges.

    Where there are none of these, or the units of a legend are unclear, it stays as QGIS draws it.
    """
    styled, listed = _legend_of_sld(image), _filled(image.legend)
    units_note.write_units(layer, _units_of(image, listed, styled), image.display)
    if styled is not None and reading(styled, image.values, image.display).units is Units.VALUES:
        swap_renderer(layer, renderers.build(styled, LayerBands(layer), drawn_band(layer)))
    elif (legend := styled or listed) is not None:
        style_values(layer, legend)
    elif image.stretch:
        _stretch(layer, image.stretch)


def style_values(layer: QgsRasterLayer, legend: Legend) -> None:
    """Draw a value raster by a legend in the units noted on the layer; the user's settings of the layer stay.

    A layer whose units are not known yet is left as it is: it would be drawn wrong.
    """
    units, display = units_note.read_units(layer)
    if units is Units.UNCLEAR:
        return
    drawn = in_values(legend, display) if units is Units.DISPLAY and display else legend
    swap_renderer(layer, renderers.build(drawn, LayerBands(layer), drawn_band(layer)))


def reading_of(image: LoadedImage) -> Reading | None:
    """Return how the legend of an image may be read over its values; ``None`` where it has none."""
    legend = _filled(image.legend) or _legend_of_sld(image)
    return None if legend is None else reading(legend, image.values, image.display, image.stored)


def legend_drawn(image: LoadedImage) -> Legend | None:
    """Return the legend an image's layer is drawn by, in the raster's values; ``None`` where it is drawn by none."""
    styled, listed = _legend_of_sld(image), _filled(image.legend)
    if styled is not None and reading(styled, image.values, image.display).units is Units.VALUES:
        return styled
    legend, units = styled or listed, _units_of(image, listed, styled)
    if legend is None or units is Units.UNCLEAR:
        return None
    return in_values(legend, image.display) if units is Units.DISPLAY and image.display else legend


def _units_of(image: LoadedImage, listed: Legend | None, styled: Legend | None) -> Units:
    """Return the units of the edited legend: chosen by the user, shown by the style, fitting, or unclear.

    Where the style has the same edges as the legend has once they are spread over the display range, it is certain
    that the legend is in display units.
    """
    legend = listed or styled
    if image.units.is_kept:
        return image.units
    found = None if legend is None else reading(legend, image.values, image.display)
    if found is None or found.units is Units.VALUES:
        return Units.VALUES
    if listed and styled and image.display and are_alike(in_values(listed, image.display), styled):
        return Units.DISPLAY
    if image.units is not Units.FITTING:
        return Units.UNCLEAR
    return Units.DISPLAY if found.units is Units.DISPLAY else Units.VALUES


def _stretch(layer: QgsRasterLayer, ranges: Sequence[tuple[float, float]]) -> None:
    """Draw the bands over the server's display ranges, so that dates compare."""
    drawn = renderers.stretched(LayerBands(layer), ranges)
    if drawn is not None:
        origin = drawn.minMaxOrigin()
        swap_renderer(layer, drawn)
        layer.renderer().setMinMaxOrigin(origin)  # QGIS's own would measure each date for itself


def _filled(legend: Legend | None) -> Legend | None:
    return legend if legend is not None and len(legend) else None


def _legend_of_sld(image: LoadedImage) -> Legend | None:
    if not image.sld:
        return None
    from ..sld import reader  # its XML parser is a dependency that may be missing until first use

    try:
        style = reader.read(image.sld)
    except reader.SldRefused as exc:
        _log.warning("%s %s: the style document was refused: %s", image.visualization_id, image.day, exc)
        return None
    for warning in style.warnings:
        _log.warning("%s %s: %s", image.visualization_id, image.day, warning)
    return style.legend if len(style.legend) else None
