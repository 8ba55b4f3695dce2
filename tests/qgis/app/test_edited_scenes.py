"""Edits, pushes, rollbacks and drafts of one of two scenes of a day, through the editor's widgets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pixxel_explorer.plugin.api.models import MetadataUpdate
from pixxel_explorer.tests.qgis.app.opened_dock import OpenedDock, opened, until
from pixxel_explorer.tests.sandbox_server import ServedSandbox, served
from pixxel_explorer.tests.scene_series import TITLE, write_scenes
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication, QDialog, QDialogButtonBox, QLabel, QPushButton, QRadioButton

FIRST, SECOND = "2025_04_14", "2025_04_14_2"
LABELS = {FIRST: "2025-04-14", SECOND: "2025-04-14 (2)"}
LABEL = 3  # the column of labels in the class table


@pytest.fixture
def sandbox(profile: Path, tmp_path: Path) -> Iterator[ServedSandbox]:
    with served(tmp_path / "state", import_series=write_scenes(tmp_path / TITLE)) as found:
        yield found


@pytest.fixture
def dock(sandbox: ServedSandbox) -> Iterator[OpenedDock]:
    """Return the plugin with the legend of the second scene open."""
    with opened(sandbox.url) as found:
        found.select(TITLE, 0)
        found.open_legend()
        choose(found, SECOND)
        yield found


def record_of(sandbox: ServedSandbox) -> dict[str, Any]:
    return next(each for each in sandbox.state.store.all("visualizations") if each["index_name"] == "Crop")


def legends_of(sandbox: ServedSandbox) -> dict[str, Any]:
    """Return what the server holds in dynamic mode, by date key."""
    return {key: modes["dynamic"] for key, modes in record_of(sandbox)["metadata"]["legend"].items()}


def write_as_colleague(sandbox: ServedSandbox, key: str, rows: list[dict[str, Any]]) -> None:
    record = record_of(sandbox)
    change = MetadataUpdate(visualization_mode="dynamic", legend={key: rows}, dynamic_bins=len(rows))
    sandbox.do(lambda client: client.visualizations.update_metadata(record["aoi_id"], record["id"], change))


def choose(dock: OpenedDock, key: str) -> None:
    combo = dock.editor.date_combo
    texts = [combo.itemText(row) for row in range(combo.count())]
    dock.choose_date(next(row for row, text in enumerate(texts) if text.split(" ·")[0] == LABELS[key]))
    until(lambda: dock.editor.key == key)


def relabel(dock: OpenedDock, label: str) -> None:
    model = dock.editor.model
    assert model.setData(model.index(0, LABEL), label, Qt.ItemDataRole.EditRole)


def press(dock: OpenedDock, name: str) -> None:
    button = dock.editor.findChild(QPushButton, name)
    until(button.isEnabled)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def dialog_of(name: str) -> QDialog:
    windows = QApplication.topLevelWidgets
    return until(lambda: next((each for each in windows() if each.objectName() == name and each.isVisible()), None))


def accept(dialog: QDialog) -> None:
    """Press the button of a dialog that accepts it."""
    box = dialog.findChild(QDialogButtonBox)
    role = QDialogButtonBox.ButtonRole.AcceptRole
    button = next(each for each in box.buttons() if box.buttonRole(each) == role)
    until(button.isEnabled)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def texts(dialog: QDialog) -> str:
    return " ".join(label.text() for label in dialog.findChildren(QLabel) if label.isVisible())


def test_a_push_of_the_second_scene_names_it_and_changes_it_alone(dock: OpenedDock, sandbox: ServedSandbox) -> None:
    before = legends_of(sandbox)
    relabel(dock, "Second only")
    press(dock, "pushButton")
    dialog = dialog_of("pushDialog")
    assert "The legend of 2025-04-14 (2) replaces" in texts(dialog)
    accept(dialog)
    until(lambda: "Pushed 2025-04-14 (2)" in " ".join(dock.legend_messages()))
    after = legends_of(sandbox)
    assert [key for key in after if after[key] != before[key]] == [SECOND]


def test_a_conflict_and_a_rollback_name_the_scene(dock: OpenedDock, sandbox: ServedSandbox) -> None:
    relabel(dock, "Mine")
    colleague = {key: [dict(row) for row in rows] for key, rows in legends_of(sandbox).items()}
    colleague[SECOND][0]["label"] = "Theirs"
    write_as_colleague(sandbox, SECOND, colleague[SECOND])
    press(dock, "pushButton")
    dialog = dialog_of("pushDialog")
    assert "legend of 2025-04-14 (2) differs" in texts(dialog)
    dialog.reject()
    press(dock, "rollBackButton")
    dialog = dialog_of("rollbackDialog")
    assert dialog.findChild(QRadioButton, "rollbackOneDateRadio").text() == "Only 2025-04-14 (2)"
    assert "made by hand on 2025-04-14 (2) will be replaced" in texts(dialog)
    accept(dialog)
    until(lambda: "Rolled back 2025-04-14 (2)" in " ".join(dock.legend_messages()))
    assert legends_of(sandbox)[FIRST] == colleague[FIRST]


def test_edits_of_both_scenes_are_drafts_that_come_back(sandbox: ServedSandbox) -> None:
    with opened(sandbox.url) as dock:
        dock.select(TITLE, 0)
        dock.open_legend()
        for key in LABELS:
            choose(dock, key)
            relabel(dock, f"Mine of {key}")
        draft = dock.legend_panel.findChild(QLabel, "draftLabel")
        until(lambda: draft.text().startswith("Draft saved"))
    with opened(sandbox.url) as dock:
        dock.select(TITLE, 0)
        dock.open_legend()
        for key in LABELS:
            choose(dock, key)
            assert dock.editor.model.index(0, LABEL).data() == f"Mine of {key}"
