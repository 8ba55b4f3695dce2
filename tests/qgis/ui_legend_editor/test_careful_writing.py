"""What a write may do besides what was asked: said before, compared after, and put back on request."""

from __future__ import annotations

from typing import Any

import pytest
from pixxel_explorer.plugin.legend.spec import Colour, Legend
from pixxel_explorer.plugin.sandbox.core.handlers import legend as legend_handler
from pixxel_explorer.plugin.sandbox.core.options import Behaviour
from pixxel_explorer.ui.messages import MessageBody
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QCheckBox, QGroupBox, QLabel, QPushButton, QRadioButton, QSpinBox, QToolButton

from .conftest import LABEL, Stage, pump


def behave(stage: Stage, *behaviours: Behaviour) -> None:
    """Let the sandbox behave in another way from now on."""
    object.__setattr__(stage.sandbox.app.state.sandbox.options, "behaviours", frozenset(behaviours))


def digests(legends: dict[str, Legend]) -> dict[str, str]:
    return {key: legend.digest() for key, legend in legends.items()}


def recompute(stage: Stage, bins: int = 3) -> str:
    """Have the date shown computed anew by mouse, and return what the dialog said before."""
    stage.trigger("recomputeAction")
    dialog = stage.dialog("recomputeDialog")
    assert dialog is not None
    dialog.findChild(QSpinBox, "recomputeBinsSpin").setValue(bins)
    said = str(dialog.findChild(QLabel, "recomputeLossLabel").text())
    QTest.mouseClick(dialog.findChild(QPushButton, "recomputeAcceptButton"), Qt.MouseButton.LeftButton)
    pump()
    return said


def press(stage: Stage, text: str) -> None:
    """Press a button of a message."""
    buttons = [b for body in stage.panel.findChildren(MessageBody) for b in body.findChildren(QToolButton)]
    button = next(one for one in buttons if one.text() == text)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    pump()


