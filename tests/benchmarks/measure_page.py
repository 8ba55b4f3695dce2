"""Run inside QGIS: the first page of AOIs until it is painted in the dock, and a bare fetch of the same, in turn."""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any

from qgis.PyQt.QtCore import QEventLoop

sys.path.insert(0, os.environ["PIXXEL_DESKTOP_SCRIPTS"])

from in_qgis import connected, measure_when_settled

ROUNDS = 15
URL, KEY = os.environ["PIXXEL_BENCH_URL"], os.environ["PIXXEL_BENCH_KEY"]


def page_on_screen(application: Any) -> float:
    """List the AOIs again; return seconds until the rows of the first page are painted."""
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


def measure() -> dict[str, Any]:
    """Warm everything once, then measure in turn."""
    application = connected(URL, KEY)
    from pixxel_explorer.plugin.host.paths import packages_folder

    sys.path.append(str(packages_folder()))  # the plugin itself leaves Python's path alone
    import httpx

    found: dict[str, list[float]] = {"page_s": [], "bare_s": []}
    with httpx.Client(headers={"Authorization": KEY}, trust_env=False) as client:
        bare_page(client), page_on_screen(application)
        for _ in range(ROUNDS):
            found["bare_s"].append(bare_page(client))
            found["page_s"].append(page_on_screen(application))
    return found


measure_when_settled(measure)
