"""The archive: STAC collections and their items."""

from __future__ import annotations

import builtins
from collections.abc import AsyncIterator, Sequence
from functools import partial

from ..decoding import decode
from ..models import StacCollection, StacItem, StacSearch
from ..paging import PAGE_SIZE, Page, walk
from .base import Area, path_of, read_all


class Archives(Area):
    """Scenes taken so far, by collection."""

    async def collections(self, ids: Sequence[str] = ()) -> builtins.list[StacCollection]:
        """Return all collections, or those of some ids.

        ``ListCollections``, docs.pixxel.space/api-reference/archives/list-all-collections
        """
        raw = await self._session.json("GET", "/v0/archives/collections", params={"ids": ",".join(ids) or None})
        return builtins.list(read_all(StacCollection, decode.page_items(raw, "collections"), "collections"))

    async def collection(self, collection_id: str) -> StacCollection:
        """Return one collection.

        ``GetCollectionById``, docs.pixxel.space/openapi.json
        """
        return await self._get(path_of("archives", "collections", collection_id), StacCollection, "collection")

    async def items(self, collection_id: str, offset: int = 0, limit: int = PAGE_SIZE) -> Page[StacItem]:
        """Return one page of a collection; there is no total, so the list ends with an empty page.

        ``ListItemInCollection``, docs.pixxel.space/api-reference/archives/list-items-in-a-collection
        """
        path = path_of("archives", "collections", collection_id, "items")
        return await self._page(path, "features", StacItem, {}, offset, limit)

    def iterate_items(self, collection_id: str) -> AsyncIterator[StacItem]:
        """Yield every item of a collection."""
        return walk(partial(self.items, collection_id), lambda item: item.id)

    async def item(self, collection_id: str, item_id: str) -> StacItem:
        """Return one item.

        ``GetCollectionItemById``, docs.pixxel.space/api-reference/archives/get-item
        """
        return await self._get(path_of("archives", "collections", collection_id, "items", item_id), StacItem, "item")

    async def search(self, search: StacSearch, offset: int = 0, limit: int = PAGE_SIZE) -> Page[StacItem]:
        """Return one page of the items that fit; a read, although it is a POST.

        ``SearchItemInArchive``, docs.pixxel.space/api-reference/archives/search-all-items
        """
        return await self._page(
            "/v0/archives/search", "features", StacItem, search.body(), offset, limit, method="POST"
        )

    def iterate_search(self, search: StacSearch) -> AsyncIterator[StacItem]:
        """Yield every item that fits."""
        return walk(partial(self.search, search), lambda item: item.id)
