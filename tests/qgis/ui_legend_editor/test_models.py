"""What lies under the legend panel: counting, numbers, sentences, three states of a legend, and the tables."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from pixxel_explorer.plugin.api.models import Visualization
from pixxel_explorer.plugin.catalog.visualization_item import AcquisitionDate, VisualizationItem
from pixxel_explorer.plugin.legend import edit
from pixxel_explorer.plugin.legend.spec import Colour, ColourMapKind, Legend, LegendClass
from pixxel_explorer.plugin.legend_sync.drafts import Draft
from pixxel_explorer.plugin.legend_sync.service import LegendDocument
from pixxel_explorer.ui.legend_editor.history import LegendHistory
from pixxel_explorer.ui.models.comparison_model import ComparedRole, ComparisonModel
from pixxel_explorer.ui.models.legend_model import ClassColumn, ClassRole, LegendEdit, LegendTableModel, can_split
from pixxel_explorer.ui.models.legend_session import LegendSession
from pixxel_explorer.ui.models.legend_text import differences_text, edits_text, push_obstacle
from qgis.PyQt.QtCore import QAbstractItemModel, QLocale, Qt, qInstallMessageHandler
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtTest import QAbstractItemModelTester

APRIL, MAY = "2025_04_12", "2025_05_02"
PURPLE = Colour(123, 50, 148)
GERMAN = QLocale(QLocale.Language.German, QLocale.Country.Germany)


def legend(*edges: float, **changes: Any) -> Legend:
    """Return touching classes between edges, half of a hectare each."""
    pairs = itertools.pairwise(edges)
    classes = tuple(
        LegendClass(low, high, Colour(10 * row, 100, 0), f"Class {row + 1}", area=5000.0, area_percentage=25.0)
        for row, (low, high) in enumerate(pairs)
    )
    return Legend(classes, closed_top=True, **changes)


START = legend(-1, 0.0, 0.25, 0.5, 1)


def document(legends: Mapping[str, Legend], mode: str = "dynamic") -> LegendDocument:
    """Return what the server holds."""
    dates = (
        AcquisitionDate(APRIL, datetime.date(2025, 4, 12)),
        AcquisitionDate(MAY, datetime.date(2025, 5, 2)),
    )
    record = Visualization.model_validate({"id": "viz-1"})
    item = VisualizationItem(
        "viz-1", "aoi-1", "index-1", "NDVI", "", "index", "preset", "success", None, dates, "", "", None, True, record
    )
    return LegendDocument(item, mode, dict(legends), "metadata", None)


@pytest.fixture
def session(qgis_app: object) -> LegendSession:
    """Return a session of two dates without edits."""
    return LegendSession(document({APRIL: START, MAY: START}))


@pytest.fixture
def history(session: LegendSession) -> LegendHistory:
    """Return the session's history."""
    return LegendHistory(session)


@pytest.fixture
def table(session: LegendSession, history: LegendHistory) -> Iterator[LegendTableModel]:
    """Return the table of April, watched by Qt's own tester, whose complaints fail the test."""
    complaints: list[str] = []
    before = qInstallMessageHandler(lambda _kind, _context, text: complaints.append(text))
    model = LegendTableModel()
    model.show(session, APRIL)
    model.edited.connect(history.edit)
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning, model)
    yield model
    qInstallMessageHandler(before)
    assert [text for text in complaints if "FAIL" in text] == []


def cell(model: QAbstractItemModel, row: int, column: int, role: int = Qt.ItemDataRole.EditRole) -> Any:
    """Return what a cell holds."""
    return model.data(model.index(row, column), role)


def put(model: QAbstractItemModel, row: int, column: int, value: Any) -> bool:
    """Edit a cell."""
    return bool(model.setData(model.index(row, column), value, Qt.ItemDataRole.EditRole))


# --- counting -----------------------------------------------------------------------------------------------------


def edited(changed: Legend, key: str = APRIL, merge_key: tuple[object, ...] | None = None) -> LegendEdit:
    """Return an edit of a date."""
    return LegendEdit(key, changed, "Edit", merge_key)


def test_an_act_is_one_edit_however_many_fields_it_changes(session: LegendSession, history: LegendHistory) -> None:
    history.edit(edited(edit.set_maximum(START, 1, 0.3)))
    assert session.edit_count(APRIL) == 1
    history.edit(edited(edit.split(session.mine(APRIL), 2)))
    history.edit(edited(edit.set_label(session.mine(APRIL), 0, "Water")))
    history.edit(edited(edit.set_label(session.mine(APRIL), 0, "Lake")))
    assert (session.edit_count(APRIL), session.total_edits, history.stack.count()) == (4, 4, 4)
    history.undo()
    history.undo()
    assert session.edit_count(APRIL) == 2
    history.redo()
    assert session.edit_count(APRIL) == 3


