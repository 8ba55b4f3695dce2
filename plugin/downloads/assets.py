"""Assets of an AOI brought into a folder: packed by the server, fetched, checked, unpacked; taken up where it stopped.

A journal in the folder keeps which package was asked for and which files came of it. The package itself, whole or in
part, lies in a folder of its own inside, which goes when nothing is left to do.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import shutil
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from ..api.errors import ApiError
from ..api.status import State
from ..api.transport.part_file import KEPT_DAYS, sweep
from ..catalog.errors import ServiceProblem, UnknownName
from ..files.file_lock import open_locked
from ..files.names import readable_name
from ..worker.background import in_thread
from ..worker.progress import Progress
from .errors import ArchiveRefused, AssetNotReady, NoAssets
from .journal import Journal, PackageOrder
from .package_requests import PackageSource
from .unpacking import Placed, unpack

if TYPE_CHECKING:
    from ..api.client import ApiClient
    from ..api.models import Asset
    from ..worker.progress import Report

    Sleep = Callable[[float], Awaitable[None]]

JOURNAL = "downloads.json"
WORK = ".downloads"
AT_MOST = 10  # assets in a package: one that fails does not take all along, and the disk holds one package at a time
_STEPS = 1000
_FETCHED = 900  # of the steps of a package; the rest is for unpacking
_DAY = 24 * 60 * 60.0
_MEGABYTE = 1_000_000
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DownloadResult:
    """The result of a download.

    Attributes:
        files: every file of the assets now present.
        problems: the assets of each package that could not be downloaded, with the error.
        unready: assets without a file, unfinished or failed; not requested.
    """

    folder: Path
    files: tuple[Path, ...] = ()
    problems: tuple[tuple[tuple[str, ...], Exception], ...] = ()
    unready: tuple[AssetNotReady, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """Return the ids of the assets that did not come."""
        return tuple(asset_id for asset_ids, _ in self.problems for asset_id in asset_ids)


async def download_assets(
    client: ApiClient,
    aoi_id: str,
    asset_ids: Sequence[str] | None,
    folder: Path,
    report: Report,
    sleep: Sleep = asyncio.sleep,
) -> DownloadResult:
    """Download the files of assets (``None`` or empty: all assets of the AOI) into a folder.

    The same call repeated, also in another process, resumes where the last one stopped: the server's package is reused,
    bytes already received are not fetched again, and files present unchanged are not requested.

    Raises:
        UnknownName: an asset that the AOI does not have.
        NoAssets: the AOI has none, or none of the requested ones is ready.
        ApiError: the assets cannot be listed.
        OSError: the folder cannot be written, or the disk is full.
    """
    listed = {asset.id: asset async for asset in client.assets.iterate(aoi_id)}
    wanted, unready = _wanted(aoi_id, listed, list(dict.fromkeys(asset_ids or ())))
    work = folder / WORK
    work.mkdir(parents=True, exist_ok=True)
    try:
        journal = Journal(folder / JOURNAL)
        orders = _orders(journal, aoi_id, wanted, listed)
        return await _Download(client, folder, journal, orders, listed, report, sleep).all(unready)
    finally:
        _tidy(work)


def _wanted(aoi_id: str, listed: dict[str, Asset], asked: list[str]) -> tuple[list[str], tuple[AssetNotReady, ...]]:
    """Return the assets to fetch, and those that have no file; one in a package would spoil it for the others."""
    for asset_id in asked:
        if asset_id not in listed:
            raise UnknownName("asset", asset_id)
    chosen = [listed[asset_id] for asset_id in asked] or list(listed.values())
    wanted = [asset.id for asset in chosen if asset.state.is_usable or asset.state is State.UNKNOWN]
    unready = tuple(
        AssetNotReady(asset.id, asset.state, asset.status) for asset in chosen if asset.id not in set(wanted)
    )
    if not wanted:
        raise NoAssets(aoi_id, unready)
    return wanted, unready


def _orders(journal: Journal, aoi_id: str, wanted: list[str], listed: dict[str, Asset]) -> list[PackageOrder]:
    """Take up the packages known from before, and divide the rest into new ones.

    Assets whose state is a word that is not known are packed apart: the server may refuse them.
    """
    rest = dict.fromkeys(wanted)
    orders = []
    for order in journal.orders():
        if order.aoi_id == aoi_id and order.asset_ids and all(one in rest for one in order.asset_ids):
            orders.append(order)
            rest = {one: None for one in rest if one not in order.asset_ids}
    doubtful = [one for one in rest if listed[one].state is State.UNKNOWN]
    certain = [one for one in rest if one not in doubtful]
    packages = [ids[at : at + AT_MOST] for ids in (certain, doubtful) for at in range(0, len(ids), AT_MOST)]
    return orders + [PackageOrder(aoi_id, tuple(ids)) for ids in packages]


@dataclass(frozen=True)
class _Download:
    """One download under way: its packages in turn."""

    client: ApiClient
    folder: Path
    journal: Journal
    orders: list[PackageOrder]
    assets: dict[str, Asset]
    report: Report
    sleep: Sleep

    async def all(self, unready: tuple[AssetNotReady, ...]) -> DownloadResult:
        files: dict[Path, None] = {}
        problems: list[tuple[tuple[str, ...], Exception]] = []
        for number, order in enumerate(self.orders):
            watch = _Watch(self.report, number, len(self.orders))
            watch.report(0, "")
            try:
                placed = await self._one(order, watch)
            except (ApiError, ServiceProblem) as error:
                _logger.warning("%d assets were not downloaded: %s", len(order.asset_ids), error)
                problems.append((order.asset_ids, error))
            else:
                files |= dict.fromkeys(self.folder / file.name for file in placed)
            watch.report(_STEPS, "")
        return DownloadResult(self.folder, tuple(files), tuple(problems), unready)

    async def _one(self, order: PackageOrder, watch: _Watch) -> tuple[Placed, ...]:
        """Return the files of a package: those already present, or else freshly unpacked ones."""
        if bool(order.files) and await in_thread(_are_in, order.files, self.folder):
            return order.files
        with _claimed(self.folder / WORK, order) as package:
            if not package.exists():
                await self._source(order).fetch(package, watch.fetched)
            try:
                placed = await self._unpacked(order, package, watch)
            except ArchiveRefused:
                self.journal.put(replace(order, download_id=""))
                package.unlink(missing_ok=True)
                raise
            self.journal.put(replace(self.journal.find(*order.key), files=placed))
            package.unlink(missing_ok=True)
        return placed

    def _source(self, order: PackageOrder) -> PackageSource:
        def note(download_id: str) -> None:
            self.journal.put(replace(order, download_id=download_id))

        known = order.download_id
        return PackageSource(self.client, *order.key, self.sleep, known=known, on_known=note)

    async def _unpacked(self, order: PackageOrder, package: Path, watch: _Watch) -> tuple[Placed, ...]:
        """Unpack in a thread, which ends soon when this is cancelled."""
        stop, loop = threading.Event(), asyncio.get_running_loop()

        def on_bytes(done: int, size: int) -> None:
            if stop.is_set():
                raise _Stopped
            loop.call_soon_threadsafe(watch.unpacked, done, size)

        ours = {file.name: file.sha256 for file in order.files}
        work = in_thread(unpack, package, self.folder, alone=self._alone(order), ours=ours, on_bytes=on_bytes)
        task = asyncio.ensure_future(work)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            stop.set()
            await asyncio.wait([task])
            if not task.cancelled():
                task.exception()  # retrieved so that asyncio does not warn; the result is no longer awaited
            raise

    def _alone(self, order: PackageOrder) -> str:
        """Return the name of the one file of a package that is no package."""
        asset = self.assets.get(order.asset_ids[0])
        name = asset.name.strip() if asset is not None else ""
        return readable_name(name.removesuffix(".tif") or order.asset_ids[0])


class _Stopped(Exception):
    """Ends the work in a thread."""


class _Watch:
    """A throttled progress reporter for one package of several, in thousandths."""

    def __init__(self, report: Report, number: int, total: int) -> None:
        self._report = report
        self._number, self._total = number, total
        self._last: tuple[int, int] | None = None

    def fetched(self, done: int, size: int | None) -> None:
        """Report the bytes received."""
        progress_text = f"{done / _MEGABYTE:.0f} / {size / _MEGABYTE:.0f} MB" if size else f"{done / _MEGABYTE:.0f} MB"
        self._seldom(_FETCHED * done // size if size else 0, done, progress_text)

    def unpacked(self, done: int, size: int) -> None:
        """Report the bytes unpacked."""
        part = (_STEPS - _FETCHED) * done // size if size else 0
        self._seldom(min(_FETCHED + part, _STEPS), done, f"{done / _MEGABYTE:.0f} MB")

    def report(self, step: int, text: str, bytes_done: int = 0) -> None:
        """Report the progress step of the package with a text."""
        place = f"{self._number + 1}/{self._total}"
        words = f"{place}: {text}" if text else place
        self._report(Progress(self._number * _STEPS + step, self._total * _STEPS, words, bytes_done))

    def _seldom(self, step: int, done: int, text: str) -> None:
        mark = (step // 10, done // (10 * _MEGABYTE))
        if mark != self._last:
            self._last = mark
            self.report(step, text, done)


def _are_in(files: Sequence[Placed], folder: Path) -> bool:
    return all(file.is_in(folder) for file in files)


@contextmanager
def _claimed(work: Path, order: PackageOrder) -> Iterator[Path]:
    """Yield the path of an order's package; a unique one while another call has locked it."""
    key = hashlib.sha256("\n".join((order.aoi_id, *order.asset_ids)).encode()).hexdigest()[:16]
    lock = work / f".{key}.lock"
    held = open_locked(lock)
    package = work / (f"{key}.package" if held else f"{key}-{uuid4().hex[:8]}.package")
    try:
        yield package
    finally:
        if held is None:
            package.unlink(missing_ok=True)
        else:
            with suppress(OSError):  # Windows removes no open file
                lock.unlink()
            held.close()


def _tidy(work: Path) -> None:
    """Remove leftovers that no call will resume, and the folder if it is then empty."""
    sweep(work)
    for left in work.iterdir():
        days = 1.0 if left.is_dir() else KEPT_DAYS  # a folder holds files being unpacked, which restarts from scratch
        with suppress(OSError):
            if left.stat().st_mtime < time.time() - days * _DAY:
                shutil.rmtree(left) if left.is_dir() else left.unlink()
    with suppress(OSError):
        work.rmdir()
