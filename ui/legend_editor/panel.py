"""The legend editor's panel: opens a legend, reports the outcome, and shows the editor."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import Qgis
from qgis.gui import QgsMessageBar, QgsMessageBarItem
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QEvent
from qgis.PyQt.QtGui import QCloseEvent, QFont, QHideEvent, QKeyEvent, QKeySequence, QShowEvent
from qgis.PyQt.QtWidgets import QAction, QFileDialog, QHBoxLayout, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from ...plugin.files.names import readable_name
from ...plugin.files.shown_names import shown_name
from ...plugin.files.whole import write_text
from ...plugin.legend.check import LegendInvalid
from ...plugin.legend.tables import to_json
from ...plugin.legend.vocabulary import LegendMode
from ...plugin.legend_sync.errors import NoLegend
from ...plugin.messages import edit_messages
from ...plugin.messages.explanation import explain
from ...plugin.messages.message import Message
from ...plugin.messages.wording import Action
from ..catalog.state_page import PageAction, StatePage
from ..icons import icon
from ..messages import action_text, push_message, push_offer
from ..models.abilities import legend_problem
from ..models.legend_text import clock_text, edit_count_text
from ..requests import EditRequest
from ..widgets.elided_label import ElidedLabel
from .area_measuring import AreaMeasuring
from .draft_keeper import moment_of
from .editor import LegendEditor
from .preview import LegendPreview
from .spreading_check import SpreadingCheck
from .workspace import LegendWorkspace
from .writing import LegendWriting

if TYPE_CHECKING:
    from ...plugin.legend_sync.drafts import Draft
    from ...plugin.legend_sync.service import LegendDocument, LegendService, PushReport, RollbackReport
    from .draft_keeper import Drafts
    from .legend_events import LegendEvents

__all__ = ["LegendPanel", "LegendPreview"]


class LegendPanel(QWidget):
    """A panel that edits one legend at a time; edits of those opened before are kept, as drafts and with their history.

    Args:
        events: the signals by which the application follows the edits.
    """

    def __init__(
        self,
        legend_service: LegendService,
        drafts: Drafts,
        connection_name: str,
        events: LegendEvents,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("legendPanel")
        self._service, self._drafts, self._connection_name = legend_service, drafts, connection_name
        self.events = events
        self._workspaces: dict[tuple[str, str, str], LegendWorkspace] = {}
        self._request: EditRequest | None = None
        self._job: Any = None
        self._announced: tuple[LegendWorkspace, str] | None = None
        self._map_note: QgsMessageBarItem | None = None
        self.writing = LegendWriting(legend_service, self.reload, self)
        self._build()
        self.spreading = SpreadingCheck(legend_service, self.editor.spread_question, self)
        self.areas = AreaMeasuring(legend_service, self)
        self._connect()
        self._show_nothing()

    def _build(self) -> None:
        self.title = ElidedLabel(self)
        self.title.setObjectName("legendTitle")
        font = QFont(self.font())
        font.setBold(True)
        self.title.setFont(font)
        self.message_bar = QgsMessageBar(self)
        self.message_bar.setObjectName("legendMessageBar")
        self.state_page = StatePage(self)
        self.state_page.setObjectName("legendStatePage")
        self.editor = LegendEditor(self)
        self.stack = QStackedWidget(self)
        self.stack.addWidget(self.state_page)
        self.stack.addWidget(self.editor)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 6, 0, 0)
        layout.setSpacing(4)
        head = QHBoxLayout()
        head.setContentsMargins(8, 0, 8, 0)
        head.addWidget(self.title)
        self.units_button = QToolButton(self)
        self.units_button.setObjectName("legendUnitsButton")
        self.units_button.setAutoRaise(True)
        self.units_button.setToolTip(self.tr("In which units the edges of this legend are; click to change it"))
        self.units_button.hide()
        head.addWidget(self.units_button)
        layout.addLayout(head)
        layout.addWidget(self.message_bar)
        layout.addWidget(self.stack, 1)

    def _connect(self) -> None:
        self.units_button.clicked.connect(self._on_units)
        self.editor.date_changed.connect(self._announce)
        self.editor.date_chosen_again.connect(self._announce_again)
        self.editor.push_button.clicked.connect(lambda: self.compare())
        self.editor.rollback_button.clicked.connect(lambda: self._with_workspace(self._roll_back))
        self.editor.recompute_action.triggered.connect(lambda: self._with_workspace(self._recompute))
        self.editor.whole_action.triggered.connect(lambda: self._with_workspace(self._spread))
        self.editor.date_changed.connect(lambda _key: self.spreading.cancel())
        self.editor.discard_button.clicked.connect(lambda: self._with_workspace(self._discard))
        self.editor.mode_switch.mode_changed.connect(self._on_mode_changed)
        self.state_page.chosen.connect(self._on_choice)
        self.writing.message_ready.connect(self._show_message)
        self.writing.offered.connect(self._offer)
        self.writing.answered.connect(self._on_answered)

    # --- verbs ----------------------------------------------------------------------------------------------------

    def open(self, request: EditRequest) -> None:
        """Read a legend and show it, with edits not pushed yet."""
        self.editor.commit()
        self.spreading.cancel()
        self._flush()
        self._request, self._announced = request, None
        self.title.set_text(f"{request.item.title} · {shown_name(request.aoi.name)}")
        self.message_bar.clearWidgets()
        self.editor.mode_switch.set_modes(request.item.modes)
        self.editor.mode_switch.set_mode(request.mode)
        obstacle = legend_problem(request.item)
        if obstacle:
            self._cancel()
            self._show_state("no-legend", self.tr("No legend to edit"), obstacle, [])
        else:
            self._read(request)

    def set_connection(self, name: str) -> None:
        """Set the connection's name under which drafts are kept; legends of another connection are closed."""
        if name == self._connection_name:
            return
        self.editor.commit()
        self.spreading.cancel()
        self._cancel()
        self._release()
        self._connection_name, self._request = name, None
        self.title.set_text("")
        self._show_nothing()

    def show_units(self, text: str) -> None:
        """Show the units of the breakpoints, where these were uncertain; an empty text hides them."""
        self.units_button.setText(text)
        self.units_button.setVisible(bool(text))

    def show_map_note(self, message: Message | None) -> None:
        """Show the reason why the map does not show the edited legend; ``None`` removes it."""
        if self._map_note is not None and not sip.isdeleted(self._map_note):
            self.message_bar.popWidget(self._map_note)
        self._map_note = None
        if message is not None:
            self._map_note = push_message(self.message_bar, message, level=Qgis.MessageLevel.Info)

    def forget_shown_date(self) -> None:
        """Emit ``date_shown`` again when the same date is chosen: the map that showed it is gone."""
        self._announced = None

    def reload(self) -> None:
        """Read the server's legends again; edits stay."""
        if self._request is not None:
            self._read(self._request)

    def flush(self) -> None:
        """See to it that every edit is on disk."""
        self.editor.commit()
        self._flush()

    @property
    def workspace(self) -> LegendWorkspace | None:
        """Return the workspace of the displayed legend."""
        if self._request is None:
            return None
        return self._workspaces.get(self._place(self._request))

    def workspace_of(self, connection: str, visualization_id: str, mode: LegendMode | str) -> LegendWorkspace | None:
        """Return the workspace of a legend that was opened before, if its draft is still claimed here."""
        return self._workspaces.get((connection, visualization_id, mode))

    def _place(self, request: EditRequest) -> tuple[str, str, str]:
        return self._connection_name, request.item.id, request.mode

    def show_date(self, visualization_id: str, mode: LegendMode | str, key: str) -> bool:
        """Show a date of the legend that is edited; return whether it is that of the visualization and mode.

        Args:
            key: the server's key of the date, of an image or of its legend.
        """
        workspace, request = self.workspace, self._request
        if workspace is None or request is None or not self.isVisible():
            return False
        session = workspace.session
        if (session.item.id, session.mode) != (visualization_id, mode):
            return False
        keys = [date.legend_key for date in session.item.dates if key in (date.key, date.legend_key)]
        if not keys or keys[0] not in session.keys:
            return False
        self.editor.show_date(keys[0])
        return True

    @property
    def day(self) -> datetime.date | None:
        """Return the UTC day of the date shown."""
        return self.workspace.session.day(self.editor.key) if self.workspace is not None else None

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 (Qt)
        """See to it that everything is on disk."""
        self.flush()
        super().hideEvent(event)
        if not event.spontaneous():
            self._end()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 (Qt)
        """Release the drafts for other editors."""
        super().closeEvent(event)
        self._cancel()
        self._release()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 (Qt)
        """Go on with the legend that was edited; after closing, its draft is taken up again."""
        super().showEvent(event)
        if self.stack.currentWidget() is not self.editor:
            return
        if self.workspace is not None:
            self._announce()
        elif self._request is not None:
            self._read(replace(self._request, date_key=self.editor.key or self._request.date_key))

    def event(self, event: QEvent) -> bool:
        """Claim undo and redo while the focus is here: QGIS's own actions have the same shortcuts."""
        if event.type() == QEvent.Type.ShortcutOverride and self._action_of(event) is not None:
            event.accept()
            return True
        return bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt)
        """Undo and redo."""
        action = self._action_of(event)
        if action is None:
            super().keyPressEvent(event)
        else:
            action.trigger()

    def _action_of(self, event: QKeyEvent) -> QAction | None:
        if event.matches(QKeySequence.StandardKey.Undo):
            return self.editor.undo_action
        if event.matches(QKeySequence.StandardKey.Redo):
            return self.editor.redo_action
        return None

    # --- reading --------------------------------------------------------------------------------------------------

    def _read(self, request: EditRequest) -> None:
        self._cancel()
        if self.workspace is not None:
            self._show_workspace(self.workspace, request.date_key)
        else:
            self._show_state("loading", "", self.tr("Reading the legend…"), [])
        self._job = job = self._service.open(request.item, request.mode)
        job.succeeded.connect(self._on_read)
        job.failed.connect(self._on_read_failed)
        job.start()

    def _cancel(self) -> None:
        job, self._job = self._job, None
        if job is not None:
            job.succeeded.disconnect(self._on_read)
            job.failed.disconnect(self._on_read_failed)
            job.cancel()

    def _on_read(self, document: LegendDocument) -> None:
        self._job = None
        request, known = self._request, self.workspace
        if request is None:
            return
        self.events.server_read.emit(document)
        if known is not None:
            if not known.busy:
                known.session.refresh(document)
            self._show_workspace(known, None)
            return
        self._begin(request, document)

    def _begin(self, request: EditRequest, document: LegendDocument, wanted: int = 0) -> None:
        """Show a legend with a draft of it: the wanted one, else the first without an editor."""
        area = request.aoi.area_in_sq_m
        workspace = LegendWorkspace(document, self._drafts, self._connection_name, self.events, self, aoi_area=area)
        self._workspaces[self._place(request)] = workspace
        workspace.session.legends_changed.connect(partial(self._on_edited, workspace))
        workspace.session.state_changed.connect(self.events.edits_changed)
        workspace.keeper.failed.connect(partial(self._on_draft_failed, workspace))
        draft = workspace.keeper.start(wanted)
        self._show_workspace(workspace, request.date_key)
        self._show_warnings(document)
        if draft is not None:
            self._show_restored(workspace, draft)
        self._show_other_drafts(workspace)

    def _on_read_failed(self, error: Exception) -> None:
        self._job = None
        request = self._request
        message = explain(error, doing="reading the legend")
        if self.workspace is not None or request is None:
            self._show_message(message, Qgis.MessageLevel.Warning, 0)
        elif isinstance(error, NoLegend):
            others = [mode for mode in request.item.modes if mode != request.mode]
            choices = [PageAction("otherMode", self.tr("Open the Other Mode"))] if others else []
            self._show_state("no-legend", self.tr("No legend in this mode"), message.text, choices)
        else:
            choices = [PageAction("retry", action_text(Action.RETRY))]
            if message.action is Action.OPEN_SETTINGS:
                choices.insert(0, PageAction("settings", action_text(Action.OPEN_SETTINGS)))
            self._show_state("failed", self.tr("The legend could not be read"), message.text, choices)

    # --- display --------------------------------------------------------------------------------------------------

    def _show_nothing(self) -> None:
        text = self.tr("Select a visualization in Pixxel Explorer and choose Edit Legend.")
        self._show_state("empty", "", text, [])

    def _show_state(self, name: str, headline: str, text: str, choices: list[PageAction]) -> None:
        picture = icon("legend") if name in ("no-legend", "empty", "failed") else None
        self.state_page.show_state(name, headline, text, choices, picture)
        self.stack.setCurrentWidget(self.state_page)
        if name != "loading":
            self._end()

    def _show_workspace(self, workspace: LegendWorkspace, key: str | None) -> None:
        self.editor.mode_switch.set_modes(workspace.session.item.modes)
        self.editor.show_workspace(workspace, key)
        self.stack.setCurrentWidget(self.editor)
        self._announce()

    def _announce(self) -> None:
        """Report the edited date, once each time a date, a mode or a legend is chosen; nothing while hidden."""
        workspace, key = self.workspace, self.editor.key
        if workspace is None or self._request is None or not self.isVisible() or self._announced == (workspace, key):
            return
        self._announced = workspace, key
        self.areas.follow(workspace, key)
        self.events.date_shown.emit(replace(self._request, date_key=key))

    def _announce_again(self) -> None:
        self._announced = None
        self._announce()

    def _on_edited(self, workspace: LegendWorkspace, keys: tuple[str, ...]) -> None:
        if workspace is self.workspace and self.isVisible() and self.editor.key in keys:
            self.events.date_edited.emit()

    def _end(self) -> None:
        """Report that no legend is edited."""
        self._announced = None
        self.areas.stop()
        self.events.editing_ended.emit()

    def _show_message(self, message: Message, level: Qgis.MessageLevel, seconds: int) -> None:
        self._clear_messages()
        acts: dict[Action, Callable[[], None]] = {
            Action.RELOAD: self.reload,
            Action.RETRY: self.compare,
            Action.OPEN_SETTINGS: self.events.settings_requested.emit,
        }
        act = acts.get(message.action)
        push_message(self.message_bar, message, level=level, on_action=act, seconds=seconds)

    def _offer(self, message: Message, offers: list[tuple[str, Callable[[], None]]]) -> None:
        self._clear_messages()
        push_offer(self.message_bar, message, offers, Qgis.MessageLevel.Warning)

    def _clear_messages(self) -> None:
        self.message_bar.clearWidgets()
        self.editor.clear_refusal()

    def _show_warnings(self, document: LegendDocument) -> None:
        if document.warnings:
            message = Message(document.warnings[0], "\n".join(document.warnings[1:]))
            self._show_message(message, Qgis.MessageLevel.Info, 0)

    def _show_restored(self, workspace: LegendWorkspace, draft: Draft) -> None:
        count = edit_count_text(workspace.session.total_edits)
        text = self.tr("Your draft of {} is back with {} not pushed yet. Discard removes them.")
        self._show_message(Message(text.format(self._moment_text(draft), count)), Qgis.MessageLevel.Info, 0)

    def _moment_text(self, draft: Draft) -> str:
        moment = moment_of(draft.saved_at)
        return clock_text(moment, datetime.datetime.now(datetime.UTC)) if moment is not None else draft.saved_at

    def _show_other_drafts(self, workspace: LegendWorkspace) -> None:
        """Report other editors of the legend, and offer a draft that no editor has open."""
        claim, session = workspace.keeper.claim, workspace.session
        if claim is None:
            return
        if claim.is_shared:
            push_message(self.message_bar, edit_messages.edited_elsewhere(), level=Qgis.MessageLevel.Warning)
        for number in claim.others:
            draft = self._drafts.load(self._connection_name, session.item.id, session.mode, number)
            if draft is not None:
                message = edit_messages.other_draft(self._moment_text(draft), len(draft.legends))
                offer = (self.tr("Open That Draft"), partial(self._change_draft, workspace, number))
                push_offer(self.message_bar, message, [offer], Qgis.MessageLevel.Info)

    def _change_draft(self, workspace: LegendWorkspace, number: int) -> None:
        """Put the draft that is edited away, on disk, and go on with another one of the same legend."""
        if workspace is not self.workspace or workspace.busy or self._request is None:
            return
        self.editor.commit()
        workspace.keeper.flush()
        if workspace.keeper.has_failed:
            return
        workspace.keeper.release()
        workspace.history.give_up(workspace.session.take_server(workspace.session.edited_keys), "")
        self.message_bar.clearWidgets()
        self._begin(replace(self._request, date_key=self.editor.key), workspace.session.document, number)

    def _on_draft_failed(self, workspace: LegendWorkspace, reason: Message) -> None:
        self._offer_file(workspace, edit_messages.draft_not_saved(reason))

    def _offer_file(self, workspace: LegendWorkspace, message: Message) -> None:
        """Show why edits are in memory only, and offer to save them in a file."""
        offer = (self.tr("Save As…"), partial(self._ask_file, workspace))
        self.message_bar.clearWidgets()
        push_offer(self.message_bar, message, [offer], Qgis.MessageLevel.Critical)

    def _ask_file(self, workspace: LegendWorkspace) -> None:
        """Ask where the edits of a legend are to be saved, as its draft could not be."""
        dialog = QFileDialog(self, self.tr("Save Edits As"))
        dialog.setObjectName("saveEditsDialog")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(self.tr("Legends as JSON (*.json)"))
        dialog.setDefaultSuffix("json")
        dialog.selectFile(f"{readable_name(workspace.session.item.title)}.json")
        dialog.fileSelected.connect(lambda name: self._save_edits(workspace, Path(name)))
        dialog.rejected.connect(workspace.keeper.flush)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _save_edits(self, workspace: LegendWorkspace, file: Path) -> None:
        session = workspace.session
        try:
            write_text(file, to_json({key: session.mine(key) for key in session.edited_keys}))
        except (OSError, LegendInvalid) as error:
            reason = explain(error, doing="saving the edits")
            self._offer_file(workspace, edit_messages.not_saved_elsewhere(file.name, reason))
        else:
            self._show_message(edit_messages.saved_elsewhere(file.name), Qgis.MessageLevel.Success, 0)

    # --- requests -------------------------------------------------------------------------------------------------

    def compare(self) -> None:
        """Show the edits beside the legends that the server has, before they are pushed."""
        self.editor.commit()
        self._with_workspace(self._push)

    def _with_workspace(self, act: Callable[[LegendWorkspace], object]) -> None:
        if self.workspace is not None and not self.workspace.busy:
            self._clear_messages()
            act(self.workspace)

    def _push(self, workspace: LegendWorkspace) -> None:
        if workspace.session.edited_keys:
            self.writing.push(workspace)

    def _roll_back(self, workspace: LegendWorkspace) -> None:
        self.writing.roll_back(workspace, self.editor.key)

    def _recompute(self, workspace: LegendWorkspace) -> None:
        self.writing.recompute(workspace, self.editor.key)

    def _spread(self, workspace: LegendWorkspace) -> None:
        self.editor.commit()
        self.spreading.start(workspace, self.editor.key, self.editor.whole_action.text())

    def _discard(self, workspace: LegendWorkspace) -> None:
        legends = workspace.session.take_server(workspace.session.edited_keys)
        workspace.history.give_up(legends, self.tr("Discard Edits"))

    def _on_mode_changed(self, mode: LegendMode) -> None:
        if self._request is not None:
            request, key = self._request, self.editor.key
            self.open(EditRequest(request.aoi, request.item, mode, key or request.date_key))

    def _on_choice(self, key: str) -> None:
        if key == "retry":
            self.reload()
        elif key == "settings":
            self.events.settings_requested.emit()
        elif key == "otherMode" and self._request is not None:
            other = next(mode for mode in self._request.item.modes if mode != self._request.mode)
            self._on_mode_changed(other)

    def _on_units(self) -> None:
        if self._request is not None:
            self.events.units_requested.emit(self._request.item.id)

    def _on_answered(self, report: PushReport | RollbackReport) -> None:
        """Let the map draw the server's answer for every date, and then the edits that are left."""
        self.events.answered.emit(report)
        if self.workspace is not None:
            self.workspace.feed.announce(self.workspace.session.edited_keys)

    def _flush(self) -> None:
        for workspace in self._workspaces.values():
            workspace.keeper.flush()

    def _release(self) -> None:
        """Release the drafts for other editors; a legend whose edits are in memory only stays open."""
        for place, workspace in list(self._workspaces.items()):
            workspace.keeper.flush()
            if not workspace.keeper.has_failed:
                workspace.keeper.release()
                del self._workspaces[place]
