"""An ASGI application before another that holds chosen requests back, or answers them with a fault."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import Any


@dataclass
class HeldRequests:
    """What happens to the requests whose path a pattern finds; changed while it serves.

    Attributes:
        pattern: finds the paths; the others are passed on.
        is_held: requests wait, except as many as ``let_through``.
        let_through: how many of those that wait may still go on.
        fault: status and body of the answer instead of the application's.
        seen, waiting: how many came, and how many wait now.
    """

    pattern: str
    is_held: bool = False
    let_through: int = 0
    fault: tuple[int, bytes] | None = None
    seen: int = 0
    waiting: int = 0
    app: Any = None

    def around(self, app: Any) -> HeldRequests:
        """Stand before an application."""
        self.app = app
        return self

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request (ASGI)."""
        if scope["type"] == "http" and re.search(self.pattern, scope["path"]):
            self.seen += 1
            await self._wait()
            if self.fault is not None:
                await _answer(send, *self.fault)
                return
        await self.app(scope, receive, send)

    async def _wait(self) -> None:
        self.waiting += 1
        while self.is_held and self.let_through <= 0:
            await asyncio.sleep(0.005)
        self.let_through -= 1 if self.is_held else 0
        self.waiting -= 1


async def _answer(send: Any, status: int, body: bytes) -> None:
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
