"""A field of text with a list to choose from: labels are shown, values run."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import Qt, pyqtSignal, pyqtSlot
from qgis.PyQt.QtGui import QPalette, QWheelEvent
from qgis.PyQt.QtWidgets import QComboBox, QCompleter, QWidget

if TYPE_CHECKING:
    from ..catalog.choices import Choice

_LEAST_CHARACTERS = 24
_MOST_SHOWN = 15
_LINE = 60  # characters of a sentence in place of the list
_WIDEST = 640  # pixels of the opened list


class ChoiceCombo(QComboBox):
    """An editable combo box. ``opened`` asks for its list, which may come later; anything else can be typed in.

    Args:
        several: whether a choice is added to the values in the field, with a comma between.
    """

    opened = pyqtSignal()

    def __init__(self, parent: QWidget | None = None, *, several: bool = False) -> None:
        super().__init__(parent)
        self._several = several
        self._text = ""  # the text of the field before a choice
        self._values: dict[str, str] = {}  # of every label that was ever listed: a chosen one keeps its meaning
        self._labels: dict[str, str] = {}
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(_LEAST_CHARACTERS)
        self.setMaxVisibleItems(_MOST_SHOWN)
        self._set_completion()
        self.lineEdit().textEdited.connect(self._on_edited)
        self.activated.connect(self._on_activated)

    def value(self) -> str:
        """Return the value that runs: of a chosen label its value, else the text as it is."""
        text = str(self.currentText()).strip()
        return self._values.get(text, text)

    def set_value(self, value: str) -> None:
        """Show a value, by its label where that is known."""
        self._text = value if self._several else self._labels.get(value, value)
        self.setEditText(self._text)
        self.lineEdit().setCursorPosition(0)

    @pyqtSlot(str)
    def take_value(self, value: str) -> None:
        """Show a value that was set elsewhere, unless it is shown already."""
        if value != self.value():
            self.set_value(value)

    def show_choices(self, choices: Iterable[Choice]) -> None:
        """Fill the list; the text of the field stays."""
        known = list(choices)
        self._values.update((choice.label, choice.value) for choice in known)
        self._labels.update((choice.value, choice.label) for choice in known)
        self._fill(known)

    def show_note(self, text: str) -> None:
        """Show a sentence in place of the list."""
        self._fill([])
        value = self.value()
        self.addItem(textwrap.fill(text, _LINE))
        self.model().item(0).setEnabled(False)
        self.setItemData(0, self.palette().color(QPalette.ColorRole.Text), Qt.ItemDataRole.ForegroundRole)  # not grey
        self._settle(value)

    def showPopup(self) -> None:  # noqa: N802 (Qt's name)
        """Ask for the list, and open it."""
        self.opened.emit()
        super().showPopup()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 (Qt's name)
        """Leave the wheel to the form, so that scrolling it changes no value."""
        event.ignore()

    def _fill(self, choices: list[Choice]) -> None:
        value = self.value()
        self.clear()
        for choice in choices:
            self.addItem(choice.label, choice.value)
        self._settle(value)

    def _settle(self, value: str) -> None:
        """Show the value again, and the list in its new size if it is open."""
        self.setCurrentIndex(-1 if self._several else self.findData(value))
        self.set_value(value)
        self.view().setMinimumWidth(min(self.view().sizeHintForColumn(0) + 2 * self.iconSize().width(), _WIDEST))
        if self.view().isVisible():
            super().showPopup()

    def _set_completion(self) -> None:
        """Find choices by any part of their labels."""
        if self._several:
            self.setCompleter(None)
            self.lineEdit().setPlaceholderText(self.tr("Choose one after another, or type with commas between"))
            return
        self.completer().setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.completer().setFilterMode(Qt.MatchFlag.MatchContains)

    @pyqtSlot(str)
    def _on_edited(self, text: str) -> None:
        self._text = text

    @pyqtSlot(int)
    def _on_activated(self, row: int) -> None:
        value = self.itemData(row)
        if value is None:
            return
        if not self._several:
            self.set_value(value)
            return
        values = [part.strip() for part in self._text.split(",") if part.strip()]
        self.set_value(", ".join(dict.fromkeys([*values, value])))
