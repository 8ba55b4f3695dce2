"""Files come whole over a network that breaks, and what has come is not fetched twice."""

from __future__ import annotations

import asyncio
import base64
import errno
import hashlib
import json
import signal
import subprocess
import sys
import threading
import tracemalloc
import zlib
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from pixxel_explorer.plugin.api import errors
from pixxel_explorer.plugin.api.client import ApiClient
from pixxel_explorer.plugin.api.config import ClientConfig
from pixxel_explorer.plugin.api.endpoints import files
from pixxel_explorer.plugin.api.transport import part_file
from pixxel_explorer.plugin.api.transport.auth import Credentials
from pixxel_explorer.plugin.api.transport.checksums import multihash
from pixxel_explorer.plugin.files.file_lock import open_locked
from pixxel_explorer.tests.file_server import FileServer

T = TypeVar("T")
BIG = bytes(range(256)) * 4_000
LONG_AGO = {"Last-Modified": "Wed, 31 Dec 2025 10:00:00 GMT"}
JUST_NOW = {"Last-Modified": "Thu, 01 Jan 2026 10:00:00 GMT"}
SECRET = "?X-Signature=SECRET"
PART, NOTES = ".f.tif.part", ".f.tif.part.json"


@pytest.fixture
def server() -> Iterator[FileServer]:
    with FileServer(BIG).running() as running:
        yield running


def run(
    server: FileServer,
    work: Callable[[ApiClient], Awaitable[T]],
    pauses: list[float] | None = None,
    timeout: float = 10.0,
) -> T:
    async def rest(seconds: float) -> None:
        if pauses is not None:
            pauses.append(seconds)

    async def main() -> T:
        config = ClientConfig(base_url=server.url, timeout=timeout)
        async with ApiClient(config, Credentials.from_key("key"), sleep=rest, jitter=lambda: 1.0) as client:
            return await work(client)

    return asyncio.run(main())


def fetch(server: FileServer, target: Path, *, query: str = SECRET, **options: Any) -> Path:
    keywords = {name: options.pop(name) for name in ("pauses", "timeout") if name in options}
    return run(server, lambda client: client.files.fetch(f"/f.tif{query}", target, **options), **keywords)


def stopped(server: FileServer, target: Path, count: int = 5000) -> None:
    """Fetch a file that breaks off after ``count`` bytes, and then is refused."""
    server.breaks, server.statuses = [count], [0, 403]
    with pytest.raises(errors.Forbidden):
        fetch(server, target)
    server.asked.clear()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def rest_from(first: int) -> list[str | None]:
    return [f"bytes={first}-"]


