"""The dock's frame is cheap, tells its first showing once, and holds one page."""

from __future__ import annotations

import subprocess
import sys

from pixxel_explorer.ui.dock import PixxelDock
from qgis.PyQt.QtCore import QCoreApplication, QEvent, Qt
from qgis.PyQt.QtWidgets import QLabel, QMainWindow

from .conftest import record


def test_the_first_showing_is_reported_once(qgis_app: object) -> None:
    dock = PixxelDock()
    noted = record(dock.opened)
    dock.show()  # as QGIS does with a dock that is added
    dock.fold_away()
    assert not dock.isVisible()
    assert noted == []
    dock.show()
    dock.hide()
    dock.show()
    assert noted == [()]
    dock.close()


def test_a_dock_folded_away_before_its_window_is_shown_stays_hidden(qgis_app: object) -> None:
    window = QMainWindow()
    dock = PixxelDock(window)
    noted = record(dock.opened)
    window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, dock)
    dock.show()
    dock.fold_away()
    window.show()
    assert not dock.isVisible()
    assert noted == []
    window.close()


def test_a_new_page_replaces_the_old_one(qgis_app: object) -> None:
    dock = PixxelDock()
    first, second = QLabel("one"), QLabel("two")
    gone = record(first.destroyed)
    dock.set_page(first)
    dock.set_page(first)
    dock.set_page(second)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert dock.page is second
    assert len(gone) == 1


def test_the_dock_can_be_found_again_by_saved_state(qgis_app: object) -> None:
    assert PixxelDock().objectName() == "PixxelExplorerDock"


def test_neither_the_dock_nor_the_page_for_missing_packages_needs_them(root: object) -> None:
    script = f"""
import importlib.util, sys
root = {str(root)!r}
spec = importlib.util.spec_from_file_location("p", root + "/__init__.py", submodule_search_locations=[root])
module = importlib.util.module_from_spec(spec)
sys.modules["p"] = module
spec.loader.exec_module(module)
import p.ui.dock, p.ui.catalog.missing_panel, p.ui.options_page
print(sorted({{"httpx", "pydantic", "starlette"}} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
