"""What a broken or hostile server does over real sockets, and what becomes of it."""

from __future__ import annotations

import asyncio
import gzip
import json
import socket
import struct
import sys
import threading
import time
import tracemalloc
import zlib
from collections.abc import Awaitable, Callable, Iterator
from email.utils import formatdate
from typing import Any, TypeVar

import pytest
from pixxel_explorer.plugin.api import errors
from pixxel_explorer.plugin.api.client import ApiClient
from pixxel_explorer.plugin.api.config import ClientConfig
from pixxel_explorer.plugin.api.models import (
    MetadataRollback,
    MetadataUpdate,
    SldRequest,
    StacSearch,
    VisualizationCreate,
)
from pixxel_explorer.plugin.api.transport import session
from pixxel_explorer.plugin.api.transport.auth import Credentials

T = TypeVar("T")
Work = Callable[[ApiClient], Awaitable[Any]]

UPDATE = MetadataUpdate(visualization_mode="theoretical", legend={"2024_05_06": []})
ROLLBACK = MetadataRollback(index_id="i", dates=("2024_05_06",), visualization_mode="dynamic")
AOIS = b'{"aois": [{"aoi_id": "a"}], "pagination": {"total": 1, "offset": 0, "limit": 50}}'
WRITES: dict[str, Work] = {
    "PUT": lambda client: client.visualizations.update_metadata("a", "v", UPDATE),
    "PATCH": lambda client: client.visualizations.rollback_metadata("a", "v", ROLLBACK),
    "POST": lambda client: client.visualizations.create("a", VisualizationCreate(index_id="i")),
    "DELETE": lambda client: client.stores.delete("s"),
}
READS: dict[str, Work] = {
    "GET": lambda client: client.aois.list(),
    "POST sld": lambda client: client.visualizations.sld(
        "a", "v", SldRequest(dates=("2024_05_06",), visualization_modes=("dynamic",))
    ),
    "POST archives/search": lambda client: client.archives.search(StacSearch(ids=("i",))),
}


class Wire:
    """A server of bare sockets: ``answers`` are functions of the connection, the last one for ever.

    Attributes:
        heads: the head of every request that arrived whole, body read too.
        connections: how many were opened.
    """

    def __init__(self) -> None:
        self.answers: list[Callable[[socket.socket], None]] = []
        self.heads: list[str] = []
        self.connections = 0
        self.read_first = True
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection:
                self._answer(connection)

    def _answer(self, connection: socket.socket) -> None:
        self.connections += 1
        connection.settimeout(10)
        try:
            if self.read_first:
                self.heads.append(read_request(connection))
            answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
            answer(connection)
        except OSError:
            return

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(10)


def read_request(connection: socket.socket) -> str:
    received = b""
    while b"\r\n\r\n" not in received:
        part = connection.recv(65536)
        if not part:
            raise OSError("closed")
        received += part
    head, _, body = received.partition(b"\r\n\r\n")
    length = next((int(x.split(b":")[1]) for x in head.split(b"\r\n") if x.lower().startswith(b"content-length")), 0)
    while len(body) < length:
        body += connection.recv(65536)
    return head.decode("latin-1")


def saying(data: bytes, *, reset: bool = False) -> Callable[[socket.socket], None]:
    """Send bytes and end the connection, orderly or by a reset."""

    def answer(connection: socket.socket) -> None:
        connection.sendall(data)
        if reset:
            time.sleep(0.02)  # what was sent shall arrive before the reset throws it away
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    return answer


