"""Requests to the API in three short layers: request, retry, send once.

Foreign exceptions end here: whatever httpx raises becomes one of ``errors``.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx

from ..config import ClientConfig, check_base_url, has_port, is_loopback
from ..decoding import decode
from ..errors import ApiError, BadAnswer, InvalidConfig, OutcomeUnknown, RedirectRefused, TimedOut, TransportFailed
from ..secrets import hide_repeated, redact_error, remember
from .auth import Credentials, OriginAuth, origin_of
from .call import Call as Call
from .call import brief, clean, named
from .host_transport import HostFault, HostTimeout, HostTransport
from .html_pages import PAGE_CAP, is_page
from .inflating import ENCODINGS, Inflater
from .log_guard import LogGuard
from .redirects import REDIRECTS, redirected_method, why_not
from .refusals import Way, foreign_page, foreign_redirect, hidden_refusal, refusal
from .retrying import is_answer_lost, is_safe, is_worth_waiting, may_retry, most_tries, pause

T = TypeVar("T")

JSON_CAP = 64 * 1024 * 1024
PNG_CAP = 256 * 1024 * 1024

_ERROR_CAP = 256 * 1024
_TEXTS = ("JSON", "XML", "unknown")
_MOST_REDIRECTS = 5
_LONGEST_CONNECT = 10.0
_LONGEST_LENGTH = 19
_USER_AGENT = "pixxel-explorer"
_MOST_TIMEOUTS = 3
_SLOWEST = 4096
_KINDS: Mapping[type[Exception], str] = {
    httpx.ConnectTimeout: "connect",
    httpx.ReadTimeout: "read",
    httpx.WriteTimeout: "write",
    httpx.PoolTimeout: "pool",
    httpx.ConnectError: "connect",
    httpx.ReadError: "read",
    httpx.WriteError: "write",
    httpx.CloseError: "close",
    httpx.LocalProtocolError: "request",
    httpx.ProxyError: "proxy",
    httpx.UnsupportedProtocol: "scheme",
    httpx.TooManyRedirects: "redirect",
    httpx.InvalidURL: "url",
    httpx.HTTPError: "protocol",
    httpx.CookieConflict: "protocol",
    httpx.StreamError: "protocol",
}
# httpx has no class of its own for a connection that ends before the answer does.
_BROKEN_OFF = ("disconnected", "closed connection")
_FOREIGN = (httpx.HTTPError, httpx.InvalidURL, httpx.CookieConflict, httpx.StreamError)

_log = logging.getLogger(__name__)


class Answer:
    """A good answer, its body still to be received."""

    def __init__(self, response: httpx.Response) -> None:
        self._response = response
        self._pieces: AsyncIterator[bytes] | None = None
        self._first = b""
        self.status = response.status_code
        self.headers: Mapping[str, str] = response.headers

    @property
    def size(self) -> int | None:
        """Return the body's length in bytes, if the server declared it."""
        length = self._response.headers.get("content-length", "")
        return int(length) if length.isdecimal() and len(length) <= _LONGEST_LENGTH else None

    def chunks(self) -> AsyncIterator[bytes]:
        """Yield the body in small pieces, inflated.

        Raises:
            BadAnswer: its compression was not requested, or it is damaged.
        """
        if self._pieces is None:
            return _chunks(self._response)
        return _continued(self._first, self._pieces)

    async def page(self) -> bytes:
        """Return the beginning of the body if it is a page for a browser, else nothing; ``chunks`` has all of it."""
        kind = self.headers.get("content-type", "")
        if "html" not in kind.lower() or _is_file_of_html(self._response.request.url):
            return b""
        self._pieces = _chunks(self._response)
        async for piece in self._pieces:
            self._first += piece
            if len(self._first) >= PAGE_CAP:
                break
        return self._first if is_page(kind, self._first) else b""


Receive = Callable[[Answer], Awaitable[T]]


