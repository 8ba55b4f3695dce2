"""The dates of a mode that a write does not choose: which may change all the same, and which did."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..catalog.visualization_item import class_dicts
from ..legend.units import are_alike
from ..legend.vocabulary import LegendMode
from .report import differences, other_mode, rows_of

if TYPE_CHECKING:
    from ..catalog.visualization_item import VisualizationItem
    from ..legend.spec import Legend
    from .report import LabelOf, Row

_WRITTEN = ("min", "max", "color", "label")


@dataclass(frozen=True, slots=True)
class UnchosenChange:
    """A date that a write changed though it was not chosen; ``now`` is ``None`` where it has no legend any more."""

    key: str
    label: str
    before: Legend
    now: Legend | None

    def as_dict(self) -> dict[str, Any]:
        """Return the change for a JSON file."""
        now = None if self.now is None else rows_of(self.now)
        return {"date": self.label, "before": rows_of(self.before), "now": now}


def unchosen_changes(
    before: Mapping[str, Legend],
    chosen: Collection[str],
    held: Mapping[str, Legend],
    label_of: LabelOf,
    *,
    exact: bool,
) -> list[UnchosenChange]:
    """Return the dates that were not chosen but changed.

    Args:
        before: the legends of the mode before the write.
        chosen: the dates of the write.
        held: the legends of the mode after it.
        label_of: labels the date of a key.
        exact: whether both sides are as listed; a legend rebuilt from a style may be rounded and without labels.
    """
    others = [(key, legend, held.get(key)) for key, legend in before.items() if key not in chosen]
    return [UnchosenChange(key, label_of(key), old, new) for key, old, new in others if not _same(key, old, new, exact)]


def other_modes(
    before: VisualizationItem, after: VisualizationItem, written: str, keys: Iterable[str]
) -> list[dict[str, Any]]:
    """Return the differences in modes that were not written, as far as the server listed them before."""
    return [
        other_mode(after.label_of(key), mode)
        for key in keys
        for mode in LegendMode
        if mode != written
        and (rows := class_dicts(before, key, mode))
        and list(map(written_row, rows)) != list(map(written_row, class_dicts(after, key, mode)))
    ]


def written_row(row: Row) -> Row:
    """Return the writable fields of a class."""
    return {name: row.get(name) for name in _WRITTEN}


def of_other_size(legends: Mapping[str, Legend], bins: int | None) -> list[str]:
    """Return the dates whose legends have another number of classes than the one that is sent; none without one."""
    return [key for key, legend in legends.items() if bins is not None and len(legend) != bins]


def nearer(known: Legend | None, rebuilt: Legend) -> Legend:
    """Return the legend known before, as long as one rebuilt from a style agrees with it."""
    return known if known is not None and _look_alike(known, rebuilt) else rebuilt


def _same(key: str, old: Legend, new: Legend | None, exact: bool) -> bool:
    if new is None:
        return False
    return not differences({key: rows_of(old)}, {key: new}, str) or (not exact and _look_alike(old, new))


def _look_alike(one: Legend, other: Legend) -> bool:
    pairs = zip(one.classes, other.classes, strict=False)
    colours = len(one) == len(other) and all(mine.colour.hex == theirs.colour.hex for mine, theirs in pairs)
    return colours and are_alike(one, other)
