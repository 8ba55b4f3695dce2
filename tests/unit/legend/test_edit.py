"""Edits of a legend."""

from __future__ import annotations

import pytest
from pixxel_explorer.plugin.legend.edit import (
    recolour,
    remove,
    set_colour,
    set_label,
    set_maximum,
    set_minimum,
    split,
)
from pixxel_explorer.plugin.legend.spec import Colour, ColourMapKind, Legend, LegendClass

RED, GREEN, BLUE = Colour(255, 0, 0), Colour(0, 255, 0), Colour(0, 0, 255)


def legend(*edges: tuple[float | None, float | None], kind: ColourMapKind = ColourMapKind.INTERVALS) -> Legend:
    rows = (LegendClass(low, high, RED, f"c{row}", 10.0, 50.0) for row, (low, high) in enumerate(edges))
    return Legend(tuple(rows), kind)


def edges(found: Legend) -> list[tuple[float | None, float | None]]:
    return [(c.minimum, c.maximum) for c in found.classes]


def test_linked_edges_move_together_in_either_order() -> None:
    assert edges(set_maximum(legend((0, 1), (1, 2)), 0, 1.5)) == [(0, 1.5), (1.5, 2)]
    assert edges(set_minimum(legend((0, 1), (1, 2)), 1, 0.5)) == [(0, 0.5), (0.5, 2)]
    assert edges(set_maximum(legend((1, 2), (0, 1)), 1, 0.5)) == [(0.5, 2), (0, 0.5)]


def test_unlinked_edges_and_gaps_move_alone() -> None:
    assert edges(set_maximum(legend((0, 1), (1, 2)), 0, 1.5, linked=False)) == [(0, 1.5), (1, 2)]
    assert edges(set_maximum(legend((0, 1), (1.1, 2)), 0, 1.05)) == [(0, 1.05), (1.1, 2)]


def test_open_ends_touch_nothing() -> None:
    before = legend((None, 1), (1, None))
    assert edges(set_minimum(before, 0, -5)) == [(-5, 1), (1, None)]
    assert edges(set_maximum(before, 1, 7)) == [(None, 1), (1, 7)]


def test_areas_are_blanked_where_an_edge_moved_and_only_there() -> None:
    found = set_maximum(legend((0, 1), (1, 2), (2, 3)), 0, 1.5)
    assert [(c.area, c.area_percentage) for c in found.classes] == [(None, None), (None, None), (10.0, 50.0)]


def test_the_same_number_is_no_edit() -> None:
    before = legend((0, 1), (1, 2))
    assert set_maximum(before, 0, 1) is before


def test_a_stop_of_a_ramp_is_one_number() -> None:
    assert edges(set_minimum(legend((0, 0), (1, 1), kind=ColourMapKind.RAMP), 1, 2)) == [(0, 0), (2, 2)]


def test_colours_and_labels_leave_edges_and_areas() -> None:
    found = set_label(set_colour(legend((0, 1)), 0, BLUE), 0, "Water")
    assert found.classes == (LegendClass(0, 1, BLUE, "Water", 10.0, 50.0),)


@pytest.mark.parametrize(
    ("before", "row", "expected"),
    [
        (legend((0, 1)), 0, [(0, 0.5), (0.5, 1)]),
        (legend((0, 51), (51, 102)), 1, [(0, 51), (51, 76.5), (76.5, 102)]),
        (legend((0, 50)), 0, [(0, 25), (25, 50)]),
        (legend((0.1, 0.4)), 0, [(0.1, 0.25), (0.25, 0.4)]),
        (legend((2, 3), (0, 2)), 1, [(2, 3), (1, 2), (0, 1)]),
    ],
)
def test_splitting_halves_a_class_in_the_order_of_the_legend(
    before: Legend, row: int, expected: list[tuple[float, float]]
) -> None:
    assert edges(split(before, row)) == expected


@pytest.mark.parametrize("before", [legend((None, 1)), legend((1, 1)), legend((0, 0), kind=ColourMapKind.RAMP)])
def test_a_class_without_a_middle_cannot_be_split(before: Legend) -> None:
    with pytest.raises(ValueError, match="no middle"):
        split(before, 0)


@pytest.mark.parametrize(
    ("before", "row", "expected"),
    [
        (legend((0, 1), (1, 2), (2, 3)), 1, [(0, 2), (2, 3)]),
        (legend((0, 1), (1, 2)), 0, [(0, 2)]),
        (legend((0, 1), (2, 3)), 0, [(2, 3)]),
        (legend((0, 1), (1, None)), 1, [(0, None)]),
        (legend((0, 0), (1, 1), kind=ColourMapKind.VALUES), 0, [(1, 1)]),
        (legend((0, 1)), 0, []),
    ],
)
def test_removing_leaves_no_hole_where_classes_touched(
    before: Legend, row: int, expected: list[tuple[float | None, float | None]]
) -> None:
    assert edges(remove(before, row)) == expected


def test_recolouring_is_row_by_row() -> None:
    found = recolour(legend((0, 1), (1, 2)), [GREEN, BLUE])
    assert [c.colour for c in found.classes] == [GREEN, BLUE]
    with pytest.raises(ValueError, match="zip"):
        recolour(found, [RED])


def test_edits_leave_the_legend_they_began_from() -> None:
    before = legend((0, 1), (1, 2))
    digest = before.digest()
    for after in (set_maximum(before, 0, 1.5), set_label(before, 0, "x"), split(before, 0), remove(before, 0)):
        assert after.digest() != digest
    assert before.digest() == digest
