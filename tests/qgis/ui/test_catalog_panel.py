"""The dock's page shows every state in words with a way on, and asks for what a person wants."""

from __future__ import annotations

import re

import pytest
from pixxel_explorer.plugin.api.config import Connection
from pixxel_explorer.plugin.api.models import AoiQuery, Project
from pixxel_explorer.plugin.host.credentials import CredentialsUnavailable
from pixxel_explorer.plugin.messages.explanation import explain
from pixxel_explorer.plugin.messages.message import Message
from pixxel_explorer.plugin.messages.wording import Action
from pixxel_explorer.ui.catalog.visualization_card import VisualizationCard
from pixxel_explorer.ui.models.catalog_model import CatalogRole
from pixxel_explorer.ui.models.wording import Tone
from pixxel_explorer.ui.requests import AddRequest, EditRequest
from qgis.PyQt.QtCore import QModelIndex, Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QAction, QDialog, QLabel, QMenu, QPlainTextEdit, QToolButton, QWidget

from .conftest import Harness, record
from .fakes import FIELD, PROJECT, SAMPLE, FakeJob, FakeProgress, SessionStatus, make_aoi, make_item

REFUSED = Message("The key was refused. Open Connection Settings to enter another.", "403", Action.OPEN_SETTINGS)
OFFLINE = Message("The server could not be reached. Try again.", "connect", Action.RETRY, is_offline=True)
UNREACHED = Message("The server could not be reached. Try again.", "connect", Action.RETRY)


def _menu_texts(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions() if not action.isSeparator()]


def _current_page(harness: Harness) -> QWidget:
    return harness.panel.list.stack.currentWidget()


# --- states -----------------------------------------------------------------------------------------------------


def test_nothing_is_asked_for_before_the_start(harness: Harness) -> None:
    assert harness.catalog.asked == []
    harness.panel.start()
    assert harness.catalog.asked == []


def test_the_first_run_offers_three_ways_in(harness: Harness) -> None:
    chosen, new, guide = (
        record(harness.panel.connection_chosen),
        record(harness.panel.events.new_connection_requested),
        record(harness.panel.events.guide_requested),
    )
    harness.panel.start()
    page = harness.panel.state_page
    assert page.state == "first-run"
    page.button("signIn").click()
    page.button("guide").click()
    assert (len(new), len(guide)) == (1, 1)
    page.button("sample").click()
    assert chosen == [(SAMPLE,)]
    assert harness.settings.current_connection == "Sample data"


def test_the_connection_used_last_is_asked_for_at_the_start(harness: Harness) -> None:
    chosen = record(harness.panel.connection_chosen)
    harness.settings.current_connection = "Field work"
    harness.panel.start()
    assert chosen == [(FIELD,)]


def test_starting_again_reconnects_only_where_the_current_connection_is_another(harness: Harness) -> None:
    harness.connect()
    chosen = record(harness.panel.connection_chosen)
    harness.panel.start()
    assert chosen == []
    harness.settings.current_connection = "Field work"
    harness.panel.start()
    assert chosen == [(FIELD,)]


def test_a_connection_that_is_gone_ends_in_the_first_run(harness: Harness) -> None:
    harness.settings.current_connection = "Removed"
    harness.panel.start()
    assert harness.panel.state_page.state == "first-run"


def test_while_connecting_skeleton_rows_are_shown_and_the_dot_says_so(harness: Harness) -> None:
    harness.session.become(SessionStatus.CONNECTING)
    assert _current_page(harness) is harness.panel.tree
    assert harness.panel.model.rowCount() > 0
    assert harness.panel.connection_bar.dot.toolTip() == "Connecting to Sample data…"
    assert not harness.panel.filter_bar.isEnabled()
    assert not harness.panel.connection_bar.refresh_button.isEnabled()


def test_once_connected_projects_and_aois_are_asked_for(harness: Harness) -> None:
    harness.connect()
    assert harness.catalog.asked == ["projects", AoiQuery()]
    assert harness.panel.connection_bar.dot.toolTip() == "Connected to Sample data"
    assert harness.panel.filter_bar.isEnabled()


