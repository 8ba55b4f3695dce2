"""One package of assets: asked for, waited for, fetched, and asked for again where its address has lapsed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ..api.errors import ApiError, BadAnswer, ForeignAnswer, InvalidConfig, NotFound, OutcomeUnknown, ServerFailed
from .errors import DownloadFailed

if TYPE_CHECKING:
    from ..api.client import ApiClient
    from ..api.models import Download

    Sleep = Callable[[float], Awaitable[None]]
    ByteReport = Callable[[int, int | None], None]

_FIRST_WAIT, _GROWTH, _LONGEST_WAIT, _PATIENCE = 2.0, 1.5, 30.0, 1800.0
# stores' status codes for an expired URL: 400 (Google), 403 (Amazon, Azure), or that the file is gone
_LAPSED = frozenset({400, 401, 403, 404, 410})
_logger = logging.getLogger(__name__)


class PackageSource:
    """A source that downloads one package of assets to disk.

    Args:
        known: the server's id of a package requested before; it is resumed if the server still has it.
        on_known: called with the id as soon as there is one, and with an empty text when it has become invalid.
    """

    def __init__(
        self,
        client: ApiClient,
        aoi_id: str,
        asset_ids: tuple[str, ...],
        sleep: Sleep = asyncio.sleep,
        *,
        known: str = "",
        on_known: Callable[[str], object] = len,
    ) -> None:
        self._client = client
        self._aoi_id = aoi_id
        self._asset_ids = asset_ids
        self._sleep = sleep
        self._known = known
        self._on_known = on_known

    async def fetch(self, target: Path, report: ByteReport, part: Path | None = None) -> Path:
        """Download the package to ``target``; keep the part file when interrupted.

        Raises:
            DownloadFailed: the server did not create it, took too long, returned no id of it, or refuses its URL.
            ApiError: it cannot be downloaded.
            OSError: it cannot be written.
        """
        download = await self._begun()
        for renewed in (self._asked_again, self._created, None):
            ready = await self._ready(download)
            try:
                return await self._fetched(ready, target, report, part)
            except ApiError as error:
                if getattr(error, "status", None) not in _LAPSED:
                    raise
                if renewed is None and isinstance(error, ForeignAnswer):
                    raise
                if renewed is None:
                    raise DownloadFailed("refused", ready.download_id) from error
                _logger.info("The address of a download has lapsed: %s", type(error).__name__)
            download = await renewed()
        raise AssertionError("the last turn returns or raises")

    async def _fetched(self, ready: Download, target: Path, report: ByteReport, part: Path | None) -> Path:
        source = f"download {self._aoi_id}/{ready.download_id}"
        try:
            return await self._client.files.fetch(ready.signed_url, target, report, source=source, part=part)
        except InvalidConfig as error:  # the address, not the connection's
            raise DownloadFailed("address", ready.download_id) from error

    async def _begun(self) -> Download:
        """Take up the package known before, if there is one and it may still come."""
        return await self._asked_again() if self._known else await self._created()

    async def _asked_again(self) -> Download:
        try:
            found = await self._client.downloads.status(self._aoi_id, self._known)
        except NotFound:
            _logger.info("A package is gone, and is requested again")
            return await self._created()
        return await self._created() if found.has_failed else found

    async def _created(self) -> Download:
        self._know("")
        try:
            created = await self._client.downloads.create(self._aoi_id, self._asset_ids)
        except OutcomeUnknown as error:
            if isinstance(error.cause, ForeignAnswer | ServerFailed):
                raise error.cause from error
            answered = isinstance(error.cause, BadAnswer)
            raise DownloadFailed("unnamed" if answered else "unanswered", "") from error
        self._know(created.download_id)
        return created

    async def _ready(self, download: Download) -> Download:
        """Ask until the package is made, in growing pauses."""
        waited, wait = 0.0, _FIRST_WAIT
        while not download.is_ready:
            if download.has_failed:
                self._know("")
                raise DownloadFailed(download.status, download.download_id)
            if waited >= _PATIENCE:
                raise DownloadFailed("timeout", download.download_id)
            await self._sleep(wait)
            waited, wait = waited + wait, min(wait * _GROWTH, _LONGEST_WAIT)
            download = await self._client.downloads.status(self._aoi_id, download.download_id)
        return download

    def _know(self, download_id: str) -> None:
        if download_id != self._known:
            self._known = download_id
            self._on_known(download_id)
