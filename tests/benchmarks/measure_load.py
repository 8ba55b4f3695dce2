"""Run inside QGIS: dates onto the map through the plugin, and the same files by curl, in turn.

Pictures are compared with their PNGs; values with their rasters and the one document of styles beside them.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from qgis import utils
from qgis.core import QgsApplication, QgsProject
from qgis.utils import iface

sys.path.insert(0, os.environ["PIXXEL_DESKTOP_SCRIPTS"])

from in_qgis import NAME, OUT, Heartbeat, connected, measure_when_settled, wait

ROUNDS, AT_ONCE = 5, 6
KINDS = ("picture", "values")
URL, KEY = os.environ["PIXXEL_BENCH_URL"], os.environ["PIXXEL_BENCH_KEY"]


def select_series() -> Any:
    """Select the imported series with all its dates; return the panel."""
    panel = connected(URL, KEY).panel
    aoi = next(aoi for aoi in panel.model.aois() if "series" in aoi.name.lower() or "imported" in aoi.name.lower())
    panel.show_aoi(aoi.aoi_id)
    parent = panel.model.index_of_aoi(aoi.aoi_id)
    wait(lambda: panel.model.item(panel.model.index(0, 0, parent)) is not None)
    panel.show_aoi(aoi.aoi_id, panel.model.item(panel.model.index(0, 0, parent)).id)
    wait(lambda: panel.card.item is not None)
    panel.card.dates.check_all()
    return panel


def load_with_the_plugin(panel: Any, kind: str, heartbeat: Heartbeat) -> dict[str, Any]:
    """Put every date on the map; return seconds until all are there and until they are drawn, and the gaps."""
    project = QgsProject.instance()
    wanted = len(panel.card.item.dates)
    loads: list[Any] = []
    load_started = utils.plugins[NAME].application.map.loads.started
    load_started.connect(loads.append)
    heartbeat.reset()
    started = time.perf_counter()
    panel.card.actions_by_kind[kind].trigger()
    wait(lambda: len(project.mapLayers()) == wanted)
    seconds = time.perf_counter() - started
    wait(lambda: not any(load.is_running for load in loads) and not iface.mapCanvas().isDrawing())
    load_started.disconnect(loads.append)
    found = {"ours_s": seconds, "drawn_s": time.perf_counter() - started, "gaps_ms": heartbeat.gaps_ms}
    assert not any(layer.isTemporary() for layer in project.mapLayers().values()), "QGIS marks the layers in the tree"
    project.removeAllMapLayers()
    cache = Path(QgsApplication.qgisSettingsDirPath()) / "pixxel_explorer/cache"
    shutil.rmtree(cache)  # each round starts from nothing
    return found


def requests_of(item: Any, mode: str, kind: str) -> list[list[str]]:
    """Return what curl has to be told about each file of a load."""
    url = f"{URL}/v0/aois/{item.aoi_id}/visualizations/{item.id}"

    def posted(place: str, body: dict[str, Any]) -> list[str]:
        return ["-H", "Content-Type: application/json", "-d", json.dumps(body), f"{url}/{place}"]

    keys = [date.key for date in item.dates]
    if kind == "picture":
        body = {"index_id": item.index_id, "visualization_mode": mode}
        return [posted("png", {**body, "date": key}) for key in keys]
    return [posted("sld", {"dates": keys, "visualization_modes": [mode]}), *([date.asset.path] for date in item.dates)]


def load_with_curl(requests: list[list[str]], at_once: int) -> float:
    """Fetch the same files with curl; return seconds."""
    command = ["curl", "--silent", "--fail-early"]
    command += ["--parallel", "--parallel-immediate", "--parallel-max", str(at_once)] if at_once > 1 else []
    for number, words in enumerate(requests):
        command += ["--next", "--fail"] if number else ["--fail"]
        command += ["-H", f"Authorization: {KEY}", "-o", str(OUT / f"curl_{number}"), *words]
    started = time.perf_counter()
    subprocess.run(command, check=True)
    return time.perf_counter() - started


def measure_kind(panel: Any, kind: str, heartbeat: Heartbeat) -> dict[str, list[Any]]:
    """Warm everything once, then measure in turn."""
    requests = requests_of(panel.card.item, panel.card.mode, kind)
    load_with_curl(requests, AT_ONCE)
    load_with_the_plugin(panel, kind, heartbeat)
    found: dict[str, list[Any]] = {"curl_parallel_s": [], "curl_serial_s": []}
    for _ in range(ROUNDS):
        found["curl_parallel_s"].append(load_with_curl(requests, AT_ONCE))
        for name, value in load_with_the_plugin(panel, kind, heartbeat).items():
            found.setdefault(name, []).append(value)
        found["curl_serial_s"].append(load_with_curl(requests, 1))
    return found


def measure() -> dict[str, Any]:
    """Measure each kind of layer."""
    panel, heartbeat = select_series(), Heartbeat()
    return {kind: measure_kind(panel, kind, heartbeat) for kind in KINDS}


measure_when_settled(measure)
