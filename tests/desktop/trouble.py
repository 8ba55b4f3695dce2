"""What goes wrong on an analyst's day, run inside a real QGIS against a sandbox served over HTTP."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["PIXXEL_DESKTOP_SCRIPTS"])))

from dock_page import DockPage
from driver import Driver, drive
from qgis import utils
from qgis.core import QgsApplication, QgsProject
from qgis.PyQt.QtCore import QThread
from qgis.PyQt.QtWidgets import QDockWidget, QLabel
from qgis.utils import iface

URL, KEY = os.environ["PIXXEL_TEST_URL"], os.environ["PIXXEL_TEST_KEY"]
NAME = "pixxel_explorer"
DOCKS = {"PixxelExplorerDock", "PixxelLegendDock"}


def scenario(driver: Driver) -> None:
    """Meet every trouble, and come out of it with nothing lost."""
    with driver.step("Start without fetching anything"):
        assert utils.plugins[NAME].application is None
        assert not {"httpx", "pydantic", "starlette"} & set(sys.modules), "heavy packages were imported at start"
    page = DockPage(driver)
    refuse_the_key(driver, page)
    with driver.step("Close the dock during a load"):
        page.select("Farm near Raba", "NDVI")
        page.add("values")
        driver.find(QDockWidget, "PixxelExplorerDock").close()
        driver.wait(lambda: len(page.layers("values")) == 8, "all dates, though the dock is closed", 60)
        page.open_dock()
    keep_the_draft(driver, page)
    unload_in_the_middle(driver)
    with driver.step("Leave no key behind"):
        page.save_project()
        found = [path.name for path in files_that_may_tell() if KEY.encode() in path.read_bytes()]
        assert found == [], f"the key is in {found}"


def refuse_the_key(driver: Driver, page: DockPage) -> None:
    """Meet a closed port and a wrong key; a right key leads on from there."""
    with driver.step("Reach no server"):
        page.use_connection("Nobody there", "http://127.0.0.1:9", "any-key")
        page.open_dock()
        driver.wait(lambda: page.state() in ("error", "failed"), "the error page")
        assert "could not be reached" in driver.find(QLabel, "stateText").text()
        assert driver.visible("retryButton")
    with driver.step("Have the key refused"):
        page.use_connection("Sandbox", URL, "wrong-key")
        driver.wait(
            lambda: page.state() in ("error", "failed") and "refused" in driver.find(QLabel, "stateText").text(),
            "the refusal",
        )
        assert driver.visible("settingsButton")
    with driver.step("Go on with the right key"):
        page.use_connection("Sandbox", URL, KEY)
        driver.wait(page.is_connected, "the connection")
        driver.wait(page.aoi_names, "the AOIs")


def keep_the_draft(driver: Driver, page: DockPage) -> None:
    """Edit, take the plugin away, bring it back: the edits are there and the server has not heard of them."""
    with driver.step("Edit a legend"):
        driver.click("editLegendButton")
        driver.wait(page.legend_rows, "the classes")
        day = page.legend_day()
        before = page.server_maximum(day, 0)
        wanted = before + 0.05
        layer = driver.wait(lambda: next(iter(page.layers_of("values", day)), None), "the date on the map")
        page.wait_until_idle()
        layer.setOpacity(0.5)
        drawn_before = layer.renderer()
        page.set_maximum(0, wanted)
        driver.wait(lambda: page.edit_count() >= 1, "the edit")
        driver.wait(lambda: layer.renderer() is not drawn_before, "the map to follow")
        assert layer.opacity() == 0.5, "an edit leaves the layer's opacity alone"
        driver.pause(1)
    with driver.step("Find the edits again after a reload"):
        assert utils.reloadPlugin(NAME) is not False
        driver.pause(0.3)
        again = DockPage(driver)
        again.use_connection("Sandbox", URL, KEY)
        again.open_dock()
        driver.wait(again.is_connected, "the connection")
        driver.wait(again.aoi_names, "the AOIs")
        again.select("Farm near Raba", "NDVI")
        driver.click("editLegendButton")
        driver.wait(lambda: again.legend_rows() and again.edit_count() >= 1, "the draft")
        assert abs(again.maximum(0) - wanted) < 1e-9
        assert again.server_maximum(day, 0) == before


def unload_in_the_middle(driver: Driver) -> None:
    """Unload while dates are loading: quickly, and without leaving anything behind."""
    with driver.step("Unload in the middle of a load"):
        page = DockPage(driver)
        QgsProject.instance().removeAllMapLayers()
        page.add("picture")
        driver.pause(0.05)
        started = time.monotonic()
        assert utils.unloadPlugin(NAME)
        seconds = time.monotonic() - started
        assert seconds < 1.2, f"unloading took {seconds:.2f} s"
        driver.pause(0.5)
        docks = {dock.objectName() for dock in iface.mainWindow().findChildren(QDockWidget)}
        assert not docks & DOCKS, "a dock was left"
        assert not [t for t in QgsApplication.instance().findChildren(QThread) if t.objectName() == "pixxel-worker"]
        assert QgsApplication.processingRegistry().providerById("pixxel") is None
    with driver.step("Load and unload twenty times"):
        for _ in range(20):
            assert utils.loadPlugin(NAME)
            assert utils.startPlugin(NAME)
            assert utils.unloadPlugin(NAME)
        driver.pause(0.5)


def files_that_may_tell() -> list[Path]:
    """List the files of the profile and of this run: settings, projects, logs, drafts."""
    folders = (Path(QgsApplication.qgisSettingsDirPath()), Path(os.environ["PIXXEL_DESKTOP_OUT"]))
    found = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return [path for path in found if "packages" not in path.parts and "plugins" not in path.parts]


drive(scenario)
