"""The switch between dynamic and theoretical legends."""

from __future__ import annotations

from collections.abc import Collection

from qgis.PyQt.QtCore import QEvent, pyqtSignal
from qgis.PyQt.QtGui import QPalette
from qgis.PyQt.QtWidgets import QButtonGroup, QHBoxLayout, QSizePolicy, QToolButton, QWidget

from ...plugin.legend.vocabulary import LegendMode
from .text_tint import THEME_EVENTS


class ModeSwitch(QWidget):
    """Segmented buttons of which one is down."""

    mode_changed = pyqtSignal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._buttons: dict[LegendMode, QToolButton] = {}
        self._wanted = LegendMode.DYNAMIC
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        texts = {
            LegendMode.DYNAMIC: (self.tr("Dynamic"), self.tr("Classes from the values of each date")),
            LegendMode.THEORETICAL: (self.tr("Theoretical"), self.tr("The same fixed classes for every date")),
        }
        for mode, (text, tip) in texts.items():
            layout.addWidget(self._button(mode, text, tip))
        self._buttons[self._wanted].setChecked(True)
        self._group.buttonClicked.connect(self._on_clicked)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._tint()

    @property
    def mode(self) -> LegendMode:
        """Return the mode that is on."""
        return next((mode for mode, button in self._buttons.items() if button.isChecked()), LegendMode.DYNAMIC)

    def set_mode(self, mode: LegendMode) -> None:
        """Switch a mode on, as far as it is offered."""
        if mode not in self._buttons:
            return
        self._wanted = mode
        if self._buttons[mode].isEnabled():
            self._buttons[mode].setChecked(True)

    def set_modes(self, modes: Collection[LegendMode]) -> None:
        """Offer some modes only; the one wanted last is on where it is offered."""
        for mode, button in self._buttons.items():
            button.setEnabled(mode in modes)
            missing = self.tr("This visualization has no legend in this mode")
            button.setToolTip(str(button.property("tip")) if mode in modes else missing)
        offered = [mode for mode in LegendMode if mode in modes]
        if offered:
            self._buttons[self._wanted if self._wanted in offered else offered[0]].setChecked(True)

    def _button(self, mode: LegendMode, text: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(f"{mode}ModeButton")
        button.setText(text)
        button.setToolTip(tip)
        button.setProperty("tip", tip)
        button.setCheckable(True)
        button.toggled.connect(self._tint)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._group.addButton(button)
        self._buttons[mode] = button
        return button

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 (Qt)
        """Update the tint when the theme changes."""
        super().changeEvent(event)
        if event.type() in THEME_EVENTS:
            self._tint()

    def _tint(self) -> None:
        """Give the button that is down the colour of a selection: some dark styles hardly show it otherwise."""
        roles = QPalette.ColorRole
        for button in self._buttons.values():
            palette = QPalette(self.palette())
            if button.isChecked() and button.isEnabled():
                palette.setColor(roles.Button, palette.color(roles.Highlight))
                palette.setColor(roles.ButtonText, palette.color(roles.HighlightedText))
            button.setPalette(palette)

    def _on_clicked(self) -> None:
        self._wanted = self.mode
        self.mode_changed.emit(self.mode)
