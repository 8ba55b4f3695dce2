"""Real HTTP over the loopback interface: what a fake transport cannot show."""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from collections.abc import Awaitable, Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeVar

import pytest
from pixxel_explorer.plugin.api import errors
from pixxel_explorer.plugin.api.client import ApiClient
from pixxel_explorer.plugin.api.config import ClientConfig
from pixxel_explorer.plugin.api.models import MetadataUpdate
from pixxel_explorer.plugin.api.transport.auth import Credentials

T = TypeVar("T")
UPDATE = MetadataUpdate(visualization_mode="theoretical", legend={"2024_05_06": []})
BIG = bytes(range(256)) * 20_000


class Server:
    """An HTTP server whose answer is a function; records method, path and key of each request."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str, str | None]] = []
        self.answer: Callable[[BaseHTTPRequestHandler], None] = lambda handler: send(handler, 200, b"{}")
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                outer.seen.append((self.command, self.path, self.headers.get("Authorization")))
                outer.answer(self)

            def do_POST(self) -> None:
                self.do_GET()

            def do_PUT(self) -> None:
                self.do_GET()

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def send(handler: BaseHTTPRequestHandler, status: int, body: bytes, **headers: str) -> None:
    handler.send_response(status)
    for name, value in {"Content-Length": str(len(body)), **headers}.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


def break_off(handler: BaseHTTPRequestHandler, sent: bytes = b"") -> None:
    """Reset the connection, after a part of an answer."""
    handler.wfile.write(sent)
    handler.wfile.flush()
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.close_connection = True
    handler.connection.close()


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.close()


@pytest.fixture
def other() -> Iterator[Server]:
    running = Server()
    yield running
    running.close()


def run(server: Server, work: Callable[[ApiClient], Awaitable[T]], **config: Any) -> T:
    async def no_wait(_: float) -> None:
        pass

    async def main() -> T:
        settings = ClientConfig(base_url=server.url, **config)
        async with ApiClient(settings, Credentials.from_key("secret-key"), sleep=no_wait) as client:
            return await work(client)

    return asyncio.run(main())


def test_a_file_is_streamed_to_disk_with_progress(server: Server, tmp_path: Path) -> None:
    server.answer = lambda handler: send(handler, 200, BIG)
    reports: list[tuple[int, int | None]] = []
    target = tmp_path / "new" / "file.tif"
    done = run(server, lambda client: client.files.fetch("/f.tif?x=1", target, lambda *seen: reports.append(seen)))
    assert done == target
    assert target.read_bytes() == BIG
    assert reports[-1] == (len(BIG), len(BIG))
    assert len(reports) > 1
    assert server.seen == [("GET", "/f.tif?x=1", "secret-key")]


def test_a_file_on_another_origin_is_fetched_without_the_key(server: Server, other: Server, tmp_path: Path) -> None:
    other.answer = lambda handler: send(handler, 200, b"x")
    run(server, lambda client: client.files.fetch(f"{other.url}/f.tif", tmp_path / "f.tif"))
    assert other.seen == [("GET", "/f.tif", None)]


def test_the_key_does_not_follow_a_download_to_another_origin(server: Server, other: Server, tmp_path: Path) -> None:
    server.answer = lambda handler: send(handler, 302, b"", Location=f"{other.url}/signed?sig=1")
    other.answer = lambda handler: send(handler, 200, BIG)
    run(server, lambda client: client.files.fetch("/f.tif", tmp_path / "f.tif"))
    assert (tmp_path / "f.tif").read_bytes() == BIG
    assert server.seen[0][2] == "secret-key"
    assert other.seen == [("GET", "/signed?sig=1", None)]


def test_a_file_cut_off_is_fetched_again_and_never_left_half(server: Server, tmp_path: Path) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        if len(server.seen) < 3:
            break_off(handler, b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf")
        else:
            send(handler, 200, b"whole")

    server.answer = answer
    run(server, lambda client: client.files.fetch("/f.tif", tmp_path / "f.tif"))
    assert [path.name for path in tmp_path.iterdir()] == ["f.tif"]
    assert (tmp_path / "f.tif").read_bytes() == b"whole"


def test_a_file_that_cannot_be_had_leaves_what_was_there(server: Server, tmp_path: Path) -> None:
    target = tmp_path / "f.tif"
    target.write_bytes(b"before")
    server.answer = lambda handler: break_off(handler, b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf")
    with pytest.raises(errors.TransportFailed):
        run(server, lambda client: client.files.fetch("/f.tif", target))
    assert [path.name for path in tmp_path.iterdir()] == ["f.tif"]
    assert target.read_bytes() == b"before"


def test_a_refused_file_is_a_refusal(server: Server, tmp_path: Path) -> None:
    server.answer = lambda handler: send(handler, 403, b"<Error><Code>AccessDenied</Code></Error>")
    with pytest.raises(errors.Forbidden):
        run(server, lambda client: client.files.fetch("/f.tif", tmp_path / "f.tif"))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_an_os_error(server: Server, tmp_path: Path) -> None:
    server.answer = lambda handler: send(handler, 200, b"x")
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OSError, match="file"):
        run(server, lambda client: client.files.fetch("/f.tif", tmp_path / "file" / "f.tif"))


@pytest.mark.parametrize(
    "url",
    ["", " ", "s3://bucket/key.tif", "file:///f.tif", "//store.example.com/f.tif", "http://store.example.com/f.tif"],
)
def test_only_http_and_only_encrypted_is_fetched(server: Server, tmp_path: Path, url: str) -> None:
    with pytest.raises(errors.InvalidConfig):
        run(server, lambda client: client.files.fetch(url, tmp_path / "f.tif"))
    assert server.seen == []


def test_a_cancelled_download_leaves_nothing(server: Server, tmp_path: Path) -> None:
    release = threading.Event()

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf")
        handler.wfile.flush()
        release.wait(10)
        handler.close_connection = True

    async def cancelled(client: ApiClient) -> None:
        begun = asyncio.Event()
        fetching = asyncio.ensure_future(client.files.fetch("/f.tif", tmp_path / "f.tif", lambda *_: begun.set()))
        await begun.wait()
        fetching.cancel()
        with pytest.raises(asyncio.CancelledError):
            await fetching

    server.answer = answer
    run(server, cancelled)
    release.set()
    assert list(tmp_path.iterdir()) == []


def test_a_read_survives_a_reset_connection(server: Server) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        if len(server.seen) == 1:
            break_off(handler)
        else:
            send(handler, 200, b'{"project": {"id": "p"}}')

    server.answer = answer
    assert run(server, lambda client: client.projects.get("p")).id == "p"
    assert len(server.seen) == 2


@pytest.mark.parametrize("sent", [b"", b'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"legend"'])
def test_a_write_whose_connection_is_reset_is_not_sent_again(server: Server, sent: bytes) -> None:
    server.answer = lambda handler: break_off(handler, sent)
    with pytest.raises(errors.OutcomeUnknown):
        run(server, lambda client: client.visualizations.update_metadata("a", "v", UPDATE))
    assert len(server.seen) == 1


def test_nobody_listening_is_a_plain_failure_for_reads_and_writes(server: Server) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server.url = f"http://127.0.0.1:{port}"
    for work in (
        lambda client: client.projects.get("p"),
        lambda client: client.visualizations.update_metadata("a", "v", UPDATE),
    ):
        with pytest.raises(errors.TransportFailed) as caught:
            run(server, work)
        assert caught.value.kind == "connect"


def test_a_silent_server_is_given_up(server: Server) -> None:
    release = threading.Event()
    server.answer = lambda handler: (release.wait(10), break_off(handler))[1]
    with pytest.raises(errors.TimedOut):
        run(server, lambda client: client.projects.get("p"), timeout=0.2)
    release.set()
    assert len(server.seen) == 2


def test_the_environment_does_not_choose_the_proxy(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    server.answer = lambda handler: send(handler, 200, b'"pong"')
    assert run(server, lambda client: client.external.ping()) == "pong"
