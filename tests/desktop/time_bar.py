"""Sixty-seven dates through the time bar by mouse and keys, in a light and a dark theme."""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["PIXXEL_DESKTOP_SCRIPTS"])))

from dock_page import DockPage
from driver import Driver, drive
from qgis.core import QgsApplication, QgsProject
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtTest import QTest
from qgis.utils import iface

AOI, INDEX, DATES = os.environ["PIXXEL_TEST_AOI"], "NDVI", 67


def visible_days() -> list[str]:
    """Return the days of the layers that the tree shows."""
    nodes = QgsProject.instance().layerTreeRoot().findLayers()
    return [str(node.layer().customProperty("pixxel/date")) for node in nodes if node.isVisible()]


class Bar:
    """The time bar, by hand."""

    def __init__(self, driver: Driver, page: DockPage) -> None:
        self._driver, self._page = driver, page
        self.widget = page.panel.time_bar

    def day(self) -> str:
        """Return the date that the bar names."""
        return str(self.widget.date_label.text())

    def press(self, day: str) -> None:
        """Click on a date of the axis."""
        axis = self.widget.axis
        key = next(date.key for date in axis.dates if date.label == day)
        QTest.mouseClick(axis, Qt.MouseButton.LeftButton, pos=QPoint(round(axis.x_of(key)), 12))
        self.check(day)

    def check(self, day: str) -> None:
        """Wait until bar, tree and map show a date, and no other."""
        self._driver.wait(lambda: self.day() == day and visible_days() == [day], day)
        self._driver.wait(lambda: self._page.is_shown(day) and self._page.is_rendered(), "the map")

    def compare(self, day: str) -> None:
        """Compare a date with the one shown, with the button and a click with Shift."""
        axis = self.widget.axis
        self._driver.click("compareDatesButton")
        key = next(date.key for date in axis.dates if date.label == day)
        place = QPoint(round(axis.x_of(key)), 12)
        QTest.mouseClick(axis, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, place)
        assert axis.compared.label == day
        self._driver.pause(0.5)

    def drag_line(self, start: float, end: float) -> None:
        """Drag the line between both dates from one part of the map's width to another."""
        viewport = iface.mapCanvas().viewport()
        places = [QPoint(round(part * viewport.width()), viewport.height() // 3) for part in (start, end)]
        QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=places[0])
        QTest.mouseMove(viewport, places[1])
        QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=places[1])

    def play_to_the_end(self) -> None:
        """Play, and note that no date is left out."""
        seen: list[str] = []
        self.widget.axis.date_chosen.connect(lambda _key: seen.append(visible_days()[0]))
        first = self.day()
        self._driver.click("playDatesButton")
        self._driver.wait(lambda: not self.widget.is_playing, "the last date", 60)
        days = [date.label for date in self.widget.axis.dates]
        assert seen == days[days.index(first) + 1 :]


def scenario(driver: Driver) -> None:
    """Load a series, step through it by every control, and look at it."""
    page = DockPage(driver)
    page.use_connection("Series", os.environ["PIXXEL_TEST_URL"], os.environ["PIXXEL_TEST_KEY"])
    with driver.step("Add sixty-seven dates"):
        page.open_dock()
        driver.wait(lambda: page.is_connected() and AOI in page.aoi_names(), "the list")
        page.select(AOI, INDEX)
        page.add("values")
        driver.wait(lambda: len(page.layers("values")) == DATES, "all dates", 90)
        page.wait_until_idle()
        bar = Bar(driver, page)
        driver.wait(lambda: bar.widget.isVisible() and len(bar.widget.axis.dates) == DATES, "the time bar")
        days = [date.label for date in bar.widget.axis.dates]
        assert days == sorted(page.days("values"))
    with driver.step("Click on a date"):
        bar.press(days[40])
    with driver.step("Step by the buttons"):
        driver.click("nextDateButton")
        bar.check(days[41])
        driver.click("previousDateButton")
        driver.click("previousDateButton")
        bar.check(days[39])
    with driver.step("Step by keys"):
        bar.widget.axis.setFocus()
        QTest.keyClick(bar.widget.axis, Qt.Key.Key_Right)
        bar.check(days[40])
        QTest.keyClick(bar.widget.axis, Qt.Key.Key_Home)
        bar.check(days[0])
        QTest.keyClick(bar.widget.axis, Qt.Key.Key_End)
        bar.check(days[-1])
    with driver.step("Play the last dates"):
        bar.press(days[-6])
        bar.play_to_the_end()
        bar.check(days[-1])
    with driver.step("Compare two dates by a swipe"):
        bar.compare(days[45])
        bar.drag_line(0.5, 0.4)
    with driver.step("Step in a dark theme"):
        QgsApplication.setUITheme("Night Mapping")
        driver.pause(0.5)
        bar.press(days[20])
    QgsApplication.setUITheme("default")


drive(scenario)
