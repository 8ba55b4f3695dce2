"""``pixxel:rollbacklegend``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from qgis.core import QgsProcessingContext, QgsProcessingFeedback

from ...legend.vocabulary import LegendMode
from ..history import history_keeper
from ..unchosen_dates import warn_of_unchosen, write_former_legends
from ..write_record import WriteRecord
from .base import PixxelAlgorithm
from .inputs import add_dates, add_mode, add_visualization, dates_of, mode_of, target_of, text_of
from .legend_inputs import add_report, sld_legend

if TYPE_CHECKING:
    from ...legend.spec import Legend
    from ...legend_sync.report import RollbackReport

NOTHING_DONE: dict[str, Any] = {"rolled_back": [], "before": None, "answered": None}


class RollbackLegend(PixxelAlgorithm):
    """An algorithm that has the server recompute legends from its data."""

    ID: ClassVar[str] = "rollbacklegend"
    GROUP: ClassVar[str] = "legends"
    TAGS: ClassVar[tuple[str, ...]] = ("legend", "classes", "rollback", "reset", "recompute")
    ICON: ClassVar[str] = "legend"
    WRITES: ClassVar[bool] = True

    def title(self) -> str:
        """Return the name people see."""
        return self.tr("Roll Back Legend")

    def help(self) -> str:
        """Return the help text of the algorithm."""
        return self.tr(
            "Lets the server recompute the legend of the given dates from its data. Edits of these dates are lost "
            "on the server; the report keeps what was there before."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802
        """Declare the parameters."""
        add_visualization(self)
        add_mode(self)
        add_dates(self, optional=False, hint=self.tr("Days as YYYY-MM-DD with commas between."))
        add_report(self)

    def execute(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        """Roll back, and write the report whatever comes of it."""
        from ...catalog.listing import get_visualization
        from ...catalog.visualization_item import select_dates
        from ...legend_sync.report import rows_of
        from ...legend_sync.service import rollback_legends

        output = target_of(self, parameters, "OUTPUT", context)
        record = WriteRecord(output, NOTHING_DONE)

        async def roll_back(client: Any, _report: Any) -> Any:
            ids = [text_of(self, parameters, name, context) for name in ("AOI", "VISUALIZATION")]
            mode = mode_of(self, parameters, context)
            dates = dates_of(self, parameters, "DATES", context)
            item = await get_visualization(client, *ids)
            keys = tuple(date.key for date in select_dates(item, dates))

            keep = history_keeper(self._connection, ids[1], mode, "rollback")

            def begin(held: Mapping[str, Legend]) -> None:
                keep(held)
                before = {key: rows_of(held[key]) for key in keys if key in held}
                record.begin({**NOTHING_DONE, "sent": [item.label_of(key) for key in keys]}, before)

            return await rollback_legends(client, item, mode, keys, sld_legend, before_write=begin)

        try:
            report = self.ask(roll_back, feedback)
        except Exception as error:
            record.fail(error, feedback)
            raise
        record.finish(report.as_dict() | write_former_legends(output, report.changed))
        self._warn_of_outcome(report, feedback)
        warn_of_unchosen(output, report, feedback)
        return {"OUTPUT": str(output)}

    @staticmethod
    def _warn_of_outcome(report: RollbackReport, feedback: QgsProcessingFeedback) -> None:
        """Warn where the server's stored legend differs from its response, or is the same as before."""
        from ...messages.legend_sentences import stored_otherwise_text, unchanged_text

        otherwise = [str(one["date"]) for one in report.differences if not LegendMode.named(one["field"])]
        if otherwise:
            feedback.pushWarning(stored_otherwise_text(list(dict.fromkeys(otherwise))))
        if report.unchanged:
            feedback.pushWarning(unchanged_text(report.unchanged))
