"""Value rasters that were on their way when a load was stopped are gone on with by the next one."""

from __future__ import annotations

import asyncio
import datetime
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pixxel_explorer.plugin.api.client import ApiClient
from pixxel_explorer.plugin.api.config import ClientConfig
from pixxel_explorer.plugin.api.errors import TransportFailed
from pixxel_explorer.plugin.api.models import Asset
from pixxel_explorer.plugin.catalog.visualization_item import AcquisitionDate
from pixxel_explorer.plugin.downloads.errors import DownloadFailed
from pixxel_explorer.plugin.downloads.values import PARTS, ValueSource
from pixxel_explorer.tests.download_server import SECRET, DownloadServer

RASTER = b"II*\0" + bytes(range(256)) * 2000
DAY = datetime.date(2025, 5, 2)


@pytest.fixture
def server() -> Iterator[DownloadServer]:
    with DownloadServer(RASTER).running() as running:
        assert isinstance(running, DownloadServer)
        yield running


def fetch(server: DownloadServer, cache: Path, path: str = "", asset_id: str = "x1", **facts: Any) -> bytes:
    """Fetch one date with the folders of one load, and return the raster."""
    asset = Asset.model_validate({"id": asset_id, "path": path, **facts})
    item: Any = SimpleNamespace(id="v1", aoi_id="a1")
    scratch = cache / "scratch"
    scratch.mkdir(exist_ok=True)

    async def rest(_seconds: float) -> None:
        return

    async def main() -> bytes:
        async with ApiClient(ClientConfig(base_url=server.url), sleep=rest) as client:
            source = ValueSource(client, item, cache / PARTS, rest)
            raster = await source.fetch(AcquisitionDate("2025_05_02", DAY, asset), scratch, lambda _d, _t: None)
            return raster.read_bytes()

    try:
        return asyncio.run(main())
    finally:
        for left in scratch.iterdir():
            left.unlink()
        scratch.rmdir()


def stopped(server: DownloadServer, cache: Path, path: str = "") -> None:
    server.breaks = [200_000, *[0] * 30]
    with pytest.raises(TransportFailed):
        fetch(server, cache, path)
    server.breaks.clear()
    server.asked.clear()


@pytest.mark.parametrize("asset_id", ["x1", "../../x1"])
def test_a_load_leaves_nothing_but_its_raster(server: DownloadServer, tmp_path: Path, asset_id: str) -> None:
    assert fetch(server, tmp_path, asset_id=asset_id) == RASTER
    assert fetch(server, tmp_path, f"{server.url}/package/file", asset_id) == RASTER
    assert list(tmp_path.iterdir()) == []


def test_the_next_load_takes_up_the_package(server: DownloadServer, tmp_path: Path) -> None:
    stopped(server, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [PARTS]
    assert all(SECRET.encode() not in path.read_bytes() for path in (tmp_path / PARTS).glob("*.json"))
    assert fetch(server, tmp_path) == RASTER
    assert [asked.range for asked in server.asked] == ["bytes=200000-"]
    assert server.asked_for_packages == 1
    assert list(tmp_path.iterdir()) == []


def test_the_next_load_goes_on_at_the_assets_own_address(server: DownloadServer, tmp_path: Path) -> None:
    server.failing = {"x1"}
    server.breaks = [200_000, *[0] * 30]
    with pytest.raises(DownloadFailed):
        fetch(server, tmp_path, f"{server.url}/package/file")
    server.breaks.clear()
    server.asked.clear()
    assert fetch(server, tmp_path, f"{server.url}/package/file") == RASTER
    assert [asked.range for asked in server.asked] == ["bytes=200000-"]
    assert list(tmp_path.iterdir()) == []


def test_a_package_the_server_failed_to_make_is_asked_for_again(server: DownloadServer, tmp_path: Path) -> None:
    server.failing = {"x1"}
    with pytest.raises(DownloadFailed):
        fetch(server, tmp_path)
    server.failing = set()
    assert fetch(server, tmp_path) == RASTER
    assert server.asked_for_packages == 2


def test_a_package_that_takes_long_is_waited_for_again(server: DownloadServer, tmp_path: Path) -> None:
    server.statuses_told = ["PENDING"] * 100
    with pytest.raises(DownloadFailed):
        fetch(server, tmp_path)
    server.statuses_told = []
    assert fetch(server, tmp_path) == RASTER
    assert server.asked_for_packages == 1


def test_a_raster_that_is_not_the_one_described_goes_by_the_downloads(server: DownloadServer, tmp_path: Path) -> None:
    path = f"{server.url}/package/file"
    right = {"file:checksum": "1220" + hashlib.sha256(RASTER).hexdigest()}
    assert fetch(server, tmp_path, path, **right) == RASTER
    assert server.asked_for_packages == 0
    wrong = json.loads(json.dumps({"file:checksum": "1220" + "0" * 64}))
    assert fetch(server, tmp_path, path, **wrong) == RASTER
    assert server.asked_for_packages == 1
