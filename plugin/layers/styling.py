"""Styles onto raster layers, and off them again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from qgis.core import QgsHueSaturationFilter, QgsRasterLayer
from qgis.PyQt.QtGui import QPainter

from ..sld.renderers import Built, StyleNotDrawable, build_style, picture_of
from .measuring import source_of
from .renderer_swap import swap_renderer
from .stretch_limits import with_limits
from .thread_bands import BandFacts, KnownBands

if TYPE_CHECKING:
    from ..sld.raster_style import Channel, RasterStyle
    from ..sld.renderers.bands import MeasuredBands

__all__ = ["StyleNotDrawable", "apply_styles", "style_of"]


def apply_styles(
    layer: QgsRasterLayer, styles: Sequence[RasterStyle], band: int = 1, *, facts: BandFacts | None = None
) -> list[str]:
    """Draw a layer by the first style; the others become named styles of the layer, beside those it has.

    A style replaces the layer's colours, its opacity, and the adjustments of brightness, contrast and colour, which
    would change the colours; its visible scales, where the style names some. All else of the layer stays.

    Args:
        facts: what is known of the bands; needed in another thread than the main one, for one style.

    Returns:
        Warnings, each a sentence beginning with its place; what of a person's settings is replaced is among them.

    Raises:
        StyleNotDrawable: the first does not fit the raster; the layer is left as it was.
        ValueError: there is no style.
    """
    bands = layer.dataProvider() if facts is None else KnownBands(layer, facts)
    source = partial(source_of, bands) if facts is None else facts.source
    first, *others = (with_limits(style, bands, band, source) for style in styles)
    built = build_style(first, bands, band)
    warnings = [*first.warnings, *built.warnings]
    for style in others:
        warnings += _add_named(layer, style, bands, band)
    warnings += _replaced_settings(layer, first)
    _draw(layer, first, built)
    layer.triggerRepaint()
    layer.emitStyleChanged()
    return list(dict.fromkeys(warnings))


def _add_named(layer: QgsRasterLayer, style: RasterStyle, bands: MeasuredBands, band: int) -> list[str]:
    """Keep a further style under its own name, once; the layer is drawn as before in the end."""
    try:
        built = build_style(style, bands, band)
    except StyleNotDrawable as error:
        return [f"UserStyle {style.name}: it is left out, since the raster has no band {error.detail}."]
    manager = layer.styleManager()
    current, taken = manager.currentStyle(), manager.styles()
    name = _free_name(taken, style.title or style.name)
    manager.addStyleFromLayer(name)
    manager.setCurrentStyle(name)
    _draw(layer, style, built)
    manager.setCurrentStyle(current)
    drawing, others = manager.style(name).xmlData(), (known for known in taken if known != current)
    if same := next((known for known in others if manager.style(known).xmlData() == drawing), None):
        manager.removeStyle(name)  # the document was loaded before
        name = same
    return [f"{name}: {warning}" for warning in (*style.warnings, *built.warnings)]


def _free_name(taken: Sequence[str], wanted: str) -> str:
    name, number = wanted or "SLD", 2
    while name in taken:
        name, number = f"{wanted or 'SLD'} ({number})", number + 1
    return name


def _draw(layer: QgsRasterLayer, style: RasterStyle, built: Built) -> None:
    swap_renderer(layer, built.renderer, by_document=True)
    _clear_effects(layer)
    layer.brightnessFilter().setGamma(built.gamma)
    if style.has_scale_limits:
        layer.setScaleBasedVisibility(True)
        # QGIS names a scale by how near one is: its minimum is the greatest denominator.
        layer.setMinimumScale(style.greatest_scale or 0)
        layer.setMaximumScale(style.least_scale or 0)


def _replaced_settings(layer: QgsRasterLayer, style: RasterStyle) -> list[str]:
    """Return a warning for each of the layer's own settings that a style replaces, or leaves and might not."""
    warnings: list[str] = []
    renderer = layer.renderer()
    opacity = renderer.opacity() if renderer is not None else 1.0
    if opacity not in (1.0, style.opacity):
        warnings.append(f"Layer: its opacity of {opacity:.0%} is replaced by the style's, {style.opacity:.0%}.")
    if _has_effects(layer):
        warnings.append(
            "Layer: its brightness, contrast, gamma and colour changes are reset; the style defines the colours."
        )
    if layer.hasScaleBasedVisibility() and style.has_scale_limits:
        warnings.append("Layer: the scales at which it is visible are replaced by the style's.")
    elif layer.hasScaleBasedVisibility():
        warnings.append("Layer: it stays visible at its own scales only; the style names none.")
    return warnings


