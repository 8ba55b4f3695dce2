"""A message is a sentence with its next step; what is behind it opens on demand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pixxel_explorer.plugin.messages.message import Message
from pixxel_explorer.plugin.messages.wording import Action
from pixxel_explorer.ui.messages import push_message
from qgis.gui import QgsMessageBar
from qgis.PyQt.QtWidgets import QLabel, QMessageBox, QToolButton

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
    box = bar.window().findChild(QMessageBox, "detailsBox")
    assert (box.text(), box.informativeText()) == (SENTENCE, "TransportFailed: GET /v0/aois")
    box.close()
