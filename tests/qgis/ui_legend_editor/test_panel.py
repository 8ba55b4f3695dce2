"""What the legend panel promises, driven as a person does, by the names of its widgets."""

from __future__ import annotations

import httpx
import pytest
from pixxel_explorer.plugin.legend_sync.drafts import DraftStore
from pixxel_explorer.plugin.messages.edit_messages import covered, not_loaded
from pixxel_explorer.plugin.messages.message import Message
from pixxel_explorer.ui.models.comparison_model import ComparedRole
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtGui import QKeySequence
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import (
    QAction,
    QComboBox,
    QLabel,
    QMainWindow,
    QPushButton,
    QRadioButton,
    QSpinBox,
    QTableView,
    QWidget,
)

from .conftest import COLOUR, LABEL, MAXIMUM, MINIMUM, PURPLE, SAMPLE, Harness, pump, record


def test_opening_shows_the_classes_of_the_date_asked_for(harness: Harness) -> None:
    harness.open(date_key=harness.keys[2])
    legend = harness.sandbox.legends(harness.item)[harness.keys[2]]
    assert harness.table.model().rowCount() == len(legend)
    assert [harness.value(row, MAXIMUM) for row in range(len(legend))] == [c.maximum for c in legend.classes]
    assert harness.panel.day == harness.item.dates[2].day
    assert harness.edits() == 0
    assert not harness.button("pushButton").isEnabled()


def test_an_edge_moves_its_neighbour_and_one_edit_is_counted(harness: Harness) -> None:
    harness.open()
    assert harness.edit(0, MAXIMUM, 0.123)
    assert harness.value(1, MINIMUM) == 0.123
    assert harness.edits() == 1


def test_an_unlinked_edge_moves_alone(harness: Harness) -> None:
    harness.open()
    before = harness.value(1, MINIMUM)
    harness.click("linkedEdgesButton")
    harness.edit(0, MAXIMUM, before - 0.01)
    assert harness.value(1, MINIMUM) == before


def test_numbers_that_were_not_edited_do_not_change(harness: Harness) -> None:
    harness.open()
    model = harness.table.model()
    shown = model.data(model.index(0, MAXIMUM))
    assert harness.edit(0, MAXIMUM, shown)
    assert harness.edits() == 0
    assert not harness.edit(0, MAXIMUM, "a lot")
    assert harness.value(0, MAXIMUM) == harness.server_class(0).maximum


def test_the_map_is_reported_while_editing(harness: Harness) -> None:
    harness.open()
    noted = record(harness.panel.events.preview_changed)
    harness.recolour(1)
    assert noted[-1].visualization_id == harness.item.id
    assert noted[-1].mode == "dynamic"
    assert noted[-1].legends[harness.keys[0]].classes[1].colour.hex == PURPLE
    assert set(noted[-1].legends) == {harness.keys[0]}


def test_a_drag_is_reported_at_most_25_times_a_second(harness: Harness) -> None:
    harness.open()
    noted = record(harness.panel.events.preview_changed)
    model, low = harness.table.model(), harness.value(0, MINIMUM)
    for step in range(200):
        model.setData(model.index(0, MAXIMUM), low + 0.05 + step / 10_000)
    pump()
    assert 1 <= len(noted) <= 40
    assert noted[-1].legends[harness.panel.editor.key].classes[0].maximum == low + 0.05 + 199 / 10_000


def test_undo_takes_back_a_drag_at_once_and_redo_brings_it(harness: Harness) -> None:
    harness.open()
    before = harness.value(0, MAXIMUM)
    for step in range(5):
        harness.edit(0, MAXIMUM, before - 0.01 - step / 100)
    harness.click("undoButton")
    assert harness.value(0, MAXIMUM) == before
    assert harness.edits() == 0
    harness.click("redoButton")
    assert harness.value(0, MAXIMUM) == pytest.approx(before - 0.05)


def test_a_class_is_split_and_removed(harness: Harness) -> None:
    harness.open()
    rows = harness.table.model().rowCount()
    harness.table.setCurrentIndex(harness.table.model().index(1, LABEL))
    harness.click("splitClassButton")
    assert harness.table.model().rowCount() == rows + 1
    harness.click("removeClassButton")
    assert harness.table.model().rowCount() == rows


