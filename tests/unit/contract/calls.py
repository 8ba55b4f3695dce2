"""How each operation is called through the client: one entry an operation, filled by the modules ``calls_*``."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from pixxel_explorer.plugin.api.client import ApiClient
from pixxel_explorer.plugin.api.models import Aoi, Asset, Visualization, VisualizationQuery
from pixxel_explorer.plugin.sandbox.core.state import SandboxState

from .check import Contract
from .checked import CheckedTransport

T = TypeVar("T")

FARM = "Farm near Raba"
DAY = "2025_06_18"


@dataclass(frozen=True)
class SandboxClient:
    """A client of a sandbox, and short ways to what the sandbox holds at first."""

    client: ApiClient
    state: SandboxState
    profile: str
    checked: CheckedTransport
    contract: Contract

    async def farm(self) -> Aoi:
        """Return the area of interest everything happens on."""
        aois = [aoi async for aoi in self.client.aois.iterate()]
        return next(aoi for aoi in aois if aoi.name == FARM)

    async def visualization(self, index_name: str = "NDVI") -> Visualization:
        """Return a visualization of the farm, by its index's name, which lean lists do not tell."""
        aoi = await self.farm()
        index_ids = {index.id async for index in self.client.indices.iterate() if index.name == index_name}
        found = self.client.visualizations.iterate(aoi.aoi_id, VisualizationQuery())
        return next(item for item in [item async for item in found] if item.index_id in index_ids)

    async def asset(self) -> Asset:
        """Return a raster of the farm."""
        return (await self.client.assets.list((await self.farm()).aoi_id)).items[0]

    async def ready(self, ask: Callable[[], Awaitable[T]], is_ready: Callable[[T], bool]) -> T:
        """Ask until the sandbox's work in the background is done."""
        for _ in range(100):
            answer = await ask()
            if is_ready(answer):
                return answer
            await asyncio.to_thread(self.state.settle)
            await asyncio.sleep(0.05)
        raise AssertionError(f"never ready: {answer}")


Work = Callable[[SandboxClient], Awaitable[Any]]
CALLS: dict[str, Work] = {}


def calls(operation_id: str) -> Callable[[Work], Work]:
    """Enter a function as the way to call an operation; it asserts what must be true of the result."""

    def entered(work: Work) -> Work:
        assert operation_id not in CALLS, operation_id
        CALLS[operation_id] = work
        return work

    return entered
