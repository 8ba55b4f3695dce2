"""Grey and three-band pictures as QGIS renderers: bands found, contrast measured."""

from __future__ import annotations

import math
from dataclasses import dataclass
from warnings import catch_warnings, simplefilter

from qgis.core import (
    Qgis,
    QgsContrastEnhancement,
    QgsMultiBandColorRenderer,
    QgsRasterLayer,
    QgsRasterMinMaxOrigin,
    QgsRasterRenderer,
    QgsSingleBandGrayRenderer,
)

from ..raster_style import Channel, Channels, Contrast, ContrastAlgorithm, ContrastMethod
from ..stretch import rounded_off
from .bands import MeasuredBands, input_of
from .errors import StyleNotDrawable

_CUT = (0.02, 0.98)
_LIMITS = QgsRasterMinMaxOrigin.Limits
_SHOWN_AS_THEY_ARE = (Qgis.DataType.Byte,)
_COLOURS = ("red", "green", "blue")
_AS_THEY_ARE = (0.0, 255.0)
_ALGORITHM = QgsContrastEnhancement.ContrastEnhancementAlgorithm
_STRETCH = _ALGORITHM.StretchToMinimumMaximum


@dataclass(frozen=True, slots=True)
class GreyScale:
    """How QGIS turns the values of a band into grey: evenly between the values that are black and white.

    Attributes:
        drawn: the least and the greatest value that are drawn; ``None`` where all are.
    """

    black: float
    white: float
    drawn: tuple[float, float] | None = None

    @property
    def is_plain(self) -> bool:
        """Return whether each drawn value is its own grey."""
        return (self.black, self.white) == _AS_THEY_ARE

    def level(self, value: float) -> int:
        """Return the grey of a value, 0 to 255."""
        share = (value / 2 - self.black / 2) / ((self.white / 2 - self.black / 2) or math.inf)
        return round(_AS_THEY_ARE[1] * min(1.0, max(0.0, share)))


def band_of(channel: Channel, provider: MeasuredBands, fallback: int, warnings: list[str]) -> int:
    """Return the band a channel names by number or name; ``fallback`` where the raster has no such band."""
    if not channel.source:
        return fallback
    found = channel.band or _band_named(channel.source, provider)
    if found is not None and found <= provider.bandCount():
        return found
    if channel.band is not None:
        warnings.append(f"SourceChannelName: the raster has no band {channel.band}; band {fallback} is drawn.")
    return fallback


def _band_named(name: str, provider: MeasuredBands) -> int | None:
    wanted = name.casefold()
    for band in range(1, provider.bandCount() + 1):
        if wanted in (provider.bandDescription(band).casefold(), provider.generateBandName(band).casefold()):
            return band
    return None


def grey_renderer(
    channel: Channel, provider: MeasuredBands, band: int, warnings: list[str]
) -> QgsSingleBandGrayRenderer:
    """Return a renderer that draws one band from black to white."""
    renderer = QgsSingleBandGrayRenderer(input_of(provider), band)
    enhancement = _enhancement(channel.contrast, provider, band, warnings)
    if enhancement is not None:
        renderer.setContrastEnhancement(enhancement)
        renderer.setMinMaxOrigin(_origin(channel.contrast))
    return renderer


def colour_renderer(channels: Channels, provider: MeasuredBands, warnings: list[str]) -> QgsMultiBandColorRenderer:
    """Return a renderer that draws three bands as red, green and blue.

    Raises:
        StyleNotDrawable: the raster has none of a channel's band.
    """
    bands = [_band_or_refuse(channel, provider) for channel in channels]
    renderer = QgsMultiBandColorRenderer(input_of(provider), *bands)
    setters = (
        renderer.setRedContrastEnhancement,
        renderer.setGreenContrastEnhancement,
        renderer.setBlueContrastEnhancement,
    )
    drawn_bands = ", ".join(f"{name} from band {band}" for name, band in zip(_COLOURS, bands, strict=True) if band > 0)
    warnings.append(f"ChannelSelection: {drawn_bands} are drawn.")
    for channel, band, put in zip(channels, bands, setters, strict=True):
        enhancement = None if channel is None else _enhancement(channel.contrast, provider, band, warnings)
        if enhancement is not None:
            put(enhancement)
    return renderer


def _band_or_refuse(channel: Channel | None, provider: MeasuredBands) -> int:
    if channel is None:
        return -1
    found = channel.band or _band_named(channel.source, provider)
    if found is None or found > provider.bandCount():
        raise StyleNotDrawable("band", channel.source)
    return found


def _enhancement(
    contrast: Contrast, provider: MeasuredBands, band: int, warnings: list[str]
) -> QgsContrastEnhancement | None:
    """Return the stretch of a band; bytes without a contrast are drawn unchanged, other numbers are stretched."""
    if contrast.method is ContrastMethod.NONE and provider.dataType(band) in _SHOWN_AS_THEY_ARE:
        return None
    if contrast.method is ContrastMethod.NONE:
        warnings.append(f"RasterSymbolizer: band {band} is stretched between its least and greatest value.")
    elif contrast.method is not ContrastMethod.NORMALIZE:
        warnings.append(f"ContrastEnhancement: {contrast.method.value} is drawn as {_substitute(contrast)}.")
    low, high = _range(contrast, provider, band)
    algorithm = _STRETCH
    if contrast.method is ContrastMethod.NORMALIZE:
        algorithm, text = _normalized(contrast, provider.dataType(band))
        warnings.append(f"ContrastEnhancement: {text.format(band, low, high)}")
    if algorithm == _ALGORITHM.StretchAndClipToMinimumMaximum:
        low, high = low - rounded_off(low), high + rounded_off(high)
    enhancement = QgsContrastEnhancement(provider.dataType(band))
    enhancement.setMinimumValue(low)
    enhancement.setMaximumValue(high)
    enhancement.setContrastEnhancementAlgorithm(algorithm)
    return enhancement


