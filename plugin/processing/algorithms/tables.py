"""Rows written to a table or layer of the person's choice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from qgis.core import (
    NULL,
    Qgis,
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsFeatureSink,
    QgsField,
    QgsFields,
    QgsGeometry,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingParameterFeatureSink,
)
from qgis.PyQt.QtCore import QMetaType

from ...host.i18n import translate
from .base import PixxelAlgorithm

NUMBER, TEXT, WHOLE = QMetaType.Type.Double, QMetaType.Type.QString, QMetaType.Type.Int
Columns = Sequence[tuple[str, QMetaType.Type]]
Shape: TypeAlias = Mapping[str, Any] | QgsGeometry | None
Row: TypeAlias = tuple[Sequence[Any], Shape]


def add_table(algorithm: PixxelAlgorithm, label: str, kind: Qgis.ProcessingSourceType) -> None:
    """Add ``OUTPUT``, a table or layer."""
    algorithm.addParameter(QgsProcessingParameterFeatureSink("OUTPUT", label, kind))


def texts(*names: str) -> list[tuple[str, QMetaType.Type]]:
    """Return columns of text."""
    return [(name, TEXT) for name in names]


def write_rows(
    algorithm: PixxelAlgorithm,
    parameters: dict[str, Any],
    context: QgsProcessingContext,
    feedback: QgsProcessingFeedback,
    columns: Columns,
    rows: Iterable[Row],
    *,
    polygons: bool = False,
) -> dict[str, Any]:
    """Write values and geometries (GeoJSON or QGIS's, in longitude and latitude; or ``None``) to ``OUTPUT``."""
    features = [_feature(columns, values, geometry) for values, geometry in rows]
    kind = _polygon_kind(features) if polygons else Qgis.WkbType.NoGeometry
    crs = QgsCoordinateReferenceSystem("EPSG:4326") if polygons else QgsCoordinateReferenceSystem()
    sink, target = algorithm.parameterAsSink(parameters, "OUTPUT", context, _fields(columns), kind, crs)
    if sink is None:
        raise QgsProcessingException(algorithm.invalidSinkError(parameters, "OUTPUT"))
    for feature in features:
        if kind == Qgis.WkbType.MultiPolygon and feature.hasGeometry():
            feature.setGeometry(_multiple(feature.geometry()))
        if not sink.addFeature(feature, QgsFeatureSink.Flag.FastInsert):
            raise QgsProcessingException(algorithm.writeFeatureError(sink, parameters, "OUTPUT"))
    feedback.pushInfo(translate("AlgorithmInputs", "Rows written: {0}").format(len(features)))
    feedback.setProgress(100)
    return {"OUTPUT": target}


def _fields(columns: Columns) -> QgsFields:
    fields = QgsFields()
    for name, kind in columns:
        fields.append(QgsField(name, kind))
    return fields


def _feature(columns: Columns, values: Sequence[Any], geometry: Shape) -> QgsFeature:
    feature = QgsFeature(_fields(columns))
    feature.setAttributes([NULL if value is None else value for value in values])
    if geometry is not None:
        feature.setGeometry(geometry if isinstance(geometry, QgsGeometry) else _geometry(geometry))
    return feature


def _geometry(geometry: Mapping[str, Any]) -> QgsGeometry:
    """Return the polygon of a GeoJSON geometry; none where it is something else."""
    from ...layers.geojson import geometry_of

    found = geometry_of(geometry)
    return found if found.type() == Qgis.GeometryType.Polygon else QgsGeometry()


def _multiple(geometry: QgsGeometry) -> QgsGeometry:
    geometry.convertToMultiType()
    return geometry


def _polygon_kind(features: Iterable[QgsFeature]) -> Qgis.WkbType:
    multiple = any(feature.geometry().isMultipart() for feature in features if feature.hasGeometry())
    return Qgis.WkbType.MultiPolygon if multiple else Qgis.WkbType.Polygon
