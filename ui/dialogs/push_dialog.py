"""The push dialog: the legends to be sent, beside the server's current ones and those the editing began from."""

from __future__ import annotations

from enum import Enum, auto
from functools import partial
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QEvent, Qt, pyqtSignal
from qgis.PyQt.QtGui import QFont, QResizeEvent
from qgis.PyQt.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGroupBox,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QSizePolicy,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from ...plugin.legend.transparency import without_invisible
from ...plugin.legend.vocabulary import LegendMode
from ...plugin.legend_sync.unchosen import of_other_size
from ...plugin.messages.explanation import explain
from ...plugin.messages.numbers import count_text
from ..models.comparison_model import ComparisonModel
from ..models.legend_text import date_text, edit_count_text, last_change_text, listed
from ..models.wording import Tone
from ..widgets.text_tint import TextTint
from ..widgets.tones import plain, tone_colour
from ..widgets.wrapped_label import WrappedLabel
from .comparison_table import ComparisonTable
from .guide_dialog import Chapter, open_guide
from .transparency_box import TransparencyBox

if TYPE_CHECKING:
    from ...plugin.legend.spec import Legend
    from ...plugin.legend_sync.service import LegendDocument
    from ..models.legend_session import LegendSession

_KEY = Qt.ItemDataRole.UserRole
# In letters, so that they follow the font.
_LEAST_DATES, _LEAST_WIDTH = 20, 85


class Decision(Enum):
    """The user's decision about a date that another user changed."""

    OPEN = auto()
    MINE = auto()
    SERVER = auto()