def _normalized(
    contrast: Contrast, kind: Qgis.DataType
) -> tuple[QgsContrastEnhancement.ContrastEnhancementAlgorithm, str]:
    """Return QGIS's algorithm, and its effect on band {0} with the limits {1} and {2}.

    QGIS exports both “clip” and “stretch and clip” as clipping. Clipped values are drawn as they are, which only bytes
    can be; for others the stretch must have been meant.
    """
    if contrast.algorithm is ContrastAlgorithm.STRETCH:
        return _STRETCH, "band {0} is stretched from {1:g} to {2:g}; servers may differ."
    if contrast.algorithm is ContrastAlgorithm.CLIP_TO_ZERO:
        return _STRETCH, "ClipToZero is drawn as a stretch of band {0} from {1:g} to {2:g}."
    if kind in _SHOWN_AS_THEY_ARE:
        return _ALGORITHM.ClipToMinimumMaximum, (
            "band {0} is drawn as it is from {1:g} to {2:g} and not at all beyond, where servers draw the limits; "
            "QGIS's “stretch and clip” is written in the same way."
        )
    return _ALGORITHM.StretchAndClipToMinimumMaximum, (
        "ClipToMinimumMaximum is drawn as QGIS's “stretch and clip”: band {0} is stretched from {1:g} to {2:g} "
        "and not drawn beyond; servers differ."
    )


def _substitute(contrast: Contrast) -> str:
    return "a stretch between 2 % and 98 %" if contrast.method is ContrastMethod.HISTOGRAM else "an even stretch"


def _range(contrast: Contrast, provider: MeasuredBands, band: int) -> tuple[float, float]:
    low, high = contrast.minimum, contrast.maximum
    if low is None or high is None:
        measured = _measured(contrast, provider, band)
        low, high = measured[0] if low is None else low, measured[1] if high is None else high
    return (low, high) if high > low else (low, math.nextafter(low, math.inf))


def _measured(contrast: Contrast, provider: MeasuredBands, band: int) -> tuple[float, float]:
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
    """Set the origin of the limits, so that QGIS's styling panel shows it."""
    origin = QgsRasterMinMaxOrigin()
    if contrast.minimum is None or contrast.maximum is None:
        is_cut = contrast.method is ContrastMethod.HISTOGRAM
        origin.setLimits(_LIMITS.CumulativeCut if is_cut else _LIMITS.MinMax)
    return origin


def grey_scale_of(enhancement: QgsContrastEnhancement | None, kind: Qgis.DataType) -> GreyScale:
    """Return the grey scale by which QGIS draws a band of a type, by its own formulas."""
    if enhancement is None:
        return GreyScale(*_AS_THEY_ARE)
    whole = (enhancement.minimumValuePossible(kind), enhancement.maximumValuePossible(kind))
    limits = (enhancement.minimumValue(), enhancement.maximumValue())
    algorithm = enhancement.contrastEnhancementAlgorithm()
    if algorithm == _ALGORITHM.NoEnhancement:
        return GreyScale(*whole)
    if algorithm == _ALGORITHM.ClipToMinimumMaximum:
        return GreyScale(*whole, drawn=limits)
    return GreyScale(*limits, drawn=limits if algorithm == _ALGORITHM.StretchAndClipToMinimumMaximum else None)


def contrast_of(scale: GreyScale, warnings: list[str]) -> Contrast:
    """Return a grey scale as a contrast of SLD, which draws all values."""
    if scale.drawn is not None:
        warnings.append("ContrastEnhancement: values outside the limits are not drawn by QGIS; SLD draws them.")
    if not scale.is_plain:
        return Contrast(ContrastMethod.NORMALIZE, 1.0, scale.black, scale.white)
    if scale.drawn is not None:
        return Contrast(ContrastMethod.NORMALIZE, 1.0, *scale.drawn, ContrastAlgorithm.CLIP)
    return Contrast()


def channel_of(
    renderer: QgsMultiBandColorRenderer, band: int, enhancement: QgsContrastEnhancement | None, warnings: list[str]
) -> Channel | None:
    """Return the SLD channel for a band of a QGIS renderer; ``None`` where it is not drawn."""
    if band < 1:
        return None
    return Channel(str(band), contrast_of(grey_scale_of(enhancement, type_of(renderer, band)), warnings))


def type_of(renderer: QgsRasterRenderer, band: int) -> Qgis.DataType:
    """Return the type of the numbers of a band a renderer draws."""
    found = renderer.sourceDataType(band)  # asking its input for it would wrap the data provider, see layers.lent_layer
    return Qgis.DataType.Float32 if found == Qgis.DataType.UnknownDataType else found