def test_a_class_that_ends_before_it_begins_stops_the_push_with_its_reason(harness: Harness) -> None:
    harness.open()
    harness.edit(0, MAXIMUM, harness.value(0, MINIMUM) - 1)
    assert not harness.button("pushButton").isEnabled()
    assert "class 1" in harness.text("legendProblemLabel").lower()
    harness.click("undoButton")
    assert harness.text("legendProblemLabel") == "" or not harness.child(QLabel, "legendProblemLabel").isVisible()


def test_a_push_sends_the_edit_and_shows_the_answer(harness: Harness) -> None:
    harness.open()
    noted = record(harness.panel.events.answered)
    harness.recolour(1)
    harness.push()
    assert harness.server_class(1).colour.hex == PURPLE
    assert harness.edits() == 0
    assert noted[0].differences == []
    assert harness.drafts.load(SAMPLE.name, harness.item.id, "dynamic") is None


def test_the_areas_come_back_with_the_answer(harness: Harness) -> None:
    harness.open()
    harness.edit(0, MAXIMUM, harness.value(0, MAXIMUM) - 0.02)
    assert harness.panel.findChild(type(harness.table), "legendTable").model().index(0, 4).data() == ""
    harness.push()
    assert harness.table.model().index(0, 4).data() != ""


def test_nothing_is_sent_before_the_comparison_is_accepted(harness: Harness) -> None:
    harness.open()
    harness.recolour(1)
    harness.click("pushButton")
    dialog = harness.dialog("pushDialog")
    assert dialog is not None
    assert harness.server_class(1).colour.hex != PURPLE
    dialog.reject()
    pump()
    assert harness.edits() == 1
    assert harness.server_class(1).colour.hex != PURPLE


def test_edits_made_during_a_push_stay_on_top_of_the_answer(harness: Harness) -> None:
    harness.open()
    harness.recolour(1)
    harness.click("pushButton")
    harness.jobs.holding = True
    harness.answer("pushDialog")
    harness.edit(0, LABEL, "Later")
    harness.jobs.holding = False
    harness.jobs.release()
    pump()
    assert harness.server_class(1).colour.hex == PURPLE
    assert harness.server_class(0).label != "Later"
    assert harness.value(0, LABEL) == "Later"
    assert harness.edits() == 1


def test_a_conflict_can_be_given_in_to(harness: Harness) -> None:
    harness.open()
    harness.edit(0, LABEL, "Mine")
    harness.sandbox.relabel(harness.item, harness.keys[0], "Theirs")
    harness.click("pushButton")
    harness.decide("takeServerRadio")
    harness.answer("pushDialog")
    assert harness.value(0, LABEL) == "Theirs"
    assert harness.edits() == 0
    harness.click("undoButton")
    assert harness.value(0, LABEL) == "Mine"


