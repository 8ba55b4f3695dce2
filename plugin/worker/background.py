"""Blocking work beside the loop."""

from __future__ import annotations

import asyncio
import threading
import traceback
from collections.abc import Callable
from functools import partial
from typing import ParamSpec, TypeVar

_P = ParamSpec("_P")
_T = TypeVar("_T")


async def in_thread(function: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
    """Run a blocking function in a thread and return its result.

    A thread cannot be stopped. When the caller is cancelled, the function is awaited first, so that it writes nothing
    after the cleanup. An error keeps nothing that the function had opened.
    """
    task = asyncio.ensure_future(asyncio.to_thread(_released, partial(function, *args, **kwargs)))
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


def _released(function: Callable[[], _T]) -> _T:
    """Run a function; where it fails, drop its variables.

    The error keeps them otherwise, and tasks keep the error until the garbage is collected: open datasets of GDAL
    would hold their files, and crash if they were collected after QGIS has closed GDAL.
    """
    try:
        return function()
    except BaseException as error:
        each: BaseException | None = error
        while each is not None:
            traceback.clear_frames(each.__traceback__)
            each = each.__cause__ or each.__context__
        raise
