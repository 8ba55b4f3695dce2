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

from .conftest import COLOUR, LABEL, MAXIMUM, MINIMUM, PURPLE, SAMPLE, Stage, pump, record


def test_opening_shows_the_classes_of_the_date_asked_for(stage: Stage) -> None:
    stage.open(date_key=stage.keys[2])
    legend = stage.sandbox.legends(stage.item)[stage.keys[2]]
    assert stage.table.model().rowCount() == len(legend)
    assert [stage.value(row, MAXIMUM) for row in range(len(legend))] == [c.maximum for c in legend.classes]
    assert stage.panel.day == stage.item.dates[2].day
    assert stage.edits() == 0
    assert not stage.button("pushButton").isEnabled()


def test_an_edge_moves_its_neighbour_and_one_edit_is_counted(stage: Stage) -> None:
    stage.open()
    assert stage.edit(0, MAXIMUM, 0.123)
    assert stage.value(1, MINIMUM) == 0.123
    assert stage.edits() == 1


def test_an_unlinked_edge_moves_alone(stage: Stage) -> None:
    stage.open()
    before = stage.value(1, MINIMUM)
    stage.click("linkedEdgesButton")
    stage.edit(0, MAXIMUM, before - 0.01)
    assert stage.value(1, MINIMUM) == before


def test_numbers_that_were_not_edited_do_not_change(stage: Stage) -> None:
    stage.open()
    model = stage.table.model()
    shown = model.data(model.index(0, MAXIMUM))
    assert stage.edit(0, MAXIMUM, shown)
    assert stage.edits() == 0
    assert not stage.edit(0, MAXIMUM, "a lot")
    assert stage.value(0, MAXIMUM) == stage.server_class(0).maximum


def test_the_map_is_reported_while_editing(stage: Stage) -> None:
    stage.open()
    told = record(stage.panel.events.preview_changed)
    stage.recolour(1)
    assert told[-1].visualization_id == stage.item.id
    assert told[-1].mode == "dynamic"
    assert told[-1].legends[stage.keys[0]].classes[1].colour.hex == PURPLE
    assert set(told[-1].legends) == {stage.keys[0]}


def test_a_drag_is_reported_at_most_25_times_a_second(stage: Stage) -> None:
    stage.open()
    told = record(stage.panel.events.preview_changed)
    model, low = stage.table.model(), stage.value(0, MINIMUM)
    for step in range(200):
        model.setData(model.index(0, MAXIMUM), low + 0.05 + step / 10_000)
    pump()
    assert 1 <= len(told) <= 40
    assert told[-1].legends[stage.panel.editor.key].classes[0].maximum == low + 0.05 + 199 / 10_000


def test_undo_takes_back_a_drag_at_once_and_redo_brings_it(stage: Stage) -> None:
    stage.open()
    before = stage.value(0, MAXIMUM)
    for step in range(5):
        stage.edit(0, MAXIMUM, before - 0.01 - step / 100)
    stage.click("undoButton")
    assert stage.value(0, MAXIMUM) == before
    assert stage.edits() == 0
    stage.click("redoButton")
    assert stage.value(0, MAXIMUM) == pytest.approx(before - 0.05)


def test_a_class_is_split_and_removed(stage: Stage) -> None:
    stage.open()
    rows = stage.table.model().rowCount()
    stage.table.setCurrentIndex(stage.table.model().index(1, LABEL))
    stage.click("splitClassButton")
    assert stage.table.model().rowCount() == rows + 1
    stage.click("removeClassButton")
    assert stage.table.model().rowCount() == rows


def test_a_class_that_ends_before_it_begins_stops_the_push_with_its_reason(stage: Stage) -> None:
    stage.open()
    stage.edit(0, MAXIMUM, stage.value(0, MINIMUM) - 1)
    assert not stage.button("pushButton").isEnabled()
    assert "class 1" in stage.text("legendProblemLabel").lower()
    stage.click("undoButton")
    assert stage.text("legendProblemLabel") == "" or not stage.child(QLabel, "legendProblemLabel").isVisible()


def test_a_push_sends_the_edit_and_shows_the_answer(stage: Stage) -> None:
    stage.open()
    told = record(stage.panel.events.answered)
    stage.recolour(1)
    stage.push()
    assert stage.server_class(1).colour.hex == PURPLE
    assert stage.edits() == 0
    assert told[0].differences == []
    assert stage.drafts.load(SAMPLE.name, stage.item.id, "dynamic") is None


