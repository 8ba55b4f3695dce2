"""Areas of interest, and the satellites they are looked at with."""

from __future__ import annotations

import builtins
from collections.abc import AsyncIterator
from dataclasses import replace

from ..decoding import decode
from ..models import Aoi, AoiCreate, AoiQuery, Satellite
from ..paging import PAGE_SIZE, Page, walk
from .base import Area, path_of, read_all


class Aois(Area):
    """Areas of interest."""

    async def list(self, query: AoiQuery | None = None, offset: int = 0, limit: int = PAGE_SIZE) -> Page[Aoi]:
        """Return one page; the filters are applied here too, since a server may ignore them.

        ``ListAOIs``, docs.pixxel.space/api-reference/aoi/list-all-aois
        """
        return await self._filtered(query or AoiQuery(), query or AoiQuery(), offset, limit)

    def iterate(self, query: AoiQuery | None = None) -> AsyncIterator[Aoi]:
        """Yield every matching area of interest.

        The name is matched here, since the server's way of matching is not documented.
        """
        wanted = query or AoiQuery()
        asked = replace(wanted, name=None)
        return walk(lambda offset: self._filtered(asked, wanted, offset, PAGE_SIZE), lambda aoi: aoi.aoi_id)

    async def _filtered(self, asked: AoiQuery, wanted: AoiQuery, offset: int, limit: int) -> Page[Aoi]:
        page = await self._page("/v0/aois", "aois", Aoi, asked.params(), offset, limit)
        kept = tuple(aoi for aoi in page.items if wanted.accepts(aoi))
        return replace(page, items=kept, filtered=len(page.items) - len(kept))

    async def get(self, aoi_id: str) -> Aoi:
        """Return one area of interest.

        ``GetAoiById``, docs.pixxel.space/developer/AOI/GetAOI
        """
        return await self._get(path_of("aoi", aoi_id), Aoi, "aoi")

    async def create(self, new: AoiCreate) -> Aoi:
        """Make an area of interest. Sent once; ``Conflict`` where the name is taken.

        ``AOICreateAOI``, docs.pixxel.space/apis/pixxel/AOICreateAOI
        """
        return await self._create("/v0/aois", Aoi, new.body(), "aoi")

    async def satellites(self) -> builtins.list[Satellite]:
        """Return all satellites on offer.

        ``ListSatellites``, docs.pixxel.space/developer/search/list-supported-satellites.md
        """
        raw = await self._session.json("GET", "/v0/satellites")
        return builtins.list(read_all(Satellite, decode.page_items(raw, "satellites"), "satellites"))