def message(body: bytes, status: str = "200 OK", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


GOOD = message(AOIS)


@pytest.fixture
def wire() -> Iterator[Wire]:
    running = Wire()
    yield running
    running.close()


@pytest.fixture
def other() -> Iterator[Wire]:
    running = Wire()
    yield running
    running.close()


def run(url: str, work: Callable[[ApiClient], Awaitable[T]], pauses: list[float] | None = None, **config: Any) -> T:
    async def no_wait(seconds: float) -> None:
        if pauses is not None:
            pauses.append(seconds)

    async def main() -> T:
        key = Credentials.from_key("secret-key")
        async with ApiClient(ClientConfig(base_url=url, **config), key, sleep=no_wait, jitter=lambda: 1.0) as client:
            return await work(client)

    return asyncio.run(main())


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
BREAKS = {
    "in the status line": GOOD[:9],
    "after the status line": GOOD[:17],
    "in a header": GOOD[:25],
    "before the last header's end": GOOD[: GOOD.index(b"\r\n\r\n") + 2],
    "between headers and body": GOOD[: GOOD.index(b"\r\n\r\n") + 4],
    "in the body": GOOD[:-20],
    "at the last byte": GOOD[:-1],
    "in a chunk's header": CHUNKED + b"4",
    "after a chunk's header": CHUNKED + b"51\r\n",
    "in a chunk": CHUNKED + b"51\r\n" + AOIS[:30],
    "before the last chunk": CHUNKED + b"%x\r\n" % len(AOIS) + AOIS + b"\r\n",
    "in the last chunk's header": CHUNKED + b"%x\r\n" % len(AOIS) + AOIS + b"\r\n0\r",
}


@pytest.mark.parametrize("reset", [False, True], ids=["closed", "reset"])
@pytest.mark.parametrize("place", BREAKS)
class TestBreaks:
    """A connection that ends at every kind of byte."""

    def test_a_read_is_asked_for_again(self, wire: Wire, place: str, reset: bool) -> None:
        wire.answers = [saying(BREAKS[place], reset=reset), saying(GOOD)]
        page = run(wire.url, READS["GET"])
        assert [aoi.aoi_id for aoi in page.items] == ["a"]
        assert len(wire.heads) == 2

    @pytest.mark.parametrize("method", WRITES)
    def test_a_write_is_sent_once_and_its_outcome_unknown(
        self, wire: Wire, place: str, reset: bool, method: str
    ) -> None:
        wire.answers = [saying(BREAKS[place], reset=reset)]
        with pytest.raises(errors.OutcomeUnknown) as caught:
            run(wire.url, WRITES[method])
        assert caught.value.method == method
        assert [head.split()[0] for head in wire.heads] == [method]


def test_a_connection_reset_before_the_request_is_read_is_tried_again_by_reads_only(wire: Wire) -> None:
    wire.read_first = False
    wire.answers = [saying(b"", reset=True)]
    with pytest.raises(errors.TransportFailed):
        run(wire.url, READS["GET"])
    assert wire.connections == 5
    with pytest.raises((errors.OutcomeUnknown, errors.TransportFailed)):
        run(wire.url, WRITES["PUT"])
    assert wire.connections == 6


@pytest.mark.parametrize("name", READS)
def test_what_only_reads_may_be_sent_again_whatever_its_method(wire: Wire, name: str) -> None:
    wire.answers = [saying(message(b"", "503 Unavailable"))]
    with pytest.raises(errors.ServerFailed):
        run(wire.url, READS[name])
    assert len(wire.heads) == 5


@pytest.mark.parametrize("method", WRITES)
@pytest.mark.parametrize("answer", [b"{", b"\xff\xfe", b"[" * 100_000], ids=["half", "letters", "deep"])
def test_a_write_with_an_unreadable_answer_is_not_sent_again(wire: Wire, method: str, answer: bytes) -> None:
    wire.answers = [saying(message(answer))]
    if method == "DELETE":
        assert run(wire.url, WRITES[method]) is None
    else:
        with pytest.raises(errors.OutcomeUnknown):
            run(wire.url, WRITES[method])
    assert len(wire.heads) == 1


@pytest.mark.parametrize("method", WRITES)
@pytest.mark.parametrize("encoding", ["gzip", "br"])
def test_a_write_whose_answer_cannot_be_inflated_has_an_unknown_outcome(wire: Wire, method: str, encoding: str) -> None:
    wire.answers = [saying(message(b"no such thing", "200 OK", f"Content-Encoding: {encoding}"))]
    with pytest.raises(errors.OutcomeUnknown):
        run(wire.url, WRITES[method])
    assert len(wire.heads) == 1


class TestBombs:
    """Small bodies that inflate beyond all measure stop early."""

    @staticmethod
    def bomb(encoding: str) -> bytes:
        zeros = b'"' + b"0" * (400 * 1024 * 1024)
        if encoding == "gzip":
            return gzip.compress(zeros, 6)
        raw = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS if encoding == "raw" else zlib.MAX_WBITS)
        return raw.compress(zeros) + raw.flush()

    @pytest.mark.parametrize("encoding", ["gzip", "zlib", "raw"])
    def test_an_inflated_answer_stops_at_the_cap(
        self, wire: Wire, encoding: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        named = "gzip" if encoding == "gzip" else "deflate"
        wire.answers = [saying(message(self.bomb(encoding), "200 OK", f"Content-Encoding: {named}"))]
        tracemalloc.start()
        try:
            with pytest.raises(errors.BadAnswer, match="more than"):
                run(wire.url, lambda client: client._session.read("GET", "/v0/aois", cap=4 * 1024 * 1024))
            assert tracemalloc.get_traced_memory()[1] < 32 * 1024 * 1024
        finally:
            tracemalloc.stop()

    @pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "compress", "gzip, br", "x" * 500])
    def test_a_compression_nobody_asked_for_is_refused(self, wire: Wire, encoding: str) -> None:
        wire.answers = [saying(message(AOIS, "200 OK", f"Content-Encoding: {encoding}"))]
        with pytest.raises(errors.BadAnswer):
            run(wire.url, READS["GET"])
        assert "accept-encoding: gzip, deflate\r\n" in wire.heads[0].lower() + "\r\n"

    @pytest.mark.parametrize("encoding", ["gzip", "zlib", "raw", "identity"])
    def test_an_honest_answer_is_inflated(self, wire: Wire, encoding: str) -> None:
        raw = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
        body = {
            "gzip": gzip.compress(AOIS),
            "zlib": zlib.compress(AOIS),
            "raw": raw.compress(AOIS) + raw.flush(),
            "identity": AOIS,
        }[encoding]
        named = encoding if encoding in ("gzip", "identity") else "deflate"
        wire.answers = [saying(message(body, "200 OK", f"Content-Encoding: {named}"))]
        assert len(run(wire.url, READS["GET"]).items) == 1

    def test_a_compressed_answer_cut_short_is_reported(self, wire: Wire) -> None:
        wire.answers = [saying(message(gzip.compress(AOIS)[:-12], "200 OK", "Content-Encoding: gzip"))]
        with pytest.raises(errors.BadAnswer, match="compression"):
            run(wire.url, READS["GET"])

    def test_a_refusal_that_inflates_without_end_is_still_a_refusal(self, wire: Wire) -> None:
        wire.answers = [saying(message(self.bomb("gzip"), "404 Not Found", "Content-Encoding: gzip"))]
        with pytest.raises(errors.NotFound):
            run(wire.url, READS["GET"])