class PushDialog(QDialog):
    """A dialog that compares date by date and asks about conflicts; ``reload_requested`` asks for the server's state.

    ``answered()`` is emitted when the comparison, or the reason why there is none, is displayed.
    After it was accepted, ``send`` and ``take`` hold the result.
    """

    reload_requested = pyqtSignal()
    answered = pyqtSignal()

    def __init__(self, session: LegendSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pushDialog")
        self.setWindowTitle(self.tr("Push Legend"))
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.session = session
        self._decisions: dict[str, Decision] = {}
        self._keys: tuple[str, ...] = ()
        self._is_ready = False
        self.model = ComparisonModel(self)
        self._make_widgets()
        self._build()
        self._connect()
        self.show_loading()

    # --- the answer -----------------------------------------------------------------------------------------------

    @property
    def send(self) -> dict[str, Legend]:
        """Return the legends to be sent, by date key."""
        if self.transparency.leaves_out:
            return {key: without_invisible(legend) for key, legend in self.shown.items()}
        return self.shown

    @property
    def shown(self) -> dict[str, Legend]:
        """Return the legends to be sent as the editor shows them, by date key."""
        return {key: self.session.mine(key) for key in self._keys if self._is_sent(key)}

    @property
    def base(self) -> dict[str, Legend]:
        """Return the legends expected to be replaced by the push: for dates to be overwritten, those displayed."""
        chosen = {
            key: self.session.server(key) if key in self._decisions else self.session.base(key) for key in self.shown
        }
        return {key: legend for key, legend in chosen.items() if legend is not None}

    @property
    def take(self) -> tuple[str, ...]:
        """Return the dates whose edits are discarded in favour of the server's legend."""
        return tuple(key for key, decision in self._decisions.items() if decision is Decision.SERVER)

    # --- verbs ----------------------------------------------------------------------------------------------------

    def show_loading(self) -> None:
        """Show that the server's state is being read."""
        self._is_ready = False
        self._show_status(self.tr("Reading what the server has now…"), Tone.NEUTRAL)
        self.retry_button.hide()
        self._refresh_buttons()

    def show_failure(self, error: Exception) -> None:
        """Show the reason why the server's state is unknown; nothing can be pushed without it."""
        self._is_ready = False
        self._show_status(explain(error, doing="comparing with the server").text, Tone.BAD)
        self.retry_button.show()
        self._refresh_buttons()
        self.answered.emit()

    def show_server(self, document: LegendDocument) -> None:
        """Compare with the server's current legends."""
        self.session.refresh(document)
        self._is_ready = True
        self.retry_button.hide()
        self._keys = self.session.edited_keys
        conflicts = self.session.conflicts(self._keys)
        self._decisions = {key: self._decisions.get(key, Decision.OPEN) for key in conflicts}
        self._fill()
        self._refresh()
        self.answered.emit()

    # --- building -------------------------------------------------------------------------------------------------

    def _make_widgets(self) -> None:
        self.summary_label = WrappedLabel(self)
        self._summary_tint = TextTint(self.summary_label, self, plain)
        self.retry_button = QPushButton(self.tr("Try Again"), self)
        self.date_list = QListWidget(self)
        self.table = ComparisonTable(self.model, self)
        self.conflict_box = QGroupBox(self.tr("Changed by Another User"), self)
        self.conflict_label = WrappedLabel(self.conflict_box)
        self.server_radio = QRadioButton(self.tr("Take Server's"), self.conflict_box)
        self.mine_radio = QRadioButton(self.tr("Keep Mine and Overwrite"), self.conflict_box)
        self.transparency = TransparencyBox(self)
        standard = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(standard.Cancel | standard.Help, parent=self)
        self.push_button = self.buttons.addButton(self.tr("Push"), QDialogButtonBox.ButtonRole.AcceptRole)
        names = {
            "pushSummaryLabel": self.summary_label,
            "pushRetryButton": self.retry_button,
            "pushDateList": self.date_list,
            "pushComparison": self.table,
            "pushConflictBox": self.conflict_box,
            "pushConflictLabel": self.conflict_label,
            "takeServerRadio": self.server_radio,
            "keepMineRadio": self.mine_radio,
            "pushDialogButtons": self.buttons,
            "pushAcceptButton": self.push_button,
        }
        for name, widget in names.items():
            widget.setObjectName(name)
        self.date_list.setAccessibleName(self.tr("Dates to push"))
        self.date_list.setAccessibleDescription(self.tr("Space ticks or unticks a date"))

    def _build(self) -> None:
        for label in (self.summary_label, self.conflict_label):
            label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        top = QHBoxLayout()
        top.addWidget(self.summary_label, 1)
        top.addWidget(self.retry_button)
        self._build_conflict_box()
        self._splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(self.date_list)
        self._splitter.addWidget(self.table)
        self._splitter.setStretchFactor(1, 1)
        self._splitter.setSizes([230, 670])
        body = QWidget(self)
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(top)
        column.addWidget(self._splitter, 1)
        column.addWidget(self.conflict_box)
        column.addWidget(self.transparency)
        layout = QVBoxLayout(self)
        layout.addWidget(self._scrolled(body), 1)
        layout.addWidget(self.buttons)
        self._follow_font()
        letter, room = self.fontMetrics().averageCharWidth(), self.screen().availableGeometry()
        self.resize(min(letter * 130, room.width()), min(letter * 70, room.height()))

    def _scrolled(self, body: QWidget) -> QScrollArea:
        """Let everything above the buttons be scrolled where letters are large and the screen is small."""
        area = QScrollArea(self)
        area.setObjectName("pushScrollArea")
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(body)
        return area

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 (Qt)
        """Let the least sizes follow another font."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange) and self.layout() is not None:
            self._follow_font()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt)
        """Place the comparison below the dates if the window is too narrow."""
        super().resizeEvent(event)
        is_narrow = self.width() < self.fontMetrics().averageCharWidth() * _LEAST_WIDTH
        self._splitter.setOrientation(Qt.Orientation.Vertical if is_narrow else Qt.Orientation.Horizontal)

    def _follow_font(self) -> None:
        """Keep the dialog as wide as a comparison needs, but no wider than the screen."""
        letter = self.fontMetrics().averageCharWidth()
        self.date_list.setMinimumWidth(letter * _LEAST_DATES)
        self.setMinimumWidth(min(letter * _LEAST_WIDTH, self.screen().availableGeometry().width()))

    def _build_conflict_box(self) -> None:
        column = QVBoxLayout(self.conflict_box)
        for widget in (self.conflict_label, self.server_radio, self.mine_radio):
            column.addWidget(widget)
        self.server_radio.setToolTip(self.tr("Discard your edits of this date; Undo brings them back"))
        self.mine_radio.setToolTip(self.tr("Replace the server's legend of this date by yours"))

    def _connect(self) -> None:
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.buttons.helpRequested.connect(lambda: open_guide(self, Chapter.PUSH))
        self.retry_button.clicked.connect(self._on_retry)
        self.date_list.currentItemChanged.connect(self._refresh)
        self.date_list.itemChanged.connect(self._refresh)
        self.transparency.leave_out.toggled.connect(self._refresh_summary)
        self.transparency.leave_out.toggled.connect(self._refresh_buttons)
        self.server_radio.clicked.connect(lambda: self._decide(Decision.SERVER))
        self.mine_radio.clicked.connect(lambda: self._decide(Decision.MINE))

    # --- inside ---------------------------------------------------------------------------------------------------

    def _fill(self) -> None:
        self.date_list.blockSignals(True)
        self.date_list.clear()
        for key in self._keys:
            item = QListWidgetItem(self.date_list)
            item.setData(_KEY, key)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked)
        conflicts = [row for row, key in enumerate(self._keys) if key in self._decisions]
        self.date_list.setCurrentRow(conflicts[0] if conflicts else 0)
        self.date_list.setVisible(len(self._keys) > 1)
        self.date_list.blockSignals(False)

    def _refresh(self) -> None:
        self.date_list.blockSignals(True)
        for row in range(self.date_list.count()):
            self._label(self.date_list.item(row))
        self.date_list.blockSignals(False)
        key = self._key
        if key:
            sent = self.session.mine(key) if self._may_be_sent(key) else None
            self.model.show(sent, self.session.server(key), self.session.base(key))
        else:
            self.model.show(None, None, None)
        self._refresh_conflict(key)
        self._refresh_summary()
        self.transparency.show_legends(self.shown)
        self._refresh_buttons()

    @property
    def _key(self) -> str:
        item = self.date_list.currentItem()
        return str(item.data(_KEY)) if item is not None else ""

    def _label(self, item: QListWidgetItem) -> None:
        key = str(item.data(_KEY))
        words = {
            None: self._edits(key),
            Decision.OPEN: self.tr("conflict"),
            Decision.MINE: self.tr("overwrite"),
            Decision.SERVER: self.tr("take server's"),
        }
        decision = self._decisions.get(key)
        item.setText(self.tr("{} · {}").format(date_text(self.session, key), words[decision]))
        font = QFont(item.font())
        font.setBold(decision is Decision.OPEN)
        item.setFont(font)

    def _edits(self, key: str) -> str:
        return edit_count_text(self.session.edit_count(key))

    def _refresh_conflict(self, key: str) -> None:
        decision = self._decisions.get(key)
        self.conflict_box.setVisible(decision is not None)
        for radio in (self.server_radio, self.mine_radio):
            radio.setAutoExclusive(False)
        self.server_radio.setChecked(decision is Decision.SERVER)
        self.mine_radio.setChecked(decision is Decision.MINE)
        for radio in (self.server_radio, self.mine_radio):
            radio.setAutoExclusive(True)
        if decision is not None:
            text = self.tr(
                "The server's legend of {} differs from the one your edits began with. Which one do you want to keep?"
            )
            parts = (text.format(date_text(self.session, key)), last_change_text(self.session))
            self.conflict_label.setText(" ".join(part for part in parts if part))

    def _refresh_summary(self) -> None:
        undecided = [date_text(self.session, key) for key in self._undecided()]
        if not self._keys:
            self._show_status(
                self.tr("The server already has what you edited, so there is nothing to push."), Tone.GOOD
            )
        elif undecided:
            text = self.tr("Another user changed {} since your edits began. Choose which legend to keep.")
            self._show_status(text.format(listed(undecided)), Tone.WARNING)
        else:
            self._show_status(self._what_stays(), Tone.NEUTRAL)

    def _what_stays(self) -> str:
        """Return whose legends will be replaced, and which edits are dropped."""
        dropped = self._dropped_text()
        if dropped and not self.send:
            return dropped
        return f"{dropped} {self._what_is_replaced()}".strip()

    def _dropped_text(self) -> str:
        taken = [date_text(self.session, key) for key in self.take]
        text = self.tr("Your edits of {} are discarded, and the server's legend stays. Undo brings them back.")
        return text.format(listed(taken)) if taken else ""

    def _what_is_replaced(self) -> str:
        may_change = self._others_of_other_size()
        if may_change:
            text = self.tr(
                "{} other dates do not have as many classes as are pushed, and the server may give them as many. "
                "They are compared afterwards, and those that changed can be put back. The other mode stays as it is."
            )
            if may_change == 1:
                text = self.tr(
                    "{} other date does not have as many classes as are pushed, and the server may give it as many. "
                    "It is compared afterwards, and can be put back. The other mode stays as it is."
                )
            return text.format(count_text(may_change))
        if len(self._keys) > 1:
            return self.tr("Dates that are not ticked, and the other mode, stay as they are on the server.")
        text = self.tr("The legend of {} replaces the server's. Other dates and the other mode stay as they are.")
        return text.format(date_text(self.session, self._keys[0]))

    def _others_of_other_size(self) -> int:
        """Return how many dates that are not pushed have another number of classes than the one that is sent."""
        send = self.send
        if self.session.mode != LegendMode.DYNAMIC or not send:
            return 0
        known = {key: self.session.server(key) for key in self.session.keys if key not in send}
        others = {key: legend for key, legend in known.items() if legend is not None}
        return len(of_other_size(others, max(map(len, send.values()))))

    def _refresh_buttons(self) -> None:
        send, take = len(self.send), len(self.take)
        is_empty = not all(map(len, self.send.values()))
        self.push_button.setEnabled(self._is_ready and not self._undecided() and bool(send or take) and not is_empty)
        if take and not send:
            self.push_button.setText(self.tr("Take Server's"))
        elif send > 1:
            self.push_button.setText(self.tr("Push {} Dates").format(count_text(send)))
        else:
            self.push_button.setText(self.tr("Push"))
        self.push_button.setDefault(self.push_button.isEnabled())

    def _undecided(self) -> list[str]:
        return [key for key, found in self._decisions.items() if found is Decision.OPEN and self._is_ticked(key)]

    def _is_sent(self, key: str) -> bool:
        return self._is_ticked(key) and self._decisions.get(key, Decision.MINE) is Decision.MINE

    def _may_be_sent(self, key: str) -> bool:
        """Return whether the edits of a date are sent, or would be if they are chosen."""
        return self._is_ticked(key) and self._decisions.get(key) is not Decision.SERVER

    def _is_ticked(self, key: str) -> bool:
        items = (self.date_list.item(row) for row in range(self.date_list.count()))
        return any(item.data(_KEY) == key and item.checkState() == Qt.CheckState.Checked for item in items)

    def _decide(self, decision: Decision) -> None:
        if self._key in self._decisions:
            self._decisions[self._key] = decision
            self._refresh()

    def _on_retry(self) -> None:
        self.show_loading()
        self.reload_requested.emit()

    def _show_status(self, text: str, tone: Tone) -> None:
        self._summary_tint.set_colour(plain if tone is Tone.NEUTRAL else partial(tone_colour, tone))
        self.summary_label.setText(text)
