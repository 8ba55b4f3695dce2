"""Run inside QGIS: the time of the plugin's import and initGui, then of what must not be imported at start."""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
from pathlib import Path

from qgis import utils
from qgis.PyQt.QtCore import QTimer

NAME = "pixxel_explorer"


def measure() -> None:
    """Load and start the plugin as QGIS does, and report."""
    started = time.perf_counter()
    loaded = utils.loadPlugin(NAME) and utils.startPlugin(NAME)
    plugin_ms = (time.perf_counter() - started) * 1000
    early = [name for name in sys.modules if name.rpartition(".")[2] in ("httpx", "pydantic", "starlette")]
    from pixxel_explorer.plugin.host.paths import packages_folder

    sys.path.append(str(packages_folder()))  # the plugin itself leaves Python's path alone
    started = time.perf_counter()
    for name in ("httpx", "pydantic"):
        importlib.import_module(name)
    packages_ms = (time.perf_counter() - started) * 1000
    assert loaded, "the plugin did not start"
    assert not early, f"imported at start: {early}"
    report = Path(os.environ["PIXXEL_DESKTOP_OUT"]) / "report.part"
    report.write_text(json.dumps({"plugin_ms": plugin_ms, "packages_ms": packages_ms}), encoding="utf-8")
    report.replace(report.with_suffix(".json"))


QTimer.singleShot(3000, measure)
