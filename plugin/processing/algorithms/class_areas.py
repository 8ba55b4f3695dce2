"""``pixxel:classareas``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from qgis.core import Qgis, QgsProcessingContext, QgsProcessingFeedback

from .base import PixxelAlgorithm
from .inputs import add_choice, add_mode, add_visualization, choice_of, mode_of, text_of
from .legend_inputs import sld_legend
from .tables import NUMBER, WHOLE, add_table, texts, write_rows

if TYPE_CHECKING:
    from ...legend_sync.class_areas import ClassArea, ClassAreas
    from ..work import Report

SERVER, PIXELS = "server", "pixels"
COLUMNS = [
    *texts("date"),
    ("class_index", WHOLE),
    *texts("label", "color"),
    *((name, NUMBER) for name in ("min", "max", "area", "area_percentage")),
]


class ClassAreasAlgorithm(PixxelAlgorithm):
    """Lists the areas of a visualization's classes over time."""

    ID: ClassVar[str] = "classareas"
    GROUP: ClassVar[str] = "legends"
    TAGS: ClassVar[tuple[str, ...]] = ("legend", "classes", "area", "statistics", "time series", "share")
    ICON: ClassVar[str] = "legend"

    def title(self) -> str:
        """Return the name people see."""
        return self.tr("Class Areas")

    def help(self) -> str:
        """Return the help text of the algorithm."""
        return self.tr(
            "Lists the area of every class at every date, as a table. “server” takes the areas as the server gives "
            "them (their unit is not stated) and leaves empty what it does not give. “pixels” downloads the value "
            "rasters and measures them by the same classes, in square metres and per cent of the pixels with data: a "
            "class holds its minimum and not its maximum, the topmost class both; pixels without data and values "
            "outside of the classes count in none. UTM and other map planes that show areas true to one per cent are "
            "measured on the plane, longitude and latitude and Web Mercator on the ellipsoid. Classes are numbered "
            "from 0."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802
        """Declare the parameters."""
        add_visualization(self)
        add_mode(self)
        hint = self.tr("“server” as the server gives them, “pixels” measured here on the value rasters.")
        add_choice(self, "SOURCE", self.tr("Source of the areas"), [SERVER, PIXELS], hint=hint, optional=True)
        add_table(self, self.tr("Class areas"), Qgis.ProcessingSourceType.Vector)

    def execute(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        """Fetch or measure, and write the table."""
        from ...legend_sync.class_areas import given_areas, measured_areas

        aoi, item = (text_of(self, parameters, name, context) for name in ("AOI", "VISUALIZATION"))
        mode = mode_of(self, parameters, context)
        source = choice_of(self, parameters, "SOURCE", context)

        async def fetch(client: Any, report: Report) -> ClassAreas:
            if source == SERVER:
                return await given_areas(client, aoi, item, mode, sld_legend)
            return await measured_areas(client, aoi, item, mode, sld_legend, report)

        found = self.ask(fetch, feedback)
        for warning in found.warnings:
            feedback.pushWarning(warning)
        return write_rows(self, parameters, context, feedback, COLUMNS, [(_values(row), None) for row in found.rows])


def _values(row: ClassArea) -> tuple[Any, ...]:
    entry = row.entry
    return row.date, row.index, entry.label, entry.colour.hex, entry.minimum, entry.maximum, row.area, row.share