class TestWithinACall:
    def test_a_connection_that_breaks_goes_on_where_it_broke(self, server: FileServer, tmp_path: Path) -> None:
        server.breaks = [10_000, 20_000]
        seen: list[tuple[int, int | None]] = []
        fetch(server, tmp_path / "f.tif", report=lambda *noted: seen.append(noted))
        assert (tmp_path / "f.tif").read_bytes() == BIG
        assert [(asked.range, asked.if_range) for asked in server.asked] == [
            (None, None),
            ("bytes=10000-", '"one"'),
            ("bytes=30000-", '"one"'),
        ]
        assert seen[-1] == (len(BIG), len(BIG))
        assert [done for done, _ in seen] == sorted(done for done, _ in seen)
        assert names(tmp_path) == ["f.tif"]

    def test_a_connection_that_is_reset_loses_nothing_that_came(self, server: FileServer, tmp_path: Path) -> None:
        server.breaks, server.resets = [600_000, 1000, 0, 1], True
        fetch(server, tmp_path / "f.tif")
        assert (tmp_path / "f.tif").read_bytes() == BIG

    @pytest.mark.parametrize("count", [0, 1, 65_535, 65_536, 65_537, len(BIG) - 1, len(BIG)])
    @pytest.mark.parametrize("etag", ['"one"', ""])
    def test_a_break_at_any_byte_loses_none(self, server: FileServer, tmp_path: Path, count: int, etag: str) -> None:
        server.breaks, server.etag = [count], etag
        fetch(server, tmp_path / "f.tif")
        assert (tmp_path / "f.tif").read_bytes() == BIG
        assert names(tmp_path) == ["f.tif"]

    def test_patience_is_renewed_by_every_byte(self, server: FileServer, tmp_path: Path) -> None:
        server.breaks = [1000] * 20
        fetch(server, tmp_path / "f.tif")
        assert (tmp_path / "f.tif").read_bytes() == BIG

    def test_without_progress_patience_ends_and_the_part_stays(self, server: FileServer, tmp_path: Path) -> None:
        server.breaks = [1000, *[0] * 9]
        pauses: list[float] = []
        with pytest.raises(errors.TransportFailed):
            fetch(server, tmp_path / "f.tif", pauses=pauses)
        assert pauses == [0.5, 1.0, 2.0, 4.0]
        assert names(tmp_path) == [PART, NOTES]

    def test_a_server_that_always_breaks_at_one_place_without_ranges_is_given_up(
        self, server: FileServer, tmp_path: Path
    ) -> None:
        server.ranges, server.breaks = "none", [1000] * 50
        with pytest.raises(errors.TransportFailed):
            fetch(server, tmp_path / "f.tif")
        assert len(server.asked) == 5

    def test_the_servers_wish_to_wait_is_honoured(self, server: FileServer, tmp_path: Path) -> None:
        server.breaks, server.statuses = [1000], [0, 429, 503]
        pauses: list[float] = []
        fetch(server, tmp_path / "f.tif", pauses=pauses)
        assert pauses == [0.5, 7.0, 7.0]
        assert (tmp_path / "f.tif").read_bytes() == BIG

    def test_silence_ends_it_not_length(self, server: FileServer, tmp_path: Path) -> None:
        server.breaks, server.hold = [1000, 0, 0, 0], threading.Event()
        with pytest.raises(errors.TimedOut):
            fetch(server, tmp_path / "f.tif", timeout=0.3)
        server.hold.set()
        assert len(server.asked) == 3
        assert names(tmp_path) == [PART, NOTES]

    def test_ranges_shorter_than_asked_add_up(self, server: FileServer, tmp_path: Path) -> None:
        server.ranges, server.content, server.breaks = "short", BIG[:5000], [1500]
        fetch(server, tmp_path / "f.tif")
        assert (tmp_path / "f.tif").read_bytes() == BIG[:5000]
        assert [asked.range for asked in server.asked][-1] == "bytes=4500-"

    @pytest.mark.parametrize("kind", ["wrong", "bare"])
    def test_a_wrong_range_is_not_used(self, server: FileServer, tmp_path: Path, kind: str) -> None:
        server.ranges, server.breaks = kind, [1000]
        fetch(server, tmp_path / "f.tif")
        assert (tmp_path / "f.tif").read_bytes() == BIG
        assert [asked.range for asked in server.asked] == [None, "bytes=1000-", None]

    def test_a_compressed_body_is_not_gone_on_with(self, server: FileServer, tmp_path: Path) -> None:
        packed = zlib.compress(BIG, wbits=31)
        server.content, server.headers, server.breaks = packed, {"Content-Encoding": "gzip"}, [len(packed) - 50]
        fetch(server, tmp_path / "f.tif")
        assert (tmp_path / "f.tif").read_bytes() == BIG
        assert [asked.range for asked in server.asked] == [None, None]

    @pytest.mark.parametrize(
        ("etag", "headers", "goes_on"),
        [
            ('"strong"', {}, True),
            ('W/"weak"', {}, False),
            ('W/"weak"', LONG_AGO, False),
            ("", LONG_AGO, True),
            ("", JUST_NOW, False),
            ("", {}, False),
            ('"strong"', {"Accept-Ranges": "none"}, False),
        ],
    )
    def test_only_a_strong_validator_goes_on(
        self, server: FileServer, tmp_path: Path, etag: str, headers: dict[str, str], goes_on: bool
    ) -> None:
        server.etag, server.headers, server.breaks = etag, headers, [1000]
        fetch(server, tmp_path / "f.tif")
        assert (tmp_path / "f.tif").read_bytes() == BIG
        wanted = (etag or LONG_AGO["Last-Modified"]) if goes_on else None
        assert server.asked[1].if_range == wanted

    def test_a_body_shorter_than_told_is_not_the_file(self, server: FileServer, tmp_path: Path) -> None:
        server.headers = {"Content-Length": str(len(BIG) + 1), "Connection": "close"}
        server.etag = ""
        with pytest.raises(errors.TransportFailed):
            fetch(server, tmp_path / "f.tif")
        assert names(tmp_path) == []

    def test_a_range_nobody_asked_for_is_not_understood(self, server: FileServer, tmp_path: Path) -> None:
        server._first = lambda _seen: 10  # type: ignore[method-assign]
        with pytest.raises(errors.BadAnswer):
            fetch(server, tmp_path / "f.tif")
        assert names(tmp_path) == []