def test_a_refused_key_leads_to_the_connection_settings(harness: Harness) -> None:
    edits = record(harness.panel.events.edit_connection_requested)
    chosen = record(harness.panel.connection_chosen)
    harness.settings.current_connection = "Field work"
    harness.session.become(SessionStatus.FAILED, FIELD, REFUSED)
    page = harness.panel.state_page
    assert page.state == "failed"
    assert REFUSED.text in [label.text() for label in page.findChildren(QLabel)]
    page.button("settings").click()
    page.button("retry").click()
    assert len(edits) == 1
    assert chosen == [(FIELD,)]


def test_details_open_in_a_window_that_blocks_nothing(harness: Harness) -> None:
    harness.session.become(SessionStatus.FAILED, FIELD, REFUSED)
    harness.panel.state_page.button("details").click()
    box = harness.panel.window().findChild(QDialog, "detailsBox")
    assert box.findChild(QPlainTextEdit, "detailsText").toPlainText() == "403"
    box.close()


def test_an_empty_project_says_so_and_offers_to_create_an_aoi(harness: Harness) -> None:
    harness.connect()
    create = record(harness.panel.events.create_aoi_requested)
    harness.catalog.projects_loaded.emit([PROJECT])
    harness.panel.filter_bar.project_combo.setCurrentIndex(1)
    harness.catalog.aois_loaded.emit((), False, 0)
    assert harness.panel.state_page.state == "empty-project"
    harness.panel.state_page.button("createAoi").click()
    assert len(create) == 1
    harness.panel.state_page.button("allProjects").click()
    assert harness.catalog.asked[-1] == AoiQuery()


def test_a_search_without_hits_can_be_cleared(harness: Harness) -> None:
    harness.connect()
    harness.panel.filter_bar.search_edit.setText("nowhere")
    QTest.keyClick(harness.panel.filter_bar.search_edit, Qt.Key.Key_Return)
    assert harness.catalog.asked[-1] == AoiQuery(name="nowhere")
    harness.catalog.aois_loaded.emit((), False, 0)
    assert harness.panel.state_page.state == "empty-search"
    harness.panel.state_page.button("clearSearch").click()
    harness.panel.filter_bar.timer.timeout.emit()
    assert harness.catalog.asked[-1] == AoiQuery()


def test_no_right_to_a_project_offers_the_others(harness: Harness) -> None:
    harness.connect()
    harness.catalog.projects_loaded.emit([PROJECT])
    harness.panel.filter_bar.project_combo.setCurrentIndex(1)
    harness.catalog.aois_failed.emit(REFUSED)
    assert harness.panel.state_page.state == "error"
    harness.panel.state_page.button("allProjects").click()
    assert harness.catalog.asked[-1] == AoiQuery()
    assert _current_page(harness) is harness.panel.tree


def test_a_later_page_that_fails_leaves_the_list_and_can_be_tried_again(harness: Harness) -> None:
    harness.connect()
    harness.catalog.aois_loaded.emit((make_aoi(1),), True, 2)
    harness.catalog.aois_failed.emit(UNREACHED)
    model = harness.panel.model
    assert [model.index(row, 0).data() for row in range(2)] == ["Farm 1", UNREACHED.text]
    harness.panel.tree.doubleClicked.emit(model.index(1, 0))
    assert harness.catalog.asked[-1] == "retry"


def test_an_empty_page_with_more_to_come_is_stepped_over(harness: Harness) -> None:
    harness.connect()
    harness.catalog.aois_loaded.emit((), True, None)
    assert harness.catalog.asked[-1] == "more"
    assert _current_page(harness) is harness.panel.tree


def test_the_number_of_aois_is_reported(harness: Harness) -> None:
    harness.connect()
    harness.catalog.aois_loaded.emit(tuple(make_aoi(i) for i in range(50)), True, 10_000)
    assert harness.panel.list.count_label.text() == "50 of 10,000 AOIs"
    harness.catalog.aois_loaded.emit((make_aoi(50),), False, None)
    assert harness.panel.list.count_label.text() == "51 AOIs"


