"""Lists that do not end by themselves, and huge ones, in the dock over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from pixxel_explorer.plugin.catalog.service import MOST_ROWS, ROWS_AT_ONCE
from pixxel_explorer.tests.list_server import ListServer, serving
from pixxel_explorer.tests.robustness import Scenario
from qgis.PyQt.QtCore import QCoreApplication, QModelIndex, Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QLabel

from .opened_dock import plugin_on, until

LENGTH = "Lists of absurd length"


pytestmark = pytest.mark.usefixtures("profile")


@contextmanager
def listed(way: str, **count: int) -> Iterator[tuple[ListServer, Any]]:
    """Open the dock on a list; the panel has its first rows or the reason why there are none."""
    with serving(way, **count) as server, plugin_on(server.url) as (plugin, _):
        yield server, until(lambda: plugin.application).panel


def scroll_to_the_end(panel: Any) -> None:
    """Ask for pages as a view does at the end of its scroll bar, until there are no more."""
    while panel.model.canFetchMore(QModelIndex()) or panel.model.is_pending:
        panel.tree.scrollToBottom()
        panel.model.fetchMore(QModelIndex())
        QCoreApplication.processEvents()


def test_empty_pages_end_with_a_reason(scenario: Scenario) -> None:
    with listed("empty") as (server, panel):
        until(lambda: panel.state_page.state == "error")
        text = panel.state_page.findChild(QLabel, "stateText").text()
        assert text.startswith("The list may be incomplete: the server sent 5 empty pages")
        scenario(LENGTH, "Empty pages without end, in the dock", text)
        assert panel.list.count_label.text() == ""
        assert panel.state_page.button("createAoi") is None
        assert panel.state_page.button("retry") is not None
        assert server.pages == 5
        QCoreApplication.processEvents()
        assert server.pages == 5


def test_repeated_pages_end_with_a_reason(scenario: Scenario) -> None:
    with listed("repeated") as (server, panel):
        until(panel.model.aois)
        scroll_to_the_end(panel)
        assert "sent the same records again" in panel.list.count_label.text()
        scenario(LENGTH, "The same page again and again, in the dock", panel.list.count_label.text())
        assert len(panel.model.aois()) == 50
        assert server.pages == 2


def test_projects_that_end_early_are_reported(scenario: Scenario) -> None:
    with serving("whole", count=3) as server:
        server.repeats_projects = True
        with plugin_on(server.url) as (plugin, _):
            panel = until(lambda: plugin.application).panel
            until(panel.model.aois)
            text = until(lambda: [label.text() for label in panel.message_bar.findChildren(QLabel, "messageText")])[0]
            assert "sent the same records again" in text
            scenario(LENGTH, "The same page of projects again and again, in the dock", text)
            assert panel.filter_bar.project_combo.count() == 51


def test_a_long_list_ends_after_a_stated_number_of_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pixxel_explorer.plugin.catalog.service.MOST_ROWS", 200)
    with listed("endless") as (server, panel):
        until(panel.model.aois)
        scroll_to_the_end(panel)
        text = panel.list.count_label.text()
        assert text == "200 AOIs. The list ends after 200 records, because it is very long. Narrow the search."
        assert len(panel.model.aois()) == 200
        assert server.pages == 4


def test_a_huge_page_comes_in_slices_and_is_cut(scenario: Scenario) -> None:
    inserted: list[int] = []
    with listed("whole", count=MOST_ROWS + 500) as (_, panel):
        panel.model.rowsInserted.connect(lambda _parent, first, last: inserted.append(last - first + 1))
        until(lambda: "10,000 records" in panel.list.count_label.text())
        scenario(LENGTH, "A page of 10,500 AOIs, in the dock", panel.list.count_label.text())
        assert len(panel.model.aois()) == MOST_ROWS
        assert inserted == [ROWS_AT_ONCE] * (MOST_ROWS // ROWS_AT_ONCE)


def test_a_new_search_drops_the_rows_that_wait() -> None:
    with listed("whole", count=MOST_ROWS) as (_, panel):
        until(panel.model.aois)
        assert len(panel.model.aois()) == ROWS_AT_ONCE
        panel.filter_bar.search_edit.setText("Field 0000007")
        QTest.keyClick(panel.filter_bar.search_edit, Qt.Key.Key_Return)
        until(lambda: [aoi.name for aoi in panel.model.aois()] == ["Field 0000007"])
        QTest.qWait(100)
        assert len(panel.model.aois()) == 1


def test_a_search_by_name_goes_on_beyond_the_rows_that_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server ignores the name, so the pages before the wanted record leave no rows."""
    monkeypatch.setattr("pixxel_explorer.plugin.catalog.service.MOST_ROWS", 200)
    with listed("whole", count=1) as (server, panel):
        until(panel.model.aois)
        server.way, server.count = "endless", 1_000
        panel.filter_bar.search_edit.setText("Field 0000730")
        QTest.keyClick(panel.filter_bar.search_edit, Qt.Key.Key_Return)
        until(lambda: [aoi.name for aoi in panel.model.aois()] == ["Field 0000730"])
        assert panel.list.count_label.text() == "1 of 1,000 AOIs"  # the server counts without the name


def test_a_list_of_as_many_records_as_are_listed_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pixxel_explorer.plugin.catalog.service.MOST_ROWS", 200)
    with listed("endless", count=200) as (_, panel):
        until(panel.model.aois)
        scroll_to_the_end(panel)
        assert panel.list.count_label.text() == "200 AOIs"


def test_a_refresh_of_a_huge_list_keeps_its_rows() -> None:
    count, removed = 3 * ROWS_AT_ONCE, []
    with listed("whole", count=count) as (server, panel):
        until(lambda: len(panel.model.aois()) == count)
        panel.model.rowsRemoved.connect(lambda _parent, first, last: removed.append(last - first + 1))
        panel.refresh()
        until(lambda: server.pages == 2 and panel.list.is_up_to_date)
        QTest.qWait(200)
        assert (removed, len(panel.model.aois())) == ([], count)