class TestAcrossCalls:
    def test_a_later_call_asks_for_the_rest_only(self, server: FileServer, tmp_path: Path) -> None:
        stopped(server, tmp_path / "f.tif")
        assert names(tmp_path) == [PART, NOTES]
        fetch(server, tmp_path / "f.tif", query="?X-Signature=ANOTHER")
        assert [(asked.range, asked.if_range) for asked in server.asked] == [("bytes=5000-", '"one"')]
        assert (tmp_path / "f.tif").read_bytes() == BIG
        assert names(tmp_path) == ["f.tif"]

    def test_no_signature_is_written_anywhere(self, server: FileServer, tmp_path: Path) -> None:
        stopped(server, tmp_path / "f.tif")
        notes = (tmp_path / NOTES).read_text()
        assert "SECRET" not in notes
        assert json.loads(notes)["source"] == f"{server.url}/f.tif"

    def test_a_file_of_its_own_name_goes_on_at_another_address(self, server: FileServer, tmp_path: Path) -> None:
        server.breaks, server.statuses = [5000], [0, 403]
        with pytest.raises(errors.Forbidden):
            fetch(server, tmp_path / "f.tif", source="package 7")
        work = run(server, lambda client: client.files.fetch("/elsewhere", tmp_path / "f.tif", source="package 7"))
        assert work.read_bytes() == BIG
        assert server.asked[-1].range == "bytes=5000-"

    def test_another_file_begins_again(self, server: FileServer, tmp_path: Path) -> None:
        stopped(server, tmp_path / "f.tif")
        run(server, lambda client: client.files.fetch("/other.tif", tmp_path / "f.tif"))
        assert [asked.range for asked in server.asked] == [None]
        assert (tmp_path / "f.tif").read_bytes() == BIG

    def test_a_new_version_begins_again(self, server: FileServer, tmp_path: Path) -> None:
        stopped(server, tmp_path / "f.tif")
        server.content, server.etag = BIG[::-1], '"two"'
        fetch(server, tmp_path / "f.tif")
        assert (tmp_path / "f.tif").read_bytes() == BIG[::-1]
        assert len(server.asked) == 1

    @pytest.mark.parametrize("change", ["etag", "size"])
    def test_a_new_version_is_seen_where_the_server_overlooks_if_range(
        self, server: FileServer, tmp_path: Path, change: str
    ) -> None:
        stopped(server, tmp_path / "f.tif")
        new = BIG[::-1] if change == "etag" else BIG[::-1] + b"more"
        server.content, server.etag = new, '"two"' if change == "etag" else '"one"'
        server._first = lambda seen: int(seen.range[6:-1]) if seen.range else None  # type: ignore[method-assign]
        fetch(server, tmp_path / "f.tif")
        assert (tmp_path / "f.tif").read_bytes() == new
        assert [asked.range for asked in server.asked] == ["bytes=5000-", None]

    def test_a_part_that_is_whole_needs_no_more_bytes(self, server: FileServer, tmp_path: Path) -> None:
        stopped(server, tmp_path / "f.tif")
        (tmp_path / PART).write_bytes(BIG)
        fetch(server, tmp_path / "f.tif")
        assert [asked.range for asked in server.asked] == rest_from(len(BIG))
        assert (tmp_path / "f.tif").read_bytes() == BIG

    def test_a_range_beyond_the_end_begins_again(self, server: FileServer, tmp_path: Path) -> None:
        stopped(server, tmp_path / "f.tif")
        server.content = BIG[:4000]
        fetch(server, tmp_path / "f.tif")
        assert [asked.range for asked in server.asked] == ["bytes=5000-", None]
        assert (tmp_path / "f.tif").read_bytes() == BIG[:4000]

    @pytest.mark.parametrize("notes", [b"", b"{", b"[]", b"[" * 60_000, b'{"source": 1}', b"\xff\xfe"])
    def test_damaged_notes_begin_again(self, server: FileServer, tmp_path: Path, notes: bytes) -> None:
        stopped(server, tmp_path / "f.tif")
        (tmp_path / NOTES).write_bytes(notes)
        fetch(server, tmp_path / "f.tif")
        assert [asked.range for asked in server.asked] == [None]
        assert (tmp_path / "f.tif").read_bytes() == BIG

    def test_a_part_longer_than_the_file_begins_again(self, server: FileServer, tmp_path: Path) -> None:
        stopped(server, tmp_path / "f.tif")
        (tmp_path / PART).write_bytes(BIG + b"x")
        fetch(server, tmp_path / "f.tif")
        assert (tmp_path / "f.tif").read_bytes() == BIG

    def test_a_cancelled_download_is_kept_and_gone_on_with(self, server: FileServer, tmp_path: Path) -> None:
        async def cancelled(client: ApiClient) -> None:
            begun = asyncio.Event()
            task = asyncio.ensure_future(client.files.fetch("/f.tif", tmp_path / "f.tif", lambda *_: begun.set()))
            await begun.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

        server.breaks, server.hold = [5000], threading.Event()
        run(server, cancelled)
        server.hold.set()
        assert names(tmp_path) == [PART, NOTES]
        kept = (tmp_path / PART).stat().st_size
        fetch(server, tmp_path / "f.tif", query="")
        assert server.asked[-1].range == f"bytes={kept}-"
        assert (tmp_path / "f.tif").read_bytes() == BIG

    def test_a_process_that_was_killed_is_gone_on_after(self, server: FileServer, tmp_path: Path, root: Path) -> None:
        count = len(BIG) // 2
        server.breaks, server.hold = [count], threading.Event()
        code = (
            "import asyncio, sys, importlib.util as u\n"
            "root, url, target = sys.argv[1:]\n"
            "init = root + '/__init__.py'\n"
            "s = u.spec_from_file_location('pixxel_explorer', init, submodule_search_locations=[root])\n"
            "m = u.module_from_spec(s); sys.modules['pixxel_explorer'] = m; s.loader.exec_module(m)\n"
            "from pathlib import Path\n"
            "from pixxel_explorer.plugin.api.client import ApiClient\n"
            "from pixxel_explorer.plugin.api.config import ClientConfig\n"
            "async def main():\n"
            "    async with ApiClient(ClientConfig(base_url=url)) as client:\n"
            "        noted = lambda done, size: print(done, flush=True)\n"
            "        await client.files.fetch('/f.tif', Path(target), noted)\n"
            "asyncio.run(main())\n"
        )
        target = tmp_path / "f.tif"
        child = subprocess.Popen(
            [sys.executable, "-c", code, str(root), server.url, str(target)], stdout=subprocess.PIPE, text=True
        )
        with child:
            assert child.stdout is not None
            assert any(int(line) == count for line in child.stdout)
            child.send_signal(signal.SIGKILL)
        server.hold.set()
        assert (tmp_path / PART).stat().st_size == count
        fetch(server, target, query="")
        assert [asked.range for asked in server.asked] == [None, f"bytes={count}-"]
        assert target.read_bytes() == BIG
        assert names(tmp_path) == ["f.tif"]