def _has_effects(layer: QgsRasterLayer) -> bool:
    brightness = layer.brightnessFilter()
    return bool(brightness.brightness() or brightness.contrast() or brightness.gamma() != 1 or _changes_hue(layer))


def _changes_hue(layer: QgsRasterLayer) -> bool:
    hue = layer.hueSaturationFilter()
    grey = hue.grayscaleMode() != QgsHueSaturationFilter.GrayscaleMode.GrayscaleOff
    return bool(hue.saturation() or hue.colorizeOn() or hue.invertColors() or grey)


def _clear_effects(layer: QgsRasterLayer) -> None:
    """Reset the effects that would change the colours of a style."""
    brightness, hue = layer.brightnessFilter(), layer.hueSaturationFilter()
    brightness.setBrightness(0)
    brightness.setContrast(0)
    hue.setSaturation(0)
    hue.setColorizeOn(False)
    hue.setInvertColors(False)
    hue.setGrayscaleMode(QgsHueSaturationFilter.GrayscaleMode.GrayscaleOff)


def style_of(layer: QgsRasterLayer) -> tuple[RasterStyle, list[str]]:
    """Return the style of a layer's renderer, with warnings about parts that SLD cannot represent.

    Raises:
        StyleNotDrawable: SLD cannot represent the renderer.
    """
    style, warnings = picture_of(layer.renderer())
    style = _with_gamma(style, layer.brightnessFilter().gamma(), warnings)
    _note_effects(layer, warnings)
    limited = layer.hasScaleBasedVisibility()
    return replace(
        style,
        name=layer.styleManager().currentStyle(),
        title=layer.name(),
        least_scale=(layer.maximumScale() or None) if limited else None,
        greatest_scale=(layer.minimumScale() or None) if limited else None,
    ), warnings


def _with_gamma(style: RasterStyle, gamma: float, warnings: list[str]) -> RasterStyle:
    if gamma == 1:
        return style
    if style.legend is not None:
        warnings.append("GammaValue: QGIS's gamma over a colour map cannot be written to SLD.")
        return style
    if style.colours is None:
        return replace(style, grey=_brightened(style.grey, gamma))
    red, green, blue = (channel and _brightened(channel, gamma) for channel in style.colours)
    return replace(style, colours=(red, green, blue))


def _brightened(channel: Channel, gamma: float) -> Channel:
    return replace(channel, contrast=replace(channel.contrast, gamma=gamma))


def _note_effects(layer: QgsRasterLayer, warnings: list[str]) -> None:
    brightness = layer.brightnessFilter()
    if brightness.brightness() or brightness.contrast():
        warnings.append("Layer: its brightness and contrast cannot be written to SLD.")
    if _changes_hue(layer):
        warnings.append("Layer: its changes of hue and saturation cannot be written to SLD.")
    if layer.blendMode() != QPainter.CompositionMode.CompositionMode_SourceOver:
        warnings.append("Layer: its blending with the layers below cannot be written to SLD.")
    provider = layer.dataProvider()
    if any(provider.userNoDataValues(band) for band in range(1, provider.bandCount() + 1)):
        warnings.append("Layer: its additional no-data values cannot be written to SLD.")
