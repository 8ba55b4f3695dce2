"""The bands of a raster, as those who build renderers need them.

A ``QgsRasterDataProvider`` has all of it. Other threads than the main one must not touch that, see
``layers.lent_layer``; they pass objects of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from qgis.core import Qgis, QgsRasterDataProvider

if TYPE_CHECKING:
    from qgis.core import QgsRectangle

# ruff: noqa: N802 (QGIS's names)


class Bands(Protocol):
    """The bands and their types."""

    def bandCount(self) -> int:
        """Return how many bands there are."""

    def dataType(self, band: int, /) -> Qgis.DataType:
        """Return the type of the numbers of a band, counted from 1."""


class MeasuredBands(Bands, Protocol):
    """Bands that also have names, and whose values can be measured."""

    def bandDescription(self, band: int, /) -> str:
        """Return the name that the file gives a band."""

    def generateBandName(self, band: int, /) -> str:
        """Return the name that QGIS gives a band."""

    def colorInterpretation(self, band: int, /) -> Qgis.RasterColorInterpretation:
        """Return the colour interpretation of a band."""

    def extent(self) -> QgsRectangle:
        """Return the extent of the raster."""

    def cumulativeCut(
        self, band: int, lower: float, upper: float, extent: QgsRectangle, size: int, /
    ) -> tuple[float, float]:
        """Return the values between which these shares of a band's pixels lie, measured on so many pixels."""

    def bandStatistics(self, band: int, statistics: Any, extent: QgsRectangle, size: int, /) -> Any:
        """Return an object with ``minimumValue`` and ``maximumValue`` of a band, measured on so many pixels."""


def input_of(bands: Bands) -> QgsRasterDataProvider | None:
    """Return the input of a new renderer; the layer that gets the renderer sets it again."""
    return bands if isinstance(bands, QgsRasterDataProvider) else None
