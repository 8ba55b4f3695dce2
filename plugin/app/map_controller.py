"""Dates onto the map: requests become loads, loaded images become layers, the selected AOI is outlined."""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from qgis.core import QgsProject
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ..downloads.loading import cached_values
from ..downloads.service import LoadRequest
from ..files.shown_names import shown_name
from ..host import paths
from ..imagery.errors import RasterUnreadable
from ..integrations.canvas import AoiOutline, InView, show_canvas
from ..integrations.held_updates import HeldUpdates
from ..layer_kinds.table import LayerKind
from ..layers import identity, sources
from ..layers.project_layers import ProjectLayers
from ..legend.vocabulary import Units
from ..messages import add_messages, edit_messages
from ..messages.explanation import explain
from ..messages.fit_messages import likely_no_data
from ..messages.message import Message
from ..messages.style_messages import own_style_shown
from .date_loads import DateLoads
from .uncertain_units import UncertainUnits

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

    from qgis.core import QgsRasterLayer
    from qgis.gui import QgsMapCanvas
    from qgis.PyQt.QtWidgets import QWidget

    from ...ui.legend_editor.panel import LegendPreview
    from ...ui.requests import AddRequest
    from ..api.models import Aoi
    from ..catalog.service import AcquisitionDate
    from ..catalog.session import SessionService
    from ..catalog.visualization_item import VisualizationItem
    from ..host.settings import Settings
    from ..imagery.loaded import LoadedImage
    from ..integrations.temporal import TemporalController
    from ..layers.edit_view import EditView
    from ..layers.open_project import OpenProject
    from .date_loads import DateLoad

_logger = logging.getLogger(__name__)


