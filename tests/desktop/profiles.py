"""The main job inside a real QGIS, with a server that speaks another generation of the API."""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["PIXXEL_DESKTOP_SCRIPTS"])))

from dock_page import DockPage
from driver import Driver, drive
from journey import edit_the_legend, read_the_map

URL, KEY = os.environ["PIXXEL_TEST_URL"], os.environ["PIXXEL_TEST_KEY"]


def scenario(driver: Driver) -> None:
    """List, load, edit, push and roll back."""
    page = DockPage(driver)
    with driver.step("Connect and list"):
        page.use_connection("Sandbox", URL, KEY)
        page.open_dock()
        driver.wait(page.aoi_names, "the AOIs")
        page.select("Farm near Raba", "NDVI")
        assert len(page.dates()) >= 6
    read_the_map(driver, page)
    edit_the_legend(driver, page)


drive(scenario)
