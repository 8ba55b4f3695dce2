"""The bands of a raster layer without its data provider, which other threads must not touch (see ``lent_layer``)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qgis.core import (
    Qgis,
    QgsContrastEnhancement,
    QgsRasterBandStats,
    QgsRasterDataProvider,
    QgsRasterLayer,
    QgsRasterMinMaxOrigin,
    QgsRectangle,
    QgsSingleBandGrayRenderer,
)

from .measuring import source_of

if TYPE_CHECKING:
    from ..imagery.statistics import BandSource

# ruff: noqa: N802 (QGIS's names)
_LIMITS = QgsRasterMinMaxOrigin.Limits
_STRETCH = QgsContrastEnhancement.ContrastEnhancementAlgorithm.StretchToMinimumMaximum


class LayerBands:
    """The bands of a layer and their types, in any thread."""

    def __init__(self, layer: QgsRasterLayer) -> None:
        self._layer = layer

    def bandCount(self) -> int:
        """Return how many bands there are."""
        return int(self._layer.bandCount())

    def dataType(self, band: int, /) -> Qgis.DataType:
        """Return the type of the numbers of a band; the renderer asks the data provider for it."""
        renderer = self._layer.renderer()
        return Qgis.DataType.UnknownDataType if renderer is None else renderer.sourceDataType(band)


@dataclass(frozen=True, slots=True)
class BandFacts:
    """Facts about the bands of a data provider, read in the main thread."""

    types: tuple[Qgis.DataType, ...]
    descriptions: tuple[str, ...]
    names: tuple[str, ...]
    interpretations: tuple[Qgis.RasterColorInterpretation, ...]
    sources: tuple[BandSource | None, ...]

    @classmethod
    def of(cls, provider: QgsRasterDataProvider) -> BandFacts:
        """Note down the bands of a data provider."""
        bands = range(1, provider.bandCount() + 1)
        return cls(
            tuple(provider.dataType(band) for band in bands),
            tuple(provider.bandDescription(band) for band in bands),
            tuple(provider.generateBandName(band) for band in bands),
            tuple(provider.colorInterpretation(band) for band in bands),
            tuple(source_of(provider, band) for band in bands),
        )

    def source(self, band: int) -> BandSource | None:
        """Return how a band is measured, as ``source_of`` does."""
        return self.sources[band - 1] if 1 <= band <= len(self.sources) else None


class KnownBands:
    """The bands of a layer opened in another thread, of which the facts are known; the layer measures them."""

    def __init__(self, layer: QgsRasterLayer, facts: BandFacts) -> None:
        self._layer = layer
        self._facts = facts

    def bandCount(self) -> int:
        """Return how many bands there are."""
        return len(self._facts.types)

    def dataType(self, band: int, /) -> Qgis.DataType:
        """Return the type of the numbers of a band."""
        known = self._facts.types
        return known[band - 1] if 1 <= band <= len(known) else Qgis.DataType.UnknownDataType

    def bandDescription(self, band: int, /) -> str:
        """Return the name that the file gives a band."""
        return self._facts.descriptions[band - 1]

    def generateBandName(self, band: int, /) -> str:
        """Return the name that QGIS gives a band."""
        return self._facts.names[band - 1]

    def colorInterpretation(self, band: int, /) -> Qgis.RasterColorInterpretation:
        """Return the colour interpretation of a band."""
        known = self._facts.interpretations
        return known[band - 1] if 1 <= band <= len(known) else Qgis.RasterColorInterpretation.Undefined

    def extent(self) -> QgsRectangle:
        """Return the extent of the raster."""
        return self._layer.extent()

    def cumulativeCut(
        self, band: int, lower: float, upper: float, extent: QgsRectangle, size: int, /
    ) -> tuple[float, float]:
        """Return the values between which these shares of a band's pixels lie."""
        origin = QgsRasterMinMaxOrigin()
        origin.setLimits(_LIMITS.CumulativeCut)
        origin.setCumulativeCutLower(lower)
        origin.setCumulativeCutUpper(upper)
        return self._measured(band, origin, extent, size)

    def bandStatistics(self, band: int, statistics: Any, extent: QgsRectangle, size: int, /) -> QgsRasterBandStats:
        """Return the least and greatest value of a band; nothing else is filled in."""
        found = QgsRasterBandStats()
        origin = QgsRasterMinMaxOrigin()
        origin.setLimits(_LIMITS.MinMax)
        found.minimumValue, found.maximumValue = self._measured(band, origin, extent, size)
        return found

    def _measured(
        self, band: int, origin: QgsRasterMinMaxOrigin, extent: QgsRectangle, size: int
    ) -> tuple[float, float]:
        """Let the layer stretch a band, and return the limits it finds; it is drawn as before in the end."""
        former = self._layer.renderer().clone()
        self._layer.setRenderer(_grey(band, origin))
        self._layer.setContrastEnhancement(_STRETCH, origin.limits(), extent, size, False)
        found = _limits_of(self._layer)
        self._layer.setRenderer(former)
        return found


def _grey(band: int, origin: QgsRasterMinMaxOrigin) -> QgsSingleBandGrayRenderer:
    renderer = QgsSingleBandGrayRenderer(None, band)
    renderer.setMinMaxOrigin(origin)
    return renderer


def _limits_of(layer: QgsRasterLayer) -> tuple[float, float]:
    drawn = layer.renderer().contrastEnhancement()
    return float(drawn.minimumValue()), float(drawn.maximumValue())
