"""A connection is only accepted when it can be used, and its key goes where it was promised."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from pixxel_explorer.plugin.api.config import AuthScheme, check_base_url
from pixxel_explorer.ui.dialogs.connection_dialog import ConnectionDialog
from pixxel_explorer.ui.requests import ConnectionEntry
from qgis.PyQt.QtCore import QCoreApplication, Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QDialogButtonBox, QPushButton

from .conftest import record
from .fakes import FIELD


class Store:
    """A place for keys that may be locked."""

    def __init__(self) -> None:
        self.kept: list[tuple[str, str]] = []
        self.locked = False

    def keep(self, name: str, key: str) -> str:
        if self.locked:
            return ""
        self.kept.append((name, key))
        return "cfg0001"


Make = Callable[..., ConnectionDialog]


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def make(qgis_app: object, store: Store) -> Iterator[Make]:
    dialogs: list[ConnectionDialog] = []

    def build(connection: object = None, taken: tuple[str, ...] = ("Sample data",)) -> ConnectionDialog:
        dialog = ConnectionDialog(connection, taken, check_url=check_base_url, store_key=store.keep)
        dialogs.append(dialog)
        dialog.test_requested.connect(lambda _entry: dialog.show_test_result(True, "The server accepted the key."))
        return dialog

    yield build
    for dialog in dialogs:
        dialog.deleteLater()


class Server:
    """A server that a dialog's test asks; its answer is given by the test of the dialog."""

    def __init__(self) -> None:
        self.asked: list[ConnectionEntry] = []

    def answers(self, dialog: ConnectionDialog) -> None:
        """Take the place of what the dialog's test asks."""
        dialog.test_requested.disconnect()
        dialog.test_requested.connect(self.asked.append)


@pytest.fixture
def server() -> Server:
    return Server()


def save(dialog: ConnectionDialog) -> QPushButton:
    """Press Save, and return the button."""
    button = dialog.buttons.button(QDialogButtonBox.StandardButton.Save)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    return button


def test_a_wrong_key_is_said_at_saving_and_the_dialog_stays_open(make: Make, store: Store, server: Server) -> None:
    dialog = make()
    server.answers(dialog)
    dialog.show()
    QTest.keyClicks(dialog.key_edit, "wrong")
    button = save(dialog)
    assert [entry.session_key for entry in server.asked] == ["wrong"]
    assert not button.isEnabled()
    dialog.show_test_result(False, "The server refused the key.")
    assert dialog.isVisible()
    assert dialog.entry is None
    assert store.kept == []
    assert dialog.result_label.text() == "The server refused the key."
    assert button.isEnabled()
    assert button.text() == "Save Anyway"


def test_after_a_refusal_enter_tests_again_and_does_not_save(make: Make, store: Store, server: Server) -> None:
    dialog = make()
    server.answers(dialog)
    dialog.show()
    QTest.keyClicks(dialog.key_edit, "wrong")
    button = save(dialog)
    dialog.show_test_result(False, "The server refused the key.")
    assert not button.isDefault()
    QTest.keyClick(dialog.key_edit, Qt.Key.Key_Return)
    assert [entry.session_key for entry in server.asked] == ["wrong", "wrong"]
    assert dialog.isVisible()
    assert store.kept == []


def test_a_refusal_goes_away_when_another_key_is_typed(make: Make, store: Store, server: Server) -> None:
    dialog = make()
    server.answers(dialog)
    dialog.show()
    QTest.keyClicks(dialog.key_edit, "wrong")
    button = save(dialog)
    dialog.show_test_result(False, "The server refused the key.")
    QTest.keyClicks(dialog.key_edit, "b")
    assert dialog.result_label.text() == ""
    assert button.text() != "Save Anyway"
    assert button.isDefault()


def test_another_key_is_tested_again_and_saved_when_it_is_accepted(make: Make, store: Store, server: Server) -> None:
    dialog = make()
    server.answers(dialog)
    dialog.show()
    QTest.keyClicks(dialog.key_edit, "wrong")
    button = save(dialog)
    before = button.text()
    dialog.show_test_result(False, "The server refused the key.")
    dialog.key_edit.selectAll()
    QTest.keyClicks(dialog.key_edit, "right")
    assert button.text() == before
    save(dialog)
    assert [entry.session_key for entry in server.asked] == ["wrong", "right"]
    dialog.show_scheme(AuthScheme.BEARER)
    dialog.show_test_result(True, "The server accepted the key.")
    assert not dialog.isVisible()
    assert dialog.entry == ConnectionEntry("Pixxel", "https://api.pixxel.space", "cfg0001", AuthScheme.BEARER)
    assert store.kept == [("Pixxel", "right")]


