"""Dates through QGIS's temporal controller, by its own buttons, in a saved project and in a print layout."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(os.environ["PIXXEL_DESKTOP_SCRIPTS"])))

from dock_page import DockPage
from driver import Driver, drive
from qgis.core import (
    QgsLayoutExporter,
    QgsLayoutItemLegend,
    QgsLayoutItemMap,
    QgsLayoutPoint,
    QgsLayoutSize,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsPrintLayout,
    QgsProject,
    QgsRasterLayer,
)
from qgis.gui import QgsLayoutView
from qgis.PyQt.QtCore import QDate, QDateTime, QPointF, QSize, Qt, QTime
from qgis.PyQt.QtGui import QImage
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QAction, QCheckBox, QDateTimeEdit, QDockWidget, QGroupBox, QWidget
from qgis.utils import iface

AOI, INDEX = "Farm near Raba", "NDVI"


def draw(settings: QgsMapSettings) -> QImage:
    """Draw map settings, small."""
    settings.setOutputSize(QSize(300, 200))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    return job.renderedImage()


def map_image() -> QImage:
    """Draw what the canvas shows: its layers, its extent, its range of time."""
    return draw(QgsMapSettings(iface.mapCanvas().mapSettings()))


def image_of_day(page: DockPage, day: str) -> QImage:
    """Draw the value layer of one day alone, where the canvas is, without any range of time."""
    settings = QgsMapSettings(iface.mapCanvas().mapSettings())
    settings.setIsTemporal(False)
    settings.setLayers([layer for layer in page.layers("values") if layer.customProperty("pixxel/date") == day])
    return draw(settings)


def play_each_date(driver: Driver, page: DockPage, panel: QDockWidget) -> None:
    """Step through the frames by the panel's buttons and compare the map with each date."""
    buttons = driver.find(QWidget, "mAnimationController", panel)
    driver.click("mRewindButton", buttons)
    days = page.days("values")
    assert image_of_day(page, days[0]) != image_of_day(page, days[1]), "dates can be told apart"
    for number, day in enumerate(days):
        driver.wait(lambda: iface.mapCanvas().temporalController().currentFrameNumber() == number, day)  # noqa: B023
        assert map_image() == image_of_day(page, day), f"frame {number} shows {day}"
        driver.click("mNextButton", buttons)
    assert iface.mapCanvas().temporalController().totalFrameCount() == len(days) == 8


def visible_days() -> list[str]:
    """List the days of the layers that are visible."""
    return [str(layer.customProperty("pixxel/date")) for layer in iface.mapCanvas().layers()]


def layout_with_a_map() -> tuple[QgsPrintLayout, QgsLayoutItemMap]:
    """Make a layout with a map that shows where the canvas is."""
    layout = QgsPrintLayout(QgsProject.instance())
    layout.initializeDefaults()
    layout.setName("Season")
    QgsProject.instance().layoutManager().addLayout(layout)
    item = QgsLayoutItemMap(layout)
    layout.addLayoutItem(item)
    item.attemptMove(QgsLayoutPoint(10, 10))
    item.attemptResize(QgsLayoutSize(150, 100))
    item.setExtent(iface.mapCanvas().extent())
    return layout, item


def set_the_time_of(driver: Driver, layout: QgsPrintLayout, item: QgsLayoutItemMap, day: QDate) -> Any:
    """Give a layout's map a day as its range of time, in the layout's window."""
    window = iface.openLayoutDesigner(layout).window()
    window.resize(1400, 900)
    layout.setSelectedItem(item)
    box = driver.wait(lambda: window.findChild(QGroupBox, "mTemporalCheckBox"), "the map's properties")
    box.setChecked(True)
    for name, moment in (("mStartDateTime", day), ("mEndDateTime", day.addDays(1))):
        edit = driver.find(QDateTimeEdit, name, window)
        edit.setDateTime(QDateTime(moment, QTime(0, 0), Qt.TimeSpec.UTC))
    driver.pause(0.3)
    return window


def drawn(driver: Driver, layout: QgsPrintLayout, kind: type, button: str, corners: tuple[QPointF, QPointF]) -> Any:
    """Press a button of the layout's window, draw a box on the page (in millimetres), and return the new item."""
    window = iface.openLayoutDesigner(layout).window()
    before = [item for item in layout.items() if isinstance(item, kind)]
    next(each for each in window.findChildren(QAction) if each.text().replace("&", "") == button).trigger()
    (view,) = window.findChildren(QgsLayoutView)
    view.zoomFull()
    driver.pause(0.3)
    page = layout.pageCollection().page(0)
    first, last = (view.mapFromScene(page.mapToScene(corner)) for corner in corners)
    QTest.mouseMove(view.viewport(), first)
    QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, first)
    QTest.mouseMove(view.viewport(), (first + last) / 2)
    QTest.mouseMove(view.viewport(), last)
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, last)
    return driver.wait(
        lambda: next((each for each in layout.items() if isinstance(each, kind) and each not in before), None), button
    )


