"""Assets come into a folder whole and checked, and what is there or on its way is not asked for twice."""

from __future__ import annotations

import asyncio
import io
import json
import os
import signal
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from pixxel_explorer.plugin.api.client import ApiClient
from pixxel_explorer.plugin.api.config import ClientConfig
from pixxel_explorer.plugin.api.decoding.content import kind_of
from pixxel_explorer.plugin.api.errors import ForeignAnswer
from pixxel_explorer.plugin.api.models import AoiQuery
from pixxel_explorer.plugin.api.transport.auth import Credentials
from pixxel_explorer.plugin.catalog.errors import UnknownName
from pixxel_explorer.plugin.downloads.assets import JOURNAL, WORK, DownloadResult, download_assets
from pixxel_explorer.plugin.downloads.errors import ArchiveRefused, DownloadFailed, NoAssets
from pixxel_explorer.plugin.downloads.journal import Journal
from pixxel_explorer.plugin.sandbox.app import create_app
from pixxel_explorer.plugin.sandbox.core.options import SAMPLE_KEY, SandboxOptions
from pixxel_explorer.plugin.worker.progress import Progress
from pixxel_explorer.tests.download_server import SECRET, DownloadServer

RASTER = b"II*\0" + bytes(range(256)) * 2000
FILES = {"a/one.tif": RASTER, "a/one.mask.tif": RASTER[:1000], "notes.txt": b"hello"}


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return buffer.getvalue()


@pytest.fixture
def server() -> Iterator[DownloadServer]:
    with DownloadServer(zipped(FILES)).running() as running:
        assert isinstance(running, DownloadServer)
        yield running


def download(server: DownloadServer, folder: Path, *ids: str, **state: Any) -> DownloadResult:
    pauses: list[float] = state.get("pauses", [])
    noted: list[Progress] = state.get("noted", [])

    async def rest(seconds: float) -> None:
        pauses.append(seconds)

    async def main() -> DownloadResult:
        config = ClientConfig(base_url=server.url)
        async with ApiClient(config, Credentials.from_key("key"), sleep=rest) as client:
            return await download_assets(client, "a1", ids or None, folder, noted.append, rest)

    return asyncio.run(main())


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


