"""Spectral indices."""

from __future__ import annotations

from collections.abc import AsyncIterator

from ..models import Index, IndexCreate, IndexQuery
from ..paging import PAGE_SIZE, Page, walk
from .base import Area


class Indices(Area):
    """Preset and custom indices."""

    async def list(self, query: IndexQuery | None = None, offset: int = 0, limit: int = PAGE_SIZE) -> Page[Index]:
        """Return one page.

        ``ListIndices``, docs.pixxel.space/openapi.json
        """
        params = (query or IndexQuery()).params()
        return await self._page("/v0/indices", "indices", Index, params, offset, limit)

    def iterate(self, query: IndexQuery | None = None) -> AsyncIterator[Index]:
        """Yield every index that fits."""
        return walk(lambda offset: self.list(query, offset), lambda index: index.id)

    async def create(self, new: IndexCreate) -> Index:
        """Make a custom index. Sent once.

        ``CreateIndex``, docs.pixxel.space/apis/pixxel/CreateIndex
        """
        return await self._create("/v0/indices", Index, new.body(), "index")
