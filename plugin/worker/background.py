"""Blocking work beside the loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import ParamSpec, TypeVar

_P = ParamSpec("_P")
_T = TypeVar("_T")


async def in_thread(function: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
    """Run a blocking function in a thread and return its result.

    A thread cannot be stopped. When the caller is cancelled, the function is awaited first, so that it writes nothing
    after the cleanup.
    """
    task = asyncio.ensure_future(asyncio.to_thread(function, *args, **kwargs))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        if not task.cancelled():
            task.exception()  # retrieved so that asyncio does not warn; the result is no longer awaited
        raise


async def in_stoppable_thread(function: Callable[[Callable[[], bool]], _T]) -> _T:
    """Run a blocking function in a thread; it is given a function that returns whether it should stop."""
    stop = threading.Event()
    task = asyncio.ensure_future(in_thread(function, stop.is_set))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        stop.set()
        await asyncio.wait([task])
        if not task.cancelled():
            task.exception()  # retrieved, so that asyncio does not complain
        raise
