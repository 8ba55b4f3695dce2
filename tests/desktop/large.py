"""Large pictures and rasters on a real desktop: how long Stop takes, how long the window waits, what memory stays."""

from __future__ import annotations

import gc
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(os.environ["PIXXEL_DESKTOP_SCRIPTS"])))

from dock_page import DockPage
from driver import Driver, drive
from gaps import Gaps
from qgis.core import QgsProject
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QToolButton

KIND, TITLE = os.environ["PIXXEL_LARGE_KIND"], "Crop"
STOPS = [float(word) for word in os.environ["PIXXEL_LARGE_STOPS"].split()]


def resident() -> int:
    """Return the memory of the process in MB."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 2**20


class Figures:
    """What was measured, one row an act."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver
        self._gaps = Gaps()
        self.rows: list[dict[str, Any]] = []

    @contextmanager
    def act(self, name: str) -> Iterator[dict[str, Any]]:
        """Measure an act: its seconds, the longest gap, and the memory when it ended."""
        self._gaps.take()
        row: dict[str, Any] = {"act": name}
        started = time.monotonic()
        yield row
        row |= {"seconds": round(time.monotonic() - started, 2), "gap": round(self._gaps.take(), 3)}
        row["memory"] = resident()
        self.rows.append(row)
        print(row, flush=True)

    def write(self) -> None:
        """Write the rows beside the report."""
        (self._driver.out / "figures.json").write_text(json.dumps(self.rows, indent=1), encoding="utf-8")


def stop(driver: Driver, page: DockPage) -> None:
    """Click Stop, and wait until the load has ended."""
    QTest.mouseClick(driver.find(QToolButton, "stopButton"), Qt.MouseButton.LeftButton)
    driver.wait(lambda: not page.panel.jobs.isVisible(), "the load to end", 120)


def clear(driver: Driver) -> None:
    """Remove all layers, and wait a few seconds."""
    QgsProject.instance().removeAllMapLayers()
    driver.pause(5)


def scenario(driver: Driver) -> None:
    """Load, stop, load, look, measure, remove."""
    figures = Figures(driver)
    try:
        run(driver, figures)
    finally:
        figures.write()


def run(driver: Driver, figures: Figures) -> None:
    """Stop loads after some time, and let one end."""
    page = open_series(driver)
    warm_up(driver, page, figures)
    for seconds in STOPS:
        with driver.step(f"Stop after {seconds} s", picture=False):
            with figures.act(f"load for {seconds} s"):
                page.add(KIND)
                driver.pause(seconds)
            if page.panel.jobs.isVisible():
                with figures.act("Stop"):
                    stop(driver, page)
            with figures.act("remove the layers"):
                clear(driver)
    with driver.step("Load all dates"):
        with figures.act("load all dates"):
            page.add(KIND)
            driver.wait(lambda: len(page.layers(KIND)) == len(page.dates()), "the layers", 300)
        with figures.act("draw"):
            driver.wait(page.is_rendered, "the map", 120)
    if KIND == "values":
        edit(driver, page, figures)
    with driver.step("Remove the layers", picture=False), figures.act("remove the layers"):
        clear(driver)


def open_series(driver: Driver) -> DockPage:
    """Select the series of large rasters."""
    with driver.step("Open the series"):
        page = DockPage(driver)
        page.use_connection("Sandbox", os.environ["PIXXEL_TEST_URL"], os.environ["PIXXEL_TEST_KEY"])
        page.open_dock()
        driver.wait(page.is_connected, "the connection")
        driver.wait(page.aoi_names, "the AOIs")
        page.select("Series", TITLE)
    return page


def warm_up(driver: Driver, page: DockPage, figures: Figures) -> None:
    """Load and remove small dates first, so that what is imported and cached once does not count."""
    with driver.step("Warm up", picture=False):
        page.select("Farm near Raba", "NDVI")
        page.add(KIND)
        driver.wait(lambda: len(page.layers(KIND)) == len(page.dates()), "the layers", 60)
        if KIND == "values":
            driver.click("editLegendButton")
            driver.wait(page.legend_rows, "the classes")
            driver.pause(1)
        page.wait_until_idle()
        page.select("Series", TITLE)
        with figures.act("before"):
            clear(driver)


def edit(driver: Driver, page: DockPage, figures: Figures) -> None:
    """Open the legend, move a breakpoint, measure, and give it to all dates."""
    with driver.step("Edit a legend"):
        with figures.act("open the legend"):
            driver.click("editLegendButton")
            driver.wait(lambda: page.legend_rows() == 5, "the classes")
            driver.pause(3)
        with figures.act("move a breakpoint"):
            page.set_maximum(0, page.maximum(0) + 0.05)
            driver.wait(lambda: page.edit_count() >= 1, "the edit")
            driver.pause(1)
        with figures.act("measure the areas"):
            driver.wait(lambda: page.area(0), "the areas", 120)


drive(scenario)
