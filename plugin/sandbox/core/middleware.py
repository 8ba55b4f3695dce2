"""Middleware: API-key check, simulated latency and faults."""

from __future__ import annotations

import asyncio
import hmac
import random
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from .request import Refused
from .state import SandboxState

_SIGNED = ("/files/packages/", "/files/answers/")
_OPEN = ("/ping", *_SIGNED)
_READS = ("/png", "/sld")


class KeyMiddleware:
    """Refuse whoever does not show the key; a signed address needs none."""

    def __init__(self, app: ASGIApp, key: str, status: int = 403) -> None:
        self._app = app
        self._key = key
        self._status = status

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 403 (or 401), or let through."""
        if scope["type"] != "http" or scope["path"].startswith(_OPEN) or self._is_right(scope):
            await self._app(scope, receive, send)
            return
        refusal = Refused(self._status, "FORBIDDEN", "the API key is missing or wrong")
        await JSONResponse(refusal.envelope(), status_code=self._status)(scope, receive, send)

    def _is_right(self, scope: Scope) -> bool:
        shown = Headers(scope=scope).get("authorization", "")
        return hmac.compare_digest(shown.encode(), self._key.encode())


class FilesMiddleware:
    """Guard the origin of signed addresses: nothing else is there, and no key may be sent to it.

    Object stores refuse a signed address that comes with an ``Authorization`` header, too (Amazon S3: "Only one auth
    mechanism allowed", 400): a client that leaks its key to another origin is found by every download.
    """

    def __init__(self, app: ASGIApp, state: SandboxState) -> None:
        self._app = app
        self._world = state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 400 or 404, or let through."""
        refusal = self._refusal(scope) if scope["type"] == "http" else None
        if refusal is None:
            await self._app(scope, receive, send)
            return
        await JSONResponse(refusal.envelope(), status_code=refusal.status)(scope, receive, send)

    def _refusal(self, scope: Scope) -> Refused | None:
        headers = Headers(scope=scope)
        origin = self._world.files_origin
        if origin is None or headers.get("host", "") != urlsplit(origin).netloc:
            return None
        if headers.get("authorization"):
            return Refused(400, "KEY_SENT", "the key must not be sent here: the address is signed")
        if not scope["path"].startswith(_SIGNED):
            return Refused(404, "NOT_FOUND", "there are only signed addresses here")
        return None


class FaultMiddleware:
    """Let answers take their time, and some reads fail: by 503, or by a connection that breaks off."""

    def __init__(self, app: ASGIApp, latency_ms: int, fault_rate: float, seed: int) -> None:
        self._app = app
        self._latency_s = latency_ms / 1000
        self._fault_rate = fault_rate
        self._random = random.Random(seed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wait, then fail or let through."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        await asyncio.sleep(self._latency_s)
        if not _is_read(scope) or self._random.random() >= self._fault_rate:
            await self._app(scope, receive, send)
        elif self._random.random() < 0.5:
            await _unavailable(scope, receive, send)
        else:
            await _break_off(send)


def _is_read(scope: Scope) -> bool:
    return scope["method"] in ("GET", "HEAD") or str(scope["path"]).endswith(_READS)


async def _unavailable(scope: Scope, receive: Receive, send: Send) -> None:
    fault = Refused(503, "UNAVAILABLE", "the service is busy, try again")
    await JSONResponse(fault.envelope(), status_code=503, headers={"Retry-After": "0"})(scope, receive, send)


async def _break_off(send: Send) -> None:
    """Promise a body and end without it: the server then drops the connection."""
    headers = [(b"content-type", b"application/json"), (b"content-length", b"4096")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"{", "more_body": True})
