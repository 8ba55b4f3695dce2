"""The objects of one open legend: its session, history, draft and preview."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ..models.legend_session import LegendSession
from .draft_keeper import DraftKeeper
from .history import LegendHistory
from .preview import PreviewFeed

if TYPE_CHECKING:
    from ...plugin.legend_sync.service import LegendDocument
    from .draft_keeper import Drafts
    from .legend_events import LegendEvents


class LegendWorkspace(QObject):
    """Lives as long as the editor, so that a legend opened again still has its history.

    ``busy`` names the write that is under way, empty without one.
    """

    busy_changed = pyqtSignal()

    def __init__(
        self,
        document: LegendDocument,
        drafts: Drafts,
        connection: str,
        events: LegendEvents,
        parent: QObject | None = None,
        *,
        aoi_area: float | None = None,
    ) -> None:
        super().__init__(parent)
        self.session = LegendSession(document, self, aoi_area=aoi_area)
        self.history = LegendHistory(self.session, self)
        self.feed = PreviewFeed(self.session, events, self)
        self.keeper = DraftKeeper(self.session, drafts, connection, self)
        self._busy = ""

    @property
    def busy(self) -> str:
        """Return a description of the write in progress."""
        return self._busy

    def set_busy(self, text: str) -> None:
        """Set the description of the write in progress; an empty text means none."""
        self._busy = text
        self.busy_changed.emit()
