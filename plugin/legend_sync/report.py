"""Reports of legend writes: the data sent, the data returned, and their differences."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..legend.colour import parse_colour
from ..legend.transparency import transparent_classes
from ..legend.vocabulary import LegendMode

if TYPE_CHECKING:
    from ..legend.spec import Legend
    from .document import LegendDocument
    from .unchosen import UnchosenChange

Row = dict[str, Any]
LabelOf = Callable[[str], str]  # from a key of the server to what people read for its date
_FIELDS = ("min", "max", "color", "label")
_SAME = 1e-9


@dataclass(frozen=True, slots=True)
class PushReport:
    """The outcome of a push.

    Attributes:
        sent: the body of the PUT, or ``None`` where nothing was sent.
        answered: the legends the server reports to hold now, in its format for reading.
        differences: where the response differs from the data sent: ``{date, class_index, field, sent, answered}``.
        conflicts: dates that differ from the base of the edit: ``{date, base, mine, server}``.
        document: the legend after the push.
        may_change: days not chosen that may change on a server which applies the number of classes to the whole mode.
        changed: dates that were not chosen and changed.
        put_back: days not chosen that the server dropped, and that were sent back at once.
        transparency_lost: classes that are opaque on the server: ``{date, class_index, label, opacity}``; where the
            legend as a whole is transparent, without index and label.
        outside: dates partly outside the one legend that several get: ``{date, percent}``, estimated from
            the server's classes.
        not_compared: days not chosen for which the server did not report the current legend.
        refused: ``{status, message}`` of the server's refusal because of the state it is in.
        verified: whether the stored legends were read again after the write.
    """

    sent: dict[str, Any] | None = None
    answered: dict[str, Any] | None = None
    differences: list[dict[str, Any]] = field(default_factory=list)
    conflicts: list[dict[str, Any]] = field(default_factory=list)
    document: LegendDocument | None = None
    may_change: list[str] = field(default_factory=list)
    changed: list[UnchosenChange] = field(default_factory=list)
    put_back: list[str] = field(default_factory=list)
    not_compared: list[str] = field(default_factory=list)
    transparency_lost: list[dict[str, Any]] = field(default_factory=list)
    outside: list[dict[str, Any]] = field(default_factory=list)
    refused: dict[str, Any] | None = None
    verified: bool = True

    def as_dict(self) -> dict[str, Any]:
        """Return the report for a JSON file; entries that most pushes have nothing for are in it only where needed."""
        rest = {
            "transparency_lost": self.transparency_lost,
            "outside": self.outside,
            "may_change": self.may_change,
            "changed_without_being_chosen": [change.as_dict() for change in self.changed],
            "put_back": self.put_back,
            "not_compared": self.not_compared,
            "refused": self.refused,
            "not_verified": not self.verified,
        }
        return {
            "sent": self.sent,
            "answered": self.answered,
            "differences": self.differences,
            "conflicts": self.conflicts,
            **{name: found for name, found in rest.items() if found},
        }


@dataclass(frozen=True, slots=True)
class RollbackReport:
    """The outcome of a rollback: the days, and their classes before and after, by the server's date key.

    Attributes:
        differences: dates whose other mode changed though it was not rolled back, and dates where the server's legend
            differs from its response, in the format of ``PushReport``.
        unchanged: days whose legend is the same as before, without any sign that it was recomputed.
        verified: whether the stored legends were read again after the write.
    """

    rolled_back: list[str]
    before: dict[str, list[Row]]
    answered: dict[str, list[Row]]
    document: LegendDocument | None = None
    changed: list[UnchosenChange] = field(default_factory=list)
    differences: list[dict[str, Any]] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    verified: bool = True

    def as_dict(self) -> dict[str, Any]:
        """Return the report for a JSON file; entries that most rollbacks have nothing for are in it where needed."""
        rest = {
            "changed_without_being_chosen": [change.as_dict() for change in self.changed],
            "differences": self.differences,
            "unchanged": self.unchanged,
            "not_verified": not self.verified,
        }
        report = {"rolled_back": self.rolled_back, "before": self.before, "answered": self.answered}
        return {**report, **{name: found for name, found in rest.items() if found}}


def rows_of(legend: Legend) -> list[Row]:
    """Return the classes of a legend as rows for a report; an open end or a number that is none is null."""
    return [
        {"min": _finite(c.minimum), "max": _finite(c.maximum), "color": c.colour.hex, "label": c.label}
        for c in legend.classes
    ]


def conflict(label: str, base: Legend | None, mine: Legend | None, server: Legend | None) -> dict[str, Any]:
    """Return the report of one conflict; ``label`` is what people read for the date."""
    found: dict[str, Any] = {"date": label}
    for name, legend in (("base", base), ("mine", mine), ("server", server)):
        found[name] = None if legend is None else rows_of(legend)
    return found


def differences(
    sent: Mapping[str, Sequence[Row] | None],
    held: Mapping[str, Legend],
    label_of: LabelOf,
    bins: int | None = None,
) -> list[dict[str, Any]]:
    """Return where the server holds something else than was sent; ``label_of`` labels the date of a key.

    A date sent to be computed differs where it has not ``bins`` classes.
    """
    found: list[dict[str, Any]] = []
    for key, rows in sent.items():
        if key not in held:
            found.append(_difference(label_of(key), None, "date", "present", "missing"))
        elif rows is not None:
            found += _row_differences(label_of(key), rows, rows_of(held[key]))
        elif bins is not None and len(held[key]) != bins:
            found.append(_difference(label_of(key), None, "classes", bins, len(held[key])))
    return found


def other_mode(label: str, mode: LegendMode) -> dict[str, Any]:
    """Return the difference that a mode which was not named has changed on a date."""
    return _difference(label, None, mode, "unchanged", "changed")


def transparency_lost(legends: Mapping[str, Legend], label_of: LabelOf) -> list[dict[str, Any]]:
    """Return the transparency lost by a push of legends, since the API's classes have none."""
    found: list[dict[str, Any]] = []
    for key, legend in legends.items():
        day = label_of(key)
        found += [
            {"date": day, "class_index": one.row, "label": one.label, "opacity": one.opacity}
            for one in transparent_classes(legend)
        ]
        if legend.opacity < 1:
            found.append({"date": day, "class_index": None, "label": None, "opacity": round(legend.opacity, 2)})
    return found


