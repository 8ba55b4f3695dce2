"""Dates onto the map: requests become loads, loaded images become layers, the selected AOI is outlined."""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from qgis.core import Qgis, QgsProject
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ..downloads.loading import cached_values
from ..downloads.service import LoadRequest
from ..files.shown_names import shown_name
from ..imagery.errors import RasterUnreadable
from ..integrations.canvas import AoiOutline, InView, show_canvas
from ..integrations.first_map_crs import FirstMapCrs
from ..integrations.held_updates import HeldUpdates
from ..layer_kinds.table import LayerKind
from ..layers import identity, sources
from ..layers.project_layers import ProjectLayers
from ..legend.vocabulary import Units
from ..messages import add_messages
from ..messages.explanation import explain
from ..messages.fit_messages import classes_under_legend, likely_no_data
from ..messages.message import Message
from ..messages.place_messages import uncertain_places
from .date_loads import DateLoads
from .image_folders import ImageFolders
from .uncertain_units import UncertainUnits

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from pathlib import Path

    from qgis.core import QgsRasterLayer
    from qgis.gui import QgsMapCanvas
    from qgis.PyQt.QtWidgets import QWidget

    from ...ui.requests import AddRequest
    from ..api.models import Aoi
    from ..catalog.service import AcquisitionDate
    from ..catalog.session import SessionService
    from ..catalog.visualization_item import VisualizationItem
    from ..host.settings import Settings
    from ..imagery.loaded import LoadedImage
    from ..integrations.temporal import TemporalController
    from ..layers.open_project import OpenProject
    from .date_loads import DateLoad

_logger = logging.getLogger(__name__)


