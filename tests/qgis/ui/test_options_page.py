"""The options list connections; the sample data can neither be edited nor removed."""

from __future__ import annotations

from typing import Any

import pytest
from pixxel_explorer.plugin.api.config import Connection
from pixxel_explorer.ui.options_factory import PixxelOptionsFactory
from pixxel_explorer.ui.options_page import PixxelOptionsPage
from qgis.PyQt.QtWidgets import QMessageBox

from .fakes import FIELD, FakeSettings


class Settings(FakeSettings):
    """Settings that can forget a connection."""

    def remove_connection(self, name: str) -> None:
        self.saved = tuple(connection for connection in self.saved if connection.name != name)

    def save(self, connection: Connection) -> None:
        self.saved = (*self.saved, connection)


def _names(page: PixxelOptionsPage) -> list[str]:
    return [page.list.item(row).text() for row in range(page.list.count())]


def test_the_sample_data_cannot_be_changed(qgis_app: object) -> None:
    page = PixxelOptionsPage(Settings(), lambda *_: None)
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

    page = PixxelOptionsFactory(settings, edit).createWidget()
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
    page = PixxelOptionsPage(Settings(), lambda *_: None)
    page.list.setCurrentRow(1)
    page.remove_button.click()
    assert _names(page) == left


def test_the_limit_of_pictures_counts_when_the_options_are_accepted(qgis_app: object) -> None:
    settings = Settings()
    page = PixxelOptionsPage(settings, lambda *_: None)
    assert page.picture_box.value() == 100
    page.picture_box.setValue(400)
    assert settings.largest_picture == 100
    page.apply()
    assert settings.largest_picture == 400
