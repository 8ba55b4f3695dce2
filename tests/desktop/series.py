"""Values over time by mouse: a pixel, an AOI, a drawn polygon, the date of the time bar, light and dark."""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["PIXXEL_DESKTOP_SCRIPTS"])))

from dock_page import DockPage
from driver import Driver, drive
from qgis.core import QgsApplication
from qgis.gui import QgsVertexMarker
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QDockWidget, QWidget
from qgis.utils import iface

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton


class Series:
    """The panel and the map, by hand."""

    def __init__(self, driver: Driver, page: DockPage) -> None:
        self._driver, self._page = driver, page

    @property
    def panel(self) -> QWidget:
        """Return the panel, which is made when it is first opened."""
        return self._driver.find(QWidget, "seriesPanel")

    def click(self, x: float, y: float, button: Qt.MouseButton = LEFT) -> None:
        """Click on a part of the map."""
        viewport = iface.mapCanvas().viewport()
        QTest.mouseClick(viewport, button, pos=QPoint(round(x * viewport.width()), round(y * viewport.height())))
        self._driver.pause(0.2)

    def wait_for(self, place: str) -> None:
        """Wait for the chart of a place."""
        chart, label = self.panel.chart, self.panel.place_label
        self._driver.wait(lambda: chart.lines and label.text().startswith(place), place)

    def choose(self, row: int) -> str:
        """Click on a date of the chart; return its day once the map shows it."""
        chart = self.panel.chart
        point = chart.lines[0].points[row]
        QTest.mouseClick(chart, LEFT, pos=chart.painting().place_of(point).toPoint())
        self.check(point.label)
        return str(point.label)

    def check(self, day: str) -> None:
        """Wait until map, time bar and chart are at a day."""
        bar, chart = self._page.panel.time_bar, self.panel.chart
        self._driver.wait(lambda: bar.date_label.text() == day and self._page.is_shown(day), day)
        assert chart.marked == bar.axis.current.moment

    def pins(self) -> int:
        """Count the pins on the map."""
        items = iface.mapCanvas().scene().items()
        return sum(isinstance(item, QgsVertexMarker) and item.isVisible() for item in items)


def scenario(driver: Driver) -> None:
    """Chart places of a map with eight dates."""
    page, series = DockPage(driver), Series(driver, DockPage(driver))
    with driver.step("Open without values"):
        page.use_connection("Sandbox", os.environ["PIXXEL_TEST_URL"], os.environ["PIXXEL_TEST_KEY"])
        page.open_dock()
        driver.wait(lambda: page.is_connected() and "Farm near Raba" in page.aoi_names(), "the list")
        driver.trigger("pixxelSeriesAction")
        driver.wait(lambda: "shows no index values" in series.panel.chart.text(), "the hint")
    with driver.step("Chart a pixel"):
        page.select("Farm near Raba", "NDVI")
        page.add("values")
        driver.wait(lambda: len(page.layers("values")) == len(page.dates()), "all dates", 90)
        page.wait_until_idle()
        series.click(0.5, 0.5)
        series.wait_for("Pixel at")
        assert series.pins() == 1
    with driver.step("Choose dates on the chart"):
        series.choose(1)
        series.choose(4)
        QTest.keyClick(series.panel.chart, Qt.Key.Key_Left)
        series.check(series.panel.chart.lines[0].points[3].label)
    with driver.step("Chart the AOI"):
        driver.click("seriesPolygonButton")
        series.click(0.5, 0.5)
        series.wait_for("Farm near Raba")
    with driver.step("Draw a polygon in a dark theme"):
        QgsApplication.setUITheme("Night Mapping")
        driver.click("seriesDrawButton")
        for x, y in ((0.45, 0.45), (0.6, 0.45), (0.5, 0.6)):
            series.click(x, y)
        series.click(0.3, 0.3, RIGHT)
        series.wait_for("Drawn polygon")
    QgsApplication.setUITheme("default")
    with driver.step("Close the panel"):
        iface.mainWindow().findChild(QDockWidget, "PixxelSeriesDock").close()
        assert series.pins() == 0
        assert not series.panel.draw_action.isChecked()


drive(scenario)
