"""Loads and edits on a disk that is full, in a folder that refuses or vanishes, and after a kill, in the dock."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from pixxel_explorer.plugin.host import paths
from pixxel_explorer.plugin.layer_kinds.table import LayerKind
from pixxel_explorer.tests.held_requests import HeldRequests
from pixxel_explorer.tests.qgis.app.opened_dock import OpenedDock, opened, plugin_on, until
from pixxel_explorer.tests.robustness import Scenario
from pixxel_explorer.tests.sandbox_server import ServedSandbox, served
from qgis.core import QgsProject
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QAbstractButton, QDialogButtonBox, QFileDialog, QLabel, QLineEdit, QToolButton

DISK = "A disk that is full, a folder that refuses or vanishes"
LABEL = 3
# Another process that loads into a folder, and has not ended.
LOADING = """
import sys, time
from pathlib import Path
from plugin.downloads.loading import unfinished_folder
with unfinished_folder(Path(sys.argv[1])) as scratch:
    (scratch / "half.tif").write_bytes(b"x")
    print(scratch.name, flush=True)
    time.sleep(300)
"""


@pytest.fixture
def use_profile(qgis_app: object, monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """Return what chooses the folder of the profile."""
    return lambda folder: monkeypatch.setattr(paths, "profile_folder", lambda: folder)


@pytest.fixture
def server() -> HeldRequests:
    return HeldRequests("/png$")


@pytest.fixture
def sandbox(tmp_path_factory: pytest.TempPathFactory, server: HeldRequests) -> Iterator[ServedSandbox]:
    with served(tmp_path_factory.mktemp("state"), server.around) as found:
        yield found
        server.is_held = False


@contextmanager
def loading(folder: Path, root: Path) -> Iterator[tuple[Path, subprocess.Popen[str]]]:
    """Let another process load into a folder; give its unfinished files."""
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-c", LOADING, str(folder)]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield folder / process.stdout.readline().strip(), process
        finally:
            process.kill()


def test_the_start_sweeps_what_the_dead_left_and_nothing_of_the_living(
    use_profile: Callable[[Path], None], sandbox: ServedSandbox, tmp_path: Path, root: Path, scenario: Scenario
) -> None:
    use_profile(tmp_path)
    folder = paths.images_folder("Server", "v-1")
    with loading(folder, root) as (of_living, _), loading(folder, root) as (of_dead, killed):
        killed.kill()
        killed.wait(30)
        with plugin_on(sandbox.url) as (plugin, _interface):
            until(lambda: plugin.application)
            until(lambda: not of_dead.exists())
            QTest.qWait(300)
        assert [path.name for path in folder.iterdir()] == [of_living.name]
    outcome = "The dock sweeps the folder of the dead when it is first opened; that of the living stays."
    scenario("Folders of a load that was killed", "One QGIS was killed, another one loads, a third one starts", outcome)


def test_a_folder_that_vanishes_during_a_load(
    use_profile: Callable[[Path], None],
    sandbox: ServedSandbox,
    server: HeldRequests,
    tmp_path: Path,
    scenario: Scenario,
) -> None:
    use_profile(tmp_path)
    with opened(sandbox.url) as dock:
        server.is_held, server.let_through = True, 2
        dock.panel.card.add_as(LayerKind.PICTURE)
        until(lambda: len(QgsProject.instance().mapLayers()) == 2 and server.waiting)
        shutil.rmtree(paths.cache_folder())
        server.is_held = False
        dock.wait_until_idle()
        layers = QgsProject.instance().mapLayers().values()
        kept = [layer for layer in layers if Path(layer.source()).is_file()]
        assert (len(layers), len(kept)) == (6, 4)
        (texts,) = dock.list_messages()
        scenario(DISK, "The folder of the images is removed after 2 of 6 dates", f"The other 4 dates arrive. {texts}")
        bar = dock.panel.message_bar
        again = next(each for each in bar.findChildren(QAbstractButton) if each.text() == "Try Again")
        QTest.mouseClick(again, Qt.MouseButton.LeftButton)
        dock.wait_until_idle()
        layers = QgsProject.instance().mapLayers().values()
        assert [Path(layer.source()).is_file() for layer in layers] == [True] * 6


def test_a_folder_that_may_not_be_written(
    use_profile: Callable[[Path], None], sandbox: ServedSandbox, small_disk: Path, scenario: Scenario
) -> None:
    use_profile(small_disk)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with opened(sandbox.url) as dock:
        dock.panel.card.add_as(LayerKind.PICTURE)
        dock.wait_until_idle()
        (texts,) = dock.list_messages()
        scenario(DISK, "The profile may not be written when dates are loaded", texts)
        assert QgsProject.instance().mapLayers() == {}


def fill(disk: Path) -> Path:
    """Fill a disk to the last byte."""
    file = disk / "filling"
    with suppress(OSError), file.open("wb", buffering=0) as opened_file:
        while opened_file.write(b"x" * 512):
            pass
    return file


def test_a_full_disk_during_a_load(
    use_profile: Callable[[Path], None], sandbox: ServedSandbox, small_disk: Path, scenario: Scenario
) -> None:
    use_profile(small_disk)
    with opened(sandbox.url) as dock:
        fill(small_disk)
        dock.panel.card.add_as(LayerKind.PICTURE)
        dock.wait_until_idle()
        (texts,) = dock.list_messages()
        scenario(DISK, "The disk is full when dates are loaded", texts)
        assert [path for path in small_disk.rglob("*.tif") if path.stat().st_size == 0] == []


def save_as(dock: OpenedDock, target: Path) -> None:
    """Choose a file for the edits by the button of the message."""
    panel = dock.legend_panel
    next(button for button in panel.findChildren(QToolButton) if button.text() == "Save As…").click()
    dialog = until(lambda: panel.findChild(QFileDialog, "saveEditsDialog"))
    dialog.findChild(QLineEdit, "fileNameEdit").setText(str(target))
    dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Save).click()
    QTest.qWait(600)


def test_edits_on_a_full_disk_are_saved_elsewhere(
    use_profile: Callable[[Path], None], sandbox: ServedSandbox, small_disk: Path, tmp_path: Path, scenario: Scenario
) -> None:
    use_profile(small_disk)
    with opened(sandbox.url) as dock:
        dock.open_legend()
        dock.wait_until_idle()
        fill(small_disk)
        model = dock.editor.model
        assert model.setData(model.index(0, LABEL), "Kept", Qt.ItemDataRole.EditRole)
        label = dock.legend_panel.findChild(QLabel, "draftLabel")
        until(lambda: label.text() == "Draft not saved")
        save_as(dock, small_disk / "mine")
        (texts,) = dock.legend_messages()
        scenario(DISK, "“Save As…” of edits onto the full disk itself", texts)
        assert not (small_disk / "mine.json").exists()
        save_as(dock, tmp_path / "mine")
        saved = json.loads((tmp_path / "mine.json").read_text("utf-8"))
        assert "Kept" in {row["label"] for rows in saved.values() for row in rows}
        scenario(DISK, "“Save As…” of edits onto another disk", "All edits are in the file.")
        (small_disk / "filling").unlink()
        assert model.setData(model.index(0, LABEL), "Room again", Qt.ItemDataRole.EditRole)
        until(lambda: label.text().startswith("Draft saved"))
