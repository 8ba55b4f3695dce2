"""An analyst's day, run inside a real QGIS by ``make demo`` with the plugin's own widgets and the sample data."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["PIXXEL_DESKTOP_SCRIPTS"])))

from typing import TYPE_CHECKING

from class_steps import print_legend, rows
from dock_page import DockPage
from driver import Driver, drive
from journey import edit_the_legend, read_the_map
from qgis.core import QgsApplication, QgsProject
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QDockWidget, QWidget
from qgis.utils import iface

if TYPE_CHECKING:
    from pixxel_explorer.ui.time.time_bar import TimeBar

AOI, INDEX = "Farm near Raba", "NDVI"


def play_the_dates(driver: Driver, page: DockPage) -> None:
    """Play the stack by the time bar, and return to the newest date."""
    bar = page.panel.time_bar
    days = [date.label for date in bar.axis.dates]
    with driver.step("Play the dates by the time bar"):
        bar.axis.setFocus()
        QTest.keyClick(bar.axis, Qt.Key.Key_Home)
        driver.wait(lambda: page.is_shown(days[0]), "the oldest date")
        driver.click("playDatesButton")
        driver.wait(lambda: page.is_shown(days[len(days) // 2]), "a date of the middle", 30)
    driver.wait(lambda: not bar.is_playing and page.is_shown(days[-1]), "the newest date", 30)
    with driver.step("Compare two dates by a swipe"):
        driver.click("compareDatesButton")
        driver.wait(lambda: bar.axis.compared is not None and bar.axis.compared.label == days[-2], "the date before")
        driver.pause(0.5)
    driver.click("compareDatesButton")
    with driver.step("Compare two dates in a second map"):
        choose(bar, "splitCompareAction")
        other = driver.wait(lambda: driver.visible("pixxelSplitCanvas"), "the second map")
        driver.wait(lambda: not other.isDrawing() and page.is_rendered(), "both maps")
    driver.click("compareDatesButton")
    choose(bar, "swipeCompareAction")
    driver.click("compareDatesButton")


def show_changes(driver: Driver, page: DockPage) -> None:
    """Add the layers of what changed between the first date and the newest, and remove them."""
    bar = page.panel.time_bar
    names = {"differenceChangeAction": "the difference of two dates", "classesChangeAction": "the changes of class"}
    for name, what in names.items():
        with driver.step(f"Add {what}"):
            before = set(QgsProject.instance().mapLayers())
            bar.axis.compare(0)
            choose(bar, name)
            added = driver.wait(lambda before=before: set(QgsProject.instance().mapLayers()) - before, what)
            driver.wait(page.is_rendered, "the map")
        QgsProject.instance().removeMapLayers(list(added))


def chart_a_pixel(driver: Driver) -> None:
    """Show the values of a pixel over time."""
    with driver.step("Chart the values of a pixel over time"):
        driver.trigger("pixxelSeriesAction")
        viewport = iface.mapCanvas().viewport()
        QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=viewport.rect().center())
        chart = driver.find(QWidget, "seriesPanel").chart
        driver.wait(lambda: chart.lines, "the chart")
        driver.pause(0.5)
    iface.mainWindow().findChild(QDockWidget, "PixxelSeriesDock").close()


def choose(bar: TimeBar, name: str) -> None:
    """Choose an entry of the menu of the compare button by mouse."""
    menu = bar.compare_menu
    action = next(each for each in menu.actions() if each.objectName() == name)
    menu.popup(bar.compare_button.mapToGlobal(bar.compare_button.rect().bottomLeft()))
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())


def scenario(driver: Driver) -> None:
    """Do the main job, step by step."""
    page = DockPage(driver)
    with driver.step("Open the dock"):
        page.open_dock()
        assert driver.visible("sampleButton"), "the first run offers the sample data"
    with driver.step("Connect to the sample data"):
        driver.click("sampleButton")
        driver.wait(page.is_connected, "the connection")
        driver.wait(page.aoi_names, "the list of AOIs")
        assert AOI in page.aoi_names()
        assert len(page.project_names()) >= 2
    with driver.step("List visualizations and dates"):
        page.select(AOI, INDEX)
        assert len(page.dates()) >= 6
        assert page.checked_dates() >= 6
    read_the_map(driver, page)
    play_the_dates(driver, page)
    show_changes(driver, page)
    chart_a_pixel(driver)
    edit_the_legend(driver, page)
    with driver.step("Add six dates as classes"):
        page.add("classes")
        driver.wait(lambda: len(page.layers("classes")) >= 6, "the classes of six pictures", 60)
        page.wait_until_idle()
        classes = page.layers("classes")[-1]
        assert rows(classes) == [entry.label for entry in classes.renderer().classes()], "the layer tree lists them"
    with driver.step("Print the classes with their legend"):
        print_legend(driver, classes)
    with driver.step("Save and reopen the project"):
        before = page.summary_of_layers()
        path = page.save_project()
        QgsProject.instance().clear()
        assert QgsProject.instance().read(str(path))
        assert page.summary_of_layers() == before
        driver.wait(page.is_rendered, "the map")
    heal(driver, page, path)


def heal(driver: Driver, page: DockPage, path: Path) -> None:
    """Delete the images of a saved project, open it, and fetch them again."""
    before = page.summary_of_layers()
    QgsProject.instance().clear()
    shutil.rmtree(Path(QgsApplication.qgisSettingsDirPath()) / "pixxel_explorer/cache")
    with driver.step("Open a project whose images were deleted"):
        assert iface.addProject(str(path))
        driver.wait(lambda: driver.visible("answerButton0"), "the offer to fetch them")
    with driver.step("Fetch the images again"):
        driver.click("answerButton0", iface.messageBar())
        layers = QgsProject.instance().mapLayers().values()
        driver.wait(lambda: all(layer.isValid() for layer in layers), "the images", 90)
        driver.wait(page.is_rendered, "the map")
        assert page.summary_of_layers() == before, "order, names and styles stay"


drive(scenario)
