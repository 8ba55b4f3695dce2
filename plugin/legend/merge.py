"""Three-way merge of legends: the base of an edit, its result, and the server's current state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from .spec import Legend, LegendClass


@dataclass(frozen=True, slots=True)
class MergeConflict:
    """A date that changed on the server since the edit began; ``None`` where a side has no such date."""

    date_key: str
    base: Legend | None
    mine: Legend
    server: Legend | None


@dataclass(frozen=True, slots=True)
class Merge:
    """A whole mode to send, and the dates that another user changed meanwhile."""

    send: dict[str, Legend]
    conflicts: list[MergeConflict]


def merge_mode(base: Mapping[str, Legend] | None, mine: Mapping[str, Legend], server: Mapping[str, Legend]) -> Merge:
    """Merge the edited dates into the server's whole mode.

    Args:
        base: the base of the edits, by date key; ``None`` when it is unknown, then nothing can conflict.
        mine: the edited dates only.
        server: the whole mode as the server has it now.
    """
    conflicts = [
        MergeConflict(key, base.get(key), legend, server.get(key))
        for key, legend in mine.items()
        if base is not None and _digest(base.get(key)) != _digest(server.get(key))
    ]
    return Merge({**server, **mine}, conflicts)


def _digest(legend: Legend | None) -> str | None:
    return None if legend is None else legend.digest()


def rebase(sent: Legend, mine: Legend, answer: Legend) -> Legend:
    """Reapply the edits made during a push on top of the server's response.

    Args:
        sent: the legend as it was pushed.
        mine: the legend as it is now.
        answer: the legend in the server's response.
    """
    if mine.digest() == sent.digest():
        return answer
    if not len(sent) == len(mine) == len(answer):
        return mine
    rows = zip(sent.classes, mine.classes, answer.classes, strict=True)
    return replace(answer, classes=tuple(_rebase_class(*row) for row in rows))


def _rebase_class(sent: LegendClass, mine: LegendClass, answer: LegendClass) -> LegendClass:
    pairs = ((name, getattr(mine, name)) for name in ("minimum", "maximum", "colour", "label"))
    edits = {name: value for name, value in pairs if value != getattr(sent, name)}
    if "minimum" in edits or "maximum" in edits:
        edits |= {"area": None, "area_percentage": None}
    return replace(answer, **edits)
