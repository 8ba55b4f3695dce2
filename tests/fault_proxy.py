"""A proxy on loopback that injects faults: it stands before a server and answers chosen requests as it is told to.

    with faulty(url) as proxy:
        proxy.on("PUT", "/metadata$", answer(409, {"error": {"message": "changed"}}))
        proxy.on("PUT", "/metadata$", after(lost()), first=2)   # the second such request

An act gets the exchange and answers it. ``{authorization}`` in headers and bodies stands for the value that the request
carried, ``{key}`` for its last word.
"""

from __future__ import annotations

import base64
import http.client
import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import quote, urlsplit

_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "te", "trailer", "upgrade"}
JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Reply:
    """An answer to send."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Request:
    """A request as it came."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """Return the body as JSON."""
        return json.loads(self.body) if self.body else None


class Exchange:
    """One request that is to be answered."""

    def __init__(self, handler: _Handler, request: Request) -> None:
        self._handler, self.request = handler, request

    def forward(self, body: Any = None) -> Reply:
        """Have the server carry the request out, with another body if one is given, and return its answer."""
        content = self.request.body if body is None else json.dumps(body).encode()
        return self.forward_as(replace(self.request, body=content))

    def forward_as(self, request: Request) -> Reply:
        """Have the server carry another request out instead, and return its answer."""
        return self._handler.proxy.forward(request)

    def send(self, reply: Reply) -> None:
        """Answer, with what stands for the request's key filled in."""
        self._handler.reply(replace(reply, body=self._filled(reply.body), headers=self._filled_headers(reply)))

    def cut(self, reply: Reply, kept: int) -> None:
        """Answer with the beginning of a body, and close the connection."""
        self._handler.reply(reply, kept=kept)

    def drop(self) -> None:
        """Close the connection without an answer."""
        self._handler.drop()

    def garble(self, content: bytes) -> None:
        """Answer with bytes that are not HTTP, and close the connection."""
        self._handler.wfile.write(content)
        self._handler.drop()

    def _filled(self, body: bytes) -> bytes:
        for name, value in self._secrets().items():
            body = body.replace(b"{%s}" % name.encode(), value.encode())
        return body

    def _filled_headers(self, reply: Reply) -> dict[str, str]:
        return {name: self._filled(value.encode()).decode() for name, value in reply.headers.items()}

    def _secrets(self) -> dict[str, str]:
        value = self.request.headers.get("Authorization", "")
        key = value.rpartition(" ")[2]
        return {
            "authorization": value,
            "key": key,
            "quoted": quote(key, safe=""),
            "base64": base64.b64encode(key.encode()).decode(),
            "basic": base64.b64encode(f"user:{key}".encode()).decode(),
        }


Act = Callable[[Exchange], None]


def answer(status: int, body: Any = b"", headers: Mapping[str, str] | None = None) -> Act:
    """Return an act that answers instead of the server."""
    reply = reply_of(status, body, headers)
    return lambda exchange: exchange.send(reply)


def lost() -> Act:
    """Return an act that closes the connection without an answer."""
    return lambda exchange: exchange.drop()


def garbled(content: bytes = b"SSH-2.0-server\r\n\r\n") -> Act:
    """Return an act that answers with bytes that are not HTTP."""
    return lambda exchange: exchange.garble(content)


def renamed(own: str, other: str) -> Act:
    """Return an act that answers as the server does, which has another id in place of its own, in both directions."""
    there = quote(other, safe="")

    def answered(exchange: Exchange) -> None:
        request = exchange.request
        path, body = request.path.replace(there, own), request.body.replace(_in_json(other), own.encode())
        reply = exchange.forward_as(replace(request, path=path, body=body))
        exchange.send(replace(reply, body=reply.body.replace(own.encode(), _in_json(other))))

    return answered


def _in_json(text: str) -> bytes:
    return json.dumps(text)[1:-1].encode()


def after(act: Act) -> Act:
    """Return an act that lets the server carry the request out, and then answers otherwise."""

    def carried_out(exchange: Exchange) -> None:
        exchange.forward()
        act(exchange)

    return carried_out


def before(happening: Callable[[], object], act: Act) -> Act:
    """Return an act before which something happens, as a colleague's write."""

    def answered(exchange: Exchange) -> None:
        happening()
        act(exchange)

    return answered


