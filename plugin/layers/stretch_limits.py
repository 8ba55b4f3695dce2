"""Limits of a stretch that is measured, without values that look like no-data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from ..sld.raster_style import Channel, ContrastMethod, RasterStyle
from ..sld.renderers import band_of

if TYPE_CHECKING:
    from ..imagery.statistics import BandSource, Fill, Measured
    from ..sld.renderers.bands import MeasuredBands

    Source = Callable[[int], BandSource | None]

_MEASURED = (ContrastMethod.NONE, ContrastMethod.NORMALIZE)
_PIXELS = 1 << 18  # as many as QGIS itself looks at


def with_limits(style: RasterStyle, bands: MeasuredBands, band: int, source: Source) -> RasterStyle:
    """Return a style whose stretches are not decided by undeclared no-data, with a warning where they would be.

    A raster without such values is left to QGIS's own measuring.

    Args:
        source: returns how a band is measured.
    """
    if style.legend is not None:
        return style
    if style.colours is None:
        grey, warnings = _limited(style.grey, bands, band, source)
        return replace(style, grey=grey, warnings=(*style.warnings, *warnings))
    found = [(None, ()) if channel is None else _limited(channel, bands, 0, source) for channel in style.colours]
    red, green, blue = (channel for channel, _ in found)
    notes = [warning for _, warnings in found for warning in warnings]
    return replace(style, colours=(red, green, blue), warnings=(*style.warnings, *notes))


def _limited(channel: Channel, bands: MeasuredBands, fallback: int, source: Source) -> tuple[Channel, tuple[str, ...]]:
    contrast = channel.contrast
    if contrast.method not in _MEASURED or not (contrast.minimum is None and contrast.maximum is None):
        return channel, ()
    band = band_of(channel, bands, fallback, [])
    measured = _measured(source(band))
    if measured is None or not measured.fills:
        return channel, ()
    limits = replace(contrast, method=ContrastMethod.NORMALIZE, minimum=measured.least, maximum=measured.greatest)
    return replace(channel, contrast=limits), tuple(_left_out(fill, band) for fill in measured.fills)


def _measured(source: BandSource | None) -> Measured | None:
    from ..imagery.statistics import measure, sample

    taken = None if source is None else sample(source, most=_PIXELS)
    return None if taken is None or taken.is_byte else measure(taken)


def _left_out(fill: Fill, band: int) -> str:
    return (
        f"RasterSymbolizer: {fill.share:.1%} of the pixels of band {band} are {fill.value:.7g}, which looks like "
        "no-data that the file does not declare; the stretch leaves them out."
    )
