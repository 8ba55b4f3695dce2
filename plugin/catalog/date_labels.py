"""What people read for a date of a visualization: the day, and among several scenes of one day which of them."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ..messages.numbers import natural_key

Scene = tuple[str, datetime.date, datetime.datetime | None]  # the key, the day, and the moment where it is known
_CLOCKS = ("%H:%M", "%H:%M:%S")


class Label(NamedTuple):
    """The text for a scene, and its place among those of its day."""

    text: str
    place: int


def labels(scenes: Iterable[Scene]) -> dict[str, Label]:
    """Return the label of each key: ``2025-04-14``, and for several scenes of one day the time or a number.

    The time of day in UTC is said where all scenes of the day have one and these differ; else the second scene in the
    natural order of the keys is ``2025-04-14 (2)``, and the first keeps the day alone.
    """
    by_day: dict[datetime.date, list[Scene]] = {}
    for scene in scenes:
        by_day.setdefault(scene[1], []).append(scene)
    return {key: label for day, found in by_day.items() for key, label in _of_day(day, found).items()}


def file_label(label: str) -> str:
    """Return a label as a part of a file's name: ``2025-04-14-2`` or ``2025-04-14-1042``."""
    day, _, scene = label.partition(" ")
    return "-".join(filter(None, (day, "".join(filter(str.isdigit, scene)))))


def _of_day(day: datetime.date, scenes: Sequence[Scene]) -> dict[str, Label]:
    if len(scenes) == 1:
        return {scenes[0][0]: Label(day.isoformat(), 0)}
    moments = [moment for _, _, moment in scenes if moment is not None]
    for clock in _CLOCKS if len(moments) == len(scenes) else ():
        times = sorted({f"{moment:{clock}}" for moment in moments})
        if len(times) == len(scenes):
            return {
                key: Label(f"{day} {moment:{clock}}", times.index(f"{moment:{clock}}"))
                for (key, _, _), moment in zip(scenes, moments, strict=True)
            }
    keys = sorted((key for key, _, _ in scenes), key=natural_key)
    return {key: Label(f"{day} ({place + 1})" if place else day.isoformat(), place) for place, key in enumerate(keys)}