def a_legend_before_its_map(driver: Driver) -> None:
    """Make a legend by the layout's button, then the map; switch "Auto update" off and on in its properties."""
    layout = QgsPrintLayout(QgsProject.instance())
    layout.initializeDefaults()
    layout.setName("Legend first")
    QgsProject.instance().layoutManager().addLayout(layout)
    window = iface.openLayoutDesigner(layout).window()
    window.resize(1400, 900)
    legend = drawn(driver, layout, QgsLayoutItemLegend, "Add Legend", (QPointF(190, 20), QPointF(280, 100)))
    assert legend.linkedMap() is None
    exported(driver, layout, "legend-without-map")
    item = drawn(driver, layout, QgsLayoutItemMap, "Add Map", (QPointF(10, 10), QPointF(180, 150)))
    item.setExtent(iface.mapCanvas().extent())
    driver.wait(lambda: legend.linkedMap() == item and legend.legendFilterByMapEnabled(), "the legend to be limited")
    shown = {layer.name() for layer in iface.mapCanvas().layers()}
    check_rows(driver, layout, legend, shown, "legend-before-map")
    layout.setSelectedItem(legend)
    box = driver.wait(lambda: window.findChild(QCheckBox, "mCheckBoxAutoUpdate"), "the legend's properties")
    for name in ("off", "on"):
        box.click()
        assert legend.autoUpdateModel() == box.isChecked() == (name == "on")
        check_rows(driver, layout, legend, shown, f"legend-auto-update-{name}")
    driver.picture("legend-first")
    window.close()


def check_rows(driver: Driver, layout: QgsPrintLayout, legend: QgsLayoutItemLegend, shown: set[str], name: str) -> None:
    """Check that a legend lists what the map shows and nothing hidden, and export the layout."""
    driver.pause(0.5)
    exported(driver, layout, name)
    assert set(printed_rows(legend)) == shown, (name, list(printed_rows(legend)))


def printed_rows(legend: QgsLayoutItemLegend) -> dict[str, list[str]]:
    """Return the layers that a legend lists, each with its rows."""
    model, found = legend.model(), {}
    for node in model.rootGroup().findLayers():
        rows = [str(row.data(Qt.ItemDataRole.DisplayRole)) for row in model.layerLegendNodes(node)]
        if rows:
            found[node.name()] = rows
    return found


def tree_rows(layer: QgsRasterLayer) -> list[str]:
    """Return what the layer tree shows below a layer."""
    view = iface.layerTreeView()
    node = QgsProject.instance().layerTreeRoot().findLayer(layer.id())
    rows = view.layerTreeModel().layerLegendNodes(node)
    return [str(row.data(Qt.ItemDataRole.DisplayRole)) for row in rows]


def shown_names() -> list[str]:
    """List the names of the layers that the map shows, uppermost first."""
    return [layer.name() for layer in iface.mapCanvas().layers()]


def edit_below_other_layers(driver: Driver, page: DockPage) -> None:
    """Edit the theoretical legend of NDVI, below its pictures and another index, and close the editor."""
    before = shown_names()
    driver.click("editLegendButton")
    driver.wait(page.legend_rows, "the legend's classes")
    day = page.dates()[3]
    page.edit_day(day)
    driver.click("theoreticalModeButton", driver.find(QDockWidget, "PixxelLegendDock", iface.mainWindow()))
    name = f"{INDEX} {day} theoretical"
    driver.wait(lambda: shown_names() == [name], "what is edited to be seen alone")
    page.wait_until_idle()
    driver.picture("edited-alone")
    unedited = map_image()
    page.set_maximum(0, page.maximum(0) + 0.1)
    driver.wait(lambda: map_image() != unedited, "the map to follow")
    driver.wait(lambda: page.area(0) and page.area(1), "the areas of both classes")
    layer = iface.mapCanvas().layers()[0]
    assert all(re.fullmatch(r".+ \(\S+ – \S+\)", row) for row in tree_rows(layer)), tree_rows(layer)
    driver.picture("edited")
    driver.find(QDockWidget, "PixxelLegendDock", iface.mainWindow()).close()
    driver.wait(lambda: shown_names() == before, "the map as before")


