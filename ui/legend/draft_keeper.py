"""Keeps edits on disk from the first one on."""

from __future__ import annotations

import datetime
import logging
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

from ...plugin.services.messages import explain

if TYPE_CHECKING:
    from ...plugin.services.drafts import DraftStore
    from ..models.legend_session import LegendSession

_DELAY_MS = 400
_logger = logging.getLogger(__name__)


class DraftKeeper(QObject):
    """Saves a session's edits soon after each, and removes the draft where none are left.

    ``saved(time)`` tells the local time of a save as ``datetime``, or ``None`` once there is no draft any more;
    ``failed(Message)`` that the disk refused.
    """

    saved = pyqtSignal(object)
    failed = pyqtSignal(object)

    def __init__(self, drafts: DraftStore, session: LegendSession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._drafts = drafts
        self._session = session
        self.saved_at: datetime.datetime | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_DELAY_MS)
        self._timer.timeout.connect(self.save)
        session.changed.connect(self._on_changed)

    def restore(self) -> tuple[str, ...]:
        """Take up the draft on disk, if there is one, and return the dates it has edits of."""
        session = self._session
        try:
            draft = self._drafts.load(session.connection, session.item.id, session.mode)
        except OSError as error:
            self.failed.emit(explain(error, doing="reading the draft"))
            return ()
        if draft is None:
            return ()
        self.saved_at = _local(draft.saved_at)
        return session.restore(draft)

    def flush(self) -> None:
        """Save now what waits to be saved."""
        if self._timer.isActive():
            self.save()

    def save(self) -> None:
        """Bring the disk to what the session holds."""
        self._timer.stop()
        session = self._session
        try:
            if session.mine:
                self.saved_at = _local(self._drafts.save(session.draft()))
            else:
                self._drafts.discard(session.connection, session.item.id, session.mode)
                self.saved_at = None
        except OSError as error:
            _logger.warning("The draft could not be saved: %s", error)
            self.failed.emit(explain(error, doing="saving the draft"))
            return
        self.saved.emit(self.saved_at)

    def _on_changed(self, _keys: object) -> None:
        """Save the first edit at once, later ones when the hand rests."""
        if self._session.mine and self.saved_at is None:
            self.save()
        elif self._session.mine or self.saved_at is not None:
            self._timer.start()


def _local(text: str) -> datetime.datetime | None:
    try:
        return datetime.datetime.fromisoformat(text).astimezone()
    except ValueError:
        return None
