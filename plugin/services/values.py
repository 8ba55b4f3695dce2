"""Value rasters: from the asset's own address, or else as a package the server prepares."""

from __future__ import annotations

import asyncio
import datetime
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ..api.decode import day_of
from ..api.errors import ApiError, Forbidden, NotAuthorised, NotFound
from .background import in_thread
from .packages import raster_in
from .problems import ArchiveRefused, DownloadFailed, NoValues
from .visualization_item import AcquisitionDate, VisualizationItem, is_value_asset

if TYPE_CHECKING:
    from ..api.client import ApiClient
    from ..api.models import Asset, Download

    Sleep = Callable[[float], Awaitable[None]]
    ByteReport = Callable[[int, int | None], None]

_FIRST_WAIT, _GROWTH, _LONGEST_WAIT, _PATIENCE = 2.0, 1.5, 30.0, 1800.0
_logger = logging.getLogger(__name__)


class ValueSource:
    """Fetches the value rasters of one visualization; its AOI's assets are listed once, and only if needed."""

    def __init__(self, client: ApiClient, item: VisualizationItem, sleep: Sleep = asyncio.sleep) -> None:
        self._client = client
        self._item = item
        self._sleep = sleep
        self._lock = asyncio.Lock()
        self._listed: dict[datetime.date, Asset] | None = None

    async def fetch(self, date: AcquisitionDate, folder: Path, report: ByteReport) -> Path:
        """Return a TIFF of one date inside ``folder``, where pieces may lie about, too.

        Raises:
            NoValues: the server has none.
            DownloadFailed, ArchiveRefused: it could not be had.
            ApiError: the server refused or could not be reached.
        """
        asset = date.asset or await self._asset(date.day)
        if asset is None:
            raise NoValues(date.day.isoformat())
        direct = await self._direct(asset, date, folder, report)
        return direct or await self._packaged(asset, date, folder, report)

    async def _asset(self, day: datetime.date) -> Asset | None:
        async with self._lock:
            if self._listed is None:
                self._listed = await self._list()
        return self._listed.get(day)

    async def _list(self) -> dict[datetime.date, Asset]:
        found: dict[datetime.date, Asset] = {}
        async for asset in self._client.assets.iterate(self._item.aoi_id):
            day = day_of(asset.date or "")
            if day is not None and asset.visualization_id == self._item.id and is_value_asset(asset):
                found.setdefault(day, asset)
        return found

    async def _direct(self, asset: Asset, date: AcquisitionDate, folder: Path, report: ByteReport) -> Path | None:
        """Fetch the asset's own address; ``None`` where that is no way to a raster."""
        if urlsplit(asset.path or "").scheme not in ("http", "https"):
            return None
        try:
            file = await self._client.files.fetch(asset.path or "", folder / f"{asset.id}.direct", report)
            return await in_thread(raster_in, file, folder, date.day)
        except (ApiError, ArchiveRefused) as error:
            _logger.info("The raster of %s is not at its address and is asked for as a package: %s", date.key, error)
            return None

    async def _packaged(self, asset: Asset, date: AcquisitionDate, folder: Path, report: ByteReport) -> Path:
        try:
            file = await self._package(asset, folder / f"{asset.id}.package", report)
        except NotFound as error:
            raise NoValues(date.day.isoformat()) from error
        return await in_thread(raster_in, file, folder, date.day)

    async def _package(self, asset: Asset, target: Path, report: ByteReport) -> Path:
        """Have a package made and fetch it; an address that has lapsed is asked for again, then made anew."""
        ready = await self._ready(await self._client.downloads.create(self._item.aoi_id, [asset.id]))
        try:
            return await self._client.files.fetch(ready.signed_url or "", target, report)
        except (NotAuthorised, Forbidden) as error:
            _logger.info("The address of a download has lapsed and is asked for again: %s", type(error).__name__)
        ready = await self._ready(await self._client.downloads.status(self._item.aoi_id, ready.download_id))
        try:
            return await self._client.files.fetch(ready.signed_url or "", target, report)
        except (NotAuthorised, Forbidden) as error:
            _logger.info("The address of a download has lapsed for good, it is made anew: %s", type(error).__name__)
        ready = await self._ready(await self._client.downloads.create(self._item.aoi_id, [asset.id]))
        return await self._client.files.fetch(ready.signed_url or "", target, report)

    async def _ready(self, download: Download) -> Download:
        waited, wait = 0.0, _FIRST_WAIT
        while not download.is_ready:
            if download.has_failed:
                raise DownloadFailed(download.status, download.download_id)
            if waited >= _PATIENCE:
                raise DownloadFailed("timeout", download.download_id)
            await self._sleep(wait)
            waited, wait = waited + wait, min(wait * _GROWTH, _LONGEST_WAIT)
            download = await self._client.downloads.status(self._item.aoi_id, download.download_id)
        return download
