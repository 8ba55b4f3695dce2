"""Index units or 8 bits: told by what fits the raster."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import pytest
from pixxel_explorer.plugin.legend.spec import Colour, Legend, LegendClass
from pixxel_explorer.plugin.legend.units import (
    Range,
    Units,
    are_alike,
    display_range,
    display_ranges,
    in_values,
    reading,
    span,
)

GREY = Colour(1, 2, 3)


def legend(*edges: float | None) -> Legend:
    return Legend(tuple(LegendClass(a, b, GREY, str(a)) for a, b in pairwise(edges)))


@pytest.mark.parametrize(
    ("edges", "values", "display", "expected"),
    [
        ((0.1, 0.4, 0.8), (0.1, 0.8), (0, 1), Units.VALUES),  # computed from the data
        ((-1, 0, 0.18, 0.5, 1), (0.2, 0.85), (-1, 1), Units.VALUES),  # fixed classes, wider than the data
        ((-1, 0.2, 2, 10), (0.0, 2.5), (0, 3), Units.VALUES),  # much wider
        ((0, 51, 102, 153, 204, 255), (0.2, 0.85), (0, 1), Units.DISPLAY),
        ((0, 51, 102, 153, 204, 255), (-0.3, 0.85), (-1, 1), Units.DISPLAY),
        ((255, 102, 0), (-0.3, 0.85), (-1, 1), Units.DISPLAY),  # descending
        ((None, 51, 204, None), (0.1, 0.9), (0, 1), Units.DISPLAY),  # open ends
        ((0, 51, 255), (0, 255), (0, 1), Units.VALUES),  # a raster of bytes
        ((0, 51, 255), (3, 250), (0, 255), Units.VALUES),
        ((0, 51, 255), (0.2, 0.85), None, Units.UNCLEAR),  # no display range is known
        ((0, 10_000, 50_000), (0.02, 0.6), (0, 1), Units.UNCLEAR),  # digital numbers
        ((0, 0.5, 1), (120, 48_000), (0, 1), Units.UNCLEAR),
        ((0, 51, 255), (5, 6), (0, 1), Units.UNCLEAR),
        ((0, 1), None, (0, 1), Units.VALUES),  # nothing is known of the raster
        ((), (0, 1), (0, 1), Units.VALUES),
        ((0, 0.5, 1), (0.4, 0.4), (0, 1), Units.VALUES),  # one single value
        ((0, 51, 255), (0.4, 0.4), (0, 1), Units.DISPLAY),
    ],
)
def test_the_units_are_those_that_fit(
    edges: tuple[float | None, ...], values: Range | None, display: Range | None, expected: Units
) -> None:
    assert reading(legend(*edges), values, display).units is expected


def test_a_reading_tells_both_scales() -> None:
    found = reading(legend(0, 51, 255), (0.2, 0.85), (-1, 1))
    assert (found.edges, found.values, found.spread) == ((0, 255), (0.2, 0.85), (-1, 1))


def test_display_units_become_values_for_drawing_and_keep_all_else() -> None:
    drawn = in_values(legend(None, 51, 255), (-1, 1))
    assert [(entry.minimum, entry.maximum) for entry in drawn.classes] == [
        (None, pytest.approx(-0.6)),
        (pytest.approx(-0.6), 1),
    ]
    assert [entry.label for entry in drawn.classes] == ["None", "51"]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ([0, 1], (0, 1)),
        (["0", "0.5"], (0, 0.5)),
        ([[0, 1], [0, 2], [0, 3]], (0, 1)),
        ([0, 1, 0, 2, 0, 3], (0, 1)),
        ({"min": -1, "max": 1}, (-1, 1)),
        (None, None),
        ([], None),
        ([1], None),
        ([1, 1], None),
        ([1, 0], None),
        ([0, math.nan], None),
        ([0, None], None),
        ([[]], None),
        ("0,1", None),
        (7, None),
        ([True, 2], None),
    ],
)
def test_the_display_range_in_any_form(raw: Any, expected: Range | None) -> None:
    assert display_range(raw) == expected


def test_edges_that_are_no_numbers_do_not_count() -> None:
    assert span(legend(math.nan, 1, math.inf)) == (1, 1)
    assert span(Legend()) is None


def test_legends_are_alike_by_their_edges() -> None:
    assert are_alike(legend(-1, 0, 1), legend(-1, 0.0005, 1))
    assert not are_alike(legend(-1, 0, 1), legend(-1, 0.1, 1))
    assert not are_alike(legend(-1, 0, 1), legend(-1, 1))
    assert not are_alike(Legend(), Legend())


@pytest.mark.parametrize(
    ("rescale", "expected"),
    [
        ([0, 1], ((0, 1),) * 3),
        (["0", "1.5"], ((0, 1.5),) * 3),
        ([[0, 1]], ((0, 1),) * 3),
        ([[0, 1], [2, 3], [4, 5]], ((0, 1), (2, 3), (4, 5))),
        ([0, 1, 2, 3, 4, 5], ((0, 1), (2, 3), (4, 5))),
        ({"min": 0, "max": 1}, ((0, 1),) * 3),
        ({"min": [0, 2, 4], "max": [1, 3, 5]}, ((0, 1), (2, 3), (4, 5))),
        ([{"min": 0, "max": 1}, {"min": 2, "max": 3}, {"min": 4, "max": 5}], ((0, 1), (2, 3), (4, 5))),
    ],
)
def test_a_composite_has_a_display_range_a_band(rescale: Any, expected: Any) -> None:
    assert display_ranges(rescale, 3) == expected


@pytest.mark.parametrize(
    "rescale",
    [None, [], "0,1", [1, 0], [0], [0, 1, 2], [0, 1, 2, 3], [[0, 1], [2, 3]], [[0, 1], [3, 2], [4, 5]], [0, None], {}],
)
def test_what_is_no_range_for_every_band_is_none(rescale: Any) -> None:
    assert display_ranges(rescale, 3) == ()


def test_one_band_has_one_display_range() -> None:
    assert display_ranges([[0, 1]], 1) == ((0, 1),)
    assert display_ranges([0, 1, 2, 3, 4, 5], 1) == ()
