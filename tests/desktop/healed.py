"""A project whose cached files were deleted, opened by QGIS as from its menu, and healed by one button."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["PIXXEL_DESKTOP_SCRIPTS"])))

from driver import Driver, drive
from qgis.core import QgsApplication, QgsProject, QgsRasterLayer
from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtWidgets import QApplication, QDialog, QLabel
from qgis.utils import iface
from steps import open_connected

OTHER = "a raster of the user"


def texts() -> list[str]:
    """Return the messages above the map."""
    return [label.text() for label in iface.messageBar().findChildren(QLabel, "messageText")]


def all_valid() -> bool:
    """Return whether all layers can be drawn."""
    return all(layer.isValid() for layer in QgsProject.instance().mapLayers().values())


class Questions:
    """QGIS's questions, each closed after half a second."""

    def __init__(self) -> None:
        self.titles: list[str] = []
        self._seen: QDialog | None = None
        self._timer = QTimer()
        self._timer.timeout.connect(self._look)
        self._timer.start(500)

    def _look(self) -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, QDialog) and dialog is self._seen:
            self.titles.append(dialog.windowTitle())
            dialog.reject()
        self._seen = dialog

    def close(self) -> None:
        self._timer.stop()


def scenario(driver: Driver) -> None:
    """Delete the files of a saved project, open it, and press "Fetch Again"."""
    out = Path(os.environ["PIXXEL_DESKTOP_OUT"])
    cache = Path(QgsApplication.qgisSettingsDirPath()) / "pixxel_explorer/cache"
    project_file = str(out / "season.qgs")
    with driver.step("Save a project of eight dates"):
        page = open_connected(driver)
        page.add("picture")
        driver.wait(lambda: len(page.layers("picture")) >= 8, "the pictures", 60)
        page.wait_until_idle()
        assert QgsProject.instance().write(project_file)
        QgsProject.instance().clear()
        shutil.rmtree(cache)
    questions = Questions()
    with driver.step("Open it without its files"):
        assert iface.addProject(project_file)
        driver.wait(texts, "the message")
        assert texts() == ["8 images of this project are missing, because their files were deleted, moved or damaged."]
        assert questions.titles == [], "QGIS asks nothing about files that nobody can point to"
        assert not all_valid()
    with driver.step("Fetch them again"):
        driver.click("answerButton0", iface.messageBar())
        driver.wait(all_valid, "the images", 60)
        driver.wait(page.is_rendered, "the map")
    with driver.step("Open it while another layer is missing, too"):
        raster = out / "own.tif"
        shutil.copyfile(next(cache.rglob("*.png")), raster)
        QgsProject.instance().addMapLayer(QgsRasterLayer(str(raster), OTHER))
        assert QgsProject.instance().write(project_file)
        QgsProject.instance().clear()
        shutil.rmtree(cache)
        raster.unlink()
        assert iface.addProject(project_file)
        driver.wait(texts, "the message")
        assert len(questions.titles) == 1, "QGIS asks about the layer of the user"
    questions.close()


drive(scenario)
