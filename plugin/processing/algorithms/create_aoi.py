"""``pixxel:createaoi``."""

from __future__ import annotations

from typing import Any, ClassVar

from qgis.core import (
    Qgis,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsFeatureRequest,
    QgsGeometry,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputString,
    QgsProcessingParameterFeatureSource,
)

from .base import PixxelAlgorithm, Refusal
from .inputs import add_text, list_of, text_of

Rings = list[list[list[float]]]


class CreateAoi(PixxelAlgorithm):
    """Creates an area of interest from a polygon."""

    ID: ClassVar[str] = "createaoi"
    GROUP: ClassVar[str] = "creation"
    TAGS: ClassVar[tuple[str, ...]] = ("aoi", "area of interest", "polygon", "create")
    ICON: ClassVar[str] = "aoi_create"

    def title(self) -> str:
        """Return the name people see."""
        return self.tr("Create AOI")

    def help(self) -> str:
        """Return what the algorithm does."""
        return self.tr(
            "Creates an area of interest on the server from the one polygon of a layer (or its one selected polygon), "
            "and tells its id. The polygon may be in any coordinate system."
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
        self.addOutput(QgsProcessingOutputString("AOI_ID", self.tr("AOI id")))

    def execute(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        """Create the AOI."""
        from ...services.aoi import polygon_geometry
        from ...services.headless import new_aoi

        fields = {
            name.lower(): text_of(self, parameters, name, context)
            for name in ("NAME", "DESCRIPTION", "PROJECT", "SATELLITE", "PROVIDER")
        }
        items = list_of(self, parameters, "ITEMS", context)
        geometry = polygon_geometry(self._rings(parameters, context))

        def create(client: Any, _report: Any) -> Any:
            return new_aoi(client, geometry, **fields, items=items)

        return {"AOI_ID": self.ask(create, feedback).aoi_id}

    def _rings(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Rings:
        """Return the rings of the one polygon, in longitude and latitude."""
        source = self.parameterAsSource(parameters, "INPUT", context)
        if source is None:
            raise Refusal(self.invalidSourceError(parameters, "INPUT"))
        shapes = [feature.geometry() for feature in source.getFeatures(QgsFeatureRequest().setNoAttributes())]
        shapes = [shape for shape in shapes if not shape.isEmpty()]
        parts = [part for shape in shapes for part in shape.asGeometryCollection()]
        if len(parts) != 1:
            raise Refusal(
                self.tr("The layer has {0} polygons, and an AOI is made from one. Select one and try again.").format(
                    len(parts)
                )
            )
        return self._in_degrees(parts[0], source.sourceCrs(), context)

    def _in_degrees(
        self, shape: QgsGeometry, crs: QgsCoordinateReferenceSystem, context: QgsProcessingContext
    ) -> Rings:
        wgs84 = QgsCoordinateReferenceSystem("EPSG:4326")
        transform = QgsCoordinateTransform(crs, wgs84, context.transformContext())
        try:
            shape.transform(transform)
        except QgsCsException as exc:
            text = self.tr("The polygon cannot be put into longitude and latitude. Check the layer's coordinates.")
            raise Refusal(text) from exc
        shape = QgsGeometry(shape.constGet().segmentize())
        return [[[point.x(), point.y()] for point in ring] for ring in shape.asPolygon()]
