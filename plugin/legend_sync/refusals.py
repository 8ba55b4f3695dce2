"""Legend writes that the server refused because of the state it is in: the changes there, and their author."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..api.errors import ApiError
from ..catalog.visualization_item import last_change
from .errors import NoLegend, WriteRefused
from .report import PushReport, conflict, differences, rows_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from ..api.errors import RequestRejected
    from ..legend.spec import Legend
    from .document import LegendDocument

STATE_REFUSALS = frozenset({409, 412, 423, 428})
"""Conflict, precondition failed, locked, precondition required: nothing is wrong with what was sent."""

_logger = logging.getLogger(__name__)


async def refused_write(
    act: str,
    error: RequestRejected,
    before: LegendDocument,
    keys: Iterable[str],
    mine: Mapping[str, Legend],
    read: Callable[[], Awaitable[LegendDocument]],
) -> WriteRefused:
    """Read the legends again and return the error with the changes since they were read before the write.

    Args:
        act: ``push`` or ``rollback``.
        keys: the dates of the write.
        mine: the legends that were to be pushed.
        read: reads the server's legends.
    """
    answer = {"status": error.status, "message": error.message}
    try:
        fresh = await read()
    except (ApiError, NoLegend) as failed:
        _logger.warning("The legend could not be read after the server refused a write: %s", failed)
        return WriteRefused(PushReport(refused=answer), act, error.status, error.message)
    changed = [key for key in keys if _digest(before.legends, key) != _digest(fresh.legends, key)]
    conflicts = [
        conflict(fresh.item.label_of(key), before.legends.get(key), mine.get(key), fresh.legends.get(key))
        for key in changed
    ]
    report = PushReport(conflicts=conflicts, document=fresh, refused=answer)
    fields = _changed_fields(before.legends, fresh.legends, changed)
    return WriteRefused(report, act, error.status, error.message, who=last_change(fresh.item)[1], fields=fields)


def _changed_fields(before: Mapping[str, Legend], after: Mapping[str, Legend], keys: Iterable[str]) -> tuple[str, ...]:
    """Return in which fields legends differ."""
    rows = {key: rows_of(before[key]) for key in keys if key in before}
    return tuple(sorted({str(one["field"]) for one in differences(rows, after, str)}))


def _digest(legends: Mapping[str, Legend], key: str) -> str | None:
    legend = legends.get(key)
    return None if legend is None else legend.digest()
