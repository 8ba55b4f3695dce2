"""The dock's main page: connection, filters, the tree, the selected visualization, running jobs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from qgis.core import Qgis
from qgis.gui import QgsMessageBar, QgsMessageBarItem
from qgis.PyQt import sip
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtGui import QHideEvent, QKeySequence, QShowEvent
from qgis.PyQt.QtWidgets import QAction, QSplitter, QVBoxLayout, QWidget

from ...plugin.api.models import AoiQuery
from ...plugin.catalog.session import SessionState, SessionStatus
from ...plugin.layer_kinds.table import LayerKind
from ...plugin.legend.vocabulary import LegendMode
from ...plugin.messages.message import Message
from ...plugin.messages.wording import Action
from ..focus_keys import FocusKeys
from ..messages import push_message, push_offer, push_question, shows_alike
from ..models.wording import Tone
from ..requests import AddRequest, EditRequest
from ..time.time_bar import TimeBar
from .catalog_events import CatalogEvents
from .catalog_list import CatalogList
from .connection_bar import ConnectionBar
from .filter_bar import FilterBar
from .job_strip import JobStrip, JobStrips, ShownJob
from .visualization_card import VisualizationCard

if TYPE_CHECKING:
    from ...plugin.api.models import Aoi, Project
    from ...plugin.catalog.service import AcquisitionDate, CatalogService
    from ...plugin.catalog.session import SessionService

_OF_PROJECT = "pixxelOfProject"  # a property of an item on the bar


class DockSettings(Protocol):
    """Interface of the settings that the panel reads and writes."""

    current_connection: str
    last_kind: LayerKind
    last_mode: LegendMode

    def connections(self) -> Sequence[Any]:
        """Return the connections, the sample data first."""


class CatalogPanel(QWidget):
    """A panel that lists the content of a connection; nothing is fetched before :meth:`start`.

    The panel opens no connection: ``connection_chosen`` requests it, the session's state reports the outcome.
    """

    add_requested = pyqtSignal(object)
    edit_legend_requested = pyqtSignal(object)
    aoi_selected = pyqtSignal(object)
    connection_chosen = pyqtSignal(object)
    unlock_requested = pyqtSignal(object)

    def __init__(
        self, session: SessionService, catalog: CatalogService, settings: DockSettings, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("catalogPanel")
        self._session, self._catalog, self._settings = session, catalog, settings
        self._aoi: Aoi | None = None
        self._offer: QWidget | None = None
        self._pending_message: Message | None = None
        self._retries: dict[str, list[Callable[[], object]]] = {}
        self.events = CatalogEvents(self)
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
        self.connection_bar = ConnectionBar(self.events, self)
        self.filter_bar = FilterBar(self)
        self.list = CatalogList(self._catalog, self.events, self)
        self.tree, self.model, self.state_page = self.list.tree, self.list.model, self.list.state_page
        self.card = VisualizationCard(self)
        self.time_bar = TimeBar(self)
        self.jobs = JobStrips(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.connection_bar)
        layout.addWidget(self.filter_bar)
        layout.addWidget(self.message_bar)
        layout.addWidget(self._build_splitter(), 1)
        layout.addWidget(self.time_bar)
        layout.addWidget(self.jobs)

    def _build_splitter(self) -> QSplitter:
        splitter = QSplitter(Qt.Orientation.Vertical, self)
        splitter.setObjectName("catalogSplitter")
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.list)
        splitter.addWidget(self.card)
        splitter.setStretchFactor(0, 1)
        splitter.setStretchFactor(1, 0)
        return splitter

    def _build_actions(self) -> None:
        self.keys = FocusKeys(self)
        refresh, find = self.tr("Refresh List of AOIs"), self.tr("Search AOIs")
        action = self._add_key("refreshListAction", refresh, self.refresh, "Shift+F5", QKeySequence.StandardKey.Refresh)
        self.connection_bar.name_refresh_keys(self.keys.text(action))
        self._add_key(
            "searchAoisAction", find, self.filter_bar.start_search, "Ctrl+Alt+F", QKeySequence.StandardKey.Find
        )

    def _add_key(
        self, name: str, text: str, act: Callable[[], None], shortcut: str, usual: QKeySequence.StandardKey
    ) -> QAction:
        action = QAction(text, self)
        action.setObjectName(name)
        action.triggered.connect(lambda: act())
        self.addAction(action)
        self.keys.add(action, shortcut, (usual,))
        return action

    def _connect_widgets(self) -> None:
        bar, tree, card = self.connection_bar, self.tree, self.card
        bar.connection_chosen.connect(self.choose_connection)
        bar.refresh_button.clicked.connect(lambda: self.refresh())
        self.filter_bar.filter_changed.connect(self._search)
        self.list.chosen.connect(self._on_choice)
        self.list.current_changed.connect(self._on_current_changed)
        self.list.age_changed.connect(self._on_age_changed)
        tree.add_requested.connect(self._on_tree_add)
        tree.edit_requested.connect(lambda: self._on_edit(None))
        tree.refresh_requested.connect(self.refresh)
        card.add_requested.connect(self._on_add)
        card.edit_button.clicked.connect(lambda: self._on_edit(None))
        card.date_list.edit_requested.connect(self._on_edit)
        card.kind_changed.connect(self._on_kind_changed)
        card.mode_switch.mode_changed.connect(self._on_mode_changed)

    def _connect_services(self) -> None:
        self._catalog.projects_loaded.connect(self._on_projects)
        self._catalog.projects_failed.connect(self._on_projects_failed)
        self._session.state_changed.connect(self._on_state)

    # --- verbs ----------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Show how things stand and ask for the current connection, unless it is open or being opened."""
        state, name = self._session.state, self._settings.current_connection
        opened = state.connection.name if state.connection else ""
        under_way = state.status in (SessionStatus.CONNECTING, SessionStatus.CONNECTED) and opened == name
        if self._connection(name) is not None and not under_way:
            self.choose_connection(name)
        else:
            self._on_state(state)

    def choose_connection(self, name: str) -> None:
        """Ask for a connection to be opened and remember it."""
        connection = self._connection(name)
        if connection is None:
            return
        self._settings.current_connection = name
        self.connection_bar.set_current(name)
        if not self.list.shows_list_of(name):
            self.filter_bar.clear()
        self.connection_chosen.emit(connection)

    def show_locked(self, connection: Any) -> None:
        """Show that the key of a connection is locked, and offer to unlock it: the user decides when."""
        self.list.show_locked(connection.name)
        text = self.tr("Not connected: the key of {} is locked").format(connection.name)
        self.connection_bar.show_state(Tone.NEUTRAL, text, can_refresh=True)

    def refresh_connections(self) -> None:
        """Rebuild the list of connections, after one was added, changed or removed."""
        connections = self._settings.connections()
        sample = next((connection.name for connection in connections if connection.is_sample), "")
        names = [connection.name for connection in connections]
        self.connection_bar.set_connections(names, sample, self._settings.current_connection)

    def refresh(self) -> None:
        """Reload all lists; without a connection, try to connect."""
        if self._session.state.status is SessionStatus.CONNECTED:
            self._reload_list()
        elif self._session.state.status is not SessionStatus.CONNECTING:
            self.choose_connection(self._settings.current_connection)

    def show_aoi(self, aoi_id: str, visualization_id: str = "") -> None:
        """Select and open an AOI, and one of its visualizations, now or when they have been listed."""
        self.list.show_aoi(aoi_id, visualization_id)

    def show_progress(self, job: ShownJob) -> JobStrip:
        """Show a running job until it is over."""
        return self.jobs.show_job(job)

    def show_message(self, message: Message, level: Qgis.MessageLevel = Qgis.MessageLevel.Warning) -> None:
        """Show a message above the list."""
        self._push(message, level)

    def show_project_message(self, message: Message, level: Qgis.MessageLevel = Qgis.MessageLevel.Warning) -> None:
        """Show a message about layers of the project that is open, until another one is."""
        self._push(message, level).setProperty(_OF_PROJECT, True)

    def show_load_failure(self, message: Message, load_again: Callable[[], object]) -> None:
        """Show why dates could not be loaded, with a button that loads them again, and those that failed alike."""
        kind = message.alike or message.text
        is_shown = shows_alike(self.message_bar, message)
        retries = [*(self._retries.get(kind, []) if is_shown else []), load_again]
        self._retries[kind] = retries

        def retry() -> None:
            for each in retries:
                each()

        act = retry if message.action is Action.RETRY else self._act_for(message.action)
        push_message(self.message_bar, message, on_action=act).setProperty(_OF_PROJECT, True)

    def clear_project_messages(self) -> None:
        """Remove messages and offers about layers of a project that was closed."""
        for item in list(self.message_bar.items()):
            if item.property(_OF_PROJECT):
                self.message_bar.popWidget(item)

    def _push(self, message: Message, level: Qgis.MessageLevel) -> QgsMessageBarItem:
        return push_message(self.message_bar, message, level=level, on_action=self._act_for(message.action))

    def offer(self, message: Message, offers: Sequence[tuple[str, Callable[[], None]]]) -> None:
        """Show a message about layers above the list, with a button per offer; it replaces the earlier one."""
        if self._offer is not None and not sip.isdeleted(self._offer):
            self.message_bar.popWidget(self._offer)
        self._offer = push_offer(self.message_bar, message, offers, Qgis.MessageLevel.Info)
        self._offer.setProperty(_OF_PROJECT, True)

    def ask(self, text: str, answers: Sequence[tuple[str, Callable[[], None]]]) -> None:
        """Ask something above the list, with a button an answer; it stays until answered or closed."""
        push_question(self.message_bar, text, answers)

    def _act_for(self, action: Action) -> Callable[[], None] | None:
        if action is Action.OPEN_SETTINGS:
            return lambda: self.events.edit_connection_requested.emit()
        if action is Action.UNLOCK:
            return self._unlock
        return self.refresh if action in (Action.RETRY, Action.RELOAD) else None

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 (Qt)
        """Resume polling for unfinished items."""
        super().showEvent(event)
        self._catalog.pause(False)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 (Qt)
        """Pause polling while the panel is not visible; a minimised window does not count as hidden."""
        super().hideEvent(event)
        if not event.spontaneous():
            self._catalog.pause(True)

    # --- the session ----------------------------------------------------------------------------------------------

    def _on_state(self, state: SessionState) -> None:
        connected = state.status is SessionStatus.CONNECTED
        self.message_bar.clearWidgets()
        self.filter_bar.setEnabled(connected)
        self.connection_bar.create_aoi_action.setEnabled(connected)
        self.connection_bar.show_state(*self._words(state), can_refresh=state.status is not SessionStatus.CONNECTING)
        if connected:
            self._reload_list()
            return
        name = self._settings.current_connection
        opened = state.connection.name if state.connection is not None else ""
        if state.status is SessionStatus.CONNECTING:
            self.list.show_connecting(opened, self._words(state)[1])
        elif state.problem is not None:
            self.list.show_refusal(opened, state.problem)
        elif self._connection(name) is not None:
            self.list.show_closed()
        else:
            self.list.show_first_run()

    def _words(self, state: SessionState) -> tuple[Tone, str]:
        name = state.connection.name if state.connection else ""
        if state.status is SessionStatus.CONNECTED:
            return Tone.GOOD, self.tr("Connected to {}").format(name)
        if state.status is SessionStatus.CONNECTING:
            return Tone.BUSY, self.tr("Connecting to {}…").format(name)
        if state.status is SessionStatus.FAILED:
            return Tone.BAD, state.problem.text if state.problem else self.tr("Not connected to {}").format(name)
        return Tone.NEUTRAL, self.tr("Not connected")

    def _connection(self, name: str) -> Any:
        return next((c for c in self._settings.connections() if c.name == name), None) if name else None

    # --- the list -------------------------------------------------------------------------------------------------

    def _reload_list(self) -> None:
        self._pending_message = None
        self._catalog.load_projects()
        self._search()

    def _search(self) -> None:
        name, project = self.filter_bar.name, self.filter_bar.project_id
        connection = self._session.state.connection
        self.list.set_filter(connection.name if connection is not None else "", name, project)
        self._catalog.search(AoiQuery(name=name or None, project_ids=(project,) if project else ()))

    def _on_projects(self, projects: Sequence[Project]) -> None:
        self._pending_message = None
        self.filter_bar.set_projects(projects)

    def _on_projects_failed(self, message: Message) -> None:
        """Show the reason why there are no projects, once there is a list; a list that fails, too, shows its own."""
        self._pending_message = message
        self._show_pending_message()

    def _show_pending_message(self) -> None:
        if self._pending_message is not None and self.list.is_up_to_date:
            message, self._pending_message = self._pending_message, None
            self.show_message(message)

    def _on_age_changed(self) -> None:
        """Update the connection's status dot with whether the list is up to date."""
        self._show_pending_message()
        if self._session.state.status is SessionStatus.CONNECTED:
            tone, words = self._words(self._session.state)
            age = self.list.age
            self.connection_bar.show_state(Tone.WARNING if age else tone, age or words, can_refresh=True)

    # --- the selection --------------------------------------------------------------------------------------------

    def _on_current_changed(self) -> None:
        aoi = self.tree.aoi
        if (aoi.aoi_id if aoi else None) != (self._aoi.aoi_id if self._aoi else None):
            self._aoi = aoi
            self.aoi_selected.emit(aoi)
        item = self.tree.item
        if aoi is not None and item is not None:
            self.card.show_item(aoi, item)
        else:
            self.card.clear()

    def _on_tree_add(self, kind: LayerKind | None) -> None:
        if kind is not None:
            self.card.add_as(kind)
        else:
            self.card.add_checked()

    def _on_add(self, dates: tuple[AcquisitionDate, ...], kind: LayerKind) -> None:
        aoi, item = self.tree.aoi, self.card.item
        if aoi is not None and item is not None:
            project = self.filter_bar.project_name(aoi.project_id)
            self.add_requested.emit(AddRequest(aoi, project, item, dates, self.card.mode, kind))

    def _on_edit(self, date: AcquisitionDate | None) -> None:
        aoi, item, current = self.tree.aoi, self.card.item, self.card.date_to_edit
        if aoi is not None and item is not None:
            keys = (date.key if date else None, current.key if current else None)
            self.edit_legend_requested.emit(EditRequest(aoi, item, self.card.mode, *keys))

    def _on_kind_changed(self, kind: LayerKind) -> None:
        self._settings.last_kind = kind

    def _on_mode_changed(self, mode: LegendMode) -> None:
        self._settings.last_mode = mode

    def _on_choice(self, key: str) -> None:
        acts: dict[str, Callable[[], Any]] = {
            "retry": self.refresh,
            "unlock": self._unlock,
            "settings": self.events.edit_connection_requested.emit,
            "sample": self._open_sample,
            "signIn": self.events.new_connection_requested.emit,
            "guide": self.events.guide_requested.emit,
            "createAoi": self.events.create_aoi_requested.emit,
            "clearSearch": self.filter_bar.search_edit.clear,
            "allProjects": lambda: self.filter_bar.project_combo.setCurrentIndex(0),
        }
        acts[key]()

    def _unlock(self) -> None:
        self.unlock_requested.emit(self._connection(self._settings.current_connection))

    def _open_sample(self) -> None:
        sample = next((c.name for c in self._settings.connections() if c.is_sample), "")
        self.choose_connection(sample)
