"""``pixxel:transitions``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from qgis.core import Qgis, QgsProcessingContext, QgsProcessingFeedback

from .base import PixxelAlgorithm
from .inputs import add_mode, add_visualization, mode_of, text_of
from .legend_inputs import sld_legend
from .series import add_two_dates, two_dates_of
from .tables import NUMBER, add_table, texts, write_rows

if TYPE_CHECKING:
    from ...legend_sync.class_changes import ClassChange
    from ..work import Report

COLUMNS = [*texts("from_label", "to_label"), ("area", NUMBER)]


class Transitions(PixxelAlgorithm):
    """Lists the areas that went from one class to another."""

    ID: ClassVar[str] = "transitions"
    GROUP: ClassVar[str] = "legends"
    TAGS: ClassVar[tuple[str, ...]] = ("change", "transition", "classes", "matrix", "area")
    ICON: ClassVar[str] = "legend"

    def title(self) -> str:
        """Return the name people see."""
        return self.tr("Class Transitions")

    def help(self) -> str:
        """Return the help text of the algorithm."""
        return self.tr(
            "Downloads the value rasters of two dates and lists how many square metres went from each class at FROM to "
            "each class at TO, as a table; classes that nothing went to have 0. Each date is sorted by its own legend: "
            "theoretical classes are the same at all dates, dynamic ones are not. Pixels without data or class at "
            "either date count in none."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802
        """Declare the parameters."""
        add_visualization(self)
        add_mode(self)
        add_two_dates(self)
        add_table(self, self.tr("Class transitions"), Qgis.ProcessingSourceType.Vector)

    def execute(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        """Measure and write the table."""
        aoi, item = (text_of(self, parameters, name, context) for name in ("AOI", "VISUALIZATION"))
        mode = mode_of(self, parameters, context)
        choices = two_dates_of(self, parameters, context)

        async def measure(client: Any, report: Report) -> tuple[list[ClassChange], list[str]]:
            from ...legend_sync.class_changes import measured_changes

            return await measured_changes(client, (aoi, item), mode, choices, sld_legend, report)

        found, warnings = self.ask(measure, feedback)
        for warning in warnings:
            feedback.pushWarning(warning)
        rows = [((each.before, each.after, each.area), None) for each in found]
        return write_rows(self, parameters, context, feedback, COLUMNS, rows)