def test_an_answer_without_end_stops_at_the_cap(wire: Wire) -> None:
    def endless(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.sendall(b" " * 65536)

    wire.answers = [endless]
    with pytest.raises(errors.BadAnswer, match="more than"):
        run(wire.url, lambda client: client._session.read("GET", "/v0/aois", cap=1_000_000))


@pytest.mark.parametrize("length", ["9" * 5000, "99999999999999999999", "-1", "ten", "1, 2"])
def test_a_senseless_length_is_a_failure_of_ours_to_name(wire: Wire, length: str) -> None:
    wire.answers = [saying(f"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n".encode() + AOIS)]
    with pytest.raises(errors.ApiError):
        run(wire.url, READS["GET"])


@pytest.mark.parametrize(
    "body",
    [b"[" * 200_000, b'{"aois":' + b"[" * 100_000, b'{"a":' * 100_000, b'{"aois":[' + b"[" * 990 + b"]" * 990 + b"]}"],
)
def test_json_nested_without_measure_is_a_bad_answer(wire: Wire, body: bytes) -> None:
    wire.answers = [saying(message(body))]
    with pytest.raises(errors.BadAnswer):
        run(wire.url, READS["GET"])


class TestPatience:
    """Answers that come slowly, or not."""

    def test_silence_in_the_body_ends_it(self, wire: Wire) -> None:
        done = threading.Event()

        def halting(connection: socket.socket) -> None:
            connection.sendall(GOOD[:-5])
            done.wait(10)

        wire.answers = [halting]
        with pytest.raises(errors.TimedOut):
            run(wire.url, READS["GET"], timeout=0.2)
        done.set()

    @pytest.mark.parametrize("part", ["head", "body"])
    def test_a_trickle_has_an_end(self, wire: Wire, part: str) -> None:
        done = threading.Event()

        def trickling(connection: socket.socket) -> None:
            connection.sendall(b"HTTP/1.1 200 OK\r\n" + (b"X-A: " if part == "head" else b"\r\n"))
            while not done.wait(0.02):
                connection.sendall(b"a")

        wire.answers = [trickling]
        with pytest.raises(errors.TimedOut):
            run(wire.url, READS["GET"], timeout=0.2)
        done.set()

    @pytest.mark.parametrize(
        ("value", "pause"),
        [
            ("7", 7.0),
            ("0", 0.5),
            ("-5", 0.5),
            ("999999999999", 60.0),
            ("1e300", 60.0),
            ("9" * 400, 0.5),
            ("nan", 0.5),
            ("soon", 0.5),
            ("Fri, 31 Dec 9999 23:59:59 GMT", 60.0),
            ("Thu, 01 Jan 1970 00:00:00 GMT", 0.5),
            ("Mon, 99 Foo 2024 25:61:61 GMT", 0.5),
            ("Mon, 01 Jan 0000 00:00:00 GMT", 0.5),
        ],
    )
    def test_a_429_is_waited_for_within_reason(self, wire: Wire, value: str, pause: float) -> None:
        pauses: list[float] = []
        wire.answers = [saying(message(b"", "429 Slow", f"Retry-After: {value}")), saying(GOOD)]
        run(wire.url, READS["GET"], pauses)
        assert pauses == [pause]

    def test_a_429_with_a_date_is_waited_for_by_the_servers_clock(self, wire: Wire) -> None:
        pauses: list[float] = []
        dates = f"Date: {formatdate(1e9, usegmt=True)}", f"Retry-After: {formatdate(1e9 + 12, usegmt=True)}"
        wire.answers = [saying(message(b"", "429 Slow", *dates)), saying(GOOD)]
        run(wire.url, READS["GET"], pauses)
        assert pauses == [12.0]

    @pytest.mark.parametrize("date", ["Mon, 01 Jan 0001 00:00:00 -0000", "Mon, 01 Jan 0000 00:00:00", "x", ""])
    def test_a_servers_clock_out_of_its_mind_does_no_harm(self, wire: Wire, date: str) -> None:
        pauses: list[float] = []
        until = formatdate(1e9, usegmt=True)
        wire.answers = [saying(message(b"", "429 Slow", f"Date: {date}", f"Retry-After: {until}")), saying(GOOD)]
        run(wire.url, READS["GET"], pauses)
        assert len(pauses) == 1
        assert 0 <= pauses[0] <= 60


class TestRedirects:
    """Where an answer sends us, and where we do not go."""

    def test_the_key_stays_behind_on_the_way_to_another_host_and_back(self, wire: Wire, other: Wire) -> None:
        wire.answers = [saying(message(b"", "302 Found", f"Location: {other.url}/there")), saying(GOOD)]
        other.answers = [saying(message(b"", "302 Found", f"Location: {wire.url}/v0/aois"))]
        assert len(run(wire.url, READS["GET"]).items) == 1
        assert ["secret-key" in head for head in wire.heads] == [True, True]
        assert ["secret-key" in head for head in other.heads] == [False]
        assert "uthorization" not in other.heads[0]

    @pytest.mark.parametrize("method", WRITES)
    def test_no_write_follows_to_another_host(self, wire: Wire, other: Wire, method: str) -> None:
        wire.answers = [saying(message(b"", "307 Temporary", f"Location: {other.url}/there"))]
        other.answers = [saying(GOOD)]
        with pytest.raises(errors.TransportFailed, match="redirect"):
            run(wire.url, WRITES[method])
        assert (len(wire.heads), other.connections) == (1, 0)

    def test_a_circle_is_left(self, wire: Wire) -> None:
        wire.answers = [saying(message(b"", "302 Found", "Location: /v0/aois"))]
        with pytest.raises(errors.TransportFailed, match="redirect"):
            run(wire.url, READS["GET"])
        assert len(wire.heads) == 6

    @pytest.mark.parametrize(
        "location",
        [
            "http://store.example.com/x",
            "ftp://127.0.0.1/x",
            "file:///etc/passwd",
            "data:text/plain,x",
            "javascript:0",
            "http://[",
            "http://127.0.0.1:99999/",
            "http://user:word@127.0.0.1:{port}/",
            "//store.example.com/x",
        ],
    )
    def test_an_address_not_to_be_followed_opens_no_connection(
        self, wire: Wire, other: Wire, location: str, opened: list[Any]
    ) -> None:
        port = other.url.rpartition(":")[2]
        wire.answers = [saying(message(b"", "302 Found", f"Location: {location.format(port=port)}"))]
        other.answers = [saying(GOOD)]
        with pytest.raises(errors.ApiError):
            run(wire.url, READS["GET"])
        assert {address[:2] for address in opened} == {("127.0.0.1", int(wire.url.rpartition(":")[2]))}

    def test_encryption_is_not_given_up(self) -> None:
        import httpx

        async def main() -> None:
            answer = httpx.Response(302, headers={"Location": "http://api.example.com/v0/aois"})
            asked: list[str] = []

            def handler(request: httpx.Request) -> httpx.Response:
                asked.append(str(request.url.scheme))
                return answer

            transport = httpx.MockTransport(handler)
            async with ApiClient(ClientConfig("https://api.example.com"), transport=transport) as client:
                with pytest.raises(errors.TransportFailed, match="without encryption"):
                    await client.aois.list()
            assert asked == ["https"]

        asyncio.run(main())


@pytest.fixture
def opened() -> Iterator[list[Any]]:
    """Return the addresses sockets were connected to, or names looked up, while a test runs."""
    seen: list[Any] = []
    active = True

    def hook(event: str, given: tuple[Any, ...]) -> None:
        if active and event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname"):
            seen.append(tuple(given[1]) if event == "socket.connect" else tuple(given[:2]))

    sys.addaudithook(hook)
    yield seen
    active = False


@pytest.mark.parametrize(
    "url", ["http://api.example.com", "http://192.0.2.1", "http://127.0.0.1.example.com", "http://0"]
)
def test_plain_http_to_another_machine_is_refused_before_a_socket_is_opened(url: str, opened: list[Any]) -> None:
    with pytest.raises(errors.InvalidConfig) as caught:
        run(url, READS["GET"])
    assert caught.value.reason == "plain-http"
    assert opened == []


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://store.example.com/f.tif", "plain-http"),
        ("https://user:word@store.example.com/f.tif", "url-credentials"),
        ("http://user@127.0.0.1/f.tif", "url-credentials"),
    ],
)
@pytest.mark.parametrize("with_key", [True, False])
def test_an_address_in_an_answer_not_to_be_spoken_to_opens_nothing(
    wire: Wire, url: str, reason: str, with_key: bool, opened: list[Any]
) -> None:
    with pytest.raises(errors.InvalidConfig) as caught:
        run(wire.url, lambda client: client.files.read(url, with_key=with_key))
    assert caught.value.reason == reason
    assert opened == []


