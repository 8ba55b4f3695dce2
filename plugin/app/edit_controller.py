"""The legend that is edited, on the map: its date is shown, follows the edits, and then the server's answer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from qgis.core import Qgis, QgsProject
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...ui.requests import AddRequest
from ..layer_kinds.table import LayerKind
from ..messages import edit_messages
from ..messages.explanation import explain
from ..messages.style_messages import own_style_shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from qgis.core import QgsRasterLayer

    from ...ui.legend_editor.panel import LegendPreview
    from ...ui.requests import EditRequest
    from ..catalog.service import AcquisitionDate
    from ..imagery.loaded import LoadedImage
    from ..integrations.temporal import TemporalController
    from ..layers.edit_view import EditView
    from ..layers.open_project import OpenProject
    from ..legend_sync.service import PushReport, RollbackReport
    from .date_loads import DateLoad
    from .legend_controller import LegendController
    from .map_controller import MapController


class EditController(QObject):
    """Controller of the map while a legend is edited; the editor says why, where the map does not follow.

    An edit belongs to the project that was open when it began: when that is closed, the map does not follow until a
    date is chosen in the next project.

    ``opened(visualization_id)`` reports that a legend was opened, ``noted(Message, level)`` carries a message about
    layers.

    Args:
        project_name: returns the name of one of Pixxel's projects by its id.
    """

    opened = pyqtSignal(str)
    noted = pyqtSignal(object, object)

    def __init__(
        self,
        map_controller: MapController,
        legends: LegendController,
        time: TemporalController,
        view: EditView,
        open_project: OpenProject,
        project_name: Callable[[str | None], str],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._map, self._legends = map_controller, legends
        self._time, self._view = time, view
        self._open_project = open_project
        self._project_name = project_name
        self._request: EditRequest | None = None
        self._load: DateLoad | None = None
        self._is_edited = self._is_paused = False
        self._date: AcquisitionDate | None = None
        self._layer_id = ""  # once the date is on the map
        self._is_other_time = False  # as last reported for the date
        self._left_alone: set[tuple[str, str]] = set()  # layers and their styles already reported
        self._connect()

    def _connect(self) -> None:
        events = self._legends.events
        events.date_shown.connect(self._show_date)
        events.date_edited.connect(self._return_to_date)
        events.editing_ended.connect(self._end)
        events.preview_changed.connect(self._preview)
        events.answered.connect(self._show_answer)
        self._map.layer_added.connect(self._on_layer_added)
        self._map.loads.ended.connect(self._on_load_ended)
        self._open_project.closed.connect(self._on_project_closed)

    def close(self) -> None:
        """Disconnect from the project."""
        self._open_project.closed.disconnect(self._on_project_closed)

    def open(self, request: EditRequest) -> None:
        """Open a legend, where no date is named at the one that the map shows."""
        if request.date_key is None:
            request = replace(request, date_key=self._map.seen_key(request.item) or request.current_key)
        self._request = request
        self._legends.open(request)
        self.opened.emit(request.item.id)

    def _show_date(self, request: EditRequest) -> None:
        """Show the edited date as values, with nothing of ours above; where it is not on the map it is added first."""
        dates = tuple(date for date in request.item.dates if request.date_key in (date.key, date.legend_key))
        self._await_no_more()
        self._map.name_dates(request.item)
        was_paused = self._is_paused
        self._date, self._layer_id = (dates[0] if dates else None), ""
        self._is_other_time = False
        self._is_edited, self._is_paused = True, False
        if was_paused:
            self._legends.show_edits_again(request.item.id)
        self._legends.show_map_note(None if dates else edit_messages.no_date())
        missing = tuple(date for date in dates if not self._show_if_there(request, date))
        if missing:
            project = self._project_name(request.aoi.project_id)
            wanted = AddRequest(request.aoi, project, request.item, missing, request.mode, LayerKind.VALUES)
            self._load = self._map.load(wanted, is_for_edit=True)

    def _show_if_there(self, request: EditRequest, date: AcquisitionDate) -> bool:
        """Show a date that is on the map; return whether it is."""
        name, item = self._map.connection, request.item.id
        layers = self._map.layers.find(name, item, date.day, request.mode, LayerKind.VALUES, key=date.key)
        return bool(layers) and self._show(layers[0], date)

    def _show(self, layer: QgsRasterLayer, date: AcquisitionDate | LoadedImage, *, is_added: bool = False) -> bool:
        """Show one date alone: by visibility, or as the frame of an animation; return whether it is in the tree."""
        is_shown = self._view.show(layer, is_added=is_added)
        if is_shown:
            self._layer_id = layer.id()
            self._time.go_to(layer)
            self._note_what_hides(layer, date)
        return is_shown

    def _note_what_hides(self, layer: QgsRasterLayer, date: AcquisitionDate | LoadedImage) -> None:
        self._is_other_time = not self._time.shows(layer)
        if self._is_other_time:
            self._legends.show_map_note(edit_messages.other_time(date.label))
        elif above := self._view.covering(layer):
            self._legends.show_map_note(edit_messages.covered([each.name() for each in above]))

    def _return_to_date(self) -> None:
        """Show the edited date again, where the map's displayed time was changed; else report the reason why not."""
        date, layer = self._date, QgsProject.instance().mapLayer(self._layer_id)
        if date is None or layer is None:
            return
        self._time.go_to(layer)
        is_other_time = not self._time.shows(layer)
        if is_other_time != self._is_other_time:
            self._is_other_time = is_other_time
            self._legends.show_map_note(edit_messages.other_time(date.label) if is_other_time else None)

    def _end(self) -> None:
        """Show and hide layers as before the legend was edited."""
        self._await_no_more()
        self._date = None
        self._is_edited = self._is_paused = False
        self._view.put_back()

    def _await_no_more(self) -> None:
        """Cancel a load that was for editing only; it must not appear on the map later."""
        load, self._load = self._load, None
        if load is not None:
            load.is_wanted = False
            load.job.cancel()

    def _preview(self, preview: LegendPreview) -> None:
        """Draw layers by the edited legends; report once which ones show a style of the user's own."""
        if self._is_paused:
            return
        layers, connection = self._map.layers, self._legends.connection
        left = layers.preview(connection, preview.visualization_id, preview.mode, preview.legends)
        shown = {(layer.id(), layer.styleManager().currentStyle()): layer.name() for layer in left}
        if new := shown.keys() - self._left_alone:
            self._left_alone |= new
            message = own_style_shown([(shown[each], each[1]) for each in sorted(new)])
            self.noted.emit(message, Qgis.MessageLevel.Info)

    def _show_answer(self, report: PushReport | RollbackReport) -> None:
        """Show the server's response on the map: values by its legends, pictures and classes drawn by it again."""
        document, request = report.document, self._request
        if document is None or request is None:
            return
        known = document.legends
        legends = {date.key: known[date.legend_key] for date in document.item.dates if date.legend_key in known}
        self._map.layers.restyle(self._legends.connection, document.item.id, document.mode, legends)
        project = self._project_name(request.aoi.project_id)
        dates = document.item.dates
        drawn = AddRequest(request.aoi, project, document.item, dates, document.mode, LayerKind.PICTURE)
        self._map.refresh_drawn(drawn)

    def _on_layer_added(self, load: DateLoad, image: LoadedImage, layer: QgsRasterLayer) -> None:
        if load.is_for_edit:
            self._show(layer, image, is_added=True)
        self._legends.show_edits_on(image)

    def _on_load_ended(self, load: DateLoad) -> None:
        """Say in the editor why the date could not be loaded."""
        if load is self._load:
            self._load = None
        if not load.is_for_edit or not load.is_wanted:
            return
        failures = load.failures
        if load.error is not None:
            failures = [(date, load.error) for date in load.request.dates]
        for date, error in failures:
            reason = explain(error, doing=f"loading {date.label}")
            self._legends.show_map_note(edit_messages.not_loaded(date.label, reason))

    def _on_project_closed(self) -> None:
        """End the edit's load, and report once that the map does not follow."""
        self._date = self._load = None
        if self._is_edited and not self._is_paused:
            self._is_paused = True
            self._legends.show_map_note(edit_messages.project_closed())
        self._legends.forget_shown_date()
