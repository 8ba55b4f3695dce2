"""Connections added, edited and tested: the dialog, the settings and the authentication manager together."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...ui.dialogs.connection_dialog import ConnectionDialog
from ...ui.dialogs.guide_dialog import Chapter, open_guide
from ..api.config import AuthScheme, Connection, check_base_url
from ..api.errors import Forbidden, NotAuthorised
from ..catalog.session import SessionService, SessionState, SessionStatus
from ..host import credentials
from . import clients

if TYPE_CHECKING:
    from qgis.PyQt.QtWidgets import QWidget

    from ...ui.requests import ConnectionEntry
    from ..host.credentials import SessionKeys
    from ..host.settings import Settings
    from ..worker.runner import Runner


class ConnectionController(QObject):
    """Controller of the open connection, and of the dialog that adds and edits connections.

    ``renamed(former, name)`` lets data stored under a connection's name follow it; ``locked(Connection)`` reports that
    its key must be unlocked before it is opened.
    """

    changed = pyqtSignal()
    chosen = pyqtSignal(str)
    renamed = pyqtSignal(str, str)
    locked = pyqtSignal(object)

    def __init__(
        self,
        window: QWidget,
        settings: Settings,
        session_keys: SessionKeys,
        runner: Runner,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._window = window
        self._settings = settings
        self._session_keys = session_keys
        self._runner = runner
        self.session = SessionService(runner, partial(clients.prepare, session_keys=session_keys), self)
        self.session.scheme_found.connect(self._save_scheme)

    def open(self, connection: Connection) -> None:
        """Connect, unless QGIS would ask for the master password: then report this first, and wait for the user."""
        if credentials.asks_for_master_password(connection, self._session_keys):
            self.session.close()
            self.locked.emit(connection)
        else:
            self.session.open(connection)

    def _save_scheme(self, scheme: AuthScheme) -> None:
        connection = self.session.state.connection
        if connection is not None and not connection.is_sample:
            self._settings.save_connection(replace(connection, auth_scheme=scheme))

    def add(self) -> None:
        """Ask for a new connection and connect to it."""
        self.edit(None, self._window)

    def edit_current(self) -> None:
        """Edit the connection in use; the sample data cannot be edited, so a new one is asked for instead."""
        current = next((c for c in self._settings.connections() if c.name == self._settings.current_connection), None)
        self.edit(None if current is None or current.is_sample else current, self._window)

    def edit(self, connection: Connection | None, parent: QWidget) -> None:
        """Ask for a connection, or for changes of one, above a window; then connect to it."""
        others = {c.name for c in self._settings.connections()} - {connection.name if connection else ""}
        dialog = ConnectionDialog(
            connection, others, check_url=check_base_url, store_key=self._store_key, parent=parent
        )
        dialog.buttons.helpRequested.connect(partial(open_guide, self._window, Chapter.CONNECT))
        test = ConnectionTest(dialog, self._runner)
        accepted = dialog.exec()
        test.close()
        if accepted and dialog.entry is not None:
            self._save(connection, dialog.entry)
        dialog.deleteLater()

    def _save(self, former: Connection | None, entry: ConnectionEntry) -> None:
        renamed = former is not None and former.name != entry.name
        if former is not None and renamed:
            self._settings.remove_connection(former.name)
            self._settings.rename_choices(former.name, entry.name)
            self._session_keys.rename(former.name, entry.name)
        self._settings.save_connection(
            Connection(entry.name, entry.url, auth_config=entry.auth_config, auth_scheme=entry.auth_scheme)
        )
        if entry.session_key:
            self._session_keys.set(entry.name, entry.session_key)
        if former is not None and renamed:
            self.renamed.emit(former.name, entry.name)
        self.changed.emit()
        self.chosen.emit(entry.name)

    def _store_key(self, name: str, key: str) -> str:
        """Keep a key in the authentication manager; empty where it cannot be opened."""
        try:
            return credentials.store_key(name, key)
        except credentials.CredentialsUnavailable:
            return ""


class ConnectionTest(QObject):
    """Runs the dialog's test with a session of its own, so that the open connection stays as it is."""

    def __init__(self, dialog: ConnectionDialog, runner: Runner) -> None:
        super().__init__(dialog)
        self._dialog = dialog
        self._keys = credentials.SessionKeys()
        self._session = SessionService(runner, partial(clients.prepare, session_keys=self._keys), self)
        self._session.state_changed.connect(self._on_state)
        dialog.test_requested.connect(self._on_test)

    def close(self) -> None:
        """Forget the key that was tested."""
        self._session.state_changed.disconnect(self._on_state)
        self._session.close()

    def _on_test(self, entry: ConnectionEntry) -> None:
        if entry.session_key:
            self._keys.set(entry.name, entry.session_key)
        connection = Connection(entry.name, entry.url, auth_config=entry.auth_config, auth_scheme=entry.auth_scheme)
        self._session.open(connection)

    def _on_state(self, state: SessionState) -> None:
        if state.status is SessionStatus.CONNECTED and state.connection is not None:
            self._dialog.show_scheme(state.connection.auth_scheme)
            self._dialog.show_test_result(True, self.tr("The server answered and accepted the key."))
        elif state.status is SessionStatus.FAILED and state.problem is not None:
            self._dialog.show_test_result(False, self._refusal(state) or state.problem.text)

    def _refusal(self, state: SessionState) -> str:
        """Return the message for a refused key where the connection's settings are open already."""
        if not isinstance(state.error, NotAuthorised | Forbidden):
            return ""
        return str(
            self.tr("The server refused the key. It may be mistyped, expired, or without access to any project.")
        )
