"""The style of a difference: a diverging colour ramp around zero."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from qgis.core import (
    QgsBasicNumericFormat,
    QgsColorRampLegendNodeSettings,
    QgsColorRampShader,
    QgsGradientColorRamp,
    QgsGradientStop,
    QgsRasterShader,
    QgsRectangle,
    QgsSingleBandPseudoColorRenderer,
)
from qgis.PyQt.QtGui import QColor

if TYPE_CHECKING:
    from qgis.core import QgsRasterLayer

# ColorBrewer's RdBu of 5 classes (colorbrewer2.org, by Cynthia A. Brewer, Apache License 2.0)
_STOPS = ((0.0, "#ca0020"), (0.25, "#f4a582"), (0.5, "#f7f7f7"), (0.75, "#92c5de"), (1.0, "#0571b0"))
_LEFT_OUT = 0.02  # of the values at either end, so that single pixels do not decide
_SAMPLE = 250_000  # pixels, as QGIS takes for its own styles: all of a large raster would block the window
_CLASSES = 9
_PLACES = 6  # at most, in the legend
_SLACK = 1e-3  # of a digit, since values of 32 bits are a hair above the number that is meant


def style_difference(layer: QgsRasterLayer) -> None:
    """Draw a layer from red (less) over white (no change) to blue (more), alike in both directions."""
    provider = layer.dataProvider()
    cut = provider.cumulativeCut(1, _LEFT_OUT, 1 - _LEFT_OUT, QgsRectangle(), _SAMPLE)
    most = _rounded_up(max(map(abs, filter(math.isfinite, cut)), default=0.0) or 1.0)  # of equal values it may be NaN
    (_, first), *inner, (_, last) = _STOPS
    stops = [QgsGradientStop(place, QColor(colour)) for place, colour in inner]
    ramp = QgsGradientColorRamp(QColor(first), QColor(last), False, stops)
    shader = QgsColorRampShader(-most, most, ramp, QgsColorRampShader.Type.Interpolated)
    shader.classifyColorRamp(_CLASSES, 1, layer.extent(), provider)
    shader.setLegendSettings(_legend_settings())
    whole = QgsRasterShader(-most, most)
    whole.setRasterShaderFunction(shader)
    renderer = QgsSingleBandPseudoColorRenderer(provider, 1, whole)
    renderer.setClassificationMin(-most)
    renderer.setClassificationMax(most)
    layer.setRenderer(renderer)
    layer.triggerRepaint()


def _rounded_up(value: float) -> float:
    """Return a number of two digits that is as large as a value or larger."""
    step = 10.0 ** (math.floor(math.log10(value)) - 1)
    return float(f"{math.ceil(value / step - _SLACK) * step:.2g}")


def _legend_settings() -> QgsColorRampLegendNodeSettings:
    """Return settings of a legend whose ends have a sign and no digits that say nothing."""
    numbers = QgsBasicNumericFormat()
    numbers.setNumberDecimalPlaces(_PLACES)
    numbers.setShowTrailingZeros(False)
    numbers.setShowPlusSign(True)
    settings = QgsColorRampLegendNodeSettings()
    settings.setNumericFormat(numbers)
    return settings
