"""Checks of a legend; they return facts."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from unicodedata import category

from .spec import ColourMapKind, Legend, LegendClass

_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029")


class ProblemCode(StrEnum):
    """Kinds of error in a legend that is to be sent."""

    NO_CLASSES = "no-classes"
    NOT_A_NUMBER = "not-a-number"
    OPEN_END = "open-end"
    MIN_ABOVE_MAX = "min-above-max"
    EMPTY = "empty"
    OVERLAP = "overlap"
    TWICE = "twice"
    TOO_MANY = "too-many"
    LABEL = "label"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one class, or with two.

    ``values`` are the numbers it is about: the edges, for ``TOO_MANY`` the count and the limit, for ``LABEL`` the
    code points that must not be in a label. ``row`` is -1 where the whole legend is meant.
    """

    code: ProblemCode
    row: int
    other_row: int | None = None
    values: tuple[float | None, ...] = ()


class LegendInvalid(ValueError):
    """A legend that must not be sent; ``problems`` holds the reasons."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(", ".join(f"{problem.code} (row {problem.row})" for problem in problems))
        self.problems = problems


def problems(legend: Legend, *, allow_open: bool = False, most: int | None = None) -> list[Problem]:
    """Return the errors of a legend, by row.

    Args:
        legend: the legend to check.
        allow_open: whether an edge without a number is valid.
        most: the largest number of classes allowed; ``vocabulary.MOST_DYNAMIC`` for the dynamic mode.
    """
    found = list(_of_whole(legend, most))
    for row, entry in enumerate(legend.classes):
        found += _of_class(row, entry, legend.kind, allow_open)
    found += _between(legend)
    return sorted(found, key=lambda problem: (problem.row, problem.other_row or 0))


def _of_whole(legend: Legend, most: int | None) -> Iterator[Problem]:
    if not legend.classes:
        yield Problem(ProblemCode.NO_CLASSES, -1)
    if most is not None and len(legend) > most:
        yield Problem(ProblemCode.TOO_MANY, -1, None, (len(legend), most))


def _of_class(row: int, entry: LegendClass, kind: ColourMapKind, allow_open: bool) -> Iterator[Problem]:
    edges = (entry.minimum, entry.maximum)
    if marks := unseen_marks(entry.label):
        yield Problem(ProblemCode.LABEL, row, None, marks)
    if any(edge is not None and not math.isfinite(edge) for edge in edges):
        yield Problem(ProblemCode.NOT_A_NUMBER, row, None, edges)
        return
    if None in edges and not allow_open:
        yield Problem(ProblemCode.OPEN_END, row, None, edges)
    low, high = bounds(entry)
    if low > high:
        yield Problem(ProblemCode.MIN_ABOVE_MAX, row, None, edges)
    elif low == high and kind is ColourMapKind.INTERVALS:
        yield Problem(ProblemCode.EMPTY, row, None, edges)


def unseen_marks(label: str) -> tuple[int, ...]:
    """Return the invisible code points of a label that may change how other text is shown.

    These are control characters, line breaks included, and marks that change the direction of the following text. The
    marks that languages written from right to left need within a word (U+200C to U+200F) are left alone.
    """
    found = (ord(letter) for letter in label if category(letter) == "Cc" or letter in _TURNING)
    return tuple(dict.fromkeys(found))


def _between(legend: Legend) -> Iterator[Problem]:
    """Compare each class with those beginning before it, in order of their values."""
    rows = [(*bounds(entry), row) for row, entry in enumerate(legend.classes) if _has_extent(entry)]
    if legend.kind is ColourMapKind.VALUES:
        for (low, _, row), (other, _, other_row) in pairwise(sorted(rows)):
            if low == other:
                yield Problem(ProblemCode.TWICE, max(row, other_row), min(row, other_row), (low,))
    elif legend.kind is ColourMapKind.INTERVALS:
        yield from _overlaps(sorted(row for row in rows if row[0] < row[1]))


def _overlaps(rows: list[tuple[float, float, int]]) -> Iterator[Problem]:
    reach, reaching = -math.inf, -1
    for low, high, row in rows:
        if reaching >= 0 and low < reach:
            yield Problem(ProblemCode.OVERLAP, max(row, reaching), min(row, reaching), (low, min(high, reach)))
        if high > reach:
            reach, reaching = high, row


def _has_extent(entry: LegendClass) -> bool:
    return not any(math.isnan(edge) for edge in bounds(entry))


def bounds(entry: LegendClass) -> tuple[float, float]:
    """Return the edges of a class with its open ends as infinities."""
    low = -math.inf if entry.minimum is None else entry.minimum
    high = math.inf if entry.maximum is None else entry.maximum
    return low, high
