"""Images beside the project: moved with it, and fetched again where it was moved without them."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from pixxel_explorer.plugin.host import paths
from qgis.core import QgsProject, QgsRasterLayer

from .opened_dock import OpenedDock, until
from .test_missing_images import MISSING, messages, press


@pytest.fixture
def beside(dock: OpenedDock) -> OpenedDock:
    """Return the dock where images are kept beside the project."""
    dock.plugin.settings.keeps_beside_project = True
    return dock


@pytest.fixture
def saved(beside: OpenedDock, tmp_path: Path) -> Iterator[Path]:
    """Return the file of a saved project with six pictures beside it, which is closed."""
    file = tmp_path / "one/season.qgz"
    file.parent.mkdir()
    assert QgsProject.instance().write(str(file))
    beside.add("picture", 6)
    beside.wait_until_idle()
    assert QgsProject.instance().write()
    assert all(Path(layer.source()).is_relative_to(file.with_name("season_pixxel")) for layer in layers())
    QgsProject.instance().clear()
    yield file
    QgsProject.instance().clear()


def layers() -> list[QgsRasterLayer]:
    return list(QgsProject.instance().mapLayers().values())


def test_a_project_that_was_never_saved_keeps_its_images_in_the_profile(beside: OpenedDock) -> None:
    beside.add("picture", 6)
    beside.wait_until_idle()
    assert all(Path(layer.source()).is_relative_to(paths.cache_folder()) for layer in layers())


def test_a_project_moved_with_its_folder_just_works(beside: OpenedDock, saved: Path, tmp_path: Path) -> None:
    shutil.move(saved.parent, tmp_path / "two/deeper")
    assert QgsProject.instance().read(str(tmp_path / "two/deeper/season.qgz"))
    beside.wait_until_idle()
    assert [layer.isValid() for layer in layers()] == [True] * 6
    assert messages(beside.interface) == []


def test_a_project_moved_without_its_folder_is_healed_beside_its_new_place(
    beside: OpenedDock, saved: Path, tmp_path: Path
) -> None:
    (tmp_path / "two").mkdir()
    moved = Path(shutil.move(saved, tmp_path / "two/season.qgz"))
    shutil.rmtree(saved.parent)
    assert QgsProject.instance().read(str(moved))
    until(lambda: messages(beside.interface) == [MISSING])
    press(beside.interface, "Fetch Again")
    until(lambda: messages(beside.interface) == ["6 missing images were fetched again."])
    assert all(Path(layer.source()).is_relative_to(moved.with_name("season_pixxel")) for layer in layers())


def test_values_beside_the_project_are_found_by_the_editor(beside: OpenedDock, saved: Path) -> None:
    assert QgsProject.instance().read(str(saved))
    beside.add("values", 12)
    beside.wait_until_idle()
    rasters, _ = beside.application.map.value_rasters(beside.panel.card.item)
    assert len(rasters) == 6
    assert all(file.is_relative_to(saved.with_name("season_pixxel")) for file in rasters.values())


def test_a_folder_beside_the_project_that_refuses_is_one_sentence(beside: OpenedDock, small_disk: Path) -> None:
    assert QgsProject.instance().write(str(small_disk / "season.qgs"))
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    beside.panel.card.add_as(beside.panel.card.kind)
    beside.wait_until_idle()
    (text,) = beside.list_messages()
    assert "may not be written" in text
    assert layers() == []
    QgsProject.instance().clear()
