"""Two plugins with different versions of the same packages, used in turn inside a real QGIS."""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["PIXXEL_DESKTOP_SCRIPTS"])))

from dock_page import DockPage
from driver import Driver, drive
from qgis import utils
from qgis.core import QgsApplication
from qgis.utils import iface
from second_plugin import VERSIONS

OTHER = "other_plugin"


def press_other(driver: Driver) -> None:
    """Press the other plugin's button; it works with the packages it brings."""
    answers = utils.plugins[OTHER].answers
    before = len(answers)
    driver.trigger("otherPluginAction", iface.mainWindow())
    assert answers[before:] == [VERSIONS], answers


def use_ours(driver: Driver) -> None:
    """Connect to the sample data, at the first time, and list what is there with all its dates."""
    page = DockPage(driver)
    if utils.plugins["pixxel_explorer"].application is None:
        page.open_dock()
    if not page.aoi_names():
        driver.wait(lambda: driver.visible("sampleButton") or page.aoi_names(), "the first page")
        if driver.visible("sampleButton"):
            driver.click("sampleButton")
        driver.wait(page.aoi_names, "the list of AOIs")
    page.select("Farm near Raba", "NDVI")
    assert len(page.dates()) >= 6


def install_ours(driver: Driver) -> None:
    """Install the missing packages from the dock; they count at once."""
    driver.trigger("pixxelExplorerAction", iface.mainWindow())
    driver.wait(lambda: driver.visible("missingPanel"), "the page of missing packages")
    driver.click("installButton")
    driver.wait(lambda: utils.plugins["pixxel_explorer"].application is not None, "the installation", 120)


def reopen(driver: Driver) -> None:
    """Reload our plugin, as the plugin manager does for an update, and list again."""
    assert utils.reloadPlugin("pixxel_explorer")
    driver.pause(0.5)
    use_ours(driver)


def map_and_legend(driver: Driver) -> None:
    """Load dates as values, which reads style documents in the worker."""
    page = DockPage(driver)
    page.add("values")
    driver.wait(lambda: len(page.layers("values")) >= 6, "the value layers", 60)
    page.wait_until_idle()


def nobody_sees_ours() -> None:
    """The plain names are the other plugin's, or nobody's; Python's path holds none of our folders."""
    own = str(Path(QgsApplication.qgisSettingsDirPath()) / "pixxel_explorer")
    assert not [entry for entry in sys.path if entry.startswith(own)], sys.path
    plain = {name: module for name, module in sys.modules.items() if not name.startswith("pixxel_explorer_packages")}
    leaked = [n for n, m in plain.items() if str(getattr(m, "__file__", None) or "").startswith(own)]
    assert not leaked, leaked


STEPS = {"i": install_ours, "o": press_other, "p": use_ours, "r": reopen, "m": map_and_legend}
NAMES = {"i": "Install ours", "o": "Press the other", "p": "Use ours", "r": "Reload ours", "m": "Load values"}


def scenario(driver: Driver) -> None:
    """Use both in the order asked for."""
    with driver.step("Load both", picture=False):
        loaded = [name for name in utils.plugins if name in (OTHER, "pixxel_explorer")]
        assert loaded == os.environ["PIXXEL_TEST_LOADED"].split(), loaded
        nobody_sees_ours()
    for letter in os.environ["PIXXEL_TEST_ORDER"]:
        with driver.step(NAMES[letter]):
            STEPS[letter](driver)
            nobody_sees_ours()


drive(scenario)
