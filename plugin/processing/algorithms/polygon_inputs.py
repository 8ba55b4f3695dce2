"""Polygon layers and extents given to an algorithm, as the server takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeatureRequest,
    QgsProcessingContext,
    QgsProcessingFeatureSource,
    QgsProcessingFeedback,
)

from .base import PixxelAlgorithm, Refusal

if TYPE_CHECKING:
    from ...layers.polygons import Outline, OutlineReader


def outlines_of(
    algorithm: PixxelAlgorithm,
    parameters: dict[str, Any],
    name: str,
    context: QgsProcessingContext,
    feedback: QgsProcessingFeedback,
    *,
    repair: bool = False,
) -> list[Outline]:
    """Return the outlines of a polygon layer's features, in longitude and latitude.

    Raises:
        Refusal: there is no such layer.
        PolygonRefused: a polygon cannot be sent.
    """
    from ...layers.polygons import OutlineReader

    source = algorithm.parameterAsSource(parameters, name, context)
    if source is None:
        raise Refusal(algorithm.invalidSourceError(parameters, name))
    reader = OutlineReader(source.sourceCrs(), context.transformContext(), repair=repair)
    _warn_of_approximation(algorithm, reader, feedback)
    # invalid shapes are judged by the reader, whatever QGIS's own setting for them
    flag = QgsProcessingFeatureSource.Flag.FlagSkipGeometryValidityChecks
    return reader.of_features(source.getFeatures(QgsFeatureRequest().setNoAttributes(), flag))


def extent_outline(
    algorithm: PixxelAlgorithm,
    parameters: dict[str, Any],
    name: str,
    context: QgsProcessingContext,
    feedback: QgsProcessingFeedback,
) -> Outline:
    """Return the outline of an extent, in longitude and latitude.

    An extent that names no CRS is in that of the project; where there is none either, in longitude and latitude.

    Raises:
        PolygonRefused: it cannot be sent.
    """
    from ...layers.polygons import WGS84, OutlineReader

    crs = algorithm.parameterAsExtentCrs(parameters, name, context)
    reader = OutlineReader(crs if crs.isValid() else QgsCoordinateReferenceSystem(WGS84), context.transformContext())
    _warn_of_approximation(algorithm, reader, feedback)
    return reader.of_extent(algorithm.parameterAsExtent(parameters, name, context))


def _warn_of_approximation(algorithm: PixxelAlgorithm, reader: OutlineReader, feedback: QgsProcessingFeedback) -> None:
    if reader.is_approximate:
        feedback.pushWarning(
            algorithm.tr(
                "The CRS does not say how it relates to WGS 84, so the polygon may lie some hundred metres off. "
                "Check its place."
            )
        )