class TestWhole:
    def test_all_assets_come_unpacked(self, server: DownloadServer, tmp_path: Path) -> None:
        noted: list[Progress] = []
        result = download(server, tmp_path / "new", noted=noted)
        assert names(tmp_path / "new") == {*FILES, JOURNAL}
        assert {path.relative_to(tmp_path / "new").as_posix() for path in result.files} == set(FILES)
        assert (tmp_path / "new/a/one.tif").read_bytes() == RASTER
        assert (result.missing, result.unready) == ((), ())
        assert server.packages == {"d1": ["x1", "x2"]}
        assert [progress.done for progress in noted] == sorted(progress.done for progress in noted)
        assert noted[-1].done == noted[-1].total
        assert any(progress.bytes_done == len(server.content) for progress in noted)
        assert not (tmp_path / "new" / WORK).exists()

    def test_chosen_assets_alone_are_asked_for(self, server: DownloadServer, tmp_path: Path) -> None:
        download(server, tmp_path, "x2", "x2")
        assert server.packages == {"d1": ["x2"]}

    def test_many_assets_go_into_several_packages(self, server: DownloadServer, tmp_path: Path) -> None:
        server.asset_ids = [f"x{number}" for number in range(23)]
        result = download(server, tmp_path)
        assert [len(ids) for ids in server.packages.values()] == [10, 10, 3]
        assert result.missing == ()

    def test_an_asset_that_is_not_there_is_reported_before_anything_is_asked(
        self, server: DownloadServer, tmp_path: Path
    ) -> None:
        with pytest.raises(UnknownName) as caught:
            download(server, tmp_path / "new", "x1", "x9")
        assert (caught.value.kind, caught.value.text) == ("asset", "x9")
        assert server.packages == {}
        assert not (tmp_path / "new").exists()

    @pytest.mark.parametrize("status", ["creating", "FAILED"])
    def test_assets_that_are_not_made_are_reported(self, server: DownloadServer, tmp_path: Path, status: str) -> None:
        server.asset_facts = {"status": status}
        with pytest.raises(NoAssets) as caught:
            download(server, tmp_path)
        assert [(each.asset_id, each.word) for each in caught.value.unready] == [("x1", status), ("x2", status)]
        assert server.packages == {}

    @pytest.mark.parametrize("asked", [(), ("x1", "x2", "x3", "x4")], ids=["all", "by id"])
    def test_the_finished_assets_come_and_the_others_are_named(
        self, server: DownloadServer, tmp_path: Path, asked: tuple[str, ...]
    ) -> None:
        server.asset_ids = ["x1", "x2", "x3", "x4"]
        server.asset_states = {"x2": "created", "x3": "in_progress", "x4": "error"}
        result = download(server, tmp_path, *asked)
        assert [(each.asset_id, each.word) for each in result.unready] == [
            ("x2", "created"),
            ("x3", "in_progress"),
            ("x4", "error"),
        ]
        assert server.packages == {"d1": ["x1"]}

    def test_assets_in_an_unknown_state_are_packed_apart(self, server: DownloadServer, tmp_path: Path) -> None:
        server.asset_ids = ["x1", "x2", "x3"]
        server.asset_states = {"x1": "frozen"}
        assert download(server, tmp_path).unready == ()
        assert server.packages == {"d1": ["x2", "x3"], "d2": ["x1"]}

    def test_an_aoi_without_assets(self, server: DownloadServer, tmp_path: Path) -> None:
        server.asset_ids = []
        with pytest.raises(NoAssets):
            download(server, tmp_path)

    def test_a_package_that_is_a_raster_gets_the_assets_name(self, server: DownloadServer, tmp_path: Path) -> None:
        server.content, server.asset_facts = RASTER, {"name": "../NDVI: May"}
        result = download(server, tmp_path, "x1")
        assert [path.name for path in result.files] == ["_.._NDVI_ May.tif"]
        assert result.files[0].read_bytes() == RASTER

    def test_two_packages_may_hold_the_same_name(self, server: DownloadServer, tmp_path: Path) -> None:
        first = download(server, tmp_path, "x1")
        server.content = zipped({"notes.txt": b"another"})
        second = download(server, tmp_path, "x2")
        assert (tmp_path / "notes.txt").read_bytes() == b"hello"
        assert [path.name for path in second.files] == ["notes (2).txt"]
        server.api_asked.clear()
        both = download(server, tmp_path)
        assert set(both.files) == {*first.files, *second.files}
        assert server.asked_for_packages == 0


