"""Keeps the edits of a session on disk, from the first one on."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Protocol

from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

from ...plugin.legend.vocabulary import LegendMode
from ...plugin.messages.explanation import explain

if TYPE_CHECKING:
    from ...plugin.legend.spec import Legend
    from ...plugin.legend_sync.draft_claims import DraftClaim
    from ...plugin.legend_sync.drafts import Draft
    from ..models.legend_session import LegendSession

INTERVAL_MS = 400


class Drafts(Protocol):
    """Interface of a draft store."""

    def claim(self, connection: str, visualization_id: str, mode: LegendMode, wanted: int = 0) -> DraftClaim:
        """Claim a draft for an editor."""

    def save(self, draft: Draft, number: int = 1) -> str:
        """Write a draft and return the time it bears."""

    def load(self, connection: str, visualization_id: str, mode: LegendMode, number: int = 1) -> Draft | None:
        """Return a draft, if there is one."""

    def discard(self, connection: str, visualization_id: str, mode: LegendMode, number: int = 1) -> None:
        """Remove a draft, if there is one."""


class DraftKeeper(QObject):
    """A debounced writer of the draft: at once when editing begins, then at most every 400 ms; no draft without edits.

    ``saved(moment or None)`` carries the time of the draft, ``failed(Message)`` the reason why it could not be saved.

    Attributes:
        has_failed: whether the edits are in memory only, because the draft could not be written.
        claim: the claimed draft, and the other drafts of the legend.
    """

    saved = pyqtSignal(object)
    failed = pyqtSignal(object)

    def __init__(self, session: LegendSession, drafts: Drafts, connection: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._drafts, self._connection = session, drafts, connection
        self._kept: dict[str, Legend] = {}
        self.has_failed = False
        self.claim: DraftClaim | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self.flush)
        self.saved_at: datetime.datetime | None = None

    @property
    def connection(self) -> str:
        """Return the name of the connection the draft is kept under."""
        return self._connection

    def start(self, wanted: int = 0) -> Draft | None:
        """Claim a draft, apply its edits to the session, save them from now on, and return that draft.

        Args:
            wanted: the number of the draft to claim; without it the first that no editor writes to.
        """
        session = self._session
        self.claim = self._drafts.claim(self._connection, session.item.id, session.mode, wanted)
        draft = self._load()
        if draft is not None:
            self._session.restore(draft)
        if self._session.edited_keys and draft is not None:
            self.saved_at = moment_of(draft.saved_at)
            self._kept = self._state()
        self._session.state_changed.connect(self._on_state_changed)
        if draft is not None and not self._session.edited_keys:
            self._discard()
            return None
        return draft

    def release(self) -> None:
        """Save pending edits and release the draft for another editor."""
        self.flush()
        if self.claim is not None:
            self._session.state_changed.disconnect(self._on_state_changed)
            self.claim.release()
            self.claim = None

    @property
    def _number(self) -> int:
        return self.claim.number if self.claim is not None else 1

    def flush(self) -> None:
        """Save pending edits now."""
        self._timer.stop()
        state = self._state()
        if state == self._kept and not self.has_failed:
            return
        draft = self._session.draft(self._connection)
        if draft is None:
            self._discard()
        else:
            self._save(draft)

    def _on_state_changed(self) -> None:
        if not self._timer.isActive():
            self._timer.start(INTERVAL_MS if self._kept else 0)

    def _state(self) -> dict[str, Legend]:
        """Return the edited legends; they never change, so that equal ones are mostly the same objects."""
        return {key: self._session.mine(key) for key in self._session.edited_keys}

    def _load(self) -> Draft | None:
        try:
            return self._drafts.load(self._connection, self._session.item.id, self._session.mode, self._number)
        except OSError as error:
            self.failed.emit(explain(error, doing="reading the draft"))
            return None

    def _save(self, draft: Draft) -> None:
        if self.claim is not None and not self.claim.is_sure:
            self.claim = self._drafts.claim(self._connection, draft.visualization_id, draft.mode, self._number)
        try:
            self.saved_at = moment_of(self._drafts.save(draft, self._number))
        except OSError as error:
            self.has_failed = True
            self.saved_at = None
            self.failed.emit(explain(error, doing="saving the draft"))
        else:
            self.has_failed = False
            self._kept = self._state()
        self.saved.emit(self.saved_at)

    def _discard(self) -> None:
        self._kept = {}
        self.has_failed = False
        self.saved_at = None
        try:
            self._drafts.discard(self._connection, self._session.item.id, self._session.mode, self._number)
        except OSError as error:
            self.failed.emit(explain(error, doing="removing the draft"))
        self.saved.emit(None)


def moment_of(text: str) -> datetime.datetime | None:
    """Return the time a draft bears, if it bears one."""
    try:
        return datetime.datetime.fromisoformat(text)
    except ValueError:
        return None