class MapController(QObject):
    """Controller of the map: adds dates to the project and keeps their layers in step with the server's legends.

    A load belongs to the project that was open when it began, and ends when that is closed.

    ``noted(Message, level)`` carries a message about layers;
    ``offered(Message, offers)`` carries a message with the possible actions, as pairs of label and function;
    ``project_closed()`` that messages about the layers of a project are outdated;
    ``load_failed(Message, function)`` that dates could not be loaded, with a function that loads these dates again;
    ``layer_added(DateLoad, LoadedImage, layer)`` is emitted after an image became a layer.
    """

    load_failed = pyqtSignal(object, object)
    noted = pyqtSignal(object, object)
    offered = pyqtSignal(object, object)
    project_closed = pyqtSignal()
    layer_added = pyqtSignal(object, object, object)

    def __init__(
        self,
        canvas: QgsMapCanvas,
        layer_tree: QWidget,
        session: SessionService,
        settings: Settings,
        time: TemporalController,
        open_project: OpenProject,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self._layer_tree = HeldUpdates(layer_tree)
        self._session, self._settings = session, settings
        self._no_data_named: set[str] = set()
        self._folders = ImageFolders(settings)
        self.loads = DateLoads(session, self)
        self.loads.image_arrived.connect(self._add_layer)
        self.loads.ended.connect(self._on_load_ended)
        self._open_project = open_project
        open_project.closed.connect(self._on_project_closed)
        self._time = time
        self.layers = ProjectLayers(QgsProject.instance(), settings.connection_names, time.is_filtering)
        self.units = UncertainUnits(self.layers, settings, self)
        self._outline = AoiOutline(canvas, self)
        self._first_crs = FirstMapCrs(QgsProject.instance(), self)

    def close(self) -> None:
        """Disconnect from the map and leave it unchanged."""
        self.loads.give_up_all()
        self._open_project.closed.disconnect(self._on_project_closed)
        self._layer_tree.close()
        self._outline.close()

    def add(self, request: AddRequest) -> None:
        """Load the dates of a request, each of which becomes a layer; where all are on the map, show them instead."""
        self.name_dates(request.item)
        drawable = self.layers.drawable(self.connection, request.item.id, request.mode, request.kind)
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
        geometry = request.aoi.geometry
        self._first_crs.begin(geometry)
        self.load(request)
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
        self.name_dates(item)
        layers = self.layers.find(self.connection, item.id)
        seen = self.layers.seen_key(layers, self._time.shown_range())
        return next((date.key for date in item.dates if date.key == seen), None)

    def name_dates(self, item: VisualizationItem) -> None:
        """Let layers of earlier versions know which date of the server's they show."""
        self.layers.name_dates(self.connection, item.id, {date.key: date.day for date in item.dates})

    def refresh_drawn(self, request: AddRequest) -> None:
        """Reload those dates that are on the map as pictures or their classes: the server draws them again."""
        self.name_dates(request.item)
        for kind in (kind for kind in LayerKind if kind.row.is_of_picture):
            shown = self.layers.shown_keys(self.connection, request.item.id, request.mode, kind)
            dates = tuple(date for date in request.dates if date.key in shown.values())
            if dates:
                self.load(replace(request, dates=dates, kind=kind))

    def value_rasters(
        self, item: VisualizationItem, keys: Collection[str] | None = None
    ) -> tuple[dict[str, Path], Units]:
        """Return a visualization's value rasters on this machine by date key, and the units that the user chose.

        Args:
            keys: the dates to look for; all without it.
        """
        name = self.connection
        folders = self._folders.all(name, item.id)
        found = {key: file for folder in folders for key, file in cached_values(folder, item, keys).items()}
        self.name_dates(item)
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
            text = self.tr(
                "The map cannot show {}: its outline cannot be read, or is outside of the map's coordinate system. "
                "Correct the AOI, or choose another coordinate system for the project."
            )
            self.noted.emit(Message(text.format(shown_name(aoi.name))), Qgis.MessageLevel.Warning)

    def see(self, aoi: Aoi) -> None:
        """Show an AOI on the map, unless it is in view."""
        show_canvas(self._canvas)
        if aoi.geometry is not None and not self._outline.sees(aoi.geometry):
            self.zoom(aoi)

    def load_request(self, request: AddRequest) -> LoadRequest:
        """Return the load of a request on the open connection."""
        name = self.connection
        return LoadRequest(
            aoi=request.aoi,
            project_name=request.project_name,
            item=request.item,
            dates=request.dates,
            mode=request.mode,
            kind=request.kind,
            folder=self._folders.target(name, request.item.id),
            connection=name,
            units=self.units.known(name, request.item.id),
            places=self._settings.places_of(name, request.item.id),
        )

    @property
    def connection(self) -> str:
        """Return the name of the open connection, empty without one."""
        connection = self._session.state.connection
        return connection.name if connection is not None else ""

    def load(self, request: AddRequest, *, is_for_edit: bool = False) -> DateLoad:
        """Begin to load the dates of a request."""
        return self._begin(self.load_request(request), is_for_edit=is_for_edit)

    def _begin(self, wanted: LoadRequest, *, is_for_edit: bool = False) -> DateLoad:
        self.name_dates(wanted.item)
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
        self._first_crs.settle(layer)
        load.files[image.date_key] = image.path
        load.places.append(image.placement)
        if image.is_partial:
            load.partial.append(image.label)
        if not load.is_for_edit and not image.kind.row.paints_legend and not load.layer_ids(image.date_key):
            self._hide_pictures_below(layer)
        self._name_no_data(image)
        if image.kind.row.holds_values:
            self.units.resolve(image, layer)  # its question is displayed above plain notes
        self.layer_added.emit(load, image, layer)
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
            message = Message(text.format(image.visualization_title, image.label, fills_text))
            self.noted.emit(message, Qgis.MessageLevel.Warning)

    def _on_load_ended(self, load: DateLoad) -> None:
        """Report in one message each the dates that failed, and doubtful or missing parts of the others."""
        if load.is_for_edit or not load.is_wanted:
            return
        if doubt := uncertain_places(load.places):
            self.noted.emit(Message(doubt), Qgis.MessageLevel.Warning)
        if load.partial:
            self.noted.emit(Message(classes_under_legend(load.partial)), Qgis.MessageLevel.Info)
        if failure := self.failure_of(load):
            self.load_failed.emit(*failure)

    def failure_of(self, load: DateLoad) -> tuple[Message, Callable[[], object]] | None:
        """Return why dates of a load could not be had, and a function that loads these dates again."""
        if load.error is not None:
            message = explain(load.error, doing=f"loading {load.request.item.title}")
            return message, partial(self._begin, load.request)
        if not load.failures:
            return None
        failures = [(date.label, explain(error, doing=f"loading {date.label}")) for date, error in load.failures]
        failed = tuple(date for date, _ in load.failures)
        message = add_messages.not_loaded(load.request.item.title, len(load.request.dates), failures)
        return message, partial(self._begin, replace(load.request, dates=failed))

    def _on_project_closed(self) -> None:
        """End the loads that belong to the closed project, and report it once."""
        self.project_closed.emit()
        loads = [load for load in self.loads.give_up_all() if load.is_wanted and not load.is_for_edit]
        if loads:
            ended = [(load.request.item.title, len(load.files), len(load.request.dates)) for load in loads]
            self.noted.emit(add_messages.project_closed(ended), Qgis.MessageLevel.Info)
