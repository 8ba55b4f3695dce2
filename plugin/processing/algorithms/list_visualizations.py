"""``pixxel:listvisualizations``."""

from __future__ import annotations

from typing import Any, ClassVar

from qgis.core import Qgis, QgsProcessingContext, QgsProcessingFeedback

from .base import PixxelAlgorithm
from .inputs import add_aoi, text_of
from .tables import NUMBER, add_table, texts, write_rows

COLUMNS = [
    *texts("visualization_id", "index_id", "index_name", "type", "expression_type", "expression", "status"),
    ("progress", NUMBER),
    *texts("dates", "created_at", "updated_at"),
]


class ListVisualizations(PixxelAlgorithm):
    """Lists the visualizations of an area of interest."""

    ID: ClassVar[str] = "listvisualizations"
    GROUP: ClassVar[str] = "catalogue"
    TAGS: ClassVar[tuple[str, ...]] = ("visualization", "index", "dates", "list")

    def title(self) -> str:
        """Return the name people see."""
        return self.tr("List Visualizations")

    def help(self) -> str:
        """Return the help text of the algorithm."""
        return self.tr("Lists the visualizations of an area of interest, with index, status and dates, as a table.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802
        """Declare the parameters."""
        add_aoi(self)
        add_table(self, self.tr("Visualizations"), Qgis.ProcessingSourceType.Vector)

    def execute(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        """Fetch and write the table."""
        from ...catalog.listing import list_visualizations

        aoi_id = text_of(self, parameters, "AOI", context)
        items = self.ask(lambda client, _report: list_visualizations(client, aoi_id), feedback)
        rows = [(_values(item), None) for item in items]
        return write_rows(self, parameters, context, feedback, COLUMNS, rows)


def _values(item: Any) -> tuple[Any, ...]:
    days = [date.label for date in item.dates]
    return (
        item.id,
        item.index_id,
        item.title,
        item.type,
        item.expression_type,
        item.expression,
        item.status,
        item.progress,
        ",".join(days),
        item.created_at,
        item.updated_at,
    )
