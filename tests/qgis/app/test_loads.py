"""Loads under way while the project is closed, while layers are removed, and while the server fails."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pixxel_explorer.tests.held_requests import HeldRequests
from pixxel_explorer.tests.qgis.app.opened_dock import OpenedDock, opened, until
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


class Loading:
    """The plugin connected to a served sandbox, and what the server does with its requests."""

    def __init__(self, dock: OpenedDock, server: HeldRequests) -> None:
        self.dock, self.server = dock, server
        self.panel, self.project = dock.panel, QgsProject.instance()

    def add(self, kind: str) -> None:
        """Tick all dates and add them, by the mouse and the menu."""
        list_ = self.panel.card.date_list
        QTest.mouseClick(list_.findChild(QToolButton, "allDatesButton"), Qt.MouseButton.LeftButton)
        menu = self.panel.card.findChild(QMenu, "addToMapMenu")
        next(each for each in menu.actions() if each.objectName() == f"add{kind.capitalize()}Action").trigger()

    def layers(self) -> list[str]:
        return sorted(layer.name() for layer in self.project.mapLayers().values())

    def messages(self) -> list[str]:
        """Return the messages above the list, newest first."""
        items = self.panel.message_bar.items()
        return [label.text() for item in items for label in item.findChildren(QLabel, "messageText")]

    def details(self) -> str:
        """Return what the button of the newest message shows."""
        item = self.panel.message_bar.items()[0]
        QTest.mouseClick(item.findChild(QToolButton, "messageDetailsButton"), Qt.MouseButton.LeftButton)
        box = until(lambda: self.dock.interface.window.findChild(QDialog, "detailsBox"))
        text = str(box.findChild(QPlainTextEdit, "detailsText").toPlainText())
        box.close()
        return text


@pytest.fixture
def loading(profile: Path, tmp_path: Path) -> Iterator[Loading]:
    server = HeldRequests(PICTURES)
    with served(tmp_path / "state", server.around) as sandbox, opened(sandbox.url) as dock:
        yield Loading(dock, server)
        server.is_held = False


def new(_path: Path) -> None:
    QgsProject.instance().clear()


def open_another(path: Path) -> None:
    assert QgsProject.instance().read(str(path))


CLOSINGS = {new: "a new project", open_another: "another project is opened"}


@pytest.mark.parametrize("close", CLOSINGS)
def test_a_load_ends_with_its_project(loading: Loading, tmp_path: Path, close: Any, scenario: Scenario) -> None:
    other = tmp_path / "other.qgz"
    assert QgsProject().write(str(other))
    loading.server.is_held, loading.server.let_through = True, 2
    loading.add("picture")
    until(lambda: len(loading.layers()) == 2 and loading.server.waiting)
    close(other)
    loading.server.is_held = False
    loading.dock.wait_until_idle()
    assert loading.layers() == []
    assert not loading.panel.jobs.isVisible()
    assert loading.messages() == ["The project was closed, so loading NDVI ended: 2 of 8 dates had been added to it."]
    scenario(
        "A project that is closed during a load", f"A load of the dock, and {CLOSINGS[close]}", loading.messages()[0]
    )
    loading.add("picture")
    until(lambda: len(loading.layers()) == 8)


def test_images_that_wait_for_their_turn_do_not_go_to_the_next_project(loading: Loading) -> None:
    """All dates have come, and some are not layers yet: the job itself is over or about to be."""
    loading.server.is_held = True
    loading.add("picture")
    until(lambda: loading.server.waiting == 6)
    loading.server.is_held = False
    until(loading.layers)
    QgsProject.instance().clear()
    loading.dock.wait_until_idle()
    assert loading.layers() == []


def test_an_edit_of_a_closed_project_does_not_draw_on_the_next(loading: Loading, tmp_path: Path) -> None:
    loading.add("values")
    until(lambda: len(loading.layers()) == 8)
    saved = tmp_path / "saved.qgz"
    assert loading.project.write(str(saved))
    loading.dock.open_legend()
    day = loading.dock.edited_day
    until(lambda: loading.dock.visible_layers() == [f"NDVI {day}"])
    editor = loading.dock.editor
    assert loading.project.read(str(saved))
    before = loading.dock.layer(f"NDVI {day}").renderer().legendSymbologyItems()[0][1].name()
    assert editor.model.setData(editor.model.index(0, 2), QColor("#7b3294"), Qt.ItemDataRole.EditRole)
    QTest.qWait(200)
    layer = loading.dock.layer(f"NDVI {day}")
    assert layer.renderer().legendSymbologyItems()[0][1].name() == before != "#7b3294"
    texts = until(loading.dock.legend_messages)
    assert texts == [
        "The project was closed, so the map does not follow your edits. Choose a date to see them in this project."
    ]
    row = editor.date_combo.currentIndex()
    loading.dock.choose_date(row + 1 if row == 0 else row - 1)
    loading.dock.choose_date(row)
    until(lambda: layer.renderer().legendSymbologyItems()[0][1].name() == "#7b3294")
    until(lambda: not loading.dock.legend_messages())


def test_values_fetched_for_an_edit_do_not_go_to_the_next_project(loading: Loading) -> None:
    loading.server.pattern, loading.server.is_held = VALUES, True
    loading.dock.open_legend()
    until(lambda: loading.server.waiting)
    QgsProject.instance().clear()
    loading.server.is_held = False
    loading.dock.wait_until_idle()
    assert loading.layers() == []
    assert len(loading.dock.legend_messages()) == 1


def test_what_is_removed_stays_removed_and_the_rest_arrives(loading: Loading, scenario: Scenario) -> None:
    loading.server.is_held, loading.server.let_through = True, 3
    loading.add("picture")
    until(lambda: len(loading.layers()) == 3)
    removed = loading.layers()
    root = loading.project.layerTreeRoot()
    root.removeChildNode(root.children()[0])
    until(lambda: loading.layers() == [])
    loading.server.is_held = False
    until(lambda: len(loading.layers()) == 5)
    loading.dock.wait_until_idle()
    assert len(loading.layers()) == 5
    assert not set(loading.layers()) & set(removed)
    outcome = f"{len(loading.layers())} other dates arrive, the {len(removed)} stay removed, and nothing is reported."
    scenario("Layers that are removed during a load", "The group with 3 of 8 dates is removed", outcome)
    assert loading.messages() == []


def test_a_date_removed_while_it_is_loaded_again_stays_removed(loading: Loading, scenario: Scenario) -> None:
    loading.add("picture")
    until(lambda: len(loading.layers()) == 8)
    loading.dock.wait_until_idle()
    loading.server.is_held = True
    loading.add("picture")
    again = until(lambda: loading.panel.findChild(QToolButton, "answerButton0"))
    QTest.mouseClick(again, Qt.MouseButton.LeftButton)
    until(lambda: loading.server.waiting == 6)
    gone = loading.layers()[2]
    loading.project.removeMapLayer(loading.dock.layer(gone))
    loading.server.is_held = False
    loading.dock.wait_until_idle()
    assert len(loading.layers()) == 7
    assert gone not in loading.layers()
    subject = "Layers that are removed during a load"
    scenario(subject, "One of 8 dates is removed while it is loaded again", "It stays removed, and 7 are there.")


def test_a_load_that_fails_is_one_message_that_counts_and_lists(loading: Loading, scenario: Scenario) -> None:
    loading.server.fault = (403, b'{"message": "no"}')
    loading.add("picture")
    loading.dock.wait_until_idle()
    texts = loading.messages()
    assert len(texts) == 1
    assert texts[0].startswith("8 of 8 dates of NDVI could not be loaded: ")
    scenario(ONCE, "A load of 8 dates is refused", texts[0])
    details = loading.details()
    assert [day for day in loading.dock.days if day not in details] == []


def test_loads_that_fail_alike_are_counted_in_one_message(loading: Loading, scenario: Scenario) -> None:
    loading.server.fault = (403, b'{"message": "no"}')
    for _ in range(4):
        loading.add("picture")
        loading.dock.wait_until_idle()
    texts = loading.messages()
    assert len(texts) == 1
    assert texts[0].endswith("This happened 4 times; see the details.")
    scenario(ONCE, "Four loads of 8 dates are refused", texts[0])
    loading.panel.message_bar.clearWidgets()
    loading.add("picture")
    loading.dock.wait_until_idle()
    assert "happened" not in loading.messages()[0]


def press_try_again(loading: Loading) -> None:
    item = loading.panel.message_bar.items()[0]
    QTest.mouseClick(item.findChild(QToolButton, "messageActionButton"), Qt.MouseButton.LeftButton)
    loading.dock.wait_until_idle()


@pytest.mark.parametrize("is_broken", [True, False])
def test_the_task_of_a_load_of_which_nothing_came_has_failed(loading: Loading, is_broken: bool) -> None:
    ended: list[QgsTask.TaskStatus] = []
    over = (QgsTask.TaskStatus.Complete, QgsTask.TaskStatus.Terminated)
    manager = QgsApplication.taskManager()
    note = lambda _task, status: ended.append(status) if status in over else None  # noqa: E731
    manager.statusChanged.connect(note)
    loading.server.fault = (500, b'{"message": "broken"}') if is_broken else None
    loading.add("picture")
    loading.dock.wait_until_idle()
    manager.statusChanged.disconnect(note)
    assert ended == [over[1] if is_broken else over[0]]


def test_try_again_loads_the_failed_dates(loading: Loading) -> None:
    loading.server.is_held, loading.server.let_through = True, 6
    loading.add("picture")
    until(lambda: len(loading.layers()) == 6)
    loading.server.fault = (500, b'{"message": "broken"}')
    loading.server.is_held = False
    loading.dock.wait_until_idle()
    assert loading.messages()[0].startswith("2 of 8 dates of NDVI could not be loaded: ")
    loading.server.fault = None
    press_try_again(loading)
    assert len(loading.layers()) == 8
    assert loading.messages() == []


def test_try_again_loads_the_dates_of_all_loads_that_are_counted(loading: Loading) -> None:
    loading.server.fault = (500, b'{"message": "broken"}')
    for kind in ("picture", "values"):
        loading.add(kind)
        loading.dock.wait_until_idle()
    assert len(loading.messages()) == 1
    loading.server.fault = None
    press_try_again(loading)
    assert len(loading.layers()) == 16


def test_dates_that_fail_beside_others_are_reported_in_the_end(loading: Loading) -> None:
    loading.server.is_held, loading.server.let_through = True, 6
    loading.add("picture")
    until(lambda: len(loading.layers()) == 6)
    loading.server.fault = (404, b'{"message": "no"}')
    loading.server.is_held = False
    loading.dock.wait_until_idle()
    texts = loading.messages()
    assert len(texts) == 1
    assert texts[0].startswith("2 of 8 dates of NDVI could not be loaded: ")


def test_a_garbled_answer_is_not_a_server_out_of_reach(loading: Loading, scenario: Scenario) -> None:
    loading.server.fault = (200, GARBLED)
    loading.add("picture")
    loading.dock.wait_until_idle()
    texts = loading.messages()
    assert len(texts) == 1
    assert "could not be reached" not in texts[0]
    assert "in place of a PNG picture" in texts[0]
    scenario(ONCE, "The pictures of a load are garbled JSON", texts[0])
