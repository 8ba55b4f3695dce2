"""The main job with whatever server is connected: dates onto the map, a legend edited, pushed and rolled back."""

from __future__ import annotations

from dock_page import DockPage
from driver import Driver
from qgis.PyQt.QtGui import QColor


def read_the_map(driver: Driver, page: DockPage) -> None:
    """Put six or more dates on the map, first as pictures, then as values."""
    with driver.step("Add six dates as pictures"):
        page.add("picture")
        driver.wait(lambda: len(page.layers("picture")) >= 6, "six pictures")
        page.wait_until_idle()
        extent = page.layers("picture")[0].extent()
        outline = page.selected_outline().boundingBox()
        assert abs(extent.xMinimum() - outline.xMinimum()) < 1e-9, "the picture lies on its AOI"
        assert abs(extent.yMaximum() - outline.yMaximum()) < 1e-9, "the picture lies on its AOI"
    with driver.step("Add six dates as values"):
        page.add("values")
        driver.wait(lambda: len(page.layers("values")) >= 6, "six value rasters")
        page.wait_until_idle()
        for layer in page.layers("values"):
            assert len(layer.legendSymbologyItems()) >= 3, "values are styled by classes"
    with driver.step("Look at the stack by date"):
        days = page.days("values")
        assert len(set(days)) == len(days) >= 6
        colours = [page.colour_at_centre(layer) for layer in page.layers("values")]
        assert len(set(colours)) > 1, "the season changes the colours"


def edit_the_legend(driver: Driver, page: DockPage) -> None:
    """Move a breakpoint, change a colour, push, and roll back."""
    with driver.step("Open the legend"):
        driver.click("editLegendButton")
        driver.wait(page.legend_rows, "the legend's classes")
        day = page.days("values")[4]
        page.edit_day(day)
        assert page.legend_day() == day
        driver.wait(lambda: page.is_shown(day), "the map to show the date that is edited")
    with driver.step("Move a breakpoint and change a colour"):
        picture = page.rendered(day)
        page.set_maximum(0, page.maximum(0) + (page.maximum(1) - page.maximum(0)) / 2)
        page.set_colour(1, QColor("#7b3294"))
        driver.wait(lambda: page.rendered(day) != picture, "the map to follow")
        assert page.edit_count() >= 2
        driver.pause(0.3)  # the preview follows at most 25 times a second
        edited = page.rendered(day)
    with driver.step("See what a push would send"):
        driver.click_soon("pushButton")
        driver.wait(page.push_dialog, "the comparison")
    with driver.step("Push and see the answer"):
        page.accept_push()
        driver.wait(lambda: page.edit_count() == 0, "the server's answer")
        page.wait_until_idle()
        assert page.server_colour(day, 1) == "#7b3294", "another client sees the new colour"
        assert page.rendered(day) == edited, "the map shows what was pushed"
    with driver.step("Roll back"):
        driver.click_soon("rollBackButton")
        driver.wait(page.rollback_dialog, "the confirmation")
        driver.picture("confirm-roll-back")
        page.accept_rollback()
        driver.wait(lambda: page.server_colour(day, 1) != "#7b3294", "the recomputed legend")
        driver.wait(lambda: page.rendered(day) == picture, "the map as it was")
        page.wait_until_idle()
