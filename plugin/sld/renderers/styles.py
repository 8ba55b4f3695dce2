"""Whole styles as QGIS renderers."""

from __future__ import annotations

from dataclasses import dataclass

from qgis.core import Qgis, QgsRasterRenderer

from ..raster_style import Channel, RasterStyle
from .bands import MeasuredBands
from .building import bounds_note, build
from .channels import band_of, colour_renderer, grey_renderer
from .errors import StyleNotDrawable

_LEAST_GAMMA, _GREATEST_GAMMA = 0.1, 10.0
_FINISHED = (Qgis.DataType.ARGB32, Qgis.DataType.ARGB32_Premultiplied)


@dataclass(frozen=True, slots=True)
class Built:
    """A renderer, the gamma that belongs into the layer's brightness filter, and warnings."""

    renderer: QgsRasterRenderer
    gamma: float = 1.0
    warnings: tuple[str, ...] = ()


def build_style(style: RasterStyle, provider: MeasuredBands, band: int = 1) -> Built:
    """Return a renderer that draws a raster by a style.

    Args:
        band: the band for a style that names none; a style of red, green and blue names its own.

    Raises:
        StyleNotDrawable: the raster has not the bands of red, green and blue, or no values at all.
    """
    if provider.dataType(1) in _FINISHED:
        raise StyleNotDrawable("picture")
    warnings: list[str] = []
    gamma = 1.0
    renderer: QgsRasterRenderer
    if style.colours is not None:
        renderer = colour_renderer(style.colours, provider, warnings)
        gamma = _gamma([channel for channel in style.colours if channel], warnings)
    elif style.legend is not None:
        drawn_band = band_of(style.grey, provider, band, warnings)
        renderer = build(style.legend, provider, drawn_band)
        warnings += filter(None, [bounds_note(style.legend, provider, drawn_band)])
    else:
        renderer = grey_renderer(style.grey, provider, band_of(style.grey, provider, band, warnings), warnings)
        gamma = _gamma([style.grey], warnings)
    renderer.setOpacity(style.opacity)
    warnings += _alpha_drawn(renderer.usesBands(), provider)
    return Built(renderer, gamma, tuple(dict.fromkeys(warnings)))


def _alpha_drawn(bands: list[int], provider: MeasuredBands) -> list[str]:
    """Return a warning for each alpha band that is drawn as values."""
    return [
        f"Layer: band {band} is the alpha band, which masks the raster; here it is drawn as values and masks nothing."
        for band in bands
        if provider.colorInterpretation(band) == Qgis.RasterColorInterpretation.AlphaBand
    ]


def _gamma(channels: list[Channel], warnings: list[str]) -> float:
    """Return the one gamma of all channels, within QGIS's limits; above 1 brightens (SLD 1.0, 11.5)."""
    found = {channel.contrast.gamma for channel in channels}
    if found <= {1.0}:
        return 1.0
    if len(found) > 1:
        warnings.append("GammaValue: the channels differ in it, which QGIS cannot draw; it is left out.")
        return 1.0
    gamma = found.pop()
    inside = min(_GREATEST_GAMMA, max(_LEAST_GAMMA, gamma))
    warnings.append(f"GammaValue: {inside:g} is drawn by QGIS's gamma, where more than 1 brightens.")
    return inside
