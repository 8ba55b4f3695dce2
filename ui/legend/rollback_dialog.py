"""Questions before the server computes classes anew: what will be lost is said first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

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

from ...plugin.legend.check import MOST_DYNAMIC
from ...plugin.services.visualization_item import date_text
from ..models.wording import dates_text


@dataclass(frozen=True, slots=True)
class Loss:
    """Hand-made changes of some dates: not pushed yet, and pushed since the editor was opened."""

    unpushed: int
    pushed: int


class ComputeDialog(QDialog):
    """Asks for which dates; ``keys`` is the answer. ``loss`` counts what some dates would lose."""

    def __init__(
        self, current: str, keys: Sequence[str], loss: Callable[[Sequence[str]], Loss], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._current, self._all, self._loss = current, tuple(keys), loss
        self.this_radio = QRadioButton(self.tr("This date, {}").format(date_text(current)), self)
        self.all_radio = QRadioButton(self.tr("All {}").format(dates_text(len(self._all))), self)
        self.loss_label = _sentence("lossLabel", self)
        self.note_label = _sentence("computeNoteLabel", self)
        self.buttons = QDialogButtonBox(self)
        self._build()
        self._show_loss()

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the dates chosen."""
        return self._all if self.all_radio.isChecked() else (self._current,)

    def _build(self) -> None:
        self.this_radio.setObjectName("thisDateRadio")
        self.all_radio.setObjectName("allDatesRadio")
        self.this_radio.setChecked(True)
        self.all_radio.setVisible(len(self._all) > 1)
        layout = QVBoxLayout(self)
        layout.setSpacing(8)
        for widget in (self.note_label, *self._more(), self.this_radio, self.all_radio, self.loss_label):
            layout.addWidget(widget)
        layout.addStretch(1)
        layout.addWidget(self.buttons)
        self.setMinimumWidth(380)
        self.this_radio.toggled.connect(self._show_loss)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)

    def _more(self) -> tuple[QWidget, ...]:
        return ()

    def _set_buttons(self, text: str, name: str) -> None:
        roles = QDialogButtonBox.ButtonRole
        button = self.buttons.addButton(text, roles.AcceptRole)
        button.setObjectName(name)
        cancel = self.buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        cancel.setDefault(True)
        cancel.setFocus()

    def _show_loss(self) -> None:
        loss = self._loss(self.keys)
        parts = []
        if loss.unpushed:
            parts.append(_counted(loss.unpushed, self.tr("1 edit not pushed"), self.tr("{} edits not pushed")))
        if loss.pushed:
            parts.append(_counted(loss.pushed, self.tr("1 change pushed"), self.tr("{} changes pushed")))
        known = self.tr("This will be lost: {}.").format(self.tr(" and ").join(parts)) if parts else ""
        earlier = self.tr(
            "Changes pushed earlier, by you or by others, are lost too; the server does not say how many there are."
        )
        self.loss_label.setText(f"{known} {earlier}".strip())


class RollbackDialog(ComputeDialog):
    """Asks before a rollback."""

    def __init__(
        self,
        current: str,
        keys: Sequence[str],
        mode: str,
        loss: Callable[[Sequence[str]], Loss],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(current, keys, loss, parent)
        self.setObjectName("rollbackDialog")
        self.buttons.setObjectName("rollbackDialogButtons")
        self.setWindowTitle(self.tr("Roll Back Legend"))
        note = {
            "dynamic": self.tr("Rolling back asks the server to recompute the dynamic breakpoints from the data."),
            "theoretical": self.tr("Rolling back asks the server to recompute the theoretical breakpoints."),
        }
        self.note_label.setText(note[mode] + " " + self.tr("It is not an undo of the last push."))
        self._set_buttons(self.tr("Roll Back"), "rollbackConfirmButton")


class RecomputeDialog(ComputeDialog):
    """Asks with how many classes the server shall compute dynamic legends; ``bins`` is the answer."""

    def __init__(
        self,
        current: str,
        keys: Sequence[str],
        bins: int,
        loss: Callable[[Sequence[str]], Loss],
        parent: QWidget | None = None,
    ) -> None:
        self.bins_spin = QSpinBox()
        super().__init__(current, keys, loss, parent)
        self.setObjectName("recomputeDialog")
        self.buttons.setObjectName("recomputeDialogButtons")
        self.setWindowTitle(self.tr("Recompute Classes"))
        self.bins_spin.setValue(bins)
        self.note_label.setText(
            self.tr("The server computes new breakpoints from the data, and shows them at once to everybody.")
        )
        self._set_buttons(self.tr("Recompute"), "recomputeConfirmButton")

    @property
    def bins(self) -> int:
        """Return the number of classes chosen."""
        return int(self.bins_spin.value())

    def _more(self) -> tuple[QWidget, ...]:
        row = QWidget(self)
        label = QLabel(self.tr("Number of classes"), row)
        self.bins_spin.setObjectName("classCountSpin")
        self.bins_spin.setRange(1, MOST_DYNAMIC)
        label.setBuddy(self.bins_spin)
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(label)
        layout.addWidget(self.bins_spin)
        layout.addStretch(1)
        return (row,)


def _counted(count: int, one: str, many: str) -> str:
    return one if count == 1 else many.format(count)


def _sentence(name: str, parent: QWidget) -> QLabel:
    label = QLabel(parent)
    label.setObjectName(name)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    return label