class Session:
    """A session that sends requests to one API with one set of credentials.

    Args:
        transport: the host's network, or sample data; without one, plain sockets.
        sleep, clock, jitter: time and randomness, injected.

    Raises:
        InvalidConfig: the address cannot be used.
    """

    def __init__(
        self,
        config: ClientConfig,
        credentials: Credentials | None = None,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._base = httpx.URL(check_base_url(config.base_url) + "/")
        self._config = config
        self._sleep, self._clock, self._jitter = sleep, clock, jitter
        self._auth = OriginAuth(credentials, origin_of(self._base))
        for secret in self._auth.secrets:
            remember(secret)
        self._slots = asyncio.Semaphore(config.max_connections)
        self._client = _client(config, transport)
        # The host's network bounds every step itself, and waits while a person is asked for a password.
        bounded = isinstance(transport, HostTransport)
        self._head_limit = None if bounded else _MOST_TIMEOUTS * config.timeout
        self._guard = LogGuard(httpx.__file__)
        self._guard.start()

    async def aclose(self) -> None:
        """Close all connections."""
        try:
            await self._client.aclose()
        finally:
            self._guard.stop()

    async def json(self, method: str, path: str, *, params: Mapping[str, Any] | None = None, body: Any = None) -> Any:
        """Send JSON, if any, and return the answer's JSON; ``None`` for the empty answer to a write."""
        answer = await self.read(method, path, params=params, body=body)
        try:
            if is_safe(method, path) and not answer.strip():
                raise BadAnswer("", "JSON is expected, found nothing")
            return decode.json_value(answer)
        except BadAnswer as error:
            if is_safe(method, path):
                raise
            raise OutcomeUnknown(method, path, error) from error

    async def read(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        body: Any = None,
        cap: int = JSON_CAP,
        with_key: bool = True,
    ) -> bytes:
        """Send a request and return the answer's body, at most ``cap`` bytes of it.

        Raises:
            ApiError: no answer, a refusal, or an answer that is too big.
        """
        content = None if body is None else json.dumps(body, allow_nan=False).encode()
        headers = {} if content is None else {"Content-Type": "application/json"}
        sent = {name: value for name, value in (params or {}).items() if value is not None}
        call = Call(method, path, sent, content, headers, with_key)

        answer = await self.receive(call, partial(self._collect, cap=cap))
        return hide_repeated(answer, self._auth.secrets) if decode.kind_of(answer) in _TEXTS else answer

    async def _collect(self, answer: Answer, cap: int) -> bytes:
        """Receive a body while it stays below the cap and is more than a trickle: 4 KiB/s in the long run."""
        began, size, parts = self._clock(), 0, list[bytes]()
        async for part in answer.chunks():
            size += len(part)
            if size > cap:
                raise BadAnswer("", f"more than {cap} bytes")
            if self._clock() - began > _MOST_TIMEOUTS * self._config.timeout + size / _SLOWEST:
                raise TimedOut("read", detail=f"{size} bytes and no end")
            parts.append(part)
        return b"".join(parts)

    async def receive(self, call: Call, receive: Receive[T]) -> T:
        """Send a request, again where that is safe, and hand the answer to ``receive``.

        Raises:
            InvalidConfig: the address cannot be used; nothing was sent.
        """
        call = replace(call, url=str(self.locate(call.url)))
        safe = is_safe(call.method, call.path)
        started = self._clock()
        tried = 0
        while True:
            tried += 1
            try:
                return await self._send_once(call, receive)
            except ApiError as error:
                if not safe and is_answer_lost(error):
                    raise OutcomeUnknown(call.method, call.path, error) from error
                patient = is_worth_waiting(error, self._clock() - started, self._config.timeout)
                if tried >= most_tries(error) or not patient or not may_retry(error, safe=safe):
                    raise
                seconds = pause(tried, getattr(error, "retry_after", None), self._jitter)
                _log.info("%s %s: try %d failed (%s), next in %.1f s", *named(call), tried, brief(error), seconds)
            await self._sleep(seconds)

    async def receive_once(self, call: Call, receive: Receive[T]) -> T:
        """Send a request a single time and hand the answer to ``receive``; who calls decides about another try.

        Raises:
            InvalidConfig: the address cannot be used; nothing was sent.
        """
        return await self._send_once(replace(call, url=str(self.locate(call.url))), receive)

    async def rest(self, tried: int, error: ApiError) -> None:
        """Wait before another try, as long as the server asked for or else longer each time."""
        seconds = pause(tried, getattr(error, "retry_after", None), self._jitter)
        _log.info("try %d failed (%s), next in %.1f s", tried, brief(error), seconds)
        await self._sleep(seconds)

    async def _send_once(self, call: Call, receive: Receive[T]) -> T:
        async with self._slots:
            try:
                async with self._opened(call) as response:
                    way, facts = self._way(call, response), (response.status_code, response.headers)
                    if not response.is_success:
                        raise refusal(*named(call), *facts, await _beginning(response), way)
                    answer = Answer(response)
                    if page := await self._page(call, answer):
                        raise foreign_page(*named(call), *facts, page, way)
                    received = await receive(answer)
                    _refuse_hidden(call, response, received, way)
                    return received
            except _FOREIGN as error:
                failed = translate(error, *named(call))
                redact_error(failed)
                raise failed from error
            except ApiError as error:
                redact_error(error)
                raise

    async def _page(self, call: Call, answer: Answer) -> bytes:
        try:
            async with asyncio.timeout(_MOST_TIMEOUTS * self._config.timeout):
                return await answer.page()
        except TimeoutError as error:
            raise TimedOut("read", *named(call), "a page without an end") from error

    @asynccontextmanager
    async def _opened(self, call: Call) -> AsyncIterator[httpx.Response]:
        """Send a request and follow redirects here, since the credentials are decided again for every address."""
        request = self._request(call)
        written: set[str] = set()  # a write is not sent to one address again, whatever that says
        for _ in range(_MOST_REDIRECTS + 1):
            address = str(request.url.copy_with(fragment=None))
            if address in written:
                break
            if not is_safe(call.method, call.path):
                written.add(address)
            started = self._clock()
            response = await self._sent(call, request)
            try:
                _log.debug("%s %s: %d in %.3f s", *named(call), response.status_code, self._clock() - started)
                if response.status_code not in REDIRECTS:
                    yield response
                    return
            finally:
                await response.aclose()
            request = self._redirected(call, request, response)
        facts = (response.status_code, response.headers)
        raise foreign_redirect("circle", *named(call), *facts, self._way(call, response))

    def _way(self, call: Call, response: httpx.Response) -> Way:
        return Way(httpx.URL(call.url).host, response.request.url.host, self._auth.secrets)

    async def _sent(self, call: Call, request: httpx.Request) -> httpx.Response:
        auth = self._auth if call.with_key else None
        try:
            async with asyncio.timeout(self._head_limit):
                return await self._client.send(request, stream=True, auth=auth, follow_redirects=False)
        except TimeoutError as error:
            raise TimedOut("read", *named(call), "no whole head of an answer") from error
        except OSError as error:
            raise TransportFailed("read", *named(call), clean(error)) from error

    def _request(self, call: Call) -> httpx.Request:
        return self._client.build_request(
            call.method, call.url, params=call.params or None, content=call.content, headers=call.headers
        )

    def locate(self, url: str) -> httpx.URL:
        """Return the absolute address: a path is put below the API's base address.

        Raises:
            InvalidConfig: empty, not http(s), or plain http to another machine.
        """
        if not url.strip():
            raise InvalidConfig("url", "an empty address")
        try:
            target = httpx.URL(url)
        except httpx.InvalidURL as error:
            raise InvalidConfig("url", "not an address") from error
        if not target.scheme and not target.host:
            return self._base.copy_with(raw_path=self._base.raw_path.rstrip(b"/") + target.raw_path)
        if target.scheme not in ("http", "https") or not target.host or not has_port(urlsplit(str(target))):
            raise InvalidConfig("url", f"{target.scheme}://{target.host}")
        if target.userinfo:
            raise InvalidConfig("url-credentials", target.host)
        if target.scheme == "http" and not is_loopback(target.host):
            raise InvalidConfig("plain-http", target.host)
        return target

    def _redirected(self, call: Call, request: httpx.Request, response: httpx.Response) -> httpx.Request:
        status, target = response.status_code, request.url.join(response.headers.get("location", ""))
        method = redirected_method(call, request.method, status)
        reason = why_not(method, status, str(request.url), str(target))
        elsewhere = target.host not in ("", request.url.host)
        if reason and elsewhere and is_safe(call.method, call.path):
            way = replace(self._way(call, response), answered=target.host)
            raise foreign_redirect("sign-in", *named(call), status, response.headers, way)
        if reason:
            raise RedirectRefused(status, target.host or request.url.host, *named(call), f"redirect {reason}")
        if method != call.method:
            return self._client.build_request(method, target)
        return self._client.build_request(method, target, content=call.content, headers=call.headers)


def translate(error: Exception, method: str = "", path: str = "") -> ApiError:
    """Turn an exception of httpx into ours."""
    if isinstance(error, HostFault | HostTimeout):
        return _of_host(error, method, path)
    if isinstance(error, httpx.DecodingError):
        return BadAnswer("", f"damaged compression: {clean(error)}")
    kind = next((_KINDS[base] for base in type(error).__mro__ if base in _KINDS), "protocol")
    if kind == "connect" and _is_tls(error):
        kind = "tls"
    if isinstance(error, httpx.RemoteProtocolError) and any(words in str(error) for words in _BROKEN_OFF):
        kind = "read"  # no whole answer came; one that came and is not HTTP is another thing
    failed = TimedOut if isinstance(error, httpx.TimeoutException) else TransportFailed
    return failed(kind, method, path, clean(error))


def _of_host(error: HostFault | HostTimeout, method: str, path: str) -> ApiError:
    failed = TimedOut if isinstance(error, HostTimeout) else TransportFailed
    fault = error.fault
    return failed(fault.kind, method, path, clean(error), proxy=error.proxy, subject=fault.subject)


def _is_tls(error: BaseException | None) -> bool:
    while error is not None:
        if type(error).__module__ == "ssl" or "CERTIFICATE_VERIFY" in str(error) or "[SSL" in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False


def _refuse_hidden(call: Call, response: httpx.Response, received: object, way: Way) -> None:
    if isinstance(received, bytes):
        error = hidden_refusal(*named(call), response.status_code, response.headers, received, way)
        if error is not None:
            raise error


async def _continued(first: bytes, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    if first:
        yield first
    async for piece in pieces:
        yield piece


def _is_file_of_html(url: httpx.URL) -> bool:
    return url.path.lower().endswith((".htm", ".html"))


async def _chunks(response: httpx.Response) -> AsyncIterator[bytes]:
    if response.is_stream_consumed:  # a transport that had the whole body inflated it, too
        yield response.content
        return
    inflater = Inflater(response.headers.get("content-encoding", ""))
    async for part in response.aiter_raw():
        for piece in inflater.pieces(part):
            yield piece
    inflater.end()


async def _beginning(response: httpx.Response) -> bytes:
    """Return the beginning of an error's body; that it broke off does not matter."""
    body = b""
    try:
        async for part in _chunks(response):
            body += part
            if len(body) >= _ERROR_CAP:
                break
    except (*_FOREIGN, BadAnswer) as error:
        _log.debug("the body of an error broke off: %s", type(error).__name__)
    return body[:_ERROR_CAP]


def _client(config: ClientConfig, transport: httpx.AsyncBaseTransport | None) -> httpx.AsyncClient:
    common: dict[str, Any] = {
        "headers": {"User-Agent": _USER_AGENT, "Accept": "*/*", "Accept-Encoding": ENCODINGS},
        "timeout": httpx.Timeout(config.timeout, connect=min(config.timeout, _LONGEST_CONNECT), pool=None),
        "trust_env": False,
    }
    return httpx.AsyncClient(transport=transport, **common)
