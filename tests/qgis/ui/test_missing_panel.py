"""Where packages are missing the page says which and why, and offers to install them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from pixxel_explorer.ui.catalog.missing_panel import MissingPanel
from qgis.PyQt.QtWidgets import QFileDialog

from .conftest import record


@dataclass(frozen=True)
class Missing:
    name: str
    needed: str
    found: str | None
    why: str


@dataclass(frozen=True)
class Report:
    missing: tuple[Missing, ...]
    folder: Path = Path("profile/packages")


HTTPX = Missing("httpx", ">=0.27,<1", None, "talks to the server")
OLD = Missing("pydantic", ">=2.6,<3", "1.10.4", "reads its answers")


@pytest.fixture
def panel(qgis_app: object) -> MissingPanel:
    return MissingPanel(Report((HTTPX, OLD)))


def test_it_says_what_is_missing_and_why(panel: MissingPanel) -> None:
    assert panel.headline.text() == "2 Python Packages Are Missing"
    assert panel.list_label.text().splitlines() == [
        "• httpx ≥ 0.27, < 1 – talks to the server",
        "• pydantic ≥ 2.6, < 3 (this QGIS has 1.10.4) – reads its answers",
    ]
    panel.show_report(Report((HTTPX,)))
    assert panel.headline.text() == "One Python Package Is Missing"


def test_install_asks_for_the_index_or_for_a_folder(panel: MissingPanel, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = record(panel.install_requested)
    panel.install_button.click()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_arguments: "/media/wheels")
    panel.folder_button.click()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_arguments: "")
    panel.folder_button.click()
    assert asked == [(None,), (Path("/media/wheels"),)]


def test_while_it_installs_nothing_can_be_pressed_and_a_failure_leads_on(panel: MissingPanel) -> None:
    panel.show_installing()
    panel.show_line("Collecting httpx\n")
    assert not panel.install_button.isEnabled()
    assert not panel.progress.isHidden()
    assert panel.log.toPlainText() == "Collecting httpx"
    panel.show_failure("There may be no network. Install from a folder of wheels.")
    assert panel.install_button.isEnabled()
    assert panel.progress.isHidden()
    assert panel.outcome.text() == "There may be no network. Install from a folder of wheels."


def test_the_file_under_way_is_shown_and_can_be_cancelled(panel: MissingPanel) -> None:
    asked = record(panel.cancel_requested)
    assert panel.cancel_button.isHidden()
    panel.show_installing()
    panel.show_progress("httpx-0.28-py3-none-any.whl", 30_000, 73_500)
    assert panel.transfer.text() == "httpx-0.28-py3-none-any.whl: 30.0 kB of 73.5 kB"
    assert (panel.progress.maximum(), panel.progress.value()) == (100, 40)
    panel.show_progress("httpx-0.28-py3-none-any.whl", 30_000, 0)
    assert panel.transfer.text() == "httpx-0.28-py3-none-any.whl: 30.0 kB"
    assert panel.progress.maximum() == 0
    panel.cancel_button.click()
    panel.cancel_button.click()
    assert len(asked) == 1
    panel.show_cancelled()
    assert panel.outcome.text() == "The installation was cancelled. Nothing was changed."
    assert panel.cancel_button.isHidden()
    assert panel.install_button.isEnabled()


def test_what_the_installer_says_is_behind_details(panel: MissingPanel) -> None:
    assert panel.details_button.isHidden()
    panel.show_line("Collecting httpx")
    assert not panel.details_button.isHidden()
    assert panel.log.isHidden()
    panel.details_button.click()
    assert not panel.log.isHidden()


def test_a_package_that_is_there_but_broken_is_not_called_missing(panel: MissingPanel) -> None:
    panel.show_unusable("pydantic", "2.9", "_pydantic_core.so: file too short")
    assert panel.headline.text() == "A Python Package Cannot Be Loaded"
    assert panel.list_label.text() == "• pydantic 2.9 – damaged, or made for another Python"
    assert "missing" not in panel.note.text().lower()
    assert panel.log.toPlainText() == "_pydantic_core.so: file too short"
    assert panel.install_button.isEnabled()
