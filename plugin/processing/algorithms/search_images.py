"""``pixxel:searchimages``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from qgis.core import (
    Qgis,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterDateTime,
    QgsProcessingParameterExtent,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterNumber,
)

from ..errors import InputRefused
from .base import PixxelAlgorithm
from .inputs import add_text, day_of, flag_of, list_of, number_of
from .plain_values import given
from .polygon_inputs import extent_outline, outlines_of
from .tables import NUMBER, Row, add_table, texts, write_rows

if TYPE_CHECKING:
    from ...catalog.image_search import FoundImage, FoundImages
    from ...layers.footprints import SearchedArea
    from ..work import Report

COLUMNS = [
    *texts("item_id", "collection", "satellite", "datetime"),
    ("cloud_cover", NUMBER),
    ("coverage", NUMBER),
]


class DayParameter(QgsProcessingParameterDateTime):
    """A day with QGIS's calendar; how it may be written is for the algorithm to judge."""

    def __init__(self, name: str, label: str) -> None:
        super().__init__(name, label, Qgis.ProcessingDateTimeParameterDataType.Date)

    def checkValueIsAcceptable(self, value: Any, context: QgsProcessingContext | None = None) -> bool:  # noqa: N802
        """Return whether there is anything."""
        return value is not None


class SearchImages(PixxelAlgorithm):
    """Searches images of satellites over an area."""

    ID: ClassVar[str] = "searchimages"
    GROUP: ClassVar[str] = "images"
    TAGS: ClassVar[tuple[str, ...]] = ("search", "image", "scene", "footprint", "cloud", "satellite", "stac")
    ICON: ClassVar[str] = "search"

    def title(self) -> str:
        """Return the name people see."""
        return self.tr("Search Images")

    def help(self) -> str:
        """Return the help text of the algorithm."""
        return self.tr(
            "Searches the images that satellites took over the polygons of a layer or over an extent, and lists their "
            "footprints. Several polygons are searched together; those that touch or overlap become one, and those "
            "across the 180th meridian are cut there. “coverage” is the share of the searched area, all its polygons "
            "together, that a footprint covers, in per cent, with areas on the WGS 84 ellipsoid. “cloud_cover” is the "
            "server's. What the server does not give is left empty. The ids are for “Create AOI”."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802
        """Declare the parameters."""
        polygons = [int(Qgis.ProcessingSourceType.VectorPolygon)]
        area = QgsProcessingParameterFeatureSource("INPUT", self.tr("Polygons"), polygons, optional=True)
        area.setHelp(self.tr("The area to search. Leave it empty where an extent is given."))
        self.addParameter(area)
        extent = QgsProcessingParameterExtent("EXTENT", self.tr("Extent"), optional=True)
        extent.setHelp(
            self.tr("In place of polygons. Without a CRS: that of the project, else longitude and latitude.")
        )
        self.addParameter(extent)
        self._add_day("START", self.tr("First day"))
        self._add_day("END", self.tr("Last day"))
        hint = self.tr("Choose satellites, or enter ids or exact names with commas between.")
        add_text(self, "SATELLITES", self.tr("Satellites"), hint=hint)
        cloud = QgsProcessingParameterNumber(
            "MAX_CLOUD", self.tr("Most cloud cover (%)"), Qgis.ProcessingNumberParameterType.Double, None, True, 0, 100
        )
        cloud.setHelp(self.tr("Empty for any."))
        self.addParameter(cloud)
        repair = QgsProcessingParameterBoolean("REPAIR", self.tr("Repair invalid polygons"), defaultValue=False)
        repair.setHelp(self.tr("Searches a polygon that crosses itself in its repaired shape."))
        self.addParameter(repair)
        add_table(self, self.tr("Footprints"), Qgis.ProcessingSourceType.VectorPolygon)

    def _add_day(self, name: str, label: str) -> None:
        day = DayParameter(name, label)
        day.setHelp(self.tr("A whole UTC day, included; as YYYY-MM-DD."))
        self.addParameter(day)

    def execute(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        """Search, and write the footprints."""
        from ...catalog.image_search import ImageSearch, search_images

        first, last = (day_of(self, parameters, name, context) for name in ("START", "END"))
        if first is None or last is None or first > last:
            text = self.tr("START ({0}) is after END ({1}). Exchange them.")
            raise InputRefused(text.format(first, last))
        satellites = tuple(list_of(self, parameters, "SATELLITES", context))
        cloud = number_of(self, parameters, "MAX_CLOUD", context)
        repair = flag_of(self, parameters, "REPAIR", context)
        area = self._area(parameters, context, feedback, repair=repair)
        wanted = ImageSearch(area.polygons, first, last, satellites, cloud)

        async def fetch(client: Any, report: Report) -> FoundImages:
            return await search_images(client, wanted, report)

        found = self.ask(fetch, feedback)
        rows = [_row(image, area) for image in found.images]
        for warning in (*found.warnings, *self._without_footprint(rows)):
            feedback.pushWarning(warning)
        return write_rows(self, parameters, context, feedback, COLUMNS, rows, polygons=True)

    def _area(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
        *,
        repair: bool,
    ) -> SearchedArea:
        """Return the area of the one of both parameters that is given."""
        from ...layers.footprints import SearchedArea

        named = [name for name in ("INPUT", "EXTENT") if _is_given(given(self, parameters, name, context))]
        if len(named) != 1:
            text = self.tr("INPUT and EXTENT are both given, and only one area is searched. Leave one of them out.")
            if not named:
                text = self.tr("There is no area to search. Give polygons in INPUT, or an extent in EXTENT.")
            raise InputRefused(text)
        if named == ["EXTENT"]:
            return SearchedArea([extent_outline(self, parameters, "EXTENT", context, feedback)])
        outlines = outlines_of(self, parameters, "INPUT", context, feedback, repair=repair)
        if not outlines:
            raise InputRefused(self.tr("INPUT has no polygon to search. Choose another layer or selection."))
        return SearchedArea(outlines)

    def _without_footprint(self, rows: list[Row]) -> list[str]:
        count = sum(shape is None for _, shape in rows)
        text = self.tr("Images without a footprint that can be drawn, listed without geometry and coverage: {0}.")
        return [text.format(count)] if count else []


def _is_given(value: Any) -> bool:
    return value is not None and not (isinstance(value, str) and not value.strip())


def _row(image: FoundImage, area: SearchedArea) -> Row:
    footprint = area.footprint(image.geometry)
    values = (
        image.item_id,
        image.collection,
        image.satellite,
        image.moment,
        image.cloud_cover,
        area.coverage(footprint),
    )
    return values, None if footprint.isEmpty() else footprint
