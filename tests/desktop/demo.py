"""An analyst's day, run inside a real QGIS by ``make demo`` with the plugin's own widgets and the sample data."""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["PIXXEL_DESKTOP_SCRIPTS"])))

from desk import Desk
from driver import Driver, drive
from journey import edit_the_legend, read_the_map
from qgis.core import QgsProject

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


drive(scenario)