def test_projects_that_cannot_be_listed_are_a_message_not_the_end(harness: Harness) -> None:
    harness.connect()
    harness.catalog.projects_failed.emit(UNREACHED)
    harness.catalog.aois_loaded.emit((make_aoi(1),), False, 1)
    texts = [label.text() for label in harness.panel.message_bar.findChildren(QLabel, "messageText")]
    assert texts == [UNREACHED.text]
    assert _current_page(harness) is harness.panel.tree


# --- filters and connections --------------------------------------------------------------------------------------


def test_typing_asks_once_when_it_has_settled(harness: Harness) -> None:
    harness.connect()
    before = len(harness.catalog.asked)
    QTest.keyClicks(harness.panel.filter_bar.search_edit, "raba")
    assert len(harness.catalog.asked) == before
    assert harness.panel.filter_bar.timer.isActive()
    harness.panel.filter_bar.timer.timeout.emit()
    harness.panel.filter_bar.timer.timeout.emit()
    assert harness.catalog.asked[before:] == [AoiQuery(name="raba")]


def test_a_project_narrows_the_list_at_once(harness: Harness) -> None:
    harness.connect()
    harness.catalog.projects_loaded.emit([PROJECT])
    combo = harness.panel.filter_bar.project_combo
    assert [combo.itemText(row) for row in range(combo.count())] == ["All projects", "Raba valley"]
    combo.setCurrentIndex(1)
    assert harness.catalog.asked[-1] == AoiQuery(project_ids=("p1",))


def test_another_connection_is_chosen_in_the_combo_and_clears_the_filter(harness: Harness) -> None:
    harness.connect()
    chosen = record(harness.panel.connection_chosen)
    harness.panel.filter_bar.search_edit.setText("raba")
    combo = harness.panel.connection_bar.combo
    combo.activated.emit(combo.findData("Field work"))
    assert chosen == [(FIELD,)]
    assert harness.panel.filter_bar.name == ""
    assert not harness.panel.filter_bar.timer.isActive()


def test_new_connection_in_the_combo_keeps_the_current_one(harness: Harness) -> None:
    harness.connect()
    new = record(harness.panel.events.new_connection_requested)
    combo = harness.panel.connection_bar.combo
    combo.activated.emit(combo.count() - 1)
    assert len(new) == 1
    assert combo.currentData() == "Sample data"


def test_the_sample_connection_cannot_be_edited(harness: Harness) -> None:
    harness.connect()
    assert not harness.panel.connection_bar.edit_action.isEnabled()
    harness.panel.choose_connection("Field work")
    assert harness.panel.connection_bar.edit_action.isEnabled()


def test_refresh_keeps_the_list_with_what_is_open_selected_and_ticked(harness: Harness) -> None:
    harness.list_one_aoi()
    harness.panel.tree.expand(harness.panel.model.index_of_aoi("aoi-1"))
    harness.select("viz-1")
    harness.panel.card.dates.check_last(2)
    noted = record(harness.panel.aoi_selected)
    QTest.mouseClick(harness.panel.connection_bar.refresh_button, Qt.MouseButton.LeftButton)
    assert harness.panel.card.item.id == "viz-1"
    harness.catalog.aois_loaded.emit((make_aoi(2), make_aoi(1, name="Farm of old")), False, 2)
    assert harness.catalog.asked[-1] == ("visualizations", "aoi-1")
    harness.catalog.visualizations_loaded.emit("aoi-1", [make_item(1)])
    names = [harness.panel.model.index(row, 0).data() for row in range(2)]
    assert names == ["Farm 2", "Farm of old"]
    assert harness.panel.tree.item.id == "viz-1"
    assert harness.panel.tree.isExpanded(harness.panel.model.index_of_aoi("aoi-1"))
    assert len(harness.panel.card.dates.checked()) == 2
    assert noted == []


