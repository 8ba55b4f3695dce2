"""A small real HTTP server of one file, on loopback, that can fail in the ways file servers do."""

from __future__ import annotations

import re
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

_PIECE = 256 * 1024


class Asked(NamedTuple):
    """What a request asked for."""

    path: str
    range: str | None
    if_range: str | None
    key: str | None


@dataclass
class FileServer:
    """What is served and how; changed while it runs.

    Attributes:
        breaks: for each request in turn, after how many bytes of the body the connection ends.
        resets: end it with a reset, so that bytes on their way may be lost, too.
        statuses: for each request in turn, a status to refuse with, 0 for none.
        ranges: ``right``, ``none`` (the whole comes), ``wrong`` (by a byte), ``short`` or ``bare`` (it tells none).
    """

    content: bytes = b""
    etag: str = '"one"'
    resets: bool = False
    ranges: str = "right"
    headers: dict[str, str] = field(default_factory=dict)
    breaks: list[int] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    url: str = ""
    hold: threading.Event | None = None
    before: Callable[[], None] = lambda: None

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer one request."""
        seen = Asked(handler.path, *(handler.headers.get(name) for name in ("Range", "If-Range", "Authorization")))
        self.asked.append(seen)
        self.before()
        if status := self.statuses.pop(0) if self.statuses else 0:
            return send(handler, status, {"Content-Length": "0", "Retry-After": "7"}, b"", None)
        first = self._first(seen)
        if first is not None and first >= len(self.content):
            headers = {"Content-Range": f"bytes */{len(self.content)}", "Content-Length": "0"}
            return send(handler, 416, headers, b"", None)
        return self._whole_or_part(handler, first)

    def _first(self, seen: Asked) -> int | None:
        current = seen.if_range in (None, self.etag, self.headers.get("Last-Modified"))
        return int(seen.range[6:-1]) if seen.range and current and self.ranges != "none" else None

    def _whole_or_part(self, handler: BaseHTTPRequestHandler, first: int | None) -> None:
        start, end, total = first or 0, len(self.content), len(self.content)
        if first is not None and self.ranges == "short":
            end = min(end, start + 1000)
        body = memoryview(self.content)[start:end]
        headers = {"Content-Length": str(len(body)), "Date": "Thu, 01 Jan 2026 10:00:00 GMT"}
        headers |= {"ETag": self.etag} if self.etag else {}
        if first is not None and self.ranges != "bare":
            shift = 1 if self.ranges == "wrong" else 0
            headers["Content-Range"] = f"bytes {start - shift}-{end - 1 - shift}/{total}"
        cut = self.breaks.pop(0) if self.breaks else None
        send(handler, 200 if first is None else 206, headers | self.headers, body, cut, self)

    @contextmanager
    def running(self) -> Iterator[FileServer]:
        """Serve until the block ends."""
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                outer.answer(self)

            do_POST = do_GET  # noqa: N815

            def send_header(self, keyword: str, value: str) -> None:
                if keyword not in ("Server", "Date") or re.match("Thu", value):
                    super().send_header(keyword, value)

            def log_message(self, *_: Any) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        self.url = f"http://127.0.0.1:{server.server_port}"
        try:
            yield self
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


def send(
    handler: BaseHTTPRequestHandler,
    status: int,
    headers: dict[str, str],
    body: bytes | memoryview,
    cut: int | None,
    server: FileServer | None = None,
) -> None:
    """Send an answer, or ``cut`` bytes of its body: then wait for the server's ``hold``, and end the connection."""
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.end_headers()
    try:
        for start in range(0, len(body) if cut is None else cut, _PIECE):
            handler.wfile.write(body[start : min(start + _PIECE, len(body) if cut is None else cut)])
        handler.wfile.flush()
    except ConnectionError:
        cut = 0
    if cut is not None:
        if server is not None and server.hold is not None:
            server.hold.wait(20)
        if server is not None and server.resets:
            handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            handler.connection.close()
        handler.close_connection = True
