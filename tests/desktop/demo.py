"""An analyst's day, run inside a real QGIS by ``make demo`` with the plugin's own widgets and the sample data."""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["PIXXEL_DESKTOP_SCRIPTS"])))

from desk import Desk
from driver import Driver, drive
from qgis.core import QgsProject
from qgis.PyQt.QtGui import QColor

AOI, INDEX = "Farm near Raba", "NDVI"


def scenario(driver: Driver) -> None:
    """Do the main job, step by step."""
    desk = Desk(driver)
    with driver.step("Open the dock"):
        desk.open_dock()
        assert driver.visible("sampleButton"), "the first run offers the sample data"
    with driver.step("Connect to the sample data"):
        driver.click("sampleButton")
        driver.wait(desk.is_connected, "the connection")
        driver.wait(desk.aoi_names, "the list of AOIs")
        assert AOI in desk.aoi_names()
        assert len(desk.project_names()) >= 2
    with driver.step("List visualizations and dates"):
        desk.select(AOI, INDEX)
        assert len(desk.dates()) >= 6
        assert desk.checked_dates() >= 6
    read_the_map(driver, desk)
    edit_the_legend(driver, desk)
    with driver.step("Save and reopen the project"):
        before = desk.summary_of_layers()
        path = desk.save_project()
        QgsProject.instance().clear()
        assert QgsProject.instance().read(str(path))
        assert desk.summary_of_layers() == before
        driver.wait(desk.is_rendered, "the map")


def read_the_map(driver: Driver, desk: Desk) -> None:
    """Put six or more dates on the map, first as pictures, then as values."""
    with driver.step("Add six dates as pictures"):
        desk.add("picture")
        driver.wait(lambda: len(desk.layers("picture")) >= 6, "six pictures")
        desk.wait_until_idle()
        extent = desk.layers("picture")[0].extent()
        outline = desk.selected_outline().boundingBox()
        assert abs(extent.xMinimum() - outline.xMinimum()) < 1e-9, "the picture lies on its AOI"
        assert abs(extent.yMaximum() - outline.yMaximum()) < 1e-9, "the picture lies on its AOI"
    with driver.step("Add six dates as values"):
        desk.add("values")
        driver.wait(lambda: len(desk.layers("values")) >= 6, "six value rasters")
        desk.wait_until_idle()
        for layer in desk.layers("values"):
            assert len(layer.legendSymbologyItems()) >= 3, "values are styled by classes"
    with driver.step("Look at the stack by date"):
        days = desk.days("values")
        assert len(set(days)) == len(days) >= 6
        colours = [desk.colour_at_centre(layer) for layer in desk.layers("values")]
        assert len(set(colours)) > 1, "the season changes the colours"


def edit_the_legend(driver: Driver, desk: Desk) -> None:
    """Move a breakpoint, change a colour, push, and roll back."""
    with driver.step("Open the legend"):
        driver.click("editLegendButton")
        driver.wait(desk.legend_rows, "the legend's classes")
        day = desk.days("values")[4]
        desk.edit_day(day)
        assert desk.legend_day() == day
        driver.wait(lambda: desk.is_shown(day), "the map to show the date that is edited")
    with driver.step("Move a breakpoint and change a colour"):
        picture = desk.rendered(day)
        desk.set_maximum(0, desk.maximum(0) + 0.08)
        desk.set_colour(1, QColor("#7b3294"))
        driver.wait(lambda: desk.rendered(day) != picture, "the map to follow")
        assert desk.edit_count() >= 2
        driver.pause(0.3)  # the preview follows at most 25 times a second
        edited = desk.rendered(day)
    with driver.step("See what a push would send"):
        driver.click_soon("pushButton")
        driver.wait(desk.push_dialog, "the comparison")
    with driver.step("Push and see the answer"):
        desk.accept_push()
        driver.wait(lambda: desk.edit_count() == 0, "the server's answer")
        desk.wait_until_idle()
        assert desk.server_colour(day, 1) == "#7b3294", "another client sees the new colour"
        assert desk.rendered(day) == edited, "the map shows what was pushed"
    with driver.step("Roll back"):
        driver.click_soon("rollBackButton")
        driver.wait(desk.rollback_dialog, "the confirmation")
        driver.picture("confirm-roll-back")
        desk.accept_rollback()
        driver.wait(lambda: desk.server_colour(day, 1) != "#7b3294", "the recomputed legend")
        driver.wait(lambda: desk.rendered(day) == picture, "the map as it was")
        desk.wait_until_idle()


drive(scenario)