def test_refresh_keeps_an_aoi_that_is_selected_and_reads_as_many_pages_as_that_needs(harness: Harness) -> None:
    harness.connect()
    harness.catalog.aois_loaded.emit(tuple(make_aoi(n) for n in range(50)), True, 150)
    harness.catalog.aois_loaded.emit(tuple(make_aoi(n) for n in range(50, 100)), True, 150)
    harness.panel.tree.setCurrentIndex(harness.panel.model.index_of_aoi("aoi-70"))
    harness.panel.refresh()
    harness.catalog.asked.clear()
    harness.catalog.aois_loaded.emit(tuple(make_aoi(n) for n in range(50)), True, 150)
    assert harness.catalog.asked == ["more"]
    assert harness.panel.tree.aoi.aoi_id == "aoi-70"
    harness.catalog.aois_loaded.emit(tuple(make_aoi(n) for n in range(50, 100)), True, 150)
    assert harness.panel.tree.aoi.aoi_id == "aoi-70"
    assert harness.panel.model.rowCount() == 100
    assert harness.panel.model.canFetchMore(QModelIndex())


def test_an_aoi_that_is_gone_leaves_the_list_at_a_refresh(harness: Harness) -> None:
    harness.list_one_aoi()
    harness.panel.refresh()
    harness.catalog.aois_loaded.emit((), False, 0)
    assert harness.panel.state_page.state == "empty"


# --- offline ------------------------------------------------------------------------------------------------------


def test_offline_the_list_stays_and_says_how_old_it_is(harness: Harness) -> None:
    harness.list_one_aoi()
    harness.panel.resize(300, 700)
    harness.panel.show()
    harness.select("viz-1")
    harness.panel.refresh()
    harness.catalog.projects_failed.emit(OFFLINE)
    harness.catalog.aois_failed.emit(OFFLINE)
    assert harness.panel.message_bar.items() == [], "one sentence is enough"
    assert harness.panel.connection_bar.dot.tone is Tone.WARNING
    assert "Offline" in harness.panel.connection_bar.dot.toolTip()
    line = harness.panel.findChild(QWidget, "staleLine")
    assert line.isVisible()
    assert re.fullmatch(r"Offline: list of \d\d:\d\d", line.findChild(QLabel, "staleLabel").text())
    assert line.findChild(QLabel, "staleLabel").toolTip() == OFFLINE.text
    assert _current_page(harness) is harness.panel.tree
    assert harness.panel.card.item.id == "viz-1"
    harness.catalog.asked.clear()
    QTest.mouseClick(line.findChild(QToolButton, "staleRetryButton"), Qt.MouseButton.LeftButton)
    assert harness.catalog.asked == ["projects", AoiQuery()]
    harness.catalog.aois_loaded.emit((make_aoi(1),), False, 1)
    assert not line.isVisible()
    assert harness.panel.connection_bar.dot.tone is Tone.GOOD


def test_offline_a_connection_that_is_opened_once_more_keeps_its_list(harness: Harness) -> None:
    harness.list_one_aoi()
    harness.session.become(SessionStatus.CONNECTING)
    assert harness.panel.model.aois()
    harness.session.become(SessionStatus.FAILED, SAMPLE, OFFLINE)
    assert harness.panel.model.aois()
    assert not harness.panel.list.stale_line.isHidden()
    chosen = record(harness.panel.connection_chosen)
    harness.panel.list.stale_line.button.click()
    assert chosen == [(SAMPLE,)]


@pytest.mark.parametrize(("connection", "problem"), [(FIELD, "offline"), (SAMPLE, "refused")])
def test_a_list_never_stays_for_another_connection_or_a_refused_key(
    harness: Harness, connection: Connection, problem: str
) -> None:
    harness.list_one_aoi()
    harness.session.become(SessionStatus.CONNECTING, connection)
    harness.session.become(SessionStatus.FAILED, connection, OFFLINE if problem == "offline" else REFUSED)
    assert harness.panel.model.aois() == []
    assert harness.panel.state_page.state == "failed"


