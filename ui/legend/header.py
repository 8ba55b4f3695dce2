"""The head of the legend editor: what is edited, which date and mode, and how safe the work is."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtGui import QFont
from qgis.PyQt.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from ...plugin.services.visualization_item import date_text
from ..delegates.tones import faded, tone_colour
from ..models.legend_text import days_text, edits_text
from ..models.wording import Tone
from ..panels.elided_label import ElidedLabel
from ..panels.mode_switch import ModeSwitch

if TYPE_CHECKING:
    from ..models.legend_session import LegendSession


class LegendHeader(QWidget):
    """Title, date, mode, number of edits and the draft's time."""

    date_chosen = pyqtSignal(str)
    mode_chosen = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = ElidedLabel(self)
        self.date_combo = QComboBox(self)
        self.mode_switch = ModeSwitch(self)
        self.count_label = QLabel(self)
        self.draft_label = QLabel(self)
        self._build()
        self.date_combo.activated.connect(self._on_date)
        self.mode_switch.mode_changed.connect(self.mode_chosen)

    def _build(self) -> None:
        names = {
            "legendTitle": self.title,
            "legendDateCombo": self.date_combo,
            "legendModeSwitch": self.mode_switch,
            "editCountLabel": self.count_label,
            "draftLabel": self.draft_label,
        }
        for name, widget in names.items():
            widget.setObjectName(name)
        font = QFont(self.title.font())
        font.setBold(True)
        self.title.setFont(font)
        self.date_combo.setAccessibleName(self.tr("Date"))
        self.date_combo.setMinimumContentsLength(10)
        self.date_combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.date_combo.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.title)
        layout.addLayout(_row(self.date_combo, self.mode_switch, stretch=(3, 4)))
        layout.addLayout(_row(self.count_label, self.draft_label, stretch=(1, 0)))
        for label in (self.count_label, self.draft_label):
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.draft_label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def show_dates(self, session: LegendSession, current: str) -> None:
        """List the dates, those with edits marked, and show one as the current."""
        combo = self.date_combo
        combo.clear()
        for key in session.keys:
            count = session.edit_count(key)
            combo.addItem(self.tr("{} · edited").format(date_text(key)) if count else date_text(key), key)
            if count:
                combo.setItemData(combo.count() - 1, edits_text(count), Qt.ItemDataRole.ToolTipRole)
        combo.setCurrentIndex(combo.findData(current))

    def show_count(self, session: LegendSession) -> None:
        """Say how many edits are not pushed."""
        count = session.edit_count()
        self.count_label.setText(edits_text(count))
        self.count_label.setToolTip(days_text(session.edited))
        font = QFont(self.font())
        font.setBold(bool(count))
        self.count_label.setFont(font)
        _paint(self.count_label, Tone.WARNING if count else Tone.NEUTRAL)

    def show_draft(self, saved_at: datetime.datetime | None) -> None:
        """Say when the draft was saved."""
        self.draft_label.setText(self.tr("Draft saved {}").format(time_text(saved_at)) if saved_at else "")
        self.draft_label.setToolTip(self.tr("Closing loses nothing: the draft is here when you come back"))
        palette = self.draft_label.palette()
        palette.setColor(self.draft_label.foregroundRole(), faded(self.palette(), 0.7, self.foregroundRole()))
        self.draft_label.setPalette(palette)

    def _on_date(self, row: int) -> None:
        self.date_chosen.emit(str(self.date_combo.itemData(row)))


def time_text(moment: datetime.datetime) -> str:
    """Return a local time as ``14:02``, with its day where that is not today."""
    clock = f"{moment:%H:%M}"
    return clock if moment.date() == datetime.datetime.now().astimezone().date() else f"{moment:%Y-%m-%d} {clock}"


def _row(*widgets: QWidget, stretch: tuple[int, ...]) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(6)
    for widget, share in zip(widgets, stretch, strict=True):
        row.addWidget(widget, share)
    return row


def _paint(label: QLabel, tone: Tone) -> None:
    palette = label.palette()
    palette.setColor(label.foregroundRole(), tone_colour(tone, label.palette()))
    label.setPalette(palette)
