"""Steps that several scenarios share."""

from __future__ import annotations

import os

from desk import Desk
from driver import Driver


def open_connected(driver: Driver) -> Desk:
    """Open the dock on the sandbox of the test, with NDVI of the farm selected."""
    desk = Desk(driver)
    desk.use_connection("Sandbox", os.environ["PIXXEL_TEST_URL"], os.environ["PIXXEL_TEST_KEY"])
    desk.open_dock()
    driver.wait(desk.is_connected, "the connection")
    driver.wait(desk.aoi_names, "the AOIs")
    desk.select("Farm near Raba", "NDVI")
    return desk
