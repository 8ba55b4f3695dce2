"""Boxes beside a test that is busy otherwise: their loop runs in a thread."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from .boxes import Net
from .rows import Machines, machines_of

_T = TypeVar("_T")


@contextmanager
def serving(build: Callable[[Machines], Awaitable[_T]], folder: Path) -> Iterator[tuple[_T, Net]]:
    """Start the boxes that ``build`` makes, and give what it returns and what the boxes saw, until the block ends."""
    loop, net = asyncio.new_event_loop(), Net()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def begin() -> _T:
        return await build(await machines_of(net, folder))

    try:
        yield asyncio.run_coroutine_threadsafe(begin(), loop).result(30), net
    finally:
        asyncio.run_coroutine_threadsafe(net.close(), loop).result(30)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
