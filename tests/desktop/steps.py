"""Steps that several scenarios share."""

from __future__ import annotations

import os

from dock_page import DockPage
from driver import Driver


def open_connected(driver: Driver) -> DockPage:
    """Open the dock on the sandbox of the test, with NDVI of the farm selected."""
    page = DockPage(driver)
    page.use_connection("Sandbox", os.environ["PIXXEL_TEST_URL"], os.environ["PIXXEL_TEST_KEY"])
    page.open_dock()
    driver.wait(page.is_connected, "the connection")
    driver.wait(page.aoi_names, "the AOIs")
    page.select("Farm near Raba", "NDVI")
    return page