class TestSums:
    MD5 = base64.b64encode(hashlib.md5(BIG).digest()).decode()
    SHA = base64.b64encode(hashlib.sha256(BIG).digest()).decode()
    CRC = base64.b64encode(zlib.crc32(BIG).to_bytes(4, "big")).decode()

    @pytest.mark.parametrize(
        "headers",
        [
            {"Content-MD5": MD5},
            {"x-amz-checksum-sha256": SHA},
            {"x-amz-checksum-crc32": CRC},
            {"x-goog-hash": f"crc32c=AAAAAA==,md5={MD5}"},
            {"Digest": f"SHA-256={SHA},adler32=03da0195"},
            {"Repr-Digest": f"sha-256=:{SHA}:, unixsum=:AAA=:"},
            {"Content-Digest": f"sha-256=:{SHA}:"},
            {"x-ms-blob-content-md5": MD5},
        ],
        ids=lambda headers: next(iter(headers)),
    )
    def test_a_file_is_compared_with_what_the_server_told(
        self, server: FileServer, tmp_path: Path, headers: dict[str, str]
    ) -> None:
        server.headers, server.breaks = headers, [5000]
        fetch(server, tmp_path / "f.tif")
        server.content = b"x" + BIG[1:]
        with pytest.raises(errors.DownloadDamaged) as caught:
            fetch(server, tmp_path / "g.tif")
        assert caught.value.name == "g.tif"
        assert names(tmp_path) == ["f.tif"]

    def test_the_sum_of_a_range_is_not_the_files(self, server: FileServer, tmp_path: Path) -> None:
        stopped(server, tmp_path / "f.tif")
        server.headers = {"Content-MD5": base64.b64encode(hashlib.md5(BIG[5000:]).digest()).decode()}
        assert fetch(server, tmp_path / "f.tif").read_bytes() == BIG

    def test_a_sum_of_parts_or_of_an_unknown_kind_tells_nothing(self, server: FileServer, tmp_path: Path) -> None:
        server.headers = {"x-amz-checksum-sha256": f"{self.SHA}-3", "Digest": "crc32c=AAAAAA==", "Content-MD5": "!"}
        assert fetch(server, tmp_path / "f.tif").read_bytes() == BIG

    def test_a_sum_the_caller_knows_is_compared(self, server: FileServer, tmp_path: Path) -> None:
        right = multihash("1220" + hashlib.sha256(BIG).hexdigest())
        assert fetch(server, tmp_path / "f.tif", sums=right).read_bytes() == BIG
        with pytest.raises(errors.DownloadDamaged):
            fetch(server, tmp_path / "g.tif", sums={"sha256": "0" * 64})
        assert names(tmp_path) == ["f.tif"]

    @pytest.mark.parametrize("text", [None, 7, "", "1220", "1220" + "g" * 64, "1221" + "0" * 64, "9999" + "0" * 64])
    def test_what_is_no_multihash_tells_nothing(self, text: object) -> None:
        assert multihash(text) == {}

    def test_a_part_that_was_changed_on_disk_is_found_out(self, server: FileServer, tmp_path: Path) -> None:
        server.headers = {"Repr-Digest": f"sha-256=:{self.SHA}:"}
        stopped(server, tmp_path / "f.tif")
        (tmp_path / PART).write_bytes(b"\xff" * 5000)
        with pytest.raises(errors.DownloadDamaged):
            fetch(server, tmp_path / "f.tif")
        assert fetch(server, tmp_path / "f.tif").read_bytes() == BIG


