"""Files of the version before: settings, drafts, history, cache, a project, a loaded folder and exported legends.

``tests/data/former_version.zip`` was made by commit 5e9bd72 through its own widgets and algorithms, on the series of
``scene_series``: both kinds of layers of eight dates, a push, edits of two scenes that were not pushed, a project saved
while a legend was edited, a folder loaded by ``pixxel:loadvisualization`` and a legend exported in four formats.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pixxel_explorer.plugin.host import paths
from pixxel_explorer.plugin.host.settings import Settings
from pixxel_explorer.plugin.layers import identity
from pixxel_explorer.plugin.legend_sync.drafts import read_history
from pixxel_explorer.plugin.processing.provider import PixxelProvider
from pixxel_explorer.tests.qgis.app.opened_dock import opened, until
from pixxel_explorer.tests.sandbox_server import ServedSandbox, served
from pixxel_explorer.tests.scene_series import DATES, TITLE, write_scenes
from qgis.core import QgsApplication, QgsProcessingContext, QgsProcessingFeedback, QgsProject, QgsSettings
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QMenu, QToolButton

LABEL = 3  # the column of labels in the class table
IDS = ("31e8635b-a8da-5566-8075-380b0a84b9d5", "5e9389c5-cfc3-5f9f-9cd9-b9f4f6a256d2")  # AOI and visualization
TEXTS = {".json", ".qgs", ".qml", ".vrt"}


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[ServedSandbox]:
    with served(tmp_path / "state", import_series=write_scenes(tmp_path / TITLE)) as found:
        yield found


@pytest.fixture
def folder(
    qgis_app: object, root: Path, sandbox: ServedSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """Return the folder of the former version's files, whose profile is the plugin's."""
    found = tmp_path / "former"
    record = record_of(sandbox)
    with zipfile.ZipFile(root / "tests/data/former_version.zip") as files:
        extract(files, found, dict(zip(IDS, (record["aoi_id"], record["id"]), strict=True)))
    monkeypatch.setattr(paths, "profile_folder", lambda: found / "profile")
    return found


def extract(files: zipfile.ZipFile, target: Path, ids: dict[str, str]) -> None:
    """Extract files with other ids: the sandbox makes them from the path of its series."""
    for name in files.namelist():
        content, path = files.read(name), target / replaced(name, ids)
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix in TEXTS:
            content = replaced(content.decode(), ids).encode()
        path.write_bytes(content)
        if path.suffix == ".qgz":
            rezip(path, ids)


def rezip(project: Path, ids: dict[str, str]) -> None:
    with zipfile.ZipFile(project) as before:
        parts = {name: before.read(name) for name in before.namelist()}
    with zipfile.ZipFile(project, "w") as after:
        for name, content in parts.items():
            is_text = Path(name).suffix in TEXTS
            after.writestr(name, replaced(content.decode(), ids) if is_text else content)


def replaced(text: str, ids: dict[str, str]) -> str:
    for former, present in ids.items():
        text = text.replace(former, present)
    return text


def record_of(sandbox: ServedSandbox) -> dict[str, Any]:
    return next(each for each in sandbox.state.store.all("visualizations") if each["index_name"] == "Crop")


def run(sandbox: ServedSandbox, name: str, **given: str) -> str:
    """Run an algorithm on the series, and return its log."""
    record = record_of(sandbox)
    provider = PixxelProvider(lambda: sandbox.client, lambda: "Server")
    QgsApplication.processingRegistry().addProvider(provider)
    try:
        algorithm = QgsApplication.processingRegistry().createAlgorithmById(f"pixxel:{name}")
        parameters = {"AOI": record["aoi_id"], "VISUALIZATION": record["id"], "MODE": "dynamic", **given}
        feedback = QgsProcessingFeedback()
        _, ok = algorithm.run(parameters, QgsProcessingContext(), feedback)
        assert ok, feedback.textLog()
        return str(feedback.textLog())
    finally:
        QgsApplication.processingRegistry().removeProvider(provider)


def test_settings_are_read(folder: Path) -> None:
    settings = QgsSettings()
    for key, value in json.loads((folder / "settings.json").read_text(encoding="utf-8")).items():
        settings.setValue(key, value)
    found = Settings()
    found.register()
    (_, connection) = found.connections()
    assert (connection.name, connection.auth_scheme, connection.url) == ("Server", "raw", "http://127.0.0.1:45837")
    assert (found.current_connection, str(found.last_kind)) == ("Server", "picture")
    found.unregister()
    settings.remove("plugins/pixxel_explorer")


def test_layers_of_a_project_are_known_and_its_images_are_not_loaded_again(
    folder: Path, sandbox: ServedSandbox
) -> None:
    with opened(sandbox.url) as dock:
        project = QgsProject.instance()
        assert project.read(str(folder / "season.qgz"))
        layers = list(project.mapLayers().values())
        assert len(layers) == 2 * len(DATES)
        assert all(layer.isValid() for layer in layers)
        origins = [identity.of(layer) for layer in layers]
        assert {origin.date_key for origin in origins} == set(record_of(sandbox)["metadata"]["legend"])
        assert {str(origin.kind) for origin in origins} == {"values", "picture"}
        dock.select(TITLE, 0)
        dates, menu = dock.panel.card.date_list, dock.panel.card.findChild(QMenu, "addToMapMenu")
        QTest.mouseClick(dates.findChild(QToolButton, "allDatesButton"), Qt.MouseButton.LeftButton)
        next(each for each in menu.actions() if each.objectName() == "addValuesAction").trigger()
        dock.wait_until_idle()
        assert len(project.mapLayers()) == 2 * len(DATES)
        assert any("All 8 dates" in text for text in dock.list_messages())


def test_edits_that_were_not_pushed_are_there_again(folder: Path, sandbox: ServedSandbox) -> None:
    with opened(sandbox.url) as dock:
        dock.select(TITLE, 0)
        dock.open_legend()
        combo = dock.editor.date_combo
        for label in ("2025-04-14", "2025-04-14 (2)"):
            texts = [combo.itemText(row).split(" ·")[0] for row in range(combo.count())]
            dock.choose_date(texts.index(label))
            until(lambda label=label: dock.editor.model.index(0, LABEL).data() == f"Mine of {label}")


def test_the_history_is_read(folder: Path) -> None:
    (file,) = folder.glob("profile/pixxel_explorer/drafts/*/history/*/*.json")
    legends = read_history(file)
    assert set(legends) >= {"2025_06_01"}
    assert all(len(legend) > 1 for legend in legends.values())


def test_a_loaded_folder_is_taken_up_again(folder: Path, sandbox: ServedSandbox) -> None:
    loaded = folder / "loaded"
    before = {file.name: file.stat().st_mtime_ns for file in loaded.glob("*.tif")}
    run(sandbox, "loadvisualization", AS="values", FOLDER=str(loaded))
    assert {file.name for file in loaded.glob("*.tif")} == before.keys()
    layers = json.loads((loaded / "manifest.json").read_text(encoding="utf-8"))["layers"]
    assert sorted(layer["label"] for layer in layers) == list(DATES.values())


@pytest.mark.parametrize("suffix", ["json", "csv", "qml", "sld"])
def test_exported_legends_can_be_pushed(folder: Path, sandbox: ServedSandbox, tmp_path: Path, suffix: str) -> None:
    report = tmp_path / "report.json"
    run(
        sandbox,
        "pushlegend",
        INPUT=str(folder / f"legend.{suffix}"),
        DATES="2025-06-01",
        OUTPUT=str(report),
        DRY_RUN="true",
    )
    rows = json.loads(report.read_text(encoding="utf-8"))["sent"]["legend"]
    (sent,) = [rows[key] for key in rows if rows[key] and rows[key][0]["label"] == "Pushed before"]
    assert len(sent) > 1
