"""``pixxel:listaois``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from qgis.core import Qgis, QgsProcessingContext, QgsProcessingFeedback

from .base import PixxelAlgorithm
from .inputs import add_text, text_of
from .tables import NUMBER, Row, add_table, texts, write_rows

if TYPE_CHECKING:
    from ..work import Report

COLUMNS = [
    *texts("aoi_id", "name", "description", "project_id", "satellite_id", "status"),
    ("progress", NUMBER),
    ("area_in_sq_m", NUMBER),
    *texts("created_at", "updated_at"),
]


class ListAois(PixxelAlgorithm):
    """Lists areas of interest with their outlines."""

    ID: ClassVar[str] = "listaois"
    GROUP: ClassVar[str] = "catalogue"
    TAGS: ClassVar[tuple[str, ...]] = ("aoi", "area of interest", "list", "outline")
    ICON: ClassVar[str] = "aoi"

    def title(self) -> str:
        """Return the name people see."""
        return self.tr("List AOIs")

    def help(self) -> str:
        """Return the help text of the algorithm."""
        return self.tr(
            "Lists areas of interest with their outlines in longitude and latitude. "
            "An AOI without an outline is a row without geometry."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802
        """Declare the parameters."""
        hint = self.tr("Id or exact name; empty means all projects.")
        add_text(self, "PROJECT", self.tr("Project"), optional=True, hint=hint)
        hint = self.tr("Part of the name, in any letter case.")
        add_text(self, "NAME", self.tr("Name contains"), optional=True, hint=hint)
        add_table(self, self.tr("AOIs"), Qgis.ProcessingSourceType.VectorPolygon)

    def execute(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        """Fetch and write the layer."""
        from ...catalog.headless import list_aois

        project = text_of(self, parameters, "PROJECT", context)
        name = text_of(self, parameters, "NAME", context)

        async def fetch(client: Any, _report: Report) -> list[Row]:
            return [(_values(aoi), aoi.geometry) for aoi in await list_aois(client, project, name)]

        rows = self.ask(fetch, feedback)
        return write_rows(self, parameters, context, feedback, COLUMNS, rows, polygons=True)


def _values(aoi: Any) -> tuple[Any, ...]:
    return tuple(getattr(aoi, name) for name, _ in COLUMNS)
