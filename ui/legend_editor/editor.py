"""The editor of one date's legend: dates, classes, tools, and the actions for the edits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtGui import QKeySequence, QResizeEvent
from qgis.PyQt.QtWidgets import (
    QAction,
    QBoxLayout,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ...plugin.legend import edit
from ...plugin.legend.vocabulary import LegendMode
from ...plugin.messages.numbers import count_text
from ..focus_keys import FocusKeys
from ..icons import theme_icon
from ..models.legend_model import LegendEdit, LegendTableModel, can_split
from ..models.legend_text import clock_text, date_text, edit_count_text, edits_text, push_obstacle
from ..models.wording import Tone
from ..widgets.mode_switch import ModeSwitch
from ..widgets.text_tint import TextTint
from ..widgets.tones import dimmed, tone_colour
from .class_table import ClassTable
from .spread_question import SpreadQuestion
from .spreading import look_for_all

if TYPE_CHECKING:
    from ...plugin.legend.spec import Legend
    from .workspace import LegendWorkspace

_NARROW = 62  # letters
_NARROWEST = 70
_USUAL_KEYS = {
    "undoAction": (QKeySequence.StandardKey.Undo,),
    "redoAction": (QKeySequence.StandardKey.Redo,),
}


class LegendEditor(QWidget):
    """A widget that edits the legend of a workspace; what its buttons ask of the server is up to the panel."""

    date_changed = pyqtSignal(str)
    date_chosen_again = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("legendEditor")
        self._workspace: LegendWorkspace | None = None
        self._key = ""
        self._refusal = ""
        self.model = LegendTableModel(self)
        self._make_widgets()
        self._make_actions()
        self._build()
        self._connect()

    # --- building -------------------------------------------------------------------------------------------------

    def _make_widgets(self) -> None:
        self.date_combo = QComboBox(self)
        self.mode_switch = ModeSwitch(self)
        self.edit_count_label = QLabel(self)
        self.table = ClassTable(self.model, self)
        self.problem_label = QLabel(self)
        self.spread_question = SpreadQuestion(self)
        self.draft_label = QLabel(self)
        self._tints = [
            TextTint(self.problem_label, self, partial(tone_colour, Tone.BAD)),
            TextTint(self.draft_label, self, dimmed),
        ]
        self.discard_button = QToolButton(self)
        self.rollback_button = QPushButton(self.tr("Roll Back…"), self)
        self.push_button = QPushButton(self.tr("Push…"), self)
        names = {
            "legendDateCombo": self.date_combo,
            "legendModeSwitch": self.mode_switch,
            "editCountLabel": self.edit_count_label,
            "legendProblemLabel": self.problem_label,
            "draftLabel": self.draft_label,
            "discardEditsButton": self.discard_button,
            "rollBackButton": self.rollback_button,
            "pushButton": self.push_button,
        }
        for name, widget in names.items():
            widget.setObjectName(name)
        self.date_combo.setAccessibleName(self.tr("Date"))
        self.date_combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.date_combo.setMinimumContentsLength(12)
        self.date_combo.setMinimumWidth(_NARROWEST)
        self.discard_button.setText(self.tr("Discard"))
        self.discard_button.setToolTip(self.tr("Show the server's legends again, on all dates; Undo brings edits back"))
        self.discard_button.setAutoRaise(True)

    def _make_actions(self) -> None:
        self.keys = FocusKeys(self)
        self.split_action = self._action(
            "splitClassAction", "symbologyAdd", self.tr("Split Class"), self._on_split, "Alt+Ins"
        )
        self.remove_action = self._action(
            "removeClassAction", "symbologyRemove", self.tr("Remove Class"), self._on_remove, "Alt+Del"
        )
        self.linked_action = self._action(
            "linkedEdgesAction", "mActionLink", self.tr("Move Touching Edges Together"), self._on_linked
        )
        self.linked_action.setCheckable(True)
        self.linked_action.setChecked(True)
        self.undo_action = self._action("undoAction", "mActionUndo", self.tr("Undo"), self._on_undo)
        self.redo_action = self._action("redoAction", "mActionRedo", self.tr("Redo"), self._on_redo)
        self.look_action = self._action(
            "lookForAllAction", "", self.tr("Same Colours and Labels for All Dates"), self._on_look_for_all
        )
        self.whole_action = self._action("wholeForAllAction", "", self.tr("Same Legend for All Dates"))
        self.recompute_action = self._action("recomputeAction", "mActionRefresh", self.tr("Recompute Classes…"))

    def _action(
        self, name: str, icon: str, text: str, act: Callable[[], None] | None = None, shortcut: str = ""
    ) -> QAction:
        """Return a new action; without ``act`` the panel connects it."""
        action = QAction(text, self)
        action.setObjectName(name)
        if icon:
            action.setIcon(theme_icon(icon))
        self.keys.add(action, shortcut, _USUAL_KEYS.get(name, ()))
        if act is not None:
            action.triggered.connect(lambda: act())
        self.addAction(action)
        return action

    def _build(self) -> None:
        self._top = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._top.setSpacing(6)
        self._top.addWidget(self.date_combo, 3)
        self._top.addWidget(self.mode_switch, 2)
        for label in (self.edit_count_label, self.problem_label, self.draft_label):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.draft_label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 4, 8, 8)
        layout.setSpacing(6)
        layout.addLayout(self._top)
        layout.addWidget(self.table, 1)
        layout.addLayout(self._tool_row())
        layout.addWidget(self.spread_question)
        layout.addWidget(self.problem_label)
        layout.addLayout(self._count_row())
        layout.addLayout(self._button_row())

    def _tool_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(2)
        for action in (self.split_action, self.remove_action, self.linked_action, self.undo_action, self.redo_action):
            row.addWidget(self._tool_button(action))
            if action in (self.remove_action, self.linked_action):
                row.addSpacing(8)
        row.addStretch(1)
        row.addWidget(self._tool_button(self.recompute_action))
        row.addWidget(self._menu_button())
        return row

    def _tool_button(self, action: QAction) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(action.objectName().replace("Action", "Button"))
        button.setDefaultAction(action)
        button.setAutoRaise(True)
        return button

    def _menu_button(self) -> QToolButton:
        self.all_dates_menu = QMenu(self)
        self.all_dates_menu.setObjectName("allDatesMenu")
        self.all_dates_menu.addActions([self.look_action, self.whole_action])
        self.all_dates_button = QToolButton(self)
        self.all_dates_button.setObjectName("allDatesButton")
        self.all_dates_button.setText(self.tr("All Dates"))
        self.all_dates_button.setToolTip(self.tr("Give every date what this one has"))
        self.all_dates_button.setMenu(self.all_dates_menu)
        self.all_dates_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.all_dates_button.setAutoRaise(True)
        return self.all_dates_button

    def _count_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(self.edit_count_label, 3)
        row.addWidget(self.draft_label, 2)
        return row

    def _button_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(self.discard_button)
        row.addStretch(1)
        row.addWidget(self.rollback_button)
        row.addWidget(self.push_button)
        return row

    def _connect(self) -> None:
        self.model.edited.connect(self._on_edited)
        self.model.refused.connect(self._show_refusal)
        self.table.numbers.refused.connect(self._show_refusal)
        for settled in (self.table.numbers.began, self.table.numbers.given_up, self.model.accepted):
            settled.connect(self.clear_refusal)
        self.date_combo.activated.connect(self._on_date_activated)
        self.table.selectionModel().currentChanged.connect(self._on_current_changed)
        self.table.colours.closed.connect(self._on_colour_chosen)

    # --- verbs ----------------------------------------------------------------------------------------------------

    @property
    def key(self) -> str:
        """Return the server's key of the date shown, empty without one."""
        return self._key

    def show_workspace(self, workspace: LegendWorkspace, key: str | None = None) -> None:
        """Show a legend, with a date to begin with."""
        self._leave()
        self._workspace = workspace
        workspace.session.state_changed.connect(self._refresh)
        workspace.history.stack.indexChanged.connect(self._refresh)
        workspace.keeper.saved.connect(self._refresh_draft)
        workspace.busy_changed.connect(self._refresh)
        keys, edited = workspace.session.keys, workspace.session.edited_keys
        wanted = (key, self._key, *edited[:1], *keys[:1])
        self.show_date(next((one for one in wanted if one in keys), ""))

    def show_date(self, key: str) -> None:
        """Show another date."""
        if self._workspace is None:
            return
        row, changes = self.table.row, key != self._key
        self._key = key
        self._refusal = ""
        self.model.show(self._workspace.session, key)
        self.table.select_row(max(row, 0))
        self._refresh()
        if changes:
            self.date_changed.emit(key)

    def commit(self) -> None:
        """Commit the text being typed in a cell."""
        focus = self.table.viewport().focusWidget() or self.table.focusWidget()
        if focus is not None and focus is not self.table and self.table.isAncestorOf(focus):
            self.table.setFocus()

    def clear_refusal(self) -> None:
        """Clear the reason why a text is no valid number: it is settled, or another message replaces it."""
        self._show_refusal("")

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt)
        """Place date and mode below each other if the width is small."""
        super().resizeEvent(event)
        directions = QBoxLayout.Direction
        is_narrow = event.size().width() < _NARROW * self.fontMetrics().averageCharWidth()
        self._top.setDirection(directions.TopToBottom if is_narrow else directions.LeftToRight)

    # --- display --------------------------------------------------------------------------------------------------

    def _leave(self) -> None:
        if self._workspace is not None:
            self._workspace.session.state_changed.disconnect(self._refresh)
            self._workspace.history.stack.indexChanged.disconnect(self._refresh)
            self._workspace.keeper.saved.disconnect(self._refresh_draft)
            self._workspace.busy_changed.disconnect(self._refresh)

    def _refresh(self) -> None:
        if self._workspace is None:
            return
        session = self._workspace.session
        if self._key not in session.keys and session.keys:
            self.show_date(session.keys[0])
            return
        self._fill_dates()
        self.edit_count_label.setText(edits_text(session))
        self._refresh_actions()
        self._refresh_push()
        self._refresh_draft()

    def _fill_dates(self) -> None:
        assert self._workspace is not None
        session, combo = self._workspace.session, self.date_combo
        texts = [self._date_label(key) for key in session.keys]
        if [combo.itemData(row) for row in range(combo.count())] != list(session.keys):
            combo.clear()
            for key, text in zip(session.keys, texts, strict=True):
                combo.addItem(text, key)
        for row, text in enumerate(texts):
            if combo.itemText(row) != text:
                combo.setItemText(row, text)
        combo.setCurrentIndex(combo.findData(self._key))

    def _date_label(self, key: str) -> str:
        assert self._workspace is not None
        session = self._workspace.session
        day, edits = date_text(session, key), session.edit_count(key)
        return f"{day} · {edit_count_text(edits)}" if edits else day

    def _refresh_actions(self) -> None:
        assert self._workspace is not None
        stack, session, row = self._workspace.history.stack, self._workspace.session, self.table.row
        self.split_action.setEnabled(can_split(self.model.legend, row))
        self.remove_action.setEnabled(row >= 0 and len(self.model.legend) > 1)
        self.undo_action.setEnabled(stack.canUndo())
        self._describe(self.undo_action, self.tr("Undo {}").format(stack.undoText()))
        self.redo_action.setEnabled(stack.canRedo())
        self._describe(self.redo_action, self.tr("Redo {}").format(stack.redoText()))
        self._describe(self.split_action, self.split_action.text())
        self._describe(self.remove_action, self.remove_action.text())
        self.all_dates_button.setEnabled(len(session.keys) > 1)
        is_dynamic = session.mode == LegendMode.DYNAMIC
        self.recompute_action.setEnabled(is_dynamic and not self._workspace.busy)
        reason = self.tr("Only dynamic classes can be recomputed; Roll Back brings the theoretical ones back")
        self.recompute_action.setToolTip(
            self.tr("Have the server compute another number of classes") if is_dynamic else reason
        )

    def _describe(self, action: QAction, text: str) -> None:
        keys = self.keys.text(action)
        action.setToolTip(f"{text.strip()} ({keys})" if keys else text.strip())

    def _refresh_push(self) -> None:
        assert self._workspace is not None
        session, busy = self._workspace.session, self._workspace.busy
        obstacle = push_obstacle(session)
        self.push_button.setEnabled(not busy and not obstacle)
        self.push_button.setToolTip(busy or obstacle or self.tr("Compare with the server, then send"))
        self.rollback_button.setEnabled(not busy)
        dynamic = self.tr("Have the server recompute the breakpoints from the data")
        theoretical = self.tr("Have the server bring back the fixed breakpoints of the index")
        self.rollback_button.setToolTip(dynamic if session.mode == LegendMode.DYNAMIC else theoretical)
        self._show_problem(self._refusal or (obstacle if session.edited_keys else ""))
        self.discard_button.setVisible(bool(session.edited_keys))
        self.discard_button.setEnabled(not busy)

    def _show_refusal(self, sentence: str) -> None:
        """Show the reason why the typed text is refused."""
        if sentence != self._refusal and self._workspace is not None:
            self._refusal = sentence
            self._refresh_push()

    def _show_problem(self, text: str) -> None:
        self.problem_label.setText(text)
        self.problem_label.setVisible(bool(text))

    def _refresh_draft(self) -> None:
        if self._workspace is None:
            return
        self.draft_label.setText(self._workspace.busy or self._draft_text())

    def _draft_text(self) -> str:
        assert self._workspace is not None
        if self._workspace.keeper.has_failed:
            return self.tr("Draft not saved")
        moment = self._workspace.keeper.saved_at
        if self._workspace.session.edited_keys and moment is not None:
            return self.tr("Draft saved {}").format(clock_text(moment, datetime.now(UTC)))
        return ""

    # --- edits ----------------------------------------------------------------------------------------------------

    def _on_edited(self, change: LegendEdit) -> None:
        if self._workspace is not None:
            self._refusal = ""
            self._workspace.history.edit(change)

    def _change(self, legend: Legend, text: str) -> None:
        self._on_edited(LegendEdit(self._key, legend, text))

    def _on_split(self) -> None:
        row = self.table.row
        if can_split(self.model.legend, row):
            self._change(edit.split(self.model.legend, row), self.tr("Split Class {}").format(count_text(row + 1)))
            self.table.select_row(row)

    def _on_remove(self) -> None:
        row = self.table.row
        if row >= 0 and len(self.model.legend) > 1:
            self._change(edit.remove(self.model.legend, row), self.tr("Remove Class {}").format(count_text(row + 1)))
            self.table.select_row(row)

    def _on_linked(self) -> None:
        self.model.linked = self.linked_action.isChecked()

    def _on_undo(self) -> None:
        if self._workspace is not None:
            self.clear_refusal()
            self._follow(self._workspace.history.undo())

    def _on_redo(self) -> None:
        if self._workspace is not None:
            self.clear_refusal()
            self._follow(self._workspace.history.redo())

    def _follow(self, keys: tuple[str, ...]) -> None:
        """Show a date that was changed, so that nothing changes unseen."""
        if keys and self._key not in keys:
            self.show_date(keys[0])

    def _on_look_for_all(self) -> None:
        if self._workspace is not None:
            self._workspace.history.replace(look_for_all(self._workspace.session, self._key), self.look_action.text())

    def _on_current_changed(self) -> None:
        if self._workspace is not None:
            self._workspace.history.end_merging()
            self._refresh_actions()

    def _on_colour_chosen(self) -> None:
        if self._workspace is not None:
            self._workspace.history.end_merging()

    def _on_date_activated(self, row: int) -> None:
        """Show a date, or emit a signal if the displayed one was chosen again."""
        key = str(self.date_combo.itemData(row))
        if key == self._key:
            self.date_chosen_again.emit()
        else:
            self.show_date(key)
