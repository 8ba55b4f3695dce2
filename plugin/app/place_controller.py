"""The place of an image chosen by the user: on the map and in a dialog, remembered for the visualization."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from qgis.core import Qgis, QgsProject
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject, QPoint, QRect, pyqtSignal
from qgis.PyQt.QtGui import QImage

from ...ui.dialogs.place_dialog import PlaceDialog
from ..downloads.place_study import PlaceStudy, study_place
from ..imagery.hand_places import shifted, with_choice, without_choice
from ..integrations.place_preview import Box, PlacePreview
from ..layers.dated_stack import stack_around
from ..legend.vocabulary import LegendMode
from ..messages.explanation import explain
from ..messages.place_messages import candidate_text, present_text
from ..worker.background import in_thread

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from qgis.core import QgsRasterLayer
    from qgis.gui import QgsMapCanvas

    from ...ui.requests import AddRequest
    from ..api.client import ApiClient
    from ..catalog.session import SessionService
    from ..catalog.visualization_item import AcquisitionDate
    from ..downloads.loading import LoadRequest
    from ..host.settings import Settings
    from ..imagery.picture_place import PicturePlace
    from ..layers.open_project import OpenProject
    from ..worker.job import Job
    from ..worker.runner import Report
    from .map_controller import MapController


@dataclass
class _Choice:
    """One choice under way: of a layer, its date, and the dialog once the picture is there."""

    layer: QgsRasterLayer
    request: AddRequest
    connection: str
    job: Job
    study: PlaceStudy | None = None
    image: QImage | None = None
    dialog: PlaceDialog | None = None
    preview: PlacePreview | None = None

    @property
    def date(self) -> AcquisitionDate:
        """Return the date whose image is placed."""
        return self.request.dates[0]

    def place(self) -> PicturePlace:
        """Return the place as it is chosen now."""
        assert self.study is not None
        assert self.dialog is not None
        return shifted(self.study.candidates[max(0, self.dialog.row)].place, *self.dialog.shift)


class PlaceController(QObject):
    """Controller of the dialog about the place of an image; there is one at a time.

    ``started(Job)`` is emitted when a picture is fetched; ``noted(Message, level)`` says why one could not be.
    """

    started = pyqtSignal(object)
    noted = pyqtSignal(object, object)

    def __init__(
        self,
        canvas: QgsMapCanvas,
        session: SessionService,
        settings: Settings,
        map_controller: MapController,
        open_project: OpenProject,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._canvas, self._session, self._settings, self._map = canvas, session, settings, map_controller
        self._open_project = open_project
        self._choice: _Choice | None = None
        open_project.closed.connect(self._give_up)
        QgsProject.instance().layersWillBeRemoved.connect(self._on_layers_removed)

    def close(self) -> None:
        """Close the dialog as if it was cancelled."""
        self._open_project.closed.disconnect(self._give_up)
        QgsProject.instance().layersWillBeRemoved.disconnect(self._on_layers_removed)
        self._give_up()

    @property
    def dialog(self) -> PlaceDialog | None:
        """Return the dialog, if it is open."""
        return self._choice.dialog if self._choice is not None else None

    def open(self, layer: QgsRasterLayer, request: AddRequest) -> None:
        """Let the user choose the place of a layer; the request names its date."""
        self._give_up()
        loading = self._map.load_request(request)
        label = self.tr("Measuring {0} {1}").format(request.item.title, request.dates[0].label)
        job = self._session.job(partial(_study, loading, request.dates[0]), label)
        self._choice = choice = _Choice(layer, request, loading.connection, job)
        job.succeeded.connect(partial(self._show, choice))
        job.failed.connect(partial(self._on_failed, choice, label))
        self.started.emit(job)
        job.start()

    def _show(self, choice: _Choice, found: tuple[PlaceStudy, QImage]) -> None:
        if choice is not self._choice or sip.isdeleted(choice.layer):
            return
        choice.study, choice.image = found
        self._map.see(choice.request.aoi)
        choice.preview = PlacePreview(self._canvas, _stack_of(choice.layer), self)
        choice.dialog = dialog = PlaceDialog(choice.layer.name(), self._canvas.window())
        choice.preview.moved.connect(dialog.move_by)
        dialog.place_changed.connect(self._draw)
        dialog.accepted.connect(self._keep)
        dialog.rejected.connect(self._give_up)
        dialog.forget_requested.connect(self._forget)
        first, *others = (candidate_text(each) for each in choice.study.candidates)
        dialog.show_candidates([present_text(first), *others], is_chosen=choice.study.is_chosen)
        dialog.show()
        dialog.move(self._canvas.mapToGlobal(QPoint(self._canvas.width() - dialog.frameGeometry().width(), 0)))
        self._canvas.setFocus()

    def _draw(self) -> None:
        choice = self._choice
        if choice is None or choice.preview is None or choice.study is None or choice.image is None:
            return
        place = choice.place()
        window = place.window
        image = choice.image.copy(QRect(window.column, window.row, window.width, window.height))
        boxes = dict.fromkeys(map(_box, (each.place for each in choice.study.candidates)))
        choice.preview.show(image, _box(place), list(boxes), choice.request.aoi.geometry)

    def _keep(self) -> None:
        choice = self._choice
        if choice is None or choice.study is None or choice.dialog is None:
            return
        is_for_all = choice.dialog.keep_all.isChecked()
        key, known = "" if is_for_all else choice.date.key, self._known(choice)
        self._store(choice, with_choice(known, choice.study.size, choice.place(), key), is_for_all=is_for_all)

    def _forget(self) -> None:
        choice = self._choice
        if choice is not None and choice.study is not None:
            self._store(choice, without_choice(self._known(choice), choice.study.size), is_for_all=True)

    def _known(self, choice: _Choice) -> Mapping[str, Any]:
        return self._settings.places_of(choice.connection, choice.request.item.id)

    def _store(self, choice: _Choice, places: Mapping[str, Any], *, is_for_all: bool) -> None:
        """Remember places, and let the layers on the map lie there."""
        self._settings.remember_places(choice.connection, choice.request.item.id, places)
        self._give_up()
        request = choice.request
        dates = request.item.dates if is_for_all else request.dates
        for mode in LegendMode:
            self._map.refresh_drawn(replace(request, dates=dates, mode=mode))

    def _on_failed(self, choice: _Choice, label: str, error: Exception) -> None:
        if choice is self._choice:
            self._choice = None
            self.noted.emit(explain(error, doing=label), Qgis.MessageLevel.Warning)

    def _on_layers_removed(self, layer_ids: list[str]) -> None:
        if self._choice is not None and self._choice.layer.id() in layer_ids:
            self._give_up()

    def _give_up(self) -> None:
        """Show the layer again as it was, and close the dialog."""
        choice, self._choice = self._choice, None
        if choice is None:
            return
        choice.job.cancel()
        if choice.preview is not None:
            choice.preview.close()
            choice.preview.deleteLater()
        if choice.dialog is not None and not sip.isdeleted(choice.dialog):
            choice.dialog.close()
            choice.dialog.deleteLater()


def _stack_of(layer: QgsRasterLayer) -> set[str]:
    """Return a layer and the other dates of its stack, which would lie below its picture."""
    stack = stack_around(QgsProject.instance().layerTreeRoot().findLayer(layer.id()))
    return {layer.id(), *(stack.findLayerIds() if stack is not None else ())}


def _box(place: PicturePlace) -> Box:
    return Box(place.placement.crs, place.placement.extent)


async def _study(
    request: LoadRequest, date: AcquisitionDate, client: ApiClient, report: Report
) -> tuple[PlaceStudy, QImage]:
    study = await study_place(client, request, date, report)
    return study, await in_thread(QImage.fromData, study.png)
