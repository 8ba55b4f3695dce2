"""Two dates on one map: the compared one is drawn to the right of a line, which is dragged by mouse."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pixxel_explorer.plugin.integrations.swipe import Swipe
from pixxel_explorer.tests.qgis.app.opened_dock import OpenedDock, until
from pixxel_explorer.ui.time.time_bar import TimeBar
from qgis.core import Qgis, QgsMapRendererParallelJob, QgsMapSettings, QgsProject
from qgis.gui import QgsLayerTreeMapCanvasBridge, QgsMapCanvas, QgsMapMouseEvent, QgsMapTool
from qgis.PyQt.QtCore import QEvent, QPoint, QPointF, Qt
from qgis.PyQt.QtGui import QColor, QImage, QMouseEvent
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication

COUNT = 6


Halves = tuple[list[str], list[str]]


def halves(image: QImage) -> Halves:
    """Return the colours of a picture at places inside the AOI, left and right of the middle."""
    heights = [number / 20 for number in range(8, 13)]
    return tuple(
        [
            QColor(image.pixel(int(image.width() * x / 40), int(image.height() * y))).name()
            for x in range(first, first + 6)
            for y in heights
        ]
        for first in (12, 22)
    )  # type: ignore[return-value]


class Compared:
    """The dock beside QGIS's own bridge of layer tree and canvas, with six dates of values."""

    def __init__(self, dock: OpenedDock) -> None:
        self.dock = dock
        self.canvas: QgsMapCanvas = dock.interface.canvas
        dock.add("values", COUNT)
        self.bar: TimeBar = dock.panel.time_bar
        until(lambda: len(self.bar.axis.dates) == COUNT and self.bar.axis.current)
        self.canvas.setDestinationCrs(QgsProject.instance().crs())
        self.canvas.zoomToFullExtent()
        self.settle()

    @property
    def swipe(self) -> Swipe:
        return self.dock.application.stepping._swipe

    def settle(self) -> None:
        """Wait until both halves are drawn."""
        QTest.qWait(300)
        until(lambda: not self.canvas.isDrawing() and not self.swipe.is_drawing)
        QTest.qWait(50)

    def start(self) -> None:
        self.bar.compare_button.click()
        until(lambda: self.swipe.is_shown)
        self.settle()

    def colours(self) -> Halves:
        """Return what the canvas shows at places left and right of its middle."""
        image = self.canvas.viewport().grab().toImage()
        return halves(image)

    def colours_of(self, day: str) -> Halves:
        """Return what a map of one day alone has there."""
        settings = QgsMapSettings(self.canvas.mapSettings())
        settings.setLayers([self.dock.layer(f"NDVI {day}")])
        settings.setIsTemporal(False)
        job = QgsMapRendererParallelJob(settings)
        job.start()
        job.waitForFinished()
        image: QImage = job.renderedImage()
        return halves(image)

    def drag(self, start: float, end: float) -> None:
        """Drag over the canvas from one part of its width to another."""
        viewport, y = self.canvas.viewport(), self.canvas.height() // 3
        left, none, no = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
        first, last = (QPointF(part * viewport.width(), y) for part in (start, end))
        for kind, place, button, buttons in (
            (QEvent.Type.MouseButtonPress, first, left, left),
            (QEvent.Type.MouseMove, last, none, left),
            (QEvent.Type.MouseButtonRelease, last, left, none),
        ):
            QApplication.sendEvent(viewport, QMouseEvent(kind, place, place, button, buttons, no))


@pytest.fixture
def map_(dock: OpenedDock) -> Iterator[Compared]:
    bridge = QgsLayerTreeMapCanvasBridge(QgsProject.instance().layerTreeRoot(), dock.interface.canvas)
    yield Compared(dock)
    bridge.deleteLater()


def test_each_side_shows_its_date(map_: Compared) -> None:
    map_.start()
    days = map_.dock.days
    shown, compared = map_.colours_of(days[-1]), map_.colours_of(days[-2])
    assert shown != compared, "the season changes the colours"
    assert map_.colours() == (shown[0], compared[1])
    assert map_.swipe._item.labels == (days[-1], days[-2])
    map_.bar.compare_button.click()
    until(lambda: not map_.swipe.is_shown)
    map_.settle()
    assert map_.colours() == shown


