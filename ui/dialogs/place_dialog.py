"""The dialog in which the user chooses the place of an image beside the map that shows it."""

from __future__ import annotations

from collections.abc import Sequence

from qgis.gui import QgsDoubleSpinBox
from qgis.PyQt.QtCore import QSignalBlocker, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QListWidget,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ..widgets.wrapped_label import WrappedLabel

_FARTHEST = 10_000.0  # pixels


class PlaceDialog(QDialog):
    """Lists the places that an image may have; the map stays usable beside it.

    ``place_changed()`` is emitted for another choice or shift, ``forget_requested()`` where the user wants the image
    measured again instead of the place chosen before.
    """

    place_changed = pyqtSignal()
    forget_requested = pyqtSignal()

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("placeDialog")
        self.setWindowTitle(self.tr("Place of the Image"))
        self.heading = WrappedLabel(self)
        self.heading.setText(title)
        self.candidates = QListWidget(self)
        self.candidates.setObjectName("placeCandidates")
        self.hint = WrappedLabel(self)
        self.hint.setText(
            self.tr("Drag the image on the map, or press the arrow keys there: a pixel each, ten with Shift.")
        )
        self.right, self.down = self._spin("placeRight"), self._spin("placeDown")
        self.keep_all = QCheckBox(self.tr("Keep for all dates of this visualization"), self)
        self.keep_all.setObjectName("placeKeepAll")
        self.keep_all.setChecked(True)
        self.forget_button = QPushButton(self.tr("Measure Again"), self)
        self.forget_button.setObjectName("placeForget")
        self.forget_button.setToolTip(self.tr("Forget the place that was chosen before, and load the images again"))
        self.forget_button.hide()
        self._build()

    def _spin(self, name: str) -> QgsDoubleSpinBox:
        spin = QgsDoubleSpinBox(self)
        spin.setObjectName(name)
        spin.setRange(-_FARTHEST, _FARTHEST)
        spin.setDecimals(1)
        spin.setClearValue(0.0)
        spin.setSuffix(self.tr(" pixels"))
        spin.valueChanged.connect(lambda _value: self.place_changed.emit())
        return spin

    def _build(self) -> None:
        kinds = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(kinds.Ok | kinds.Cancel, self)
        self.buttons.button(kinds.Ok).setText(self.tr("Keep Place"))
        self.buttons.addButton(self.forget_button, QDialogButtonBox.ButtonRole.ResetRole)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.forget_button.clicked.connect(self.forget_requested)
        self.candidates.currentRowChanged.connect(lambda _row: self._begin_anew())
        form = QFormLayout()
        form.addRow(self.tr("To the right"), self.right)
        form.addRow(self.tr("Down"), self.down)
        layout = QVBoxLayout(self)
        for part in (self.heading, self.candidates, self.hint):
            layout.addWidget(part)
        layout.addLayout(form)
        layout.addWidget(self.keep_all)
        layout.addWidget(self.buttons)
        self.resize(380, 340)

    def show_candidates(self, labels: Sequence[str], *, is_chosen: bool) -> None:
        """List the places, the present one first.

        Args:
            is_chosen: whether the user chose the present place, so that it can be forgotten.
        """
        with QSignalBlocker(self.candidates):
            self.candidates.addItems(list(labels))
            self.candidates.setCurrentRow(0)
        self.forget_button.setVisible(is_chosen)
        self._begin_anew()

    @property
    def row(self) -> int:
        """Return the number of the chosen place."""
        return int(self.candidates.currentRow())

    @property
    def shift(self) -> tuple[float, float]:
        """Return by how many pixels the image is moved, to the right and down."""
        return float(self.right.value()), float(self.down.value())

    def move_by(self, columns: float, rows: float) -> None:
        """Move the image further."""
        right, down = self.shift
        self._set_shift(right + columns, down + rows)

    def _begin_anew(self) -> None:
        self._set_shift(0.0, 0.0)

    def _set_shift(self, right: float, down: float) -> None:
        for spin, value in ((self.right, right), (self.down, down)):
            with QSignalBlocker(spin):
                spin.setValue(value)
        self.place_changed.emit()
