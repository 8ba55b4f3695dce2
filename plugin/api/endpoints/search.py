"""The search for scenes."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

from ..models import SearchRequest, StacItem
from ..models.search import MOST_SCENES, page_facts, scenes_in
from ..paging import ListGuard, note_early_end
from .base import Area, read_all

_GROWTH = 4

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Scenes found; ``total`` if the server declares their number, ``next_token`` if it pages by a cursor."""

    items: tuple[StacItem, ...]
    total: int | None = None
    next_token: str | None = None


class Search(Area):
    """Scenes on offer for a polygon and a time."""

    async def images(self, request: SearchRequest) -> SearchResult:
        """Return the scenes of one answer, whichever way it groups them.

        ``SearchSatelliteImages``, docs.pixxel.space/apis/pixxel/SearchSatelliteImages
        """
        body = request.body()
        if request.limit is None:
            raw = await self._asked("POST", "/v0/search", body)
        else:
            raw = await self._ask("/v0/search", body, "limit", "POST")
        total, token = page_facts(raw)
        return SearchResult(read_all(StacItem, scenes_in(raw), "items"), total, token)

    async def iterate(self, request: SearchRequest) -> AsyncIterator[StacItem]:
        """Yield every scene once."""
        async for page in self.pages(request):
            for item in page.items:
                yield item

    async def pages(self, request: SearchRequest) -> AsyncIterator[SearchResult]:
        """Yield answer after answer, each with the scenes that are new.

        Cursors are followed where the server gives them. The schema has none, and nothing else to ask for the next
        page by: an answer that is not all is then asked for again with a higher limit.
        """
        guard = ListGuard()
        following: SearchRequest | None = request
        while following is not None:
            request, result = following, await self.images(following)
            fresh = {item.id: item for item in result.items if item.id not in guard.seen}
            end = guard.add([item.id for item in result.items])
            yield replace(result, items=tuple(fresh.values()))
            # A higher limit that brings nothing new meets the server's own limit: who counts the scenes says so.
            has_following = bool(fresh) or result.next_token is not None
            following = _following(request, result, len(guard.seen)) if has_following else None
            if end is not None and following is not None:
                if result.total is None or len(guard.seen) < result.total:
                    note_early_end(end, len(guard.seen))
                return


def _following(request: SearchRequest, result: SearchResult, seen: int) -> SearchRequest | None:
    """Return the request for the next scenes, or ``None`` if there are none or they cannot be requested."""
    if result.next_token is not None:
        return request.model_copy(update={"next_token": result.next_token})
    limit = request.limit or len(result.items)
    if seen >= result.total if result.total is not None else len(result.items) < limit:
        return None
    larger = min(max(result.total or 0, limit * _GROWTH), MOST_SCENES)
    if larger <= limit:
        _log.warning("search ended early: there is no way to ask for more than %d scenes", limit)
        return None
    return request.model_copy(update={"limit": larger, "next_token": None})
