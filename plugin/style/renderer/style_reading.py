"""QGIS renderers as styles: what SLD can say of them, and what it cannot."""

from __future__ import annotations

from dataclasses import replace

from qgis.core import (
    QgsMultiBandColorRenderer,
    QgsRasterRenderer,
    QgsRasterSingleColorRenderer,
    QgsSingleBandGrayRenderer,
)

from ...legend.spec import Colour, ColourMapKind, Legend, LegendClass
from ..raster_style import Channel, ContrastMethod, RasterStyle
from .channels import channel_of, contrast_of
from .reading import legend_of
from .trouble import StyleNotDrawable

_BLACK, _WHITE = Colour(0, 0, 0), Colour(255, 255, 255)


def picture_of(renderer: QgsRasterRenderer | None) -> tuple[RasterStyle, list[str]]:
    """Return what a renderer draws, as a style, with warnings of what SLD cannot say.

    Raises:
        StyleNotDrawable: SLD has no words for it (hillshade, contours), or there is nothing.
    """
    if renderer is None:
        raise StyleNotDrawable("empty")
    warnings: list[str] = []
    style = replace(_picture(renderer, warnings), opacity=renderer.opacity())
    if renderer.alphaBand() > 0:
        warnings.append("Renderer: the transparency of an alpha band cannot be said in SLD.")
    return style, warnings


def _picture(renderer: QgsRasterRenderer, warnings: list[str]) -> RasterStyle:
    if isinstance(renderer, QgsMultiBandColorRenderer):
        return _of_colours(renderer, warnings)
    if isinstance(renderer, QgsSingleBandGrayRenderer):
        return _of_grey(renderer, warnings)
    if isinstance(renderer, QgsRasterSingleColorRenderer):
        return _of_one_colour(renderer)
    if renderer.type() not in ("singlebandpseudocolor", "paletted"):
        raise StyleNotDrawable("renderer", renderer.type())
    return _of_classes(renderer, warnings)


def _of_classes(renderer: QgsRasterRenderer, warnings: list[str]) -> RasterStyle:
    legend, told = legend_of(renderer, exact=True)
    if not len(legend):
        raise StyleNotDrawable("empty", renderer.type())
    warnings.extend(told)
    return RasterStyle(legend=legend, grey=Channel(str(_band(renderer))))


def _of_colours(renderer: QgsMultiBandColorRenderer, warnings: list[str]) -> RasterStyle:
    red = channel_of(renderer.redBand(), renderer.redContrastEnhancement(), warnings)
    green = channel_of(renderer.greenBand(), renderer.greenContrastEnhancement(), warnings)
    blue = channel_of(renderer.blueBand(), renderer.blueContrastEnhancement(), warnings)
    _note_transparency(renderer, warnings)
    return RasterStyle(colours=(red, green, blue))


def _of_grey(renderer: QgsSingleBandGrayRenderer, warnings: list[str]) -> RasterStyle:
    """Return a grey band; one from white to black is a ramp, since SLD's grey knows only the other way."""
    contrast = contrast_of(renderer.contrastEnhancement(), warnings)
    _note_transparency(renderer, warnings)
    channel = Channel(str(_band(renderer)), contrast)
    if renderer.gradient() != QgsSingleBandGrayRenderer.Gradient.WhiteToBlack:
        return RasterStyle(grey=channel)
    low, high = (contrast.minimum, contrast.maximum) if contrast.method is ContrastMethod.NORMALIZE else (0, 255)
    stops = (LegendClass(low, low, _WHITE), LegendClass(high, high, _BLACK))
    return RasterStyle(legend=Legend(stops, ColourMapKind.RAMP, renderer.opacity()), grey=Channel(channel.source))


def _of_one_colour(renderer: QgsRasterSingleColorRenderer) -> RasterStyle:
    colour = renderer.color()
    whole = LegendClass(None, None, Colour(colour.red(), colour.green(), colour.blue(), colour.alpha()))
    return RasterStyle(legend=Legend((whole,), opacity=renderer.opacity()), grey=Channel(str(_band(renderer))))


def _band(renderer: QgsRasterRenderer) -> int:
    return max(1, int(renderer.inputBand()))


def _note_transparency(renderer: QgsRasterRenderer, warnings: list[str]) -> None:
    transparency = renderer.rasterTransparency()
    if transparency and not transparency.isEmpty():
        warnings.append("Renderer: single transparent values cannot be said in SLD without a colour map.")
