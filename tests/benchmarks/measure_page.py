"""Run inside QGIS: the first page of AOIs until it is painted in the dock, and a bare fetch of the same, in turn."""

from __future__ import annotations

import json
import os
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from qgis import utils
from qgis.PyQt.QtCore import QEventLoop, QTimer

NAME, ROUNDS = "pixxel_explorer", 15
OUT = Path(os.environ["PIXXEL_DESKTOP_OUT"])
URL, KEY = os.environ["PIXXEL_BENCH_URL"], os.environ["PIXXEL_BENCH_KEY"]


def wait(condition: Any, seconds: float = 120) -> None:
    """Run the event loop until a condition holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "the plugin took too long"
        loop = QEventLoop()
        QTimer.singleShot(5, loop.quit)
        loop.exec()


def connect(plugin: Any) -> Any:
    """Open the dock on the served sandbox and return its panel."""
    from pixxel_explorer.plugin.api.config import Connection

    plugin.settings.save_connection(Connection("Bench", URL))
    plugin.session_keys.set("Bench", KEY)
    plugin.settings.current_connection = "Bench"
    plugin.open_dock()
    wait(lambda: plugin.application is not None and plugin.application.panel.model.aois())
    return plugin.application


def page_on_screen(application: Any) -> float:
    """List the AOIs anew; return seconds until the rows of the first page are painted."""
    from pixxel_explorer.plugin.api.models import AoiQuery

    catalog, panel = application.panel._catalog, application.panel
    loop = QEventLoop()
    ended: list[float] = []

    def painted(*_: Any) -> None:
        panel.tree.viewport().repaint()
        ended.append(time.perf_counter())
        loop.quit()

    catalog.aois_loaded.connect(painted)  # after the panel's own slot: the rows are there by then
    started = time.perf_counter()
    catalog.search(AoiQuery())
    loop.exec()
    catalog.aois_loaded.disconnect(painted)
    assert len(panel.model.aois()) == 50, "a page has fifty AOIs"
    return ended[0] - started


def bare_page(client: Any) -> float:
    """Fetch the same page over a connection that is open already, and parse its JSON; return seconds."""
    started = time.perf_counter()
    answer = client.get(f"{URL}/v0/aois", params={"offset": 0, "limit": 50})
    assert len(json.loads(answer.content)["aois"]) == 50
    return time.perf_counter() - started


def measure() -> None:
    """Warm everything once, then measure in turn, and report."""
    utils.loadPlugin(NAME)
    utils.startPlugin(NAME)
    application = connect(utils.plugins[NAME])
    from pixxel_explorer.plugin.host.paths import packages_folder

    sys.path.append(str(packages_folder()))  # the plugin itself leaves Python's path alone
    import httpx

    found: dict[str, list[float]] = {"page_s": [], "bare_s": []}
    with httpx.Client(headers={"Authorization": KEY}, trust_env=False) as client:
        bare_page(client), page_on_screen(application)
        for _ in range(ROUNDS):
            found["bare_s"].append(bare_page(client))
            found["page_s"].append(page_on_screen(application))
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
            traceback.print_exc(file=sys.__stderr__)  # QGIS has a window for what goes to the other one
            os._exit(1)


QTimer.singleShot(3000, run)
