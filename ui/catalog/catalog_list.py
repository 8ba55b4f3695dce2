"""The list of the dock: the tree, or a page with the reason why there is none, and the number of AOIs."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QModelIndex, pyqtSignal
from qgis.PyQt.QtWidgets import QLabel, QStackedWidget, QVBoxLayout, QWidget

from ...plugin.messages.message import Message
from ...plugin.messages.numbers import count_text
from ...plugin.messages.wording import Action
from ..messages import show_details
from ..models.catalog_model import CatalogModel
from .catalog_states import show_closed, show_empty, show_first_run, show_locked, show_problem
from .catalog_tree import CatalogTree
from .stale_line import StaleLine
from .state_page import StatePage

if TYPE_CHECKING:
    from ...plugin.api.models import Aoi
    from ...plugin.catalog.service import CatalogService, VisualizationItem
    from .catalog_events import CatalogEvents


class CatalogList(QWidget):
    """A widget that displays the catalogue's results.

    ``chosen(key)`` carries the action chosen where there is no list, ``age_changed()`` reports that the list is
    outdated because the server could not be reached, or is up to date again.
    """

    current_changed = pyqtSignal()
    chosen = pyqtSignal(str)
    age_changed = pyqtSignal()

    def __init__(self, catalog: CatalogService, events: CatalogEvents, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._catalog = catalog
        self._problem: Message | None = None
        self._search = ""
        self._project = ""
        self.connection = ""
        self._listed: tuple[str, str, str] | None = None
        self._listed_at = datetime.datetime.now(datetime.UTC)
        self._fresh: list[Aoi] | None = None
        self._is_settled = False
        self._open_aois: set[str] = set()
        self._wanted: tuple[str, str] | None = None
        self.model = CatalogModel(self)
        self.stack = QStackedWidget(self)
        self.tree = CatalogTree(self.model, events, self)
        self.state_page = StatePage(self)
        self.count_label = QLabel(self)
        self.stale_line = StaleLine(self)
        self._build()
        self._connect()

    def _build(self) -> None:
        self.stack.setObjectName("catalogStack")
        self.state_page.setObjectName("statePage")
        self.count_label.setObjectName("countLabel")
        self.count_label.setContentsMargins(8, 1, 8, 2)
        self.count_label.setWordWrap(True)
        self.stack.addWidget(self.tree)
        self.stack.addWidget(self.state_page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.stale_line)
        layout.addWidget(self.stack, 1)
        layout.addWidget(self.count_label)

    def _connect(self) -> None:
        catalog = self._catalog
        self.model.more_requested.connect(self._on_more_requested)
        self.model.visualizations_requested.connect(catalog.load_visualizations)
        catalog.search_started.connect(self._on_search_started)
        catalog.aois_loaded.connect(self._on_aois)
        catalog.aois_ended_early.connect(self._on_ended_early)
        catalog.aois_failed.connect(self._on_aois_failed)
        catalog.aoi_watch.changed.connect(self._on_aoi_changed)
        catalog.visualizations_loaded.connect(self._on_visualizations)
        catalog.visualizations_ended_early.connect(self.model.show_visualizations_end)
        catalog.visualizations_failed.connect(self._on_visualizations_failed)
        self.tree.selectionModel().currentChanged.connect(self._on_current_changed)
        self.tree.expanded.connect(self._on_expanded)
        self.tree.collapsed.connect(self._on_collapsed)
        self.state_page.chosen.connect(self._on_chosen)
        self.stale_line.button.clicked.connect(lambda: self.chosen.emit("retry"))

    # --- verbs ----------------------------------------------------------------------------------------------------

    def set_filter(self, connection: str, search: str, project: str) -> None:
        """Set the search filter; a list with the same filter is updated and not restarted."""
        self.connection, self._search, self._project = connection, search, project

    def shows_list_of(self, connection: str) -> bool:
        """Return whether there is a list of a connection, be it old."""
        return self._listed is not None and self._listed[0] == connection

    @property
    def is_up_to_date(self) -> bool:
        """Return whether the list, even if empty, is the server's last response, and no request is pending."""
        return self._is_settled

    @property
    def age(self) -> str:
        """Return how old the list is, in words; nothing where it is up to date."""
        return "" if self.stale_line.isHidden() else str(self.stale_line.label.text())

    def show_connecting(self, connection: str, words: str) -> None:
        """Keep the list of a connection that is opened once more; else show skeleton rows until the first page."""
        if not self.shows_list_of(connection):
            self.show_waiting(words)

    def show_waiting(self, words: str) -> None:
        """Show placeholder rows, and below them the pending request; open and selected rows will be restored."""
        self._remember()
        self._clear()
        self.model.begin()
        self.stack.setCurrentWidget(self.tree)
        self._show_text(words)

    def show_first_run(self) -> None:
        """Offer the ways in."""
        self._clear()
        show_first_run(self.state_page)
        self.stack.setCurrentWidget(self.state_page)

    def show_closed(self) -> None:
        """Show that no connection is open."""
        self._clear()
        show_closed(self.state_page)
        self.stack.setCurrentWidget(self.state_page)

    def show_refusal(self, connection: str, message: Message) -> None:
        """Show the reason why the connection could not be opened; where no server answered, its old list stays."""
        if message.is_offline and self.shows_list_of(connection):
            self._show_stale(message)
        else:
            self._show_problem(message, connecting=True)

    def show_locked(self, connection: str) -> None:
        """Show that the key of a connection must be unlocked first."""
        self._clear()
        show_locked(self.state_page, connection)
        self.stack.setCurrentWidget(self.state_page)

    def show_aoi(self, aoi_id: str, visualization_id: str) -> None:
        """Select and open an AOI, and one of its visualizations, now or when they have been listed."""
        self._open_aois.add(aoi_id)
        self._wanted = (aoi_id, visualization_id)
        self._restore(aoi_id)

    # --- answers of the catalogue ---------------------------------------------------------------------------------

    def _on_search_started(self) -> None:
        self._is_settled = False
        if self._listed == (self.connection, self._search, self._project):
            self._fresh = []
        else:
            self.show_waiting(self.tr("Loading AOIs…"))

    def _on_more_requested(self) -> None:
        if self._problem is None:
            self._catalog.fetch_more()
        else:
            self._problem = None
            self._catalog.retry_page()

    def _on_aois(self, aois: Sequence[Aoi], has_more: bool, total: int | None) -> None:
        self._problem = None
        if self._fresh is not None:
            self._fresh += aois
            if self._catalog.is_passing_on:
                return
            if has_more and self._awaits_more(self._fresh):
                self._catalog.fetch_more()
                return
            self._bring_up_to_date(self._fresh, has_more)
        else:
            self.model.append_page(aois, has_more=has_more)
        self._note_listing()
        self._show_text(self._count_words(total if has_more else None))
        for aoi in aois:
            self._restore(aoi.aoi_id)
        if not aois and has_more:
            self.model.fetchMore(QModelIndex())
        elif not self.model.aois():
            show_empty(self.state_page, search=self._search, project=self._project)
            self.stack.setCurrentWidget(self.state_page)

    def _on_ended_early(self, reason: str) -> None:
        """Show why the list ends, though the server announced more: below it, or in its place if it is empty."""
        if not self.model.aois():
            self._show_problem(Message(reason, action=Action.RETRY), connecting=False)
            return
        self._show_text(self.tr("{}. {}").format(self._count_words(None), reason))

    def _on_aois_failed(self, message: Message) -> None:
        if self._fresh is not None:
            self._fresh = None
            self._show_stale(message)
        elif self.model.aois():
            self._problem = message
            self.model.set_page_error(message.text)
        else:
            self._show_problem(message, connecting=False)

    def _on_visualizations(self, aoi_id: str, items: Sequence[VisualizationItem]) -> None:
        self.model.set_visualizations(aoi_id, items)
        self._restore(aoi_id)
        self.current_changed.emit()

    def _on_visualizations_failed(self, aoi_id: str, message: Message) -> None:
        self.model.set_visualizations_error(aoi_id, message.text)

    def _on_aoi_changed(self, aoi: Aoi) -> None:
        """Show how far an AOI is; when it has ended, its visualizations may be there."""
        self.model.update_aoi(aoi)
        if not aoi.state.may_change and self.model.has_visualizations(aoi.aoi_id):
            self.model.request_visualizations(aoi.aoi_id)
        self.current_changed.emit()

    # --- inside ---------------------------------------------------------------------------------------------------

    def _awaits_more(self, fresh: Sequence[Aoi]) -> bool:
        """Return whether an AOI that is open or selected is not read again yet, though it may still come."""
        ids = {aoi.aoi_id for aoi in fresh}
        listed = {aoi.aoi_id for aoi in self.model.aois()}
        current = self.tree.aoi
        kept = (self._open_aois | ({current.aoi_id} if current is not None else set())) & listed
        return bool(kept - ids) and len(fresh) < len(listed)

    def _bring_up_to_date(self, fresh: Sequence[Aoi], has_more: bool) -> None:
        self._fresh = None
        self.model.replace_aois(fresh, has_more=has_more)
        for aoi in fresh:
            if not self.model.has_visualizations(aoi.aoi_id):
                continue
            if self.tree.isExpanded(self.model.index_of_aoi(aoi.aoi_id)):
                self.model.request_visualizations(aoi.aoi_id)
            else:
                self.model.forget_visualizations(aoi.aoi_id)
        self.current_changed.emit()

    def _note_listing(self) -> None:
        """Record the filter of the current list, and its time."""
        self._listed = (self.connection, self._search, self._project) if self.model.aois() else None
        self._listed_at = datetime.datetime.now(datetime.UTC)
        self._is_settled = True
        self.stale_line.hide()
        self.age_changed.emit()

    def _show_stale(self, message: Message) -> None:
        self.stale_line.show_age(self._listed_at, message)
        self.stack.setCurrentWidget(self.tree)
        self.age_changed.emit()

    def _show_problem(self, message: Message, *, connecting: bool) -> None:
        self._clear()
        self._problem = message
        in_project = bool(self._project) and not connecting
        show_problem(self.state_page, message, in_project=in_project, connecting=connecting)
        self.stack.setCurrentWidget(self.state_page)

    def _clear(self) -> None:
        self._problem = None
        self._listed = self._fresh = None
        self._is_settled = False
        self.stale_line.hide()
        self.model.reset()
        self._show_text("")
        self.current_changed.emit()

    def _show_text(self, words: str) -> None:
        self.count_label.setText(words)
        self.count_label.setVisible(bool(words))

    def _count_words(self, total: int | None) -> str:
        shown = len(self.model.aois())
        if total is not None and total > shown:
            return self.tr("{} of {} AOIs").format(count_text(shown), count_text(total))
        if shown < 2:
            return self.tr("{} AOI").format(count_text(shown)) if shown else ""
        return self.tr("{} AOIs").format(count_text(shown))

    def _remember(self) -> None:
        """Remember the selection, so that the next list can restore it."""
        aoi, item = self.tree.aoi, self.tree.item
        if aoi is not None:
            self._wanted = (aoi.aoi_id, item.id if item is not None else "")

    def _restore(self, aoi_id: str) -> None:
        """Restore the user's open and selected rows, as far as they are listed."""
        index = self.model.index_of_aoi(aoi_id)
        if aoi_id in self._open_aois and index.isValid() and not self.tree.isExpanded(index):
            self.tree.open_row(index)
        if self._wanted is None or self._wanted[0] != aoi_id:
            return
        child = self.model.index_of_visualization(*self._wanted)
        found = child if self._wanted[1] else index
        if found.isValid():
            self.tree.setCurrentIndex(found)

    def _on_expanded(self, index: QModelIndex) -> None:
        aoi = self.model.aoi(index)
        if aoi is not None:
            self._open_aois.add(aoi.aoi_id)

    def _on_collapsed(self, index: QModelIndex) -> None:
        aoi = self.model.aoi(index)
        if aoi is not None:
            self._open_aois.discard(aoi.aoi_id)

    def _on_current_changed(self) -> None:
        if self.tree.currentIndex().isValid():
            self._wanted = None
        self.current_changed.emit()

    def _on_chosen(self, key: str) -> None:
        if key == "details" and self._problem is not None:
            show_details(self._problem, self.window())
        else:
            self.chosen.emit(key)
