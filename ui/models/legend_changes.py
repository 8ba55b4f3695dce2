"""How many edits lie between two legends, as a person would count them."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ...plugin.legend.spec import Legend, LegendClass

    _Classes = tuple[LegendClass, ...]


def count_changes(before: Legend | None, after: Legend | None) -> int:
    """Count moved breakpoints, colours, labels and classes that came or went.

    A breakpoint that two classes share counts once, as it was moved once.
    """
    if before is None or after is None:
        return 0 if before is after else 1
    edges: set[tuple[str, str]] = set()
    count = 0
    for old, new in _different_runs(before.classes, after.classes):
        if len(old) == len(new):
            edges |= {edge for pair in zip(old, new, strict=True) for edge in _moved_edges(*pair)}
            count += sum(_look(*pair) for pair in zip(old, new, strict=True))
        else:
            count += abs(len(old) - len(new))
    return count + len(edges)


def same_class(one: LegendClass, other: LegendClass) -> bool:
    """Tell whether two classes would be written alike."""
    return _written(one) == _written(other)


def _different_runs(old: _Classes, new: _Classes) -> Iterator[tuple[_Classes, _Classes]]:
    """Yield the stretches of classes that are not alike; legends of one length are compared row by row."""
    if len(old) == len(new):
        yield old, new
        return
    matcher = SequenceMatcher(None, [_written(entry) for entry in old], [_written(entry) for entry in new], False)
    for tag, start, end, other_start, other_end in matcher.get_opcodes():
        if tag != "equal":
            yield old[start:end], new[other_start:other_end]


def _written(entry: LegendClass) -> tuple[str, ...]:
    return _spelling(entry.minimum), _spelling(entry.maximum), entry.colour.hex, entry.label


def _look(one: LegendClass, other: LegendClass) -> int:
    return (one.colour.hex != other.colour.hex) + (one.label != other.label)


def _moved_edges(one: LegendClass, other: LegendClass) -> Iterator[tuple[str, str]]:
    for before, after in ((one.minimum, other.minimum), (one.maximum, other.maximum)):
        # As text: a number that is none equals itself then.
        if _spelling(before) != _spelling(after):
            yield _spelling(before), _spelling(after)


def _spelling(value: float | None) -> str:
    return "" if value is None else repr(float(value) + 0.0)
