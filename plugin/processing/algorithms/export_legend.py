"""``pixxel:exportlegend``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from qgis.core import QgsProcessingContext, QgsProcessingFeedback, QgsProcessingParameterFileDestination

from ..errors import InputRefused
from .base import PixxelAlgorithm
from .inputs import add_dates, add_mode, add_visualization, dates_of, mode_of, target_of, text_of
from .legend_inputs import files_explained, sld_legend

if TYPE_CHECKING:
    from ...catalog.date_choice import DateChoice
    from ...catalog.visualization_item import AcquisitionDate, VisualizationItem
    from ...legend.spec import Legend
    from ...legend_sync.service import LegendDocument


class ExportLegend(PixxelAlgorithm):
    """Writes the legend of a visualization to a file."""

    ID: ClassVar[str] = "exportlegend"
    GROUP: ClassVar[str] = "legends"
    TAGS: ClassVar[tuple[str, ...]] = ("legend", "classes", "style", "sld", "qml", "export")
    ICON: ClassVar[str] = "legend"

    def title(self) -> str:
        """Return the name people see."""
        return self.tr("Export Legend")

    def help(self) -> str:
        """Return the help text of the algorithm."""
        return self.tr(
            "Writes the legend of a visualization to a file: .json or .csv with all its dates, .sld or .qml with one "
            "file a date. “Push Legend” reads each of them."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802
        """Declare the parameters."""
        add_visualization(self)
        add_mode(self)
        add_dates(self, optional=True)
        files = self.tr("JSON (*.json);;CSV (*.csv);;SLD (*.sld);;QGIS style (*.qml)")
        self.addParameter(QgsProcessingParameterFileDestination("OUTPUT", self.tr("Legend file"), files))

    def execute(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        """Read the legends and write the file or files."""
        from ...catalog.listing import get_visualization
        from ...legend_sync.service import read_legends
        from .. import legend_files

        ids = [text_of(self, parameters, name, context) for name in ("AOI", "VISUALIZATION")]
        dates = dates_of(self, parameters, "DATES", context)
        mode = mode_of(self, parameters, context)
        path = target_of(self, parameters, "OUTPUT", context)
        with files_explained():
            legend_files.check_format(path)

        async def read(client: Any, _report: Any) -> tuple[VisualizationItem, LegendDocument]:
            item = await get_visualization(client, *ids)
            return item, await read_legends(client, item, mode, sld_legend)

        item, document = self.ask(read, feedback)
        for warning in document.warnings:
            feedback.pushWarning(warning)
        chosen = self._chosen(item, document, dates)
        if path.suffix.lower() in legend_files.WITHOUT_TRANSPARENCY:
            self._warn_of_transparency(chosen, feedback)
        files = legend_files.write(path, chosen, item.title)
        feedback.pushInfo(self.tr("Written: {0}").format(", ".join(file.name for file in files)))
        return {"OUTPUT": str(files[0])}

    def _warn_of_transparency(
        self, chosen: list[tuple[AcquisitionDate, Legend]], feedback: QgsProcessingFeedback
    ) -> None:
        from ...legend_sync.report import transparency_lost
        from ...messages.legend_sentences import lost_text

        lost = transparency_lost({date.label: legend for date, legend in chosen}, str)
        if lost:
            text = self.tr(
                "JSON and CSV cannot store transparency: {0} is written as an opaque colour. Use .sld or .qml."
            )
            feedback.pushWarning(text.format(lost_text(lost)))

    def _chosen(
        self, item: VisualizationItem, document: LegendDocument, dates: DateChoice
    ) -> list[tuple[AcquisitionDate, Legend]]:
        """Return the legends of the dates asked for, or of all that have one."""
        from ...catalog.visualization_item import select_dates
        from ...legend_sync.errors import NoLegend

        asked = select_dates(item, dates)
        chosen = [(date, document.legends[date.legend_key]) for date in asked if date.legend_key in document.legends]
        if not chosen:
            raise NoLegend(item.id, document.mode)
        absent = [date.label for date in asked if date.legend_key not in document.legends]
        if absent and dates.pieces:
            text = self.tr("The server has no legend for {0} in this mode. Leave these dates out.")
            raise InputRefused(text.format(", ".join(absent)))
        return chosen
