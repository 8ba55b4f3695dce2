"""Projects copied elsewhere, or opened by another profile: layers of the cache are found again."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pixxel_explorer.plugin.layers.moved_files import MovedFiles, note_cache
from pixxel_explorer.plugin.layers.refetched import restore
from qgis.core import Qgis, QgsProject, QgsRasterLayer

from .conftest import MakeImage

NAME = "2025-05-02_dynamic_values.tif"
CHANGES = "difference_2025-04-12_2025-05-02_0123abcd.tif"


class MovedProject:
    """A profile with a file in its cache, and a project that shows it."""

    def __init__(self, folder: Path, raster: Path) -> None:
        self.folder = folder
        self.cache = folder / "profile a/pixxel_explorer/cache"
        self.file = self.cache / "viz-1" / NAME
        self.file.parent.mkdir(parents=True)
        shutil.copy2(raster, self.file)
        self.project_file = folder / "projects/season.qgs"
        self.project_file.parent.mkdir()
        project = QgsProject.instance()
        project.addMapLayer(QgsRasterLayer(str(self.file), "2025-05-02"))
        note_cache(project, self.file)
        assert project.write(str(self.project_file))
        project.clear()

    def moved(self, where: str) -> Path:
        target = self.folder / where / "season.qgs"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(self.project_file, target)
        return target


@pytest.fixture
def project_copy(qgis_app: object, tmp_path: Path, make_image: MakeImage) -> Iterator[MovedProject]:
    QgsProject.instance().clear()
    yield MovedProject(tmp_path, make_image().path)
    QgsProject.instance().clear()


def opened(project_file: Path, cache: Path) -> QgsRasterLayer:
    """Read a project in a profile, and return its layer."""
    project = QgsProject.instance()
    moved = MovedFiles(project, cache)
    try:
        assert project.read(str(project_file))
    finally:
        moved.close()
    (layer,) = project.mapLayers().values()
    assert isinstance(layer, QgsRasterLayer)
    return layer


@pytest.mark.parametrize("where", ["projects/2025/summer", ".", "elsewhere"])
def test_a_project_copied_to_another_depth_finds_the_file(project_copy: MovedProject, where: str) -> None:
    layer = opened(project_copy.moved(where), project_copy.cache)
    assert layer.isValid()
    assert Path(layer.source()) == project_copy.file


def test_without_us_it_would_not(project_copy: MovedProject) -> None:
    project = QgsProject.instance()
    project.read(str(project_copy.moved("projects/2025/summer")))
    assert not next(iter(project.mapLayers().values())).isValid()


def test_another_profile_takes_the_file_of_its_own_cache(project_copy: MovedProject, tmp_path: Path) -> None:
    cache = tmp_path / "other machine/pixxel_explorer/cache"
    shutil.copytree(project_copy.cache, cache)
    shutil.rmtree(project_copy.cache)
    layer = opened(project_copy.moved("copied"), cache)
    assert layer.isValid()
    assert cache in Path(layer.source()).parents


def test_another_profile_without_the_file_takes_that_of_the_profile_that_saved(
    project_copy: MovedProject, tmp_path: Path
) -> None:
    layer = opened(project_copy.moved("copied/deeper"), tmp_path / "empty/pixxel_explorer/cache")
    assert layer.isValid()
    assert Path(layer.source()) == project_copy.file


def test_a_file_that_is_nowhere_stays_missing_under_its_name(project_copy: MovedProject, tmp_path: Path) -> None:
    project_copy.file.unlink()
    layer = opened(project_copy.moved("copied/deeper"), tmp_path / "empty/pixxel_explorer/cache")
    assert not layer.isValid()
    assert layer.source().endswith(NAME)


def test_other_files_are_left_alone(project_copy: MovedProject, tmp_path: Path) -> None:
    own = tmp_path / "own" / NAME
    own.parent.mkdir()
    shutil.copy2(project_copy.file, own)
    project = QgsProject.instance()
    project.addMapLayer(QgsRasterLayer(str(own), "mine"))
    assert project.write(str(tmp_path / "projects/own.qgs"))
    project.clear()
    assert Path(opened(tmp_path / "projects/own.qgs", project_copy.cache).source()) == own


def test_a_path_of_windows_is_understood(project_copy: MovedProject) -> None:
    moved = MovedFiles(QgsProject.instance(), project_copy.cache)
    try:
        path = moved(rf"C:\Users\ann\AppData\QGIS3\profiles\default\pixxel_explorer\cache\viz-1\{NAME}")
    finally:
        moved.close()
    assert Path(path) == project_copy.file


@pytest.mark.parametrize(("project_name", "folder_name"), [("season", "season_pixxel"), ("other", "other_pixxel")])
def test_a_project_saved_with_absolute_paths_finds_the_folder_beside_it(
    qgis_app: object, tmp_path: Path, make_image: MakeImage, project_name: str, folder_name: str
) -> None:
    project = QgsProject.instance()
    project.clear()
    first = tmp_path / "first"
    file = first / "season_pixxel/server/viz-1" / NAME
    file.parent.mkdir(parents=True)
    shutil.copy2(make_image().path, file)
    project.setFilePathStorage(Qgis.FilePathType.Absolute)
    project.addMapLayer(QgsRasterLayer(str(file), "2025-05-02"))
    assert project.write(str(first / "season.qgs"))
    project.clear()
    second = tmp_path / "second"
    shutil.move(first, second)
    (second / "season.qgs").rename(second / f"{project_name}.qgs")
    (second / "season_pixxel").rename(second / folder_name)
    layer = opened(second / f"{project_name}.qgs", tmp_path / "cache")
    assert layer.isValid()
    assert Path(layer.source()) == second / folder_name / "server/viz-1" / NAME


def test_changes_between_dates_are_found_beside_the_cache(project_copy: MovedProject, tmp_path: Path) -> None:
    changes = project_copy.cache.with_name("changes") / CHANGES
    changes.parent.mkdir()
    shutil.copy2(project_copy.file, changes)
    project = QgsProject.instance()
    assert project.read(str(project_copy.project_file))
    layer = QgsRasterLayer(str(changes), "changes")
    project.addMapLayer(layer)
    assert project.write(str(project_copy.project_file))
    project.clear()
    moved = project_copy.moved("elsewhere/deeper")
    other = tmp_path / "profile b/pixxel_explorer/cache"
    watcher = MovedFiles(project, other)
    try:
        assert project.read(str(moved))
        found = {layer.name(): layer for layer in project.mapLayers().values()}["changes"]
        assert found.isValid()
        assert Path(found.source()) == changes
    finally:
        watcher.close()


def test_a_raster_of_the_user_in_a_folder_named_alike_is_left(qgis_app: object, tmp_path: Path) -> None:
    project, cache = QgsProject.instance(), tmp_path / "profile/pixxel_explorer/cache"
    project.clear()
    assert project.write(str(tmp_path / "season.qgs"))
    for name in ("dem.tif", NAME, "changes/difference_a.tif"):
        file = tmp_path / "former_pixxel" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    watcher = MovedFiles(project, cache)
    try:
        assert watcher("/data/former_pixxel/dem.tif") == "/data/former_pixxel/dem.tif"
        for ours in (NAME, "changes/difference_a.tif"):
            assert watcher(f"/data/former_pixxel/{ours}") == str(tmp_path / "former_pixxel" / ours)
    finally:
        watcher.close()
        project.clear()


def test_a_project_healed_by_another_profile_is_found_by_a_third(
    project_copy: MovedProject, tmp_path: Path, make_image: MakeImage
) -> None:
    second = tmp_path / "profile b/pixxel_explorer/cache/viz-1" / NAME
    second.parent.mkdir(parents=True)
    project = QgsProject.instance()
    assert project.read(str(project_copy.project_file))
    (layer,) = project.mapLayers().values()
    image = make_image()
    shutil.copy2(image.path, second)
    restore(layer, replace(image, path=second))
    assert project.readEntry("pixxel", "/cache")[0] == str(second.parent.parent)
