"""The objects behind the open dock: session, catalogue, map and legend, wired together."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from qgis.core import Qgis, QgsProject
from qgis.PyQt.QtCore import QObject

from ...ui.catalog.catalog_panel import CatalogPanel
from ...ui.dialogs.guide_dialog import open_guide
from ...ui.requests import AddRequest
from ..catalog.service import CatalogService
from ..downloads.service import sweep
from ..host import paths, tasks
from ..host.memory import MemoryReturn
from ..layer_kinds.table import LayerKind
from ..legend_sync.service import PushReport, RollbackReport
from .connection_controller import ConnectionController
from .creation_controller import CreationController
from .legend_controller import LegendController
from .map_controller import MapController
from .units_controller import UnitsController

if TYPE_CHECKING:
    from qgis.gui import QgisInterface

    from ...ui.dock import PixxelDock
    from ...ui.legend_editor.panel import LegendPreview
    from ...ui.requests import EditRequest
    from ..host.credentials import SessionKeys
    from ..host.settings import Settings
    from ..integrations.temporal import TemporalController
    from ..layers.edit_view import EditView
    from ..layers.open_project import OpenProject
    from ..messages.message import Message
    from ..worker.job import Job
    from ..worker.runner import Runner

STOP_MS = 1000


class Application(QObject):
    """Composition root of the packages that need httpx and pydantic; it wires their signals."""

    def __init__(
        self,
        iface: QgisInterface,
        dock: PixxelDock,
        settings: Settings,
        session_keys: SessionKeys,
        time: TemporalController,
        edit_view: EditView,
        open_project: OpenProject,
        runner: Runner,
    ) -> None:
        super().__init__(dock)
        self._iface = iface
        self._edited: EditRequest | None = None
        self.runner = runner
        self.runner.job_started.connect(tasks.mirror)
        self._memory = MemoryReturn(QgsProject.instance(), self)
        self.runner.job_started.connect(self._on_job_started)
        self.connections = ConnectionController(iface.mainWindow(), settings, session_keys, runner, self)
        self.session = self.connections.session
        self.catalog = CatalogService(self.session, parent=self)
        widgets = iface.mapCanvas(), iface.layerTreeView()
        self.map = MapController(*widgets, self.session, settings, time, edit_view, open_project, self)
        self.legends = LegendController(iface, self.session, self)
        self.creation = CreationController(self)
        self.panel = CatalogPanel(self.session, self.catalog, settings)
        self.units = UnitsController(self.map.units, self.panel, self.legends, self)
        dock.set_page(self.panel)
        self._connect()
        self.runner.job(partial(sweep, paths.cache_folder()), "Sweeping the cache", visible=False).start()
        open_project.closed.connect(self.legends.forget_shown_date)

    def connect_current(self) -> None:
        """Open the connection used last, or show the ways in."""
        self.panel.start()

    def close(self) -> None:
        """Stop running jobs and release all QGIS objects; returns within a second or so."""
        self.session.close()
        self.runner.stop(STOP_MS)
        self.legends.close()
        self.map.close()
        self._memory.close()

    def _connect(self) -> None:
        panel, controller = self.panel, self.map
        panel.connection_chosen.connect(self.connections.open)
        self.connections.locked.connect(panel.show_locked)
        panel.unlock_requested.connect(self.session.open)
        asked = panel.events
        asked.new_connection_requested.connect(self.connections.add)
        asked.edit_connection_requested.connect(self.connections.edit_current)
        self.connections.changed.connect(panel.refresh_connections)
        self.connections.renamed.connect(self.legends.rename_connection)
        self.connections.renamed.connect(controller.layers.rename_connection)
        self.connections.renamed.connect(controller.units.rename_connection)
        self.connections.chosen.connect(panel.choose_connection)
        panel.aoi_selected.connect(controller.outline)
        asked.zoom_requested.connect(controller.zoom)
        panel.add_requested.connect(controller.add)
        panel.edit_legend_requested.connect(self._on_edit_requested)
        asked.create_aoi_requested.connect(self.creation.create_aoi)
        asked.create_visualization_requested.connect(self.creation.create_visualization)
        self.creation.closed.connect(panel.refresh)
        asked.guide_requested.connect(partial(open_guide, self._iface.mainWindow()))
        controller.loads.started.connect(panel.show_progress)
        controller.problem.connect(panel.show_project_message)
        controller.load_failed.connect(panel.show_load_failure)
        controller.noted.connect(self._on_noted)
        controller.offered.connect(panel.offer)
        controller.project_closed.connect(panel.clear_project_messages)
        self.legends.value_rasters = controller.value_rasters
        controller.edit_noted.connect(self.legends.show_map_note)
        controller.edit_resumed.connect(self.legends.show_edits_again)
        controller.layer_added.connect(self.legends.show_edits_on)
        events = self.legends.events
        events.settings_requested.connect(self.connections.edit_current)
        events.date_shown.connect(self._on_date_shown)
        events.date_edited.connect(controller.return_to_edited)
        events.editing_ended.connect(controller.end_edit)
        events.preview_changed.connect(self._on_preview)
        events.answered.connect(self._on_answer)

    def _on_job_started(self, job: Job) -> None:
        job.finished.connect(self._memory.soon)

    def _on_edit_requested(self, request: EditRequest) -> None:
        """Open a legend, where no date is named at the one that the map shows."""
        if request.date_key is None:
            request = replace(request, date_key=self.map.seen_key(request.item) or request.current_key)
        self._edited = request
        self.legends.open(request)
        self.units.label(request.item.id)

    def _on_date_shown(self, request: EditRequest) -> None:
        """Show the date whose legend is edited on the map, as values, so that the map can follow."""
        project = self.panel.filter_bar.project_name(request.aoi.project_id)
        dates = tuple(date for date in request.item.dates if request.date_key in (date.key, date.legend_key))
        self.map.show_edited(AddRequest(request.aoi, project, request.item, dates, request.mode, LayerKind.VALUES))

    def _on_preview(self, preview: LegendPreview) -> None:
        self.map.preview(self.legends.connection, preview)

    def _on_noted(self, message: Message) -> None:
        self.panel.show_project_message(message, Qgis.MessageLevel.Info)

    def _on_answer(self, report: PushReport | RollbackReport) -> None:
        """Show the server's response on the map: values by its legends, pictures drawn by it again."""
        document, edited = report.document, self._edited
        if document is None or edited is None:
            return
        known = document.legends
        legends = {date.key: known[date.legend_key] for date in document.item.dates if date.legend_key in known}
        self.map.layers.restyle(self.legends.connection, document.item.id, document.mode, legends)
        project = self.panel.filter_bar.project_name(edited.aoi.project_id)
        self.map.refresh_pictures(
            AddRequest(edited.aoi, project, document.item, document.item.dates, document.mode, LayerKind.PICTURE)
        )