def test_a_list_that_was_never_there_is_an_error_page(harness: Harness) -> None:
    harness.connect()
    harness.catalog.aois_failed.emit(OFFLINE)
    assert harness.panel.state_page.state == "error"


@pytest.mark.parametrize("first", ["projects_failed", "aois_failed"])
@pytest.mark.parametrize("problem", [OFFLINE, UNREACHED])
def test_a_server_that_goes_before_anything_is_listed_is_one_sentence(
    harness: Harness, first: str, problem: Message
) -> None:
    harness.connect()
    for signal in (first, {"projects_failed": "aois_failed", "aois_failed": "projects_failed"}[first]):
        getattr(harness.catalog, signal).emit(problem)
    assert harness.panel.state_page.state == "error"
    assert harness.panel.message_bar.items() == []
    assert harness.panel.list.count_label.isHidden()
    harness.panel.state_page.button("retry").click()
    harness.catalog.aois_loaded.emit((make_aoi(1),), False, 1)
    assert harness.panel.message_bar.items() == [], "what failed before says nothing of the new list"
    harness.catalog.projects_failed.emit(problem)
    assert len(harness.panel.message_bar.items()) == 1, "the list is there, the projects are not"


# --- what the server is making ------------------------------------------------------------------------------------


def test_an_aoi_that_has_been_made_is_shown_so_and_its_visualizations_are_asked_for(harness: Harness) -> None:
    harness.connect()
    harness.catalog.aois_loaded.emit((make_aoi(1, status="creating", progress=10),), False, 1)
    harness.catalog.visualizations_loaded.emit("aoi-1", [])
    index = harness.panel.model.index_of_aoi("aoi-1")
    assert "creating 10%" in index.data(CatalogRole.DETAIL)
    harness.catalog.asked.clear()
    harness.catalog.aoi_watch.changed.emit(make_aoi(1, status="creating", progress=60))
    assert "creating 60%" in index.data(CatalogRole.DETAIL)
    assert harness.catalog.asked == []
    harness.catalog.aoi_watch.changed.emit(make_aoi(1))
    assert "creating" not in index.data(CatalogRole.DETAIL)
    assert harness.catalog.asked == [("visualizations", "aoi-1")]


def test_nothing_is_asked_while_the_dock_is_hidden(harness: Harness) -> None:
    harness.panel.show()
    assert not harness.catalog.is_paused
    harness.panel.hide()
    assert harness.catalog.is_paused
    harness.panel.show()
    assert not harness.catalog.is_paused


def test_what_was_closed_stays_closed_after_a_refresh(harness: Harness) -> None:
    harness.list_one_aoi()
    index = harness.panel.model.index_of_aoi("aoi-1")
    harness.panel.tree.expand(index)
    harness.panel.tree.collapse(index)
    harness.panel.refresh()
    harness.catalog.aois_loaded.emit((make_aoi(1),), False, 1)
    assert ("visualizations", "aoi-1") not in harness.catalog.asked


# --- the selection ------------------------------------------------------------------------------------------------


def test_selecting_tells_the_aoi_once(harness: Harness) -> None:
    noted = record(harness.panel.aoi_selected)
    harness.list_one_aoi()
    harness.select("viz-1")
    harness.select("viz-2")
    assert [aoi.aoi_id for (aoi,) in noted] == ["aoi-1"]
    harness.panel.choose_connection("Field work")
    harness.session.become(SessionStatus.CONNECTING, FIELD)
    assert noted[-1] == (None,)


def test_a_double_click_on_an_aoi_zooms_to_it(harness: Harness) -> None:
    harness.list_one_aoi()
    zooms = record(harness.panel.events.zoom_requested)
    harness.panel.tree.doubleClicked.emit(harness.panel.model.index_of_aoi("aoi-1"))
    assert [aoi.aoi_id for (aoi,) in zooms] == ["aoi-1"]


