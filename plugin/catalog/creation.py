"""New visualizations, and waiting until they are computed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from ..api.status import State
from ..worker.progress import Progress
from .errors import NotReady

if TYPE_CHECKING:
    from ..api.client import ApiClient
    from ..api.models import Visualization, VisualizationCreate
    from ..worker.progress import Report

_FIRST_WAIT, _GROWTH, _LONGEST_WAIT, _PATIENCE = 2.0, 1.5, 30.0, 7200.0
_PATIENCE_WITH_UNKNOWN = 600.0  # a word that is not known may mean the end


async def create_visualization(client: ApiClient, aoi_id: str, wanted: VisualizationCreate) -> Visualization:
    """Create a visualization; the response usually reports that it is still being computed."""
    return await client.visualizations.create(aoi_id, wanted)


async def wait_until_done(
    client: ApiClient,
    aoi_id: str,
    visualization_id: str,
    report: Report,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> Visualization:
    """Return the visualization when the server has finished computing it, whatever the outcome.

    Raises:
        NotReady: it took more than two hours, or ten minutes where the server's status value is unknown.
    """
    waited, wait = 0.0, _FIRST_WAIT
    while True:
        record = await client.visualizations.get(aoi_id, visualization_id)
        report(Progress(round(record.progress or 0), 100, record.status))
        if not record.state.may_change:
            return record
        if waited >= (_PATIENCE_WITH_UNKNOWN if record.state is State.UNKNOWN else _PATIENCE):
            raise NotReady(record.state, visualization_id, record.status, has_waited=True)
        await sleep(wait)
        waited, wait = waited + wait, min(wait * _GROWTH, _LONGEST_WAIT)
