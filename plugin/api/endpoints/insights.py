"""Insights: blocks run over an area of interest."""

from __future__ import annotations

import builtins

from ..decoding import decode
from ..errors import BadAnswer, OutcomeUnknown
from ..models import (
    Download,
    Insight,
    InsightCreate,
    InsightCreated,
    InsightDownloadRequest,
    InsightEstimate,
    InsightQuery,
)
from .base import Area, named, path_of, read_all


class Insights(Area):
    """Runs of single blocks. Each costs tokens: ask ``estimate`` first."""

    async def estimate(self, aoi_id: str, new: InsightCreate) -> InsightEstimate:
        """Return the price of a run in tokens; nothing is started.

        ``createInsights`` with ``estimate``, docs.pixxel.space/openapi.json

        Raises:
            OutcomeUnknown: a price is not in the answer, so a run may have begun; look at ``list``.
        """
        path = path_of("aoi", aoi_id, "insights")
        found = await self._write("POST", path, InsightEstimate, {**new.body(), "estimate": True})
        if found.estimate is None:
            raise OutcomeUnknown("POST", path, BadAnswer("estimate", "a price is expected"))
        return found

    async def create(self, aoi_id: str, new: InsightCreate) -> InsightCreated:
        """Begin a run. Costs tokens, sent once.

        ``createInsights``, docs.pixxel.space/openapi.json

        Raises:
            OutcomeUnknown: the answer was lost or cannot be read; look at ``list`` before asking again.
        """
        return await self._create(path_of("aoi", aoi_id, "insights"), InsightCreated, new.body(), "insight")

    async def list(self, aoi_id: str, query: InsightQuery | None = None) -> builtins.list[Insight]:
        """Return all insights of an area of interest that fit.

        ``listInsights``, docs.pixxel.space/openapi.json
        """
        params = (query or InsightQuery()).params()
        raw = await self._session.json("GET", path_of("aoi", aoi_id, "insights"), params=params)
        return builtins.list(read_all(Insight, decode.page_items(raw, "insights"), "insights"))

    async def download(self, aoi_id: str, insight_id: str, request: InsightDownloadRequest | None = None) -> Download:
        """Request a package of an insight's files, or its progress; repeat the call to poll.

        ``downloadInsights``, docs.pixxel.space/api-reference/insights/download-insights
        """
        path = path_of("aoi", aoi_id, "insights", insight_id, "download")
        return await self._write("PUT", path, Download, (request or InsightDownloadRequest()).body())

    async def delete(self, aoi_id: str, insight_id: str, project_id: str) -> None:
        """Remove an insight and its files for good. Sent once.

        ``deleteInsights``, docs.pixxel.space/openapi.json
        """
        path = path_of("aoi", aoi_id, "insights", insight_id)
        await self._session.read("DELETE", path, params={"project_id": named("project_id", project_id)})