def test_enter_on_a_visualization_adds_its_checked_dates(harness: Harness) -> None:
    harness.list_one_aoi()
    added = record(harness.panel.add_requested)
    harness.select("viz-1")
    harness.panel.card.dates.check_last(6)
    QTest.keyClick(harness.panel.tree, Qt.Key.Key_Return)
    ((request,),) = added
    assert isinstance(request, AddRequest)
    assert (request.project_name, request.mode, request.kind) == ("Raba valley", "dynamic", "picture")
    assert [date.key for date in request.dates] == [date.key for date in make_item(1).dates[-6:]]


def test_the_split_button_remembers_the_kind(harness: Harness) -> None:
    harness.list_one_aoi()
    harness.select("viz-1")
    added = record(harness.panel.add_requested)
    harness.panel.card.actions_by_kind["values"].trigger()
    harness.panel.card.add_button.click()
    assert [request.kind for (request,) in added] == ["values", "values"]
    assert harness.settings.last_kind == "values"


def test_the_mode_is_remembered_and_travels_with_the_request(harness: Harness) -> None:
    harness.list_one_aoi()
    harness.select("viz-1")
    added = record(harness.panel.add_requested)
    harness.panel.findChild(QWidget, "theoreticalModeButton").click()
    harness.panel.card.add_button.click()
    assert harness.settings.last_mode == "theoretical"
    assert added[0][0].mode == "theoretical"


def test_the_count_says_how_many_dates_are_checked(harness: Harness) -> None:
    harness.list_one_aoi()
    harness.select("viz-1")
    dates = harness.panel.card.date_list
    dates.last_button.click()
    assert dates.count_label.text() == "6 of 8"
    dates.none_button.click()
    assert dates.count_label.text() == "0 of 8"
    assert not harness.panel.card.add_button.isEnabled()
    assert harness.panel.card.reason.text() == "No date is checked."
    dates.all_button.click()
    assert harness.panel.card.add_button.isEnabled()


def test_a_composite_can_be_added_but_has_no_legend_to_edit(harness: Harness) -> None:
    harness.list_one_aoi()
    harness.select("viz-2")
    card = harness.panel.card
    assert card.add_button.isEnabled()
    assert not card.edit_button.isEnabled()
    assert "no legend" in card.reason.text()


def test_a_visualization_under_way_says_so_and_becomes_usable_by_itself(harness: Harness) -> None:
    harness.list_one_aoi()
    harness.select("viz-3")
    card = harness.panel.card
    assert not card.add_button.isEnabled()
    assert "still creating" in card.reason.text()
    items = [make_item(1), make_item(2), make_item(3, title="Salinity")]
    harness.catalog.visualizations_loaded.emit("aoi-1", items)
    assert card.add_button.isEnabled()
    assert card.item.id == "viz-3"


def test_an_aoi_without_outline_offers_values_instead_of_pictures(harness: Harness) -> None:
    harness.connect()
    harness.catalog.aois_loaded.emit((make_aoi(1, geometry=None),), False, 1)
    harness.catalog.visualizations_loaded.emit("aoi-1", [make_item(1)])
    harness.select("viz-1")
    added = record(harness.panel.add_requested)
    card = harness.panel.card
    assert not card.actions_by_kind["picture"].isEnabled()
    assert "no outline" in card.reason.text()
    card.add_button.click()
    assert [request.kind for (request,) in added] == ["values"]


def test_edit_legend_names_a_date_only_where_one_was_asked_for(harness: Harness) -> None:
    harness.list_one_aoi()
    harness.select("viz-1")
    edits = record(harness.panel.edit_legend_requested)
    card = harness.panel.card
    card.edit_button.click()
    card.date_list.view.setCurrentIndex(card.dates.index(2))
    card.edit_button.click()
    menu = card.date_list.menu_for(card.dates.index(3))
    next(action for action in menu.actions() if action.objectName() == "editDateLegendAction").trigger()
    menu.close()
    assert [type(request) for (request,) in edits] == [EditRequest] * 3
    assert [request.date_key for (request,) in edits] == [None, None, "2025_05_12"]
    assert [request.current_key for (request,) in edits] == ["2025_06_21", "2025_05_02", "2025_05_02"]


