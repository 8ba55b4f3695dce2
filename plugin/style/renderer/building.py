"""Legends as QGIS renderers of one band."""

from __future__ import annotations

import math
from collections.abc import Iterator

from qgis.core import (
    QgsColorRampLegendNodeSettings,
    QgsColorRampShader,
    QgsRasterDataProvider,
    QgsRasterShader,
    QgsRasterTransparency,
    QgsSingleBandPseudoColorRenderer,
)
from qgis.PyQt.QtGui import QColor

from ...legend.intervals import stretches
from ...legend.spec import Colour, ColourMapKind, Legend
from ..sld_writer import stop
from .bounds import below
from .caption import caption

LOWEST = -1.7976931348623157e308
_TYPES = {
    ColourMapKind.INTERVALS: QgsColorRampShader.Type.Discrete,
    ColourMapKind.RAMP: QgsColorRampShader.Type.Interpolated,
    ColourMapKind.VALUES: QgsColorRampShader.Type.Exact,
}


def build(legend: Legend, provider: QgsRasterDataProvider, band: int = 1) -> QgsSingleBandPseudoColorRenderer:
    """Return a renderer that draws a band as the legend says.

    Intervals hold their lower and not their upper edge, whatever the raster's type. Gaps, values beyond the ends and
    nodata are not drawn; they are transparent ranges and not items, so the layer's legend has one row a class.
    """
    items = list(_bounds(legend) if legend.kind is ColourMapKind.INTERVALS else _stops(legend))
    renderer = QgsSingleBandPseudoColorRenderer(provider, band, _shader(legend, items))
    finite = [item.value for item in items if math.isfinite(item.value)]
    if finite:
        renderer.setClassificationMin(finite[0])
        renderer.setClassificationMax(finite[-1])
    renderer.setOpacity(legend.opacity)
    if legend.kind is ColourMapKind.INTERVALS:
        renderer.setRasterTransparency(_gaps(legend))
    return renderer


def _shader(legend: Legend, items: list[QgsColorRampShader.ColorRampItem]) -> QgsRasterShader:
    function = QgsColorRampShader()
    function.setColorRampType(_TYPES[legend.kind])
    function.setColorRampItemList(items)
    finite = [item.value for item in items if math.isfinite(item.value)]
    if finite:
        function.setMinimumValue(finite[0])
        function.setMaximumValue(finite[-1])
    settings = QgsColorRampLegendNodeSettings()
    settings.setUseContinuousLegend(not any(entry.label for entry in legend.classes))
    function.setLegendSettings(settings)
    shader = QgsRasterShader()
    shader.setRasterShaderFunction(function)
    return shader


def _bounds(legend: Legend) -> Iterator[QgsColorRampShader.ColorRampItem]:
    found = stretches(legend)
    for stretch in found:
        entry = stretch.entry
        if entry is not None:
            closed = math.isinf(stretch.high) or (legend.closed_top and stretch is found[-1])
            value = stretch.high if closed else below(stretch.high)
            yield QgsColorRampShader.ColorRampItem(
                value, _qcolor(entry.colour), caption(entry.label, entry.minimum, entry.maximum)
            )


def _stops(legend: Legend) -> Iterator[QgsColorRampShader.ColorRampItem]:
    stops = [(stop(entry), entry) for entry in legend.classes]
    for value, entry in sorted((one for one in stops if one[0] is not None), key=lambda one: one[0] or 0.0):
        yield QgsColorRampShader.ColorRampItem(
            float(value or 0), _qcolor(entry.colour), caption(entry.label, value, value)
        )


def _gaps(legend: Legend) -> QgsRasterTransparency:
    """Return the gaps as transparent ranges.

    Style files forget which ends of a range are in, and reading one takes both: so both are, the upper a hair lower.
    """
    pixels = [
        QgsRasterTransparency.TransparentSingleValuePixel(max(stretch.low, LOWEST), below(stretch.high), 0.0)
        for stretch in stretches(legend)
        if stretch.entry is None
    ]
    transparency = QgsRasterTransparency()
    transparency.setTransparentSingleValuePixelList(pixels)
    return transparency


def _qcolor(colour: Colour) -> QColor:
    return QColor(colour.red, colour.green, colour.blue, colour.alpha)
