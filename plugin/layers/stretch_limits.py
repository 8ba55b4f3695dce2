"""Limits of a stretch that is measured, without values that look like no-data."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from qgis.core import QgsRasterDataProvider

from ..style.raster_style import Channel, ContrastMethod, RasterStyle
from ..style.renderer import band_of
from .measuring import source_of

if TYPE_CHECKING:
    from ..imagery.statistics import Fill, Measured

_MEASURED = (ContrastMethod.NONE, ContrastMethod.NORMALIZE)
_PIXELS = 1 << 18  # as many as QGIS itself looks at


def with_limits(style: RasterStyle, provider: QgsRasterDataProvider, band: int) -> RasterStyle:
    """Return a style whose stretches are not decided by undeclared no-data, with a warning where they would be.

    A raster without such values is left to QGIS's own measuring.
    """
    if style.legend is not None:
        return style
    if style.colours is None:
        grey, warnings = _limited(style.grey, provider, band)
        return replace(style, grey=grey, warnings=(*style.warnings, *warnings))
    found = [(None, ()) if channel is None else _limited(channel, provider, 0) for channel in style.colours]
    red, green, blue = (channel for channel, _ in found)
    told = [warning for _, warnings in found for warning in warnings]
    return replace(style, colours=(red, green, blue), warnings=(*style.warnings, *told))


def _limited(channel: Channel, provider: QgsRasterDataProvider, fallback: int) -> tuple[Channel, tuple[str, ...]]:
    contrast = channel.contrast
    if contrast.method not in _MEASURED or not (contrast.minimum is None and contrast.maximum is None):
        return channel, ()
    band = band_of(channel, provider, fallback, [])
    measured = _measured(provider, band)
    if measured is None or not measured.fills:
        return channel, ()
    limits = replace(contrast, method=ContrastMethod.NORMALIZE, minimum=measured.least, maximum=measured.greatest)
    return replace(channel, contrast=limits), tuple(_left_out(fill, band) for fill in measured.fills)


def _measured(provider: QgsRasterDataProvider, band: int) -> Measured | None:
    from ..imagery.statistics import measure, sample

    source = source_of(provider, band)
    taken = None if source is None else sample(source, most=_PIXELS)
    return None if taken is None or taken.is_byte else measure(taken)


def _left_out(fill: Fill, band: int) -> str:
    return (
        f"RasterSymbolizer: {fill.share:.1%} of the pixels of band {band} are {fill.value:.7g}, which looks like "
        "no-data that the file does not declare; the stretch leaves them out."
    )