def test_without_a_date_on_the_map_the_newest_checked_one_is_edited_else_the_newest(harness: Harness) -> None:
    harness.list_one_aoi()
    harness.select("viz-1")
    edits = record(harness.panel.edit_legend_requested)
    card = harness.panel.card
    card.date_list.view.setFocus()
    card.edit_button.click()
    newest = card.dates.index(7)
    card.dates.setData(newest, Qt.CheckState.Unchecked, Qt.ItemDataRole.CheckStateRole)
    card.edit_button.click()
    card.date_list.view.setCurrentIndex(newest)
    card.edit_button.click()
    card.dates.check_none()
    card.date_list.view.clearSelection()
    card.edit_button.click()
    found = [request.current_key for (request,) in edits]
    assert found == ["2025_06_21", "2025_06_11", "2025_06_11", "2025_06_21"]


def test_an_offer_has_a_button_and_takes_the_place_of_the_one_before(harness: Harness) -> None:
    harness.list_one_aoi()
    harness.panel.show()
    taken: list[str] = []
    harness.panel.offer(Message("The map is elsewhere."), [("Zoom to AOI", lambda: taken.append("first"))])
    harness.panel.offer(Message("It is there already."), [("Load Again", lambda: taken.append("second"))])
    (item,) = harness.panel.message_bar.items()
    button = item.findChild(QToolButton, "answerButton0")
    assert button.text() == "Load Again"
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert taken == ["second"]
    assert harness.panel.message_bar.items() == []


def test_projects_are_sorted_by_their_numbers(harness: Harness) -> None:
    harness.connect()
    names = ("Field 10", "Field 9", "apples")
    projects = [Project.model_validate({"id": str(n), "name": name}) for n, name in enumerate(names)]
    harness.catalog.projects_loaded.emit(projects)
    combo = harness.panel.filter_bar.project_combo
    assert [combo.itemText(row) for row in range(1, combo.count())] == ["apples", "Field 9", "Field 10"]


def test_a_double_click_on_a_date_adds_it_alone(harness: Harness) -> None:
    harness.list_one_aoi()
    harness.select("viz-1")
    added = record(harness.panel.add_requested)
    view = harness.panel.card.date_list.view
    view.doubleClicked.emit(harness.panel.card.dates.index(3))
    assert [date.key for date in added[0][0].dates] == ["2025_05_12"]


def test_checks_survive_a_quiet_update(harness: Harness) -> None:
    harness.list_one_aoi()
    harness.select("viz-1")
    harness.panel.card.dates.check_last(2)
    harness.catalog.visualizations_loaded.emit("aoi-1", [make_item(1), make_item(2)])
    assert len(harness.panel.card.dates.checked()) == 2


def test_show_aoi_waits_for_what_is_not_listed_yet(harness: Harness) -> None:
    harness.connect()
    harness.panel.show_aoi("aoi-1", "viz-1")
    harness.catalog.aois_loaded.emit((make_aoi(1),), False, 1)
    assert harness.catalog.asked[-1] == ("visualizations", "aoi-1")
    harness.catalog.visualizations_loaded.emit("aoi-1", [make_item(1)])
    assert harness.panel.card.item.id == "viz-1"


# --- menus, jobs, frame -------------------------------------------------------------------------------------------


def test_menus_name_every_act_and_disable_what_cannot_be_done(harness: Harness) -> None:
    harness.list_one_aoi()
    tree, model = harness.panel.tree, harness.panel.model
    aoi_menu = tree.menu_for(model.index_of_aoi("aoi-1"))
    assert _menu_texts(aoi_menu)[:3] == ["Zoom to AOI", "Create Visualization…", "Reload Visualizations"]
    menu = tree.menu_for(model.index_of_visualization("aoi-1", "viz-3"))
    enabled = {action.text(): action.isEnabled() for action in menu.actions() if action.text()}
    assert not enabled["Add as Pictures"]
    assert not enabled["Edit Legend…"]
    assert enabled["Copy Name"]
    aoi_menu.close()
    menu.close()


