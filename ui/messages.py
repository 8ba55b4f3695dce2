"""Messages on a message bar: the text, and below it the possible actions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from qgis.core import Qgis
from qgis.gui import QgsMessageBar, QgsMessageBarItem
from qgis.PyQt.QtCore import QSize, Qt
from qgis.PyQt.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QPlainTextEdit,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ..plugin.host.i18n import translate
from ..plugin.messages.message import Message
from ..plugin.messages.numbers import count_text
from ..plugin.messages.wording import Action
from .widgets.wrapped_label import WrappedLabel

# Properties of an item on a bar: a widget's Python wrapper dies with that of the bar, which is not referenced.
_PROPERTIES = _KIND, _TIMES, _DETAILS = "pixxelKind", "pixxelTimes", "pixxelDetails"
_MOST_DETAILS = 20_000  # characters
_DETAILS_SIZE = QSize(560, 320)


def push_message(
    bar: QgsMessageBar,
    message: Message,
    *,
    level: Qgis.MessageLevel = Qgis.MessageLevel.Warning,
    on_action: Callable[[], None] | None = None,
    seconds: int = 0,
) -> QgsMessageBarItem:
    """Show a message, with a button for its action if ``on_action`` is given and one for its details.

    A message equivalent to one still displayed replaces it, and shows the number of occurrences.

    Args:
        seconds: display time; 0 means until the user closes it.
    """
    times, message = _counted(bar, message)
    body = MessageBody(message, on_action is not None)
    item = bar.pushWidget(body, level, seconds)
    item.setObjectName("messageItem")
    for name, value in zip(_PROPERTIES, (_kind(message), times, message.details), strict=True):
        item.setProperty(name, value)
    if body.action_button is not None and on_action is not None:
        act = on_action
        body.action_button.clicked.connect(lambda: _act(bar, item, act))
    return item


def push_question(
    bar: QgsMessageBar, text: str, answers: Sequence[tuple[str, Callable[[], None]]]
) -> QgsMessageBarItem:
    """Show a question with a button an answer; it stays until it is answered or closed."""
    item = push_offer(bar, Message(text), answers, Qgis.MessageLevel.Info)
    item.setObjectName("questionItem")
    return item


def push_offer(
    bar: QgsMessageBar, message: Message, offers: Sequence[tuple[str, Callable[[], None]]], level: Qgis.MessageLevel
) -> QgsMessageBarItem:
    """Show a message with a button an offer, and one for its details; it stays until it is answered or closed."""
    body = MessageBody(message, False, answers=[label for label, _ in offers])
    item = bar.pushWidget(body, level, 0)
    item.setObjectName("messageItem")
    for button, (_, act) in zip(body.answer_buttons, offers, strict=True):
        button.clicked.connect(lambda _checked=False, act=act: _act(bar, item, act))
    return item


def show_details(message: Message, parent: QWidget) -> DetailsDialog:
    """Open a non-modal window with the details of a message."""
    dialog = DetailsDialog(message, parent)
    dialog.open()
    return dialog


class DetailsDialog(QDialog):
    """A message and its details, which scroll: a load of many dates has more of them than a screen has lines."""

    def __init__(self, message: Message, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("detailsBox")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(translate("MessageBar", "Details"))
        self.label = WrappedLabel(self)
        self.label.setText(message.text)
        self.label.setObjectName("detailsSentence")
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.details = QPlainTextEdit(message.details, self)
        self.details.setObjectName("detailsText")
        self.details.setReadOnly(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        for widget in (self.label, self.details, buttons):
            layout.addWidget(widget)
        self.resize(_DETAILS_SIZE)


def action_text(action: Action) -> str:
    """Return the words of the button for an action, empty for none."""
    texts = {
        Action.RETRY: translate("MessageBar", "Try Again"),
        Action.OPEN_SETTINGS: translate("MessageBar", "Connection Settings…"),
        Action.RELOAD: translate("MessageBar", "Reload"),
        Action.OPEN_PANEL: translate("MessageBar", "Open Pixxel Explorer"),
        Action.UNDO: translate("MessageBar", "Undo"),
        Action.UNLOCK: translate("MessageBar", "Unlock and Connect…"),
    }
    return texts.get(action, "")


class MessageBody(QWidget):
    """The inside of a message: a sentence that wraps, and buttons below it."""

    def __init__(
        self, message: Message, has_action: bool, parent: QWidget | None = None, *, answers: Sequence[str] = ()
    ) -> None:
        super().__init__(parent)
        self.answer_buttons: list[QToolButton] = []
        self._message = message
        self.action_button: QToolButton | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 2, 0, 2)
        layout.setSpacing(4)
        self.label = WrappedLabel(self)
        self.label.setText(message.text)
        self.label.setObjectName("messageText")
        self.label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        layout.addWidget(self.label)
        self._add_buttons(layout, has_action, answers)

    def _add_buttons(self, layout: QVBoxLayout, has_action: bool, answers: Sequence[str]) -> None:
        row = QHBoxLayout()
        self.answer_buttons = [self._button(answer, f"answerButton{n}", row) for n, answer in enumerate(answers)]
        text = action_text(self._message.action) if has_action else ""
        if text:
            self.action_button = self._button(text, "messageActionButton", row)
        if self._message.details:
            details = self._button(translate("MessageBar", "Details"), "messageDetailsButton", row)
            # The Python wrapper of this widget dies with that of QGIS's own bar, which is not referenced.
            message = self._message
            details.clicked.connect(lambda: show_details(message, details.window()))
        if row.count():
            row.addStretch(1)
            layout.addLayout(row)

    def _button(self, text: str, name: str, row: QHBoxLayout) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setObjectName(name)
        button.setMinimumWidth(40)
        row.addWidget(button)
        return button


def shows_alike(bar: QgsMessageBar, message: Message) -> bool:
    """Return whether a bar displays an equivalent message."""
    return any(item.property(_KIND) == _kind(message) for item in bar.items())


def _kind(message: Message) -> str:
    return message.alike or message.text


def _counted(bar: QgsMessageBar, message: Message) -> tuple[int, Message]:
    """Remove equivalent messages from a bar; return the number of occurrences, and the message with its count."""
    times = 1
    details = [message.details] if message.details else []
    for item in list(bar.items()):
        if item.property(_KIND) == _kind(message):
            times += int(item.property(_TIMES))
            details += [str(item.property(_DETAILS))] if item.property(_DETAILS) else []
            bar.popWidget(item)
    if times == 1:
        return times, message
    text = (
        translate("MessageBar", "{0} This happened {1} times; see the details.")
        if details
        else translate("MessageBar", "{0} This happened {1} times.")
    )
    kept = "\n\n".join(details)[:_MOST_DETAILS]
    return times, replace(
        message, text=text.format(message.text, count_text(times)), details=kept, alike=_kind(message)
    )


def _act(bar: QgsMessageBar, item: QgsMessageBarItem, act: Callable[[], None]) -> None:
    bar.popWidget(item)
    act()
