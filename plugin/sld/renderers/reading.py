"""QGIS renderers of one band as legends.

``exact`` keeps upper bounds that are in as numbers a hair above, and values of 32 bits with all their digits.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from qgis.core import (
    Qgis,
    QgsColorRampShader,
    QgsPalettedRasterRenderer,
    QgsRasterRenderer,
    QgsSingleBandPseudoColorRenderer,
)
from qgis.PyQt.QtGui import QColor

from ...legend.intervals import just_above
from ...legend.spec import Colour, ColourMapKind, Legend, LegendClass
from .bounds import above, below, shortest, tidy
from .caption import values_text

_ALMOST_LOWEST = -1e308


def of_colour_map(renderer: QgsSingleBandPseudoColorRenderer, exact: bool) -> tuple[Legend, list[str]]:
    """Return the legend of a colour map over one band; an empty one where the renderer has no colour map."""
    function = renderer.shader().rasterShaderFunction() if renderer.shader() else None
    if not isinstance(function, QgsColorRampShader):
        return Legend(), [f"Renderer: the type {renderer.type()} has no classes."]
    return _of_shader(renderer, function, exact)


def of_palette(renderer: QgsPalettedRasterRenderer, exact: bool) -> tuple[Legend, list[str]]:
    """Return the legend of a palette of single values."""
    is_single = not exact and _is_single(renderer)
    classes = [
        _stop(shortest(entry.value) if is_single else entry.value, entry.color, entry.label)
        for entry in renderer.classes()
    ]
    return Legend(tuple(classes), ColourMapKind.VALUES, renderer.opacity()), []


def _of_shader(
    renderer: QgsSingleBandPseudoColorRenderer, function: QgsColorRampShader, exact_bounds: bool
) -> tuple[Legend, list[str]]:
    items = function.colorRampItemList()
    if function.colorRampType() == QgsColorRampShader.Type.Discrete:
        legend, warnings = _of_bounds(renderer, items, exact_bounds)
        return replace(legend, opacity=renderer.opacity()), warnings
    if function.colorRampType() == QgsColorRampShader.Type.Interpolated:
        return _of_ramp(renderer, function, exact_bounds)
    is_single = not exact_bounds and _is_single(renderer)
    classes = tuple(_stop(shortest(item.value) if is_single else item.value, item.color, item.label) for item in items)
    return Legend(classes, ColourMapKind.VALUES, renderer.opacity()), []


def _of_ramp(
    renderer: QgsSingleBandPseudoColorRenderer, function: QgsColorRampShader, exact: bool
) -> tuple[Legend, list[str]]:
    """Return the stops of a ramp; where QGIS does not draw beyond its ends, it jumps to transparency there."""
    stops = [_stop(value, item.color, item.label) for value, item in _ramp_items(function.colorRampItemList())]
    warnings = []
    if function.clip() and stops and exact:
        stops = [_invisible(stops[0]), *stops, _invisible(stops[-1])]
    elif function.clip():
        warnings = ["Renderer: values beyond the ends are drawn in the end colours."]
    return Legend(tuple(stops), ColourMapKind.RAMP, renderer.opacity()), warnings


def _invisible(stop: LegendClass) -> LegendClass:
    return replace(stop, colour=stop.colour._replace(alpha=0), label="")


def _ramp_items(
    items: list[QgsColorRampShader.ColorRampItem],
) -> Iterator[tuple[float, QgsColorRampShader.ColorRampItem]]:
    """Yield the items with their values; one a hair below the next is the lower side of a jump at that value."""
    for row, item in enumerate(items):
        following = items[row + 1].value if row + 1 < len(items) else math.inf
        yield following if item.value < following and item.value == below(following) else item.value, item


def _is_single(renderer: QgsRasterRenderer) -> bool:
    """Return whether a renderer draws 32-bit floats, of which a person knows the plain number."""
    return bool(renderer.sourceDataType(max(1, renderer.inputBand())) == Qgis.DataType.Float32)


def _stop(value: float, colour: QColor, label: str) -> LegendClass:
    plain = tidy(float(value))
    return LegendClass(plain, plain, _colour(colour), "" if label == values_text(plain, plain) else label)


def _of_bounds(
    renderer: QgsSingleBandPseudoColorRenderer, items: list[QgsColorRampShader.ColorRampItem], exact: bool
) -> tuple[Legend, list[str]]:
    gaps = _gaps(renderer)
    classes: list[LegendClass] = []
    reach, warnings = -math.inf, set()
    for row, item in enumerate(items):
        bound = above(item.value) if math.isfinite(item.value) else item.value
        if bound is None and row < len(items) - 1:
            if exact:
                bound = just_above(item.value)
            else:
                warnings.add("Renderer: its upper bounds are in their classes; here they begin the next one.")
        high = item.value if bound is None else bound
        classes.append(_interval(gaps.get(reach, reach), high, item))
        reach = high
    closed = bool(items) and math.isfinite(items[-1].value) and above(items[-1].value) is None
    return Legend(tuple(classes), closed_top=closed), sorted(warnings)


def _interval(low: float, high: float, item: QgsColorRampShader.ColorRampItem) -> LegendClass:
    minimum = tidy(low) if math.isfinite(low) else None
    maximum = tidy(high) if math.isfinite(high) else None
    label = "" if item.label == values_text(minimum, maximum) else item.label
    return LegendClass(minimum, maximum, _colour(item.color), label)


def _gaps(renderer: QgsSingleBandPseudoColorRenderer) -> dict[float, float]:
    """Return where each transparent range ends, by its beginning."""
    transparency = renderer.rasterTransparency()
    pixels = transparency.transparentSingleValuePixelList() if transparency else []
    ranges = [(pixel.min, pixel.max) for pixel in pixels if pixel.opacity == 0]
    return {-math.inf if low <= _ALMOST_LOWEST else low: _bound(high) for low, high in ranges}


def _bound(value: float) -> float:
    found = above(value)
    return value if found is None else found


def _colour(colour: QColor) -> Colour:
    return Colour(colour.red(), colour.green(), colour.blue(), colour.alpha())
