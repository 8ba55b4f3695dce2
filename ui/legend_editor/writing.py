"""Sending edits to the server and taking its answer in: compare, push, recompute, roll back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from qgis.core import Qgis
from qgis.PyQt.QtCore import QObject, pyqtSignal
from qgis.PyQt.QtWidgets import QWidget

from ...plugin.legend.transparency import Transparency
from ...plugin.legend.vocabulary import LegendMode
from ...plugin.legend_sync.service import (
    PushConflict,
    PushReport,
    PushRequest,
    PushUncertain,
    RollbackReport,
    WriteRefused,
)
from ...plugin.messages import legend_sentences
from ...plugin.messages.explanation import explain
from ...plugin.messages.message import Message
from ..dialogs.push_dialog import PushDialog
from ..models.legend_text import date_text, differences_details, differences_text, listed
from ..models.wording import dates_text
from .confirm_dialogs import RecomputeDialog, RollbackDialog

if TYPE_CHECKING:
    from ...plugin.legend.spec import Legend
    from ...plugin.legend_sync.service import LegendDocument, LegendService
    from ...plugin.legend_sync.unchosen import UnchosenChange
    from .workspace import LegendWorkspace


class PendingWrite(QObject):
    """A write of some dates in progress; ``sent`` holds the legends displayed for them when it began.

    It is a child of its receiver: when the panel is deleted, the outcome is not reported any more, and the write
    continues.
    """

    succeeded = pyqtSignal(object, object)
    failed = pyqtSignal(object, object)
    cancelled = pyqtSignal()

    def __init__(
        self, workspace: LegendWorkspace, sent: dict[str, Legend], dates: str, job: Any, parent: QObject
    ) -> None:
        super().__init__(parent)
        self.workspace, self.sent, self.dates = workspace, sent, dates
        self.can_compare = False
        self._acts = {key: workspace.session.acts(key) for key in sent}
        self._job = job
        job.succeeded.connect(self._on_succeeded)
        job.failed.connect(self._on_failed)
        job.cancelled.connect(self._on_cancelled)
        job.finished.connect(self.deleteLater)

    def start(self, busy: str) -> None:
        """Start the write, and show it in the editor."""
        self.workspace.set_busy(busy)
        self._job.start()

    def absorb(self, document: LegendDocument | None, text: str) -> None:
        """Show the server's answer, as a step that can be undone where it is another legend than the one shown."""
        if document is not None:
            shown = self.workspace.session.absorb(document, self.sent, self._acts)
            self.workspace.history.show_answer(shown, text)
            self.workspace.keeper.flush()

    def _on_succeeded(self, report: object) -> None:
        self.workspace.set_busy("")
        self.succeeded.emit(self, report)

    def _on_failed(self, error: object) -> None:
        self.workspace.set_busy("")
        self.failed.emit(self, error)

    def _on_cancelled(self) -> None:
        """Let the server be looked at: a write that was stopped may have arrived all the same."""
        self.workspace.set_busy("")
        self.cancelled.emit()