class TestWaiting:
    def test_pauses_grow_to_half_a_minute_and_end_after_half_an_hour(
        self, server: DownloadServer, tmp_path: Path
    ) -> None:
        pauses: list[float] = []
        server.statuses_told = ["PENDING"] * 1000
        result = download(server, tmp_path, pauses=pauses)
        error = result.problems[0][1]
        assert isinstance(error, DownloadFailed)
        assert error.status == "timeout"
        assert pauses[:3] == [2.0, 3.0, 4.5]
        assert pauses[-1] == 30.0
        assert 1800 <= sum(pauses) < 1830

    @pytest.mark.parametrize("word", ["In Progress", "created", "QUEUED", "anything else"])
    def test_whatever_is_not_ready_is_waited_for(self, server: DownloadServer, tmp_path: Path, word: str) -> None:
        pauses: list[float] = []
        server.statuses_told = [word, word]
        assert download(server, tmp_path, pauses=pauses).missing == ()
        assert pauses == [2.0, 3.0]

    def test_a_word_nobody_knows_is_ready_with_an_address(self, server: DownloadServer, tmp_path: Path) -> None:
        url = f"{server.url}/package/d1?{SECRET}=good"
        server.created = json.dumps({"id": "d1", "status": "PACKED", "signed_url": url}).encode()
        assert download(server, tmp_path).missing == ()

    @pytest.mark.parametrize(("count", "asked"), [(1, 1), (2, 2)])
    def test_a_lapsed_address_is_asked_for_again_then_made_again(
        self, server: DownloadServer, tmp_path: Path, count: int, asked: int
    ) -> None:
        server.lapsed = count
        assert download(server, tmp_path).missing == ()
        assert server.asked_for_packages == asked

    def test_an_address_that_is_always_refused_is_given_up(self, server: DownloadServer, tmp_path: Path) -> None:
        server.lapsed = 99
        error = download(server, tmp_path).problems[0][1]
        assert isinstance(error, DownloadFailed)
        assert error.status == "refused"
        assert server.asked_for_packages == 2

    @pytest.mark.parametrize("created", [b"", b"{}", b'{"status": "SUCCESS"}'])
    def test_an_answer_without_a_package_is_reported_and_not_asked_again(
        self, server: DownloadServer, tmp_path: Path, created: bytes
    ) -> None:
        server.created = created
        error = download(server, tmp_path).problems[0][1]
        assert isinstance(error, DownloadFailed)
        assert error.status == "unnamed"
        assert server.asked_for_packages == 1

    def test_a_page_in_place_of_a_package_is_reported_by_what_it_says(
        self, server: DownloadServer, tmp_path: Path
    ) -> None:
        server.created = b"<html><title>Guests</title><p>Accept our terms</html>"
        error = download(server, tmp_path).problems[0][1]
        assert isinstance(error, ForeignAnswer)
        assert (error.title, error.text) == ("Guests", "Accept our terms")
        assert server.asked_for_packages == 1

    @pytest.mark.parametrize("scheme", ["s3://bucket", "file:///etc", "http://storage.example.com"])
    def test_an_address_nobody_can_open_safely_is_reported(
        self, server: DownloadServer, tmp_path: Path, scheme: str
    ) -> None:
        server.scheme = scheme
        error = download(server, tmp_path).problems[0][1]
        assert isinstance(error, DownloadFailed)
        assert error.status == "address"


