"""Values over time at a place of the map: its dock, the map tools that choose the place, and the reading of values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from qgis.core import (
    Qgis,
    QgsCoordinateFormatter,
    QgsCoordinateReferenceSystem,
    QgsGeometry,
    QgsPointXY,
    QgsProject,
    QgsWkbTypes,
)
from qgis.gui import QgsDockWidget
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject, Qt, pyqtSlot
from qgis.PyQt.QtWidgets import QDockWidget

from ...ui.series.chart_data import Line, SeriesPoint, Spread
from ...ui.series.series_panel import SeriesPanel
from ..files.shown_names import shown_name
from ..integrations.place_mark import PlaceMark
from ..integrations.place_tools import ClickTool, DrawTool
from ..integrations.polygon_pick import degrees_of, outline_at, polygon_of_layer
from ..layers import value_stacks
from ..messages import series_messages
from ..messages.explanation import explain
from ..worker.background import in_stoppable_thread

if TYPE_CHECKING:
    from pathlib import Path

    from qgis.gui import QgisInterface, QgsMapTool

    from ..imagery.budget import IsStopped
    from ..imagery.value_series import ValueSeries
    from ..imagery.zonal import ZonalStatistics
    from ..integrations.temporal import TemporalController
    from ..layers.value_stacks import ValueStack
    from ..worker.job import Job
    from ..worker.runner import Report, Runner
    from .time_controller import TimeController

    Outlines = Callable[[], Iterable[tuple[str, Mapping[str, Any] | None]]]
    Reading = Callable[[Mapping[str, Path], IsStopped], ValueSeries]

_DECIMALS = 5  # of degrees: about a metre


class _Place(NamedTuple):
    geometry: QgsGeometry
    crs: QgsCoordinateReferenceSystem
    label: str

    @property
    def is_point(self) -> bool:
        """Return whether it is a pixel's, not a polygon's."""
        return bool(self.geometry.type() == QgsWkbTypes.GeometryType.PointGeometry)


class SeriesController(QObject):
    """Controller of the panel of values over time; the panel and its map tools are made when it is first opened.

    The visible stacks of values are its lines. They are read again when they change, in a job on their files; the
    marker is at the date of the time bar.

    Args:
        outlines: returns the AOIs that the dock lists, as names and GeoJSON geometries.
    """

    def __init__(
        self,
        iface: QgisInterface,
        stepping: TimeController,
        time: TemporalController,
        runner: Runner,
        outlines: Outlines,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._iface, self._stepping, self._time = iface, stepping, time
        self._runner, self._outlines = runner, outlines
        self._project = QgsProject.instance()
        self._dock: QgsDockWidget | None = None
        self._mark: PlaceMark | None = None
        self._tools: list[QgsMapTool] = []
        self._place: _Place | None = None
        self._job: Job | None = None
        self._shown: tuple[object, ...] = ()  # the stacks that are shown, or being read
        self.panel: SeriesPanel | None = None

    def open(self) -> None:
        """Show the panel, and let a pixel be chosen on the map."""
        if self._dock is None:
            self._build()
        assert self._dock is not None
        self._dock.setUserVisible(True)
        self._dock.raise_()
        self._iface.mapCanvas().setMapTool(self._tools[0])

    def refresh(self) -> None:
        """Read the values again, since the layers on the map may have other files, or files that were missing."""
        if self._dock is not None and self._dock.isUserVisible():
            self._read()

    def close(self) -> None:
        """Take the panel, its tools and its mark away."""
        if self._dock is None:
            return
        self._stepping.changed.disconnect(self._follow)
        self._project.cleared.disconnect(self._forget)
        self._put_away()
        assert self._mark is not None
        self._mark.close()
        for tool in self._tools:
            if not sip.isdeleted(tool):
                tool.deleteLater()
        if not sip.isdeleted(self._dock):
            self._iface.removeDockWidget(self._dock)
            self._dock.deleteLater()
        self._dock = self.panel = self._mark = None
        self._tools = []

    # --- the dock ---------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        window, canvas = self._iface.mainWindow(), self._iface.mapCanvas()
        self.panel = SeriesPanel()
        self._mark = PlaceMark(canvas, self)
        self._build_tools()
        self.panel.chart.date_chosen.connect(self._stepping.go_to)
        self._dock = QgsDockWidget(self.tr("Pixxel Series"), window)
        self._dock.setObjectName("PixxelSeriesDock")
        self._dock.setWidget(self.panel)
        self._iface.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, self._dock)
        self._tabify()
        self._dock.closed.connect(self._put_away)
        self._dock.opened.connect(self._take_up)
        self._stepping.changed.connect(self._follow)
        self._project.cleared.connect(self._forget)
        self._take_up()

    def _build_tools(self) -> None:
        assert self.panel is not None
        canvas = self._iface.mapCanvas()
        pixel, polygon = ClickTool(canvas, self.panel.pixel_action), ClickTool(canvas, self.panel.polygon_action)
        draw = DrawTool(canvas, self.panel.draw_action)
        pixel.clicked.connect(self._on_pixel)
        polygon.clicked.connect(self._on_polygon)
        draw.drawn.connect(self._on_drawn)
        self._tools = [pixel, polygon, draw]
        for tool in self._tools:
            tool.action().triggered.connect(partial(self._use, tool))

    def _use(self, tool: QgsMapTool, is_on: bool) -> None:
        canvas = self._iface.mapCanvas()
        canvas.setMapTool(tool) if is_on else canvas.unsetMapTool(tool)

    def _tabify(self) -> None:
        """Share the place of another dock at the bottom, so that the map keeps its height."""
        window = self._iface.mainWindow()
        for other in window.findChildren(QDockWidget):
            is_below = window.dockWidgetArea(other) == Qt.DockWidgetArea.BottomDockWidgetArea
            if other is not self._dock and is_below and other.isVisible() and not other.isFloating():
                window.tabifyDockWidget(other, self._dock)
                return

    @pyqtSlot()
    def _put_away(self) -> None:
        """Leave the map as it was: neither mark nor tool outlasts the panel."""
        self._cancel()
        self._shown = ()
        canvas = self._iface.mapCanvas()
        if self._mark is not None:
            self._mark.clear()
        for tool in self._tools:
            if not sip.isdeleted(canvas) and not sip.isdeleted(tool):
                canvas.unsetMapTool(tool)

    @pyqtSlot()
    def _take_up(self) -> None:
        """Show the place again that was shown before, or how one is chosen."""
        if self._place is not None and self._mark is not None:
            self._mark.show(self._place.geometry, self._place.crs)
        self._read()
        self._follow()

    @pyqtSlot()
    def _forget(self) -> None:
        """Drop the place: the project that it belongs to is closed."""
        self._place = None
        if self._mark is not None:
            self._mark.clear()
        self._read()

    # --- the place --------------------------------------------------------------------------------------------------

    def _on_pixel(self, point: QgsPointXY) -> None:
        crs = self._crs()
        self._choose(_Place(QgsGeometry.fromPointXY(point), crs, self.tr("Pixel at {0}").format(_text_of(point, crs))))

    def _on_polygon(self, point: QgsPointXY) -> None:
        crs = self._crs()
        shape = polygon_of_layer(self._iface.activeLayer(), point, crs) or outline_at(self._outlines(), point, crs)
        if shape is not None:
            self._choose(_Place(*shape))
        elif self.panel is not None:
            self.panel.show_note(series_messages.no_polygon())

    def _on_drawn(self, geometry: QgsGeometry) -> None:
        self._choose(_Place(geometry, self._crs(), self.tr("Drawn polygon")))

    def _crs(self) -> QgsCoordinateReferenceSystem:
        return self._iface.mapCanvas().mapSettings().destinationCrs()

    def _choose(self, place: _Place) -> None:
        self._place = place
        assert self._mark is not None
        self._mark.show(place.geometry, place.crs)
        self._read()

    # --- the values -------------------------------------------------------------------------------------------------

    @pyqtSlot()
    def _follow(self) -> None:
        """Move the marker to the date of the time bar, and read the values of stacks that came or went."""
        if self.panel is None or self._dock is None or not self._dock.isUserVisible():
            return
        shown = self._stepping.shown
        self.panel.chart.mark(shown.moment if shown is not None else None)
        if self._signature(self._stacks()) != self._shown:
            self._read()

    def _stacks(self) -> list[ValueStack]:
        return value_stacks.visible_stacks(self._project.layerTreeRoot(), self._time.shows)

    def _signature(self, stacks: list[ValueStack]) -> tuple[object, ...]:
        return tuple((stack.name, tuple(stack.files().items())) for stack in stacks)

    def _read(self) -> None:
        """Read the values of the visible stacks at the place, or say what is lacking."""
        self._cancel()
        stacks = self._stacks()
        self._shown = self._signature(stacks)
        if self.panel is None:
            return
        if not stacks:
            has_dates = value_stacks.shows_dates(self._project.layerTreeRoot())
            self.panel.show_hint(series_messages.only_pictures() if has_dates else series_messages.nothing_loaded())
        elif self._place is None:
            self.panel.show_hint(series_messages.choose_place())
        elif (reading := _reading_at(self._place)) is None:
            self.panel.show_hint(series_messages.nothing_there())
        else:
            self._start(reading, stacks, self._place)

    def _start(self, reading: Reading, stacks: list[ValueStack], place: _Place) -> None:
        assert self.panel is not None
        files = {key: path for stack in stacks for key, path in stack.files().items()}

        async def work(_report: Report) -> ValueSeries:
            return await in_stoppable_thread(partial(reading, files))

        self.panel.show_measuring()
        self._job = self._runner.job(work, "Reading values over time", visible=False)
        self._job.succeeded.connect(partial(self._on_read, self._job, stacks, place))
        self._job.failed.connect(partial(self._on_failed, self._job))
        self._job.start()

    def _cancel(self) -> None:
        job, self._job = self._job, None
        if job is not None:
            job.cancel()

    def _on_read(self, job: Job, stacks: list[ValueStack], place: _Place, series: ValueSeries) -> None:
        if job is not self._job or self.panel is None:
            return  # another place was chosen meanwhile
        self._job = None
        lines = [_line_of(stack, series, place) for stack in stacks]
        lines = [line for line in lines if any(point.value is not None for point in line.points)]
        note = series_messages.unread(len(series.unread)) if series.unread else ""
        if lines:
            self.panel.show_lines(lines, shown_name(place.label), note)
        else:
            self.panel.show_hint(note or series_messages.nothing_there())

    def _on_failed(self, job: Job, error: Exception) -> None:
        if job is self._job and self.panel is not None:
            self._job = None
            self.panel.show_hint(explain(error, doing="reading values over time").text)


def _reading_at(place: _Place) -> Reading | None:
    """Return the function that reads the values of files at a place; ``None`` where it is not on Earth."""
    from ..imagery.value_series import series_at, series_within
    from ..imagery.zonal import Zone

    if not place.crs.isValid():
        return None
    if place.is_point:
        degrees = degrees_of(place.geometry.asPoint(), place.crs)
        return None if degrees is None else partial(series_at, degrees.x(), degrees.y())
    shape = QgsGeometry(place.geometry)
    shape.convertToStraightSegment()
    shape.get().dropZValue()
    shape.get().dropMValue()
    wkt = place.crs.toWkt(Qgis.CrsWktVariant.PreferredGdal)
    return partial(series_within, Zone(bytes(shape.asWkb()), wkt))


def _text_of(point: QgsPointXY, crs: QgsCoordinateReferenceSystem) -> str:
    """Return a point in degrees; one that is not on Earth in the units of the map."""
    degrees = degrees_of(point, crs)
    if degrees is None:
        return str(point.toString(0))
    formatter, form = QgsCoordinateFormatter, QgsCoordinateFormatter.Format.FormatDecimalDegrees
    return f"{formatter.formatY(degrees.y(), form, _DECIMALS)}, {formatter.formatX(degrees.x(), form, _DECIMALS)}"


def _line_of(stack: ValueStack, series: ValueSeries, place: _Place) -> Line:
    points = []
    for date in stack.dates:
        key = date.layer.id() if not sip.isdeleted(date.layer) else ""
        figures = series.found.get(key)
        spread = _spread_of(figures) if figures is not None and not place.is_point else None
        value = figures.mean if figures is not None else None
        points.append(SeriesPoint(key, date.label, date.moment, value, spread))
    return Line(stack.name, tuple(points))


def _spread_of(figures: ZonalStatistics) -> Spread:
    ordered = (
        figures.minimum,
        figures.lower_quartile,
        figures.median,
        figures.upper_quartile,
        figures.maximum,
    )
    return Spread(figures.count, *(float(figure or 0.0) for figure in ordered))
