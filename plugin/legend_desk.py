"""The legend editor's place on the desktop: a dock of its own, built when a legend is first opened."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from qgis.gui import QgsDockWidget
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject, Qt, pyqtSignal

from ..ui.legend.panel import LegendPanel
from .host import paths
from .services.drafts import DraftStore
from .services.legend import LegendService
from .style.sld_reader import read_legend

if TYPE_CHECKING:
    from qgis.gui import QgisInterface

    from ..ui.requests import EditRequest
    from .services.session import SessionService


class LegendDesk(QObject):
    """Opens legends in one dock; what is edited there is told by signals."""

    date_shown = pyqtSignal(object)
    preview_changed = pyqtSignal(object)
    answered = pyqtSignal(object)

    def __init__(self, iface: QgisInterface, session: SessionService, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._iface = iface
        self._session = session
        self._drafts = DraftStore(paths.drafts_folder())
        self._service = LegendService(session, self._drafts, read_legend, self)
        self._dock: QgsDockWidget | None = None
        self._connection_name = ""
        self._request: EditRequest | None = None
        self.panel: LegendPanel | None = None

    def open(self, request: EditRequest) -> None:
        """Show a legend, with its draft if there is one."""
        connection = self._session.state.connection
        name = connection.name if connection is not None else ""
        if self.panel is None or name != self._connection_name:
            self.close()
            self._build(name)
        assert self.panel is not None
        assert self._dock is not None
        self._request = request
        self.panel.open(request)
        self._dock.setUserVisible(True)
        self._dock.raise_()

    def close(self) -> None:
        """Take the dock away; drafts are on disk already."""
        if self._dock is not None and not sip.isdeleted(self._dock):
            self._iface.removeDockWidget(self._dock)
            self._dock.deleteLater()
        self._dock = self.panel = None

    def _build(self, connection_name: str) -> None:
        self._connection_name = connection_name
        self.panel = LegendPanel(self._service, self._drafts, connection_name)
        self.panel.editor.date_changed.connect(self._on_date_changed)
        self.panel.preview_changed.connect(self.preview_changed)
        self.panel.pushed.connect(self.answered)
        self.panel.rolled_back.connect(self.answered)
        self._dock = QgsDockWidget(self.tr("Pixxel Legend"), self._iface.mainWindow())
        self._dock.setObjectName("PixxelLegendDock")
        self._dock.setWidget(self.panel)
        self._iface.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, self._dock)

    def _on_date_changed(self, key: str) -> None:
        """Tell which date of which mode is on show, as the request that would have opened it."""
        workspace = self.panel.workspace if self.panel is not None else None
        if self._request is not None and workspace is not None:
            self.date_shown.emit(replace(self._request, mode=workspace.session.mode, date_key=key))
