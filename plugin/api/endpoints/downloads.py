"""Packages of assets."""

from __future__ import annotations

from collections.abc import Sequence

from ..models import AoiDownloadCreate, Download
from .base import Area, path_of


class Downloads(Area):
    """Have assets packed, and ask whether they are."""

    async def create(self, aoi_id: str, asset_ids: Sequence[str]) -> Download:
        """Ask for a package of assets. Sent once.

        ``AOICreateDownload``, docs.pixxel.space/api-reference/downloads/create-a-download-request-for-assets-in-an-aoi
        """
        body = AoiDownloadCreate.model_validate({"asset_ids": asset_ids}).body()
        return await self._create(path_of("aois", aoi_id, "downloads"), Download, body, "download")

    async def status(self, aoi_id: str, download_id: str) -> Download:
        """Return how far a package is.

        ``GetDownloadStatus``, docs.pixxel.space/apis/pixxel/GetDownloadStatus
        """
        return await self._get(path_of("aois", aoi_id, "downloads", download_id), Download, "download")
