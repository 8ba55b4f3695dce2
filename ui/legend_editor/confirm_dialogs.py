"""Questions before the server recomputes breakpoints: which dates, and which edits will be lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QRadioButton,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from ...plugin.legend.vocabulary import MOST_DYNAMIC, LegendMode
from ...plugin.messages.numbers import count_text
from ..dialogs.guide_dialog import Chapter, open_guide
from ..models.legend_text import date_text, listed
from ..widgets.wrapped_label import WrappedLabel

if TYPE_CHECKING:
    from ..models.legend_session import LegendSession


_WIDTH = 440


class DatesDialog(QDialog):
    """A dialog that asks for this date or all dates, and shows the losses there.

    Args:
        session: the legends concerned.
        key: the date shown in the editor.
        name: prefix of object names, as ``rollback``.
    """

    def __init__(self, session: LegendSession, key: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"{name}Dialog")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.session = session
        self._key = key
        self.intro_label = _sentence(self, f"{name}IntroLabel")
        self.one_radio = QRadioButton(self.tr("Only {}").format(date_text(session, key)), self)
        self.all_radio = QRadioButton(self.tr("All {} dates").format(count_text(len(session.keys))), self)
        self.loss_label = _sentence(self, f"{name}LossLabel")
        standard = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(standard.Cancel | standard.Help, parent=self)
        self.accept_button = self.buttons.addButton("", QDialogButtonBox.ButtonRole.AcceptRole)
        self.one_radio.setObjectName(f"{name}OneDateRadio")
        self.all_radio.setObjectName(f"{name}AllDatesRadio")
        self.buttons.setObjectName(f"{name}DialogButtons")
        self.accept_button.setObjectName(f"{name}AcceptButton")
        self.accept_button.setAutoDefault(False)
        self.buttons.button(standard.Cancel).setDefault(True)
        self._build()
        self.one_radio.setChecked(True)
        self.all_radio.toggled.connect(self.refresh)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.buttons.helpRequested.connect(lambda: open_guide(self, Chapter.PUSH))
        self.refresh()

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the dates chosen."""
        return self.session.keys if self.all_radio.isChecked() else (self._key,)

    def refresh(self) -> None:
        """Show the losses on the chosen dates."""
        self.loss_label.setText(self._loss())
        self.fit()

    def fit(self) -> None:
        """Make the dialog as high as its sentences need at its width; it does not shrink while it is shown."""
        width = max(self.width(), _WIDTH) if self.isVisible() else _WIDTH
        needed = max(self.sizeHint().height(), self.layout().totalHeightForWidth(width))
        self.resize(width, max(needed, self.height()) if self.isVisible() else needed)

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        layout.addWidget(self.intro_label)
        self.middle = QVBoxLayout()
        layout.addLayout(self.middle)
        layout.addWidget(self.one_radio)
        layout.addWidget(self.all_radio)
        layout.addWidget(self.loss_label)
        layout.addStretch(1)
        layout.addWidget(self.buttons)
        several = len(self.session.keys) > 1
        self.one_radio.setVisible(several)
        self.all_radio.setVisible(several)

    def _loss(self) -> str:
        made = {key: self.session.hand_made(key) for key in self.keys}
        dates = [date_text(self.session, key) for key, count in made.items() if count]
        count = sum(made.values())
        others = self.tr("Changes pushed earlier by any user are replaced too.")
        if not count:
            return self.tr("You have changed nothing on these dates since the legend was opened. {}").format(others)
        if count == 1:
            text = self.tr(
                "{} change made by hand on {} will be replaced on the server. {} Undo brings yours back here."
            )
            return text.format(count_text(count), dates[0], others)
        text = self.tr("{} changes made by hand on {} will be replaced on the server. {} Undo brings yours back here.")
        return text.format(count_text(count), listed(dates), others)


class RollbackDialog(DatesDialog):
    """Asks before a rollback."""

    def __init__(self, session: LegendSession, key: str, parent: QWidget | None = None) -> None:
        super().__init__(session, key, "rollback", parent)
        self.setWindowTitle(self.tr("Roll Back"))
        self.accept_button.setText(self.tr("Roll Back"))
        dynamic = self.tr(
            "Rolling back asks the server to recompute these dynamic breakpoints from the data; "
            "it is not an undo of the last push."
        )
        theoretical = self.tr(
            "Rolling back asks the server for the fixed theoretical breakpoints of the index; "
            "it is not an undo of the last push."
        )
        self.intro_label.setText(dynamic if session.mode == LegendMode.DYNAMIC else theoretical)
        self.fit()


class RecomputeDialog(DatesDialog):
    """Asks for a number of classes."""

    def __init__(self, session: LegendSession, key: str, parent: QWidget | None = None) -> None:
        super().__init__(session, key, "recompute", parent)
        self.setWindowTitle(self.tr("Recompute Classes"))
        self.accept_button.setText(self.tr("Recompute"))
        self.intro_label.setText(
            self.tr(
                "The server divides the values of each date into classes of its own. Your breakpoints are not kept."
            )
        )
        self.bins_spin = QSpinBox(self)
        self.bins_spin.setObjectName("recomputeBinsSpin")
        self.bins_spin.setRange(1, MOST_DYNAMIC)
        self.bins_spin.setValue(min(max(len(session.mine(key)), 1), MOST_DYNAMIC))
        label = QLabel(self.tr("Number of classes"), self)
        label.setBuddy(self.bins_spin)
        row = QHBoxLayout()
        row.addWidget(label)
        row.addWidget(self.bins_spin)
        row.addStretch(1)
        self.middle.addLayout(row)
        self.fit()

    def _loss(self) -> str:
        """Return the losses, and the possible changes to dates that are not chosen."""
        others = len(self.session.keys) - len(self.keys)
        return f"{super()._loss()}\n\n{self._others_text(others)}" if others else super()._loss()

    def _others_text(self, others: int) -> str:
        if others == 1:
            return self.tr(
                "The server may apply the number of classes to the other date, too. It is compared afterwards, and "
                "can be put back."
            )
        return self.tr(
            "The server may apply the number of classes to the other {} dates, too. They are compared afterwards, and "
            "those that changed can be put back."
        ).format(count_text(others))

    @property
    def bins(self) -> int:
        """Return the number of classes chosen."""
        return int(self.bins_spin.value())


def _sentence(parent: QWidget, name: str) -> QLabel:
    label = WrappedLabel(parent)
    label.setObjectName(name)
    label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
    return label
