"""A message is a sentence with its next step; what is behind it opens on demand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pixxel_explorer.plugin.messages.message import Message
from pixxel_explorer.plugin.messages.wording import Action
from pixxel_explorer.ui.messages import push_message
from qgis.gui import QgsMessageBar
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPlainTextEdit, QToolButton

SENTENCE = "The server could not be reached. Check the connection, then try again."


@pytest.fixture
def bar(qgis_app: object) -> Iterator[QgsMessageBar]:
    made = QgsMessageBar()
    made.resize(300, 40)
    yield made
    made.deleteLater()


def test_the_sentence_is_shown_as_it_is(bar: QgsMessageBar) -> None:
    push_message(bar, Message("No <b>AOI</b> & more"))
    assert bar.findChild(QLabel, "messageText").text() == "No <b>AOI</b> & more"
    assert bar.findChild(QToolButton, "messageActionButton") is None
    assert bar.findChild(QToolButton, "messageDetailsButton") is None


def test_a_long_word_is_wrapped_and_read_whole(bar: QgsMessageBar) -> None:
    text = f"{'W' * 300} could not be loaded."
    item = push_message(bar, Message(text))
    assert item.findChild(QLabel, "messageText").text() == text
    assert item.minimumSizeHint().width() < 500


def test_the_next_step_is_taken_once_and_the_message_goes(bar: QgsMessageBar) -> None:
    taken: list[bool] = []
    push_message(bar, Message(SENTENCE, action=Action.RETRY), on_action=lambda: taken.append(True))
    button = bar.findChild(QToolButton, "messageActionButton")
    assert button.text() == "Try Again"
    button.click()
    assert taken == [True]
    assert bar.currentItem() is None


def test_no_button_without_something_behind_it(bar: QgsMessageBar) -> None:
    push_message(bar, Message(SENTENCE, action=Action.RETRY))
    assert bar.findChild(QToolButton, "messageActionButton") is None


def test_details_open_in_a_window(bar: QgsMessageBar) -> None:
    push_message(bar, Message(SENTENCE, "TransportFailed: GET /v0/aois"))
    bar.findChild(QToolButton, "messageDetailsButton").click()
    box = bar.window().findChild(QDialog, "detailsBox")
    assert box.findChild(QLabel, "detailsSentence").text() == SENTENCE
    assert box.findChild(QPlainTextEdit, "detailsText").toPlainText() == "TransportFailed: GET /v0/aois"
    box.close()


def test_long_details_scroll_and_leave_the_button_on_the_screen(bar: QgsMessageBar) -> None:
    push_message(bar, Message(SENTENCE, "\n".join(f"line {n}: Forbidden: POST /v0/aois" for n in range(500))))
    bar.findChild(QToolButton, "messageDetailsButton").click()
    box = bar.window().findChild(QDialog, "detailsBox")
    button = box.findChild(QDialogButtonBox).buttons()[0]
    QTest.qWait(50)
    screen = box.screen().availableGeometry()
    assert box.height() < screen.height()
    assert box.rect().contains(button.mapTo(box, button.rect().bottomRight()))
    button.click()
    assert not box.isVisible()
