"""The host's network as a transport of httpx."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import suppress

import httpx

from .auth import SECRET, Origin, origin_of
from .exchange import WINDOW, Event, Exchange, Fault, Head, Network, Notice, Outgoing, Route

_ENOUGH = WINDOW // 4
_BODILESS = (204, 304)
_LONGEST_LENGTH = 19
# Headers of the connection, which is the network's.
_HOP = frozenset({b"host", b"connection", b"content-length", b"transfer-encoding"})


class HostFault(httpx.TransportError):
    """A request that the host's network could not carry out.

    Attributes:
        fault: its cause.
        proxy: host and port of the proxy in between, or empty.
    """

    def __init__(self, fault: Fault, proxy: str, request: httpx.Request) -> None:
        super().__init__(fault.detail or fault.kind, request=request)
        self.fault = fault
        self.proxy = proxy


class HostTimeout(httpx.TimeoutException):
    """The host's network was silent for too long."""

    def __init__(self, step: str, limit: float | None, proxy: str, request: httpx.Request) -> None:
        super().__init__(f"nothing for {limit} s", request=request)
        self.fault = Fault(step)
        self.proxy = proxy


class HostTransport(httpx.AsyncBaseTransport):
    """Sends requests through the host's network and bounds each silent step of an answer.

    Args:
        url: address of the API.
        certificate: id of the host's sign-in with the client certificate that the API, and no other server, is shown.
    """

    def __init__(self, network: Network, url: str = "", certificate: str = "") -> None:
        self._network = network
        self._certificates = {origin_of(httpx.URL(url)): certificate}
        self._reached: set[Origin] = set()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        incoming = _Incoming(request)
        certificate = self._certificates.get(origin_of(request.url), "")
        exchange = self._network.send(await _outgoing(request, certificate), incoming.post)
        try:
            head = await self._head(request, incoming)
            body = _Body(request, head, incoming, exchange)
        except BaseException:
            exchange.cancel()
            raise
        return httpx.Response(
            head.status,
            headers=[*head.headers],
            stream=body,
            extensions={"reason_phrase": head.reason.encode("latin-1", "replace"), "http_version": b"HTTP/1.1"},
        )

    async def aclose(self) -> None:
        self._network.close()

    async def _head(self, request: httpx.Request, incoming: _Incoming) -> Head:
        """Wait for the head; a server that was not reached before has to show itself soon."""
        origin = origin_of(request.url)
        is_first = origin not in self._reached and request.url.scheme == "https"
        event = await incoming.next("connect" if is_first else "read")
        self._reached.add(origin)
        while event is Notice.CONTACT:
            event = await incoming.next("read")
        if not isinstance(event, Head):
            raise httpx.RemoteProtocolError("the answer has no head", request=request)
        return event


class _Incoming:
    """The events of one request on their way from the network's thread to the loop."""

    def __init__(self, request: httpx.Request) -> None:
        self._loop = asyncio.get_running_loop()
        self._request = request
        self._limits = request.extensions.get("timeout", {})
        self._events: deque[Event] = deque()
        self._arrival: asyncio.Future[None] | None = None
        self._is_asking = False
        self._proxy = ""

    def post(self, event: Event) -> None:
        """Take an event, on any thread."""
        with suppress(RuntimeError):  # the loop has been closed; nothing waits for the result any more
            self._loop.call_soon_threadsafe(self._take, event)

    async def next(self, step: str) -> Event:
        """Return the next event.

        Raises:
            httpx.TransportError: nothing came within the time limit of the step, or the request has failed.
        """
        while not self._events:
            limit = None if self._is_asking else self._limits.get(step)
            await self._arrive(step, limit)
        event = self._events.popleft()
        if isinstance(event, Fault):
            raise HostFault(event, self._proxy, self._request)
        return event

    async def _arrive(self, step: str, limit: float | None) -> None:
        self._arrival = self._loop.create_future()
        try:
            async with asyncio.timeout(limit):
                await self._arrival
        except TimeoutError as error:
            raise HostTimeout(step, limit, self._proxy, self._request) from error
        finally:
            self._arrival = None

    def _take(self, event: Event) -> None:
        if event in (Notice.ASKING, Notice.ASKED):
            self._is_asking = event is Notice.ASKING
        elif isinstance(event, Route):
            self._proxy = event.proxy
        else:
            self._events.append(event)
        if self._arrival is not None and not self._arrival.done():
            self._arrival.set_result(None)


class _Body(httpx.AsyncByteStream):
    """The body of an answer; it is asked for in portions, so that a slow receiver holds little of it."""

    def __init__(self, request: httpx.Request, head: Head, incoming: _Incoming, exchange: Exchange) -> None:
        self._request = request
        self._incoming = incoming
        self._exchange = exchange
        self._length = None if request.method == "HEAD" or head.status in _BODILESS else _length(head, request)
        self._ended = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        count, received = 0, 0
        while True:
            event = await self._incoming.next("read")
            if not isinstance(event, bytes):
                break
            received += len(event)
            count += len(event)
            yield event
            if count >= _ENOUGH:
                self._exchange.accept(count)
                count = 0
        self._ended = True
        if self._length is not None and received != self._length:
            raise httpx.RemoteProtocolError(
                f"the body ended after {received} of {self._length} bytes", request=self._request
            )

    async def aclose(self) -> None:
        if not self._ended:
            self._exchange.cancel()


async def _outgoing(request: httpx.Request, certificate: str) -> Outgoing:
    body = await request.aread()
    headers = tuple((name, value) for name, value in request.headers.raw if name.lower() not in _HOP)
    return Outgoing(
        request.method,
        str(request.url),
        headers,
        body,
        certificate=certificate,
        secret=request.extensions.get(SECRET, frozenset()),
    )


def _length(head: Head, request: httpx.Request) -> int | None:
    values = {name.lower(): value for name, value in head.headers}
    declared = values.get(b"content-length")
    if declared is None or b"transfer-encoding" in values:
        return None
    if not declared.strip().isdigit() or len(declared.strip()) > _LONGEST_LENGTH:
        raise httpx.RemoteProtocolError(f"a length of {declared[:40]!r}", request=request)
    return int(declared)