class TestTogether:
    def test_two_calls_for_one_file_do_not_meet(self, server: FileServer, tmp_path: Path) -> None:
        async def both(client: ApiClient) -> None:
            target = tmp_path / "f.tif"
            await asyncio.gather(*(client.files.fetch("/f.tif", target) for _ in range(4)))

        server.breaks = [3000, 2000, 1000]
        run(server, both)
        assert (tmp_path / "f.tif").read_bytes() == BIG
        assert names(tmp_path) == ["f.tif"]

    def test_a_call_leaves_the_part_of_another_process_alone(self, server: FileServer, tmp_path: Path) -> None:
        stopped(server, tmp_path / "f.tif")
        other = open_locked(tmp_path / NOTES)
        assert other is not None
        with other:
            fetch(server, tmp_path / "f.tif")
            assert [asked.range for asked in server.asked] == [None]
            assert (tmp_path / PART).read_bytes() == BIG[:5000]
        assert (tmp_path / "f.tif").read_bytes() == BIG
        assert names(tmp_path) == [PART, NOTES, "f.tif"]

    def test_a_lock_on_a_file_that_was_removed_is_none(self, tmp_path: Path) -> None:
        first = open_locked(tmp_path / "x")
        assert first is not None
        assert open_locked(tmp_path / "x") is None
        first.close()
        again = open_locked(tmp_path / "x")
        assert again is not None
        again.close()