def test_what_failed_can_be_saved_all_the_same_where_there_is_no_network(
    make: Make, store: Store, server: Server
) -> None:
    dialog = make()
    server.answers(dialog)
    dialog.show()
    QTest.keyClicks(dialog.key_edit, "s3cret")
    save(dialog)
    dialog.show_test_result(False, "The server could not be reached.")
    save(dialog)
    assert len(server.asked) == 1
    assert dialog.entry is not None


def test_a_test_that_went_well_is_not_made_twice(make: Make, server: Server) -> None:
    dialog = make()
    server.answers(dialog)
    dialog.show()
    QTest.keyClicks(dialog.key_edit, "s3cret")
    QTest.mouseClick(dialog.test_button, Qt.MouseButton.LeftButton)
    dialog.show_test_result(True, "The server accepted the key.")
    save(dialog)
    assert len(server.asked) == 1
    assert dialog.entry is not None


def test_a_key_is_kept_in_the_store_and_leaves_only_its_id(make: Make, store: Store) -> None:
    dialog = make()
    dialog.name_edit.setText(" Field ")
    dialog.key_edit.setText(" s3cret ")
    dialog.accept()
    assert dialog.entry == ConnectionEntry("Field", "https://api.pixxel.space", "cfg0001", "raw")
    assert store.kept == [("Field", "s3cret")]


def test_a_key_for_the_session_is_stored_nowhere_and_stays_out_of_repr(make: Make, store: Store) -> None:
    dialog = make()
    dialog.key_edit.setText("s3cret")
    dialog.session_check.setChecked(True)
    dialog.accept()
    assert dialog.entry is not None
    assert dialog.entry.session_key == "s3cret"
    assert "s3cret" not in repr(dialog.entry)
    assert store.kept == []


def test_a_locked_store_keeps_the_dialog_open_and_offers_the_session(make: Make, store: Store) -> None:
    store.locked = True
    dialog = make()
    dialog.key_edit.setText("s3cret")
    dialog.accept()
    assert dialog.entry is None
    assert "this session only" in dialog.result_label.text()
    dialog.session_check.setChecked(True)
    dialog.accept()
    assert dialog.entry is not None


@pytest.mark.parametrize(
    ("name", "url", "key", "words"),
    [
        ("", "https://api.pixxel.space", "k", "needs a name"),
        ("sample DATA", "https://api.pixxel.space", "k", "has this name already"),
        ("Field", "https://api.pixxel.space", "  ", "no key"),
        ("Field", "http://api.pixxel.space", "k", "not encrypted"),
        ("Field", "ftp://api.pixxel.space", "k", "address"),
    ],
)
def test_what_cannot_be_used_is_said_and_not_accepted(
    make: Make, store: Store, name: str, url: str, key: str, words: str
) -> None:
    dialog = make()
    dialog.name_edit.setText(name)
    dialog.url_edit.setText(url)
    dialog.key_edit.setText(key)
    dialog.accept()
    assert dialog.entry is None
    assert words in dialog.result_label.text()
    assert store.kept == []


def test_a_stored_sign_in_must_be_chosen(make: Make) -> None:
    dialog = make()
    dialog.stored_radio.setChecked(True)
    dialog.accept()
    assert dialog.entry is None
    assert "No stored sign-in" in dialog.result_label.text()


def test_the_test_uses_the_key_as_typed_and_stores_nothing(make: Make, store: Store) -> None:
    dialog = make()
    dialog.test_requested.disconnect()
    asked = record(dialog.test_requested)
    dialog.key_edit.setText("s3cret")
    dialog.test_button.click()
    assert [entry.session_key for (entry,) in asked] == ["s3cret"]
    assert store.kept == []
    assert not dialog.test_button.isEnabled()
    dialog.show_test_result(True, "The connection works.")
    assert dialog.test_button.isEnabled()
    assert dialog.result_label.text() == "The connection works."


def test_editing_shows_what_there_is(make: Make) -> None:
    dialog = make(FIELD)
    assert (dialog.name_edit.text(), dialog.url_edit.text()) == ("Field work", "https://api.pixxel.space")
    assert dialog.stored_radio.isChecked()
    assert not dialog.key_edit.isEnabled()
    dialog.show_scheme(AuthScheme.BEARER)
    assert dialog.scheme_combo.currentData() == AuthScheme.BEARER


def test_no_sentence_is_cut_off_when_the_dialog_gets_fuller(make: Make) -> None:
    dialog = make()
    dialog.show()
    dialog.advanced_box.setCollapsed(False)
    dialog.show_test_result(False, "The server refused the key. Check it in your account, then enter it again. " * 3)
    QCoreApplication.processEvents()
    for label in (dialog.key_note, dialog.result_label):
        assert label.height() >= label.heightForWidth(label.width())
