"""Missing images of the project, fetched again in one act and put under their layers."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING

from qgis.core import QgsProject, QgsRasterLayer
from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal, pyqtSlot

from ..catalog.session import SessionState, SessionStatus
from ..downloads.refetching import RefetchService, WantedDate, WantedStack
from ..imagery.errors import RasterUnreadable
from ..layer_kinds.table import LayerKind
from ..layers import missing_files
from ..layers.refetched import restore
from ..legend.vocabulary import LegendMode
from ..messages import missing_messages
from ..messages.explanation import explain
from .image_folders import ImageFolders

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from ..catalog.session import SessionService
    from ..host.settings import Settings
    from ..imagery.loaded import LoadedImage
    from ..layers.open_project import OpenProject
    from ..layers.provenance import Provenance
    from ..worker.job import Job
    from .missing_images import MissingImages


class RefetchController(QObject):
    """Controller of the act that fetches missing images.

    ``started(Job)`` is emitted when it begins, ``ended()`` when all images are under their layers. It ends with the
    project it began in.

    Args:
        choose: opens the connection of a name.
    """

    started = pyqtSignal(object)
    ended = pyqtSignal()

    def __init__(
        self,
        session: SessionService,
        settings: Settings,
        missing: MissingImages,
        open_project: OpenProject,
        choose: Callable[[str], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._settings, self._missing = session, settings, missing
        self._open_project, self._choose = open_project, choose
        self._job: Job | None = None
        self._is_waiting = False
        self._total = self._done = 0
        self._failures: list[tuple[str, Exception]] = []
        self._arrived: deque[tuple[WantedDate, LoadedImage]] = deque()
        self._next = QTimer(self)
        self._next.setInterval(1)  # so that other timers have their turn in between
        self._next.timeout.connect(self._put_next)
        self._service = RefetchService(session, self)
        self._service.image_fetched.connect(self._on_image)
        self._service.date_failed.connect(self._on_failed)
        session.state_changed.connect(self._on_state)
        open_project.closed.connect(self._give_up)

    def close(self) -> None:
        """Stop fetching."""
        self._give_up()
        self._open_project.closed.disconnect(self._give_up)

    def begin(self) -> None:
        """Fetch what is missing, as soon as a connection is open."""
        if self._job is None:
            self._missing.hold()
            self._is_waiting = True
            self._on_state(self._session.state)

    def _on_state(self, state: SessionState) -> None:
        if not self._is_waiting or state.status is SessionStatus.CONNECTING:
            return
        self._is_waiting = False
        if state.status is SessionStatus.CONNECTED and state.connection is not None:
            self._fetch_from(state.connection.name)
        else:
            self._missing.release(missing_messages.not_connected())

    def _fetch_from(self, name: str) -> None:
        """Fetch the images of a connection; those of connections that are here no more are taken for its own."""
        found = missing_files.missing(QgsProject.instance())
        others = {origin.connection for origin in found.values()} & set(self._settings.connection_names()) - {name}
        mine = {layer_id: origin for layer_id, origin in found.items() if origin.connection not in others}
        stacks = stacks_of(mine, name, self._settings)
        if stacks:
            self._start(stacks)
        elif others:
            self._offer_connection(min(others), name)
        else:
            self._missing.release()

    def _offer_connection(self, name: str, opened: str) -> None:
        def connect_and_fetch() -> None:
            self._choose(name)
            self.begin()

        offers = [(missing_messages.connect_and_fetch(), connect_and_fetch)]
        self._missing.release(missing_messages.of_other_connection(name, opened), offers)

    def _start(self, stacks: Sequence[WantedStack]) -> None:
        self._total = sum(len(date.layer_ids) for stack in stacks for date in stack.dates)
        self._done, self._failures = 0, []
        job = self._service.job(stacks, missing_messages.fetching(self._total))
        self._job = job
        job.failed.connect(lambda error: self._failures.append(("", error)))
        job.finished.connect(self._end_if_over)
        self.started.emit(job)
        job.start()

    @pyqtSlot(object, object)
    def _on_image(self, wanted: WantedDate, image: LoadedImage) -> None:
        if self._job is not None:
            self._arrived.append((wanted, image))
            self._next.start()

    @pyqtSlot(object, object)
    def _on_failed(self, wanted: WantedDate, error: Exception) -> None:
        self._failures.append((wanted.day.isoformat(), error))

    def _put_next(self) -> None:
        wanted, image = self._arrived.popleft()
        if not self._arrived:
            self._next.stop()
        for layer in _still_there(wanted.layer_ids):
            try:
                restore(layer, image)
                self._done += 1
            except RasterUnreadable as error:
                self._on_failed(wanted, error)
        self._end_if_over()

    def _end_if_over(self) -> None:
        if self._job is None or self._job.is_running or self._arrived:
            return
        self._job = None
        self.ended.emit()
        if self._failures:
            named = [(day, explain(error, doing=f"fetching {day}")) for day, error in self._failures]
            self._missing.release(missing_messages.not_fetched(self._total, named))
            return
        self._missing.release()
        if self._done == self._total:
            self._missing.show_fetched(missing_messages.fetched(self._done))

    def _give_up(self) -> None:
        """End with the project: nothing is put into the next one."""
        job, self._job, self._is_waiting = self._job, None, False
        self._arrived.clear()
        self._next.stop()
        if job is not None:
            job.cancel()


def stacks_of(missing: Mapping[str, Provenance], connection: str, settings: Settings) -> list[WantedStack]:
    """Return the dates that layers show, by their stacks; those of kinds of a later version are left out."""
    shown: dict[tuple[str, str, LegendMode, LayerKind], list[tuple[str, Provenance]]] = {}
    for layer_id, origin in missing.items():
        if isinstance(origin.mode, LegendMode) and isinstance(origin.kind, LayerKind):
            key = (origin.aoi_id, origin.visualization_id, origin.mode, origin.kind)
            shown.setdefault(key, []).append((layer_id, origin))
    return [
        WantedStack(
            *stack,
            dates=_dates(layers),
            folder=ImageFolders(settings).target(connection, stack[1]),
            connection=connection,
            units=settings.units_of(connection, stack[1]),
            places=settings.places_of(connection, stack[1]),
        )
        for stack, layers in shown.items()
    ]


def _dates(layers: Iterable[tuple[str, Provenance]]) -> tuple[WantedDate, ...]:
    """Return each date once, with all layers that show it."""
    found: dict[tuple[str, str], WantedDate] = {}
    for layer_id, origin in layers:
        key = (origin.date_key, origin.day.isoformat())
        known = found.get(key, WantedDate(origin.day, origin.date_key, ()))
        damaged = (file for layer in _still_there([layer_id]) for file in missing_files.damaged(layer))
        found[key] = replace(known, layer_ids=(*known.layer_ids, layer_id), damaged=tuple({*known.damaged, *damaged}))
    return tuple(found.values())


def _still_there(ids: Iterable[str]) -> list[QgsRasterLayer]:
    layers = map(QgsProject.instance().mapLayer, ids)
    return [layer for layer in layers if isinstance(layer, QgsRasterLayer)]
