"""Middle boxes on loopback: proxies of every kind, servers with every kind of certificate, and what each of them saw.

All of them live on one asyncio loop. ``Net`` is the machines of one setting: names lead to servers, whatever the real
name service says; only proxies ask it.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
import weakref
from asyncio import StreamReader, StreamWriter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

import trustme

from .sign_in import PASSWORD, USER, SignIn
from .wire import NotHttp, Request, Response, Seen, join, read_request, send

KEY = "api-key-of-the-test-0123456789"

Handle = Callable[[StreamReader, StreamWriter], Awaitable[None]]
Site = Callable[[Request], Response]
Filter = Callable[[str, Request], Response | None]


@dataclass
class Net:
    """Boxes, names, and what was seen.

    Attributes:
        names: ports of the TLS servers behind host names, as proxies resolve them.
        seen: everything boxes noted, in order.
        connections: how often each box was connected to.
    """

    names: dict[str, int] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    connections: dict[str, int] = field(default_factory=dict)
    _closed: set[int] = field(default_factory=set)
    _servers: list[asyncio.Server] = field(default_factory=list)
    _tasks: dict[asyncio.Task[Any], int] = field(default_factory=dict)
    _writers: weakref.WeakSet[StreamWriter] = field(default_factory=weakref.WeakSet)

    async def listen(self, name: str, handle: Handle, context: ssl.SSLContext | None = None) -> int:
        """Start a box and return its port."""

        async def guarded(reader: StreamReader, writer: StreamWriter) -> None:
            task, port = asyncio.current_task(), writer.get_extra_info("sockname")[1]
            assert task is not None
            self._tasks[task] = port
            self._writers.add(writer)
            self.connections[name] = self.connections.get(name, 0) + 1
            try:
                if port in self._closed:
                    return
                with suppress(OSError, NotHttp, EOFError, asyncio.LimitOverrunError, asyncio.CancelledError):
                    await handle(reader, writer)
            finally:
                del self._tasks[task]
                with suppress(OSError, RuntimeError):
                    writer.close()

        server = await asyncio.start_server(guarded, "127.0.0.1", 0, ssl=context, limit=1 << 20)
        self._servers.append(server)
        return int(server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Close all boxes."""
        for server in self._servers:
            server.close()
        tasks = [*self._tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for writer in [*self._writers]:
            writer.transport.abort()  # a TLS connection would wait for the client's own end before it closes
        await asyncio.sleep(0.05)

    def shut(self, ports: Iterable[int]) -> None:
        """Cut the connections of boxes and let no others in; with no ports, all boxes are open again."""
        self._closed = set(ports)
        for task, port in [*self._tasks.items()]:
            if port in self._closed:
                task.cancel()

    def note(self, seen: Seen) -> None:
        """Keep what a box saw."""
        self.seen.append(seen)


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


# --- servers ------------------------------------------------------------------------------------------------------


class Web:
    """TLS servers by host name; each answers with its site."""

    def __init__(self, net: Net, authority: trustme.CA) -> None:
        self._net = net
        self._authority = authority
        self.sites: dict[str, Site] = {}

    async def add(self, host: str, site: Site, context: ssl.SSLContext | None = None) -> int:
        """Serve a host and return its port; ``context`` replaces a good certificate."""
        self.sites[host] = site
        port = await self._net.listen(host, self._server(host), context or tls(self._authority, host))
        self._net.names[host] = port
        return port

    def _server(self, host: str) -> Handle:
        async def handle(reader: StreamReader, writer: StreamWriter) -> None:
            await self.serve(host, reader, writer, None)

        return handle

    async def serve(self, host: str, reader: StreamReader, writer: StreamWriter, filtering: Filter | None) -> None:
        """Answer requests on a connection whose TLS has been taken off; a filter may answer first."""
        while (request := await read_request(reader)) is not None:
            response = filtering(host, request) if filtering else None
            who = "filter" if response else host
            self._net.note(Seen(who, f"{request.method} https://{host}{request.target}", key=_has_key(request)))
            response = response or self._answer(host, request)
            if response.silent:
                await reader.read()
                return
            await send(writer, response)

    def _answer(self, host: str, request: Request) -> Response:
        site = self.sites.get(host)
        return site(request) if site else Response(502)


def tls(authority: trustme.CA, *identities: str, clients: trustme.CA | None = None, **times: Any) -> ssl.SSLContext:
    """Return a server's side of TLS; with ``clients``, only those show a certificate of that authority get through."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*identities, **times).configure_cert(context)
    if clients is not None:
        context.verify_mode = ssl.CERT_REQUIRED
        clients.configure_trust(context)
    return context


def _has_key(request: Request) -> bool:
    return KEY in request.target or any(KEY in value for value in request.headers.values())


# --- proxies ------------------------------------------------------------------------------------------------------


class HttpProxy:
    """A proxy that opens tunnels.

    Args:
        sign_ins: ways to sign in, in the order they are offered; none: open.
        refusal: what it answers whoever has got in.
        inspects: the authority in whose name it looks into tunnels.
        web: the servers, when it looks into tunnels.
        filtering: answers instead of them.
        is_silent: says nothing after a tunnel was opened.
    """

    def __init__(
        self,
        net: Net,
        sign_ins: Sequence[SignIn] = (),
        *,
        refusal: Response | None = None,
        inspects: trustme.CA | None = None,
        web: Web | None = None,
        filtering: Filter | None = None,
        is_silent: bool = False,
    ) -> None:
        self._net = net
        self._sign_ins = sign_ins
        self._refusal = refusal
        self._inspects, self._web, self._filtering = inspects, web, filtering
        self._is_silent = is_silent
        self._has_asked = False

    async def handle(self, reader: StreamReader, writer: StreamWriter) -> None:
        """Serve a connection."""
        state: dict[str, Any] = {}
        while (request := await read_request(reader)) is not None:
            admitted = self._admit(request, state)
            if admitted is not True:
                await send(writer, self._ask(admitted))
            elif self._refusal is not None:
                await send(writer, self._refusal)
            elif request.method == "CONNECT":
                await self._tunnel(request.target, reader, writer)
                return
            else:
                await send(writer, self._forward(request))

    def _forward(self, request: Request) -> Response:
        """Answer a request without encryption, which names its host in its target."""
        parts = urlsplit(request.target)
        site = self._web.sites.get(parts.hostname or "") if self._web else None
        return site(replace(request, target=parts.path or "/")) if site else Response(502)

    def _admit(self, request: Request, state: dict[str, Any]) -> bool | str:
        """Return whether a request is let in, or the challenge of the next leg."""
        value = request.headers.get("proxy-authorization", "")
        kind = value.partition(" ")[0]
        way = next((way for way in self._sign_ins if way.name == kind), None)
        good = way.check(value, request.method, state) if way is not None else not self._sign_ins
        asked = self._has_asked and way is not None
        target = f"{request.method} {request.target}"
        self._net.note(Seen("proxy", target, kind, asked, good is not False, _has_key(request)))
        return good

    def _ask(self, leg: bool | str) -> Response:
        self._has_asked = True
        challenges = [leg] if isinstance(leg, str) else [way.challenge() for way in self._sign_ins]
        lines = "\r\nProxy-Authenticate: ".join(challenges)
        page = b"<html><head><title>Sign in</title></head><body>The company proxy asks who you are.</body></html>"
        return Response(407, page, {"Proxy-Authenticate": lines, "Content-Type": "text/html"})

    async def _tunnel(self, target: str, reader: StreamReader, writer: StreamWriter) -> None:
        host, _, port = target.rpartition(":")
        if host not in self._net.names and host not in ("localhost", "127.0.0.1"):
            await send(writer, Response(502))
            return
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await writer.drain()
        if self._is_silent:
            await reader.read()
        elif self._inspects is not None and self._web is not None:
            await writer.start_tls(tls(self._inspects, host))
            await self._web.serve(host, reader, writer, self._filtering)
        else:
            await join(reader, writer, self._net.names.get(host) or int(port))


class SocksProxy:
    """SOCKS 5 (RFC 1928), with user and password (RFC 1929) where asked for; names are resolved here.

    Args:
        needs_password: nobody gets in without.
        code: reply to whoever has got in; 0 opens the connection, 2 says that rules forbid it.
    """

    def __init__(self, net: Net, *, needs_password: bool = False, code: int = 0) -> None:
        self._net = net
        self._needs_password = needs_password
        self._code = code

    async def handle(self, reader: StreamReader, writer: StreamWriter) -> None:
        """Serve a connection; whoever speaks something else is listened to in silence, as such proxies do."""
        version, count = await reader.readexactly(2)
        if version != 5:
            await reader.read()
            return
        methods = await reader.readexactly(count)
        if not await self._let_in(methods, reader, writer):
            return
        host, port = await self._target(reader)
        self._net.note(Seen("proxy", f"SOCKS {host}:{port}"))
        known = self._net.names.get(host)
        writer.write(bytes((5, self._code or (0 if known else 4))) + b"\0\1\0\0\0\0\0\0")
        await writer.drain()
        if known and not self._code:
            await join(reader, writer, known)

    async def _let_in(self, methods: bytes, reader: StreamReader, writer: StreamWriter) -> bool:
        wanted = 2 if self._needs_password else 0
        if wanted not in methods:
            self._net.note(Seen("proxy", "SOCKS greeting", good=False))
            writer.write(b"\5\xff")
            return False
        writer.write(bytes((5, wanted)))
        if not self._needs_password:
            return True
        await writer.drain()
        _, length = await reader.readexactly(2)
        user = await reader.readexactly(length)
        password = await reader.readexactly((await reader.readexactly(1))[0])
        good = (user, password) == (USER.encode(), PASSWORD.encode())
        self._net.note(Seen("proxy", "SOCKS greeting", "password", True, good))
        writer.write(b"\1\0" if good else b"\1\1")
        await writer.drain()
        return good

    async def _target(self, reader: StreamReader) -> tuple[str, int]:
        kind = (await reader.readexactly(4))[3]
        if kind == 3:
            host = (await reader.readexactly((await reader.readexactly(1))[0])).decode()
        else:
            host = socket.inet_ntop(
                socket.AF_INET if kind == 1 else socket.AF_INET6, await reader.readexactly(4 if kind == 1 else 16)
            )
        (port,) = struct.unpack(">H", await reader.readexactly(2))
        return host, port


async def silence(reader: StreamReader, _writer: StreamWriter) -> None:
    """Accept a connection and never say a word."""
    await reader.read()


async def web_server(reader: StreamReader, writer: StreamWriter) -> None:
    """Be a plain web server, which is no proxy."""
    while await read_request(reader) is not None:
        page = b"<html><head><title>Printer</title></head><body>Not found</body></html>"
        await send(writer, Response(404, page, {"Content-Type": "text/html"}))
