"""What the indicators of layers say and do: edits, loads, failures and the server's legends, and the way to each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from qgis.core import Qgis, QgsProject, QgsRasterLayer
from qgis.PyQt.QtCore import QObject

from ...ui.requests import AddRequest, EditRequest
from ..catalog.session import SessionStatus
from ..integrations.layer_marks import LayerState
from ..layer_kinds.table import LayerKind
from ..layers import identity
from ..legend.vocabulary import LegendMode
from ..messages import state_sentences
from ..messages.message import Message
from .server_legends import ServerLegends

if TYPE_CHECKING:
    from ...ui.catalog.catalog_panel import CatalogPanel
    from ..api.models import Aoi
    from ..catalog.service import CatalogService, VisualizationItem
    from ..catalog.session import SessionService
    from ..imagery.loaded import LoadedImage
    from ..layers.open_project import OpenProject
    from ..layers.provenance import Provenance
    from ..legend_sync.service import LegendDocument, PushReport, RollbackReport
    from .date_loads import DateLoad
    from .edit_controller import EditController
    from .layer_states import LayerStates
    from .legend_controller import LegendController
    from .map_controller import MapController
    from .place_controller import PlaceController

    Act = Callable[["QgsRasterLayer", AddRequest], None]

_Subject = tuple[str, str, str, str]  # connection, visualization, mode, kind


class _Waiting(NamedTuple):
    """An indicator that was clicked before the visualization of its layer was listed."""

    state: LayerState
    layer_id: str
    aoi_id: str


class _Failure(NamedTuple):
    """Dates of a load that could not be had."""

    keys: set[str]
    message: Message
    load_again: Callable[[], object]


class StateController(QObject):
    """Controller of the states of layers; it shows only what is known without asking the server.

    *Edited* is a date with edits in the editor or in a draft on disk; *conflict* one of them whose legend the server
    was found to have changed; *stale* a layer whose legend differs from one that was read after it was loaded.
    """

    def __init__(
        self,
        states: LayerStates,
        map_controller: MapController,
        edits: EditController,
        legends: LegendController,
        places: PlaceController,
        catalog: CatalogService,
        session: SessionService,
        panel: CatalogPanel,
        open_project: OpenProject,
        show_dock: Callable[[], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._states, self._map, self._edits, self._legends = states, map_controller, edits, legends
        self._places = places
        self._catalog, self._session, self._panel, self._show_dock = catalog, session, panel, show_dock
        self._open_project = open_project
        self._server = ServerLegends()
        self._failures: dict[_Subject, _Failure] = {}
        self._waiting: _Waiting | None = None
        self._acts: dict[LayerState, Act] = {
            LayerState.CONFLICT: self._compare,
            LayerState.EDITED: self._edit,
            LayerState.STALE: self._load_again,
            LayerState.APPROXIMATE: self._choose_place,
            LayerState.PLACED: self._choose_place,
        }
        for signal, slot in self._signals():
            signal.connect(slot)
        states.source = self._states_of
        states.update()

    def close(self) -> None:
        """Disconnect from the layer tree's indicators, which keep what is known without a connection."""
        for signal, slot in self._signals():
            signal.disconnect(slot)
        self._states.source = None

    def _signals(self) -> list[tuple[Any, Any]]:
        events, loads = self._legends.events, self._map.loads
        return [
            (self._states.chosen, self.act),
            (self._catalog.visualizations_loaded, self._on_visualizations),
            (self._catalog.aois_loaded, self._act_again),
            (events.edits_changed, self._states.update),
            (events.server_read, self._on_read),
            (events.answered, self._on_answered),
            (loads.started, self._on_load_started),
            (loads.ended, self._on_load_ended),
            (self._map.layer_added, self._on_layer_added),
            (self._open_project.closed, self._failures.clear),
        ]

    # --- what is known --------------------------------------------------------------------------------------------

    def _states_of(self, origin: Provenance, of_stack: bool) -> Iterator[LayerState]:
        failure = self._failures.get(_subject(origin))
        loads = [load for load in self._map.loads.running if _subject_of(load) == _subject(origin)]
        if of_stack:
            yield from [LayerState.LOADING] if loads else []
            yield from [LayerState.FAILED] if failure is not None else []
            return
        if any(load.awaits(origin.date_key) for load in loads):
            yield LayerState.LOADING
        if failure is not None and origin.date_key in failure.keys:
            yield LayerState.FAILED
        yield from self._legend_states(origin)

    def _legend_states(self, origin: Provenance) -> Iterator[LayerState]:
        key = self._server.legend_key(origin)
        if key in self._legends.conflicts(origin):
            yield LayerState.CONFLICT
        elif self._server.differs(origin):
            yield LayerState.STALE
        if key in self._legends.edited_keys(origin):
            yield LayerState.EDITED

    def _on_visualizations(self, aoi_id: str, items: list[VisualizationItem]) -> None:
        self._server.note_items(self._map.connection, items)
        self._states.update()
        if self._waiting is not None and self._waiting.aoi_id == aoi_id:
            self._act_again()

    def _on_read(self, document: LegendDocument) -> None:
        self._server.note_document(self._legends.connection, document)
        self._states.update()

    def _on_answered(self, report: PushReport | RollbackReport) -> None:
        if report.document is not None:
            self._on_read(report.document)

    def _on_load_started(self, _job: object) -> None:
        self._states.update()

    def _on_load_ended(self, load: DateLoad) -> None:
        failure = self._map.failure_of(load)
        if failure is not None and load.is_wanted and not load.is_for_edit:
            dates = [date for date, _ in load.failures] if load.error is None else load.request.dates
            self._failures[_subject_of(load)] = _Failure({date.key for date in dates}, *failure)
        self._states.update()

    def _on_layer_added(self, load: DateLoad, image: LoadedImage, _layer: QgsRasterLayer) -> None:
        failure = self._failures.get(_subject_of(load))
        if failure is not None:
            failure.keys.discard(image.date_key)
            if not failure.keys:
                del self._failures[_subject_of(load)]
        self._states.update()

    # --- what is done about it ------------------------------------------------------------------------------------

    def act(self, state: LayerState, layer: QgsRasterLayer) -> None:
        """Do what a click on an indicator of a layer means."""
        origin = identity.of(layer)
        if origin is None:
            return
        self._show_dock()
        if state is LayerState.FAILED:
            self._show_failure(origin)
        elif state in self._acts:
            self._act_on_item(state, layer, origin)
            if self._waiting is not None:
                self._panel.show_aoi(origin.aoi_id)

    def _show_failure(self, origin: Provenance) -> None:
        failure = self._failures.get(_subject(origin))
        if failure is not None:
            self._panel.show_load_failure(failure.message, failure.load_again)

    def _act_on_item(self, state: LayerState, layer: QgsRasterLayer, origin: Provenance) -> None:
        """Act on the visualization of a layer, once it is listed; say what is needed where it cannot be."""
        self._waiting = None
        aoi, item = self._aoi_of(origin), self._server.item(origin)
        is_connecting = self._session.state.status is SessionStatus.CONNECTING
        if not is_connecting and self._map.connection != origin.connection:
            self._note(state_sentences.other_connection(origin.connection))
        elif aoi is not None and item is not None:
            self._acts[state](layer, self._request_for(origin, aoi, item))
        elif is_connecting or not self._is_listed(origin, aoi):
            self._waiting = _Waiting(state, layer.id(), origin.aoi_id)
        else:
            self._note(state_sentences.not_listed())

    def _is_listed(self, origin: Provenance, aoi: Aoi | None) -> bool:
        """Return whether the list that would have the visualization of a layer is complete."""
        panel = self._panel
        return panel.list.is_up_to_date if aoi is None else panel.model.knows_visualizations(origin.aoi_id)

    def _aoi_of(self, origin: Provenance) -> Aoi | None:
        model = self._panel.model
        return model.aoi(model.index_of_aoi(origin.aoi_id))

    def _act_again(self, *_answer: object) -> None:
        """Do what was clicked before the visualization of the layer was listed."""
        if self._waiting is None:
            return
        layer = QgsProject.instance().mapLayer(self._waiting.layer_id)
        origin = identity.of(layer) if isinstance(layer, QgsRasterLayer) else None
        if origin is not None:
            self._act_on_item(self._waiting.state, layer, origin)

    def _note(self, message: Message) -> None:
        self._panel.show_project_message(message, Qgis.MessageLevel.Info)

    def _request_for(self, origin: Provenance, aoi: Aoi, item: VisualizationItem) -> AddRequest:
        """Return the request that a layer came from."""
        dates = tuple(date for date in item.dates if date.key == origin.date_key)
        project = self._panel.filter_bar.project_name(aoi.project_id)
        mode, kind = LegendMode.parse(origin.mode), LayerKind.parse(origin.kind)
        return AddRequest(aoi, project, item, dates, mode, kind)

    def _edit(self, _layer: QgsRasterLayer, request: AddRequest) -> None:
        key = request.dates[0].key if request.dates else None
        self._edits.open(EditRequest(request.aoi, request.item, request.mode, key))

    def _compare(self, layer: QgsRasterLayer, request: AddRequest) -> None:
        self._edit(layer, request)
        self._legends.compare()

    def _load_again(self, _layer: QgsRasterLayer, request: AddRequest) -> None:
        if request.dates:
            self._map.load(request)

    def _choose_place(self, layer: QgsRasterLayer, request: AddRequest) -> None:
        if request.dates:
            self._places.open(layer, request)


def _subject(origin: Provenance) -> _Subject:
    return origin.connection, origin.visualization_id, origin.mode, origin.kind


def _subject_of(load: DateLoad) -> _Subject:
    request = load.request
    return request.connection, request.item.id, request.mode, request.kind