class TestAgain:
    def test_what_is_there_is_not_asked_for_again(self, server: DownloadServer, tmp_path: Path) -> None:
        first = download(server, tmp_path)
        before = {path: path.stat().st_mtime_ns for path in first.files}
        server.api_asked.clear()
        assert download(server, tmp_path).files == first.files
        assert [path for _, path in server.api_asked] == ["/v0/aois/a1/assets"]
        assert {path: path.stat().st_mtime_ns for path in first.files} == before

    def test_a_file_that_was_removed_comes_back_from_the_same_package(
        self, server: DownloadServer, tmp_path: Path
    ) -> None:
        download(server, tmp_path)
        (tmp_path / "notes.txt").unlink()
        download(server, tmp_path)
        assert (tmp_path / "notes.txt").read_bytes() == b"hello"
        assert server.asked_for_packages == 1

    def test_a_file_somebody_changed_is_left_alone(self, server: DownloadServer, tmp_path: Path) -> None:
        download(server, tmp_path)
        (tmp_path / "notes.txt").write_bytes(b"mine")
        for _ in range(2):
            result = download(server, tmp_path)
            assert (tmp_path / "notes.txt").read_bytes() == b"mine"
            assert (tmp_path / "notes (2).txt").read_bytes() == b"hello"
        assert names(tmp_path) == {*FILES, JOURNAL, "notes (2).txt"}
        assert tmp_path / "notes (2).txt" in result.files

    def test_a_file_that_is_ours_is_replaced_by_a_newer_one(self, server: DownloadServer, tmp_path: Path) -> None:
        download(server, tmp_path)
        (tmp_path / "a/one.tif").unlink()
        server.content, server.etag = zipped({**FILES, "notes.txt": b"newer"}), '"two"'
        download(server, tmp_path)
        assert (tmp_path / "notes.txt").read_bytes() == b"newer"
        assert names(tmp_path) == {*FILES, JOURNAL}

    def test_a_stopped_download_takes_up_its_package_and_its_part(self, server: DownloadServer, tmp_path: Path) -> None:
        server.breaks = [100_000, *[0] * 9]
        assert download(server, tmp_path).missing == ("x1", "x2")
        server.asked.clear()
        server.breaks.clear()
        assert download(server, tmp_path).missing == ()
        assert [asked.range for asked in server.asked] == ["bytes=100000-"]
        assert server.asked_for_packages == 1
        assert names(tmp_path) == {*FILES, JOURNAL}

    @pytest.mark.parametrize("word", ["EXPIRED", "failed"])
    def test_a_package_that_is_gone_is_asked_for_again(self, server: DownloadServer, tmp_path: Path, word: str) -> None:
        server.breaks = [100_000, *[0] * 9]
        download(server, tmp_path)
        server.breaks.clear()
        server.statuses_told = [word]
        assert download(server, tmp_path).missing == ()
        assert server.asked_for_packages == 2

    def test_no_signature_is_kept(self, server: DownloadServer, tmp_path: Path) -> None:
        server.breaks = [100_000, *[0] * 9]
        download(server, tmp_path)
        kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*.json"))
        assert b"d1" in kept
        assert SECRET.encode() not in kept

    @pytest.mark.parametrize("text", ["", "{", "[]", '{"version": 1}', '{"version": 2, "orders": [{}]}', "[" * 99_999])
    def test_a_journal_nobody_understands_is_begun_again(
        self, server: DownloadServer, tmp_path: Path, text: str
    ) -> None:
        (tmp_path / JOURNAL).write_text(text)
        assert download(server, tmp_path).missing == ()
        assert len(Journal(tmp_path / JOURNAL).orders()) == 1

    def test_a_process_that_was_killed_is_gone_on_after(
        self, server: DownloadServer, tmp_path: Path, root: Path
    ) -> None:
        server.breaks, server.hold = [300_000], threading.Event()
        code = (
            "import asyncio, sys, importlib.util as u\n"
            "root, url, folder = sys.argv[1:]\n"
            "init = root + '/__init__.py'\n"
            "s = u.spec_from_file_location('pixxel_explorer', init, submodule_search_locations=[root])\n"
            "m = u.module_from_spec(s); sys.modules['pixxel_explorer'] = m; s.loader.exec_module(m)\n"
            "from pathlib import Path\n"
            "from pixxel_explorer.plugin.api.client import ApiClient\n"
            "from pixxel_explorer.plugin.api.config import ClientConfig\n"
            "from pixxel_explorer.plugin.downloads.assets import download_assets\n"
            "async def main():\n"
            "    async with ApiClient(ClientConfig(base_url=url)) as client:\n"
            "        await download_assets(client, 'a1', None, Path(folder), lambda p: None)\n"
            "asyncio.run(main())\n"
        )
        arguments = [sys.executable, "-c", code, str(root), server.url, str(tmp_path)]
        with subprocess.Popen(arguments) as child:
            wait_for_part(tmp_path / WORK, 300_000)
            child.send_signal(signal.SIGKILL)
        server.hold.set()
        server.asked.clear()
        assert download(server, tmp_path).missing == ()
        assert [asked.range for asked in server.asked] == ["bytes=300000-"]
        assert server.asked_for_packages == 1
        assert names(tmp_path) == {*FILES, JOURNAL}

    def test_a_cancelled_download_keeps_its_part(self, server: DownloadServer, tmp_path: Path) -> None:
        async def main() -> None:
            begun = asyncio.Event()

            def report(progress: Progress) -> None:
                if progress.bytes_done:
                    begun.set()

            async with ApiClient(ClientConfig(base_url=server.url)) as client:
                task = asyncio.ensure_future(download_assets(client, "a1", None, tmp_path, report))
                await begun.wait()
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task

        server.breaks, server.hold = [200_000], threading.Event()
        asyncio.run(main())
        server.hold.set()
        server.asked.clear()
        assert download(server, tmp_path).missing == ()
        first = server.asked[0].range
        assert first is not None
        assert first != "bytes=0-"

    def test_two_calls_at_once_do_not_spoil_each_other(self, server: DownloadServer, tmp_path: Path) -> None:
        async def main() -> list[DownloadResult]:
            async with ApiClient(ClientConfig(base_url=server.url)) as client:
                work = [download_assets(client, "a1", None, tmp_path, lambda _p: None) for _ in range(3)]
                return await asyncio.gather(*work)

        results = asyncio.run(main())
        assert all(not result.missing for result in results)
        assert names(tmp_path) == {*FILES, JOURNAL}

    def test_what_nobody_went_on_with_is_cleared_away(self, server: DownloadServer, tmp_path: Path) -> None:
        work = tmp_path / WORK
        (work / "unpacked-old").mkdir(parents=True)
        old = [work / name for name in (".a.part", ".a.part.json", "a-1.package", ".a.lock")]
        for path in old:
            path.write_bytes(b"x")
        for path in (*old, work / "unpacked-old"):
            os.utime(path, (0, 0))
        (work / "fresh.package").write_bytes(b"x")
        download(server, tmp_path)
        assert [path.name for path in work.iterdir()] == ["fresh.package"]


