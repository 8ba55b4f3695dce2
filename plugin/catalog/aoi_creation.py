"""New areas of interest."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..api.client import ApiClient
    from ..api.models import Aoi, AoiCreate


async def create_aoi(client: ApiClient, wanted: AoiCreate) -> Aoi:
    """Create an area of interest."""
    return await client.aois.create(wanted)