def test_the_line_is_dragged_and_the_map_stays(map_: Compared) -> None:
    map_.start()
    extent, days = map_.canvas.extent(), map_.dock.days
    map_.drag(0.5, 0.1)
    assert map_.swipe.position == pytest.approx(0.1, abs=0.01)
    assert map_.canvas.extent() == extent
    assert map_.colours() == map_.colours_of(days[-2])
    map_.drag(0.1, 2.0)
    assert map_.swipe.position == 1.0
    assert map_.colours() == map_.colours_of(days[-1])


def test_beside_the_line_the_mouse_is_the_map_tools(map_: Compared) -> None:
    pressed: list[QPoint] = []

    class Tool(QgsMapTool):
        def canvasPressEvent(self, event: QgsMapMouseEvent) -> None:
            pressed.append(event.pos())

    tool = Tool(map_.canvas)
    map_.canvas.setMapTool(tool)
    map_.start()
    map_.drag(0.5, 0.6)
    assert pressed == []
    map_.drag(0.2, 0.3)
    assert len(pressed) == 1
    map_.canvas.unsetMapTool(tool)


def test_both_sides_follow_the_map_and_the_bar(map_: Compared) -> None:
    map_.start()
    days = map_.dock.days
    QTest.keyClick(map_.bar.axis, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    until(lambda: map_.swipe._item.labels == (days[-1], days[-3]))
    map_.settle()
    assert map_.colours()[1] == map_.colours_of(days[-3])[1]
    map_.canvas.zoomByFactor(0.5)
    map_.settle()
    assert map_.colours() == (map_.colours_of(days[-1])[0], map_.colours_of(days[-3])[1])
    QTest.keyClick(map_.bar.axis, Qt.Key.Key_Home)
    until(lambda: map_.swipe._item.labels == (days[-COUNT], days[-3]))
    map_.settle()
    assert map_.colours()[0] == map_.colours_of(days[-COUNT])[0]


def test_a_map_that_is_filtered_by_time_is_compared_too(map_: Compared) -> None:
    map_.canvas.temporalController().setNavigationMode(Qgis.TemporalNavigationMode.Animated)
    map_.settle()
    map_.start()
    days = map_.dock.days
    assert map_.colours()[1] == map_.colours_of(days[-2])[1]


def test_other_visualizations_are_compared_at_the_same_days(map_: Compared) -> None:
    map_.dock.select("Farm near Raba", 1)
    map_.dock.add("values", 2 * COUNT)
    until(lambda: map_.bar.title.text() == "NDWI (dynamic)" and len(map_.bar.axis.dates) == COUNT)
    map_.start()
    names = [layer.name() for layer in map_.swipe._layers]
    assert names == [f"NDWI {map_.dock.days[-2]}", f"NDVI {map_.dock.days[-2]}"]


def test_a_drawing_that_is_replaced_is_not_waited_for(map_: Compared) -> None:
    map_.start()
    for _ in range(20):
        map_.swipe._render()
    map_.settle()
    until(lambda: not any(job.isActive() for job in map_.swipe._ending))
    assert map_.colours()[1] == map_.colours_of(map_.dock.days[-2])[1]
    map_.swipe._render()
    assert len(map_.swipe._ending) == 1, "jobs that have ended are not kept"


@pytest.mark.parametrize("act", ["layer", "project", "close"])
def test_nothing_is_compared_with_what_is_gone(map_: Compared, act: str) -> None:
    before = len(map_.canvas.scene().items())
    map_.start()
    assert len(map_.canvas.scene().items()) == before + 1
    if act == "layer":
        QgsProject.instance().removeMapLayer(map_.dock.layer(f"NDVI {map_.dock.days[-2]}").id())
    elif act == "project":
        QgsProject.instance().clear()
    else:
        map_.dock.application.stepping._swipe.close()
    until(lambda: not map_.swipe.is_shown)
    assert len(map_.canvas.scene().items()) <= before
    map_.drag(0.5, 0.2)
