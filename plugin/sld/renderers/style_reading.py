"""Conversion of QGIS renderers to styles, with warnings about the parts that SLD cannot represent."""

from __future__ import annotations

from dataclasses import replace

from qgis.core import (
    QgsMultiBandColorRenderer,
    QgsRasterRenderer,
    QgsRasterSingleColorRenderer,
    QgsSingleBandGrayRenderer,
)

from ...legend.spec import Colour, ColourMapKind, Legend, LegendClass
from ..raster_style import Channel, RasterStyle
from .building import is_gap
from .channels import GreyScale, channel_of, contrast_of, grey_scale_of, type_of


def of_legend(renderer: QgsRasterRenderer, legend: Legend, warnings: list[str]) -> RasterStyle:
    """Return the style of a renderer that draws one band by a legend."""
    transparency = renderer.rasterTransparency()
    if transparency and not all(map(is_gap, transparency.transparentSingleValuePixelList())):
        warnings.append(
            "Renderer: its transparent values cannot be written to SLD; the ColorMap's colours are written."
        )
    return RasterStyle(legend=legend, grey=Channel(str(_band(renderer))))


def of_colours(renderer: QgsMultiBandColorRenderer, warnings: list[str]) -> RasterStyle:
    """Return the style of red, green and blue."""
    red = channel_of(renderer, renderer.redBand(), renderer.redContrastEnhancement(), warnings)
    green = channel_of(renderer, renderer.greenBand(), renderer.greenContrastEnhancement(), warnings)
    blue = channel_of(renderer, renderer.blueBand(), renderer.blueContrastEnhancement(), warnings)
    _note_transparency(renderer, warnings)
    return RasterStyle(colours=(red, green, blue))


def of_grey(renderer: QgsSingleBandGrayRenderer, warnings: list[str]) -> RasterStyle:
    """Return a grey band, or a ramp where SLD's grey, which grows with all values, cannot express it."""
    band = _band(renderer)
    scale = grey_scale_of(renderer.contrastEnhancement(), type_of(renderer, band))
    _note_transparency(renderer, warnings)
    falls = renderer.gradient() == QgsSingleBandGrayRenderer.Gradient.WhiteToBlack
    if falls or scale.drawn is not None:
        return RasterStyle(legend=_grey_ramp(scale, falls, renderer.opacity()), grey=Channel(str(band)))
    return RasterStyle(grey=Channel(str(band), contrast_of(scale, warnings)))


def _grey_ramp(scale: GreyScale, falls: bool, opacity: float) -> Legend:
    ends = scale.drawn or (scale.black, scale.white)
    stops = [LegendClass(value, value, _shade(scale.level(value), falls)) for value in ends]
    if scale.drawn is not None:
        invisible = [replace(entry, colour=entry.colour._replace(alpha=0)) for entry in stops]
        stops = [invisible[0], *stops, invisible[1]]
    return Legend(tuple(stops), ColourMapKind.RAMP, opacity)


def _shade(level: int, falls: bool) -> Colour:
    grey = 255 - level if falls else level
    return Colour(grey, grey, grey)


def of_one_colour(renderer: QgsRasterSingleColorRenderer, _warnings: list[str]) -> RasterStyle:
    """Return the style of one colour for everything."""
    colour = renderer.color()
    whole = LegendClass(None, None, Colour(colour.red(), colour.green(), colour.blue(), colour.alpha()))
    return RasterStyle(legend=Legend((whole,), opacity=renderer.opacity()), grey=Channel(str(_band(renderer))))


def _band(renderer: QgsRasterRenderer) -> int:
    return max(1, int(renderer.inputBand()))


def _note_transparency(renderer: QgsRasterRenderer, warnings: list[str]) -> None:
    transparency = renderer.rasterTransparency()
    if transparency and not transparency.isEmpty():
        warnings.append("Renderer: single transparent values cannot be written to SLD without a colour map.")
