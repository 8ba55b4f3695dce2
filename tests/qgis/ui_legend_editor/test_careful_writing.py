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

from .conftest import LABEL, Harness, pump


def behave(harness: Harness, *behaviours: Behaviour) -> None:
    """Let the sandbox behave in another way from now on."""
    object.__setattr__(harness.sandbox.app.state.sandbox.options, "behaviours", frozenset(behaviours))


def digests(legends: dict[str, Legend]) -> dict[str, str]:
    return {key: legend.digest() for key, legend in legends.items()}


def recompute(harness: Harness, bins: int = 3) -> str:
    """Have the date shown computed anew by mouse, and return what the dialog said before."""
    harness.trigger("recomputeAction")
    dialog = harness.dialog("recomputeDialog")
    assert dialog is not None
    dialog.findChild(QSpinBox, "recomputeBinsSpin").setValue(bins)
    texts = str(dialog.findChild(QLabel, "recomputeLossLabel").text())
    QTest.mouseClick(dialog.findChild(QPushButton, "recomputeAcceptButton"), Qt.MouseButton.LeftButton)
    pump()
    return texts


def press(harness: Harness, text: str) -> None:
    """Press a button of a message."""
    buttons = [b for body in harness.panel.findChildren(MessageBody) for b in body.findChildren(QToolButton)]
    button = next(one for one in buttons if one.text() == text)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    pump()