def click_radio(dialog: QWidget, name: str) -> None:
    """Click the circle of a radio button."""
    radio = dialog.findChild(QRadioButton, name)
    QTest.mouseClick(radio, Qt.MouseButton.LeftButton, pos=QPoint(8, radio.height() // 2))
    pump(20)


def test_a_conflict_given_in_to_says_that_edits_are_dropped_and_lists_nothing_as_sent(harness: Harness) -> None:
    harness.open()
    harness.edit(0, LABEL, "Mine")
    harness.sandbox.relabel(harness.item, harness.keys[0], "Theirs")
    harness.click("pushButton")
    dialog = harness.dialog("pushDialog")
    table, summary = dialog.findChild(QTableView, "pushComparison"), dialog.findChild(QLabel, "pushSummaryLabel")
    sent = lambda: [table.model().index(row, 0).data() for row in range(table.model().rowCount())]  # noqa: E731
    assert "Mine" in sent()[0]
    click_radio(dialog, "takeServerRadio")
    assert summary.text().startswith(f"Your edits of {harness.panel.day} are discarded")
    assert "replaces" not in summary.text()
    assert set(sent()) == {"–"}
    assert not any(table.model().index(row, 0).data(ComparedRole.IS_DIFFERENT) for row in range(len(sent())))
    click_radio(dialog, "keepMineRadio")
    assert "replaces the server's" in summary.text()
    assert "Mine" in sent()[0]


def test_of_two_dates_one_is_dropped_and_one_is_sent(harness: Harness) -> None:
    harness.open()
    harness.edit(0, LABEL, "Mine")
    harness.choose_date(1)
    harness.edit(0, LABEL, "Mine too")
    harness.sandbox.relabel(harness.item, harness.keys[0], "Theirs")
    harness.click("pushButton")
    dialog = harness.dialog("pushDialog")
    click_radio(dialog, "takeServerRadio")
    text = dialog.findChild(QLabel, "pushSummaryLabel").text()
    assert text.startswith(f"Your edits of {harness.item.dates[0].day} are discarded")
    assert "Dates that are not ticked" in text


def test_a_conflict_can_be_overwritten(harness: Harness) -> None:
    harness.open()
    harness.edit(0, LABEL, "Mine")
    harness.sandbox.relabel(harness.item, harness.keys[0], "Theirs")
    harness.click("pushButton")
    assert not harness.dialog("pushDialog").findChild(QPushButton, "pushAcceptButton").isEnabled()
    harness.decide("keepMineRadio")
    harness.answer("pushDialog")
    assert harness.server_class(0).label == "Mine"
    assert harness.edits() == 0


def test_a_change_between_the_comparison_and_the_push_is_not_overwritten_unseen(harness: Harness) -> None:
    harness.open()
    harness.edit(0, LABEL, "Mine")
    harness.click("pushButton")
    harness.sandbox.relabel(harness.item, harness.keys[0], "Theirs")
    harness.answer("pushDialog")
    assert harness.server_class(0).label == "Theirs"
    assert harness.dialog("pushDialog") is not None
    assert harness.value(0, LABEL) == "Mine"


def test_a_failed_push_keeps_the_draft_and_says_so(harness: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    harness.open()
    harness.recolour(1)
    harness.click("pushButton")
    monkeypatch.setattr(harness.sandbox, "app", _unreachable)
    harness.jobs.loop.run_until_complete(_drop_client(harness))
    harness.answer("pushDialog")
    assert harness.edits() == 1
    assert harness.texts()
    assert harness.drafts.load(SAMPLE.name, harness.item.id, "dynamic") is not None


async def _unreachable(_scope: object, _receive: object, _send: object) -> None:
    raise httpx.ConnectError("no route")


async def _drop_client(harness: Harness) -> None:
    slot = harness.service._session._slot
    assert slot is not None
    if slot._client is not None:
        client, slot._client = slot._client, None
        await client.aclose()


def test_the_first_edit_is_on_disk_at_once_and_comes_back(harness: Harness, tmp_path: object) -> None:
    harness.open()
    harness.recolour(1)
    draft = DraftStore(harness.sandbox.folder / "drafts").load(SAMPLE.name, harness.item.id, "dynamic")
    assert draft is not None
    assert draft.legends[harness.keys[0]].classes[1].colour.hex == PURPLE
    assert "draft saved" in harness.text("draftLabel").lower()
    harness.panel.close()
    harness.panel = harness.another_panel()
    harness.open()
    assert harness.edits() == 1
    assert harness.value(1, COLOUR).name() == PURPLE
    harness.click("discardEditsButton")
    assert harness.edits() == 0
    pump(600)
    assert harness.drafts.load(SAMPLE.name, harness.item.id, "dynamic") is None


def test_closing_right_after_an_edit_loses_nothing(harness: Harness) -> None:
    harness.open()
    harness.recolour(1)
    model = harness.table.model()
    model.setData(model.index(0, LABEL), "Last word")
    harness.panel.close()
    draft = harness.drafts.load(SAMPLE.name, harness.item.id, "dynamic")
    assert draft is not None
    assert draft.legends[harness.keys[0]].classes[0].label == "Last word"


def test_a_draft_on_an_outdated_legend_meets_a_conflict(harness: Harness) -> None:
    legend = harness.sandbox.legends(harness.item)[harness.keys[0]]
    harness.open()
    harness.edit(0, LABEL, "Mine")
    harness.panel.close()
    harness.sandbox.relabel(harness.item, harness.keys[0], "Theirs")
    harness.panel = harness.another_panel()
    harness.open()
    assert harness.value(0, LABEL) == "Mine"
    harness.click("pushButton")
    dialog = harness.dialog("pushDialog")
    assert dialog is not None
    assert dialog.findChild(QWidget, "pushConflictBox").isVisible()
    model = dialog.findChild(QTableView, "pushComparison").model()
    shown = [model.index(0, column).data() for column in range(3)]
    assert [text.split()[-1] for text in shown] == ["Mine", "Theirs", legend.classes[0].label.split()[-1]]


def test_modes_keep_their_own_edits(harness: Harness) -> None:
    harness.open()
    harness.edit(0, LABEL, "Dynamic")
    harness.click("theoreticalModeButton")
    assert harness.value(0, LABEL) != "Dynamic"
    harness.click("dynamicModeButton")
    assert harness.value(0, LABEL) == "Dynamic"
    harness.click("undoButton")
    assert harness.edits() == 0


def test_dates_keep_their_own_edits_and_are_marked(harness: Harness) -> None:
    harness.open()
    harness.edit(0, LABEL, "First")
    harness.choose_date(1)
    assert harness.value(0, LABEL) != "First"
    assert harness.panel.day == harness.item.dates[1].day
    combo = harness.child(QComboBox, "legendDateCombo")
    days = [date.day.isoformat() for date in harness.item.dates]
    marked = [combo.itemText(row) for row in range(combo.count()) if combo.itemText(row) != days[row]]
    assert len(marked) == 1
    assert marked[0].startswith(days[0]) or days[0] in marked[0]


def test_same_for_all_dates_is_one_step(harness: Harness) -> None:
    harness.open()
    harness.trigger("wholeForAllAction")
    harness.click("spreadKeepButton")
    harness.choose_date(3)
    assert harness.value(0, MAXIMUM) == harness.server_class(0).maximum
    harness.click("undoButton")
    assert harness.edits() == 0


def test_a_rollback_says_what_is_lost_and_brings_the_servers_legend(harness: Harness) -> None:
    harness.open()
    before = harness.server_class(1).colour.hex
    harness.recolour(1)
    harness.push()
    noted = record(harness.panel.events.answered)
    harness.click("rollBackButton")
    dialog = harness.dialog("rollbackDialog")
    assert dialog is not None
    words = " ".join(label.text() for label in dialog.findChildren(QLabel)).lower()
    assert "not an undo" in words
    harness.answer("rollbackDialog")
    assert harness.server_class(1).colour.hex == before
    assert harness.value(1, COLOUR).name() == before
    assert noted[0].rolled_back == [harness.item.dates[0].day.isoformat()]


def test_a_composite_says_that_it_has_no_legend(harness: Harness) -> None:
    harness.open(title="Natural colour")
    words = " ".join(label.text() for label in harness.panel.findChildren(QLabel) if label.isVisible()).lower()
    assert "no legend" in words
    assert not harness.table.isVisible()


def test_a_panel_that_goes_away_during_a_push_harms_nothing(harness: Harness) -> None:
    harness.open()
    harness.recolour(1)
    harness.click("pushButton")
    harness.jobs.holding = True
    harness.answer("pushDialog")
    harness.panel.close()
    harness.panel.deleteLater()
    pump(20)
    harness.jobs.release()
    assert harness.server_class(1).colour.hex == PURPLE
    harness.panel = harness.another_panel()


def test_recompute_asks_and_gives_as_many_classes(harness: Harness) -> None:
    harness.open()
    harness.trigger("recomputeAction")
    dialog = harness.dialog("recomputeDialog")
    assert dialog is not None
    dialog.findChild(QSpinBox, "recomputeBinsSpin").setValue(3)
    assert dialog.findChild(QRadioButton, "recomputeOneDateRadio").isChecked()
    harness.answer("recomputeDialog")
    assert harness.table.model().rowCount() == 3
    assert len(harness.sandbox.legends(harness.item)[harness.keys[0]]) == 3


def test_undo_by_key_works_beside_an_action_with_the_same_shortcut(harness: Harness) -> None:
    window = QMainWindow()
    rival = QAction("Undo", window)
    rival.setShortcut(QKeySequence(QKeySequence.StandardKey.Undo))
    rivals = record(rival.triggered)
    window.addAction(rival)
    window.setCentralWidget(harness.panel)
    window.show()
    window.activateWindow()
    harness.open()
    harness.recolour(1)
    harness.table.setFocus()
    QTest.keyClick(harness.table, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    pump()
    assert harness.edits() == 0
    assert rivals == []
    harness.panel.setParent(None)
    window.close()


def test_undo_shows_the_date_it_changes(harness: Harness) -> None:
    harness.open()
    harness.edit(0, LABEL, "First")
    harness.choose_date(3)
    harness.click("undoButton")
    assert harness.panel.day == harness.item.dates[0].day


def test_after_a_push_the_map_keeps_the_edits_that_are_left(harness: Harness) -> None:
    harness.open()
    harness.recolour(1)
    harness.click("pushButton")
    harness.jobs.holding = True
    harness.answer("pushDialog")
    harness.choose_date(1)
    harness.edit(0, LABEL, "Later")
    order: list[str] = []
    harness.panel.events.answered.connect(lambda _report: order.append("answer"))
    later = harness.keys[1]
    harness.panel.events.preview_changed.connect(
        lambda preview: order.append(preview.legends[later].classes[0].label if later in preview.legends else "")
    )
    harness.jobs.holding = False
    harness.jobs.release()
    pump()
    assert "answer" in order
    assert order[-1] == "Later"


def test_a_comparison_that_is_stopped_leaves_nothing_behind(harness: Harness) -> None:
    harness.open()
    harness.recolour(1)
    harness.jobs.holding = True
    harness.click("pushButton")
    assert harness.dialog("pushDialog") is None
    assert not harness.button("pushButton").isEnabled()
    harness.jobs.held.pop().cancel()
    pump()
    assert harness.dialog("pushDialog") is None
    assert harness.button("pushButton").isEnabled()


def test_another_connection_keeps_drafts_of_its_own(harness: Harness) -> None:
    harness.open()
    harness.recolour(1)
    harness.panel.set_connection("Field work")
    assert harness.panel.day is None
    harness.open()
    assert harness.edits() == 0
    harness.panel.set_connection(SAMPLE.name)
    harness.open()
    assert harness.edits() == 1


def test_the_panel_fits_a_narrow_dock(harness: Harness) -> None:
    harness.open()
    harness.recolour(1)
    harness.trigger("wholeForAllAction")
    assert harness.panel.minimumSizeHint().width() <= 300


def test_what_is_edited_is_reported_at_each_choice_of_date_mode_or_legend(harness: Harness) -> None:
    noted = record(harness.panel.events.date_shown)
    edited = []
    harness.panel.events.date_shown.connect(lambda _request: edited.append(harness.panel.workspace.session.mode))
    harness.open()
    harness.choose_date(1)
    harness.click("theoreticalModeButton")
    pump()
    harness.open(mode="theoretical", date_key=harness.keys[1])
    shown = [(request.mode, request.date_key) for request in noted]
    modes = ("dynamic", "dynamic", "theoretical", "theoretical")
    keys = (harness.keys[0], harness.keys[1], harness.keys[1], harness.keys[1])
    assert shown == list(zip(modes, keys, strict=True))
    assert edited == list(modes)


def test_editing_ends_when_the_panel_is_closed_and_goes_on_when_it_is_shown(harness: Harness) -> None:
    harness.open()
    noted, ends = record(harness.panel.events.date_shown), []
    harness.panel.events.editing_ended.connect(lambda: ends.append("closed"))
    harness.panel.close()
    assert ends == ["closed"]
    harness.panel.show()
    assert [request.date_key for request in noted] == [harness.keys[0]]
    harness.open(title="Natural colour")
    assert ends == ["closed", "closed"]


def test_why_the_map_cannot_follow_is_said_until_it_can(harness: Harness) -> None:
    harness.open()
    harness.panel.show_map_note(not_loaded("2025-05-02", Message("The server has no values.")))
    assert harness.texts() == ["The map cannot follow the edits of 2025-05-02. The server has no values."]
    harness.panel.show_map_note(covered(["Basemap"]))
    pump()
    assert harness.texts() == ["“Basemap” lies above what you edit and may hide it. Move it down in the layer list."]
    harness.panel.show_map_note(None)
    pump()
    assert harness.texts() == []


# --- sorting --------------------------------------------------------------------------------------------------------


def test_no_click_on_a_header_puts_classes_out_of_their_order(harness: Harness) -> None:
    harness.open()
    table = harness.table
    before = [harness.value(row, MINIMUM) for row in range(table.model().rowCount())]
    header = table.horizontalHeader()
    for column in range(table.model().columnCount()):
        place = QPoint(header.sectionViewportPosition(column) + 4, header.height() // 2)
        for _ in range(2):
            QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
        assert [harness.value(row, MINIMUM) for row in range(table.model().rowCount())] == before
    assert before == sorted(before)


@pytest.mark.parametrize(
    ("mode", "words", "other"),
    [("dynamic", "from the data", "of the index"), ("theoretical", "of the index", "from the data")],
)
def test_a_rollback_says_where_breakpoints_come_from(harness: Harness, mode: str, words: str, other: str) -> None:
    harness.open(mode)
    tip = harness.button("rollBackButton").toolTip()
    harness.click("rollBackButton")
    intro = harness.dialog("rollbackDialog").findChild(QLabel, "rollbackIntroLabel").text()
    for text in (tip, intro):
        assert words in text
        assert other not in text
