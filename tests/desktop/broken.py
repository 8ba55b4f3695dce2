"""A QGIS whose private packages are there but broken, then replaced while they are in use."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["PIXXEL_DESKTOP_SCRIPTS"])))

from dock_page import DockPage
from driver import Driver, drive
from qgis import utils
from qgis.core import QgsApplication
from qgis.PyQt.QtWidgets import QLabel, QPlainTextEdit
from qgis.utils import iface


def can_execute(name: str) -> tuple[bool, str]:
    """Return whether an algorithm says that it can run, and why not."""
    possible, why = QgsApplication.processingRegistry().createAlgorithmById(f"pixxel:{name}").canExecute()
    return bool(possible), str(why)


def scenario(driver: Driver) -> None:
    """Say which package cannot be loaded and where it is; then, mended, go on; then ask for a restart."""
    from pixxel_explorer.plugin.host.paths import packages_folder

    folder = packages_folder()
    core = next((folder / "pydantic_core").glob("_pydantic_core*.so"))
    with driver.step("Say which package cannot be loaded"):
        driver.trigger("pixxelExplorerAction", iface.mainWindow())
        driver.wait(lambda: driver.visible("missingPanel"), "the page about packages")
        assert driver.find(QLabel, "missingHeadline").text() == "A Python Package Cannot Be Loaded"
        assert driver.find(QLabel, "missingList").text().startswith("• pydantic 2.")
        assert driver.find(QLabel, "missingNote").toolTip() == str(folder)
        assert core.name in driver.find(QPlainTextEdit, "installLog").toPlainText()
    with driver.step("Go on once it is mended"):
        shutil.copy2(os.environ["PIXXEL_TEST_CORE"], core)
        driver.click("retryButton")
        page = DockPage(driver)
        driver.wait(lambda: utils.plugins["pixxel_explorer"].application is not None, "the dock")
        driver.click("sampleButton")
        driver.wait(page.aoi_names, "the list of AOIs")
        assert can_execute("listprojects") == (True, "")
    with driver.step("Ask for a restart after a replacement"):
        (info,) = folder.glob("httpx-*.dist-info")
        metadata = (info / "METADATA").read_text(encoding="utf-8")
        version = info.name.removeprefix("httpx-").removesuffix(".dist-info")
        shutil.move(info, folder / "httpx-0.99.0.dist-info")
        metadata = metadata.replace(f"Version: {version}", "Version: 0.99.0", 1)
        (folder / "httpx-0.99.0.dist-info/METADATA").write_text(metadata, encoding="utf-8")
        assert utils.reloadPlugin("pixxel_explorer")
        driver.pause(0.5)
        driver.trigger("pixxelExplorerAction", iface.mainWindow())
        driver.wait(lambda: driver.visible("stateText"), "the page about a restart")
        expected = f"httpx {version} was in use when version 0.99.0 was installed. Save your work, then restart QGIS."
        assert driver.visible("stateText").text() == expected
        assert not driver.visible("missingPanel")
        assert can_execute("listprojects") == (False, expected)


drive(scenario)
