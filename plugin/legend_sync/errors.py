"""Errors of reading and writing legends. Facts only; ``messages`` makes the sentences.

ServiceProblem
 +- NoLegend           a visualization without classes in that mode
 +- NoClasses          a legend that is a colour ramp has no classes to measure
 +- BinsRefused        a number of classes outside the server's limits, or bins where none can be computed
 +- PushBlocked        other dates of the mode are not known well enough to be sent along unchanged
 +- TransparencyLost   transparent classes would become opaque, and the user did not agree; nothing was sent
 +- PushConflict       another user changed a date that was to be pushed; nothing was sent
 +- PushUncertain      a push was not confirmed, and the server does not hold the legends sent
 +- RollbackUncertain  a rollback was not confirmed, and the server's legend is the same as before
 +- WriteRefused       the server refused to write a legend because of the state it is in; nothing was changed
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..catalog.errors import ServiceProblem
from ..legend.vocabulary import LegendMode

if TYPE_CHECKING:
    from .report import PushReport


class NoLegend(ServiceProblem):
    """A visualization without classes in a mode."""

    def __init__(self, visualization_id: str, mode: LegendMode) -> None:
        super().__init__(f"visualization {visualization_id}: no legend in mode {mode}")
        self.visualization_id = visualization_id
        self.mode = mode


class NoClasses(ServiceProblem):
    """A legend that is a colour ramp: it has no classes to measure."""


class BinsRefused(ServiceProblem):
    """A number of classes cannot be used.

    Attributes:
        reason: ``range``, ``mode`` or ``missing``; ``legend`` where the legends that are sent have ``classes``, and
            ``legend-mode`` where they are sent in a mode that has no number of classes.
    """

    def __init__(self, reason: str, bins: int | None = None, classes: int | None = None) -> None:
        super().__init__(f"{reason}: {bins}")
        self.reason = reason
        self.bins = bins
        self.classes = classes


class PushBlocked(ServiceProblem):
    """Dates that were not edited cannot be sent along unchanged, so a push might lose them."""

    def __init__(self, dates: tuple[str, ...]) -> None:
        super().__init__(f"not writable: {', '.join(dates)}")
        self.dates = dates


class TransparencyLost(ServiceProblem):
    """Transparent classes would become opaque on the server, and the user did not agree; nothing was sent."""

    def __init__(self, report: PushReport) -> None:
        super().__init__(f"{len(report.transparency_lost)} transparent")
        self.report = report


class PushConflict(ServiceProblem):
    """Another user changed a date that was to be pushed; nothing was sent."""

    def __init__(self, report: PushReport) -> None:
        super().__init__(f"conflicts: {', '.join(str(conflict['date']) for conflict in report.conflicts)}")
        self.report = report


class PushUncertain(ServiceProblem):
    """The response to a push was lost; the report contains the server's current legends.

    Attributes:
        state: ``unchanged`` (the push did not arrive) or ``other`` (neither the old legends nor those sent).
    """

    def __init__(self, report: PushReport, state: str) -> None:
        super().__init__(f"push answer lost, server {state}")
        self.report = report
        self.state = state


class RollbackUncertain(ServiceProblem):
    """A rollback was not confirmed, and the server's legend is as before: it did not happen, or changed nothing."""

    def __init__(self, days: tuple[str, ...]) -> None:
        super().__init__(f"rollback not confirmed, unchanged: {', '.join(days)}")
        self.days = days


class WriteRefused(ServiceProblem):
    """The server refused to write a legend because of the state it is in; nothing was changed.

    Attributes:
        report: with the dates that changed meanwhile under ``conflicts``, and the server's legends where they could be
            read again.
        act: ``push`` or ``rollback``.
        status, message: the server's response.
        who: the user who changed the dates, as far as the server states it.
        fields: the changed fields of their classes: ``min``, ``max``, ``color``, ``label``, ``classes`` or ``date``.
    """

    def __init__(
        self, report: PushReport, act: str, status: int, message: str, *, who: str = "", fields: tuple[str, ...] = ()
    ) -> None:
        super().__init__(f"{act} refused: {status} {message}".strip())
        self.report = report
        self.act = act
        self.status = status
        self.message = message
        self.who = who
        self.fields = fields