class MapController(QObject):
    """Controller of the map: adds dates to the project and keeps their layers in step with the server's legends.

    A load, and a legend that is edited, belong to the project that was open when they began: when it is closed the load
    ends, and the map does not follow the edits until a date is chosen in the next project.

    ``offered(Message, offers)`` carries a message with the possible actions, as pairs of label and function;
    ``edit_noted(Message or None)`` the reason why the map does not show the edited legend, or that it does;
    ``edit_resumed(str)`` that the edits of a visualization may be shown again, in another project;
    ``project_closed()`` that messages about the layers of a project are outdated;
    ``load_failed(Message, function)`` that dates could not be loaded, with a function that loads these dates again;
    ``layer_added(LoadedImage)`` is emitted after an image became a layer.
    """

    problem = pyqtSignal(object)
    load_failed = pyqtSignal(object, object)
    noted = pyqtSignal(object)
    offered = pyqtSignal(object, object)
    edit_noted = pyqtSignal(object)
    edit_resumed = pyqtSignal(str)
    project_closed = pyqtSignal()
    layer_added = pyqtSignal(object)

    def __init__(
        self,
        canvas: QgsMapCanvas,
        layer_tree: QWidget,
        session: SessionService,
        settings: Settings,
        time: TemporalController,
        edit_view: EditView,
        open_project: OpenProject,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self._layer_tree = HeldUpdates(layer_tree)
        self._session = session
        self._edit_load: DateLoad | None = None
        self._is_edited = self._is_edit_paused = False
        self._edited_date: AcquisitionDate | None = None
        self._edited_layer = ""  # its id, once it is on the map
        self._is_other_time = False  # as last reported for the edited date
        self._left_alone: set[tuple[str, str]] = set()  # layers and their styles already reported
        self._no_data_named: set[str] = set()
        self.loads = DateLoads(session, self)
        self.loads.image_arrived.connect(self._add_layer)
        self.loads.ended.connect(self._on_load_ended)
        self._open_project = open_project
        open_project.closed.connect(self._on_project_closed)
        self._time = time
        self._edit_view = edit_view
        self.layers = ProjectLayers(QgsProject.instance(), settings.connection_names, time.is_filtering)
        self.units = UncertainUnits(self.layers, settings, self)
        self._outline = AoiOutline(canvas, self)

    def close(self) -> None:
        """Disconnect from the map and leave it unchanged."""
        self.loads.give_up_all()
        self._open_project.closed.disconnect(self._on_project_closed)
        self._layer_tree.close()
        self._outline.close()

    def add(self, request: AddRequest) -> None:
        """Load the dates of a request, each of which becomes a layer; where all are on the map, show them instead."""
        self._name_dates(request.item)
        drawable = self.layers.drawable(self._connection_name(), request.item.id, request.mode, request.kind)
        layers = {date.key: drawable[date.key] for date in request.dates if date.key in drawable}
        if len(layers) == len(request.dates):
            self._show_present(request, layers)
        else:
            self._load_and_show(request)

    def _show_present(self, request: AddRequest, layers: Mapping[str, QgsRasterLayer]) -> None:
        """Show one of the dates if none is visible, and report that they are there."""
        seen = self.layers.seen_key(layers.values(), self._time.shown_range())
        newest = max(request.dates, key=lambda date: date.day)
        shown = next((date for date in request.dates if date.key == seen), newest)
        self.layers.show(layers[shown.key])
        self._time.go_to(layers[shown.key])
        show_canvas(self._canvas)
        if request.aoi.geometry is not None and not self._outline.sees(request.aoi.geometry):
            self.zoom(request.aoi)
        self._announce_present(request, layers, shown)

    def _announce_present(
        self, request: AddRequest, layers: Mapping[str, QgsRasterLayer], date: AcquisitionDate
    ) -> None:
        """Report that dates are on the map, and the layers that cover the displayed one."""
        title, shown, days = request.item.title, date.label, [each.label for each in request.dates]
        offers = [(add_messages.load_again(), partial(self._load_and_show, request))]
        above = self.layers.covering(layers[date.key], self._time.shown_range())
        if not self._time.shows(layers[date.key]):
            self.offered.emit(add_messages.there_at_another_time(title, days, shown), offers)
            return
        if above:
            ids = layers[date.key].id(), [layer.id() for layer in above]
            offers.insert(0, (add_messages.hide_above(), partial(self.layers.hide_above, *ids)))
        names = [layer.name() for layer in above]
        self.offered.emit(add_messages.already_there(title, days, shown, names), offers)

    def _load_and_show(self, request: AddRequest) -> None:
        """Load the dates of a request, and see to it that they will be in view."""
        is_empty, present = not QgsProject.instance().mapLayers(), self.layers.aoi_ids()
        self._load(request)
        geometry = request.aoi.geometry
        if geometry is None or request.aoi.aoi_id in present or (not is_empty and self._outline.sees(geometry)):
            return
        if not present:
            self.zoom(request.aoi)
            return
        texts = {InView.PART: add_messages.in_part, InView.DOT: add_messages.tiny}
        text_of = texts.get(self._outline.view_of(geometry), add_messages.elsewhere)
        offer = (add_messages.zoom_there(), partial(self.zoom, request.aoi))
        self.offered.emit(text_of(request.aoi.name), [offer])

    def seen_key(self, item: VisualizationItem) -> str | None:
        """Return the server's key of the date of a visualization that the map shows, if it shows one."""
        self._name_dates(item)
        layers = self.layers.find(self._connection_name(), item.id)
        seen = self.layers.seen_key(layers, self._time.shown_range())
        return next((date.key for date in item.dates if date.key == seen), None)

    def _name_dates(self, item: VisualizationItem) -> None:
        """Let layers of earlier versions know which date of the server's they show."""
        self.layers.name_dates(self._connection_name(), item.id, {date.key: date.day for date in item.dates})

    def refresh_pictures(self, request: AddRequest) -> None:
        """Reload those dates that are on the map as pictures, which the server draws again."""
        self._name_dates(request.item)
        shown = self.layers.shown_keys(self._connection_name(), request.item.id, request.mode, LayerKind.PICTURE)
        dates = tuple(date for date in request.dates if date.key in shown.values())
        if dates:
            self._load(replace(request, dates=dates))

    def preview(self, connection: str, preview: LegendPreview) -> None:
        """Draw value layers by legends that are being edited; report once which ones show a style of the user's own."""
        if self._is_edit_paused:
            return
        left = self.layers.preview(connection, preview.visualization_id, preview.mode, preview.legends)
        shown = {(layer.id(), layer.styleManager().currentStyle()): layer.name() for layer in left}
        if new := shown.keys() - self._left_alone:
            self._left_alone |= new
            self.noted.emit(own_style_shown([(shown[each], each[1]) for each in sorted(new)]))

    def show_edited(self, request: AddRequest) -> None:
        """Show the dates whose legend is edited, with nothing of ours above; those not on the map are added first."""
        self._await_no_more()
        self._name_dates(request.item)
        was_paused = self._is_edit_paused
        self._edited_date, self._edited_layer = (request.dates[0] if request.dates else None), ""
        self._is_other_time = False
        self._is_edited, self._is_edit_paused = True, False
        if was_paused:
            self.edit_resumed.emit(request.item.id)
        self.edit_noted.emit(None if request.dates else edit_messages.no_date())
        missing = tuple(date for date in request.dates if not self._show_if_there(request, date))
        if missing:
            self._edit_load = self._load(replace(request, dates=missing), is_for_edit=True)

    def return_to_edited(self) -> None:
        """Show the edited date again, where the map's displayed time was changed; else report the reason why not."""
        date, layer = self._edited_date, QgsProject.instance().mapLayer(self._edited_layer)
        if date is None or layer is None:
            return
        self._time.go_to(layer)
        is_other_time = not self._time.shows(layer)
        if is_other_time != self._is_other_time:
            self._is_other_time = is_other_time
            self.edit_noted.emit(edit_messages.other_time(date.label) if is_other_time else None)

    def end_edit(self) -> None:
        """Show and hide layers as before a legend was edited."""
        self._await_no_more()
        self._edited_date = None
        self._is_edited = self._is_edit_paused = False
        self._edit_view.put_back()

    def _await_no_more(self) -> None:
        """Cancel loads that were for editing only; a running one must not appear on the map later."""
        load, self._edit_load = self._edit_load, None
        if load is not None:
            load.is_wanted = False
            load.job.cancel()

    def _show_if_there(self, request: AddRequest, date: AcquisitionDate) -> bool:
        """Show a date that is on the map; return whether it is."""
        name, item = self._connection_name(), request.item.id
        layers = self.layers.find(name, item, date.day, request.mode, request.kind, key=date.key)
        return bool(layers) and self._show_edited(layers[0], date)

    def _show_edited(
        self, layer: QgsRasterLayer, date: AcquisitionDate | LoadedImage, *, is_added: bool = False
    ) -> bool:
        """Show one date alone: by visibility, or as the frame of an animation; return whether it is in the tree."""
        is_shown = self._edit_view.show(layer, is_added=is_added)
        if is_shown:
            self._edited_layer = layer.id()
            self._time.go_to(layer)
            self._note_what_hides(layer, date)
        return is_shown

    def _note_what_hides(self, layer: QgsRasterLayer, date: AcquisitionDate | LoadedImage) -> None:
        self._is_other_time = not self._time.shows(layer)
        if self._is_other_time:
            self.edit_noted.emit(edit_messages.other_time(date.label))
        elif above := self._edit_view.covering(layer):
            self.edit_noted.emit(edit_messages.covered([each.name() for each in above]))

    def value_rasters(
        self, item: VisualizationItem, keys: Collection[str] | None = None
    ) -> tuple[dict[str, Path], Units]:
        """Return a visualization's value rasters on this machine by date key, and the units that the user chose.

        Args:
            keys: the dates to look for; all without it.
        """
        name = self._connection_name()
        folders = (paths.former_images_folder(item.id), paths.images_folder(name, item.id))
        found = {key: file for folder in folders for key, file in cached_values(folder, item, keys).items()}
        self._name_dates(item)
        wanted = {date.key for date in item.dates if keys is None or date.key in keys}
        for layer in self.layers.find(name, item.id, kind=LayerKind.VALUES):
            source, origin = sources.read(layer), identity.of(layer)
            if source is not None and origin is not None and origin.date_key in wanted and source.path.is_file():
                found.setdefault(origin.date_key, source.path)
        return found, self.units.known(name, item.id)

    def outline(self, aoi: Aoi | None) -> None:
        """Show where an AOI lies."""
        self._outline.show(aoi.geometry if aoi is not None else None)

    def zoom(self, aoi: Aoi) -> None:
        """Show the whole AOI on the map."""
        if aoi.geometry is not None and not self._outline.zoom(aoi.geometry):
            text = self.tr("The map's coordinate system cannot show {}. Choose another one for the project.")
            self.problem.emit(Message(text.format(shown_name(aoi.name))))

    def _load_request(self, request: AddRequest) -> LoadRequest:
        name = self._connection_name()
        return LoadRequest(
            aoi=request.aoi,
            project_name=request.project_name,
            item=request.item,
            dates=request.dates,
            mode=request.mode,
            kind=request.kind,
            folder=paths.images_folder(name, request.item.id),
            connection=name,
            units=self.units.known(name, request.item.id),
        )

    def _connection_name(self) -> str:
        connection = self._session.state.connection
        return connection.name if connection is not None else ""

    def _load(self, request: AddRequest, *, is_for_edit: bool = False) -> DateLoad:
        return self._begin(self._load_request(request), is_for_edit=is_for_edit)

    def _begin(self, wanted: LoadRequest, *, is_for_edit: bool = False) -> DateLoad:
        self._name_dates(wanted.item)
        present = self.layers.shown_keys(wanted.connection, wanted.item.id, wanted.mode, wanted.kind)
        return self.loads.begin(wanted, present, is_for_edit=is_for_edit)

    def _add_layer(self, load: DateLoad, image: LoadedImage) -> None:
        if not load.is_wanted or self._was_removed(load, image.date_key):
            return
        self._layer_tree.hold()
        try:
            layer = self.layers.add(image, project_name=image.project_name, aoi_name=image.aoi_name)
        except RasterUnreadable as error:
            date = next(date for date in load.request.dates if date.key == image.date_key)
            load.failures.append((date, error))
            return
        load.files[image.date_key] = image.path
        if load.is_for_edit:
            self._show_edited(layer, image, is_added=True)
        elif not image.kind.row.paints_legend and not load.layer_ids(image.date_key):
            self._hide_pictures_below(layer)
        self._name_no_data(image)
        self.units.resolve(image, layer)  # its question is displayed above plain notes
        self.layer_added.emit(image)
        for warning in image.warnings:
            _logger.warning("%s: %s", image.label, warning)

    def _hide_pictures_below(self, layer: QgsRasterLayer) -> None:
        """Hide pictures of which nothing but their painted legends would be seen, and offer to show them again."""
        if hidden := self.layers.hide_pictures_below(layer):
            offer = (add_messages.show_pictures(), partial(self.layers.show_again, hidden))
            self.offered.emit(add_messages.pictures_hidden(), [offer])

    def _was_removed(self, load: DateLoad, key: str) -> bool:
        """Return whether a date was on the map when a load began, and somebody has removed it since."""
        ids = load.layer_ids(key)
        return bool(ids) and not any(map(QgsProject.instance().mapLayer, ids))

    def _name_no_data(self, image: LoadedImage) -> None:
        """Report once per visualization the likely no-data values that its files do not declare."""
        if image.fills and image.visualization_id not in self._no_data_named:
            self._no_data_named.add(image.visualization_id)
            text = self.tr("{0}, {1}: {2}")
            fills_text = likely_no_data(image.fills)
            self.problem.emit(Message(text.format(image.visualization_title, image.label, fills_text)))

    def _on_load_ended(self, load: DateLoad) -> None:
        """Report in one message the parts of a load that failed."""
        if load is self._edit_load:
            self._edit_load = None
        if not load.is_wanted:
            return
        load.note_vanished_files()
        failures = [(date.label, explain(error, doing=f"loading {date.label}")) for date, error in load.failures]
        if load.is_for_edit:
            self._note_edit_failed(load, failures)
        elif load.error is not None:
            message = explain(load.error, doing=f"loading {load.request.item.title}")
            self.load_failed.emit(message, partial(self._begin, load.request))
        elif failures:
            request, failed = load.request, tuple(date for date, _ in load.failures)
            message = add_messages.not_loaded(request.item.title, len(request.dates), failures)
            self.load_failed.emit(message, partial(self._begin, replace(request, dates=failed)))

    def _note_edit_failed(self, load: DateLoad, failures: Sequence[tuple[str, Message]]) -> None:
        if load.error is not None:
            days = [date.label for date in load.request.dates]
            failures = [(day, explain(load.error, doing=f"loading {day}")) for day in days]
        for day, reason in failures:
            self.edit_noted.emit(edit_messages.not_loaded(day, reason))

    def _on_project_closed(self) -> None:
        """End the loads and edits that belong to the closed project, and report it once."""
        self.project_closed.emit()
        self._edited_date = None
        loads = [load for load in self.loads.give_up_all() if load.is_wanted and not load.is_for_edit]
        self._edit_load = None
        if loads:
            ended = [(load.request.item.title, len(load.files), len(load.request.dates)) for load in loads]
            self.noted.emit(add_messages.project_closed(ended))
        if self._is_edited and not self._is_edit_paused:
            self._is_edit_paused = True
            self.edit_noted.emit(edit_messages.project_closed())
