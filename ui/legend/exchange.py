"""Pushing, rolling back and recomputing: the questions asked first, the jobs, and what comes back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from qgis.core import Qgis
from qgis.PyQt.QtCore import QObject, pyqtSignal
from qgis.PyQt.QtWidgets import QWidget

from ...plugin.services.legend_push import PushRequest
from ...plugin.services.messages import Message, explain
from ..dialogs.push_dialog import Comparison, PushDialog
from ..models.legend_text import days_text, differences_text
from ..models.wording import dates_text
from .rollback_dialog import Loss, RecomputeDialog, RollbackDialog

if TYPE_CHECKING:
    from ...plugin.legend.spec import Legend
    from ...plugin.services.legend import LegendService
    from ...plugin.services.legend_document import LegendDocument
    from ...plugin.services.legend_report import PushReport, RollbackReport
    from ...plugin.worker.job import Job
    from ..models.legend_session import LegendSession
    from .draft_keeper import DraftKeeper
    from .history import EditHistory


@dataclass
class OpenLegend:
    """A session with its undo history and its draft; ``pushed`` counts the changes pushed by date key."""

    session: LegendSession
    history: EditHistory
    keeper: DraftKeeper
    pushed: dict[str, int] = field(default_factory=dict)

    def loss(self, keys: Sequence[str]) -> Loss:
        """Count the hand-made changes of some dates."""
        return Loss(sum(map(self.session.edit_count, keys)), sum(self.pushed.get(key, 0) for key in keys))


class LegendExchange(QObject):
    """Brings edits to the server, one act at a time.

    ``busy_changed(text)`` tells what is under way, nothing when it is over. ``told(Message, level)`` is good news,
    ``failed(Message, retry)`` bad news with what tries again. ``pushed`` and ``rolled_back`` carry the open legend
    and the report, after the session took the answer.
    """

    busy_changed = pyqtSignal(str)
    told = pyqtSignal(object, object)
    failed = pyqtSignal(object, object)
    pushed = pyqtSignal(object, object)
    rolled_back = pyqtSignal(object, object)

    def __init__(self, service: LegendService, window: QWidget) -> None:
        super().__init__(window)
        self._service = service
        self._window = window
        self._job: Job | None = None

    @property
    def is_busy(self) -> bool:
        """Tell whether something is under way."""
        return self._job is not None

    # --- push -----------------------------------------------------------------------------------------------------

    def push(self, opened: OpenLegend) -> None:
        """Read what the server has now, compare, and push what a person then agrees to."""
        session = opened.session
        job = self._service.open(session.item, session.mode)
        job.succeeded.connect(partial(self._on_compared, opened))
        job.failed.connect(partial(self._on_failed, self.tr("reading the legend"), partial(self.push, opened)))
        self._run(job, self.tr("Comparing with the server…"))

    def _on_compared(self, opened: OpenLegend, document: LegendDocument) -> None:
        opened.session.refresh(document)
        self._ask(opened)

    def _ask(self, opened: OpenLegend) -> None:
        session = opened.session
        if not session.mine:
            opened.keeper.save()
            self.told.emit(Message(self.tr("The server has the same legend already.")), Qgis.MessageLevel.Info)
            return
        dialog = PushDialog(_comparisons(session), session.mode, self._window)
        dialog.server_taken.connect(partial(self._on_server_taken, opened))
        force = bool(dialog.conflicts)
        dialog.accepted.connect(partial(self._send, opened, session.mine, dict(session.document.legends), force))
        dialog.open()

    def _on_server_taken(self, opened: OpenLegend, keys: tuple[str, ...]) -> None:
        opened.history.apply(dict.fromkeys(keys), self.tr("Take the Server's Legend"))
        text = self.tr("The server's legend of {} was taken. Undo brings yours back.").format(days_text(keys))
        self.told.emit(Message(text), Qgis.MessageLevel.Info)

    def _send(self, opened: OpenLegend, sent: dict[str, Legend], seen: Mapping[str, Legend], force: bool) -> None:
        """Push what was shown; whoever overwrites, overwrites what was seen, and nothing newer."""
        session = opened.session
        base = dict(seen) if force else session.base
        request = PushRequest(session.item, session.mode, sent, base=base)
        counts = {key: session.edit_count(key) for key in sent}
        opened.history.setClean()  # later edits of the same cell are edits of their own
        job = self._service.push(request)
        job.succeeded.connect(partial(self._on_pushed, opened, sent, counts))
        job.failed.connect(partial(self._on_push_failed, opened))
        self._run(job, self.tr("Pushing…"))

    def _on_pushed(
        self, opened: OpenLegend, sent: Mapping[str, Legend], counts: Mapping[str, int], report: PushReport
    ) -> None:
        for key, count in counts.items():
            opened.pushed[key] = opened.pushed.get(key, 0) + count
        if report.document is not None:
            opened.session.take_answer(sent, report.document)
        opened.keeper.save()
        self.pushed.emit(opened, report)
        done = self.tr("The legend of {} was pushed.").format(dates_text(len(sent)))
        changed = differences_text(report.differences)
        level = Qgis.MessageLevel.Warning if changed else Qgis.MessageLevel.Success
        details = "\n".join(str(difference) for difference in report.differences)
        self.told.emit(Message(f"{done} {changed}".strip(), details), level)

    def _on_push_failed(self, opened: OpenLegend, error: Exception) -> None:
        """Keep the draft; where others were faster, compare again."""
        report: PushReport | None = getattr(error, "report", None)
        opened.keeper.save()
        if report is not None and report.document is not None:
            opened.session.refresh(report.document)
            if report.conflicts:
                self._ask(opened)
                return
        self._on_failed(self.tr("pushing the legend"), partial(self.push, opened), error)

    # --- rollback and recompute -----------------------------------------------------------------------------------

    def roll_back(self, opened: OpenLegend, key: str) -> None:
        """Ask what to roll back, and do it."""
        session = opened.session
        dialog = RollbackDialog(key, tuple(session.document.legends), session.mode, opened.loss, self._window)
        dialog.accepted.connect(lambda: self._roll_back(opened, dialog.keys))
        dialog.open()

    def _roll_back(self, opened: OpenLegend, keys: tuple[str, ...]) -> None:
        session = opened.session
        job = self._service.rollback(session.item, session.mode, keys)
        job.succeeded.connect(partial(self._on_rolled_back, opened, keys))
        job.failed.connect(partial(self._on_failed, self.tr("rolling back the legend"), None))
        self._run(job, self.tr("Rolling back…"))

    def _on_rolled_back(self, opened: OpenLegend, keys: tuple[str, ...], report: RollbackReport) -> None:
        if report.document is not None:
            self._drop_edits(opened, keys, report.document, self.tr("Roll Back"))
        self.rolled_back.emit(opened, report)
        text = self.tr("The server recomputed the legend of {}.").format(dates_text(len(keys)))
        self.told.emit(Message(text), Qgis.MessageLevel.Success)

    def recompute(self, opened: OpenLegend, key: str) -> None:
        """Ask with how many classes to compute dynamic legends anew, and do it."""
        session = opened.session
        keys, bins = tuple(session.document.legends), max(1, len(session.legend(key)))
        dialog = RecomputeDialog(key, keys, bins, opened.loss, self._window)
        dialog.accepted.connect(lambda: self._recompute(opened, dialog.keys, dialog.bins))
        dialog.open()

    def _recompute(self, opened: OpenLegend, keys: tuple[str, ...], bins: int) -> None:
        session = opened.session
        base = dict(session.document.legends)
        job = self._service.push(PushRequest(session.item, session.mode, base=base, bins=bins, recompute=keys))
        job.succeeded.connect(partial(self._on_recomputed, opened, keys))
        job.failed.connect(partial(self._on_recompute_failed, opened))
        self._run(job, self.tr("Recomputing…"))

    def _on_recomputed(self, opened: OpenLegend, keys: tuple[str, ...], report: PushReport) -> None:
        if report.document is not None:
            self._drop_edits(opened, keys, report.document, self.tr("Recompute Classes"))
        self.pushed.emit(opened, report)
        done = self.tr("The server recomputed the legend of {}.").format(dates_text(len(keys)))
        changed = differences_text(report.differences)
        level = Qgis.MessageLevel.Warning if changed else Qgis.MessageLevel.Success
        self.told.emit(Message(f"{done} {changed}".strip()), level)

    def _on_recompute_failed(self, opened: OpenLegend, error: Exception) -> None:
        report: PushReport | None = getattr(error, "report", None)
        if report is not None and report.document is not None:
            opened.session.refresh(report.document)
        self._on_failed(self.tr("recomputing the classes"), None, error)

    def _drop_edits(self, opened: OpenLegend, keys: Sequence[str], document: LegendDocument, text: str) -> None:
        """Show the server's legends of some dates; what was edited there can be had back by Undo."""
        session = opened.session
        edited = [key for key in keys if key in session.mine]
        session.refresh(document)
        opened.history.setClean()
        if edited:
            opened.history.apply(dict.fromkeys(edited), text)
        for key in keys:
            opened.pushed.pop(key, None)
        opened.keeper.save()

    # --- jobs -----------------------------------------------------------------------------------------------------

    def _run(self, job: Job, text: str) -> None:
        self._job = job
        job.finished.connect(partial(self._on_finished, job))
        self.busy_changed.emit(text)
        job.start()

    def _on_finished(self, job: Job) -> None:
        if job is self._job:
            self._job = None
            self.busy_changed.emit("")

    def _on_failed(self, doing: str, retry: Callable[[], None] | None, error: Exception) -> None:
        self.failed.emit(explain(error, doing=doing), retry)


def _comparisons(session: LegendSession) -> list[Comparison]:
    base, known = session.base, session.document.legends
    return [Comparison(key, session.legend(key), known.get(key), base[key]) for key in session.edited]