def test_the_dialog_says_what_may_change_and_not_where_all_dates_are_chosen(stage: Stage) -> None:
    stage.open()
    stage.trigger("recomputeAction")
    dialog = stage.dialog("recomputeDialog")
    label = dialog.findChild(QLabel, "recomputeLossLabel")
    assert f"the other {len(stage.keys) - 1} dates" in label.text()
    radio = dialog.findChild(QRadioButton, "recomputeAllDatesRadio")
    QTest.mouseClick(radio, Qt.MouseButton.LeftButton, pos=QPoint(8, radio.height() // 2))
    assert "the other" not in label.text()


def test_dates_that_changed_unchosen_are_named_and_put_back(stage: Stage) -> None:
    behave(stage, Behaviour.BINS_OF_MODE)
    before = stage.sandbox.legends(stage.item)
    stage.open()
    recompute(stage)
    first, *others = stage.keys
    assert "also changed" in stage.said()[-1]
    assert others[0].replace("_", "-") in stage.said()[-1]
    assert {len(legend) for legend in stage.sandbox.legends(stage.item).values()} == {3}

    behave(stage)  # a server that keeps what it is given
    press(stage, "Put Back")
    after = stage.sandbox.legends(stage.item)
    assert {key: after[key].digest() for key in others} == {key: before[key].digest() for key in others}
    assert len(after[first]) == 3
    assert "Pushed" in stage.said()[-1]
    stage.choose_date(1)
    assert stage.table.model().rowCount() == len(before[others[0]])
    assert stage.edits() == 0


def test_edits_of_a_date_that_is_put_back_stay(stage: Stage) -> None:
    stage.open()
    stage.choose_date(1)
    stage.edit(0, LABEL, "Mine")
    stage.choose_date(0)
    before = stage.sandbox.legends(stage.item)
    behave(stage, Behaviour.BINS_OF_MODE)
    recompute(stage)
    behave(stage)
    press(stage, "Put Back")
    stage.choose_date(1)
    assert stage.value(0, LABEL) == "Mine"
    assert stage.edits() == 1
    assert stage.sandbox.legends(stage.item)[stage.keys[1]].digest() == before[stage.keys[1]].digest()


def test_what_a_colleague_changed_meanwhile_is_not_put_back_over(stage: Stage) -> None:
    behave(stage, Behaviour.BINS_OF_MODE)
    stage.open()
    recompute(stage)
    behave(stage)
    stage.sandbox.relabel(stage.item, stage.keys[2], "Theirs")
    press(stage, "Put Back")
    assert stage.server_class(0, stage.keys[2]).label == "Theirs"
    assert "Another user changed" in stage.said()[-1]


def test_a_server_that_leaves_other_dates_alone_gives_no_offer(stage: Stage) -> None:
    behave(stage, Behaviour.BINS_OF_REQUEST)
    before = stage.sandbox.legends(stage.item)
    stage.open()
    recompute(stage)
    after = stage.sandbox.legends(stage.item)
    assert {key: after[key] for key in stage.keys[1:]} == {key: before[key] for key in stage.keys[1:]}
    assert "The server holds exactly what was sent" in stage.said()[-1]


def test_dates_that_a_server_drops_are_put_back_at_once_and_said(stage: Stage) -> None:
    behave(stage, Behaviour.REPLACES_MODE)
    before = stage.sandbox.legends(stage.item)
    stage.open()
    recompute(stage)
    after = stage.sandbox.legends(stage.item)
    assert {key: after[key].digest() for key in stage.keys[1:]} == {key: before[key].digest() for key in stage.keys[1:]}
    assert "put back at once" in stage.said()[-1]


@pytest.fixture
def faded(stage: Stage) -> Stage:
    """Return an editor with an invisible class, a half transparent one, and another edit."""
    stage.open()
    invisible, half = QColor(1, 2, 3, 0), QColor(4, 5, 6, 128)
    stage.edit(0, 2, invisible)
    stage.edit(1, 2, half)
    stage.edit(1, LABEL, "Sparse")
    return stage


def test_the_comparison_says_which_transparency_is_lost(faded: Stage) -> None:
    faded.click("pushButton")
    dialog = faded.dialog("pushDialog")
    box = dialog.findChild(QGroupBox, "pushTransparencyBox")
    assert box.isVisible()
    assert "Sparse (50 % opaque)" in dialog.findChild(QLabel, "pushTransparencyLabel").text()
    assert not dialog.findChild(QCheckBox, "pushLeaveOutCheck").isChecked()
    faded.answer("pushDialog")
    assert faded.server_class(0).colour == Colour(1, 2, 3)
    assert faded.server_class(1).colour == Colour(4, 5, 6)


def test_invisible_classes_are_left_out_when_that_is_ticked(faded: Stage) -> None:
    rows = faded.table.model().rowCount()
    faded.click("pushButton")
    check = faded.dialog("pushDialog").findChild(QCheckBox, "pushLeaveOutCheck")
    QTest.mouseClick(check, Qt.MouseButton.LeftButton, pos=QPoint(8, check.height() // 2))
    assert check.isChecked()
    faded.answer("pushDialog")
    assert len(faded.sandbox.legends(faded.item)[faded.keys[0]]) == rows - 1
    assert faded.table.model().rowCount() == rows - 1
    assert faded.edits() == 0


def test_opaque_legends_say_nothing_of_it(stage: Stage) -> None:
    stage.open()
    stage.recolour(1)
    stage.click("pushButton")
    assert not stage.dialog("pushDialog").findChild(QGroupBox, "pushTransparencyBox").isVisible()


def test_a_push_of_more_classes_says_that_other_dates_may_get_as_many(stage: Stage) -> None:
    stage.open()
    stage.recolour(0)
    stage.click("pushButton")
    said = stage.dialog("pushDialog").findChild(QLabel, "pushSummaryLabel").text()
    assert "Other dates and the other mode stay as they are" in said
    stage.dialog("pushDialog").reject()
    pump()

    stage.trigger("splitClassAction")
    stage.click("pushButton")
    said = stage.dialog("pushDialog").findChild(QLabel, "pushSummaryLabel").text()
    assert f"{len(stage.keys) - 1} other dates do not have as many classes" in said
    assert "can be put back" in said
    stage.dialog("pushDialog").reject()


def test_a_rollback_that_changes_the_other_mode_says_so(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    replace = legend_handler._replace

    def both(call: Any, record: Any, mode: str, fresh: Any) -> Any:
        found = replace(call, record, mode, fresh)
        renamed = {key: [{**entry, "label": "Other"} for entry in classes] for key, classes in fresh.items()}
        return replace(call, found, "theoretical", renamed) if mode == "dynamic" else found

    monkeypatch.setattr(legend_handler, "_replace", both)
    stage.open()
    stage.click("rollBackButton")
    stage.answer("rollbackDialog")
    (said,) = stage.said()
    assert said.startswith(f"The server also changed the other mode of {stage.item.dates[0].day.isoformat()}.")
