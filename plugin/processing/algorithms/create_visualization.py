"""``pixxel:createvisualization``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputString,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterNumber,
)

from .base import PixxelAlgorithm
from .inputs import add_aoi, add_text, flag_of, ids_of, number_of, text_of

if TYPE_CHECKING:
    from ..work import Report


class CreateVisualization(PixxelAlgorithm):
    """Creates a visualization of an index over an area of interest."""

    ID: ClassVar[str] = "createvisualization"
    GROUP: ClassVar[str] = "creation"
    TAGS: ClassVar[tuple[str, ...]] = ("visualization", "index", "compute", "create")
    WRITES: ClassVar[bool] = True

    def title(self) -> str:
        """Return the name people see."""
        return self.tr("Create Visualization")

    def help(self) -> str:
        """Return the help text of the algorithm."""
        return self.tr(
            "Asks the server to compute an index over an area of interest, and returns the id of the new "
            "visualization. "
            "It can wait until the server has finished."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802
        """Declare the parameters."""
        add_aoi(self)
        add_text(self, "INDEX", self.tr("Index"), hint=self.tr("Choose an index, or enter its id."))
        hint = self.tr("Ids of source images with commas between; empty means all of the AOI.")
        add_text(self, "ASSETS", self.tr("Source images"), optional=True, hint=hint)
        resolution = QgsProcessingParameterNumber(
            "RESOLUTION",
            self.tr("Resolution (metres)"),
            QgsProcessingParameterNumber.Type.Double,
            None,
            True,
            0.0,
        )
        resolution.setHelp(self.tr("Empty means the resolution of the satellite."))
        self.addParameter(resolution)
        wait = QgsProcessingParameterBoolean("WAIT", self.tr("Wait until it is computed"), False)
        self.addParameter(wait)
        self.addOutput(QgsProcessingOutputString("VISUALIZATION_ID", self.tr("Visualization id")))
        self.addOutput(QgsProcessingOutputString("STATUS", self.tr("Status")))

    def execute(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        """Create the visualization, and wait for it if asked to."""
        from ...catalog.creation import wait_until_done
        from ...catalog.headless import new_visualization

        aoi_id = text_of(self, parameters, "AOI", context)
        index_id = text_of(self, parameters, "INDEX", context)
        assets = ids_of(self, parameters, "ASSETS", context)
        resolution = number_of(self, parameters, "RESOLUTION", context)
        wait = flag_of(self, parameters, "WAIT", context)

        async def create(client: Any, report: Report) -> Any:
            warn = self.warn_of_unconfirmed(feedback)
            created = await new_visualization(client, aoi_id, index_id, assets, resolution, warn)
            feedback.pushInfo(self.tr("Created: {0}").format(created.id))
            return await wait_until_done(client, aoi_id, created.id, report) if wait else created

        record = self.ask(create, feedback)
        return {"VISUALIZATION_ID": record.id, "STATUS": record.status}
