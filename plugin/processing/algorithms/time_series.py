"""``pixxel:timeseries``."""

from __future__ import annotations

from typing import Any, ClassVar

from qgis.core import (
    Qgis,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsPointXY,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingParameterPoint,
)

from ..errors import InputRefused
from .base import PixxelAlgorithm
from .plain_values import given, not_understood
from .series import add_series, measure_series
from .tables import NUMBER, add_table, texts, write_rows

_WGS84 = "EPSG:4326"
COLUMNS = [*texts("date"), ("value", NUMBER)]


class TimeSeries(PixxelAlgorithm):
    """Lists the value of an index at a point over time."""

    ID: ClassVar[str] = "timeseries"
    GROUP: ClassVar[str] = "images"
    TAGS: ClassVar[tuple[str, ...]] = ("time series", "pixel", "point", "values", "chart")
    ICON: ClassVar[str] = "values"

    def title(self) -> str:
        """Return the name people see."""
        return self.tr("Point Time Series")

    def help(self) -> str:
        """Return the help text of the algorithm."""
        return self.tr(
            "Downloads the value rasters of a visualization and lists the value of the pixel at a point for each date, "
            "as a table. A date without data at the point has an empty value. A point that no raster covers is refused."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802
        """Declare the parameters."""
        add_series(self)
        self.addParameter(QgsProcessingParameterPoint("POINT", self.tr("Point")))
        add_table(self, self.tr("Time series"), Qgis.ProcessingSourceType.Vector)

    def execute(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        """Read the dates and write the table."""
        from ...downloads.raster_measures import at_point

        point = self._point(parameters, context)
        dates, measured = measure_series(self, parameters, context, feedback, at_point(point.x(), point.y()))
        found = measured.found
        if all(each.is_outside for each in found.values()):
            text = self.tr("POINT lies outside of the images of all dates: {0}, {1}. Choose a point within the AOI.")
            raise InputRefused(text.format(round(point.x(), 6), round(point.y(), 6)))
        rows = [((date.label, found[date.key].value if date.key in found else None), None) for date in dates]
        return write_rows(self, parameters, context, feedback, COLUMNS, rows)

    def _point(self, parameters: dict[str, Any], context: QgsProcessingContext) -> QgsPointXY:
        """Return the point in longitude and latitude; where nothing names a CRS, it is given in these.

        Raises:
            InputRefused: it is no point, or cannot be transformed.
        """
        value = given(self, parameters, "POINT", context)
        hint = self.tr("Write it as x,y [EPSG:…].")
        if value is None or isinstance(value, list | tuple | dict):
            raise not_understood("POINT", value, hint)
        point, crs = (
            self.parameterAsPoint(parameters, "POINT", context),
            self.parameterAsPointCrs(parameters, "POINT", context),
        )
        target = QgsCoordinateReferenceSystem(_WGS84)
        try:
            transform = QgsCoordinateTransform(crs if crs.isValid() else target, target, context.transformContext())
            return transform.transform(point)
        except QgsCsException as error:
            raise not_understood("POINT", value, hint) from error