def echo(shape: Callable[[Request], Any]) -> Act:
    """Return an act that answers 200 with what a good server would say to a request, and stores nothing."""
    return lambda exchange: exchange.send(reply_of(200, shape(exchange.request)))


def store_other(change: Callable[[Any], Any], shape: Callable[[Request], Any]) -> Act:
    """Return an act that lets the server store a changed body, and answers as if it were the one that was sent."""

    def altered(exchange: Exchange) -> None:
        exchange.forward(change(exchange.request.json))
        exchange.send(reply_of(200, shape(exchange.request)))

    return altered


def passed() -> Act:
    """Return an act that answers as the server does."""
    return lambda exchange: exchange.send(exchange.forward())


def delayed(seconds: float, act: Act) -> Act:
    """Return an act that waits before another."""
    return before(lambda: time.sleep(seconds), act)


def cut(kept: int) -> Act:
    """Return an act that breaks the server's answer off after some bytes of its body."""
    return lambda exchange: exchange.cut(exchange.forward(), kept)


def reply_of(status: int, body: Any = b"", headers: Mapping[str, str] | None = None) -> Reply:
    """Return an answer; a body that is neither bytes nor text goes out as JSON."""
    if isinstance(body, bytes):
        return Reply(status, body, headers or {})
    if isinstance(body, str):
        return Reply(status, body.encode(), {"Content-Type": "text/html", **(headers or {})})
    return Reply(status, json.dumps(body).encode(), {**JSON, **(headers or {})})


@dataclass
class Rule:
    """Which requests an act is for: the ``first`` that fits and those after it, ``count`` of them."""

    method: str
    path: str
    act: Act
    first: int = 1
    count: int = 1_000_000
    met: int = 0

    def fits(self, request: Request) -> bool:
        """Return whether the act is for a request; the request is counted."""
        if request.method != self.method or not re.search(self.path, urlsplit(request.path).path):
            return False
        self.met += 1
        return self.first <= self.met < self.first + self.count


class FaultProxy:
    """The proxy: its address, its rules, and the requests it met."""

    def __init__(self, target: str) -> None:
        self._target = urlsplit(target)
        self._rules: list[Rule] = []
        self._lock = threading.Lock()
        self.requests: list[Request] = []
        self.url = ""

    def on(self, method: str, path: str, act: Act, *, first: int = 1, count: int = 1_000_000) -> None:
        """Let an act answer the requests whose path holds a pattern; the rule added last wins."""
        self._rules.insert(0, Rule(method, path, act, first, count))

    def clear(self) -> None:
        """Forget the rules and the requests."""
        self._rules.clear()
        self.requests.clear()

    def count(self, method: str) -> int:
        """Return how many requests of a method came."""
        return sum(request.method == method for request in self.requests)

    def act_for(self, request: Request) -> Act:
        """Return what answers a request."""
        with self._lock:
            self.requests.append(request)
            return next((rule.act for rule in self._rules if rule.fits(request)), passed())

    def forward(self, request: Request) -> Reply:
        """Have the server answer a request."""
        connection = http.client.HTTPConnection(self._target.hostname or "", self._target.port, timeout=60)
        headers = {name: value for name, value in request.headers.items() if name.lower() not in _HOP_BY_HOP}
        try:
            connection.request(request.method, request.path, request.body or None, headers)
            response = connection.getresponse()
            kept = {name: value for name, value in response.getheaders() if name.lower() not in _HOP_BY_HOP}
            return Reply(response.status, response.read(), kept)
        finally:
            connection.close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    proxy: FaultProxy

    def handle(self) -> None:
        """Serve a connection until the client leaves, which it may do at any time."""
        with suppress(ConnectionError):
            super().handle()

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        request = Request(self.command, self.path, dict(self.headers.items()), body)
        self.proxy.act_for(request)(Exchange(self, request))

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815 (http.server)

    def reply(self, reply: Reply, kept: int | None = None) -> None:
        """Send an answer, or the beginning of one."""
        self.send_response_only(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body if kept is None else reply.body[:kept])
        if kept is not None:
            self.drop()

    def drop(self) -> None:
        """Close the connection."""
        self.close_connection = True
        self.wfile.flush()
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *_: object) -> None:
        """Be quiet."""


@contextmanager
def faulty(target: str) -> Iterator[FaultProxy]:
    """Stand before a server until the block ends."""
    proxy = FaultProxy(target)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (_Handler,), {"proxy": proxy}))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    proxy.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()
