"""Values over time: a place chosen on the map by mouse, and the chart in step with the time bar."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pixxel_explorer.plugin.imagery.point_values import Point
from pixxel_explorer.plugin.layer_kinds.table import LayerKind
from pixxel_explorer.plugin.layers import sources
from pixxel_explorer.plugin.worker.job import Job
from pixxel_explorer.tests.held_requests import HeldRequests
from pixxel_explorer.tests.qgis.app.opened_dock import OpenedDock, add_connection, shown_interface, start, until
from pixxel_explorer.tests.sandbox_server import served
from pixxel_explorer.ui.series.series_panel import SeriesPanel
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsGeometry,
    QgsPointXY,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
)
from qgis.gui import QgsLayerTreeMapCanvasBridge, QgsMapCanvas, QgsRubberBand, QgsVertexMarker
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QToolButton

COUNT = 6
LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton


class Charted:
    """The panel over a map with six dates of values."""

    def __init__(self, dock: OpenedDock) -> None:
        self.dock = dock
        self.canvas: QgsMapCanvas = dock.interface.canvas
        dock.add("values", COUNT)
        until(lambda: len(dock.panel.time_bar.axis.dates) == COUNT and dock.panel.time_bar.axis.current)
        self.canvas.setDestinationCrs(QgsProject.instance().crs())
        self.canvas.zoomToFullExtent()
        QTest.qWait(100)

    def open(self) -> None:
        self.dock.panel.time_bar.series_button.click()
        QTest.qWait(100)
        until(lambda: self.canvas.mapSettings().outputSize() == self.canvas.viewport().size())

    @property
    def panel(self) -> SeriesPanel:
        panel = self.dock.application.series.panel
        assert panel is not None
        return panel

    def click(self, x: float, y: float, button: Qt.MouseButton = LEFT) -> QgsPointXY:
        """Click on a part of the canvas; return the place in map coordinates."""
        viewport = self.canvas.viewport()
        place = QPoint(round(x * viewport.width()), round(y * viewport.height()))
        found = self.canvas.getCoordinateTransform().toMapCoordinates(place)
        QTest.mouseClick(viewport, button, pos=place)
        QTest.qWait(50)
        assert self.canvas.getCoordinateTransform().toMapCoordinates(place) == found, "the map stays where it is"
        return found

    def lines(self, count: int = 1) -> dict[str, list[float | None]]:
        """Return the values shown by the names of their lines, once there are so many lines."""
        until(lambda: self.dock.application.series._job is None and len(self.panel.chart.lines) == count)
        return {line.name: [point.value for point in line.points] for line in self.panel.chart.lines}

    def hint(self) -> str:
        until(lambda: self.dock.application.series._job is None)
        return self.panel.chart.text()

    def marks(self, kind: type) -> list[object]:
        return [item for item in self.canvas.scene().items() if isinstance(item, kind) and item.isVisible()]

    def degrees(self, place: QgsPointXY) -> QgsPointXY:
        from pixxel_explorer.plugin.integrations.polygon_pick import degrees_of

        found = degrees_of(place, self.canvas.mapSettings().destinationCrs())
        assert found is not None
        return found

    def close_dock(self) -> None:
        dock = self.dock.application.series._dock
        assert dock is not None
        dock.close()


@pytest.fixture
def map_(dock: OpenedDock) -> Iterator[Charted]:
    bridge = QgsLayerTreeMapCanvasBridge(QgsProject.instance().layerTreeRoot(), dock.interface.canvas)
    yield Charted(dock)
    bridge.deleteLater()


def test_a_pixel_has_the_values_of_its_files(map_: Charted) -> None:
    map_.open()
    assert "Click a pixel" in map_.hint()
    place = map_.degrees(map_.click(0.5, 0.5))
    (values,) = map_.lines().values()
    point, layers = Point(place.x(), place.y()), [map_.dock.layer(f"NDVI {day}") for day in map_.dock.days[-COUNT:]]
    read = [sources.read(layer) for layer in layers]
    assert values == [point.value_in(source.path) for source in read if source is not None]
    assert any(value is not None for value in values)
    moments = [point.moment.isoformat() for point in map_.panel.chart.lines[0].points]
    assert moments == [f"{day}T00:00:00+00:00" for day in map_.dock.days[-COUNT:]], "days are UTC's"
    assert len(map_.marks(QgsVertexMarker)) == 1


def test_the_marker_and_the_time_bar_follow_each_other(map_: Charted) -> None:
    map_.open()
    map_.click(0.5, 0.5)
    map_.lines()
    chart, bar, days = map_.panel.chart, map_.dock.panel.time_bar, map_.dock.days
    assert chart.marked == bar.axis.current.moment
    QTest.keyClick(bar.axis, Qt.Key.Key_Left)
    until(lambda: chart.marked == bar.axis.dates[-2].moment)
    point = chart.lines[0].points[1]
    QTest.mouseClick(chart, LEFT, pos=chart.painting().place_of(point).toPoint())
    until(lambda: map_.dock.visible_layers() == [f"NDVI {days[-COUNT + 1]}"])
    assert bar.axis.current.label == days[-COUNT + 1]
    assert chart.marked == point.moment
    QTest.keyClick(chart, Qt.Key.Key_Right)
    assert map_.dock.visible_layers() == [f"NDVI {days[-COUNT + 2]}"]


def test_each_visible_index_is_a_line(map_: Charted) -> None:
    map_.open()
    map_.click(0.5, 0.5)
    map_.lines()
    map_.dock.select("Farm near Raba", 1)
    map_.dock.add("values", 2 * COUNT)
    assert set(map_.lines(2)) == {"NDVI (dynamic)", "NDWI (dynamic)"}
    line = next(line for line in map_.panel.chart.lines if line.name.startswith("NDVI"))
    map_.panel.chart.date_chosen.emit(line.points[0].key)
    day = map_.dock.days[-COUNT]
    assert set(map_.dock.visible_layers()) == {f"NDVI {day}", f"NDWI {day}"}
    group = next(g for g in QgsProject.instance().layerTreeRoot().findGroups(True) if g.name() == "NDWI (dynamic)")
    group.setItemVisibilityChecked(False)
    assert set(map_.lines(1)) == {"NDVI (dynamic)"}


def test_a_click_takes_the_polygon_of_the_aoi(map_: Charted) -> None:
    map_.open()
    map_.panel.polygon_action.trigger()
    map_.click(0.5, 0.5)
    map_.lines()
    assert map_.panel.place_label.text() == "Farm near Raba"
    spread = map_.panel.chart.lines[0].points[-1].spread
    assert spread is not None
    assert spread.minimum <= spread.lower <= spread.median <= spread.upper <= spread.maximum
    assert spread.pixels > 1000
    assert len(map_.marks(QgsRubberBand)) >= 1


@pytest.mark.parametrize(("field", "shown"), [("", "1"), ("&field=name:string", "North field")])
def test_a_click_takes_the_polygon_of_the_current_layer(
    map_: Charted, monkeypatch: pytest.MonkeyPatch, field: str, shown: str
) -> None:
    layer = QgsVectorLayer(f"Polygon?crs=EPSG:4326{field}", "Fields", "memory")
    middle = map_.degrees(map_.canvas.extent().center())
    box = QgsRectangle.fromCenterAndSize(middle, 0.001, 0.001)
    feature = QgsFeature(layer.fields())
    if field:
        feature["name"] = "North field"
    feature.setGeometry(QgsGeometry.fromRect(box))
    layer.dataProvider().addFeature(feature)
    monkeypatch.setattr(map_.dock.interface, "activeLayer", lambda: layer, raising=False)
    map_.open()
    map_.panel.polygon_action.trigger()
    map_.click(0.5, 0.5)
    map_.lines()
    assert map_.panel.place_label.text() == f"Fields, {shown}"
    spread = map_.panel.chart.lines[0].points[-1].spread
    assert spread is not None and 0 < spread.pixels < 1000
    map_.click(0.001, 0.001)
    assert "No polygon lies there" in map_.panel.note_label.text()
    assert map_.panel.chart.lines


def test_a_polygon_is_drawn_by_clicks(map_: Charted) -> None:
    map_.open()
    map_.panel.draw_action.trigger()
    for x, y in ((0.45, 0.45), (0.55, 0.45), (0.9, 0.9), (0.55, 0.55)):
        if (x, y) == (0.55, 0.55):
            QTest.keyClick(map_.canvas, Qt.Key.Key_Backspace)  # takes back the corner far off
        map_.click(x, y)
    assert not map_.panel.chart.lines
    map_.click(0.2, 0.2, RIGHT)
    map_.lines()
    assert map_.panel.place_label.text() == "Drawn polygon"
    spread = map_.panel.chart.lines[0].points[-1].spread
    assert spread is not None and spread.pixels > 10


def test_a_place_without_values_and_a_map_without_values_are_explained(map_: Charted) -> None:
    map_.open()
    map_.click(0.001, 0.001)
    until(lambda: "No date has values" in map_.hint())
    QgsProject.instance().clear()
    until(lambda: "shows no index values" in map_.hint())
    assert map_.marks(QgsVertexMarker) == []


def test_pictures_alone_are_explained(dock: OpenedDock) -> None:
    dock.add("picture", COUNT)
    dock.plugin.open_series()
    panel = dock.application.series.panel
    assert panel is not None
    until(lambda: "pictures, which hold no values" in panel.chart.text())


def test_files_that_are_gone_are_gaps(map_: Charted) -> None:
    source = sources.read(map_.dock.layer(f"NDVI {map_.dock.days[-2]}"))
    assert source is not None
    source.path.unlink()
    map_.open()
    map_.click(0.5, 0.5)
    (values,) = map_.lines().values()
    assert [value is None for value in values] == [number == COUNT - 2 for number in range(COUNT)]
    assert "missing or damaged: 1" in map_.panel.note_label.text()
    map_.dock.panel.card.add_checked()
    until(lambda: map_.dock.panel.message_bar.findChild(QToolButton, "answerButton0")).click()
    until(lambda: all(value is not None for value in next(iter(map_.lines().values()))))
    assert map_.panel.note_label.text() == ""


def test_another_place_takes_the_turn_of_the_first(map_: Charted) -> None:
    map_.open()
    map_.click(0.001, 0.001)
    map_.click(0.5, 0.5)
    map_.lines()
    assert map_.panel.chart.lines


def test_the_pin_stays_on_its_place_in_another_crs(map_: Charted) -> None:
    map_.open()
    place = map_.degrees(map_.click(0.5, 0.5))
    map_.canvas.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:4326"))
    (pin,) = map_.marks(QgsVertexMarker)
    assert pin.center().distance(place) < 1e-6  # type: ignore[attr-defined]


def test_a_closed_panel_leaves_the_map_alone_and_comes_back_as_it_was(map_: Charted) -> None:
    before = map_.canvas.mapTool()
    map_.open()
    map_.click(0.5, 0.5)
    map_.lines()
    assert map_.panel.pixel_action.isChecked()
    map_.close_dock()
    assert map_.marks(QgsVertexMarker) == []
    assert map_.canvas.mapTool() is before or map_.canvas.mapTool() is None
    assert not map_.panel.pixel_action.isChecked()
    map_.dock.plugin.open_series()
    map_.lines()
    assert len(map_.marks(QgsVertexMarker)) == 1


def test_the_panel_shares_the_place_of_the_legend(map_: Charted) -> None:
    map_.dock.open_legend()
    map_.open()
    window, dock = map_.dock.interface.window, map_.dock.application.series._dock
    assert dock is not None
    assert [each.windowTitle() for each in window.tabifiedDockWidgets(dock)] == ["Pixxel Legend"]


def test_a_layer_without_a_crs_has_no_place(map_: Charted, monkeypatch: pytest.MonkeyPatch) -> None:
    layer = QgsVectorLayer("Polygon", "Nowhere", "memory")
    layer.setCrs(QgsCoordinateReferenceSystem())
    feature = QgsFeature()
    feature.setGeometry(QgsGeometry.fromRect(map_.canvas.extent()))
    layer.dataProvider().addFeature(feature)
    monkeypatch.setattr(map_.dock.interface, "activeLayer", lambda: layer, raising=False)
    map_.open()
    map_.panel.polygon_action.trigger()
    map_.click(0.5, 0.5)
    map_.lines()
    assert map_.panel.place_label.text() == "Farm near Raba"


def test_composites_are_no_lines(map_: Charted) -> None:
    map_.dock.select("Farm near Raba", 3)
    map_.dock.add("values", 2 * COUNT)
    map_.open()
    map_.click(0.5, 0.5)
    assert set(map_.lines(1)) == {"NDVI (dynamic)"}


def test_an_unload_during_a_load_reads_no_values(profile: Path, tmp_path: Path) -> None:
    """The panel reads values again when a load ends, but not when the unload ends it."""
    server = HeldRequests(r"/png$")
    with served(tmp_path / "state", server.around) as sandbox, shown_interface() as interface:
        plugin = start(interface)
        add_connection(plugin, "Server", sandbox.url)
        plugin.settings.current_connection = "Server"
        plugin.open_dock()
        bridge = QgsLayerTreeMapCanvasBridge(QgsProject.instance().layerTreeRoot(), interface.canvas)
        charted = Charted(OpenedDock(plugin, interface))
        charted.open()
        charted.click(0.5, 0.5)
        charted.lines()
        server.is_held = True
        charted.dock.panel.card.add_as(LayerKind.PICTURE)
        until(lambda: server.waiting)
        begun: list[Job] = []
        charted.dock.application.runner.job_started.connect(begun.append)
        plugin.unload()
        server.is_held = False
        bridge.deleteLater()
        assert "Reading values over time" not in [job.label for job in begun]
