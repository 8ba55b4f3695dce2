"""Visualizations of an area of interest."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator

from ..decoding import decode
from ..errors import BadAnswer, NotFound
from ..models import (
    LegendsByDate,
    MetadataRollback,
    MetadataUpdate,
    PngRequest,
    SldRequest,
    Visualization,
    VisualizationCreate,
    VisualizationQuery,
)
from ..paging import PAGE_SIZE, Page, walk
from ..transport.session import PNG_CAP, Session
from .base import Area, named, path_of, read_written
from .files import Files

_log = logging.getLogger(__name__)


class Visualizations(Area):
    """Indices drawn over an area of interest, with their legends, pictures and styles."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._files = Files(session)

    async def list(
        self, aoi_id: str, query: VisualizationQuery | None = None, offset: int = 0, limit: int = PAGE_SIZE
    ) -> Page[Visualization]:
        """Return one page; its records may be lean.

        ``ListVisualizations``, docs.pixxel.space/api-reference/visualizations/list-visualizations-for-an-aoi
        """
        path = path_of("aois", aoi_id, "visualizations")
        params = (query or VisualizationQuery()).params()
        for name in ("visualization_id", "index_id"):
            if params[name]:
                named(name, str(params[name]))
        return await self._page(path, "visualization", Visualization, params, offset, limit)

    def iterate(self, aoi_id: str, query: VisualizationQuery | None = None) -> AsyncIterator[Visualization]:
        """Yield every visualization that fits."""
        return walk(lambda offset: self.list(aoi_id, query, offset), lambda item: item.id)

    async def get(self, aoi_id: str, visualization_id: str) -> Visualization:
        """Return one visualization, out of a filtered list: the API has no other way.

        Raises:
            NotFound: it is not in the list.
        """
        query = VisualizationQuery(visualization_id=visualization_id)
        async for item in self.iterate(aoi_id, query):
            if item.id == visualization_id:
                return item
        path = path_of("aois", aoi_id, "visualizations")
        raise NotFound(404, message="no such visualization", method="GET", path=path)

    async def create(self, aoi_id: str, new: VisualizationCreate) -> Visualization:
        """Make a visualization; it comes back while still being computed. Sent once.

        ``CreateVisualization``, docs.pixxel.space/apis/pixxel/CreateVisualization
        """
        path = path_of("aois", aoi_id, "visualizations")
        return await self._create(path, Visualization, new.body(), "visualization")

    async def update_metadata(self, aoi_id: str, visualization_id: str, update: MetadataUpdate) -> LegendsByDate:
        """Write the legend of one mode and return the legends as the server now has them. Sent once.

        ``UpdateVisualizationMetadata``, docs.pixxel.space/apis/pixxel/UpdateVisualizationMetadata

        Raises:
            OutcomeUnknown: the answer was lost or cannot be read; look before writing again.
        """
        path = path_of("aois", aoi_id, "visualizations", visualization_id, "metadata")
        raw = await self._session.json("PUT", path, body=update.body())
        return _legends_answered(raw, update)

    async def rollback_metadata(self, aoi_id: str, visualization_id: str, rollback: MetadataRollback) -> Visualization:
        """Have one mode's legend recomputed for some dates, and return the full record. Sent once.

        ``RollbackVisualizationMetadata``, docs.pixxel.space/apis/pixxel/RollbackVisualizationMetadata

        Raises:
            OutcomeUnknown: the answer was lost or cannot be read; look before asking again.
        """
        path = path_of("aois", aoi_id, "visualizations", visualization_id, "metadata")
        raw = await self._session.json("PATCH", path, body=rollback.body())
        return read_written(Visualization, raw, "PATCH", path, "visualization")

    async def png(self, aoi_id: str, visualization_id: str, request: PngRequest) -> bytes:
        """Return the picture of one date and mode: a whole PNG, out of whatever it came in.

        ``GenerateIndexPng``, docs.pixxel.space/apis/pixxel/GenerateIndexPng
        """
        path = path_of("aois", aoi_id, "visualizations", visualization_id, "png")
        body = await self._session.read("POST", path, body=request.body(), cap=PNG_CAP)
        address = decode.link(body)
        return decode.png(await self._files.read(address) if address else body)

    async def sld(self, aoi_id: str, visualization_id: str, request: SldRequest) -> dict[str, dict[str, str]]:
        """Return style documents: mode -> date key -> XML. Documents that the server does not have are absent.

        ``GenerateVisualizationSLD``, docs.pixxel.space/openapi.json
        """
        path = path_of("aois", aoi_id, "visualizations", visualization_id, "sld")
        try:
            return await self._documents(path, request)
        except BadAnswer:
            if len(request.dates) * len(request.visualization_modes) <= 1:
                raise
        _log.info("SLD variant: documents have to be asked for one at a time")
        return await self._one_by_one(path, request)

    async def _one_by_one(self, path: str, request: SldRequest) -> dict[str, dict[str, str]]:
        result: dict[str, dict[str, str]] = {}
        for mode in request.visualization_modes:
            for date_key in request.dates:
                single = SldRequest(dates=(date_key,), visualization_modes=(mode,))
                result.setdefault(mode, {}).update((await self._documents(path, single)).get(mode, {}))
        return result

    async def _documents(self, path: str, request: SldRequest) -> dict[str, dict[str, str]]:
        body = await self._session.read("POST", path, body=request.body())
        found = decode.sld_documents(body, request.visualization_modes, request.dates)
        return {mode: {key: await self._text(each) for key, each in by_date.items()} for mode, by_date in found.items()}

    async def _text(self, document: str) -> str:
        if not document.startswith(("http://", "https://")):
            return document
        return (await self._files.read(document, with_key=False)).decode("utf-8", "replace")


def _legends_answered(raw: object, update: MetadataUpdate) -> LegendsByDate:
    found = raw
    for name in ("visualization", "metadata", "legend"):
        inside = found.get(name) if isinstance(found, dict) else None
        found = inside if isinstance(inside, (dict, list)) else found
    return decode.legends(found, update.visualization_mode, tuple(update.legend))