def test_an_act_on_several_dates_is_one(session: LegendSession, history: LegendHistory) -> None:
    changed = edit.set_label(edit.set_colour(START, 1, PURPLE), 0, "Water")
    history.replace({APRIL: changed, MAY: changed}, "Same Legend for All Dates")
    assert (session.edit_count(APRIL), session.edit_count(MAY), session.total_edits) == (1, 1, 1)
    assert edits_text(session) == "1 edit on 2 dates not pushed"
    history.undo()
    assert edits_text(session) == "No edits"


def test_a_drag_is_one_act_and_none_when_it_ends_where_it_began(session: LegendSession, history: LegendHistory) -> None:
    for value in (0.1, 0.15, 0.2):
        history.edit(edited(edit.set_maximum(START, 0, value), merge_key=("edge",)))
        assert session.edit_count(APRIL) == 1
    history.edit(edited(START, merge_key=("edge",)))
    assert session.edit_count(APRIL) == 0
    history.edit(edited(edit.set_label(START, 0, "Water")))
    assert session.edit_count(APRIL) == 1


def test_edits_given_up_come_back_with_their_count(session: LegendSession, history: LegendHistory) -> None:
    history.edit(edited(edit.set_label(START, 0, "Water")))
    history.edit(edited(edit.set_label(session.mine(APRIL), 1, "Soil")))
    history.give_up(session.take_server([APRIL]), "Discard Edits")
    assert session.edit_count(APRIL) == 0
    history.edit(edited(edit.set_label(START, 2, "Crop")))
    assert session.edit_count(APRIL) == 1
    history.undo()
    history.undo()
    assert session.edit_count(APRIL) == 2


def test_after_a_push_counting_begins_again_and_undoing_what_was_pushed_is_an_edit(
    session: LegendSession, history: LegendHistory
) -> None:
    history.edit(edited(edit.set_label(START, 0, "Water")))
    history.edit(edited(edit.set_label(session.mine(APRIL), 1, "Soil")))
    sent = session.mine(APRIL)
    acts = {APRIL: session.acts(APRIL)}
    history.edit(edited(edit.set_label(sent, 2, "Meanwhile")))
    history.show_answer(session.absorb(document({APRIL: sent, MAY: START}), {APRIL: sent}, acts), "Server's Answer")
    assert session.edit_count(APRIL) == 1
    history.undo()
    assert session.edit_count(APRIL) == 0
    history.undo()
    assert session.edit_count(APRIL) == 1
    history.redo()
    assert session.edit_count(APRIL) == 0
    assert session.hand_made(APRIL) == 2


def test_a_draft_keeps_the_count_of_acts(session: LegendSession, history: LegendHistory) -> None:
    changed = edit.set_label(START, 0, "Water")
    history.replace({APRIL: changed, MAY: changed}, "Same Legend for All Dates")
    history.edit(edited(edit.set_colour(changed, 1, PURPLE)))
    draft = session.draft("Sample data")
    assert draft is not None
    later = LegendSession(document({APRIL: START, MAY: START}))
    assert later.restore(draft) == 2
    LegendHistory(later).edit(edited(edit.set_label(later.mine(MAY), 3, "More"), MAY))
    assert (later.edit_count(APRIL), later.edit_count(MAY), later.total_edits) == (2, 2, 3)


def test_a_draft_of_an_earlier_version_counts_its_dates(session: LegendSession) -> None:
    changed = edit.set_colour(edit.set_label(START, 0, "Water"), 1, PURPLE)
    old = Draft("Sample data", "aoi-1", "viz-1", "dynamic", {APRIL: START}, {APRIL: changed})
    assert session.restore(old) == 1


# --- three states -------------------------------------------------------------------------------------------------


def test_a_draft_is_restored_on_what_it_began_from(session: LegendSession) -> None:
    mine = edit.set_label(START, 0, "Mine")
    older = edit.set_label(START, 0, "Older")
    assert session.restore(Draft("c", "aoi-1", "viz-1", "dynamic", {APRIL: older}, {APRIL: mine})) == 1
    assert session.mine(APRIL) is mine
    assert session.conflicts(session.edited_keys) == (APRIL,)
    kept = session.draft("c")
    assert kept is not None
    assert (dict(kept.base), dict(kept.legends)) == ({APRIL: older}, {APRIL: mine})


