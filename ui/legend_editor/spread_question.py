"""A message above the counts of the editor, with buttons to choose from."""

from __future__ import annotations

from enum import Enum, auto

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtGui import QResizeEvent
from qgis.PyQt.QtWidgets import QBoxLayout, QFrame, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

_MARGIN = 6
_NARROWEST = 40


class SpreadChoice(Enum):
    """Choices for values outside a legend that is to be applied to all dates."""

    OPEN_ENDS = auto()
    KEEP_ENDS = auto()
    CANCEL = auto()


class SpreadQuestion(QFrame):
    """A question that shows how much would not be drawn; ``chosen(SpreadChoice)`` carries the answer."""

    chosen = pyqtSignal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("spreadQuestion")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.label = QLabel(self)
        self.label.setObjectName("spreadLabel")
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setWordWrap(True)
        self.label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.open_button = self._button("spreadOpenButton", self.tr("Open Outer Ends"), SpreadChoice.OPEN_ENDS)
        self.keep_button = self._button("spreadKeepButton", self.tr("Keep Them"), SpreadChoice.KEEP_ENDS)
        self.cancel_button = self._button("spreadCancelButton", self.tr("Cancel"), SpreadChoice.CANCEL)
        self.keep_button.setToolTip(self.tr("Use the classes as they are; values outside are not drawn"))
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._row.setSpacing(4)
        for button in (self.open_button, self.keep_button, self.cancel_button):
            self._row.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        self._row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(_MARGIN, 4, _MARGIN, 4)
        column.setSpacing(4)
        column.addWidget(self.label)
        column.addLayout(self._row)
        self.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt)
        """Put the buttons below each other where they do not fit side by side."""
        super().resizeEvent(event)
        self._arrange()

    def show_busy(self, text: str) -> None:
        """Show that pixels are being counted."""
        self._show(text, can_choose=False)

    def show_refusal(self, text: str) -> None:
        """Show the reason why nothing was changed; there is nothing to choose."""
        self._show(text, can_choose=False)
        self.cancel_button.setText(self.tr("Close"))

    def ask(self, text: str, opened: str) -> None:
        """Show how much lies outside; ``opened`` describes where the outer ends would be."""
        self.open_button.setToolTip(opened)
        self._show(text, can_choose=True)

    def _show(self, text: str, *, can_choose: bool) -> None:
        self.label.setText(text)
        self.cancel_button.setText(self.tr("Cancel"))
        self.open_button.setVisible(can_choose)
        self.keep_button.setVisible(can_choose)
        self._arrange()
        self.show()

    def _arrange(self) -> None:
        buttons = (self.open_button, self.keep_button, self.cancel_button)
        shown = [button for button in buttons if not button.isHidden()]
        needed = sum(button.sizeHint().width() + self._row.spacing() for button in shown) + 2 * _MARGIN
        directions = QBoxLayout.Direction
        self._row.setDirection(directions.TopToBottom if needed > self.width() else directions.LeftToRight)

    def _button(self, name: str, text: str, choice: SpreadChoice) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(name)
        button.setText(text)
        button.setMinimumWidth(_NARROWEST)
        button.clicked.connect(lambda: self.chosen.emit(choice))
        return button
