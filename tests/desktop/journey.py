"""The main job with whatever server is connected: dates onto the map, a legend edited, pushed and rolled back."""

from __future__ import annotations

from desk import Desk
from driver import Driver
from qgis.PyQt.QtGui import QColor


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
        desk.set_maximum(0, desk.maximum(0) + (desk.maximum(1) - desk.maximum(0)) / 2)
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