class TestTrouble:
    def test_one_package_that_fails_does_not_take_the_others_along(
        self, server: DownloadServer, tmp_path: Path
    ) -> None:
        server.asset_ids = [f"x{number}" for number in range(23)]
        server.failing = {"x12"}
        result = download(server, tmp_path)
        assert result.missing == tuple(f"x{number}" for number in range(10, 20))
        assert isinstance(result.problems[0][1], DownloadFailed)
        assert result.files

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            (b"<html>sign in</html>", "unreadable"),
            (b"", "unreadable"),
            (zipped({"good.txt": b"x", "../evil.txt": b"x"}), "path"),
            (zipped({"good.txt": b"x", "GOOD.TXT": b"y"}), "twice"),
        ],
    )
    def test_what_cannot_be_unpacked_leaves_nothing(
        self, server: DownloadServer, tmp_path: Path, content: bytes, reason: str
    ) -> None:
        server.content = content
        error = download(server, tmp_path / "in").problems[0][1]
        assert isinstance(error, ArchiveRefused)
        assert error.reason == reason
        assert names(tmp_path) == {f"in/{JOURNAL}"}
        server.content = zipped(FILES)
        assert download(server, tmp_path / "in").missing == ()

    def test_a_damaged_member_leaves_the_folder_as_it_was(self, server: DownloadServer, tmp_path: Path) -> None:
        server.content = zipped(FILES).replace(b"hello", b"jello", 1)
        error = download(server, tmp_path).problems[0][1]
        assert isinstance(error, ArchiveRefused)
        assert error.reason == "unreadable"
        assert names(tmp_path) == {JOURNAL}

    def test_a_full_disk_keeps_the_package(
        self, server: DownloadServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from pixxel_explorer.plugin.downloads import unpacking

        def full(*_: Any) -> None:
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as patched:
            patched.setattr(unpacking, "_check_free_space", full)
            with pytest.raises(OSError, match="No space"):
                download(server, tmp_path)
        server.asked.clear()
        assert download(server, tmp_path).missing == ()
        assert server.asked == []


def test_the_sandboxs_files_come_from_their_own_origin_without_the_key(tmp_path: Path) -> None:
    app = create_app(SandboxOptions(tmp_path / "state"))
    app.state.sandbox.files_origin = "https://files.test"
    seen: list[tuple[str, bool]] = []

    class Recorder(httpx.ASGITransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            seen.append((request.url.host, "authorization" in request.headers))
            return await super().handle_async_request(request)

    async def rest(_seconds: float) -> None:
        await asyncio.sleep(0.01)

    async def main() -> DownloadResult:
        config, key = ClientConfig(base_url="https://sample.test"), Credentials.from_key(SAMPLE_KEY)
        async with ApiClient(config, key, transport=Recorder(app=app)) as client:
            aoi = next(iter((await client.aois.list(AoiQuery())).items))
            asset = next(iter((await client.assets.list(aoi.aoi_id)).items))
            return await download_assets(client, aoi.aoi_id, [asset.id], tmp_path / "out", lambda _p: None, rest)

    result = asyncio.run(main())
    app.state.sandbox.close()
    assert result.missing == ()
    assert all(kind_of(path.read_bytes()) == "TIFF" for path in result.files)
    assert len(result.files) == 1
    assert {host for host, with_key in seen if with_key} == {"sample.test"}
    assert ("files.test", False) in seen


def wait_for_part(work: Path, size: int) -> None:
    """Wait until a part of that size lies in a folder."""
    pause = threading.Event()
    for _ in range(2000):
        if any(path.stat().st_size >= size for path in work.glob(".*.part")):
            return
        pause.wait(0.01)
    raise AssertionError("no part came")
