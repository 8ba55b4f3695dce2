"""``pixxel:listprojects``."""

from __future__ import annotations

from typing import Any, ClassVar

from qgis.core import Qgis, QgsProcessingContext, QgsProcessingFeedback

from .base import PixxelAlgorithm
from .tables import add_table, texts, write_rows

COLUMNS = texts("project_id", "name", "description", "status", "created_at")


class ListProjects(PixxelAlgorithm):
    """Lists the projects the key has access to."""

    ID: ClassVar[str] = "listprojects"
    GROUP: ClassVar[str] = "catalogue"
    TAGS: ClassVar[tuple[str, ...]] = ("project", "list")

    def title(self) -> str:
        """Return the name people see."""
        return self.tr("List Projects")

    def help(self) -> str:
        """Return the help text of the algorithm."""
        return self.tr("Lists the projects your key has access to, as a table.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802
        """Declare the parameters."""
        add_table(self, self.tr("Projects"), Qgis.ProcessingSourceType.Vector)

    def execute(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        """Fetch and write the table."""
        from ...catalog.listing import list_projects

        projects = self.ask(lambda client, _report: list_projects(client), feedback)
        rows = [((p.id, p.name, p.description, p.status, p.created_at), None) for p in projects]
        return write_rows(self, parameters, context, feedback, COLUMNS, rows)
