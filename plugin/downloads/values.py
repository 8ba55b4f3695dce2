"""Value rasters: from the asset's own URL, or else as a package that the server prepares.

The part file of an interrupted load stays in a folder, so that the next load resumes it.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ..api.errors import ApiError, NotFound
from ..api.transport.checksums import multihash
from ..api.transport.part_file import sweep
from ..catalog.visualization_item import AcquisitionDate, VisualizationItem, assets_by_key
from ..worker.background import in_stoppable_thread
from .archives import raster_in
from .computed_values import compute, formula_of, image_of
from .errors import ArchiveRefused, AssetNotReady, DownloadFailed, NoValues
from .journal import Journal
from .package_requests import PackageSource

if TYPE_CHECKING:
    from ..api.client import ApiClient
    from ..api.models import Asset

    Sleep = Callable[[float], Awaitable[None]]
    ByteReport = Callable[[int, int | None], None]

PARTS = ".parts"
_JOURNAL = "packages.json"
_COMPUTED_AT_ONCE = 2  # each more would take memory, and keep the window waiting
_logger = logging.getLogger(__name__)


class ValueSource:
    """Fetches the value rasters of one visualization; its AOI's assets are listed once, and only if needed.

    Args:
        parts: a folder that outlives the load, on the disk of the folders given to ``fetch``; there only while needed.
    """

    def __init__(self, client: ApiClient, item: VisualizationItem, parts: Path, sleep: Sleep = asyncio.sleep) -> None:
        self._client = client
        self._item = item
        self._parts = parts
        self._sleep = sleep
        self._lock = asyncio.Lock()
        self._computing = asyncio.Semaphore(_COMPUTED_AT_ONCE)
        self._listed: list[Asset] | None = None

    async def fetch(self, date: AcquisitionDate, folder: Path, report: ByteReport) -> Path:
        """Return a TIFF of one date inside ``folder``, where pieces may lie about, too.

        Raises:
            NoValues: the server has none, and no image that they can be computed from.
            AssetNotReady: it has not finished them.
            DownloadFailed, ArchiveRefused: it could not be had.
            ApiError: the server refused or could not be reached.
        """
        asset = date.asset or assets_by_key(self._item, await self._assets()).get(date.key)
        try:
            return await self._given(asset, date, folder, report)
        except NoValues as error:
            image = image_of(await self._assets(), date)
            if image is None or not self._item.expression:
                raise
            _logger.info("%s; they are computed from the image %s", error, image.id)
            return await self._computed(image, date, folder, report)
        finally:
            self._tidy()

    async def _given(self, asset: Asset | None, date: AcquisitionDate, folder: Path, report: ByteReport) -> Path:
        """Fetch the values that the server has."""
        if asset is None:
            raise NoValues(date.label)
        if asset.state.is_under_way or asset.state.has_failed:
            raise AssetNotReady(asset.id, asset.state, asset.status, date.label)
        return await self._either(asset, date, folder, report)

    async def _computed(self, image: Asset, date: AcquisitionDate, folder: Path, report: ByteReport) -> Path:
        """Fetch the image of a date, and compute its values."""
        expressions = formula_of(self._item, date)
        bands = await self._given(image, date, folder, report)
        target = folder / "computed.tif"
        async with self._computing:
            return await in_stoppable_thread(partial(compute, bands, image, date, expressions, target))

    async def _assets(self) -> list[Asset]:
        async with self._lock:
            if self._listed is None:
                self._listed = [asset async for asset in self._client.assets.iterate(self._item.aoi_id)]
        return self._listed

    async def _either(self, asset: Asset, date: AcquisitionDate, folder: Path, report: ByteReport) -> Path:
        """Fetch from the asset's own URL, else as a package; if there is none, raise the error of the URL."""
        refused: ArchiveRefused | None = None
        try:
            direct = await self._direct(asset, date, folder, report)
            if direct is not None:
                return direct
        except ArchiveRefused as error:
            _logger.info("What is at the address of %s is no raster, a package is asked for: %s", date.key, error)
            refused = error
        try:
            return await self._packaged(asset, date, folder, report)
        except NoValues as error:
            raise refused or error from error

    async def _direct(self, asset: Asset, date: AcquisitionDate, folder: Path, report: ByteReport) -> Path | None:
        """Fetch the asset's own URL; return ``None`` where nothing can be downloaded from it.

        Raises:
            ArchiveRefused: the downloaded file is no raster.
        """
        if urlsplit(asset.path or "").scheme not in ("http", "https"):
            return None
        try:
            file = await self._client.files.fetch(
                asset.path or "",
                folder / "direct",
                report,
                part=self._part(asset, "direct"),
                sums=multihash((asset.model_extra or {}).get("file:checksum")),
            )
            return await in_stoppable_thread(partial(raster_in, file, folder, date.day))
        except ApiError as error:
            _logger.info("The raster of %s is not at its address and is asked for as a package: %s", date.key, error)
            return None

    async def _packaged(self, asset: Asset, date: AcquisitionDate, folder: Path, report: ByteReport) -> Path:
        """Have a package made and fetch it; one asked for by a load that was stopped is taken up."""
        journal = Journal(self._parts / _JOURNAL)
        order = journal.find(self._item.aoi_id, (asset.id,))
        source = PackageSource(
            self._client,
            *order.key,
            self._sleep,
            known=order.download_id,
            on_known=lambda known: journal.put(replace(order, download_id=known)),
        )
        try:
            file = await source.fetch(folder / "package", report, self._part(asset, "package"))
            journal.remove(order)
            return await in_stoppable_thread(partial(raster_in, file, folder, date.day))
        except NotFound as error:
            journal.remove(order)
            raise NoValues(date.label) from error
        except DownloadFailed as error:
            if error.status != "timeout":
                journal.remove(order)
            raise

    def _part(self, asset: Asset, kind: str) -> Path:
        """Return where the part of an asset's file lies; its id is the server's, and no name for a file."""
        return self._parts / f".{hashlib.sha256(asset.id.encode()).hexdigest()[:16]}.{kind}.part"

    def _tidy(self) -> None:
        """Remove leftovers that no load will resume, and the folder if it is then empty."""
        if self._parts.is_dir():
            sweep(self._parts)
            with suppress(OSError):
                self._parts.rmdir()
