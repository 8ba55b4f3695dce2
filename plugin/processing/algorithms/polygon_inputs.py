"""Polygon layers and extents given to an algorithm, as the server takes them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeatureRequest,
    QgsMapLayer,
    QgsProcessingContext,
    QgsProcessingFeatureSource,
    QgsProcessingFeedback,
)

from ...host.i18n import translate
from ..errors import InputRefused
from .base import PixxelAlgorithm
from .plain_values import given, not_understood

if TYPE_CHECKING:
    from ...layers.polygons import Outline, OutlineReader

_NUMBER = r"\s*([-+.\deE]+)\s*"
_BOX = re.compile(rf"{_NUMBER},{_NUMBER},{_NUMBER},{_NUMBER}(?:\[(.*)\])?\s*")


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
        InputRefused: there is no such layer.
        PolygonRefused: a polygon cannot be sent.
    """
    from ...layers.polygons import OutlineReader

    source = algorithm.parameterAsSource(parameters, name, context)
    if source is None:
        raise InputRefused(algorithm.invalidSourceError(parameters, name))
    reader = OutlineReader(source.sourceCrs(), context.transformContext(), repair=repair)
    _warn_of_approximation(reader, feedback)
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

    Numbers that name no CRS are in that of the project; where there is none either, in longitude and latitude.

    Raises:
        InputRefused: it is no extent, or QGIS would read it as another one.
        PolygonRefused: it cannot be sent.
    """
    from ...layers.polygons import WGS84, OutlineReader

    is_of_layer = _is_extent_of_layer(name, given(algorithm, parameters, name, context))
    crs = algorithm.parameterAsExtentCrs(parameters, name, context)
    if not crs.isValid() and not is_of_layer:
        crs = QgsCoordinateReferenceSystem(WGS84)
    reader = OutlineReader(crs, context.transformContext())
    _warn_of_approximation(reader, feedback)
    return reader.of_extent(algorithm.parameterAsExtent(parameters, name, context))


def _is_extent_of_layer(name: str, value: Any) -> bool:
    """Return whether an extent is that of a layer, whose CRS it has to have.

    QGIS exchanges a minimum above its maximum, which makes of an extent across the 180th meridian one round the globe,
    and reads a CRS it does not know as none.

    Raises:
        InputRefused: it is no extent.
    """
    box = _BOX.fullmatch(value) if isinstance(value, str) else None
    if box is not None:
        _check_box(name, value, box)
    elif isinstance(value, list | tuple | dict):
        hint = translate("AlgorithmInputs", "Write it as a text: west,east,south,north [EPSG:4326].")
        raise not_understood(name, value, hint)
    return isinstance(value, QgsMapLayer) or (isinstance(value, str) and box is None)


def _check_box(name: str, text: str, box: re.Match[str]) -> None:
    west, east, south, north = map(float, box.groups()[:4])
    if west > east or south > north:
        hint = translate(
            "AlgorithmInputs",
            "A minimum is above its maximum; the order is west,east,south,north. Across the 180th meridian, write "
            "longitudes beyond 180, as 179,181.",
        )
        raise not_understood(name, text, hint)
    if box[5] is not None and not QgsCoordinateReferenceSystem(box[5]).isValid():
        hint = translate("AlgorithmInputs", "Its CRS is not known. Write one that QGIS knows, as [EPSG:4326].")
        raise not_understood(name, text, hint)


def _warn_of_approximation(reader: OutlineReader, feedback: QgsProcessingFeedback) -> None:
    if reader.is_approximate:
        feedback.pushWarning(
            translate(
                "AlgorithmInputs",
                "The CRS does not say how it relates to WGS 84, so the polygon may lie some hundred metres off. "
                "Check its place.",
            )
        )
