"""Functions that copy one date's legend to all dates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from ...plugin.legend.coverage import DateCoverage, estimated, widened
from ...plugin.legend_sync.coverage import classes_of_values

if TYPE_CHECKING:
    from ...plugin.legend.spec import Legend, LegendClass
    from ..models.legend_session import LegendSession


def whole_for_all(session: LegendSession, key: str) -> dict[str, Legend]:
    """Return the legend of one date for every other; areas are specific to a date and stay blank until a response."""
    source = session.mine(key)
    classes = tuple(replace(entry, area=None, area_percentage=None) for entry in source.classes)
    return {other: replace(source, classes=classes) for other in session.keys if other != key}


def widened_for_all(session: LegendSession, key: str, coverage: Mapping[str, DateCoverage]) -> dict[str, Legend]:
    """Return the legend of one date for all, that date included, with outer ends that hold the values of every date."""
    low = min(found.low for found in coverage.values())
    high = max(found.high for found in coverage.values())
    wide = widened(session.mine(key), low, high)
    classes = tuple(replace(entry, area=None, area_percentage=None) for entry in wide.classes)
    return {key: wide} | dict.fromkeys(whole_for_all(session, key), replace(wide, classes=classes))


def estimates_for_all(session: LegendSession, key: str) -> dict[str, DateCoverage]:
    """Estimate for every other date how much of it lies outside the legend of one, from the server's classes."""
    source = session.mine(key)
    found: dict[str, DateCoverage] = {}
    for other in session.keys:
        server = session.server(other)
        of_date = None if server is None else classes_of_values(session.item, other, session.mode, server)
        coverage = None if other == key or of_date is None else estimated(source, of_date)
        if coverage is not None:
            found[other] = coverage
    return found


def look_for_all(session: LegendSession, key: str) -> dict[str, Legend]:
    """Return every other date with the colours and labels of one; dates with other numbers of classes are left out."""
    source = session.mine(key)
    return {
        other: replace(
            session.mine(other),
            classes=tuple(map(_with_look, session.mine(other).classes, source.classes)),
        )
        for other in session.keys
        if other != key and len(session.mine(other)) == len(source)
    }


def _with_look(entry: LegendClass, source: LegendClass) -> LegendClass:
    return replace(entry, colour=source.colour, label=source.label)