def any_class(lost: Sequence[Mapping[str, Any]]) -> bool:
    """Return whether the losses include a class, and not only the opacity of the whole legend."""
    return any(one["class_index"] is not None for one in lost)


def _row_differences(label: str, sent: Sequence[Row], held: Sequence[Row]) -> Iterator[dict[str, Any]]:
    if len(sent) != len(held):
        yield _difference(label, None, "classes", len(sent), len(held))
        return
    for index, (mine, theirs) in enumerate(zip(sent, held, strict=True)):
        for name in _FIELDS:
            equal = _equal_colours if name == "color" else _equal
            if mine.get(name) is not None and not equal(mine[name], theirs[name]):
                yield _difference(label, index, name, mine[name], theirs[name])


def _difference(label: str, index: int | None, name: str, sent: Any, answered: Any) -> dict[str, Any]:
    return {"date": label, "class_index": index, "field": name, "sent": sent, "answered": answered}


def _equal(mine: Any, theirs: Any) -> bool:
    if isinstance(mine, int | float) and isinstance(theirs, int | float):
        return math.isclose(mine, theirs, rel_tol=_SAME, abs_tol=1e-12)
    return bool(mine == theirs)


def _equal_colours(mine: Any, theirs: Any) -> bool:
    colours = parse_colour(mine), parse_colour(theirs)
    if colours[0] is None or colours[1] is None:
        return bool(mine == theirs)
    return colours[0].hex == colours[1].hex


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
