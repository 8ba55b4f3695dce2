"""The cache of images behind the dock and the options: measured, limited, and emptied of what nobody uses."""

from __future__ import annotations

import json
import os
import shutil
import time
from pathlib import Path
from typing import Any

import pytest
from pixxel_explorer.plugin.host import paths
from pixxel_explorer.ui.options_page import PixxelOptionsPage
from qgis.core import QgsProject
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QMessageBox

from .opened_dock import OpenedDock, until
from .test_missing_images import MISSING, messages, press

LONG_AGO = time.time() - 30 * 86400


def images() -> list[Path]:
    """Return the rasters of the cache."""
    return sorted(paths.cache_folder().rglob("[!.]*.vrt"))


def make_old(files: list[Path]) -> None:
    """Let files and all beside them have been used long ago."""
    for file in files:
        for each in file.parent.glob(f"{file.stem}.*"):
            os.utime(each, (LONG_AGO, LONG_AGO))


def options_page(dock: OpenedDock) -> Any:
    """Return the page of QGIS's options, when the cache was measured."""
    factory = next(each for each in dock.interface.added if type(each).__name__ == "PixxelOptionsFactory")
    page = factory.createWidget()
    until(lambda: "image" in page.cache_label.text())
    return page


def lists() -> list[Path]:
    return list((paths.cache_folder() / ".in-use").glob("*.json"))


@pytest.fixture
def consent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Agree to every question, and return the questions."""
    asked: list[str] = []
    monkeypatch.setattr(
        QMessageBox, "question", lambda *words: asked.append(words[2]) or QMessageBox.StandardButton.Yes
    )
    return asked


@pytest.fixture
def added(dock: OpenedDock) -> OpenedDock:
    """Return the dock with six pictures on the map, each used long ago."""
    dock.add("picture", 6)
    dock.wait_until_idle()
    until(lists)
    make_old(images())
    return dock


def test_unused_images_are_removed_in_the_options_and_those_of_the_project_stay(
    added: OpenedDock, consent: list[str]
) -> None:
    project = QgsProject.instance()
    project.removeMapLayers([layer.id() for layer in list(project.mapLayers().values())[:4]])
    page: PixxelOptionsPage = options_page(added)
    assert page.cache_label.text().startswith("6 images, ")
    QTest.mouseClick(page.unused_button, Qt.MouseButton.LeftButton)
    assert consent[0].startswith("Remove 4 images (")
    until(lambda: page.cache_label.text().startswith("2 images, "))
    assert not page.unused_button.isEnabled()
    assert sorted(Path(layer.source()) for layer in project.mapLayers().values()) == images()
    page.deleteLater()


def test_a_load_prunes_what_is_above_the_limit(added: OpenedDock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pixxel_explorer.plugin.app.cache_controller._GIGABYTE", 1)
    QgsProject.instance().clear()
    added.plugin.settings.cache_limit = None
    added.add("values", 6)
    added.wait_until_idle()
    assert len(images()) == 6, "without a limit nothing goes"
    added.plugin.settings.cache_limit = 1
    added.select("Farm near Raba", 1)
    added.add("values", 12)
    until(lambda: not images())
    assert all(layer.isValid() for layer in QgsProject.instance().mapLayers().values())


def test_the_list_of_images_in_use_goes_with_the_plugin(added: OpenedDock) -> None:
    assert len(lists()) == 1
    added.plugin.unload()
    assert lists() == []


def listed() -> set[str]:
    """Return the images in the lists of the cache."""
    return {name for file in lists() for name in json.loads(file.read_text())}


def test_images_that_were_fetched_into_the_cache_are_listed(dock: OpenedDock, tmp_path: Path) -> None:
    assert QgsProject.instance().write(str(tmp_path / "season.qgs"))
    dock.plugin.settings.keeps_beside_project = True
    dock.add("picture", 6)
    dock.wait_until_idle()
    dock.plugin.settings.keeps_beside_project = False
    shutil.rmtree(tmp_path / "season_pixxel")
    until(lambda: messages(dock.interface) == [MISSING])
    assert not images()
    assert not listed()
    press(dock.interface, "Fetch Again")
    until(lambda: len(listed()) == 6)
    QgsProject.instance().clear()


def test_a_cache_that_is_a_link_keeps_what_a_saved_project_shows(
    dock: OpenedDock, consent: list[str], tmp_path: Path
) -> None:
    (tmp_path / "disk").mkdir()
    paths.cache_folder().parent.mkdir(exist_ok=True)
    paths.cache_folder().symlink_to(tmp_path / "disk")
    dock.add("picture", 6)
    dock.wait_until_idle()
    assert QgsProject.instance().write(str(tmp_path / "season.qgs"))
    QgsProject.instance().clear()
    assert QgsProject.instance().read(str(tmp_path / "season.qgs"))
    page = options_page(dock)
    make_old(images())
    page._cache.remove_unused()
    dock.wait_until_idle()
    page.deleteLater()
    assert len(images()) == 6
    QgsProject.instance().clear()
