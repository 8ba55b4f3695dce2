"""What one date has, for all dates."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ...plugin.legend.spec import Legend, LegendClass
    from ..models.legend_session import LegendSession


def whole_for_all(session: LegendSession, key: str) -> dict[str, Legend]:
    """Return the legend of one date for every other; areas are each date's own and blank until the server tells."""
    source = session.mine(key)
    classes = tuple(replace(entry, area=None, area_percentage=None) for entry in source.classes)
    return {other: replace(source, classes=classes) for other in session.keys if other != key}


def look_for_all(session: LegendSession, key: str) -> dict[str, Legend]:
    """Return every other date with the colours and labels of one; dates with other numbers of classes are left out."""
    source = session.mine(key)
    return {
        other: replace(
            session.mine(other),
            classes=tuple(map(_dressed, session.mine(other).classes, source.classes)),
        )
        for other in session.keys
        if other != key and len(session.mine(other)) == len(source)
    }


def _dressed(entry: LegendClass, source: LegendClass) -> LegendClass:
    return replace(entry, colour=source.colour, label=source.label)
