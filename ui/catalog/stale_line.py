"""The line above a list that could not be brought up to date: how old it is, and how to try again."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QToolButton, QWidget

from ...plugin.messages.wording import Action
from ..icons import theme_icon
from ..messages import action_text
from ..models.legend_text import clock_text
from ..models.tips import plain_tip
from ..widgets.text_tint import TextTint
from ..widgets.tones import dimmed
from ..widgets.wrapped_label import WrappedLabel

if TYPE_CHECKING:
    from ...plugin.messages.message import Message


class StaleLine(QFrame):
    """A line that indicates an outdated list; hidden otherwise."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("staleLine")
        self.label = WrappedLabel(self)
        self.label.setObjectName("staleLabel")
        self.label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self._tint = TextTint(self.label, self, dimmed)
        self.button = QToolButton(self)
        self.button.setObjectName("staleRetryButton")
        self.button.setText(action_text(Action.RETRY))
        self.button.setIcon(theme_icon("mActionRefresh"))
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.button.setAutoRaise(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 1, 4, 1)
        row.addWidget(self.label, 1)
        row.addWidget(self.button)
        self.hide()

    def show_age(self, listed_at: datetime.datetime, message: Message) -> None:
        """Show the time of the outdated list, and the reason."""
        when = clock_text(listed_at, datetime.datetime.now(datetime.UTC))
        text = self.tr("Offline: list of {}") if message.is_offline else self.tr("Not refreshed: list of {}")
        self.label.setText(text.format(when))
        self.label.setToolTip(plain_tip(message.text))
        self.label.setAccessibleDescription(message.text)
        self.show()