def test_a_menu_adds_as_the_kind_it_names(harness: Harness) -> None:
    harness.list_one_aoi()
    harness.select("viz-1")
    added = record(harness.panel.add_requested)
    menu = harness.panel.tree.menu_for(harness.panel.tree.currentIndex())
    next(action for action in menu.actions() if action.objectName() == "addValuesAction").trigger()
    assert [request.kind for (request,) in added] == ["values"]
    menu.close()


def test_a_running_job_shows_how_far_it_is_and_can_be_stopped(harness: Harness) -> None:
    job = FakeJob()
    strip = harness.panel.show_progress(job)
    strip._clock = lambda: strip._started + 2.0
    job.progressed.emit(FakeProgress(3, 6, bytes_done=2_400_000))
    assert strip.label.text() == "Adding NDVI · 3 of 6 · 1.2 MB/s"
    assert (strip.bar.value(), strip.bar.maximum()) == (3, 6)
    strip.stop_button.click()
    assert job.cancels == 1
    assert not strip.stop_button.isEnabled()
    job.finished.emit()
    assert harness.panel.jobs.isHidden()


def test_two_jobs_have_a_line_each(harness: Harness) -> None:
    first, second = FakeJob("Adding NDVI"), FakeJob("Adding Salinity")
    harness.panel.show_progress(first)
    kept = harness.panel.show_progress(second)
    first.finished.emit()
    assert not harness.panel.jobs.isHidden()
    assert kept.label.text() == "Adding Salinity"
    second.finished.emit()
    assert harness.panel.jobs.isHidden()


def test_the_page_fits_into_300_pixels(harness: Harness) -> None:
    harness.list_one_aoi()
    harness.select("viz-1")
    assert harness.panel.minimumSizeHint().width() <= 300


def test_every_control_has_a_name_for_tests_and_one_for_those_who_listen(harness: Harness) -> None:
    panel = harness.panel
    for name in (
        "connectionCombo",
        "refreshButton",
        "gearButton",
        "projectCombo",
        "searchEdit",
        "catalogTree",
        "dateList",
    ):
        assert panel.findChild(QWidget, name).accessibleName(), name
    card = panel.findChild(VisualizationCard, "visualizationCard")
    for name in ("addToMapButton", "editLegendButton", "allDatesButton", "noDatesButton", "lastDatesButton"):
        assert card.findChild(QWidget, name).text(), name


def test_a_locked_key_is_explained_and_unlocked_on_demand_only(harness: Harness) -> None:
    unlocked = record(harness.panel.unlock_requested)
    harness.settings.current_connection = FIELD.name
    harness.panel.show_locked(FIELD)
    page = harness.panel.state_page
    assert page.state == "locked"
    assert any(FIELD.name in label.text() for label in page.findChildren(QLabel))
    assert unlocked == []
    page.button("unlock").click()
    assert unlocked == [(FIELD,)]


def test_cancelling_the_master_password_offers_to_unlock_again_and_the_sample(harness: Harness) -> None:
    unlocked, chosen = record(harness.panel.unlock_requested), record(harness.panel.connection_chosen)
    harness.settings.current_connection = FIELD.name
    harness.session.become(SessionStatus.FAILED, FIELD, explain(CredentialsUnavailable("locked")))
    page = harness.panel.state_page
    assert page.state == "locked"
    assert "locked" in page.findChild(QLabel, "stateText").text()
    QTest.mouseClick(page.button("unlock"), Qt.MouseButton.LeftButton)
    assert unlocked == [(FIELD,)]
    QTest.mouseClick(page.button("sample"), Qt.MouseButton.LeftButton)
    assert chosen == [(SAMPLE,)]


def test_the_tooltip_of_refresh_names_its_keys(harness: Harness) -> None:
    tip = harness.panel.findChild(QToolButton, "refreshButton").toolTip()
    assert tip == f"Refresh ({harness.panel.keys.text(harness.panel.findChild(QAction, 'refreshListAction'))})"
    assert "F5" in tip
