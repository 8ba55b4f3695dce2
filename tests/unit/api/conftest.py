"""A client over a fake transport, that never waits."""

from __future__ import annotations

import asyncio
import struct
import zlib
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import httpx
import pytest
from pixxel_explorer.plugin.api.client import ApiClient
from pixxel_explorer.plugin.api.config import ClientConfig
from pixxel_explorer.plugin.api.transport.auth import Credentials

T = TypeVar("T")
Handler = Callable[[httpx.Request], httpx.Response]


class Lab:
    """Runs coroutines against a handler; records requests and pauses."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        self.pauses: list[float] = []
        self.now = 0.0

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds

    def run(self, handler: Handler, work: Callable[[ApiClient], Awaitable[T]], **config: Any) -> T:
        def recording(request: httpx.Request) -> httpx.Response:
            self.requests.append(request)
            return handler(request)

        async def main() -> T:
            async with ApiClient(
                ClientConfig(**{"base_url": "https://api.example.com", **config}),
                Credentials.from_key("secret-key"),
                transport=httpx.MockTransport(recording),
                sleep=self.sleep,
                clock=lambda: self.now,
                jitter=lambda: 1.0,
            ) as client:
                return await work(client)

        return asyncio.run(main())

    def answering(self, *answers: httpx.Response | Exception) -> Handler:
        """Return a handler that gives the answers in turn, the last one for ever."""
        left = list(answers)

        def handler(_: httpx.Request) -> httpx.Response:
            answer = left.pop(0) if len(left) > 1 else left[0]
            if isinstance(answer, Exception):
                raise answer
            return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)

        return handler


@pytest.fixture
def lab() -> Lab:
    """Return a fresh lab."""
    return Lab()


@pytest.fixture(scope="session")
def picture() -> bytes:
    """Return a small, whole PNG."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 2, 2, 8, 6, 0, 0, 0)
    rows = zlib.compress(b"\x00" + bytes(8) + b"\x00" + bytes(8))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
