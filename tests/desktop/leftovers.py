"""The plugin is used, unloaded, and what of it is still there is written down, in a real QGIS."""

from __future__ import annotations

import gc
import json
import os
import sys
import threading
import types
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["PIXXEL_DESKTOP_SCRIPTS"])))

from dock_page import DockPage
from driver import Driver, drive
from qgis import utils
from qgis.core import QgsProject
from qgis.PyQt.QtCore import QObject
from qgis.utils import iface
from steps import open_connected

NAME = "pixxel_explorer"
UNLOADS = 2
OURS: set[int] = set()  # numbers of the threads that have run Python while the plugin was in use
TASKS_LEFT = 3.0  # seconds; a finished task of QGIS is deleted late


def use(driver: Driver, page: DockPage) -> None:
    """Load, edit a legend, and leave both under way."""
    driver.click("editLegendButton")
    driver.wait(page.legend_rows, "the classes")
    page.set_maximum(0, page.maximum(0) + 0.05)
    page.add("picture")
    page.add("values")
    driver.wait(lambda: len(page.layers("values")) == len(page.dates()), "the values", 60)
    page.wait_until_idle()
    QgsProject.instance().clear()
    page.add("picture")
    driver.pause(0.1)
    OURS.update(each.native_id or 0 for each in threading.enumerate() if each is not threading.main_thread())


def figures() -> dict[str, int]:
    """Count what must not grow by loading and unloading."""
    return {
        "objects of the main window": sum(not _is_of_qgis(each) for each in iface.mainWindow().findChildren(QObject)),
        # not those that Python met in a QThread: it keeps an entry of each until another thread has its number
        "Python threads": sum(not each.daemon for each in threading.enumerate()),
        "threads": len(OURS & {int(task.name) for task in Path("/proc/self/task").iterdir()}),
        # beside those, the threads that libraries start: numpy's BLAS has one, which gets the name of ours that used it
        # first after a process was forked
        "threads named as ours": sum(name.startswith(("pixxel", "asyncio")) for name in _thread_names()),
        "descriptors": len(list(Path("/proc/self/fd").iterdir())),
    }


def _is_of_qgis(each: QObject) -> bool:
    """Return whether an object is an indicator of the layer tree: QGIS keeps that of each temporal layer there was."""
    return each.metaObject().className() == "QgsLayerTreeViewIndicator"


def _thread_names() -> Iterator[str]:
    for task in Path("/proc/self/task").iterdir():
        yield (task / "comm").read_text(encoding="utf-8").strip()


def remains() -> dict[str, int]:
    """Count by type what is alive of the plugin's own modules: classes, functions, and objects of those classes.

    ``type`` is asked, not ``isinstance``, which a weak proxy passes on to an object that is gone.
    """
    gc.collect()
    gc.collect()
    found: Counter[str] = Counter()
    for each in gc.get_objects():
        kind = type(each)
        is_definition = issubclass(kind, type) or kind is types.FunctionType
        module = str(getattr(each, "__module__", "")) if is_definition else str(kind.__module__)
        if module.startswith(f"{NAME}."):
            found[f"{module}.{each.__qualname__}" if is_definition else f"{module}.{kind.__qualname__}()"] += 1
    return dict(found)


def scenario(driver: Driver) -> None:
    """Use the plugin and unload it, twice."""
    found = []
    for number in range(UNLOADS):
        with driver.step(f"Use and unload {number}", picture=False):
            use(driver, open_connected(driver))
            assert OURS, "the threads of the loop and of the work beside it are known"
            assert utils.unloadPlugin(NAME)
            QgsProject.instance().clear()
            driver.pause(TASKS_LEFT)
            modules = sorted(name for name in sys.modules if name.startswith(f"{NAME}."))
            found.append({"figures": figures(), "remains": remains(), "modules": modules})
        with driver.step(f"Load again {number}", picture=False):
            assert utils.loadPlugin(NAME)
            assert utils.startPlugin(NAME)
    (driver.out / "leftovers.json").write_text(json.dumps(found, indent=1), encoding="utf-8")


drive(scenario)
