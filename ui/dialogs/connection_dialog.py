"""The dialog for a connection: name, address and how to sign in."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from functools import partial
from typing import Protocol

from qgis.gui import QgsAuthConfigSelect, QgsCollapsibleGroupBox, QgsPasswordLineEdit
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QWidget,
)

from ...plugin.api.config import DEFAULT_URL, AuthScheme
from ...plugin.api.errors import InvalidConfig
from ...plugin.messages.explanation import explain
from ..forms import load_form
from ..models.wording import Tone
from ..requests import ConnectionEntry
from ..widgets.text_tint import TextTint
from ..widgets.tones import tone_colour
from ..widgets.wrapped_label import WrappedLabel


class ConnectionInfo(Protocol):
    """The fields of an existing connection that the dialog shows."""

    @property
    def name(self) -> str:
        """Return the display name."""

    @property
    def url(self) -> str:
        """Return the base URL."""

    @property
    def auth_config(self) -> str:
        """Return the id of an entry of QGIS's authentication manager, or nothing."""

    @property
    def auth_scheme(self) -> AuthScheme:
        """Return how the key is sent."""


class ConnectionDialog(QDialog):
    """A dialog for a connection; after it was accepted, ``entry`` holds the result.

    Saving tests the connection first, so that a wrong key is reported here; a failed connection can still be saved.

    Args:
        connection: the one to be edited, or ``None`` for a new one.
        taken_names: names of other connections.
        check_url: returns the normalised address to store; raises ``InvalidConfig``.
        store_key: stores a key in QGIS's encrypted store under a name and returns the id of the entry; empty where
            the store cannot be opened.
    """

    test_requested = pyqtSignal(object)

    name_edit: QLineEdit
    url_edit: QLineEdit
    key_radio: QRadioButton
    key_edit: QgsPasswordLineEdit
    session_check: QCheckBox
    key_note: WrappedLabel
    stored_radio: QRadioButton
    auth_select: QgsAuthConfigSelect
    advanced_box: QgsCollapsibleGroupBox
    scheme_combo: QComboBox
    test_button: QPushButton
    result_label: WrappedLabel
    buttons: QDialogButtonBox

    def __init__(
        self,
        connection: ConnectionInfo | None,
        taken_names: Collection[str],
        *,
        check_url: Callable[[str], str],
        store_key: Callable[[str, str], str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Edit Connection") if connection else self.tr("New Connection"))
        self._taken = {name.casefold() for name in taken_names}
        self._check_url, self._store_key = check_url, store_key
        self._tested: ConnectionEntry | None = None
        self._confirmed: ConnectionEntry | None = None
        self._is_saving = False
        self.entry: ConnectionEntry | None = None
        self._build()
        self._connect()
        self._fill(connection)

    # --- building -------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        load_form(self, "connection_dialog")
        self.url_edit.setPlaceholderText(DEFAULT_URL)
        self.scheme_combo.addItem(self.tr("As it is"), AuthScheme.RAW)
        self.scheme_combo.addItem(self.tr("With the word Bearer before it"), AuthScheme.BEARER)
        self.advanced_box.setCollapsed(True)
        self._result_tint = TextTint(self.result_label, self, partial(tone_colour, Tone.NEUTRAL))
        self._save_button = self.buttons.button(QDialogButtonBox.StandardButton.Save)
        self._save_text = self._save_button.text()
        self.resize(460, self.sizeHint().height())

    def _connect(self) -> None:
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.test_button.clicked.connect(self._on_test)
        self.advanced_box.collapsedStateChanged.connect(lambda _is_collapsed: self._fit())
        for changed in (
            self.name_edit.textEdited,
            self.url_edit.textEdited,
            self.key_edit.textEdited,
            self.auth_select.selectedConfigIdChanged,
            self.scheme_combo.activated,
            self.key_radio.toggled,
            self.session_check.toggled,
        ):
            changed.connect(self._on_changed)
        self.key_radio.toggled.connect(self._show_choice)
        self.session_check.toggled.connect(self._show_choice)

    def _fill(self, connection: ConnectionInfo | None) -> None:
        self.name_edit.setText(connection.name if connection else self.tr("Pixxel"))
        self.url_edit.setText(connection.url if connection else DEFAULT_URL)
        stored = connection.auth_config if connection else ""
        self.auth_select.setConfigId(stored)
        (self.stored_radio if stored else self.key_radio).setChecked(True)
        scheme = connection.auth_scheme if connection else AuthScheme.RAW
        self.scheme_combo.setCurrentIndex(self.scheme_combo.findData(scheme))
        self._show_choice()
        (self.name_edit if connection else self.key_edit).setFocus()

    # --- verbs ----------------------------------------------------------------------------------------------------

    def show_testing(self) -> None:
        """Show that the test is running."""
        self._enable_tests(False)
        self._show_status(self.tr("Testing…"), Tone.NEUTRAL)

    def show_test_result(self, ok: bool, sentence: str) -> None:
        """Show the result of the test, and save the pending entry if it succeeded."""
        is_saving, self._is_saving = self._is_saving, False
        self._enable_tests(True)
        self._show_status(sentence, Tone.GOOD if ok else Tone.BAD)
        if ok:
            self._confirmed = self._tested
        elif is_saving:
            self._confirmed = self._tested
            self._save_button.setText(self.tr("Save Anyway"))
            self._save_button.setDefault(False)
            self.test_button.setDefault(True)
            self._save_button.setToolTip(self.tr("Keep the connection though the test failed"))
            if self.key_radio.isChecked():
                self.key_edit.setFocus()
                self.key_edit.selectAll()
            else:
                self.test_button.setFocus()
        if ok and is_saving:
            self.accept()

    def show_scheme(self, scheme: AuthScheme) -> None:
        """Take over the way of sending the key that the test found to work."""
        self.scheme_combo.setCurrentIndex(self.scheme_combo.findData(scheme))
        if self._tested is not None:
            self._tested = replace(self._tested, auth_scheme=scheme)

    def accept(self) -> None:
        """Check and test the answer, keep the key where wanted, and close."""
        entry = self._checked_entry()
        if entry is None:
            return
        if entry != self._confirmed:
            self._is_saving = True
            self._test(entry)
            return
        if entry.session_key and not self.session_check.isChecked():
            entry = self._stored(entry)
            if entry is None:
                return
        self.entry = entry
        super().accept()

    # --- inside ---------------------------------------------------------------------------------------------------

    def _show_choice(self) -> None:
        by_key = self.key_radio.isChecked()
        for widget in (self.key_edit, self.session_check):
            widget.setEnabled(by_key)
        self.auth_select.setEnabled(not by_key)
        self.key_note.setVisible(by_key and not self.session_check.isChecked())
        self._fit()

    def _checked_entry(self) -> ConnectionEntry | None:
        """Return the entry with the key as typed, or show the error in it."""
        problem = self._problem()
        if problem:
            self._show_status(problem, Tone.BAD)
            return None
        try:
            url = self._check_url(self.url_edit.text().strip() or DEFAULT_URL)
        except InvalidConfig as error:
            self._show_status(explain(error).text, Tone.BAD)
            self.url_edit.setFocus()
            return None
        by_key = self.key_radio.isChecked()
        return ConnectionEntry(
            name=self.name_edit.text().strip(),
            url=url,
            auth_config="" if by_key else str(self.auth_select.configId()),
            auth_scheme=AuthScheme(self.scheme_combo.currentData()),
            session_key=self.key_edit.text().strip() if by_key else "",
        )

    def _problem(self) -> str:
        name = self.name_edit.text().strip()
        if not name:
            return self.tr("The connection needs a name.")
        if name.casefold() in self._taken:
            return self.tr("Another connection has this name already. Choose a different one.")
        if self.key_radio.isChecked() and not self.key_edit.text().strip():
            return self.tr("There is no key. Enter one, or use a sign-in stored in QGIS.")
        if self.stored_radio.isChecked() and not self.auth_select.configId():
            return self.tr("No stored sign-in is chosen. Choose one, or enter a key.")
        return ""

    def _stored(self, entry: ConnectionEntry) -> ConnectionEntry | None:
        config = self._store_key(entry.name, entry.session_key)
        if not config:
            self._show_status(
                self.tr(
                    "QGIS's encrypted store could not be opened without its master password. "
                    "Try again, or keep the key for this session only."
                ),
                Tone.BAD,
            )
            return None
        return ConnectionEntry(entry.name, entry.url, config, entry.auth_scheme)

    def _on_test(self) -> None:
        entry = self._checked_entry()
        if entry is not None:
            self._test(entry)

    def _test(self, entry: ConnectionEntry) -> None:
        self._tested = entry
        self.show_testing()
        self.test_requested.emit(entry)

    def _enable_tests(self, enabled: bool) -> None:
        """Enable the buttons that begin a test, or disable them while one runs."""
        self.test_button.setEnabled(enabled)
        self._save_button.setEnabled(enabled)

    def _on_changed(self) -> None:
        """Require another test before a changed entry is saved, and clear the result for the former one."""
        if self.test_button.isEnabled():
            self._show_status("", Tone.NEUTRAL)
        self._save_button.setDefault(True)
        self._save_button.setText(self._save_text)
        self._save_button.setToolTip("")

    def _show_status(self, sentence: str, tone: Tone) -> None:
        self._result_tint.set_colour(partial(tone_colour, tone))
        self.result_label.setText(sentence)
        self._fit()

    def _fit(self) -> None:
        """Make the dialog as high as its sentences need at its width; it does not shrink."""
        self.layout().activate()
        self.resize(self.width(), max(self.height(), self.layout().totalHeightForWidth(self.width())))