def test_a_draft_that_the_server_holds_already_is_no_edit(session: LegendSession) -> None:
    assert session.restore(Draft("c", "aoi-1", "viz-1", "dynamic", {}, {APRIL: START})) == 0
    assert session.draft("c") is None


def test_reading_the_server_again_keeps_edits_and_renews_the_rest(session: LegendSession) -> None:
    mine, theirs = edit.set_label(START, 0, "Mine"), edit.set_label(START, 0, "Theirs")
    session.put({APRIL: mine})
    session.refresh(document({APRIL: theirs, MAY: theirs}))
    assert (session.mine(APRIL), session.base(APRIL), session.server(APRIL)) == (mine, START, theirs)
    assert session.conflicts([APRIL, MAY]) == (APRIL,)
    assert (session.mine(MAY), session.is_edited(MAY)) == (theirs, False)


def test_an_edit_the_server_turns_out_to_hold_is_settled(session: LegendSession) -> None:
    mine = edit.set_label(START, 0, "Mine")
    session.put({APRIL: mine})
    session.refresh(document({APRIL: mine, MAY: START}))
    assert session.edited_keys == ()


def test_the_answer_to_a_push_leaves_the_edits_made_meanwhile(session: LegendSession, history: LegendHistory) -> None:
    sent = edit.set_maximum(START, 0, 0.1)
    session.put({APRIL: edit.set_label(sent, 3, "Later")})
    answer = edit.set_maximum(START, 0, 0.125)
    history.replace(session.absorb(document({APRIL: answer, MAY: START}), {APRIL: sent}), "Answer")
    now = session.mine(APRIL)
    assert (now.classes[0].maximum, now.classes[3].label) == (0.125, "Later")
    assert session.edit_count(APRIL) == 1
    history.stack.undo()
    assert session.mine(APRIL).classes[0].maximum == 0.1


def test_an_answer_that_only_brings_areas_is_no_step(session: LegendSession, history: LegendHistory) -> None:
    sent = edit.set_maximum(START, 0, 0.1)
    session.put({APRIL: sent})
    measured = replace(sent, classes=tuple(replace(entry, area=1.0) for entry in sent.classes))
    history.replace(session.absorb(document({APRIL: measured, MAY: START}), {APRIL: sent}), "Answer")
    assert history.stack.count() == 0
    assert session.mine(APRIL).classes[0].area == 1.0


def test_edits_of_a_date_that_was_not_pushed_keep_their_base(session: LegendSession) -> None:
    mine, theirs = edit.set_label(START, 0, "Mine"), edit.set_label(START, 0, "Theirs")
    session.put({MAY: mine})
    session.absorb(document({APRIL: START, MAY: theirs}), {APRIL: START})
    assert session.base(MAY) is START
    assert session.conflicts([MAY]) == (MAY,)


def test_a_date_that_vanished_goes_unless_it_is_edited(session: LegendSession) -> None:
    session.put({MAY: edit.set_label(START, 0, "Mine")})
    session.refresh(document({}))
    assert session.keys == (MAY,)


# --- sentences ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (edit.set_maximum(START, 1, float("nan")), "class 2 is not a number"),
        (edit.set_maximum(START, 0, -2, linked=False), "class 1 begins at -1 but ends at -2"),
        (edit.set_maximum(START, 0, 0.1, linked=False), "classes 1 and 2 overlap between 0 and 0.1"),
        (edit.set_maximum(START, 3, None), "class 4 is open: it has no maximum"),
        (edit.set_minimum(START, 0, 0.0, linked=False), "class 1 begins and ends at 0"),
        (legend(*range(18)), "at most 15 classes, and this one has 17. Remove 2"),
        (replace(START, kind=ColourMapKind.RAMP), "continuous ramp"),
    ],
)
def test_a_push_is_stopped_with_its_reason(session: LegendSession, broken: Legend, words: str) -> None:
    session.put({MAY: broken})
    obstacle = push_obstacle(session)
    assert obstacle.startswith("2025-05-02: ")
    assert words in obstacle


def test_an_open_end_that_the_server_gave_may_stay(qgis_app: object) -> None:
    opened = edit.set_maximum(START, 3, None)
    session = LegendSession(document({APRIL: opened}))
    session.put({APRIL: edit.set_label(opened, 0, "Mine")})
    assert push_obstacle(session) == ""


