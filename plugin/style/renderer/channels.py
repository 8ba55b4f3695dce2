"""Grey and three-band pictures as QGIS renderers: bands found, contrast measured."""

from __future__ import annotations

import math
from warnings import catch_warnings, simplefilter

from qgis.core import (
    Qgis,
    QgsContrastEnhancement,
    QgsMultiBandColorRenderer,
    QgsRasterDataProvider,
    QgsRasterLayer,
    QgsRasterMinMaxOrigin,
    QgsSingleBandGrayRenderer,
)

from ..raster_style import Channel, Channels, Contrast, ContrastMethod
from .trouble import StyleNotDrawable

_CUT = (0.02, 0.98)
_LIMITS = QgsRasterMinMaxOrigin.Limits
_SHOWN_AS_THEY_ARE = (Qgis.DataType.Byte,)
_COLOURS = ("red", "green", "blue")
_STRETCH = QgsContrastEnhancement.ContrastEnhancementAlgorithm.StretchToMinimumMaximum


def band_of(channel: Channel, provider: QgsRasterDataProvider, fallback: int, warnings: list[str]) -> int:
    """Return the band a channel names by number or name; ``fallback`` where the raster has no such band."""
    if not channel.source:
        return fallback
    found = channel.band or _band_named(channel.source, provider)
    if found is not None and found <= provider.bandCount():
        return found
    if channel.band is not None:
        warnings.append(f"SourceChannelName: the raster has no band {channel.band}; band {fallback} is drawn.")
    return fallback


def _band_named(name: str, provider: QgsRasterDataProvider) -> int | None:
    wanted = name.casefold()
    for band in range(1, provider.bandCount() + 1):
        if wanted in (provider.bandDescription(band).casefold(), provider.generateBandName(band).casefold()):
            return band
    return None


def grey_renderer(
    channel: Channel, provider: QgsRasterDataProvider, band: int, warnings: list[str]
) -> QgsSingleBandGrayRenderer:
    """Return a renderer that draws one band from black to white."""
    renderer = QgsSingleBandGrayRenderer(provider, band)
    enhancement = _enhancement(channel.contrast, provider, band, warnings)
    if enhancement is not None:
        renderer.setContrastEnhancement(enhancement)
        renderer.setMinMaxOrigin(_origin(channel.contrast))
    return renderer


def colour_renderer(
    channels: Channels, provider: QgsRasterDataProvider, warnings: list[str]
) -> QgsMultiBandColorRenderer:
    """Return a renderer that draws three bands as red, green and blue.

    Raises:
        StyleNotDrawable: the raster has none of a channel's band.
    """
    bands = [_band_or_refuse(channel, provider) for channel in channels]
    renderer = QgsMultiBandColorRenderer(provider, *bands)
    setters = (
        renderer.setRedContrastEnhancement,
        renderer.setGreenContrastEnhancement,
        renderer.setBlueContrastEnhancement,
    )
    told = ", ".join(f"{name} from band {band}" for name, band in zip(_COLOURS, bands, strict=True) if band > 0)
    warnings.append(f"ChannelSelection: {told} are drawn.")
    for channel, band, put in zip(channels, bands, setters, strict=True):
        enhancement = None if channel is None else _enhancement(channel.contrast, provider, band, warnings)
        if enhancement is not None:
            put(enhancement)
    return renderer


def _band_or_refuse(channel: Channel | None, provider: QgsRasterDataProvider) -> int:
    if channel is None:
        return -1
    found = channel.band or _band_named(channel.source, provider)
    if found is None or found > provider.bandCount():
        raise StyleNotDrawable("band", channel.source)
    return found


def _enhancement(
    contrast: Contrast, provider: QgsRasterDataProvider, band: int, warnings: list[str]
) -> QgsContrastEnhancement | None:
    """Return the stretch of a band; bytes without a contrast are drawn as they are, other numbers must be brought to
    what a screen shows."""
    if contrast.method is ContrastMethod.NONE and provider.dataType(band) in _SHOWN_AS_THEY_ARE:
        return None
    if contrast.method is ContrastMethod.NONE:
        warnings.append(f"RasterSymbolizer: band {band} is stretched between its least and greatest value.")
    elif contrast.method is not ContrastMethod.NORMALIZE:
        warnings.append(f"ContrastEnhancement: {contrast.method.value} is drawn as {_substitute(contrast)}.")
    low, high = _range(contrast, provider, band)
    if contrast.method is ContrastMethod.NORMALIZE:
        warnings.append(f"ContrastEnhancement: band {band} is stretched from {low:g} to {high:g}; servers may differ.")
    enhancement = QgsContrastEnhancement(provider.dataType(band))
    enhancement.setMinimumValue(low)
    enhancement.setMaximumValue(high)
    enhancement.setContrastEnhancementAlgorithm(_STRETCH)
    return enhancement


def _substitute(contrast: Contrast) -> str:
    return "a stretch between 2 % and 98 %" if contrast.method is ContrastMethod.HISTOGRAM else "an even stretch"


def _range(contrast: Contrast, provider: QgsRasterDataProvider, band: int) -> tuple[float, float]:
    low, high = contrast.minimum, contrast.maximum
    if low is None or high is None:
        measured = _measured(contrast, provider, band)
        low, high = measured[0] if low is None else low, measured[1] if high is None else high
    return (low, high) if high > low else (low, math.nextafter(low, math.inf))


def _measured(contrast: Contrast, provider: QgsRasterDataProvider, band: int) -> tuple[float, float]:
    if contrast.method is ContrastMethod.HISTOGRAM:
        low, high = provider.cumulativeCut(band, *_CUT, provider.extent(), int(QgsRasterLayer.SAMPLE_SIZE))
        return float(low), float(high)
    wanted = Qgis.RasterBandStatistic.Min | Qgis.RasterBandStatistic.Max
    with catch_warnings():
        # The bindings take the enum for the int of the deprecated twin.
        simplefilter("ignore", DeprecationWarning)
        found = provider.bandStatistics(band, wanted, provider.extent(), int(QgsRasterLayer.SAMPLE_SIZE))
    return float(found.minimumValue), float(found.maximumValue)


def _origin(contrast: Contrast) -> QgsRasterMinMaxOrigin:
    """Tell QGIS how limits are found, so that its styling panel shows them rightly."""
    origin = QgsRasterMinMaxOrigin()
    if contrast.minimum is None or contrast.maximum is None:
        is_cut = contrast.method is ContrastMethod.HISTOGRAM
        origin.setLimits(_LIMITS.CumulativeCut if is_cut else _LIMITS.MinMax)
    return origin


def contrast_of(enhancement: QgsContrastEnhancement | None, warnings: list[str]) -> Contrast:
    """Return what a stretch of QGIS is in SLD."""
    algorithms = QgsContrastEnhancement.ContrastEnhancementAlgorithm
    if enhancement is None or enhancement.contrastEnhancementAlgorithm() == algorithms.NoEnhancement:
        return Contrast()
    if enhancement.contrastEnhancementAlgorithm() != algorithms.StretchToMinimumMaximum:
        warnings.append("ContrastEnhancement: values outside the limits are clipped by QGIS; SLD stretches them.")
    return Contrast(ContrastMethod.NORMALIZE, 1.0, enhancement.minimumValue(), enhancement.maximumValue())


def channel_of(band: int, enhancement: QgsContrastEnhancement | None, warnings: list[str]) -> Channel | None:
    """Return what a band of a renderer of QGIS is in SLD; ``None`` where it is not drawn."""
    return Channel(str(band), contrast_of(enhancement, warnings)) if band > 0 else None