class LegendWriting(QObject):
    """A runner of writes, one at a time for each legend; editing continues meanwhile.

    The message signal (Message, level, seconds) reports the outcome, ``offered(Message, offers)`` also the possible
    actions, as pairs of a button's text and a function; ``answered(PushReport or RollbackReport)`` carries the server's
    response.

    Args:
        reload: reads the server's legends again, after a write that was stopped.
    """

    answered = pyqtSignal(object)
    message_ready = pyqtSignal(object, object, int)
    offered = pyqtSignal(object, object)

    def __init__(self, service: LegendService, reload: Callable[[], None], parent: QWidget) -> None:
        super().__init__(parent)
        self._service = service
        self._reload = reload
        self._parent = parent

    # --- push -----------------------------------------------------------------------------------------------------

    def push(self, workspace: LegendWorkspace, conflict: PushReport | None = None) -> PushDialog:
        """Compare with the server and, if confirmed, send; ``conflict`` is the report of a push refused for conflicts.

        The dialog opens when the server has answered, so that the comparison is never incomplete.
        """
        dialog = PushDialog(workspace.session, self._parent)
        dialog.reload_requested.connect(lambda: self._read_server(dialog))
        dialog.accepted.connect(lambda: self._send(workspace, dialog))
        dialog.finished.connect(dialog.deleteLater)
        if conflict is not None and conflict.document is not None:
            dialog.show_server(conflict.document)
            dialog.open()
            return dialog
        workspace.set_busy(self.tr("Comparing with the server…"))
        dialog.answered.connect(lambda: workspace.set_busy(""))
        dialog.rejected.connect(lambda: workspace.set_busy(""))
        dialog.answered.connect(dialog.open)
        self._read_server(dialog)
        return dialog

    def _read_server(self, dialog: PushDialog) -> None:
        job = self._service.open(dialog.session.item, dialog.session.mode)
        job.succeeded.connect(dialog.show_server)
        job.failed.connect(dialog.show_failure)
        job.cancelled.connect(dialog.reject)
        dialog.rejected.connect(job.cancel)
        job.start()

    def _send(self, workspace: LegendWorkspace, dialog: PushDialog) -> None:
        sent, shown, base, taken = dialog.send, dialog.shown, dialog.base, dialog.take
        if taken:
            legends = workspace.session.take_server(taken)
            workspace.history.give_up(legends, self.tr("Take Server's Legend"))
        if sent:
            session = workspace.session
            request = PushRequest(
                item=session.item, mode=session.mode, legends=sent, base=base, transparency=Transparency.OPAQUE
            )
            self._push(workspace, request, shown)

    def _push(self, workspace: LegendWorkspace, request: PushRequest, shown: dict[str, Legend]) -> None:
        """Send a request; ``shown`` holds the displayed legends of the dates that the response is to replace."""
        dates = self._dates(workspace, [*request.legends, *request.recompute])
        write = PendingWrite(workspace, shown, dates, self._service.push(request), self)
        write.can_compare = not request.recompute
        write.succeeded.connect(self._on_pushed)
        write.failed.connect(self._on_push_failed)
        write.cancelled.connect(self._reload)
        write.start(self.tr("Pushing {}…").format(dates))

    def _on_pushed(self, write: PendingWrite, report: PushReport) -> None:
        write.absorb(report.document, self.tr("Server's Answer"))
        changed = {change.label for change in report.changed}
        differences = [one for one in report.differences if one["date"] not in changed]
        sentences = self._what_happened_to_others(report)
        sentences += [differences_text(differences)] if differences else []
        sentences += [] if report.verified else [legend_sentences.unverified_text()]
        message = Message(" ".join(sentences), "\n".join([*sorted(changed), *differences_details(report.differences)]))
        if changed:
            self._offer_to_put_back(write.workspace, report.changed, message)
        elif sentences:
            self.message_ready.emit(message, Qgis.MessageLevel.Warning, 0)
        else:
            text = self.tr("Pushed {}. The server holds exactly what was sent.").format(write.dates)
            self.message_ready.emit(Message(text), Qgis.MessageLevel.Success, 8)
        self.answered.emit(report)

    def _what_happened_to_others(self, report: PushReport) -> list[str]:
        """Return messages about dates that were not chosen, if any are affected."""
        found = (
            (legend_sentences.changed_text, [change.label for change in report.changed]),
            (legend_sentences.put_back_text, report.put_back),
            (legend_sentences.not_compared_text, report.not_compared),
        )
        return [sentence(legend_sentences.shortened(days)) for sentence, days in found if days]

    def _offer_to_put_back(
        self, workspace: LegendWorkspace, changed: Sequence[UnchosenChange], message: Message
    ) -> None:
        self.offered.emit(message, [(self.tr("Put Back"), lambda: self.put_back(workspace, changed))])

    def put_back(self, workspace: LegendWorkspace, changed: Sequence[UnchosenChange]) -> None:
        """Push the legends that dates had before a write changed them; edits of these dates stay edits."""
        if workspace.busy:
            return
        session = workspace.session
        request = PushRequest(
            item=session.item,
            mode=session.mode,
            legends={change.key: change.before for change in changed},
            base={change.key: change.now for change in changed if change.now is not None},
            transparency=Transparency.OPAQUE,
        )
        self._push(workspace, request, {})

    def _on_push_failed(self, write: PendingWrite, error: Exception) -> None:
        message = explain(error, doing="pushing the legend")
        if self._refresh(write.workspace, error) and isinstance(error, PushUncertain | WriteRefused):
            self._offer_to_compare(write.workspace, error.report, message)
        else:
            self.message_ready.emit(message, Qgis.MessageLevel.Warning, 0)
        if isinstance(error, PushConflict) and write.can_compare:
            self.push(write.workspace, error.report)

    def _refresh(self, workspace: LegendWorkspace, error: Exception) -> bool:
        """Take in the server's legends that came with an error, and return whether there were any."""
        document = getattr(getattr(error, "report", None), "document", None)
        if document is not None:
            workspace.session.refresh(document)
        return document is not None

    def _offer_to_compare(self, workspace: LegendWorkspace, report: PushReport, message: Message) -> None:
        """Offer the comparison with the server's legends, where there are edits to compare."""
        if workspace.session.edited_keys:
            self.offered.emit(message, [(self.tr("Compare"), lambda: self._compare(workspace, report))])
        else:
            self.message_ready.emit(message, Qgis.MessageLevel.Warning, 0)

    def _compare(self, workspace: LegendWorkspace, report: PushReport) -> None:
        if not workspace.busy:
            self.push(workspace, report)

    # --- recomputing ----------------------------------------------------------------------------------------------

    def recompute(self, workspace: LegendWorkspace, key: str) -> RecomputeDialog:
        """Ask for a number of classes and have the server compute them."""
        dialog = RecomputeDialog(workspace.session, key, self._parent)
        dialog.accepted.connect(lambda: self._recompute(workspace, dialog.keys, dialog.bins))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def _recompute(self, workspace: LegendWorkspace, keys: tuple[str, ...], bins: int) -> None:
        session = workspace.session
        base = {key: server for key in keys if (server := session.server(key)) is not None}
        request = PushRequest(item=session.item, mode=session.mode, base=base, bins=bins, recompute=keys)
        self._push(workspace, request, {key: session.mine(key) for key in keys})

    def roll_back(self, workspace: LegendWorkspace, key: str) -> RollbackDialog:
        """Show the losses and, if confirmed, have the server recompute the legend."""
        dialog = RollbackDialog(workspace.session, key, self._parent)
        dialog.accepted.connect(lambda: self._roll_back(workspace, dialog.keys))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def _roll_back(self, workspace: LegendWorkspace, keys: tuple[str, ...]) -> None:
        session = workspace.session
        sent = {key: session.mine(key) for key in keys}
        dates = self._dates(workspace, keys)
        write = PendingWrite(workspace, sent, dates, self._service.rollback(session.item, session.mode, keys), self)
        write.succeeded.connect(self._on_rolled_back)
        write.failed.connect(self._on_rollback_failed)
        write.cancelled.connect(self._reload)
        write.start(self.tr("Rolling back {}…").format(dates))

    def _on_rolled_back(self, write: PendingWrite, report: RollbackReport) -> None:
        write.absorb(report.document, self.tr("Roll Back"))
        write.workspace.session.forget_hand_made(write.sent)
        sentences = self._outcome_of_rollback(report)
        details = "\n".join(differences_details(report.differences))
        if report.changed:
            days = [change.label for change in report.changed]
            text = " ".join([legend_sentences.changed_text(legend_sentences.shortened(days)), *sentences])
            self._offer_to_put_back(write.workspace, report.changed, Message(text, "\n".join(days)))
        elif sentences:
            self.message_ready.emit(Message(" ".join(sentences), details), Qgis.MessageLevel.Warning, 0)
        else:
            text = self.tr("Rolled back {}. The server recomputed the breakpoints.").format(write.dates)
            self.message_ready.emit(Message(text), Qgis.MessageLevel.Success, 8)
        self.answered.emit(report)

    def _outcome_of_rollback(self, report: RollbackReport) -> list[str]:
        """Return messages about differences between the server's legends and its response."""
        modes = [str(one["date"]) for one in report.differences if LegendMode.named(one["field"])]
        otherwise = [str(one["date"]) for one in report.differences if not LegendMode.named(one["field"])]
        found = (
            (legend_sentences.stored_otherwise_text, list(dict.fromkeys(otherwise))),
            (legend_sentences.unchanged_text, report.unchanged),
            (legend_sentences.other_mode_text, modes),
        )
        sentences = [sentence(legend_sentences.shortened(days)) for sentence, days in found if days]
        return sentences if report.verified else [*sentences, legend_sentences.unverified_text()]

    def _on_rollback_failed(self, write: PendingWrite, error: Exception) -> None:
        message = explain(error, doing="rolling back the legend")
        if self._refresh(write.workspace, error) and isinstance(error, WriteRefused):
            self._offer_to_compare(write.workspace, error.report, message)
        else:
            self.message_ready.emit(message, Qgis.MessageLevel.Warning, 0)

    def _dates(self, workspace: LegendWorkspace, keys: Sequence[str]) -> str:
        if len(keys) > 2:
            return dates_text(len(keys))
        return listed([date_text(workspace.session, key) for key in keys])
