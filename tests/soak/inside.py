"""Run inside a QGIS for long: load and remove layers, reload the plugin, and note what that leaves behind."""

from __future__ import annotations

import gc
import json
import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["PIXXEL_DESKTOP_SCRIPTS"]).parent / "desktop"))

from dock_page import DockPage
from driver import Driver, drive
from qgis import utils
from qgis.core import QgsApplication, QgsProject
from steps import open_connected

CYCLES, RELOADS = int(os.environ["PIXXEL_SOAK_CYCLES"]), int(os.environ["PIXXEL_SOAK_RELOADS"])
NAME = "pixxel_explorer"
TASKS_LEFT = 3.0  # seconds; a finished task of QGIS is deleted late
BEGAN = time.monotonic()


class Figures:
    """The figures of the process and the plugin's cache, after the start, each tenth of the rounds, and the end."""

    def __init__(self, driver: Driver, kind: str, rounds: int) -> None:
        self._driver, self._kind, self._rounds = driver, kind, rounds
        self._file = driver.out / "figures.json"

    def note(self, number: int) -> None:
        """Measure, after a number of rounds, if it is a tenth of them."""
        if number % max(1, self._rounds // 10) and number != self._rounds:
            return
        self._driver.pause(TASKS_LEFT)
        found = json.loads(self._file.read_text(encoding="utf-8")) if self._file.exists() else {}
        label = f"{self._kind} {number}" if number else f"{self._kind}: start"
        found.setdefault(self._kind, []).append((label, _measure(number)))
        self._file.write_text(json.dumps(found), encoding="utf-8")


def _measure(number: int) -> dict[str, int]:
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    cache = Path(QgsApplication.qgisSettingsDirPath()) / "pixxel_explorer/cache"
    return {
        "round": number,
        "seconds": round(time.monotonic() - BEGAN),
        "memory (MB)": pages * os.sysconf("SC_PAGE_SIZE") // 2**20,
        "descriptors": len(list(Path("/proc/self/fd").iterdir())),
        "threads": len(list(Path("/proc/self/task").iterdir())),
        "cache (kB)": sum(file.stat().st_size for file in cache.rglob("*") if file.is_file()) // 1024,
    }


def cycle(driver: Driver, page: DockPage, kind: str) -> None:
    """Load all dates and remove them again."""
    page.add(kind)
    driver.wait(lambda: len(page.layers(kind)) == len(page.dates()), "the layers", 60)
    page.wait_until_idle()
    QgsProject.instance().clear()
    driver.wait(lambda: not QgsProject.instance().mapLayers(), "an empty project")


def scenario(driver: Driver) -> None:
    """Go round often."""
    with driver.step("Load and remove", picture=False):
        page = open_connected(driver)
        cycle(driver, page, "picture")
        cycle(driver, page, "values")
        figures = Figures(driver, "cycles", CYCLES)
        figures.note(0)
        for number in range(CYCLES):
            cycle(driver, page, ("picture", "values")[number % 2])
            figures.note(number + 1)
    with driver.step("Reload the plugin", picture=False):
        figures = Figures(driver, "reloads", RELOADS)
        figures.note(0)
        for number in range(RELOADS):
            assert utils.reloadPlugin(NAME) is not False
            driver.pause(0.3)  # what the former plugin left to be deleted later is
            page = open_connected(driver)
            figures.note(number + 1)


drive(scenario)
