"""Legend preview for the map during editing, throttled to 25 updates a second."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QObject, QTimer

from ...plugin.legend.spec import Legend
from ...plugin.legend.vocabulary import LegendMode

if TYPE_CHECKING:
    from ..models.legend_session import LegendSession
    from .legend_events import LegendEvents

INTERVAL_MS = 40


@dataclass(frozen=True, slots=True)
class LegendPreview:
    """Legends of one visualization and mode that are being edited, by the server's date keys."""

    visualization_id: str
    mode: LegendMode
    legends: Mapping[str, Legend]


class PreviewFeed(QObject):
    """A throttled feed of a session's changes; the first is emitted at once, those that follow soon are combined.

    An inconsistent legend is not emitted: the map keeps the last valid one.
    """

    def __init__(self, session: LegendSession, events: LegendEvents, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._events = events
        self._waiting: dict[str, None] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self._on_timeout)
        session.legends_changed.connect(self.announce)

    def announce(self, keys: tuple[str, ...]) -> None:
        """Emit the legends of some dates, now or shortly."""
        self._waiting |= dict.fromkeys(keys)
        if not self._timer.isActive():
            self._emit()

    def _on_timeout(self) -> None:
        if self._waiting:
            self._emit()

    def _emit(self) -> None:
        keys, self._waiting = tuple(self._waiting), {}
        legends = {
            date.key: self._session.mine(key)
            for date in self._session.item.dates
            if (key := date.legend_key) in keys and key in self._session.keys and not self._session.problems(key)
        }
        self._timer.start()
        if legends:
            self._events.preview_changed.emit(LegendPreview(self._session.item.id, self._session.mode, legends))
