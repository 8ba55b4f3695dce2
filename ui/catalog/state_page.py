"""A page that shows a state or error and the possible actions."""

from __future__ import annotations

from dataclasses import dataclass

from qgis.PyQt.QtCore import QSize, Qt, pyqtSignal
from qgis.PyQt.QtGui import QFont, QIcon
from qgis.PyQt.QtWidgets import (
    QCommandLinkButton,
    QFrame,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ..widgets.wrapped_label import WrappedLabel


@dataclass(frozen=True, slots=True)
class PageAction:
    """A way on: ``key`` comes back with ``chosen``, ``note`` explains it where that helps."""

    key: str
    text: str
    note: str = ""
    icon: QIcon | None = None


class StatePage(QScrollArea):
    """Headline, sentence and the ways on, one below the other."""

    chosen = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._body: QWidget | None = None
        self.state = ""

    def show_state(
        self, name: str, headline: str, text: str, choices: list[PageAction], icon: QIcon | None = None
    ) -> None:
        """Show a state; ``name`` is kept in ``state`` for those who want to know which one it is."""
        self.state = name
        body = QWidget(self)
        body.setObjectName("stateBody")
        layout = QVBoxLayout(body)
        layout.setContentsMargins(14, 18, 14, 12)
        layout.setSpacing(8)
        if icon is not None:
            layout.addWidget(_picture(icon, body))
        if headline:
            layout.addWidget(_headline(headline, body))
        if text:
            layout.addWidget(_sentence(text, body))
        layout.addSpacing(4)
        for choice in choices:
            layout.addWidget(self._button(choice, body))
        layout.addStretch(1)
        self.setWidget(body)
        self._body = body

    def button(self, key: str) -> QPushButton | None:
        """Return the button of a choice, if it is offered."""
        return self._body.findChild(QPushButton, f"{key}Button") if self._body else None

    def _button(self, choice: PageAction, parent: QWidget) -> QPushButton:
        button = (
            QCommandLinkButton(choice.text, choice.note, parent) if choice.note else QPushButton(choice.text, parent)
        )
        if choice.icon is not None:
            button.setIcon(choice.icon)
            button.setIconSize(QSize(24, 24) if choice.note else QSize(16, 16))
        button.setObjectName(f"{choice.key}Button")
        button.clicked.connect(lambda: self.chosen.emit(choice.key))
        return button


def _picture(icon: QIcon, parent: QWidget) -> QLabel:
    label = QLabel(parent)
    label.setPixmap(icon.pixmap(QSize(48, 48)))
    label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    return label


def _headline(text: str, parent: QWidget) -> QLabel:
    label = _sentence(text, parent)
    label.setObjectName("stateHeadline")
    font = QFont(label.font())
    font.setBold(True)
    font.setPointSizeF(font.pointSizeF() * 1.15)
    label.setFont(font)
    return label


def _sentence(text: str, parent: QWidget) -> QLabel:
    label = WrappedLabel(parent)
    label.setText(text)
    label.setObjectName("stateText")
    label.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
    label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