@pytest.mark.parametrize("port", ["99999", "0", "-1", "ten"])
def test_a_port_that_does_not_exist_is_refused(port: str, opened: list[Any]) -> None:
    with pytest.raises(errors.InvalidConfig):
        run(f"http://127.0.0.1:{port}", READS["GET"])
    with pytest.raises(errors.InvalidConfig):
        run(
            "http://127.0.0.1:1", lambda client: client.files.read(f"http://127.0.0.1:{port if port != '0' else 'x'}/f")
        )
    assert opened == []


def test_a_base_address_with_a_password_is_refused(opened: list[Any]) -> None:
    with pytest.raises(errors.InvalidConfig) as caught:
        run("https://user:word@api.example.com", READS["GET"])
    assert caught.value.reason == "url-credentials"
    assert "word" not in str(caught.value)
    assert opened == []


class TestPages:
    """Lists that do not end, or not as they said."""

    @staticmethod
    def page(ids: list[str], **pagination: int) -> Callable[[socket.socket], None]:
        body = {"aois": [{"aoi_id": each} for each in ids], "pagination": pagination}
        return saying(message(json.dumps(body).encode()))

    @staticmethod
    async def everything(client: ApiClient) -> list[str]:
        return [aoi.aoi_id async for aoi in client.aois.iterate()]

    def test_a_page_that_repeats_ends_the_list(self, wire: Wire) -> None:
        wire.answers = [self.page(["a", "b"], total=1000)]
        assert run(wire.url, self.everything) == ["a", "b"]
        assert len(wire.heads) <= 6

    def test_a_page_that_repeats_without_a_total_ends_the_list(self, wire: Wire) -> None:
        wire.answers = [self.page(["a", "b"])]
        assert run(wire.url, self.everything) == ["a", "b"]
        assert len(wire.heads) == 2

    def test_a_limit_refused_is_asked_small(self, wire: Wire) -> None:
        refused = saying(message(b'{"error": {"code": "BAD", "message": "limit is too big"}}', "400 Bad Request"))
        wire.answers = [refused, self.page(["a"], total=1)]
        assert run(wire.url, self.everything) == ["a"]
        assert [head.split()[1].partition("limit=")[2].partition("&")[0] for head in wire.heads] == ["50", "10"]

    def test_a_limit_clamped_is_walked_by_what_came(self, wire: Wire) -> None:
        wire.answers = [self.page(["a", "b"], total=3, limit=2), self.page(["c"], total=3, offset=2, limit=2)]
        assert run(wire.url, self.everything) == ["a", "b", "c"]
        assert "offset=2" in wire.heads[1]

    @pytest.mark.parametrize("total", [-5, 10**30, 0])
    def test_a_total_that_lies_does_no_harm(self, wire: Wire, total: int) -> None:
        wire.answers = [self.page(["a"], total=total), self.page([])]
        assert run(wire.url, self.everything) == ["a"]


def test_the_cap_is_what_was_promised() -> None:
    assert (session.JSON_CAP, session.PNG_CAP) == (64 * 1024 * 1024, 256 * 1024 * 1024)
