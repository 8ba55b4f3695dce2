"""``pixxel:createaoi``."""

from __future__ import annotations

from typing import Any, ClassVar

from qgis.core import (
    Qgis,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputString,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFeatureSource,
)

from .base import PixxelAlgorithm
from .inputs import add_text, flag_of, ids_of, text_of
from .polygon_inputs import outlines_of


class CreateAoi(PixxelAlgorithm):
    """Creates an area of interest from a polygon."""

    ID: ClassVar[str] = "createaoi"
    GROUP: ClassVar[str] = "creation"
    TAGS: ClassVar[tuple[str, ...]] = ("aoi", "area of interest", "polygon", "create")
    ICON: ClassVar[str] = "aoi_create"
    WRITES: ClassVar[bool] = True

    def title(self) -> str:
        """Return the name people see."""
        return self.tr("Create AOI")

    def help(self) -> str:
        """Return the help text of the algorithm."""
        return self.tr(
            "Creates an area of interest on the server from the one polygon of a layer (or its one selected polygon), "
            "and returns its id. The polygon may be in any coordinate system. A polygon that crosses itself is refused "
            "with the place of the fault, unless it may be repaired; a shape of several parts, or one across the 180th "
            "meridian, is refused unless each part may become an AOI."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802
        """Declare the parameters."""
        polygons = [int(Qgis.ProcessingSourceType.VectorPolygon)]
        self.addParameter(QgsProcessingParameterFeatureSource("INPUT", self.tr("Polygon"), polygons))
        add_text(self, "NAME", self.tr("Name"), hint=self.tr("Not yet used by another AOI."))
        add_text(self, "DESCRIPTION", self.tr("Description"))
        add_text(self, "PROJECT", self.tr("Project"), hint=self.tr("Id or exact name."))
        add_text(self, "SATELLITE", self.tr("Satellite"), hint=self.tr("Id or exact name."))
        hint = self.tr("“pixxel” for Pixxel's own satellites, “planetary” for open data.")
        add_text(self, "PROVIDER", self.tr("Provider"), hint=hint)
        hint = self.tr("Ids of the images to take in, with commas between.")
        add_text(self, "ITEMS", self.tr("Images"), hint=hint)
        self._add_switches()
        self.addOutput(QgsProcessingOutputString("AOI_ID", self.tr("AOI id")))

    def _add_switches(self) -> None:
        """Add the parameters that permit changes to a geometry that cannot become an AOI unchanged."""
        label = self.tr("Repair invalid polygons")
        repair = QgsProcessingParameterBoolean("REPAIR", label, defaultValue=False)
        repair.setHelp(self.tr("Allows a polygon that crosses itself to be changed into a valid one before sending."))
        self.addParameter(repair)
        label = self.tr("One AOI for each part")
        divide = QgsProcessingParameterBoolean("DIVIDE", label, defaultValue=False)
        divide.setHelp(
            self.tr("Creates an AOI of each part, numbered in its name; AOI_ID has their ids with commas between.")
        )
        self.addParameter(divide)

    def execute(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        """Create the AOI."""
        from ...catalog.headless import new_aois
        from ...layers.polygons import single_shape

        fields = {
            name.lower(): text_of(self, parameters, name, context)
            for name in ("NAME", "DESCRIPTION", "PROJECT", "SATELLITE", "PROVIDER")
        }
        items = ids_of(self, parameters, "ITEMS", context)
        repair = flag_of(self, parameters, "REPAIR", context)
        divide = flag_of(self, parameters, "DIVIDE", context)
        outlines = outlines_of(self, parameters, "INPUT", context, feedback, repair=repair)
        polygons = single_shape(outlines, divide=divide)

        def create(client: Any, _report: Any) -> Any:
            return new_aois(client, polygons, **fields, items=items, found=self.warn_of_unconfirmed(feedback))

        return {"AOI_ID": ",".join(aoi.aoi_id for aoi in self.ask(create, feedback))}
