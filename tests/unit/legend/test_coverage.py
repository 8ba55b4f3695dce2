"""How far a legend reaches, what lies beyond, and how its outer ends are opened."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from pixxel_explorer.plugin.legend.coverage import estimated, outer_ends, widened
from pixxel_explorer.plugin.legend.spec import Colour, ColourMapKind, Legend, LegendClass

RED = Colour(255, 0, 0)


def legend(*edges: float | None, shares: tuple[float, ...] = ()) -> Legend:
    pairs = list(pairwise(edges))
    areas = shares or (None,) * len(pairs)
    rows = zip(pairs, areas, strict=True)
    return Legend(tuple(LegendClass(low, high, RED, area_percentage=share) for (low, high), share in rows))


def turned(of: Legend) -> Legend:
    return Legend(of.classes[::-1])


def test_the_outer_ends_do_not_depend_on_the_order_of_classes() -> None:
    assert outer_ends(legend(0, 0.5, 1)) == (0, 1)
    assert outer_ends(turned(legend(0, 0.5, 1))) == (0, 1)
    assert outer_ends(legend(None, 0.5, None)) == (-math.inf, math.inf)


def test_what_has_no_intervals_has_no_ends() -> None:
    assert outer_ends(Legend()) is None
    assert outer_ends(Legend(legend(0, 1, 2).classes, ColourMapKind.RAMP)) is None


@pytest.mark.parametrize(
    ("of_date", "outside"),
    [
        (legend(0, 0.5, 1, shares=(50, 50)), 0),
        (legend(0, 1, 2, shares=(97, 3)), 0.03),
        (legend(0, 1, 3, shares=(90, 10)), 0.1),
        (legend(-1, 1, shares=(100,)), 0.5),
        (legend(0.5, 1.5), 0.5),
        (legend(0, 0.9, 1.1, shares=(90, 10)), 0.05),
        (legend(5, 6, shares=(100,)), 1),
        (legend(5, 6, shares=(0,)), 0),
    ],
)
def test_the_share_outside_follows_the_servers_areas_or_else_the_widths(of_date: Legend, outside: float) -> None:
    found = estimated(legend(0, 0.5, 1), of_date)
    assert found is not None
    assert found.outside == pytest.approx(outside)
    assert not found.is_counted


def test_a_legend_with_open_ends_says_nothing_of_the_values() -> None:
    assert estimated(legend(0, 1), legend(None, 0.5, 2)) is None
    assert estimated(legend(None, 0, None), legend(-5, 5)).outside == 0  # type: ignore[union-attr]


def test_outer_ends_are_opened_outward_in_few_digits() -> None:
    wide = widened(legend(0, 0.5, 1), -0.123456789, 1.3333333)
    assert outer_ends(wide) == (-0.124, 1.334)
    assert [(c.minimum, c.maximum) for c in wide.classes] == [(-0.124, 0.5), (0.5, 1.334)]
    assert outer_ends(widened(turned(legend(0, 0.5, 1)), -0.5, 2)) == (-0.5, 2)


def test_whole_numbers_stay_whole_and_ends_never_move_inward() -> None:
    wide = widened(legend(0, 2500, 5000), 100, 6001.2)
    assert [(c.minimum, c.maximum) for c in wide.classes] == [(0, 2500), (2500, 6002)]
    assert all(isinstance(c.maximum, int) for c in wide.classes)


def test_an_open_end_stays_open() -> None:
    assert outer_ends(widened(legend(None, 0, 1), -9, 2)) == (-math.inf, 2)
