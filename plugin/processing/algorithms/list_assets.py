"""``pixxel:listassets``."""

from __future__ import annotations

from typing import Any, ClassVar

from qgis.core import Qgis, QgsProcessingContext, QgsProcessingFeedback

from .base import PixxelAlgorithm
from .inputs import add_aoi, text_of
from .tables import NUMBER, Row, add_table, texts, write_rows

COLUMNS = [
    *texts("asset_id", "name", "type", "date", "status"),
    ("area_in_sq_m", NUMBER),
    ("resolution", NUMBER),
    *texts("visualization_id"),
]


class ListAssets(PixxelAlgorithm):
    """Lists the assets of an area of interest."""

    ID: ClassVar[str] = "listassets"
    GROUP: ClassVar[str] = "catalogue"
    TAGS: ClassVar[tuple[str, ...]] = ("asset", "image", "scene", "mosaic", "list")

    def title(self) -> str:
        """Return the name people see."""
        return self.tr("List Assets")

    def help(self) -> str:
        """Return the help text of the algorithm."""
        return self.tr(
            "Lists the assets of an area of interest (images, mosaics, and the rasters of its visualizations), as a "
            "table. What the server does not give is left empty."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802
        """Declare the parameters."""
        add_aoi(self)
        add_table(self, self.tr("Assets"), Qgis.ProcessingSourceType.Vector)

    def execute(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        """Fetch and write the table."""
        from ...catalog.listing import list_assets

        aoi_id = text_of(self, parameters, "AOI", context)

        async def fetch(client: Any, _report: Any) -> list[Row]:
            return [(_values(asset), None) for asset in await list_assets(client, aoi_id)]

        rows = self.ask(fetch, feedback)
        return write_rows(self, parameters, context, feedback, COLUMNS, rows)


def _values(asset: Any) -> tuple[Any, ...]:
    from ...catalog.visualization_item import day_text

    return (
        asset.id,
        asset.name or None,
        asset.asset_type,
        day_text(asset.date),
        asset.status or None,
        asset.area_in_sq_m,
        asset.resolution,
        asset.visualization_id or None,
    )
