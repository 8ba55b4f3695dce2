"""Loads of dates that are under way: each is one act of the person, and its layers go into one project."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal, pyqtSlot

from ..downloads.service import LoadRequest, VisualizationService
from ..imagery.errors import RasterUnreadable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from ..catalog.session import SessionService
    from ..catalog.visualization_item import AcquisitionDate
    from ..imagery.loaded import LoadedImage, Placement
    from ..worker.job import Job


@dataclass(eq=False, slots=True)
class DateLoad:
    """One load of dates.

    Attributes:
        present: the layers that were on the map when it began, by id, and the server's key of the date that each shows.
        is_for_edit: it was begun because a legend is edited; ``is_wanted`` says whether it still is.
        files: the files of the dates that became layers, by date key.
        places: the places of those that became layers.
        partial: the labels of those of which a painted legend hid a part.
        failures: dates that could not be had, and why.
        error: why the whole load failed.
    """

    request: LoadRequest
    job: Job
    present: Mapping[str, str]
    is_for_edit: bool = False
    is_wanted: bool = True
    files: dict[str, Path] = field(default_factory=dict)
    places: list[Placement] = field(default_factory=list)
    partial: list[str] = field(default_factory=list)
    failures: list[tuple[AcquisitionDate, Exception]] = field(default_factory=list)
    error: Exception | None = None

    def layer_ids(self, key: str) -> list[str]:
        """Return the layers of a date that were on the map when the load began."""
        return [layer_id for layer_id, shown in self.present.items() if shown == key]

    def awaits(self, key: str) -> bool:
        """Return whether a date is requested and neither came nor failed yet."""
        failed = {date.key for date, _ in self.failures}
        return key not in self.files and key not in failed and any(date.key == key for date in self.request.dates)

    def note_vanished_files(self) -> None:
        """Add the dates whose files somebody has removed since to the failures."""
        for date in self.request.dates:
            file = self.files.get(date.key)
            if file is not None and not file.is_file():
                self.failures.append((date, RasterUnreadable("vanished", file.name)))


class DateLoads(QObject):
    """A runner of loads, which passes on their images until they end or are cancelled.

    ``started(Job)`` is emitted for each load, ``image_arrived(DateLoad, LoadedImage)`` for one image at a time, so that
    the window stays responsive in between, and ``ended(DateLoad)`` after the last image of a load.
    """

    started = pyqtSignal(object)
    image_arrived = pyqtSignal(object, object)
    ended = pyqtSignal(object)

    def __init__(self, session: SessionService, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._loads: list[DateLoad] = []
        self._arrived: deque[tuple[DateLoad, LoadedImage]] = deque()
        self._next = QTimer(self)
        self._next.setInterval(1)  # so that other timers have their turn in between
        self._next.timeout.connect(self._hand_over_next)
        self._visualizations = VisualizationService(session, self)
        self._visualizations.image_loaded.connect(self._on_image)
        self._visualizations.date_failed.connect(self._on_date_failed)

    def begin(self, request: LoadRequest, present: Mapping[str, str], *, is_for_edit: bool = False) -> DateLoad:
        """Begin to load the dates of a request."""
        job: Job = self._visualizations.load(request)
        load = DateLoad(request, job, present, is_for_edit)
        self._loads.append(load)
        job.failed.connect(partial(self._on_failed, load))
        job.finished.connect(partial(self._on_finished, load))
        self.started.emit(job)
        job.start()
        return load

    @property
    def running(self) -> Sequence[DateLoad]:
        """Return the loads that have not ended, without those that a legend is edited for."""
        return [load for load in self._loads if load.is_wanted and not load.is_for_edit]

    def give_up_all(self) -> Sequence[DateLoad]:
        """Stop all loads and hand nothing of them over any more; return those that had not ended."""
        given_up, self._loads = self._loads, []
        self._arrived.clear()
        self._next.stop()
        for load in given_up:
            load.job.cancel()
        return given_up

    def _load_of(self, request: LoadRequest) -> DateLoad | None:
        return next((load for load in self._loads if load.request is request), None)

    @pyqtSlot(object, object)
    def _on_image(self, request: LoadRequest, image: LoadedImage) -> None:
        load = self._load_of(request)
        if load is not None:
            self._arrived.append((load, image))
            self._next.start()

    @pyqtSlot(object, object, object)
    def _on_date_failed(self, request: LoadRequest, date: AcquisitionDate, error: Exception) -> None:
        load = self._load_of(request)
        if load is not None:
            load.failures.append((date, error))

    def _hand_over_next(self) -> None:
        load, image = self._arrived.popleft()
        if not self._arrived:
            self._next.stop()
        self.image_arrived.emit(load, image)
        self._end_if_over(load)

    def _on_failed(self, load: DateLoad, error: Exception) -> None:
        load.error = error

    def _on_finished(self, load: DateLoad) -> None:
        self._end_if_over(load)

    def _end_if_over(self, load: DateLoad) -> None:
        is_waiting = any(each is load for each, _ in self._arrived)
        if load in self._loads and not load.job.is_running and not is_waiting:
            self._loads.remove(load)
            load.note_vanished_files()
            self.ended.emit(load)
