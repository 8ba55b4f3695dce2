"""Stores that files are delivered to."""

from __future__ import annotations

import builtins

from ..decoding import decode
from ..models import Store, StoreCreate
from .base import Area, path_of, read_all


class Stores(Area):
    """Buckets of the customer."""

    async def list(self) -> builtins.list[Store]:
        """Return all stores, without their secrets.

        ``ListStores``, docs.pixxel.space/openapi.json
        """
        raw = await self._session.json("GET", "/v0/stores")
        return builtins.list(read_all(Store, decode.page_items(raw, "stores"), "stores"))

    async def create(self, new: StoreCreate) -> Store:
        """Make a store. Sent once; ``Conflict`` where the name is taken.

        ``CreateStore``, docs.pixxel.space/openapi.json
        """
        return await self._create("/v0/stores", Store, new.body(), "store")

    async def delete(self, store_id: str) -> None:
        """Delete a store; the content of its bucket stays. Sent once.

        ``DeleteStore``, docs.pixxel.space/openapi.json
        """
        await self._session.read("DELETE", path_of("stores", store_id))
