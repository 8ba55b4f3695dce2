"""QGIS's life cycle of the plugin. Code that needs httpx or pydantic is imported when the dock is first opened."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from qgis.core import QgsApplication, QgsProject
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject, Qt
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QAction, QMenu

from .host import dependencies, paths
from .host.connections import ConnectionBook
from .host.credentials import SessionKeys
from .host.i18n import translate
from .host.isolation import PackageUnusable
from .host.log import LogForwarder
from .host.settings import Settings
from .layers.moved_files import MovedFiles
from .layers.open_project import OpenProject
from .processing.provider import PixxelProvider

if TYPE_CHECKING:
    from collections.abc import Callable

    from qgis.core import QgsRasterLayer
    from qgis.gui import QgisInterface
    from qgis.PyQt.QtWidgets import QWidget

    from ..ui.dock import PixxelDock
    from ..ui.options_factory import PixxelOptionsFactory
    from .api.client import ApiClient
    from .api.config import Connection
    from .app.application import Application
    from .app.cache_controller import CacheController
    from .app.layer_states import LayerStates
    from .app.packages_controller import PackagesController
    from .app.project_watchers import ProjectWatchers
    from .app.style_controller import StyleController
    from .catalog.choices import ChoiceService
    from .host.task_threads import TaskThreads
    from .integrations.layer_marks import LayerState
    from .worker.runner import Runner

ICON = Path(__file__).resolve().parent.parent / "resources/icons/pixxel.svg"
SERIES_ICON = ICON.with_name("series.svg")
LOGGER_NAME = dependencies.OWNER


class PixxelExplorer(QObject):
    """The plugin object that QGIS creates: cheap to start, complete to unload.

    Attributes:
        settings: connections and the last used values.
        session_keys: keys that were entered for this session only.
    """

    def __init__(self, iface: QgisInterface | None) -> None:
        super().__init__()
        self._iface = iface
        self.settings = Settings()
        self.session_keys = SessionKeys()
        self._log: LogForwarder | None = None
        self._provider: PixxelProvider | None = None
        self._action: QAction | None = None
        self._series_action: QAction | None = None
        self._dock: PixxelDock | None = None
        self._options: PixxelOptionsFactory | None = None
        self._packages: PackagesController | None = None
        self._application: Application | None = None
        self._styles: StyleController | None = None
        self._moved_files: MovedFiles | None = None
        self._open_project: OpenProject | None = None
        self._watchers: ProjectWatchers | None = None
        self._layer_states: LayerStates | None = None
        self._task_threads: TaskThreads | None = None
        self._runner: Runner | None = None
        self._choices: ChoiceService | None = None
        self._cache: CacheController | None = None

    def initProcessing(self) -> None:  # noqa: N802 (QGIS calls this name)
        """Offer the Processing algorithms; all there is to do under ``qgis_process``."""
        if self._log is None:
            self._log = LogForwarder(LOGGER_NAME)
            self._log.attach()
            self.settings.register()
        if self._moved_files is None:
            self._moved_files = MovedFiles(QgsProject.instance(), paths.cache_folder())
        if self._open_project is None:
            self._open_project = OpenProject(QgsProject.instance(), self)
        self._provider = PixxelProvider(self._prepare_chosen, self._chosen_name, self._chooser(), self._open_project)
        QgsApplication.processingRegistry().addProvider(self._provider)

    def initGui(self) -> None:  # noqa: N802 (QGIS calls this name)
        """Add the button, the menu entries and an empty dock; nothing is fetched, no thread is started."""
        self.initProcessing()
        self._add_dock()
        self._add_action()
        self._add_cache()
        self._add_series_action()
        self._add_options()
        self._add_styles()
        self._add_watchers()

    def unload(self) -> None:
        """Take everything down again, in reverse."""
        if self._packages is not None:
            self._packages.close()
            self._packages = None
        if self._application is not None:
            self._application.close()
            self._application = None
        self._close_watchers()
        self._remove_gui()
        if self._provider is not None:
            QgsApplication.processingRegistry().removeProvider(self._provider)
            self._provider = None
        self._stop_runner()
        if self._open_project is not None:
            self._open_project.close()
            self._open_project = None
        if self._moved_files is not None:
            self._moved_files.close()
            self._moved_files = None
        if self._task_threads is not None:
            self._task_threads.close()
            self._task_threads = None
        if self._log is not None:
            self._log.detach()
            self._log = None
            self.settings.unregister()
        dependencies.note_own_modules()
        dependencies.deactivate()

    def _close_watchers(self) -> None:
        if self._layer_states is not None:
            self._layer_states.close()
            self._layer_states = None
        if self._watchers is not None:
            self._watchers.close()
            self._watchers = None
        if self._cache is not None:
            self._cache.close()
            self._cache = None

    def open_dock(self) -> None:
        """Show the dock; at its first showing it connects to the connection used last."""
        assert self._dock is not None
        self._dock.setUserVisible(True)

    def open_sample_data(self) -> None:
        """Show the dock, connected to the sample data."""
        self.settings.current_connection = self.settings.connections()[0].name
        self.open_dock()

    def open_series(self) -> None:
        """Show the panel of values over time; the dock is opened before, where it was not."""
        if self._application is None:
            self.open_dock()
        if self._application is not None:
            self._application.series.open()

    @property
    def application(self) -> Application | None:
        """Return the application behind the dock, once the dock was opened and all packages are installed."""
        return self._application

    def _chooser(self) -> type | None:
        """Return the class of choice widgets for Processing's dialogs; nothing is fetched before one is opened."""
        if self._iface is None:
            return None
        from .integrations.choosers import chooser_class

        return chooser_class(self._choice_service)

    def _choice_service(self) -> ChoiceService:
        if self._choices is None:
            from .catalog.choices import ChoiceService

            self._choices = ChoiceService(self._shared_runner, self._prepare_chosen, self._chosen_name, self)
        return self._choices

    def _shared_runner(self) -> Runner:
        """Return the one runner of jobs; its thread starts with the first of them."""
        if self._runner is None:
            from .worker.runner import Runner

            self._runner = Runner(self)
        return self._runner

    def _stop_runner(self) -> None:
        if self._choices is not None:
            self._choices.close()
            self._choices = None
        if self._runner is not None:
            from .host.network_thread import end_all

            self._runner.stop()
            end_all()
            self._runner = None

    def _add_dock(self) -> None:
        from ..ui.dock import PixxelDock

        assert self._iface is not None
        self._dock = PixxelDock(self._iface.mainWindow())
        self._iface.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, self._dock)
        self._dock.fold_away()
        self._dock.opened.connect(self._on_opened)

    def _add_action(self) -> None:
        assert self._iface is not None
        assert self._dock is not None
        self._action = QAction(
            QIcon(str(ICON)), translate("PixxelExplorer", "Pixxel Explorer"), self._iface.mainWindow()
        )
        self._action.setObjectName("pixxelExplorerAction")
        self._action.setCheckable(True)
        self._action.setToolTip(translate("PixxelExplorer", "Browse Pixxel's index maps and edit their legends"))
        self._dock.setToggleVisibilityAction(self._action)
        self._iface.addToolBarIcon(self._action)
        self._iface.addPluginToRasterMenu(translate("PixxelExplorer", "Pixxel Explorer"), self._action)

    def _add_cache(self) -> None:
        from .app.cache_controller import CacheController

        self._cache = CacheController(self._shared_runner, self.settings, QgsProject.instance(), self)

    def _add_series_action(self) -> None:
        assert self._iface is not None
        text = translate("PixxelExplorer", "Show Values over Time")
        self._series_action = QAction(QIcon(str(SERIES_ICON)), text, self._iface.mainWindow())
        self._series_action.setObjectName("pixxelSeriesAction")
        self._series_action.setToolTip(
            translate("PixxelExplorer", "Click a pixel or a polygon on the map to see its index values over time")
        )
        self._series_action.triggered.connect(self.open_series)
        self._iface.addToolBarIcon(self._series_action)
        self._iface.addPluginToRasterMenu(translate("PixxelExplorer", "Pixxel Explorer"), self._series_action)

    def _add_options(self) -> None:
        from ..ui.options_factory import PixxelOptionsFactory

        assert self._iface is not None
        assert self._cache is not None
        self._options = PixxelOptionsFactory(
            ConnectionBook(self.settings, self.session_keys), self._edit_connection, self._cache
        )
        self._iface.registerOptionsWidgetFactory(self._options)

    def _add_styles(self) -> None:
        from .app.style_controller import StyleController

        assert self._iface is not None
        self._styles = StyleController(self._iface, self.settings, self.open_dock)

    def _add_watchers(self) -> None:
        from .app.layer_states import LayerStates
        from .app.project_watchers import ProjectWatchers
        from .host.task_threads import TaskThreads

        assert self._iface is not None
        canvas, bar = self._iface.mapCanvas(), self._iface.messageBar()
        self._watchers = ProjectWatchers(canvas, bar, QgsProject.instance(), self)
        self._watchers.missing.fetch_requested.connect(self._fetch_missing)
        self._task_threads = TaskThreads(self)
        self._layer_states = LayerStates(self._iface.layerTreeView(), QgsProject.instance(), self)
        self._layer_states.chosen.connect(self._on_state_chosen)

    def _remove_gui(self) -> None:
        if self._iface is None:
            return
        if self._styles is not None:
            self._styles.close()
            self._styles = None
        if self._options is not None:
            self._iface.unregisterOptionsWidgetFactory(self._options)
            self._options = None
        for action in (self._series_action, self._action):
            if action is not None and not sip.isdeleted(action):
                self._iface.removeToolBarIcon(action)
                self._remove_menu_entry(action)
                action.deleteLater()
        if self._dock is not None and not sip.isdeleted(self._dock):
            self._iface.removeDockWidget(self._dock)
            self._dock.deleteLater()
        self._action = self._series_action = self._dock = None

    def _remove_menu_entry(self, action: QAction) -> None:
        """Take the entry out of the menu, and delete our submenu, which QGIS only hides when it is empty."""
        assert self._iface is not None
        menus = self._iface.mainWindow().findChildren(QMenu)
        ours = [menu for menu in menus if menu.actions() == [action]]
        self._iface.removePluginRasterMenu(translate("PixxelExplorer", "Pixxel Explorer"), action)
        for menu in ours:
            menu.deleteLater()

    def _on_opened(self) -> None:
        """Check the required packages, at the first opening and whenever the user asks again."""
        assert self._dock is not None
        assert self._iface is not None
        report = dependencies.check()
        if report.missing:
            self._package_pages().show_missing(report)
        elif report.replaced:
            self._package_pages().show_restart(report.replaced[0])
        else:
            self._show_catalog(report)

    def _show_catalog(self, report: dependencies.DependencyReport) -> None:
        """Build the application behind the dock; offer to reinstall a package that fails to load."""
        assert self._dock is not None
        assert self._iface is not None
        assert self._watchers is not None
        assert self._open_project is not None
        assert self._cache is not None
        assert self._layer_states is not None
        try:
            from .app.application import Application

            self._application = Application(
                self._iface,
                self._dock,
                self.settings,
                self.session_keys,
                self._watchers.time,
                self._watchers.edit_view,
                self._open_project,
                self._layer_states,
                self._shared_runner(),
                self._watchers.missing,
            )
        except PackageUnusable as error:
            self._package_pages().show_unusable(report, error)
        else:
            self._application.loads_ended.connect(self._cache.prune)
            self._application.connect_current()

    def _fetch_missing(self) -> None:
        """Show the dock, and fetch the missing images of the project."""
        self.open_dock()
        if self._application is not None:
            self._application.refetching.begin()
        elif self._watchers is not None:  # the dock shows what it lacks
            self._watchers.missing.release()

    def _on_state_chosen(self, state: LayerState, layer: QgsRasterLayer) -> None:
        """Open the dock for an indicator that was clicked before it was ever open."""
        if self._application is None:
            self.open_dock()
            if self._application is not None:
                self._application.states.act(state, layer)

    def _package_pages(self) -> PackagesController:
        """Return the controller of the pages about packages; it is imported when a package is missing or unusable."""
        if self._packages is None:
            from .app.packages_controller import PackagesController

            assert self._dock is not None
            self._packages = PackagesController(self._dock)
            self._packages.check_requested.connect(self._on_opened)
        return self._packages

    def _edit_connection(self, connection: Connection | None, parent: QWidget) -> None:
        """Edit a connection from QGIS's options."""
        if self._application is None:
            self.open_dock()
        if self._application is not None:
            self._application.connections.edit(connection, parent)

    def _prepare_chosen(self) -> Callable[[], ApiClient]:
        from .app.clients import prepare_chosen

        return prepare_chosen(self.settings, self.session_keys)

    def _chosen_name(self) -> str:
        from .app.clients import chosen_name

        return chosen_name(self.settings)


logging.getLogger(LOGGER_NAME).addHandler(logging.NullHandler())
