"""New visualizations, and waiting until they are computed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from ..worker.progress import Progress
from .problems import NotReady
from .visualization_item import is_creating

if TYPE_CHECKING:
    from ..api.client import ApiClient
    from ..api.models import Visualization, VisualizationCreate
    from ..worker.progress import Report

_FIRST_WAIT, _GROWTH, _LONGEST_WAIT, _PATIENCE = 2.0, 1.5, 30.0, 7200.0


async def create_visualization(client: ApiClient, aoi_id: str, wanted: VisualizationCreate) -> Visualization:
    """Create a visualization; the answer usually says that it is being computed."""
    return await client.visualizations.create(aoi_id, wanted)


async def wait_until_done(
    client: ApiClient,
    aoi_id: str,
    visualization_id: str,
    report: Report,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> Visualization:
    """Return the visualization when the server has ended computing it, whatever the outcome.

    Raises:
        NotReady: it took more than two hours.
    """
    waited, wait = 0.0, _FIRST_WAIT
    while True:
        record = await client.visualizations.get(aoi_id, visualization_id)
        report(Progress(round(record.progress or 0), 100, record.status))
        if not is_creating(record.status):
            return record
        if waited >= _PATIENCE:
            raise NotReady("timeout", visualization_id)
        await sleep(wait)
        waited, wait = waited + wait, min(wait * _GROWTH, _LONGEST_WAIT)
