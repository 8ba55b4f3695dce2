"""The catalogue of ordered scenes, their deliveries and packages."""

from __future__ import annotations

import builtins
from collections.abc import AsyncIterator
from functools import partial

from ..decoding import decode
from ..errors import BadAnswer, OutcomeUnknown
from ..models import (
    Catalog,
    CatalogDownloadCreate,
    CatalogSearch,
    Delivery,
    DeliveryCreate,
    DeliveryQuery,
    Download,
)
from ..paging import PAGE_SIZE, Page, walk
from .base import Area, path_of, read_all

_DELIVERIES = "/v0/catalogs/deliveries"


class Catalogs(Area):
    """Finished scenes of orders."""

    async def deliveries(self, query: DeliveryQuery | None = None) -> builtins.list[Delivery]:
        """Return all deliveries that fit.

        ``ListDeliveries``, docs.pixxel.space/openapi.json
        """
        raw = await self._session.json("GET", _DELIVERIES, params=(query or DeliveryQuery()).params())
        return builtins.list(read_all(Delivery, decode.page_items(raw, "deliveries"), "deliveries"))

    async def create_deliveries(self, new: DeliveryCreate) -> builtins.list[Delivery]:
        """Begin deliveries into stores. Sent once.

        ``CreateDelivery``, docs.pixxel.space/openapi.json

        Raises:
            OutcomeUnknown: the answer was lost or cannot be read; look at ``deliveries`` before asking again.
        """
        raw = await self._session.json("POST", _DELIVERIES, body=new.body())
        try:
            return builtins.list(read_all(Delivery, decode.page_items(raw, "deliveries"), "deliveries"))
        except BadAnswer as error:
            raise OutcomeUnknown("POST", _DELIVERIES, error) from error

    async def create_download(self, new: CatalogDownloadCreate) -> Download:
        """Have scenes packed. Sent once.

        ``CreateDownload``, docs.pixxel.space/openapi.json
        """
        return await self._create("/v0/catalogs/download", Download, new.body(), "download")

    async def download(self, download_id: str) -> Download:
        """Return how far a package is.

        ``GetDownloadById``, docs.pixxel.space/apis/pixxel/GetDownloadById
        """
        return await self._get(path_of("catalogs", "download", download_id), Download, "download")

    async def search(self, search: CatalogSearch, offset: int = 0, limit: int = PAGE_SIZE) -> Page[Catalog]:
        """Return one page of the scenes that fit; a read, although it is a POST.

        ``SearchCatalogs``, docs.pixxel.space/api-reference/catalog/search-all-catalogs
        """
        return await self._page("/v0/catalogs/search", "catalogs", Catalog, search.body(), offset, limit, method="POST")

    def iterate_search(self, search: CatalogSearch) -> AsyncIterator[Catalog]:
        """Yield every scene that fits."""
        return walk(partial(self.search, search), lambda catalog: catalog.id)

    async def get(self, catalog_id: str) -> Catalog:
        """Return one scene.

        ``GetCatalogById``, docs.pixxel.space/openapi.json
        """
        return await self._get(path_of("catalogs", catalog_id), Catalog, "catalog")
