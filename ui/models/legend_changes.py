"""How many edits lie between two legends, as a person would count them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ...plugin.legend.spec import Legend, LegendClass


def count_changes(before: Legend | None, after: Legend | None) -> int:
    """Count moved breakpoints, colours, labels and classes that came or went.

    A breakpoint that two classes share counts once, as it was moved once.
    """
    if before is None or after is None:
        return 0 if before is after else 1
    old, new = _trimmed(before.classes, after.classes)
    pairs = list(zip(old, new, strict=False))
    if len(old) != len(new):
        return max(len(old), len(new)) - min(len(old), len(new)) + sum(_look(*pair) for pair in pairs[1:-1])
    edges = {edge for pair in pairs for edge in _moved_edges(*pair)}
    return len(edges) + sum(_look(*pair) for pair in pairs)


def same_class(one: LegendClass, other: LegendClass) -> bool:
    """Tell whether two classes would be written alike."""
    return not (_look(one, other) or any(_moved_edges(one, other)))


def _trimmed(
    old: tuple[LegendClass, ...], new: tuple[LegendClass, ...]
) -> tuple[tuple[LegendClass, ...], tuple[LegendClass, ...]]:
    """Leave out the classes that are alike at the beginning and at the end."""
    while old and new and same_class(old[0], new[0]):
        old, new = old[1:], new[1:]
    while old and new and same_class(old[-1], new[-1]):
        old, new = old[:-1], new[:-1]
    return old, new


def _look(one: LegendClass, other: LegendClass) -> int:
    return (one.colour.hex != other.colour.hex) + (one.label != other.label)


def _moved_edges(one: LegendClass, other: LegendClass) -> Iterator[tuple[str, str]]:
    for before, after in ((one.minimum, other.minimum), (one.maximum, other.maximum)):
        # As text: a number that is none equals itself then.
        if _spelling(before) != _spelling(after):
            yield _spelling(before), _spelling(after)


def _spelling(value: float | None) -> str:
    return "" if value is None else repr(float(value) + 0.0)
