"""Run inside a QGIS for long: load and remove layers, reload the plugin, and note what that leaves behind."""

from __future__ import annotations

import gc
import json
import os
import sys
import threading
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["PIXXEL_DESKTOP_SCRIPTS"]).parent / "desktop"))

from desk import Desk
from driver import Driver, drive
from qgis import utils
from qgis.core import QgsApplication, QgsProject
from steps import open_connected

CYCLES, RELOADS = int(os.environ["PIXXEL_SOAK_CYCLES"]), int(os.environ["PIXXEL_SOAK_RELOADS"])
NAME = "pixxel_explorer"


def figures() -> dict[str, int]:
    """Measure the process and the plugin's cache."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    cache = Path(QgsApplication.qgisSettingsDirPath()) / "pixxel_explorer/cache"
    return {
        "memory (MB)": pages * os.sysconf("SC_PAGE_SIZE") // 2**20,
        "descriptors": len(list(Path("/proc/self/fd").iterdir())),
        "threads": len(list(Path("/proc/self/task").iterdir())),
        "Python threads": threading.active_count(),
        "cache (kB)": sum(file.stat().st_size for file in cache.rglob("*") if file.is_file()) // 1024,
    }


def cycle(driver: Driver, desk: Desk, kind: str) -> None:
    """Load all dates and remove them again."""
    desk.add(kind)
    driver.wait(lambda: len(desk.layers(kind)) == len(desk.dates()), "the layers", 60)
    desk.wait_until_idle()
    QgsProject.instance().clear()
    driver.wait(lambda: not QgsProject.instance().mapLayers(), "an empty project")


def scenario(driver: Driver) -> None:
    """Go round often, and write the figures of the beginning, the middle and the end."""
    found = []
    with driver.step("Load and remove", picture=False):
        desk = open_connected(driver)
        cycle(driver, desk, "picture")
        cycle(driver, desk, "values")
        found.append(("first cycle", figures()))
        for number in range(CYCLES):
            cycle(driver, desk, ("picture", "values")[number % 2])
        found.append((f"{CYCLES} cycles", figures()))
    with driver.step("Reload the plugin", picture=False):
        for _ in range(RELOADS):
            assert utils.reloadPlugin(NAME) is not False
            driver.pause(0.3)  # what the former plugin left to be deleted later is
            desk = open_connected(driver)
        found.append((f"{RELOADS} reloads", figures()))
    (driver.out / "figures.json").write_text(json.dumps(found), encoding="utf-8")


drive(scenario)
