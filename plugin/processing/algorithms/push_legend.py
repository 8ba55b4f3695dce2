"""``pixxel:pushlegend``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterNumber,
)

from ...legend.transparency import Transparency
from ...legend.vocabulary import MOST_DYNAMIC, LegendMode
from ..errors import InputRefused
from ..history import history_keeper
from ..unchosen_dates import warn_of_unchosen, write_former_legends
from ..write_record import WriteRecord
from .base import PixxelAlgorithm
from .inputs import (
    add_choice,
    add_dates,
    add_mode,
    add_visualization,
    choice_of,
    dates_of,
    file_of,
    flag_of,
    mode_of,
    target_of,
    text_of,
    whole_number_of,
)
from .legend_inputs import add_legend_file, add_report, files_explained, sld_legend

if TYPE_CHECKING:
    from ...catalog.date_choice import DateChoice
    from ...catalog.visualization_item import VisualizationItem
    from ...legend.spec import Legend
    from ...legend_sync.service import PushReport, PushRequest

NOTHING_SENT: dict[str, Any] = {"sent": None, "answered": None, "differences": [], "conflicts": []}


class _Wanted(NamedTuple):
    """The parameters, read; the legends of the files by their own date keys."""

    ids: tuple[str, str]
    mode: LegendMode
    dates: DateChoice
    given: dict[str | None, Legend] | None
    base: dict[str | None, Legend] | None
    bins: int | None
    force: bool
    dry_run: bool
    transparency: Transparency

    def request(self, item: VisualizationItem) -> PushRequest:
        """Return the push request for an item."""
        from ...catalog.visualization_item import select_dates
        from ...legend_sync.service import PushRequest
        from .. import legend_files

        legends = legend_files.assign(self.given, item, self.dates) if self.given is not None else {}
        recompute = () if self.given is not None else tuple(date.key for date in select_dates(item, self.dates))
        base = legend_files.assign_base(self.base, item, [*legends, *recompute]) if self.base is not None else None
        if base is not None and not self.force:
            legend_files.check_base(base, item, recompute)
        return PushRequest(
            item=item,
            mode=self.mode,
            legends=legends,
            base=base,
            bins=self.bins,
            recompute=recompute,
            force=self.force,
            dry_run=self.dry_run,
            transparency=self.transparency,
        )


class PushLegend(PixxelAlgorithm):
    """Sends legends to the server."""

    ID: ClassVar[str] = "pushlegend"
    GROUP: ClassVar[str] = "legends"
    TAGS: ClassVar[tuple[str, ...]] = ("legend", "classes", "breakpoints", "push", "upload")
    ICON: ClassVar[str] = "legend"
    WRITES: ClassVar[bool] = True

    def title(self) -> str:
        """Return the name people see."""
        return self.tr("Push Legend")

    def help(self) -> str:
        """Return the help text of the algorithm."""
        return self.tr(
            "Sends edited legends to the server and reports its answer. Dates that are not pushed stay as the server "
            "has them. If a date no longer equals the legend the edit started from, nothing is sent and the report "
            "names the conflict. Without a legend file, the number of classes asks the server to compute new ones."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802
        """Declare the parameters."""
        add_visualization(self)
        add_mode(self)
        add_legend_file(self, "INPUT", self.tr("Legend file"), self.tr("Edited legend, as “Export Legend” writes it."))
        hint = self.tr(
            "Which dates of the file; for a legend without dates, which dates it is for. Empty or “all” means all; "
            "in a model, write “all”."
        )
        add_dates(self, optional=True, hint=hint)
        bins = QgsProcessingParameterNumber(
            "BINS", self.tr("Number of classes"), QgsProcessingParameterNumber.Type.Integer, None, True
        )
        bins.setHelp(self.tr("1 to {0}, dynamic mode only.").format(MOST_DYNAMIC))
        self.addParameter(bins)
        hint = self.tr("Exported legend the edit started from; it is needed to detect changes by other users.")
        add_legend_file(self, "BASE", self.tr("Legend before the edit"), hint)
        self.addParameter(QgsProcessingParameterBoolean("DRY_RUN", self.tr("Report only, send nothing"), False))
        force = QgsProcessingParameterBoolean("FORCE", self.tr("Overwrite changes by others"), False)
        self.addParameter(force)
        hint = self.tr(
            "The server's classes cannot be transparent. “refuse” sends nothing and names the classes, “opaque” sends "
            "their colours, “leave_out” leaves fully transparent classes out and sends the colours of others."
        )
        add_choice(
            self,
            "TRANSPARENCY",
            self.tr("Transparent classes"),
            [each.value for each in Transparency],
            optional=True,
            hint=hint,
        )
        add_report(self)

    def execute(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        """Push, and write the report whatever comes of it."""
        output = target_of(self, parameters, "OUTPUT", context)
        self._check_apart(output, parameters)
        record = WriteRecord(output, NOTHING_SENT)
        try:
            with files_explained():
                wanted = self._wanted(parameters, context, feedback.pushWarning)
                keep = history_keeper(self._connection, wanted.ids[1], wanted.mode, "push")
                report = self.ask(_Push(wanted, record, feedback, keep).run, feedback)
        except Exception as error:
            record.fail(error, feedback)
            raise
        record.finish(report.as_dict() | write_former_legends(output, report.changed))
        if report.differences:
            feedback.pushWarning(self.tr("The server's answer differs from what was sent. The report says where."))
        warn_of_unchosen(output, report, feedback)
        return {"OUTPUT": str(output)}

    def _check_apart(self, output: Path, parameters: dict[str, Any]) -> None:
        """Refuse a report that would overwrite the legend it is about."""
        for name in ("INPUT", "BASE"):
            file = parameters.get(name)
            if isinstance(file, str | Path) and file and Path(file).resolve() == output.resolve():
                text = self.tr(
                    "OUTPUT is the file given in {0}, which the report would overwrite. Choose another name."
                )
                raise InputRefused(text.format(name))

    def _wanted(
        self, parameters: dict[str, Any], context: QgsProcessingContext, warn: Callable[[str], None]
    ) -> _Wanted:
        from .. import legend_files

        files = [file_of(self, parameters, name, context) for name in ("INPUT", "BASE")]
        given, base = (legend_files.read(file, warn) if file else None for file in files)
        bins = whole_number_of(self, parameters, "BINS", context)
        if given is None and bins is None:
            raise InputRefused(
                self.tr("There is nothing to push. Give a legend file in INPUT, or a number of classes in BINS.")
            )
        mode = mode_of(self, parameters, context)
        self._check_mode(files, mode)
        return _Wanted(
            ids=(text_of(self, parameters, "AOI", context), text_of(self, parameters, "VISUALIZATION", context)),
            mode=mode,
            dates=dates_of(self, parameters, "DATES", context),
            given=given,
            base=base,
            bins=bins,
            force=flag_of(self, parameters, "FORCE", context),
            dry_run=flag_of(self, parameters, "DRY_RUN", context),
            transparency=Transparency(choice_of(self, parameters, "TRANSPARENCY", context)),
        )

    def _check_mode(self, files: Sequence[Path | None], mode: LegendMode) -> None:
        """Raise an error for a file that declares a legend of the other mode."""
        from .. import legend_files

        for file in files:
            stated = legend_files.stated_mode(file) if file else None
            if stated is not None and stated != mode:
                text = self.tr("{0} is a legend of the mode “{1}”, and MODE is “{2}”. Choose the mode of the file.")
                raise InputRefused(text.format(Path(str(file)).name, stated, mode))


class _Push:
    """One push under way, with its report."""

    def __init__(
        self,
        wanted: _Wanted,
        record: WriteRecord,
        feedback: QgsProcessingFeedback,
        keep: Callable[[Mapping[str, Legend]], object],
    ) -> None:
        self._wanted = wanted
        self._keep = keep
        self._record = record
        self._feedback = feedback
        self._planned: PushReport | None = None
        self._chosen: list[str] = []

    async def run(self, client: Any, _report: Any) -> PushReport:
        from ...catalog.listing import get_visualization
        from ...legend_sync.service import push_legends

        request = self._wanted.request(await get_visualization(client, *self._wanted.ids))
        self._chosen = [*request.legends, *request.recompute]
        return await push_legends(client, request, sld_legend, announce=self._announce, before_write=self._begin)

    def _announce(self, planned: PushReport) -> None:
        self._planned = planned
        _warn_before(self._wanted, self._feedback, planned)

    def _begin(self, held: Mapping[str, Legend]) -> None:
        """Store the data to be sent and the previous legends, in the history and the report, just before the write."""
        from ...legend_sync.report import rows_of

        before = {key: rows_of(held[key]) for key in self._chosen if key in held}
        self._keep(held)
        if self._planned is not None:
            self._record.begin(self._planned.as_dict(), before)


def _warn_before(wanted: _Wanted, feedback: QgsProcessingFeedback, planned: PushReport) -> None:
    """Warn about losses and possible changes, before anything is sent."""
    from ...messages.legend_sentences import may_change_warning, outside_warning, transparency_warning

    if planned.transparency_lost:
        leaves_out = wanted.transparency is Transparency.LEAVE_OUT
        feedback.pushWarning(transparency_warning(planned.transparency_lost, leaves_out=leaves_out))
    if planned.outside:
        feedback.pushWarning(outside_warning(planned.outside))
    if planned.may_change:
        feedback.pushWarning(may_change_warning(planned.may_change))
