"""Run inside QGIS: dates onto the map through the plugin, and the same pictures by curl, in turn."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
import traceback
from pathlib import Path
from typing import Any

from qgis import utils
from qgis.core import QgsApplication, QgsProject
from qgis.PyQt.QtCore import QEventLoop, QObject, QTimer

NAME, ROUNDS, AT_ONCE = "pixxel_explorer", 3, 6
OUT = Path(os.environ["PIXXEL_DESKTOP_OUT"])
URL, KEY = os.environ["PIXXEL_BENCH_URL"], os.environ["PIXXEL_BENCH_KEY"]


class Heartbeat(QObject):
    """Measures the longest time the event loop did not come round."""

    def __init__(self) -> None:
        super().__init__()
        self.longest_ms = 0.0
        self._last = time.perf_counter()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._beat)
        self._timer.start(1)

    def _beat(self) -> None:
        now = time.perf_counter()
        self.longest_ms = max(self.longest_ms, (now - self._last) * 1000)
        self._last = now

    def reset(self) -> None:
        """Begin anew."""
        self.longest_ms, self._last = 0.0, time.perf_counter()


def wait(condition: Any, seconds: float = 120) -> None:
    """Run the event loop, asleep between events, until a condition holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "the plugin took too long"
        loop = QEventLoop()
        QTimer.singleShot(5, loop.quit)
        loop.exec()


def connect(plugin: Any) -> Any:
    """Open the dock on the served sandbox and select the imported series; return the panel."""
    from pixxel_explorer.plugin.api.config import Connection

    plugin.settings.save_connection(Connection("Bench", URL))
    plugin.session_keys.set("Bench", KEY)
    plugin.settings.current_connection = "Bench"
    plugin.open_dock()
    wait(lambda: plugin.workbench is not None and plugin.workbench.panel.model.aois())
    panel = plugin.workbench.panel
    aoi = next(aoi for aoi in panel.model.aois() if "series" in aoi.name.lower() or "imported" in aoi.name.lower())
    panel.show_aoi(aoi.aoi_id)
    parent = panel.model.index_of_aoi(aoi.aoi_id)
    wait(lambda: panel.model.item(panel.model.index(0, 0, parent)) is not None)
    panel.show_aoi(aoi.aoi_id, panel.model.item(panel.model.index(0, 0, parent)).id)
    wait(lambda: panel.card.item is not None)
    panel.card.dates.check_all()
    return panel


def load_with_the_plugin(panel: Any, heartbeat: Heartbeat) -> tuple[float, float]:
    """Put every date on the map as a picture; return seconds and the longest gap in milliseconds."""
    project = QgsProject.instance()
    wanted = len(panel.card.item.dates)
    heartbeat.reset()
    started = time.perf_counter()
    panel.card.add_as("picture")
    wait(lambda: len(project.mapLayers()) == wanted)
    seconds = time.perf_counter() - started
    gap = heartbeat.longest_ms
    wait(lambda: not panel.jobs.isVisible())
    project.removeAllMapLayers()
    shutil.rmtree(
        Path(QgsApplication.qgisSettingsDirPath()) / "pixxel_explorer/cache"
    )  # each round starts from nothing
    return seconds, gap


def load_with_curl(item: Any, mode: str, at_once: int) -> float:
    """Fetch the same pictures with curl; return seconds."""
    url = f"{URL}/v0/aois/{item.aoi_id}/visualizations/{item.id}/png"
    command = ["curl", "--silent", "--fail-early"]
    command += ["--parallel", "--parallel-immediate", "--parallel-max", str(at_once)] if at_once > 1 else []
    for number, date in enumerate(item.dates):
        body = json.dumps({"index_id": item.index_id, "date": date.key, "visualization_mode": mode})
        command += ["--next"] if number else []
        command += ["-H", f"Authorization: {KEY}", "-H", "Content-Type: application/json", "-d", body]
        command += ["-o", str(OUT / f"curl_{number}.png"), url]
    started = time.perf_counter()
    subprocess.run(command, check=True)
    return time.perf_counter() - started


def measure() -> None:
    """Warm everything once, then measure in turn, and report."""
    utils.loadPlugin(NAME)
    utils.startPlugin(NAME)
    panel = connect(utils.plugins[NAME])
    item, mode = panel.card.item, panel.card.mode
    load_with_curl(item, mode, AT_ONCE)
    load_with_the_plugin(panel, heartbeat := Heartbeat())
    found: dict[str, list[float]] = {"ours_s": [], "gap_ms": [], "curl_parallel_s": [], "curl_serial_s": []}
    for _ in range(ROUNDS):
        found["curl_parallel_s"].append(load_with_curl(item, mode, AT_ONCE))
        seconds, gap = load_with_the_plugin(panel, heartbeat)
        found["ours_s"].append(seconds)
        found["gap_ms"].append(gap)
        found["curl_serial_s"].append(load_with_curl(item, mode, 1))
    part = OUT / "report.part"
    part.write_text(json.dumps(found), encoding="utf-8")
    part.replace(OUT / "report.json")


def run() -> None:
    """Measure; a failure ends the process, so that nobody waits for a report."""
    done = False
    try:
        measure()
        done = True
    finally:
        if not done:
            traceback.print_exc()
            os._exit(1)


QTimer.singleShot(3000, run)
