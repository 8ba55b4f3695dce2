"""What is wrong with a legend."""

from __future__ import annotations

import math

import pytest
from pixxel_explorer.plugin.legend.check import Problem, ProblemCode, problems
from pixxel_explorer.plugin.legend.spec import Colour, ColourMapKind, Legend, LegendClass
from pixxel_explorer.plugin.legend.vocabulary import MOST_DYNAMIC

GREY = Colour(128, 128, 128)


def legend(*edges: tuple[float | None, float | None], kind: ColourMapKind = ColourMapKind.INTERVALS) -> Legend:
    return Legend(tuple(LegendClass(low, high, GREY) for low, high in edges), kind)


@pytest.mark.parametrize(
    "right",
    [
        legend((0, 1), (1, 2), (3, 4)),
        legend((3, 4), (1, 2), (0, 1)),
        legend((0, 0), (0, 0), (2, 2), kind=ColourMapKind.RAMP),
        legend((0, 0), (2, 2), kind=ColourMapKind.VALUES),
    ],
)
def test_gaps_descending_order_and_jumps_are_no_problem(right: Legend) -> None:
    assert problems(right) == []


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        (legend(), Problem(ProblemCode.NO_CLASSES, -1)),
        (legend((0, 1), (2, 1.5)), Problem(ProblemCode.MIN_ABOVE_MAX, 1, None, (2, 1.5))),
        (legend((1, 1)), Problem(ProblemCode.EMPTY, 0, None, (1, 1))),
        (legend((0, 2), (1, 3)), Problem(ProblemCode.OVERLAP, 1, 0, (1, 2))),
        (legend((1, 3), (0, 2)), Problem(ProblemCode.OVERLAP, 1, 0, (1, 2))),
        (legend((0, 9), (1, 2), kind=ColourMapKind.INTERVALS), Problem(ProblemCode.OVERLAP, 1, 0, (1, 2))),
        (legend((None, 1)), Problem(ProblemCode.OPEN_END, 0, None, (None, 1))),
        (legend((math.inf, 1)), Problem(ProblemCode.NOT_A_NUMBER, 0, None, (math.inf, 1))),
        (legend((2, 2), (2, 2), kind=ColourMapKind.VALUES), Problem(ProblemCode.TWICE, 1, 0, (2,))),
    ],
)
def test_each_problem_names_its_rows_and_numbers(wrong: Legend, expected: Problem) -> None:
    assert problems(wrong) == [expected]


def test_a_class_without_numbers_hides_no_overlap_of_the_others() -> None:
    found = problems(legend((0, 2), (math.nan, 5), (1, 3)))
    assert [(problem.code, problem.row, problem.other_row) for problem in found] == [
        (ProblemCode.NOT_A_NUMBER, 1, None),
        (ProblemCode.OVERLAP, 2, 0),
    ]


def test_a_long_class_overlaps_all_that_begin_within_it() -> None:
    found = problems(legend((0, 10), (1, 2), (3, 4)))
    assert [(problem.row, problem.other_row) for problem in found] == [(1, 0), (2, 0)]


def test_open_ends_may_be_allowed() -> None:
    assert problems(legend((None, 1), (1, None)), allow_open=True) == []
    assert [problem.code for problem in problems(legend((None, 1), (0, None)), allow_open=True)] == ["overlap"]


def test_the_server_takes_fifteen_dynamic_classes() -> None:
    many = legend(*((number, number + 1) for number in range(16)))
    assert problems(many, most=MOST_DYNAMIC) == [Problem(ProblemCode.TOO_MANY, -1, None, (16, 15))]
    assert problems(many) == []
