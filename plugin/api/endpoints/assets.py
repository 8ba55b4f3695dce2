"""Assets of an area of interest."""

from __future__ import annotations

from collections.abc import AsyncIterator

from ..models import Asset
from ..paging import PAGE_SIZE, Page, walk
from .base import Area, path_of


class Assets(Area):
    """Mosaics, scenes and rasters of visualizations."""

    async def list(self, aoi_id: str, offset: int = 0, limit: int = PAGE_SIZE) -> Page[Asset]:
        """Return one page.

        ``ListAssets``, docs.pixxel.space/api-reference/assets/list-assets-for-an-aoi
        """
        return await self._page(path_of("aois", aoi_id, "assets"), "assets", Asset, {}, offset, limit)

    def iterate(self, aoi_id: str) -> AsyncIterator[Asset]:
        """Yield every asset of an area of interest."""
        return walk(lambda offset: self.list(aoi_id, offset), lambda asset: asset.id)
