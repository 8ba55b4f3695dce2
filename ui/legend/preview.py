"""What the map is told while a legend is edited, at most 25 times a second."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

if TYPE_CHECKING:
    from ...plugin.legend.spec import Legend
    from ..models.legend_session import LegendSession

_INTERVAL_MS = 40


@dataclass(frozen=True, slots=True)
class LegendPreview:
    """Legends by day, as they are edited now; days that are not named stay as they are."""

    visualization_id: str
    mode: str
    legends: Mapping[datetime.date, Legend]


class PreviewTimer(QObject):
    """Collects changes and tells them together: ``due(LegendPreview)``."""

    due = pyqtSignal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session: LegendSession | None = None
        self._keys: dict[str, None] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_INTERVAL_MS)
        self._timer.timeout.connect(self.flush)

    def add(self, session: LegendSession, keys: Iterable[str]) -> None:
        """Note that dates changed."""
        if session is not self._session:
            self.flush()
            self._session = session
        self._keys.update(dict.fromkeys(keys))
        if self._keys and not self._timer.isActive():
            self._timer.start()

    def flush(self) -> None:
        """Tell what is collected, now."""
        self._timer.stop()
        keys, self._keys = self._keys, {}
        if self._session is None or not keys:
            return
        days = {self._session.day(key): self._session.legend(key) for key in keys if key in self._session.keys}
        legends = {day: legend for day, legend in days.items() if day is not None}
        if legends:
            self.due.emit(LegendPreview(self._session.item.id, self._session.mode, legends))
