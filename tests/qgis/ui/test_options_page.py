"""The options list connections; the sample data can neither be edited nor removed."""

from __future__ import annotations

from typing import Any

import pytest
from pixxel_explorer.plugin.api.config import Connection
from pixxel_explorer.plugin.files.image_cache import CacheSize
from pixxel_explorer.plugin.messages.message import Message
from pixxel_explorer.ui.options_factory import PixxelOptionsFactory
from pixxel_explorer.ui.options_page import PixxelOptionsPage
from qgis.PyQt.QtCore import QObject, Qt, pyqtSignal
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QMessageBox

from .fakes import FIELD, FakeSettings


class Settings(FakeSettings):
    """Settings that can forget a connection."""

    def remove_connection(self, name: str) -> None:
        self.saved = tuple(connection for connection in self.saved if connection.name != name)

    def save(self, connection: Connection) -> None:
        self.saved = (*self.saved, connection)


class Cache(QObject):
    """A cache of three images, two of which nobody uses."""

    measured = pyqtSignal(object)
    failed = pyqtSignal(object)

    def __init__(self) -> None:
        super().__init__()
        self.removals = 0

    def measure(self) -> None:
        """Answer later, as the worker does."""

    def remove_unused(self) -> None:
        self.removals += 1


def _names(page: PixxelOptionsPage) -> list[str]:
    return [page.list.item(row).text() for row in range(page.list.count())]


def test_the_sample_data_cannot_be_changed(qgis_app: object) -> None:
    page = PixxelOptionsPage(Settings(), lambda *_: None, Cache())
    assert _names(page) == ["Sample data", "Field work"]
    assert not page.edit_button.isEnabled()
    page.list.setCurrentRow(0)
    assert not page.remove_button.isEnabled()
    page.list.setCurrentRow(1)
    assert page.edit_button.isEnabled()
    assert page.remove_button.isEnabled()


def test_add_and_edit_open_the_dialog_and_show_what_came_of_it(qgis_app: object) -> None:
    settings, edited = Settings(), []

    def edit(connection: Any, _parent: object) -> None:
        edited.append(connection)
        if connection is None:
            settings.save(Connection("Second"))

    page = PixxelOptionsFactory(settings, edit, Cache()).createWidget()
    page.add_button.click()
    page.list.setCurrentRow(1)
    page.edit_button.click()
    assert edited == [None, FIELD]
    assert _names(page) == ["Sample data", "Field work", "Second"]


@pytest.mark.parametrize(
    ("answer", "left"),
    [
        (QMessageBox.StandardButton.No, ["Sample data", "Field work"]),
        (QMessageBox.StandardButton.Yes, ["Sample data"]),
    ],
)
def test_removing_asks_first(qgis_app: object, monkeypatch: pytest.MonkeyPatch, answer: Any, left: list[str]) -> None:
    monkeypatch.setattr(QMessageBox, "question", lambda *_arguments: answer)
    page = PixxelOptionsPage(Settings(), lambda *_: None, Cache())
    page.list.setCurrentRow(1)
    page.remove_button.click()
    assert _names(page) == left


def test_the_limit_of_pictures_counts_when_the_options_are_accepted(qgis_app: object) -> None:
    settings = Settings()
    page = PixxelOptionsPage(settings, lambda *_: None, Cache())
    assert page.picture_box.value() == 100
    page.picture_box.setValue(400)
    assert settings.largest_picture == 100
    page.apply()
    assert settings.largest_picture == 400


def test_the_limit_of_the_cache_is_a_choice(qgis_app: object) -> None:
    settings = Settings()
    page = PixxelOptionsPage(settings, lambda *_: None, Cache())
    assert page.limit_check.isChecked()
    assert page.limit_box.value() == 10
    page.limit_box.setValue(25)
    page.apply()
    assert settings.cache_limit == 25
    QTest.keyClick(page.limit_check, Qt.Key.Key_Space)
    assert not page.limit_box.isEnabled()
    page.apply()
    assert settings.cache_limit is None
    again = PixxelOptionsPage(settings, lambda *_: None, Cache())
    assert not again.limit_check.isChecked()


def test_the_size_of_the_cache_is_shown_when_it_is_known(qgis_app: object) -> None:
    cache = Cache()
    page = PixxelOptionsPage(Settings(), lambda *_: None, cache)
    assert page.cache_label.text() == "Measuring…"
    assert not page.unused_button.isEnabled()
    cache.measured.emit(CacheSize(3, 3_000_000, 2, 1_000_000))
    assert page.cache_label.text() == "3 images, 3.0 MB"
    assert page.unused_button.isEnabled()
    cache.failed.emit(Message("The folder cannot be read."))
    assert page.cache_label.text() == "The folder cannot be read."


@pytest.mark.parametrize(("answer", "removals"), [("No", 0), ("Yes", 1)])
def test_unused_images_are_removed_with_consent(
    qgis_app: object, monkeypatch: pytest.MonkeyPatch, answer: str, removals: int
) -> None:
    asked = []
    button = getattr(QMessageBox.StandardButton, answer)
    monkeypatch.setattr(QMessageBox, "question", lambda *words: asked.append(words[2]) or button)
    cache = Cache()
    page = PixxelOptionsPage(Settings(), lambda *_: None, cache)
    cache.measured.emit(CacheSize(3, 3_000_000, 2, 1_000_000))
    page.unused_button.click()
    assert asked[0].startswith("Remove 2 images (1.0 MB) that no open project uses?")
    assert cache.removals == removals


def test_images_are_kept_beside_the_project_by_choice(qgis_app: object) -> None:
    settings = Settings()
    page = PixxelOptionsPage(settings, lambda *_: None, Cache())
    assert page.place_box.currentText() == "In the profile"
    QTest.keyClick(page.place_box, Qt.Key.Key_Down)
    assert not settings.keeps_beside_project
    page.apply()
    assert settings.keeps_beside_project
    assert PixxelOptionsPage(settings, lambda *_: None, Cache()).place_box.currentText() == "Beside the saved project"
