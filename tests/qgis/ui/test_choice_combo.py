"""The field with a list to choose from, by itself: keys, clicks, and lists that come late."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pixxel_explorer.plugin.catalog.choices import Choice
from pixxel_explorer.plugin.integrations.choice_combo import ChoiceCombo
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest

FARM, LAKE = Choice("a-1", "Farm — a-1"), Choice("a-2", "Lake — a-2")


@pytest.fixture(params=[False, True], ids=["one", "several"])
def combo(qgis_app: object, request: pytest.FixtureRequest) -> Iterator[ChoiceCombo]:
    combo = ChoiceCombo(several=request.param)
    combo.show()
    yield combo
    combo.close()
    combo.deleteLater()


def _choose(combo: ChoiceCombo, row: int) -> None:
    combo.showPopup()
    combo.view().setCurrentIndex(combo.model().index(row, 0))
    QTest.keyClick(combo.view(), Qt.Key.Key_Return)


@pytest.mark.parametrize("combo", [False], indirect=True)
def test_the_label_is_shown_and_the_value_runs(combo: ChoiceCombo) -> None:
    combo.show_choices([FARM, LAKE])
    _choose(combo, 1)
    assert (combo.currentText(), combo.value()) == (LAKE.label, "a-2")
    combo.show_choices([FARM])
    assert combo.value() == "a-2", "a choice keeps its meaning when the list changes"


@pytest.mark.parametrize("combo", [True], indirect=True)
def test_several_values_are_added(combo: ChoiceCombo) -> None:
    combo.set_value("x")
    combo.show_choices([FARM, LAKE])
    for row in (1, 0, 1):
        _choose(combo, row)
    assert combo.value() == "x, a-2, a-1"


def test_a_list_that_comes_leaves_the_field_alone(combo: ChoiceCombo) -> None:
    QTest.keyClicks(combo.lineEdit(), "a-7")
    combo.show_choices([FARM, LAKE])
    assert (combo.currentText(), combo.value()) == ("a-7", "a-7")


def test_a_sentence_cannot_be_chosen(combo: ChoiceCombo) -> None:
    combo.show_note("No server is connected.")
    _choose(combo, 0)
    combo.hidePopup()
    assert combo.value() == ""
    QTest.keyClick(combo, Qt.Key.Key_Down)
    assert combo.value() == ""


def test_opening_asks_for_the_list(combo: ChoiceCombo) -> None:
    asked: list[bool] = []
    combo.opened.connect(lambda: asked.append(True))
    QTest.keyClick(combo, Qt.Key.Key_F4)
    assert asked == [True]


@pytest.mark.parametrize("combo", [False], indirect=True)
def test_a_part_of_a_name_finds_it(combo: ChoiceCombo) -> None:
    combo.show_choices([FARM, LAKE])
    QTest.keyClicks(combo.lineEdit(), "ake")
    assert combo.completer().completionCount() == 1
    assert combo.completer().currentCompletion() == LAKE.label
