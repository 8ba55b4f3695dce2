"""Legends as QGIS renderers of one band."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from operator import itemgetter

from qgis.core import (
    Qgis,
    QgsColorRampLegendNodeSettings,
    QgsColorRampShader,
    QgsPalettedRasterRenderer,
    QgsRasterRenderer,
    QgsRasterShader,
    QgsRasterTransparency,
    QgsSingleBandPseudoColorRenderer,
)
from qgis.PyQt.QtGui import QColor

from ...legend.intervals import Stretch, just_below, stretches
from ...legend.spec import Colour, ColourMapKind, Legend, LegendClass
from ..writer import stop
from .bands import Bands, input_of
from .bounds import above, below, single, tidy
from .caption import caption

_WHOLE_NUMBERS = frozenset(
    {
        Qgis.DataType.Byte,
        Qgis.DataType.Int8,
        Qgis.DataType.UInt16,
        Qgis.DataType.Int16,
        Qgis.DataType.UInt32,
        Qgis.DataType.Int32,
    }
)
LOWEST = -1.7976931348623157e308
_TYPES = {
    ColourMapKind.INTERVALS: QgsColorRampShader.Type.Discrete,
    ColourMapKind.RAMP: QgsColorRampShader.Type.Interpolated,
    ColourMapKind.VALUES: QgsColorRampShader.Type.Exact,
}


def build(legend: Legend, provider: Bands, band: int = 1) -> QgsRasterRenderer:
    """Return a renderer that draws a band by the legend.

    Intervals hold their lower and not their upper edge, whatever the raster's type. Gaps, values beyond the ends and
    nodata are not drawn; they are transparent ranges and not items, so the layer's legend has one row a class.
    Values over a band of whole numbers or 32-bit floats become a palette, which QGIS draws and edits as classes.
    """
    if _is_palette(legend, provider, band):
        return _palette(legend, provider, band)
    is_intervals = legend.kind is ColourMapKind.INTERVALS
    found = stretches(legend) if is_intervals else []
    items = list(_bounds(legend, found) if is_intervals else _stops(legend))
    renderer = QgsSingleBandPseudoColorRenderer(input_of(provider), band, _shader(legend, items))
    finite = [item.value for item in items if math.isfinite(item.value)]
    if finite:
        renderer.setClassificationMin(finite[0])
        renderer.setClassificationMax(finite[-1])
    renderer.setOpacity(legend.opacity)
    if is_intervals:
        renderer.setRasterTransparency(_gaps(found))
    return renderer


def _is_palette(legend: Legend, provider: Bands, band: int) -> bool:
    """Return whether values are drawn by a palette: whole ones over whole numbers, and any over 32-bit floats.

    QGIS compares exactly, and style files keep the value of a palette's class with all its digits, that of an item of
    a colour ramp with 15 decimals only: too few for 0.1 in 32 bits.
    """
    if legend.kind is not ColourMapKind.VALUES:
        return False
    values = [stop(entry) for entry in legend.classes]
    if not values or not all(value is not None and math.isfinite(value) for value in values):
        return False
    kind = provider.dataType(band)
    is_whole = kind in _WHOLE_NUMBERS and all(float(value or 0).is_integer() for value in values)
    return is_whole or kind == Qgis.DataType.Float32


def _palette(legend: Legend, provider: Bands, band: int) -> QgsPalettedRasterRenderer:
    """Return a palette; of two entries of one value the first counts. Over 32-bit floats values are rounded to them."""
    found: dict[float, QgsPalettedRasterRenderer.Class] = {}
    is_single = provider.dataType(band) == Qgis.DataType.Float32
    for entry in legend.classes:
        plain = tidy(float(stop(entry) or 0))
        value = single(plain) if is_single else plain
        label = caption(entry.label, plain, plain)
        found.setdefault(value, QgsPalettedRasterRenderer.Class(value, _qcolor(entry.colour), label))
    renderer = QgsPalettedRasterRenderer(input_of(provider), band, [found[value] for value in sorted(found)])
    renderer.setOpacity(legend.opacity)
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


def _bounds(legend: Legend, found: Sequence[Stretch]) -> Iterator[QgsColorRampShader.ColorRampItem]:
    last = found[-1] if legend.closed_top and found else None
    for stretch in found:
        _low, high, entry = stretch
        if entry is not None:
            text = entry.label or caption("", _plain(entry.minimum), _plain(entry.maximum))
            yield QgsColorRampShader.ColorRampItem(_item_value(high, stretch is last), _qcolor(entry.colour), text)


def _item_value(high: float, held: bool) -> float:
    """Return the value of an item, which QGIS counts in: the bound itself where it is held, else a hair less."""
    inside = just_below(high) if math.isfinite(high) and not held else high
    return below(high) if inside is None else inside


def _plain(edge: float | None) -> float | None:
    inside = just_below(edge) if edge is not None and math.isfinite(edge) else None
    return edge if inside is None else inside


def _stops(legend: Legend) -> Iterator[QgsColorRampShader.ColorRampItem]:
    stops = [(value, entry) for entry in legend.classes if (value := stop(entry)) is not None]
    stops.sort(key=itemgetter(0))
    for row, (value, entry) in enumerate(stops):
        text = entry.label or caption("", value, value)
        following = stops[row + 1] if row + 1 < len(stops) else (math.inf, entry)
        place = below(value) if following[0] == value and _appears(entry, following[1]) else value
        yield QgsColorRampShader.ColorRampItem(place, _qcolor(entry.colour), text)


def _appears(entry: LegendClass, following: LegendClass) -> bool:
    """Return whether a ramp jumps from transparency to a colour; the place itself is then drawn in the colour.

    QGIS draws the first of two colours of one value, and what begins with a value is to have it.
    """
    return entry.colour.alpha == 0 and following.colour.alpha > 0


def bounds_note(legend: Legend, provider: Bands, band: int) -> str | None:
    """Return the remark on intervals with whole bounds over whole numbers, many of which equal a bound."""
    if legend.kind is not ColourMapKind.INTERVALS or provider.dataType(band) not in _WHOLE_NUMBERS:
        return None
    edges = [edge for entry in legend.classes for edge in (entry.minimum, entry.maximum) if edge is not None]
    if not any(float(edge).is_integer() for edge in edges):
        return None
    return (
        "ColorMap: its bounds are whole numbers, like the band's values; a pixel equal to a bound is drawn as the next "
        "class, as SLD means it, where QGIS's own classes hold their upper bound."
    )


def is_gap(pixel: QgsRasterTransparency.TransparentSingleValuePixel) -> bool:
    """Return whether a transparent range is a gap of a legend, and not a person's: its end is no plain number."""
    return pixel.opacity == 0 and (pixel.max >= -LOWEST or above(pixel.max) is not None)


def _gaps(found: Sequence[Stretch]) -> QgsRasterTransparency:
    """Return the gaps as transparent ranges.

    Style files forget which ends of a range are in, and reading one takes both: so both are, the upper a hair lower.
    """
    pixels = [
        QgsRasterTransparency.TransparentSingleValuePixel(max(stretch.low, LOWEST), below(stretch.high), 0.0)
        for stretch in found
        if stretch.entry is None
    ]
    transparency = QgsRasterTransparency()
    transparency.setTransparentSingleValuePixelList(pixels)
    return transparency


def _qcolor(colour: Colour) -> QColor:
    red, green, blue, alpha = colour
    return QColor.fromRgba(alpha << 24 | red << 16 | green << 8 | blue)
