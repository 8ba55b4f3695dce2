"""``pixxel:difference``."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingLayerPostProcessorInterface,
    QgsProcessingParameterRasterDestination,
)

from .base import PixxelAlgorithm
from .inputs import add_visualization, text_of
from .plain_values import not_understood
from .series import add_two_dates, two_dates_of

if TYPE_CHECKING:
    from qgis.core import QgsMapLayer

    from ...catalog.visualization_item import AcquisitionDate
    from ...downloads.measuring import Pair
    from ..work import Report


class Difference(PixxelAlgorithm):
    """Subtracts the values of one date from those of another."""

    ID: ClassVar[str] = "difference"
    GROUP: ClassVar[str] = "images"
    TAGS: ClassVar[tuple[str, ...]] = ("change", "difference", "subtract", "time", "compare")
    ICON: ClassVar[str] = "values"

    def title(self) -> str:
        """Return the name people see."""
        return self.tr("Date Difference")

    def help(self) -> str:
        """Return the help text of the algorithm."""
        return self.tr(
            "Downloads the value rasters of two dates and writes the value at TO minus the value at FROM, on the grid "
            "of TO. A pixel without data at either date has no data. In QGIS the layer is drawn from red (less) over "
            "white (no change) to blue (more)."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802
        """Declare the parameters."""
        add_visualization(self)
        add_two_dates(self)
        self.addParameter(QgsProcessingParameterRasterDestination("OUTPUT", self.tr("Difference")))

    def execute(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        """Fetch both dates and write the raster."""
        ids = [text_of(self, parameters, name, context) for name in ("AOI", "VISUALIZATION")]
        choices = two_dates_of(self, parameters, context)
        target = self._target(parameters, context)

        async def write(client: Any, report: Report) -> Pair[AcquisitionDate]:
            from ...catalog.listing import get_visualization
            from ...catalog.visualization_item import two_dates
            from ...downloads.measuring import with_two_rasters
            from ...downloads.raster_measures import subtract

            item = await get_visualization(client, *ids)
            dates = two_dates(item, choices)
            return await with_two_rasters(client, item, dates, partial(subtract, target), report)

        dates = self.ask(write, feedback)
        feedback.setProgress(100)
        self._draw(str(target), dates, context)
        return {"OUTPUT": str(target)}

    def _target(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Path:
        """Return the file to write.

        Raises:
            InputRefused: there is none, or it is no GeoTIFF by its name.
        """
        target = Path(self.parameterAsOutputLayer(parameters, "OUTPUT", context))
        if target.suffix.lower() not in (".tif", ".tiff"):
            hint = self.tr("The difference is written as a GeoTIFF; end the name of the file in .tif.")
            raise not_understood("OUTPUT", str(target), hint)
        return target

    def _draw(self, target: str, dates: Pair[AcquisitionDate], context: QgsProcessingContext) -> None:
        """Name and style the layer that QGIS loads."""
        if context.willLoadLayerOnCompletion(target):
            details = context.layerToLoadOnCompletionDetails(target)
            details.name = f"{dates[1].label} − {dates[0].label}"
            details.forceName = True
            details.setPostProcessor(_Style.made())


class _Style(QgsProcessingLayerPostProcessorInterface):
    """Draws a difference when QGIS adds it to a project."""

    _kept: ClassVar[list[_Style]] = []  # QGIS keeps no reference to the Python object

    @classmethod
    def made(cls) -> _Style:
        """Return a post-processor that lives until it has run."""
        cls._kept.append(cls())
        return cls._kept[-1]

    def postProcessLayer(  # noqa: N802
        self, layer: QgsMapLayer, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> None:
        """Draw a layer by a diverging ramp around zero."""
        from ...layers.difference_style import style_difference

        style_difference(layer)
        self._kept.remove(self)
