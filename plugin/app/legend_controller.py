"""The legend editor's place on the desktop: a dock of its own, built when a legend is first opened."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from qgis.gui import QgsDockWidget
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject, Qt

from ...ui.legend_editor.legend_events import LegendEvents
from ...ui.legend_editor.panel import LegendPanel
from ..host import paths
from ..legend.vocabulary import LegendMode
from ..legend_sync.drafts import DraftStore
from ..legend_sync.response_cache import AnswerCache
from ..legend_sync.service import LegendService
from ..sld.reader import read_legend

if TYPE_CHECKING:
    from collections.abc import Collection

    from qgis.gui import QgisInterface

    from ...ui.legend_editor.spreading_check import Rasters
    from ...ui.legend_editor.workspace import LegendWorkspace
    from ...ui.requests import EditRequest
    from ..catalog.session import SessionService
    from ..imagery.loaded import LoadedImage
    from ..layers.provenance import Provenance
    from ..messages.message import Message


_logger = logging.getLogger(__name__)


class LegendController(QObject):
    """Controller of the legend editor: opens legends in one dock.

    Attributes:
        events: the signals by which others follow the edits, also before a legend is first opened.
    """

    def __init__(
        self, iface: QgisInterface, session: SessionService, value_rasters: Rasters, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._iface = iface
        self._session = session
        self._session.state_changed.connect(self._on_state)
        self._drafts = DraftStore(paths.drafts_folder())
        self._answers = AnswerCache(paths.answers_folder())
        self._service = LegendService(session, self._drafts, read_legend, self, answers=self._answers)
        self._dock: QgsDockWidget | None = None
        self._request: EditRequest | None = None
        self._opened_from = ""
        self._drafted: dict[tuple[str, str, str], frozenset[str]] = {}  # dates of drafts, as last seen on disk
        self.events = LegendEvents(self)
        self.events.edits_changed.connect(self._drafted.clear)
        self.panel: LegendPanel | None = None
        self._value_rasters = value_rasters

    def open(self, request: EditRequest) -> None:
        """Show a legend, with its draft if there is one."""
        name = self._connected_name()
        if self.panel is None:
            self._build(name)
        assert self.panel is not None
        assert self._dock is not None
        self._request = request
        self._opened_from = name
        self.panel.set_connection(name)
        self.panel.open(request)
        self._dock.setUserVisible(True)
        self._dock.raise_()

    @property
    def connection(self) -> str:
        """Return the name of the connection whose legends are open."""
        return self._opened_from

    def show_date(self, origin: Provenance) -> bool:
        """Show the date of a layer in the editor; return whether the legend that is open there is the layer's."""
        if self.panel is None or origin.connection != self._opened_from:
            return False
        return self.panel.show_date(origin.visualization_id, origin.mode, origin.date_key)

    def edited_keys(self, origin: Provenance) -> Collection[str]:
        """Return the dates of a layer's legend that have edits not pushed, in the editor or on disk, by their keys."""
        workspace = self._workspace_of(origin)
        if workspace is not None:
            return workspace.session.edited_keys
        if not isinstance(origin.mode, LegendMode):
            return ()
        legend = origin.connection, origin.visualization_id, origin.mode
        if legend not in self._drafted:
            self._drafted[legend] = self._drafts.drafted_keys(*legend)
        return self._drafted[legend]

    def conflicts(self, origin: Provenance) -> Collection[str]:
        """Return the edited dates of a layer's legend that the server was found to have changed, by their keys."""
        workspace = self._workspace_of(origin)
        return () if workspace is None else workspace.session.conflicts(workspace.session.edited_keys)

    def _workspace_of(self, origin: Provenance) -> LegendWorkspace | None:
        if self.panel is None or sip.isdeleted(self.panel):
            return None
        return self.panel.workspace_of(origin.connection, origin.visualization_id, origin.mode)

    def compare(self) -> None:
        """Show the edits of the open legend beside the legends that the server has."""
        if self.panel is not None:
            self.panel.compare()

    def show_edits_again(self, visualization_id: str) -> None:
        """Show the edits of a visualization on the map again, if its legend is open."""
        workspace = self.panel.workspace if self.panel is not None else None
        if workspace is not None and workspace.session.item.id == visualization_id:
            workspace.feed.announce(workspace.session.edited_keys)

    def show_edits_on(self, image: LoadedImage) -> None:
        """Let a layer that was added show the edits of its date: it is drawn by the server's legend."""
        workspace = self.panel.workspace if self.panel is not None else None
        if self.panel is None or workspace is None or image.connection != self._opened_from:
            return
        session = workspace.session
        if session.item.id == image.visualization_id:
            self.panel.areas.measure_soon()
        if (session.item.id, session.mode) == (image.visualization_id, image.mode):
            workspace.feed.announce(
                tuple(
                    {date.legend_key for date in session.item.dates if date.key == image.date_key}
                    & {*session.edited_keys}
                )
            )

    def show_map_note(self, message: Message | None) -> None:
        """Show in the editor the reason why the map does not show the edited legend; ``None`` removes it."""
        if self.panel is not None:
            self.panel.show_map_note(message)

    def forget_shown_date(self) -> None:
        """Let the date that is edited be shown again when it is chosen: the project that showed it was closed."""
        if self.panel is not None:
            self.panel.forget_shown_date()

    def rename_connection(self, former: str, name: str) -> None:
        """Let drafts, history and answers follow a connection to its new name."""
        if self.panel is not None and self._opened_from == former:
            self.panel.set_connection(name)
        self._drafted.clear()
        try:
            self._drafts.rename_connection(former, name)
            self._answers.rename_connection(former, name)
        except OSError as error:
            _logger.warning("The drafts of %s could not follow its new name: %s", former, error)

    def close(self) -> None:
        """Take the dock away; drafts are on disk already, and anybody may have them."""
        if self.panel is not None and not sip.isdeleted(self.panel):
            self.panel.close()
        if self._dock is not None and not sip.isdeleted(self._dock):
            self._iface.removeDockWidget(self._dock)
            self._dock.deleteLater()
        self._dock = self.panel = None

    def _connected_name(self) -> str:
        connection = self._session.state.connection
        return connection.name if connection is not None else ""

    def _on_state(self, _state: object) -> None:
        """Put a legend of another connection away, so that nothing is pushed to the wrong server; its draft is safe."""
        if self._dock is not None and self._connected_name() != self._opened_from:
            self._dock.hide()

    def _build(self, connection_name: str) -> None:
        self.panel = LegendPanel(self._service, self._drafts, connection_name, self.events)
        self.panel.spreading.rasters = self.panel.areas.rasters = self._value_rasters
        self._dock = QgsDockWidget(self.tr("Pixxel Legend"), self._iface.mainWindow())
        self._dock.setObjectName("PixxelLegendDock")
        self._dock.setWidget(self.panel)
        self._iface.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, self._dock)

    def show_units(self, visualization_id: str, text: str) -> None:
        """Show the units of the open legend's breakpoints."""
        if self.panel is not None and self._request is not None and self._request.item.id == visualization_id:
            self.panel.show_units(text)
