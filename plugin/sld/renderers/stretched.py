"""Bands drawn over display ranges: composites in three colours, one band in grey."""

from __future__ import annotations

from collections.abc import Sequence

from qgis.core import (
    QgsContrastEnhancement,
    QgsMultiBandColorRenderer,
    QgsRasterMinMaxOrigin,
    QgsRasterRenderer,
    QgsSingleBandGrayRenderer,
)

from .bands import Bands, input_of

Range = tuple[float, float]


def stretched(provider: Bands, ranges: Sequence[Range]) -> QgsRasterRenderer | None:
    """Return a renderer that draws a raster's first bands over display ranges, so that rasters of one range compare.

    Three ranges are red, green and blue, one is grey; ``None`` where the raster has not the bands.
    """
    if provider.bandCount() < len(ranges):
        return None
    enhancements = [_enhancement(provider, band, found) for band, found in enumerate(ranges, start=1)]
    if len(ranges) == 1:
        return _grey(provider, enhancements[0])
    return _colours(provider, enhancements) if len(ranges) == 3 else None


def _grey(provider: Bands, enhancement: QgsContrastEnhancement) -> QgsSingleBandGrayRenderer:
    renderer = QgsSingleBandGrayRenderer(input_of(provider), 1)
    renderer.setContrastEnhancement(enhancement)
    renderer.setMinMaxOrigin(_as_set())
    return renderer


def _colours(provider: Bands, enhancements: Sequence[QgsContrastEnhancement]) -> QgsMultiBandColorRenderer:
    renderer = QgsMultiBandColorRenderer(input_of(provider), 1, 2, 3)
    red, green, blue = enhancements
    renderer.setRedContrastEnhancement(red)
    renderer.setGreenContrastEnhancement(green)
    renderer.setBlueContrastEnhancement(blue)
    renderer.setMinMaxOrigin(_as_set())
    return renderer


def _enhancement(provider: Bands, band: int, found: Range) -> QgsContrastEnhancement:
    enhancement = QgsContrastEnhancement(provider.dataType(band))
    enhancement.setMinimumValue(found[0])
    enhancement.setMaximumValue(found[1])
    enhancement.setContrastEnhancementAlgorithm(
        QgsContrastEnhancement.ContrastEnhancementAlgorithm.StretchToMinimumMaximum
    )
    return enhancement


def _as_set() -> QgsRasterMinMaxOrigin:
    """Return limits that QGIS does not measure again."""
    origin = QgsRasterMinMaxOrigin()
    origin.setLimits(QgsRasterMinMaxOrigin.Limits.None_)
    return origin