def test_the_dialog_says_what_may_change_and_not_where_all_dates_are_chosen(harness: Harness) -> None:
    harness.open()
    harness.trigger("recomputeAction")
    dialog = harness.dialog("recomputeDialog")
    label = dialog.findChild(QLabel, "recomputeLossLabel")
    assert f"the other {len(harness.keys) - 1} dates" in label.text()
    radio = dialog.findChild(QRadioButton, "recomputeAllDatesRadio")
    QTest.mouseClick(radio, Qt.MouseButton.LeftButton, pos=QPoint(8, radio.height() // 2))
    assert "the other" not in label.text()


def test_dates_that_changed_unchosen_are_named_and_put_back(harness: Harness) -> None:
    behave(harness, Behaviour.BINS_OF_MODE)
    before = harness.sandbox.legends(harness.item)
    harness.open()
    recompute(harness)
    first, *others = harness.keys
    assert "also changed" in harness.texts()[-1]
    assert others[0].replace("_", "-") in harness.texts()[-1]
    assert {len(legend) for legend in harness.sandbox.legends(harness.item).values()} == {3}

    behave(harness)  # a server that keeps what it is given
    press(harness, "Put Back")
    after = harness.sandbox.legends(harness.item)
    assert {key: after[key].digest() for key in others} == {key: before[key].digest() for key in others}
    assert len(after[first]) == 3
    assert "Pushed" in harness.texts()[-1]
    harness.choose_date(1)
    assert harness.table.model().rowCount() == len(before[others[0]])
    assert harness.edits() == 0


def test_edits_of_a_date_that_is_put_back_stay(harness: Harness) -> None:
    harness.open()
    harness.choose_date(1)
    harness.edit(0, LABEL, "Mine")
    harness.choose_date(0)
    before = harness.sandbox.legends(harness.item)
    behave(harness, Behaviour.BINS_OF_MODE)
    recompute(harness)
    behave(harness)
    press(harness, "Put Back")
    harness.choose_date(1)
    assert harness.value(0, LABEL) == "Mine"
    assert harness.edits() == 1
    assert harness.sandbox.legends(harness.item)[harness.keys[1]].digest() == before[harness.keys[1]].digest()


def test_what_a_colleague_changed_meanwhile_is_not_put_back_over(harness: Harness) -> None:
    behave(harness, Behaviour.BINS_OF_MODE)
    harness.open()
    recompute(harness)
    behave(harness)
    harness.sandbox.relabel(harness.item, harness.keys[2], "Theirs")
    press(harness, "Put Back")
    assert harness.server_class(0, harness.keys[2]).label == "Theirs"
    assert "Another user changed" in harness.texts()[-1]


def test_a_server_that_leaves_other_dates_alone_gives_no_offer(harness: Harness) -> None:
    behave(harness, Behaviour.BINS_OF_REQUEST)
    before = harness.sandbox.legends(harness.item)
    harness.open()
    recompute(harness)
    after = harness.sandbox.legends(harness.item)
    assert {key: after[key] for key in harness.keys[1:]} == {key: before[key] for key in harness.keys[1:]}
    assert "The server holds exactly what was sent" in harness.texts()[-1]


def test_dates_that_a_server_drops_are_put_back_at_once_and_said(harness: Harness) -> None:
    behave(harness, Behaviour.REPLACES_MODE)
    before = harness.sandbox.legends(harness.item)
    harness.open()
    recompute(harness)
    after = harness.sandbox.legends(harness.item)
    assert {key: after[key].digest() for key in harness.keys[1:]} == {
        key: before[key].digest() for key in harness.keys[1:]
    }
    assert "put back at once" in harness.texts()[-1]


@pytest.fixture
def faded(harness: Harness) -> Harness:
    """Return an editor with an invisible class, a half transparent one, and another edit."""
    harness.open()
    invisible, half = QColor(1, 2, 3, 0), QColor(4, 5, 6, 128)
    harness.edit(0, 2, invisible)
    harness.edit(1, 2, half)
    harness.edit(1, LABEL, "Sparse")
    return harness


def test_the_comparison_says_which_transparency_is_lost(faded: Harness) -> None:
    faded.click("pushButton")
    dialog = faded.dialog("pushDialog")
    box = dialog.findChild(QGroupBox, "pushTransparencyBox")
    assert box.isVisible()
    assert "Sparse (50 % opaque)" in dialog.findChild(QLabel, "pushTransparencyLabel").text()
    assert not dialog.findChild(QCheckBox, "pushLeaveOutCheck").isChecked()
    faded.answer("pushDialog")
    assert faded.server_class(0).colour == Colour(1, 2, 3)
    assert faded.server_class(1).colour == Colour(4, 5, 6)


def test_invisible_classes_are_left_out_when_that_is_ticked(faded: Harness) -> None:
    rows = faded.table.model().rowCount()
    faded.click("pushButton")
    check = faded.dialog("pushDialog").findChild(QCheckBox, "pushLeaveOutCheck")
    QTest.mouseClick(check, Qt.MouseButton.LeftButton, pos=QPoint(8, check.height() // 2))
    assert check.isChecked()
    faded.answer("pushDialog")
    assert len(faded.sandbox.legends(faded.item)[faded.keys[0]]) == rows - 1
    assert faded.table.model().rowCount() == rows - 1
    assert faded.edits() == 0


def test_opaque_legends_say_nothing_of_it(harness: Harness) -> None:
    harness.open()
    harness.recolour(1)
    harness.click("pushButton")
    assert not harness.dialog("pushDialog").findChild(QGroupBox, "pushTransparencyBox").isVisible()


def test_a_push_of_more_classes_says_that_other_dates_may_get_as_many(harness: Harness) -> None:
    harness.open()
    harness.recolour(0)
    harness.click("pushButton")
    texts = harness.dialog("pushDialog").findChild(QLabel, "pushSummaryLabel").text()
    assert "Other dates and the other mode stay as they are" in texts
    harness.dialog("pushDialog").reject()
    pump()

    harness.trigger("splitClassAction")
    harness.click("pushButton")
    texts = harness.dialog("pushDialog").findChild(QLabel, "pushSummaryLabel").text()
    assert f"{len(harness.keys) - 1} other dates do not have as many classes" in texts
    assert "can be put back" in texts
    harness.dialog("pushDialog").reject()


def test_a_rollback_that_changes_the_other_mode_says_so(harness: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    replace = legend_handler._replace

    def both(call: Any, record: Any, mode: str, fresh: Any) -> Any:
        found = replace(call, record, mode, fresh)
        renamed = {key: [{**entry, "label": "Other"} for entry in classes] for key, classes in fresh.items()}
        return replace(call, found, "theoretical", renamed) if mode == "dynamic" else found

    monkeypatch.setattr(legend_handler, "_replace", both)
    harness.open()
    harness.click("rollBackButton")
    harness.answer("rollbackDialog")
    (texts,) = harness.texts()
    assert texts.startswith(f"The server also changed the other mode of {harness.item.dates[0].day.isoformat()}.")
