"""The search for scenes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

from ..models import SearchRequest, StacItem
from ..models.search import page_facts, scenes_in
from ..paging import MOST_PAGES
from .area import Area, read_all


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Scenes found; ``total`` where the server tells how many there are, ``next_token`` where it goes on with one."""

    items: tuple[StacItem, ...]
    total: int | None = None
    next_token: str | None = None


class Search(Area):
    """Scenes on offer for a polygon and a time."""

    async def images(self, request: SearchRequest) -> SearchResult:
        """Return the scenes of one answer, whichever way it groups them.

        ``SearchSatelliteImages``, docs.pixxel.space/apis/pixxel/SearchSatelliteImages
        """
        raw = await self._session.json("POST", "/v0/search", body=request.body())
        total, token = page_facts(raw)
        return SearchResult(read_all(StacItem, scenes_in(raw), "items"), total, token)

    async def iterate(self, request: SearchRequest) -> AsyncIterator[StacItem]:
        """Yield every scene once, cursor after cursor where the server gives them."""
        seen: set[str] = set()
        for _ in range(MOST_PAGES):
            result = await self.images(request)
            fresh = [item for item in result.items if item.id not in seen]
            for item in fresh:
                seen.add(item.id)
                yield item
            if result.next_token is None or not fresh:
                return
            request = request.model_copy(update={"next_token": result.next_token})
