"""The choice of how a push treats transparent classes: the API's classes have no transparency."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QCheckBox, QGroupBox, QLabel, QSizePolicy, QVBoxLayout, QWidget

from ...plugin.legend.transparency import has_invisible
from ...plugin.legend_sync.report import transparency_lost
from ...plugin.messages.legend_sentences import transparency_warning

if TYPE_CHECKING:
    from ...plugin.legend.spec import Legend


class TransparencyBox(QGroupBox):
    """Names the classes that become opaque, and offers to leave out those that are invisible; hidden without any."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pushTransparencyBox")
        self.setTitle(self.tr("Transparency Is Lost"))
        self.label = QLabel(self)
        self.label.setObjectName("pushTransparencyLabel")
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setWordWrap(True)
        self.label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.leave_out = QCheckBox(self.tr("Leave fully transparent classes out"), self)
        self.leave_out.setObjectName("pushLeaveOutCheck")
        column = QVBoxLayout(self)
        column.addWidget(self.label)
        column.addWidget(self.leave_out)
        self.hide()

    @property
    def leaves_out(self) -> bool:
        """Return whether fully transparent classes are to be left out."""
        return bool(self.leave_out.isChecked())

    def show_legends(self, legends: Mapping[str, Legend]) -> None:
        """Show the losses in legends that are to be sent."""
        lost = transparency_lost(legends, str)  # the label says classes only
        self.label.setText(transparency_warning(lost))
        self.leave_out.setVisible(any(map(has_invisible, legends.values())))
        self.setVisible(bool(lost))
