"""``pixxel:zonalseries``."""

from __future__ import annotations

from typing import Any, ClassVar

from qgis.core import (
    Qgis,
    QgsFeatureRequest,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeatureSource,
    QgsProcessingFeedback,
    QgsProcessingParameterFeatureSource,
)
from qgis.PyQt.QtCore import QMetaType

from ..errors import InputRefused
from .base import PixxelAlgorithm
from .series import add_series, measure_series
from .tables import NUMBER, add_table, texts, write_rows

COLUMNS = [
    ("feature_id", QMetaType.Type.LongLong),
    *texts("date"),
    ("count", QMetaType.Type.LongLong),
    *((name, NUMBER) for name in ("mean", "min", "max", "median")),
]


class ZonalSeries(PixxelAlgorithm):
    """Lists statistics of an index within polygons over time."""

    ID: ClassVar[str] = "zonalseries"
    GROUP: ClassVar[str] = "images"
    TAGS: ClassVar[tuple[str, ...]] = ("time series", "zonal statistics", "polygon", "field", "mean", "median")
    ICON: ClassVar[str] = "values"

    def title(self) -> str:
        """Return the name people see."""
        return self.tr("Zonal Time Series")

    def help(self) -> str:
        """Return the help text of the algorithm."""
        return self.tr(
            "Downloads the value rasters of a visualization and lists, for each polygon and date, how many pixels hold "
            "a value and their mean, minimum, maximum and median, as a table. A pixel belongs to the polygon that "
            "holds its centre; a polygon that holds no centre takes the pixels it touches. A date without data within "
            "a polygon has the count 0 and empty figures. The feature_id is that of the input layer."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802
        """Declare the parameters."""
        add_series(self)
        kinds = [QgsProcessing.SourceType.TypeVectorPolygon]
        self.addParameter(QgsProcessingParameterFeatureSource("INPUT", self.tr("Polygons"), kinds))
        add_table(self, self.tr("Time series"), Qgis.ProcessingSourceType.Vector)

    def execute(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        """Measure the dates and write the table."""
        from ...downloads.raster_measures import in_polygons

        zones = self._zones(parameters, context)
        measure = in_polygons(list(zones.values()))
        dates, measured = measure_series(self, parameters, context, feedback, measure)
        rows = [
            ((number, date.label, *_figures(measured.found.get(date.key), row)), None)
            for row, number in enumerate(zones)
            for date in dates
        ]
        return write_rows(self, parameters, context, feedback, COLUMNS, rows)

    def _zones(self, parameters: dict[str, Any], context: QgsProcessingContext) -> dict[int, tuple[bytes, str]]:
        """Return the polygons, with their CRS, by the ids of their features.

        Raises:
            InputRefused: there is no such layer, CRS or polygon.
        """
        source = self.parameterAsSource(parameters, "INPUT", context)
        if source is None:
            raise InputRefused(self.invalidSourceError(parameters, "INPUT"))
        if not source.sourceCrs().isValid():
            raise InputRefused(self.tr("INPUT has no CRS, so its polygons have no place. Set the CRS of the layer."))
        wkt = source.sourceCrs().toWkt(Qgis.CrsWktVariant.PreferredGdal)
        flag = QgsProcessingFeatureSource.Flag.FlagSkipGeometryValidityChecks
        features = source.getFeatures(QgsFeatureRequest().setNoAttributes(), flag)
        found = {each.id(): each.geometry() for each in features if not each.geometry().isEmpty()}
        if not found:
            raise InputRefused(self.tr("INPUT has no polygon. Choose a layer that has one, or select other features."))
        return {number: (bytes(_straight(shape).asWkb()), wkt) for number, shape in found.items()}


def _straight(shape: Any) -> Any:
    """Return a polygon without curves, heights and measures, which have no place in a raster."""
    shape.convertToStraightSegment()
    plain = shape.get()
    plain.dropZValue()
    plain.dropMValue()
    return shape


def _figures(found: Any, row: int) -> tuple[Any, ...]:
    if found is None:
        return (None,) * 5
    each = found[row]
    return each.count, each.mean, each.minimum, each.maximum, each.median
