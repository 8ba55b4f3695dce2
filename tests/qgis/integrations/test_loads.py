"""Loads under way while the project is closed, while layers are removed, and while the server fails."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pixxel_explorer.plugin.host import paths
from pixxel_explorer.tests.held_requests import HeldRequests
from pixxel_explorer.tests.qgis.integrations.whole_plugin import Stage, opened, until
from pixxel_explorer.tests.robustness import Scenario
from pixxel_explorer.tests.sandbox_server import served
from qgis.core import QgsApplication, QgsProject, QgsTask
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QDialog, QLabel, QMenu, QPlainTextEdit, QToolButton

PICTURES = r"/png$"
VALUES = r"^/files/"
GARBLED = b'{"png": "http'
ONCE = "One message per act"


class Rig:
    """The plugin connected to a served sandbox, and what the server does with its requests."""

    def __init__(self, stage: Stage, server: HeldRequests) -> None:
        self.stage, self.server = stage, server
        self.panel, self.project = stage.panel, QgsProject.instance()

    def add(self, kind: str) -> None:
        """Tick all dates and add them, by the mouse and the menu."""
        list_ = self.panel.card.date_list
        QTest.mouseClick(list_.findChild(QToolButton, "allDatesButton"), Qt.MouseButton.LeftButton)
        menu = self.panel.card.findChild(QMenu, "addToMapMenu")
        next(each for each in menu.actions() if each.objectName() == f"add{kind.capitalize()}Action").trigger()

    def layers(self) -> list[str]:
        return sorted(layer.name() for layer in self.project.mapLayers().values())

    def idle(self) -> None:
        """Wait until no job is left and what came of them had its turn."""
        until(lambda: not self.stage.bench._runner.running)
        QTest.qWait(300)

    def said(self) -> list[str]:
        """Return what the bar above the list says, newest first."""
        items = self.panel.message_bar.items()
        return [label.text() for item in items for label in item.findChildren(QLabel, "messageText")]

    def details(self) -> str:
        """Return what the button of the newest message shows."""
        item = self.panel.message_bar.items()[0]
        QTest.mouseClick(item.findChild(QToolButton, "messageDetailsButton"), Qt.MouseButton.LeftButton)
        box = until(lambda: self.stage.interface.window.findChild(QDialog, "detailsBox"))
        text = str(box.findChild(QPlainTextEdit, "detailsText").toPlainText())
        box.close()
        return text


@pytest.fixture
def rig(qgis_app: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rig]:
    monkeypatch.setattr(paths, "_profile", lambda: tmp_path)
    server = HeldRequests(PICTURES)
    with served(tmp_path / "state", server.around) as sandbox, opened(sandbox.url) as stage:
        yield Rig(stage, server)
        server.is_held = False


def new(_path: Path) -> None:
    QgsProject.instance().clear()


def open_another(path: Path) -> None:
    assert QgsProject.instance().read(str(path))


CLOSINGS = {new: "a new project", open_another: "another project is opened"}


@pytest.mark.parametrize("close", CLOSINGS)
def test_a_load_ends_with_its_project(rig: Rig, tmp_path: Path, close: Any, scenario: Scenario) -> None:
    other = tmp_path / "other.qgz"
    assert QgsProject().write(str(other))
    rig.server.is_held, rig.server.let_through = True, 2
    rig.add("picture")
    until(lambda: len(rig.layers()) == 2 and rig.server.waiting)
    close(other)
    rig.server.is_held = False
    rig.idle()
    assert rig.layers() == []
    assert not rig.panel.jobs.isVisible()
    assert rig.said() == ["The project was closed, so loading NDVI ended: 2 of 8 dates had been added to it."]
    scenario("A project that is closed during a load", f"A load of the dock, and {CLOSINGS[close]}", rig.said()[0])
    rig.add("picture")
    until(lambda: len(rig.layers()) == 8)


def test_images_that_wait_for_their_turn_do_not_go_to_the_next_project(rig: Rig) -> None:
    """All dates have come, and some are not layers yet: the job itself is over or about to be."""
    rig.server.is_held = True
    rig.add("picture")
    until(lambda: rig.server.waiting == 6)
    rig.server.is_held = False
    until(rig.layers)
    QgsProject.instance().clear()
    rig.idle()
    assert rig.layers() == []


def test_an_edit_of_a_closed_project_does_not_draw_on_the_next(rig: Rig, tmp_path: Path) -> None:
    rig.add("values")
    until(lambda: len(rig.layers()) == 8)
    saved = tmp_path / "saved.qgz"
    assert rig.project.write(str(saved))
    rig.stage.open_legend()
    day = rig.stage.bench.legends.panel.day.isoformat()
    until(lambda: rig.stage.seen() == [f"NDVI {day}"])
    editor = rig.stage.editor
    assert rig.project.read(str(saved))
    before = rig.stage.layer(f"NDVI {day}").renderer().legendSymbologyItems()[0][1].name()
    assert editor.model.setData(editor.model.index(0, 2), QColor("#7b3294"), Qt.ItemDataRole.EditRole)
    QTest.qWait(200)
    layer = rig.stage.layer(f"NDVI {day}")
    assert layer.renderer().legendSymbologyItems()[0][1].name() == before != "#7b3294"
    said = until(rig.stage.said)
    assert said == [
        "The project was closed, so the map does not follow your edits. Choose a date to see them in this project."
    ]
    row = editor.date_combo.currentIndex()
    rig.stage.choose(row + 1 if row == 0 else row - 1)
    rig.stage.choose(row)
    until(lambda: layer.renderer().legendSymbologyItems()[0][1].name() == "#7b3294")
    until(lambda: not rig.stage.said())


def test_values_fetched_for_an_edit_do_not_go_to_the_next_project(rig: Rig) -> None:
    rig.server.pattern, rig.server.is_held = VALUES, True
    rig.stage.open_legend()
    until(lambda: rig.server.waiting)
    QgsProject.instance().clear()
    rig.server.is_held = False
    rig.idle()
    assert rig.layers() == []
    assert len(rig.stage.said()) == 1


def test_what_is_removed_stays_removed_and_the_rest_arrives(rig: Rig, scenario: Scenario) -> None:
    rig.server.is_held, rig.server.let_through = True, 3
    rig.add("picture")
    until(lambda: len(rig.layers()) == 3)
    removed = rig.layers()
    root = rig.project.layerTreeRoot()
    root.removeChildNode(root.children()[0])
    until(lambda: rig.layers() == [])
    rig.server.is_held = False
    until(lambda: len(rig.layers()) == 5)
    rig.idle()
    assert len(rig.layers()) == 5
    assert not set(rig.layers()) & set(removed)
    outcome = f"{len(rig.layers())} other dates arrive, the {len(removed)} stay removed, and nothing is said."
    scenario("Layers that are removed during a load", "The group with 3 of 8 dates is removed", outcome)
    assert rig.said() == []


def test_a_date_removed_while_it_is_loaded_again_stays_removed(rig: Rig, scenario: Scenario) -> None:
    rig.add("picture")
    until(lambda: len(rig.layers()) == 8)
    rig.idle()
    rig.server.is_held = True
    rig.add("picture")
    again = until(lambda: rig.panel.findChild(QToolButton, "answerButton0"))
    QTest.mouseClick(again, Qt.MouseButton.LeftButton)
    until(lambda: rig.server.waiting == 6)
    gone = rig.layers()[2]
    rig.project.removeMapLayer(rig.stage.layer(gone))
    rig.server.is_held = False
    rig.idle()
    assert len(rig.layers()) == 7
    assert gone not in rig.layers()
    subject = "Layers that are removed during a load"
    scenario(subject, "One of 8 dates is removed while it is loaded again", "It stays removed, and 7 are there.")


def test_a_load_that_fails_is_one_message_that_counts_and_lists(rig: Rig, scenario: Scenario) -> None:
    rig.server.fault = (403, b'{"message": "no"}')
    rig.add("picture")
    rig.idle()
    said = rig.said()
    assert len(said) == 1
    assert said[0].startswith("8 of 8 dates of NDVI could not be loaded: ")
    scenario(ONCE, "A load of 8 dates is refused", said[0])
    details = rig.details()
    assert [day for day in rig.stage.days if day not in details] == []


def test_loads_that_fail_alike_are_counted_in_one_message(rig: Rig, scenario: Scenario) -> None:
    rig.server.fault = (403, b'{"message": "no"}')
    for _ in range(4):
        rig.add("picture")
        rig.idle()
    said = rig.said()
    assert len(said) == 1
    assert said[0].endswith("This happened 4 times; see the details.")
    scenario(ONCE, "Four loads of 8 dates are refused", said[0])
    rig.panel.message_bar.clearWidgets()
    rig.add("picture")
    rig.idle()
    assert "happened" not in rig.said()[0]


def press_try_again(rig: Rig) -> None:
    item = rig.panel.message_bar.items()[0]
    QTest.mouseClick(item.findChild(QToolButton, "messageActionButton"), Qt.MouseButton.LeftButton)
    rig.idle()


@pytest.mark.parametrize("is_broken", [True, False])
def test_the_task_of_a_load_of_which_nothing_came_has_failed(rig: Rig, is_broken: bool) -> None:
    ended: list[QgsTask.TaskStatus] = []
    over = (QgsTask.TaskStatus.Complete, QgsTask.TaskStatus.Terminated)
    manager = QgsApplication.taskManager()
    note = lambda _task, status: ended.append(status) if status in over else None  # noqa: E731
    manager.statusChanged.connect(note)
    rig.server.fault = (500, b'{"message": "broken"}') if is_broken else None
    rig.add("picture")
    rig.idle()
    manager.statusChanged.disconnect(note)
    assert ended == [over[1] if is_broken else over[0]]


def test_try_again_loads_the_failed_dates(rig: Rig) -> None:
    rig.server.is_held, rig.server.let_through = True, 6
    rig.add("picture")
    until(lambda: len(rig.layers()) == 6)
    rig.server.fault = (500, b'{"message": "broken"}')
    rig.server.is_held = False
    rig.idle()
    assert rig.said()[0].startswith("2 of 8 dates of NDVI could not be loaded: ")
    rig.server.fault = None
    press_try_again(rig)
    assert len(rig.layers()) == 8
    assert rig.said() == []


def test_try_again_loads_the_dates_of_all_loads_that_are_counted(rig: Rig) -> None:
    rig.server.fault = (500, b'{"message": "broken"}')
    for kind in ("picture", "values"):
        rig.add(kind)
        rig.idle()
    assert len(rig.said()) == 1
    rig.server.fault = None
    press_try_again(rig)
    assert len(rig.layers()) == 16


def test_dates_that_fail_beside_others_are_reported_in_the_end(rig: Rig) -> None:
    rig.server.is_held, rig.server.let_through = True, 6
    rig.add("picture")
    until(lambda: len(rig.layers()) == 6)
    rig.server.fault = (404, b'{"message": "no"}')
    rig.server.is_held = False
    rig.idle()
    said = rig.said()
    assert len(said) == 1
    assert said[0].startswith("2 of 8 dates of NDVI could not be loaded: ")


def test_a_garbled_answer_is_not_a_server_out_of_reach(rig: Rig, scenario: Scenario) -> None:
    rig.server.fault = (200, GARBLED)
    rig.add("picture")
    rig.idle()
    said = rig.said()
    assert len(said) == 1
    assert "could not be reached" not in said[0]
    assert "in place of a PNG picture" in said[0]
    scenario(ONCE, "The pictures of a load are garbled JSON", said[0])