def test_the_areas_come_back_with_the_answer(stage: Stage) -> None:
    stage.open()
    stage.edit(0, MAXIMUM, stage.value(0, MAXIMUM) - 0.02)
    assert stage.panel.findChild(type(stage.table), "legendTable").model().index(0, 4).data() == ""
    stage.push()
    assert stage.table.model().index(0, 4).data() != ""


def test_nothing_is_sent_before_the_comparison_is_accepted(stage: Stage) -> None:
    stage.open()
    stage.recolour(1)
    stage.click("pushButton")
    dialog = stage.dialog("pushDialog")
    assert dialog is not None
    assert stage.server_class(1).colour.hex != PURPLE
    dialog.reject()
    pump()
    assert stage.edits() == 1
    assert stage.server_class(1).colour.hex != PURPLE


def test_edits_made_during_a_push_stay_on_top_of_the_answer(stage: Stage) -> None:
    stage.open()
    stage.recolour(1)
    stage.click("pushButton")
    stage.jobs.holding = True
    stage.answer("pushDialog")
    stage.edit(0, LABEL, "Later")
    stage.jobs.holding = False
    stage.jobs.release()
    pump()
    assert stage.server_class(1).colour.hex == PURPLE
    assert stage.server_class(0).label != "Later"
    assert stage.value(0, LABEL) == "Later"
    assert stage.edits() == 1


def test_a_conflict_can_be_given_in_to(stage: Stage) -> None:
    stage.open()
    stage.edit(0, LABEL, "Mine")
    stage.sandbox.relabel(stage.item, stage.keys[0], "Theirs")
    stage.click("pushButton")
    stage.decide("takeServerRadio")
    stage.answer("pushDialog")
    assert stage.value(0, LABEL) == "Theirs"
    assert stage.edits() == 0
    stage.click("undoButton")
    assert stage.value(0, LABEL) == "Mine"