def test_edits_are_reported_with_their_dates(session: LegendSession, history: LegendHistory) -> None:
    assert edits_text(session) == "No edits"
    history.edit(edited(edit.set_label(START, 0, "Mine")))
    assert edits_text(session) == "1 edit not pushed"
    history.edit(edited(edit.set_colour(edit.set_label(START, 0, "Mine"), 1, PURPLE), MAY))
    assert edits_text(session) == "2 edits on 2 dates not pushed"


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("max", "moved breakpoints"),
        ("label", "colours or labels"),
        ("classes", "3 classes of 5"),
        ("date", "no longer"),
    ],
)
def test_what_the_server_made_of_a_push_is_said(field: str, words: str) -> None:
    found = {"date": "2025-05-02", "class_index": 0, "field": field, "sent": 5, "answered": 3}
    assert words in differences_text([found])
    assert "2025-05-02" in differences_text([found])


# --- the table ----------------------------------------------------------------------------------------------------


def test_the_table_shows_every_class(table: LegendTableModel) -> None:
    assert table.rowCount() == 4
    shown = [cell(table, 1, column, Qt.ItemDataRole.DisplayRole) for column in ClassColumn]
    assert shown == ["0", "0.25", "", "Class 2", "5,000", "25.0 %"]
    assert cell(table, 1, ClassColumn.SHARE, ClassRole.SHARE) == 0.25
    assert cell(table, 1, ClassColumn.COLOUR) == QColor(10, 100, 0)


def test_shares_that_are_parts_of_one_are_reported_by_their_sum(
    table: LegendTableModel, session: LegendSession
) -> None:
    parts = replace(START, classes=tuple(replace(entry, area_percentage=0.25) for entry in START.classes))
    session.refresh(document({APRIL: parts, MAY: START}))
    assert cell(table, 0, ClassColumn.SHARE, Qt.ItemDataRole.DisplayRole) == "25.0 %"
    put(table, 0, ClassColumn.MAXIMUM, 0.1)
    assert cell(table, 3, ClassColumn.SHARE, Qt.ItemDataRole.DisplayRole) == "25.0 %"


@pytest.mark.parametrize(("share", "shown"), [(0.19, "19.0 %"), (0.01, "1.0 %"), (1.0, "1.0 %"), (24.0, "24.0 %")])
def test_parts_of_one_may_leave_some_of_the_area_out(
    table: LegendTableModel, session: LegendSession, share: float, shown: str
) -> None:
    """Classes need not cover an area, so the sum may be well below one; above one it can only be percent."""
    parts = replace(START, classes=tuple(replace(entry, area_percentage=share) for entry in START.classes))
    session.refresh(document({APRIL: parts, MAY: START}))
    assert cell(table, 0, ClassColumn.SHARE, Qt.ItemDataRole.DisplayRole) == shown


def test_rows_come_and_go_as_classes_do(table: LegendTableModel, history: LegendHistory) -> None:
    for row in (0, 3, 1):
        history.edit(LegendEdit(APRIL, edit.split(START, row), "Split"))
        assert table.rowCount() == 5
        history.stack.undo()
        assert table.rowCount() == 4
        history.edit(LegendEdit(APRIL, edit.remove(START, row), "Remove"))
        assert table.rowCount() == 3
        history.stack.undo()
        assert [cell(table, at, ClassColumn.LABEL) for at in range(4)] == [entry.label for entry in START.classes]


def test_a_legend_of_other_length_replaces_this_one(table: LegendTableModel, session: LegendSession) -> None:
    for edges in ((0, 1), tuple(range(9)), (0, 1, 2)):
        session.put({APRIL: legend(*edges)})
        assert table.rowCount() == len(edges) - 1
        assert cell(table, table.rowCount() - 1, ClassColumn.MAXIMUM) == edges[-1]


def test_texts_that_are_no_value_change_nothing(table: LegendTableModel, session: LegendSession) -> None:
    assert not put(table, 0, ClassColumn.MAXIMUM, "a lot")
    assert not put(table, 0, ClassColumn.COLOUR, "no colour")
    assert not put(table, 0, ClassColumn.AREA, 5)
    assert put(table, 0, ClassColumn.MINIMUM, "-1.0")
    assert session.mine(APRIL) is START


