"""Messages about errors in a legend that is to be sent."""

from __future__ import annotations

import math
from collections.abc import Callable

from ..host.i18n import translate
from ..legend.check import Problem, ProblemCode
from .numbers import count_text, number_text


def problem_text(problem: Problem) -> str:
    """Return the message with the error in a class and the remedy; classes count from 1."""
    return _SENTENCES[problem.code](problem)


def _open_end(problem: Problem) -> str:
    if problem.values and problem.values[0] is None:
        return translate("LegendText", "class {} is open: it has no minimum. Enter a number.").format(
            count_text(problem.row + 1)
        )
    return translate("LegendText", "class {} is open: it has no maximum. Enter a number.").format(
        count_text(problem.row + 1)
    )


def _overlap(problem: Problem) -> str:
    rows = sorted((problem.row + 1, (problem.other_row or 0) + 1))
    text = translate("LegendText", "classes {} and {} overlap between {} and {}. Move one of the edges.")
    return text.format(*map(count_text, rows), *(_edge(value) for value in problem.values))


def _twice(problem: Problem) -> str:
    text = translate("LegendText", "classes {} and {} have the same value {}. Change one.")
    return text.format(count_text((problem.other_row or 0) + 1), count_text(problem.row + 1), _edge(problem.values[0]))


def _min_above_max(problem: Problem) -> str:
    text = translate("LegendText", "class {} begins at {} but ends at {}. The minimum must be the smaller one.")
    return text.format(count_text(problem.row + 1), *(_edge(value) for value in problem.values))


def _edge(value: float | None) -> str:
    """Return an edge; an end without number has no text of its own."""
    if value is None or math.isinf(value):
        return translate("LegendText", "the open end")
    return translate("LegendText", "no number") if math.isnan(value) else number_text(value)


def _too_many(problem: Problem) -> str:
    count, most = (int(value or 0) for value in problem.values)
    text = translate("LegendText", "a dynamic legend has at most {} classes, and this one has {}. Remove {}.")
    return text.format(*map(count_text, (most, count, count - most)))


def _label(problem: Problem) -> str:
    text = translate("LegendText", "the label of class {} contains an invisible character ({}). Enter it again.")
    return text.format(count_text(problem.row + 1), ", ".join(f"U+{int(value or 0):04X}" for value in problem.values))


_SENTENCES: dict[ProblemCode, Callable[[Problem], str]] = {
    ProblemCode.NO_CLASSES: lambda _problem: translate("LegendText", "the legend has no classes. Undo, or roll back."),
    ProblemCode.NOT_A_NUMBER: lambda problem: translate(
        "LegendText", "an edge of class {} is not a number. Enter one."
    ).format(count_text(problem.row + 1)),
    ProblemCode.OPEN_END: _open_end,
    ProblemCode.MIN_ABOVE_MAX: _min_above_max,
    ProblemCode.EMPTY: lambda problem: translate(
        "LegendText", "class {} begins and ends at {}. Move one of its edges."
    ).format(count_text(problem.row + 1), _edge(problem.values[0])),
    ProblemCode.OVERLAP: _overlap,
    ProblemCode.TWICE: _twice,
    ProblemCode.TOO_MANY: _too_many,
    ProblemCode.LABEL: _label,
}