def click_radio(dialog: QWidget, name: str) -> None:
    """Click the circle of a radio button."""
    radio = dialog.findChild(QRadioButton, name)
    QTest.mouseClick(radio, Qt.MouseButton.LeftButton, pos=QPoint(8, radio.height() // 2))
    pump(20)


def test_a_conflict_given_in_to_says_that_edits_are_dropped_and_lists_nothing_as_sent(stage: Stage) -> None:
    stage.open()
    stage.edit(0, LABEL, "Mine")
    stage.sandbox.relabel(stage.item, stage.keys[0], "Theirs")
    stage.click("pushButton")
    dialog = stage.dialog("pushDialog")
    table, summary = dialog.findChild(QTableView, "pushComparison"), dialog.findChild(QLabel, "pushSummaryLabel")
    sent = lambda: [table.model().index(row, 0).data() for row in range(table.model().rowCount())]  # noqa: E731
    assert "Mine" in sent()[0]
    click_radio(dialog, "takeServerRadio")
    assert summary.text().startswith(f"Your edits of {stage.panel.day} are discarded")
    assert "replaces" not in summary.text()
    assert set(sent()) == {"–"}
    assert not any(table.model().index(row, 0).data(ComparedRole.IS_DIFFERENT) for row in range(len(sent())))
    click_radio(dialog, "keepMineRadio")
    assert "replaces the server's" in summary.text()
    assert "Mine" in sent()[0]


def test_of_two_dates_one_is_dropped_and_one_is_sent(stage: Stage) -> None:
    stage.open()
    stage.edit(0, LABEL, "Mine")
    stage.choose_date(1)
    stage.edit(0, LABEL, "Mine too")
    stage.sandbox.relabel(stage.item, stage.keys[0], "Theirs")
    stage.click("pushButton")
    dialog = stage.dialog("pushDialog")
    click_radio(dialog, "takeServerRadio")
    text = dialog.findChild(QLabel, "pushSummaryLabel").text()
    assert text.startswith(f"Your edits of {stage.item.dates[0].day} are discarded")
    assert "Dates that are not ticked" in text


def test_a_conflict_can_be_overwritten(stage: Stage) -> None:
    stage.open()
    stage.edit(0, LABEL, "Mine")
    stage.sandbox.relabel(stage.item, stage.keys[0], "Theirs")
    stage.click("pushButton")
    assert not stage.dialog("pushDialog").findChild(QPushButton, "pushAcceptButton").isEnabled()
    stage.decide("keepMineRadio")
    stage.answer("pushDialog")
    assert stage.server_class(0).label == "Mine"
    assert stage.edits() == 0


def test_a_change_between_the_comparison_and_the_push_is_not_overwritten_unseen(stage: Stage) -> None:
    stage.open()
    stage.edit(0, LABEL, "Mine")
    stage.click("pushButton")
    stage.sandbox.relabel(stage.item, stage.keys[0], "Theirs")
    stage.answer("pushDialog")
    assert stage.server_class(0).label == "Theirs"
    assert stage.dialog("pushDialog") is not None
    assert stage.value(0, LABEL) == "Mine"


def test_a_failed_push_keeps_the_draft_and_says_so(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.open()
    stage.recolour(1)
    stage.click("pushButton")
    monkeypatch.setattr(stage.sandbox, "app", _unreachable)
    stage.jobs.loop.run_until_complete(_drop_client(stage))
    stage.answer("pushDialog")
    assert stage.edits() == 1
    assert stage.said()
    assert stage.drafts.load(SAMPLE.name, stage.item.id, "dynamic") is not None


async def _unreachable(_scope: object, _receive: object, _send: object) -> None:
    raise httpx.ConnectError("no route")


async def _drop_client(stage: Stage) -> None:
    slot = stage.service._session._slot
    assert slot is not None
    if slot._client is not None:
        client, slot._client = slot._client, None
        await client.aclose()


def test_the_first_edit_is_on_disk_at_once_and_comes_back(stage: Stage, tmp_path: object) -> None:
    stage.open()
    stage.recolour(1)
    draft = DraftStore(stage.sandbox.folder / "drafts").load(SAMPLE.name, stage.item.id, "dynamic")
    assert draft is not None
    assert draft.legends[stage.keys[0]].classes[1].colour.hex == PURPLE
    assert "draft saved" in stage.text("draftLabel").lower()
    stage.panel.close()
    stage.panel = stage.another_panel()
    stage.open()
    assert stage.edits() == 1
    assert stage.value(1, COLOUR).name() == PURPLE
    stage.click("discardEditsButton")
    assert stage.edits() == 0
    pump(600)
    assert stage.drafts.load(SAMPLE.name, stage.item.id, "dynamic") is None


def test_closing_right_after_an_edit_loses_nothing(stage: Stage) -> None:
    stage.open()
    stage.recolour(1)
    model = stage.table.model()
    model.setData(model.index(0, LABEL), "Last word")
    stage.panel.close()
    draft = stage.drafts.load(SAMPLE.name, stage.item.id, "dynamic")
    assert draft is not None
    assert draft.legends[stage.keys[0]].classes[0].label == "Last word"


def test_a_draft_on_an_outdated_legend_meets_a_conflict(stage: Stage) -> None:
    legend = stage.sandbox.legends(stage.item)[stage.keys[0]]
    stage.open()
    stage.edit(0, LABEL, "Mine")
    stage.panel.close()
    stage.sandbox.relabel(stage.item, stage.keys[0], "Theirs")
    stage.panel = stage.another_panel()
    stage.open()
    assert stage.value(0, LABEL) == "Mine"
    stage.click("pushButton")
    dialog = stage.dialog("pushDialog")
    assert dialog is not None
    assert dialog.findChild(QWidget, "pushConflictBox").isVisible()
    model = dialog.findChild(QTableView, "pushComparison").model()
    shown = [model.index(0, column).data() for column in range(3)]
    assert [text.split()[-1] for text in shown] == ["Mine", "Theirs", legend.classes[0].label.split()[-1]]


def test_modes_keep_their_own_edits(stage: Stage) -> None:
    stage.open()
    stage.edit(0, LABEL, "Dynamic")
    stage.click("theoreticalModeButton")
    assert stage.value(0, LABEL) != "Dynamic"
    stage.click("dynamicModeButton")
    assert stage.value(0, LABEL) == "Dynamic"
    stage.click("undoButton")
    assert stage.edits() == 0


def test_dates_keep_their_own_edits_and_are_marked(stage: Stage) -> None:
    stage.open()
    stage.edit(0, LABEL, "First")
    stage.choose_date(1)
    assert stage.value(0, LABEL) != "First"
    assert stage.panel.day == stage.item.dates[1].day
    combo = stage.child(QComboBox, "legendDateCombo")
    days = [date.day.isoformat() for date in stage.item.dates]
    marked = [combo.itemText(row) for row in range(combo.count()) if combo.itemText(row) != days[row]]
    assert len(marked) == 1
    assert marked[0].startswith(days[0]) or days[0] in marked[0]


def test_same_for_all_dates_is_one_step(stage: Stage) -> None:
    stage.open()
    stage.trigger("wholeForAllAction")
    stage.click("spreadKeepButton")
    stage.choose_date(3)
    assert stage.value(0, MAXIMUM) == stage.server_class(0).maximum
    stage.click("undoButton")
    assert stage.edits() == 0


def test_a_rollback_says_what_is_lost_and_brings_the_servers_legend(stage: Stage) -> None:
    stage.open()
    before = stage.server_class(1).colour.hex
    stage.recolour(1)
    stage.push()
    told = record(stage.panel.events.answered)
    stage.click("rollBackButton")
    dialog = stage.dialog("rollbackDialog")
    assert dialog is not None
    words = " ".join(label.text() for label in dialog.findChildren(QLabel)).lower()
    assert "not an undo" in words
    stage.answer("rollbackDialog")
    assert stage.server_class(1).colour.hex == before
    assert stage.value(1, COLOUR).name() == before
    assert told[0].rolled_back == [stage.item.dates[0].day.isoformat()]


def test_a_composite_says_that_it_has_no_legend(stage: Stage) -> None:
    stage.open(title="Natural colour")
    words = " ".join(label.text() for label in stage.panel.findChildren(QLabel) if label.isVisible()).lower()
    assert "no legend" in words
    assert not stage.table.isVisible()


def test_a_panel_that_goes_away_during_a_push_harms_nothing(stage: Stage) -> None:
    stage.open()
    stage.recolour(1)
    stage.click("pushButton")
    stage.jobs.holding = True
    stage.answer("pushDialog")
    stage.panel.close()
    stage.panel.deleteLater()
    pump(20)
    stage.jobs.release()
    assert stage.server_class(1).colour.hex == PURPLE
    stage.panel = stage.another_panel()


def test_recompute_asks_and_gives_as_many_classes(stage: Stage) -> None:
    stage.open()
    stage.trigger("recomputeAction")
    dialog = stage.dialog("recomputeDialog")
    assert dialog is not None
    dialog.findChild(QSpinBox, "recomputeBinsSpin").setValue(3)
    assert dialog.findChild(QRadioButton, "recomputeOneDateRadio").isChecked()
    stage.answer("recomputeDialog")
    assert stage.table.model().rowCount() == 3
    assert len(stage.sandbox.legends(stage.item)[stage.keys[0]]) == 3


def test_undo_by_key_works_beside_an_action_with_the_same_shortcut(stage: Stage) -> None:
    window = QMainWindow()
    rival = QAction("Undo", window)
    rival.setShortcut(QKeySequence(QKeySequence.StandardKey.Undo))
    rivals = record(rival.triggered)
    window.addAction(rival)
    window.setCentralWidget(stage.panel)
    window.show()
    window.activateWindow()
    stage.open()
    stage.recolour(1)
    stage.table.setFocus()
    QTest.keyClick(stage.table, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    pump()
    assert stage.edits() == 0
    assert rivals == []
    stage.panel.setParent(None)
    window.close()


def test_undo_shows_the_date_it_changes(stage: Stage) -> None:
    stage.open()
    stage.edit(0, LABEL, "First")
    stage.choose_date(3)
    stage.click("undoButton")
    assert stage.panel.day == stage.item.dates[0].day


def test_after_a_push_the_map_keeps_the_edits_that_are_left(stage: Stage) -> None:
    stage.open()
    stage.recolour(1)
    stage.click("pushButton")
    stage.jobs.holding = True
    stage.answer("pushDialog")
    stage.choose_date(1)
    stage.edit(0, LABEL, "Later")
    order: list[str] = []
    stage.panel.events.answered.connect(lambda _report: order.append("answer"))
    later = stage.keys[1]
    stage.panel.events.preview_changed.connect(
        lambda preview: order.append(preview.legends[later].classes[0].label if later in preview.legends else "")
    )
    stage.jobs.holding = False
    stage.jobs.release()
    pump()
    assert "answer" in order
    assert order[-1] == "Later"


def test_a_comparison_that_is_stopped_leaves_nothing_behind(stage: Stage) -> None:
    stage.open()
    stage.recolour(1)
    stage.jobs.holding = True
    stage.click("pushButton")
    assert stage.dialog("pushDialog") is None
    assert not stage.button("pushButton").isEnabled()
    stage.jobs.held.pop().cancel()
    pump()
    assert stage.dialog("pushDialog") is None
    assert stage.button("pushButton").isEnabled()


def test_another_connection_keeps_drafts_of_its_own(stage: Stage) -> None:
    stage.open()
    stage.recolour(1)
    stage.panel.set_connection("Field work")
    assert stage.panel.day is None
    stage.open()
    assert stage.edits() == 0
    stage.panel.set_connection(SAMPLE.name)
    stage.open()
    assert stage.edits() == 1


def test_the_panel_fits_a_narrow_dock(stage: Stage) -> None:
    stage.open()
    stage.recolour(1)
    stage.trigger("wholeForAllAction")
    assert stage.panel.minimumSizeHint().width() <= 300


def test_what_is_edited_is_reported_at_each_choice_of_date_mode_or_legend(stage: Stage) -> None:
    told = record(stage.panel.events.date_shown)
    edited = []
    stage.panel.events.date_shown.connect(lambda _request: edited.append(stage.panel.workspace.session.mode))
    stage.open()
    stage.choose_date(1)
    stage.click("theoreticalModeButton")
    pump()
    stage.open(mode="theoretical", date_key=stage.keys[1])
    shown = [(request.mode, request.date_key) for request in told]
    modes = ("dynamic", "dynamic", "theoretical", "theoretical")
    keys = (stage.keys[0], stage.keys[1], stage.keys[1], stage.keys[1])
    assert shown == list(zip(modes, keys, strict=True))
    assert edited == list(modes)


def test_editing_ends_when_the_panel_is_closed_and_goes_on_when_it_is_shown(stage: Stage) -> None:
    stage.open()
    told, ends = record(stage.panel.events.date_shown), []
    stage.panel.events.editing_ended.connect(lambda: ends.append("closed"))
    stage.panel.close()
    assert ends == ["closed"]
    stage.panel.show()
    assert [request.date_key for request in told] == [stage.keys[0]]
    stage.open(title="Natural colour")
    assert ends == ["closed", "closed"]


def test_why_the_map_cannot_follow_is_said_until_it_can(stage: Stage) -> None:
    stage.open()
    stage.panel.show_map_note(not_loaded("2025-05-02", Message("The server has no values.")))
    assert stage.said() == ["The map cannot follow the edits of 2025-05-02. The server has no values."]
    stage.panel.show_map_note(covered(["Basemap"]))
    pump()
    assert stage.said() == ["“Basemap” lies above what you edit and may hide it. Move it down in the layer list."]
    stage.panel.show_map_note(None)
    pump()
    assert stage.said() == []


# --- sorting --------------------------------------------------------------------------------------------------------


def test_no_click_on_a_header_puts_classes_out_of_their_order(stage: Stage) -> None:
    stage.open()
    table = stage.table
    before = [stage.value(row, MINIMUM) for row in range(table.model().rowCount())]
    header = table.horizontalHeader()
    for column in range(table.model().columnCount()):
        place = QPoint(header.sectionViewportPosition(column) + 4, header.height() // 2)
        for _ in range(2):
            QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
        assert [stage.value(row, MINIMUM) for row in range(table.model().rowCount())] == before
    assert before == sorted(before)


@pytest.mark.parametrize(
    ("mode", "words", "other"),
    [("dynamic", "from the data", "of the index"), ("theoretical", "of the index", "from the data")],
)
def test_a_rollback_says_where_breakpoints_come_from(stage: Stage, mode: str, words: str, other: str) -> None:
    stage.open(mode)
    tip = stage.button("rollBackButton").toolTip()
    stage.click("rollBackButton")
    intro = stage.dialog("rollbackDialog").findChild(QLabel, "rollbackIntroLabel").text()
    for text in (tip, intro):
        assert words in text
        assert other not in text