def exported(driver: Driver, layout: QgsPrintLayout, name: str) -> QImage:
    """Export a layout as a picture."""
    path = driver.out / f"{name}.png"
    QgsLayoutExporter(layout).exportToImage(str(path), QgsLayoutExporter.ImageExportSettings())
    return QImage(str(path))


def scenario(driver: Driver) -> None:
    """Animate eight dates, save, reopen, add, print."""
    page = DockPage(driver)
    with driver.step("Put eight dates on the map"):
        page.open_dock()
        driver.click("sampleButton")
        driver.wait(lambda: AOI in page.aoi_names(), "the AOIs")
        page.select(AOI, INDEX)
        page.add("values")
        driver.wait(lambda: len(page.layers("values")) == 8, "eight value rasters")
        page.wait_until_idle()
        before = visible_days()
        assert before == [page.days("values")[-1]]
    with driver.step("Animate them by QGIS's buttons"):
        driver.trigger("mActionTemporalController", iface.mainWindow())
        panel = driver.find(QDockWidget, "Temporal Controller", iface.mainWindow())
        driver.click("mNavigationAnimated", panel)
        driver.wait(lambda: len(visible_days()) == 8, "every date to be visible")
        assert iface.mapCanvas().temporalRange().begin().date() == QDate.fromString(before[0], Qt.DateFormat.ISODate)
        play_each_date(driver, page, panel)
    with driver.step("Save and reopen while animated"):
        path = page.save_project()
        QgsProject.instance().clear()
        assert QgsProject.instance().read(str(path))
        driver.wait(lambda: iface.mapCanvas().temporalController().totalFrameCount() == 8, "the frames")
        play_each_date(driver, page, panel)
    with driver.step("Add dates while animated"):
        page.add("picture")
        driver.wait(lambda: len(page.layers("picture")) == 8, "eight pictures")
        page.wait_until_idle()
        driver.wait(lambda: len(visible_days()) == 16, "every date of both kinds to be visible")
        assert iface.mapCanvas().temporalController().totalFrameCount() == 8
    with driver.step("Switch the controller off"):
        driver.click("mNavigationOff", panel)
        driver.wait(lambda: len(visible_days()) == 2, "the other dates to be hidden")
        assert set(visible_days()) == set(before)
        root = QgsProject.instance().layerTreeRoot()
        for layer in page.layers("picture"):
            root.findLayer(layer.id()).parent().setItemVisibilityChecked(False)
    with driver.step("Print another date than the map shows"):
        layout, item = layout_with_a_map()
        newest = exported(driver, layout, "layout-newest")
        day = page.days("values")[2]
        window = set_the_time_of(driver, layout, item, QDate.fromString(day, Qt.DateFormat.ISODate))
        printed = exported(driver, layout, "layout-third-date")
        assert printed != newest
        settings = item.mapSettings(item.extent(), item.rect().size() * 2, 50, True)
        settings.setOutputSize(QSize(300, 200))
        only = QgsMapSettings(settings)
        only.setIsTemporal(False)
        only.setLayers([layer for layer in page.layers("values") if layer.customProperty("pixxel/date") == day])
        assert draw(settings) == draw(only), "the layout's map draws its own date"
        legend = drawn(driver, layout, QgsLayoutItemLegend, "Add Legend", (QPointF(165, 10), QPointF(280, 100)))
        driver.wait(legend.legendFilterByMapEnabled, "the legend to follow its map")
        driver.pause(0.5)
        exported(driver, layout, "layout-with-legend")
        rows = printed_rows(legend)
        assert list(rows) == [f"{INDEX} {day}"], "no date that the map does not show"
        assert all(re.fullmatch(r".+ \(\S+ – \S+\)", row) for row in rows[f"{INDEX} {day}"]), rows
        driver.picture("layout")
        layout.removeLayoutItem(legend)
        layout.setSelectedItem(item)
        box = driver.wait(lambda: window.findChild(QGroupBox, "mTemporalCheckBox"), "the map's properties")
        box.setChecked(False)
        driver.pause(0.3)
        assert not driver.find(QCheckBox, "mKeepLayerListCheckBox", window).isChecked()
        assert exported(driver, layout, "layout-newest-again") == newest
        window.close()
    with driver.step("Print a legend that is made before its map"):
        a_legend_before_its_map(driver)
    with driver.step("Edit a legend whose layers lie below others"):
        page.select(AOI, "NDWI")
        page.add("values")
        driver.wait(lambda: len(page.layers("values")) == 16, "another index above")
        page.wait_until_idle()
        page.select(AOI, INDEX)
        edit_below_other_layers(driver, page)


drive(scenario)
