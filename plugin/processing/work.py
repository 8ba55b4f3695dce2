"""A coroutine run to its end in the thread of an algorithm, under its feedback."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from ..host.memory import give_back

if TYPE_CHECKING:
    from qgis.core import QgsProcessingFeedback

_T = TypeVar("_T")
_LOOK_EVERY = 0.1  # seconds between looks at the cancel button

Report = Callable[[Any], None]
Work = Callable[[Any, Report], Awaitable[_T]]


class Stopped(Exception):
    """The person stopped the algorithm."""


def run(make_client: Callable[[], Any], work: Work[_T], feedback: QgsProcessingFeedback) -> _T:
    """Run ``work(client, report)`` with a client of its own and return its result.

    Raises:
        Stopped: the person cancelled.
    """
    import asyncio  # not before first use: QGIS's start is not to wait for it

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return _in_own_loop(make_client, work, feedback)
    from concurrent.futures import ThreadPoolExecutor  # another plugin's loop runs in this thread

    with ThreadPoolExecutor(1) as executor:
        return executor.submit(_in_own_loop, make_client, work, feedback).result()


def _in_own_loop(make_client: Callable[[], Any], work: Work[_T], feedback: QgsProcessingFeedback) -> _T:
    """Run the work in a new loop; ``asyncio.run`` would take away the one that another plugin set for the thread."""
    import asyncio

    try:
        with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
            return runner.run(_watched(make_client, work, feedback))
    finally:
        give_back()  # large rasters leave hundreds of megabytes; this takes a fraction of a second


def reporter(feedback: QgsProcessingFeedback) -> Report:
    """Return a function that shows progress (done of total, text) in the feedback."""
    last = ""

    def report(progress: Any) -> None:
        nonlocal last
        if progress.total:
            feedback.setProgress(100.0 * progress.done / progress.total)
        if progress.text and progress.text != last:
            last = progress.text
            feedback.setProgressText(last)

    return report


async def _watched(make_client: Callable[[], Any], work: Work[_T], feedback: QgsProcessingFeedback) -> _T:
    import asyncio

    from ..catalog.early_ends import with_early_ends

    async with make_client() as client:
        task = asyncio.ensure_future(with_early_ends(partial(work, client, reporter(feedback))))
        try:
            while not task.done():
                if feedback.isCanceled():
                    task.cancel()
                    await asyncio.wait({task})
                await asyncio.wait({task}, timeout=_LOOK_EVERY)
        finally:  # Ctrl+C cancels this coroutine only, and the work must not go on with a closed client
            if task.cancel():
                await asyncio.wait({task})
        if task.cancelled():
            raise Stopped
        result, warnings = task.result()
        for warning in warnings:
            feedback.pushWarning(warning)
        return result