class TestDisk:
    def test_a_full_disk_keeps_the_part(self, server: FileServer, tmp_path: Path, monkeypatch: Any) -> None:
        stopped(server, tmp_path / "f.tif")
        written = part_file.PartFile.write

        def full(self: part_file.PartFile, data: bytes) -> None:
            if self.done > 300_000:
                raise OSError(errno.ENOSPC, "No space left on device")
            written(self, data)

        with monkeypatch.context() as patched:
            patched.setattr(part_file.PartFile, "write", full)
            with pytest.raises(OSError, match="No space"):
                fetch(server, tmp_path / "f.tif")
        kept = (tmp_path / PART).stat().st_size
        assert kept > 300_000
        fetch(server, tmp_path / "f.tif")
        assert server.asked[-1].range == f"bytes={kept}-"
        assert (tmp_path / "f.tif").read_bytes() == BIG

    def test_what_the_disk_has_no_room_for_is_not_begun(self, server: FileServer, tmp_path: Path) -> None:
        server.headers = {"Content-Length": str(2**60)}
        with pytest.raises(OSError, match="space") as caught:
            fetch(server, tmp_path / "f.tif")
        assert caught.value.errno == errno.ENOSPC
        assert names(tmp_path) == []

    def test_an_endless_body_is_stopped(self, server: FileServer, tmp_path: Path, monkeypatch: Any) -> None:
        monkeypatch.setattr(files, "FILE_CAP", 100_000)
        with pytest.raises(errors.BadAnswer):
            fetch(server, tmp_path / "f.tif")
        assert names(tmp_path) == []

    def test_a_name_of_the_greatest_length_leaves_space_for_its_part(self, server: FileServer, tmp_path: Path) -> None:
        target = tmp_path / ("ä" * 125 + ".tif")
        stopped(server, target)
        assert fetch(server, target).read_bytes() == BIG
        assert server.asked[0].range == "bytes=5000-"

    def test_the_part_may_lie_elsewhere(self, server: FileServer, tmp_path: Path) -> None:
        place = tmp_path / "parts" / ".mine.part"
        fetch(server, tmp_path / "out" / "f.tif", part=place)
        assert (tmp_path / "out" / "f.tif").read_bytes() == BIG
        assert names(place.parent) == []

    def test_parts_nobody_went_on_with_are_swept(self, tmp_path: Path) -> None:
        for name in (PART, NOTES, ".g.0123456789ab.part", "f.tif", ".hidden"):
            (tmp_path / name).write_bytes(b"x")
        part_file.sweep(tmp_path, days=1)
        assert len(names(tmp_path)) == 5
        part_file.sweep(tmp_path, days=-1)
        assert names(tmp_path) == [".hidden", "f.tif"]

    def test_a_large_file_takes_little_memory(self, server: FileServer, tmp_path: Path) -> None:
        size = 200 * 1024 * 1024

        piece = bytes(1024 * 1024)
        server.answer = lambda handler: _send_long(handler, piece, size)  # type: ignore[method-assign]
        tracemalloc.start()
        try:
            fetch(server, tmp_path / "f.tif")
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert (tmp_path / "f.tif").stat().st_size == size
        assert peak < 16 * 1024 * 1024


def _send_long(handler: Any, piece: bytes, size: int) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", str(size))
    handler.end_headers()
    for _ in range(size // len(piece)):
        handler.wfile.write(piece)