def test_edited_and_wrong_cells_are_marked(table: LegendTableModel) -> None:
    put(table, 1, ClassColumn.MAXIMUM, -5)
    assert cell(table, 1, ClassColumn.MAXIMUM, ClassRole.IS_CHANGED)
    assert cell(table, 1, ClassColumn.MAXIMUM, ClassRole.IS_WRONG)
    assert not cell(table, 0, ClassColumn.LABEL, ClassRole.IS_CHANGED)
    assert cell(table, 1, ClassColumn.MAXIMUM, Qt.ItemDataRole.ToolTipRole).startswith("Class 2 begins at 0")


def test_after_a_split_only_its_two_classes_are_marked(table: LegendTableModel, history: LegendHistory) -> None:
    changed = edit.set_label(edit.split(START, 1), 3, "Other")
    history.edit(edited(changed))
    marks = [any(cell(table, row, column, ClassRole.IS_CHANGED) for column in range(6)) for row in range(5)]
    assert marks == [False, True, True, True, False]
    assert not cell(table, 3, 0, ClassRole.IS_CHANGED)


def test_a_drag_there_and_back_leaves_no_step_and_its_areas(table: LegendTableModel, history: LegendHistory) -> None:
    for value in (0.1, 0.2, 0.0):
        put(table, 0, ClassColumn.MAXIMUM, value)
    assert history.stack.count() == 0
    assert cell(table, 0, ClassColumn.AREA) == 5000.0


def test_edits_of_two_cells_are_two_steps(table: LegendTableModel, history: LegendHistory) -> None:
    for value in (0.1, 0.2):
        put(table, 0, ClassColumn.MAXIMUM, value)
    put(table, 0, ClassColumn.LABEL, "Water")
    assert history.stack.count() == 2
    history.end_merging()
    put(table, 0, ClassColumn.LABEL, "Lake")
    assert history.stack.count() == 3


@pytest.mark.parametrize(("row", "possible"), [(0, True), (4, False), (-1, False)])
def test_only_a_class_with_a_middle_can_be_split(row: int, possible: bool) -> None:
    assert can_split(START, row) is possible
    assert not can_split(edit.set_maximum(START, 3, None), 3)
    assert not can_split(replace(START, kind=ColourMapKind.RAMP), 0)


# --- the comparison -----------------------------------------------------------------------------------------------


def test_the_comparison_marks_what_a_push_changes_and_what_others_did(qgis_app: object) -> None:
    model = ComparisonModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning, model)
    model.show(edit.set_label(START, 0, "Mine"), edit.set_label(START, 1, "Theirs"), START)
    marks = [[bool(cell(model, row, column, ComparedRole.IS_DIFFERENT)) for column in range(3)] for row in range(3)]
    assert marks == [[True, False, False], [True, True, False], [False, False, False]]
    assert cell(model, 0, 0, Qt.ItemDataRole.DisplayRole) == "-1 – 0\nMine"


def test_the_comparison_shows_classes_that_only_one_side_has(qgis_app: object) -> None:
    model = ComparisonModel()
    model.show(edit.split(START, 3), START, None)
    assert model.rowCount() == 5
    assert cell(model, 4, 1, Qt.ItemDataRole.DisplayRole) == "–"
    assert cell(model, 4, 0, ComparedRole.IS_DIFFERENT)


def test_a_label_with_unseen_characters_is_mended_by_its_editor(
    table: LegendTableModel, session: LegendSession
) -> None:
    odd = edit.set_label(START, 0, "Bare\nsoil \u202eand more")
    session.refresh(document({APRIL: odd, MAY: START}))
    assert cell(table, 0, ClassColumn.LABEL, Qt.ItemDataRole.DisplayRole) == "Bare soil and more"
    assert put(table, 0, ClassColumn.LABEL, cell(table, 0, ClassColumn.LABEL))
    assert session.mine(APRIL).classes[0].label == "Bare soil and more"
    assert not push_obstacle(session)


def test_a_label_that_may_be_sent_is_edited_as_it_is(table: LegendTableModel, session: LegendSession) -> None:
    session.refresh(document({APRIL: edit.set_label(START, 0, "0.1  to  0.2"), MAY: START}))
    assert cell(table, 0, ClassColumn.LABEL) == "0.1  to  0.2"


def test_markup_in_a_label_is_no_markup_in_its_tooltip(table: LegendTableModel, session: LegendSession) -> None:
    session.refresh(document({APRIL: edit.set_label(START, 0, "<b>Water</b>"), MAY: START}))
    assert "&lt;b&gt;Water" in cell(table, 0, ClassColumn.LABEL, Qt.ItemDataRole.ToolTipRole)
