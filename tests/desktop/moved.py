"""A project saved by another profile and copied one folder deeper, opened by QGIS as from its menu."""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["PIXXEL_DESKTOP_SCRIPTS"])))

from dock_page import DockPage
from driver import Driver, drive
from qgis.core import QgsProject
from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtWidgets import QApplication, QDialog
from qgis.utils import iface


def scenario(driver: Driver) -> None:
    """Open it: nothing is asked, and every layer draws."""
    page = DockPage(driver)
    asked: list[str] = []

    def close_a_question() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, QDialog):
            asked.append(dialog.windowTitle())
            dialog.reject()

    timer = QTimer()
    timer.timeout.connect(close_a_question)
    timer.start(50)
    with driver.step("Open a project that was moved"):
        assert iface.addProject(os.environ["PIXXEL_TEST_PROJECT"])
        driver.pause(0.5)
        assert asked == [], "QGIS asks nothing about missing layers"
        layers = QgsProject.instance().mapLayers().values()
        assert len(layers) == 8, [layer.name() for layer in layers]
        assert all(layer.isValid() for layer in layers)
        driver.wait(page.is_rendered, "the map")
    timer.stop()


drive(scenario)
