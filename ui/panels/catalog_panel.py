"""The dock's main page: connection, filters, the tree, the selected visualization, what is running."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from qgis.core import Qgis
from qgis.gui import QgsMessageBar
from qgis.PyQt.QtCore import QLocale, QModelIndex, Qt, pyqtSignal
from qgis.PyQt.QtGui import QKeySequence
from qgis.PyQt.QtWidgets import QAction, QLabel, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from ...plugin.api.models import AoiQuery
from ...plugin.services.messages import Action, Message
from ...plugin.services.session import SessionState, SessionStatus
from ..messages import push_message, show_details
from ..models.catalog_model import CatalogModel
from ..models.wording import Tone
from ..requests import AddRequest, EditRequest
from .catalog_states import show_closed, show_empty, show_first_run, show_problem
from .catalog_tree import CatalogTree
from .connection_bar import ConnectionBar
from .filter_bar import FilterBar
from .job_strip import JobStrip, JobStrips, RunningJob
from .state_page import StatePage
from .visualization_card import VisualizationCard

if TYPE_CHECKING:
    from ...plugin.api.models import Aoi, Project
    from ...plugin.services.catalog import AcquisitionDate, CatalogService, VisualizationItem
    from ...plugin.services.session import SessionService


class DockSettings(Protocol):
    """What the panel reads from and writes to the settings."""

    current_connection: str
    last_kind: str
    last_mode: str

    def connections(self) -> Sequence[Any]:
        """Return the connections, the sample data first."""


class CatalogPanel(QWidget):
    """Lists what a connection offers; nothing is fetched before :meth:`start`.

    The panel opens no connection: ``connection_chosen`` asks for it, the session's state tells the outcome.
    """

    add_requested = pyqtSignal(object)
    edit_legend_requested = pyqtSignal(object)
    aoi_selected = pyqtSignal(object)
    zoom_requested = pyqtSignal(object)
    connection_chosen = pyqtSignal(object)
    new_connection_requested = pyqtSignal()
    edit_connection_requested = pyqtSignal()
    create_aoi_requested = pyqtSignal()
    create_visualization_requested = pyqtSignal(object)
    guide_requested = pyqtSignal()

    def __init__(
        self, session: SessionService, catalog: CatalogService, settings: DockSettings, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("catalogPanel")
        self._session, self._catalog, self._settings = session, catalog, settings
        self._aoi: Aoi | None = None
        self._problem: Message | None = None
        self._total: int | None = None
        self._open_aois: set[str] = set()
        self._wanted: tuple[str, str] | None = None
        self.model = CatalogModel(self)
        self._build()
        self._build_actions()
        self._connect_widgets()
        self._connect_services()
        self.card.set_preferences(settings.last_kind, settings.last_mode)
        self.refresh_connections()

    # --- building -------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.message_bar = QgsMessageBar(self)
        self.message_bar.setObjectName("catalogMessageBar")
        self.connection_bar = ConnectionBar(self)
        self.filter_bar = FilterBar(self)
        self.tree = CatalogTree(self.model, self)
        self.state_page = StatePage(self)
        self.state_page.setObjectName("statePage")
        self.card = VisualizationCard(self)
        self.count_label = QLabel(self)
        self.count_label.setObjectName("countLabel")
        self.count_label.setContentsMargins(8, 1, 8, 2)
        self.jobs = JobStrips(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.connection_bar)
        layout.addWidget(self.filter_bar)
        layout.addWidget(self.message_bar)
        layout.addWidget(self._build_splitter(), 1)
        layout.addWidget(self.jobs)

    def _build_splitter(self) -> QSplitter:
        self.stack = QStackedWidget(self)
        self.stack.setObjectName("catalogStack")
        self.stack.addWidget(self.tree)
        self.stack.addWidget(self.state_page)
        upper = QWidget(self)
        column = QVBoxLayout(upper)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.stack, 1)
        column.addWidget(self.count_label)
        splitter = QSplitter(Qt.Orientation.Vertical, self)
        splitter.setObjectName("catalogSplitter")
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(upper)
        splitter.addWidget(self.card)
        splitter.setStretchFactor(0, 1)
        splitter.setStretchFactor(1, 0)
        return splitter

    def _build_actions(self) -> None:
        self._add_key(QKeySequence.StandardKey.Refresh, self.refresh)
        self._add_key(QKeySequence.StandardKey.Find, self.filter_bar.search_edit.setFocus)

    def _add_key(self, key: QKeySequence.StandardKey, act: Callable[[], None]) -> None:
        action = QAction(self)
        action.setShortcut(QKeySequence(key))
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.triggered.connect(lambda: act())
        self.addAction(action)

    def _connect_widgets(self) -> None:
        bar, tree, card = self.connection_bar, self.tree, self.card
        bar.connection_chosen.connect(self.choose_connection)
        bar.new_requested.connect(self.new_connection_requested)
        bar.edit_requested.connect(self.edit_connection_requested)
        bar.refresh_requested.connect(self.refresh)
        bar.create_aoi_requested.connect(self.create_aoi_requested)
        bar.guide_requested.connect(self.guide_requested)
        self.filter_bar.filter_changed.connect(self._search)
        self.state_page.chosen.connect(self._on_choice)
        tree.current_changed.connect(self._on_current_changed)
        tree.zoom_requested.connect(self.zoom_requested)
        tree.add_requested.connect(self._on_tree_add)
        tree.edit_requested.connect(card.request_edit)
        tree.create_aoi_requested.connect(self.create_aoi_requested)
        tree.create_visualization_requested.connect(self.create_visualization_requested)
        tree.refresh_requested.connect(self.refresh)
        card.add_requested.connect(self._on_add)
        card.edit_requested.connect(self._on_edit)
        card.kind_changed.connect(self._on_kind_changed)
        card.mode_changed.connect(self._on_mode_changed)

    def _connect_services(self) -> None:
        catalog = self._catalog
        self.model.more_requested.connect(self._on_more_requested)
        self.model.visualizations_requested.connect(catalog.load_visualizations)
        catalog.projects_loaded.connect(self._on_projects)
        catalog.projects_failed.connect(self.show_message)
        catalog.search_started.connect(self._on_search_started)
        catalog.aois_loaded.connect(self._on_aois)
        catalog.aois_failed.connect(self._on_aois_failed)
        catalog.visualizations_loaded.connect(self._on_visualizations)
        catalog.visualizations_failed.connect(self._on_visualizations_failed)
        self._session.state_changed.connect(self._on_state)

    # --- verbs ----------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Show how things stand and ask for the connection used last, if there was one."""
        name = self._settings.current_connection
        if self._session.state.status is SessionStatus.CLOSED and self._connection(name) is not None:
            self.choose_connection(name)
        else:
            self._on_state(self._session.state)

    def choose_connection(self, name: str) -> None:
        """Ask for a connection to be opened and remember it."""
        connection = self._connection(name)
        if connection is None:
            return
        self._settings.current_connection = name
        self.connection_bar.set_current(name)
        self.filter_bar.clear()
        self.connection_chosen.emit(connection)

    def refresh_connections(self) -> None:
        """List the connections anew, after one was added, changed or removed."""
        connections = self._settings.connections()
        sample = next((connection.name for connection in connections if connection.is_sample), "")
        names = [connection.name for connection in connections]
        self.connection_bar.set_connections(names, sample, self._settings.current_connection)

    def refresh(self) -> None:
        """List everything anew; without a connection, try to connect."""
        if self._session.state.status is SessionStatus.CONNECTED:
            self._catalog.load_projects()
            self._search()
        elif self._session.state.status is not SessionStatus.CONNECTING:
            self.choose_connection(self._settings.current_connection)

    def reload_visualizations(self, aoi_id: str) -> None:
        """List the visualizations of an AOI anew, after one was created or changed."""
        self.model.request_visualizations(aoi_id)

    def show_aoi(self, aoi_id: str, visualization_id: str = "") -> None:
        """Select and open an AOI, and one of its visualizations, now or when they have been listed."""
        self._open_aois.add(aoi_id)
        self._wanted = (aoi_id, visualization_id)
        self._restore(aoi_id)

    def show_progress(self, job: RunningJob) -> JobStrip:
        """Show a running job until it is over."""
        return self.jobs.show_job(job)

    def show_message(self, message: Message, level: Qgis.MessageLevel = Qgis.MessageLevel.Warning) -> None:
        """Show a message above the list."""
        act = self._act_for(message.action)
        push_message(self.message_bar, message, level=level, on_action=act)

    def _act_for(self, action: Action) -> Callable[[], None] | None:
        if action is Action.OPEN_SETTINGS:
            return lambda: self.edit_connection_requested.emit()
        return self.refresh if action in (Action.RETRY, Action.RELOAD) else None

    # --- the session ----------------------------------------------------------------------------------------------

    def _on_state(self, state: SessionState) -> None:
        connected = state.status is SessionStatus.CONNECTED
        self.filter_bar.setEnabled(connected)
        self.connection_bar.create_aoi_action.setEnabled(connected)
        self.connection_bar.show_state(*self._words(state), can_refresh=state.status is not SessionStatus.CONNECTING)
        if connected:
            self._catalog.load_projects()
            self._search()
            return
        self._clear_list()
        if state.status is SessionStatus.CONNECTING:
            self.model.begin()
            self.stack.setCurrentWidget(self.tree)
        elif state.problem is not None:
            self._show_problem(state.problem, connecting=True)
        else:
            self._show_closed()

    def _words(self, state: SessionState) -> tuple[Tone, str]:
        name = state.connection.name if state.connection else ""
        if state.status is SessionStatus.CONNECTED:
            return Tone.GOOD, self.tr("Connected to {}").format(name)
        if state.status is SessionStatus.CONNECTING:
            return Tone.BUSY, self.tr("Connecting to {}…").format(name)
        if state.status is SessionStatus.FAILED:
            return Tone.BAD, state.problem.text if state.problem else self.tr("Not connected to {}").format(name)
        return Tone.NEUTRAL, self.tr("Not connected")

    def _show_closed(self) -> None:
        if self._connection(self._settings.current_connection) is None:
            show_first_run(self.state_page)
        else:
            show_closed(self.state_page)
        self.stack.setCurrentWidget(self.state_page)

    def _connection(self, name: str) -> Any:
        return next((c for c in self._settings.connections() if c.name == name), None) if name else None

    # --- the list -------------------------------------------------------------------------------------------------

    def _search(self) -> None:
        project = self.filter_bar.project_id
        self._catalog.search(AoiQuery(name=self.filter_bar.name or None, project_ids=(project,) if project else ()))

    def _on_search_started(self) -> None:
        self._remember()
        self._clear_list()
        self.model.begin()
        self.stack.setCurrentWidget(self.tree)

    def _on_projects(self, projects: Sequence[Project]) -> None:
        self.filter_bar.set_projects(projects)

    def _on_more_requested(self) -> None:
        if self._problem is None:
            self._catalog.fetch_more()
        else:
            self._problem = None
            self._catalog.retry_page()

    def _on_aois(self, aois: Sequence[Aoi], has_more: bool, total: int | None) -> None:
        self._problem = None
        self._total = total
        self.model.append_page(aois, has_more=has_more)
        self._show_count(has_more)
        for aoi in aois:
            if aoi.aoi_id in self._open_aois:
                self._restore(aoi.aoi_id)
        if not aois and has_more:
            self.model.fetchMore(QModelIndex())
        elif not self.model.aois():
            project = self.filter_bar.project_id
            show_empty(self.state_page, search=self.filter_bar.name, project=project)
            self.stack.setCurrentWidget(self.state_page)

    def _on_aois_failed(self, message: Message) -> None:
        if self.model.aois():
            self._problem = message
            self.model.set_page_error(message.text)
        else:
            self._clear_list()
            self._show_problem(message, connecting=False)

    def _on_visualizations(self, aoi_id: str, items: Sequence[VisualizationItem]) -> None:
        self.model.set_visualizations(aoi_id, items)
        self._restore(aoi_id)
        self._show_current()

    def _on_visualizations_failed(self, aoi_id: str, message: Message) -> None:
        self.model.set_visualizations_error(aoi_id, message.text)

    def _show_problem(self, message: Message, *, connecting: bool) -> None:
        self._problem = message
        show_problem(
            self.state_page,
            message,
            in_project=bool(self.filter_bar.project_id) and not connecting,
            connecting=connecting,
        )
        self.stack.setCurrentWidget(self.state_page)

    def _show_count(self, has_more: bool) -> None:
        shown = len(self.model.aois())
        number = QLocale().toString
        total = self._total if self._total is not None and self._total > shown and has_more else None
        if total is not None:
            text = self.tr("{} of {} AOIs").format(number(shown), number(total))
        else:
            text = self.tr("1 AOI") if shown == 1 else self.tr("{} AOIs").format(number(shown))
        self.count_label.setText(text)
        self.count_label.setVisible(shown > 0)

    def _clear_list(self) -> None:
        self._problem = None
        self.model.reset()
        self.count_label.hide()
        self._on_current_changed()

    def _remember(self) -> None:
        """Keep what is open and selected, so that the next list can show it again."""
        self._open_aois |= self.tree.expanded_aois()
        item = self.tree.item
        if item is not None:
            self._wanted = (item.aoi_id, item.id)

    def _restore(self, aoi_id: str) -> None:
        """Open and select again what a person had open and selected, as far as it is listed."""
        index = self.model.index_of_aoi(aoi_id)
        if not index.isValid():
            return
        if aoi_id in self._open_aois:
            self._open_aois.discard(aoi_id)
            self.tree.expand(index)
        if self._wanted is None or self._wanted[0] != aoi_id:
            return
        child = self.model.index_of_visualization(*self._wanted)
        if child.isValid() or not self._wanted[1]:
            self._wanted = None
            self.tree.setCurrentIndex(child if child.isValid() else index)

    # --- the selection --------------------------------------------------------------------------------------------

    def _on_current_changed(self) -> None:
        if self.tree.currentIndex().isValid():
            self._wanted = None
        aoi = self.tree.aoi
        if (aoi.aoi_id if aoi else None) != (self._aoi.aoi_id if self._aoi else None):
            self._aoi = aoi
            self.aoi_selected.emit(aoi)
        self._show_current()

    def _show_current(self) -> None:
        aoi, item = self.tree.aoi, self.tree.item
        if aoi is not None and item is not None:
            self.card.show_item(aoi, item)
        else:
            self.card.clear()

    def _on_tree_add(self, kind: str) -> None:
        if kind:
            self.card.add_as(kind)
        else:
            self.card.add_checked()

    def _on_add(self, dates: tuple[AcquisitionDate, ...], kind: str) -> None:
        aoi, item = self.tree.aoi, self.card.item
        if aoi is not None and item is not None:
            project = self.filter_bar.project_name(aoi.project_id)
            self.add_requested.emit(AddRequest(aoi, project, item, dates, self.card.mode, kind))

    def _on_edit(self, date: AcquisitionDate | None) -> None:
        aoi, item = self.tree.aoi, self.card.item
        if aoi is not None and item is not None:
            self.edit_legend_requested.emit(EditRequest(aoi, item, self.card.mode, date.key if date else None))

    def _on_kind_changed(self, kind: str) -> None:
        self._settings.last_kind = kind

    def _on_mode_changed(self, mode: str) -> None:
        self._settings.last_mode = mode

    def _on_choice(self, key: str) -> None:
        acts: dict[str, Callable[[], Any]] = {
            "retry": self.refresh,
            "settings": self.edit_connection_requested.emit,
            "details": self._show_details,
            "sample": self._open_sample,
            "signIn": self.new_connection_requested.emit,
            "guide": self.guide_requested.emit,
            "createAoi": self.create_aoi_requested.emit,
            "clearSearch": self.filter_bar.search_edit.clear,
            "allProjects": lambda: self.filter_bar.project_combo.setCurrentIndex(0),
        }
        acts[key]()

    def _open_sample(self) -> None:
        sample = next((c.name for c in self._settings.connections() if c.is_sample), "")
        self.choose_connection(sample)

    def _show_details(self) -> None:
        if self._problem is not None:
            show_details(self._problem, self.window())
