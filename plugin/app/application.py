"""The objects behind the open dock: session, catalogue, map and legend, wired together."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProject
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...ui.catalog.catalog_panel import CatalogPanel
from ...ui.dialogs.guide_dialog import open_guide
from ..catalog.service import CatalogService
from ..downloads.service import sweep
from ..host import paths, tasks
from ..host.memory import MemoryReturn
from .change_controller import ChangeController
from .connection_controller import ConnectionController
from .creation_controller import CreationController
from .edit_controller import EditController
from .image_folders import ImageFolders
from .legend_controller import LegendController
from .map_controller import MapController
from .place_controller import PlaceController
from .refetch_controller import RefetchController
from .series_controller import SeriesController
from .state_controller import StateController
from .time_controller import TimeController
from .units_controller import UnitsController

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qgis.gui import QgisInterface

    from ...ui.dock import PixxelDock
    from ..host.credentials import SessionKeys
    from ..host.settings import Settings
    from ..integrations.temporal import TemporalController
    from ..layers.edit_view import EditView
    from ..layers.open_project import OpenProject
    from ..worker.job import Job
    from ..worker.runner import Runner
    from .layer_states import LayerStates
    from .missing_images import MissingImages

STOP_MS = 1000


class Application(QObject):
    """Composition root of the packages that need httpx and pydantic; it wires their signals.

    ``loads_ended()`` is emitted when images were loaded.
    """

    loads_ended = pyqtSignal()

    def __init__(
        self,
        iface: QgisInterface,
        dock: PixxelDock,
        settings: Settings,
        session_keys: SessionKeys,
        time: TemporalController,
        edit_view: EditView,
        open_project: OpenProject,
        layer_states: LayerStates,
        runner: Runner,
        missing: MissingImages,
    ) -> None:
        super().__init__(dock)
        self._window = iface.mainWindow()
        self.runner = runner
        self.runner.job_started.connect(tasks.mirror)
        self._memory = MemoryReturn(QgsProject.instance(), self)
        self.runner.job_started.connect(self._on_job_started)
        self.connections = ConnectionController(self._window, settings, session_keys, runner, self)
        self.session = self.connections.session
        self.catalog = CatalogService(self.session, parent=self)
        widgets = iface.mapCanvas(), iface.layerTreeView()
        self.map = MapController(*widgets, self.session, settings, time, open_project, self)
        self.legends = LegendController(iface, self.session, self.map.value_rasters, self)
        self.creation = CreationController(self)
        self.panel = CatalogPanel(self.session, self.catalog, settings)
        self.units = UnitsController(self.map.units, self.panel, self.legends, self)
        dock.set_page(self.panel)
        choose = self.panel.choose_connection
        self.refetching = RefetchController(self.session, settings, missing, open_project, choose, self)
        project_name = self.panel.filter_bar.project_name
        self.edits = EditController(self.map, self.legends, time, edit_view, open_project, project_name, self)
        self.changes = ChangeController(runner, open_project, ImageFolders(settings).changes, self)
        self.stepping = TimeController(*widgets, self.panel.time_bar, time, self.legends, self.changes, self)
        self.places = PlaceController(widgets[0], self.session, settings, self.map, open_project, self)
        self.states = StateController(
            layer_states,
            self.map,
            self.edits,
            self.legends,
            self.places,
            self.catalog,
            self.session,
            self.panel,
            open_project,
            partial(dock.setUserVisible, True),
            self,
        )
        self.series = SeriesController(iface, self.stepping, time, runner, self._outlines, self)
        self._connect()
        self.runner.job(partial(sweep, paths.cache_folder()), "Sweeping the cache", visible=False).start()

    def connect_current(self) -> None:
        """Open the connection used last, or show the ways in."""
        self.panel.start()

    def close(self) -> None:
        """Stop running jobs and release all QGIS objects; returns within a second or so."""
        self.states.close()
        self.places.close()
        self.series.close()  # before the loads end, after which it reads again
        self.session.close()
        self.runner.stop(STOP_MS)
        self.legends.close()
        self.edits.close()
        self.stepping.close()
        self.changes.close()
        self.map.close()
        self.refetching.close()
        self._memory.close()

    def _connect(self) -> None:
        self._connect_connections()
        self._connect_requests()
        self._connect_reports()

    def _connect_connections(self) -> None:
        """Connect what opens, edits and renames connections."""
        panel, connections = self.panel, self.connections
        panel.connection_chosen.connect(connections.open)
        panel.unlock_requested.connect(self.session.open)
        panel.events.new_connection_requested.connect(connections.add)
        for requested in (panel.events.edit_connection_requested, self.legends.events.settings_requested):
            requested.connect(connections.edit_current)
        connections.locked.connect(panel.show_locked)
        connections.changed.connect(panel.refresh_connections)
        connections.chosen.connect(panel.choose_connection)
        for holder in (self.legends, self.map.layers, self.map.units):
            connections.renamed.connect(holder.rename_connection)

    def _connect_requests(self) -> None:
        """Connect the user's requests in the dock to the controllers that fulfil them."""
        panel, events = self.panel, self.panel.events
        panel.aoi_selected.connect(self.map.outline)
        panel.add_requested.connect(self.map.add)
        panel.edit_legend_requested.connect(self.edits.open)
        panel.time_bar.series_button.clicked.connect(self.series.open)
        events.zoom_requested.connect(self.map.zoom)
        events.create_aoi_requested.connect(self.creation.create_aoi)
        events.create_visualization_requested.connect(self.creation.create_visualization)
        events.guide_requested.connect(partial(open_guide, self._window))

    def _connect_reports(self) -> None:
        """Connect the controllers' messages and results to the dock."""
        panel = self.panel
        self.map.loads.started.connect(panel.show_progress)
        self.refetching.started.connect(panel.show_progress)
        for ended in (self.map.loads.ended, self.refetching.ended):
            ended.connect(self._on_load_ended)
        self.map.load_failed.connect(panel.show_load_failure)
        self.map.offered.connect(panel.offer)
        self.map.project_closed.connect(panel.clear_project_messages)
        self.map.noted.connect(panel.show_project_message)
        self.edits.noted.connect(panel.show_project_message)
        self.places.started.connect(panel.show_progress)
        self.places.noted.connect(panel.show_project_message)
        self.changes.started.connect(panel.show_progress)
        self.changes.noted.connect(panel.show_project_message)
        self.edits.opened.connect(self.units.label)
        self.creation.closed.connect(panel.refresh)

    def _on_load_ended(self) -> None:
        self.series.refresh()
        self.loads_ended.emit()

    def _outlines(self) -> list[tuple[str, Mapping[str, Any] | None]]:
        """Return the names and outlines of the AOIs listed so far."""
        return [(aoi.name, aoi.geometry) for aoi in self.panel.model.aois()]

    def _on_job_started(self, job: Job) -> None:
        job.finished.connect(self._memory.soon)
