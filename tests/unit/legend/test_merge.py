"""Base, mine and the server's."""

from __future__ import annotations

from dataclasses import replace

from pixxel_explorer.plugin.legend.edit import set_colour, set_label, set_maximum
from pixxel_explorer.plugin.legend.merge import MergeConflict, merge_mode, rebase
from pixxel_explorer.plugin.legend.spec import Colour, Legend, LegendClass

BASE = Legend((LegendClass(0, 1, Colour(1, 1, 1), "a", 5.0), LegendClass(1, 2, Colour(2, 2, 2), "b", 7.0)))
MINE, THEIRS = set_label(BASE, 0, "mine"), set_label(BASE, 0, "theirs")


def test_other_dates_go_back_as_the_server_has_them_now() -> None:
    merge = merge_mode({"d1": BASE, "d2": BASE}, {"d1": MINE}, {"d1": BASE, "d2": THEIRS, "d3": BASE})
    assert merge.send == {"d1": MINE, "d2": THEIRS, "d3": BASE}
    assert merge.conflicts == []


def test_a_date_changed_on_the_server_is_a_conflict() -> None:
    merge = merge_mode({"d1": BASE}, {"d1": MINE}, {"d1": THEIRS})
    assert merge.conflicts == [MergeConflict("d1", BASE, MINE, THEIRS)]


def test_a_date_gone_or_new_on_the_server_is_a_conflict() -> None:
    assert merge_mode({"d1": BASE}, {"d1": MINE}, {}).conflicts == [MergeConflict("d1", BASE, MINE, None)]
    assert merge_mode({}, {"d1": MINE}, {"d1": BASE}).conflicts == [MergeConflict("d1", None, MINE, BASE)]


def test_without_a_base_nothing_conflicts() -> None:
    assert merge_mode(None, {"d1": MINE}, {"d1": THEIRS}).conflicts == []


def test_areas_and_spellings_of_numbers_are_no_change() -> None:
    server = replace(BASE, classes=tuple(replace(c, area=99.0, minimum=float(c.minimum or 0)) for c in BASE.classes))
    assert merge_mode({"d1": BASE}, {"d1": MINE}, {"d1": server}).conflicts == []


def test_without_edits_in_flight_the_answer_is_taken() -> None:
    assert rebase(MINE, MINE, THEIRS) is THEIRS


def test_edits_in_flight_stay_on_top_of_the_answer() -> None:
    answer = set_maximum(MINE, 0, 0.9)
    mine = set_colour(MINE, 1, Colour(9, 9, 9))
    found = rebase(MINE, mine, answer)
    assert [(c.minimum, c.maximum, c.label) for c in found.classes] == [(0, 0.9, "mine"), (0.9, 2, "b")]
    assert found.classes[1].colour == Colour(9, 9, 9)


def test_an_edge_edited_in_flight_blanks_the_areas_of_the_answer() -> None:
    found = rebase(BASE, set_maximum(BASE, 0, 0.5), BASE)
    assert [(c.maximum, c.area) for c in found.classes] == [(0.5, None), (2, None)]


def test_another_number_of_classes_keeps_mine() -> None:
    shorter = replace(BASE, classes=BASE.classes[:1])
    assert rebase(BASE, shorter, BASE) is shorter
