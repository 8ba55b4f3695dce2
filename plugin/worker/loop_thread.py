"""The one thread that owns the one asyncio loop."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Coroutine
from functools import partial
from typing import Any

from qgis.PyQt.QtCore import QThread, pyqtSignal

from .job import Cancelled, Failed, Outcome, Succeeded, Work
from .progress import Progress
from .throttle import ProgressThrottle

NAME = "pixxel-loop"
GRACE = 0.5  # seconds that chores and cancelled work have for clearing up when the loop stops
LAST_GRACE = 0.2  # seconds for work that was cancelled a second time
_logger = logging.getLogger(__name__)
_running: set[LoopThread] = set()  # Qt aborts the process when a running thread is forgotten

Post = tuple[int, Outcome | Progress]


class LoopThread(QThread):
    """A thread that runs work under numbers; its results wait in ``take`` and are announced by ``posted``, once each.

    All methods but ``run`` are for the main thread. Nothing in this thread refers to a job: Qt objects are to die in
    the thread they live in.
    """

    posted = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName(NAME)
        self._lock = threading.Lock()
        self._backlog: list[Callable[[], None]] = []
        self._posts: deque[Post] = deque()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop_event: asyncio.Event | None = None
        self._tasks: dict[int, asyncio.Task[Any]] = {}
        self._chores: set[asyncio.Task[Any]] = set()

    def launch(self, number: int, work: Work) -> None:
        """Run work; its reports and its outcome are posted under the number."""
        self._call(partial(self._launch, number, work))

    def revoke(self, number: int) -> None:
        """Cancel the work of a number, if it still runs."""
        self._call(partial(self._revoke, number))

    def run_soon(self, chore: Callable[[], Awaitable[Any]]) -> None:
        """Run a background task without a result; one given before the stop is still carried out."""
        self._call(partial(self._run_chore, chore))

    def take(self) -> Post | None:
        """Return the next posted result, or ``None``."""
        return self._posts.popleft() if self._posts else None

    def begin(self) -> None:
        """Start the thread."""
        _running.add(self)
        self.finished.connect(self._forget)
        self.start()

    def end(self, timeout_ms: int) -> bool:
        """Cancel all work, wait for the thread and return whether it has ended in time."""
        self._call(self._set_stop)
        ended = bool(self.wait(timeout_ms))
        if ended:
            self._forget()
        return ended

    def run(self) -> None:
        """Run the loop until it is stopped."""
        threading.current_thread().name = NAME
        loop = asyncio.new_event_loop()
        try:
            loop.run_until_complete(self._main())
            loop.run_until_complete(loop.shutdown_asyncgens())
        finally:
            with self._lock:
                loop.close()  # does not wait for threads of the executor: an unload must not hang on a slow disk

    def _forget(self) -> None:
        _running.discard(self)

    def _call(self, function: Callable[[], None]) -> None:
        """Run a function on the loop, or as soon as there is one."""
        with self._lock:
            if self._loop is None:
                self._backlog.append(function)
            elif not self._loop.is_closed():
                self._loop.call_soon_threadsafe(function)

    async def _main(self) -> None:
        self._stop_event = asyncio.Event()
        self._open()
        await self._stop_event.wait()
        await self._wind_up()

    def _open(self) -> None:
        with self._lock:
            self._loop = asyncio.get_running_loop()
            while self._backlog:
                self._loop.call_soon(self._backlog.pop(0))

    async def _wind_up(self) -> None:
        for task in self._tasks.values():
            task.cancel()
        await _settle({*self._tasks.values(), *self._chores}, GRACE)
        stubborn = asyncio.all_tasks() - {asyncio.current_task()}
        for task in stubborn:
            task.cancel()
        await _settle(stubborn, LAST_GRACE)

    def _set_stop(self) -> None:
        assert self._stop_event is not None
        self._stop_event.set()

    def _launch(self, number: int, work: Work) -> None:
        throttle = ProgressThrottle(partial(self._post, number))
        task = asyncio.ensure_future(_perform(work, throttle.report))
        self._tasks[number] = task
        task.add_done_callback(partial(self._on_done, number, throttle))

    def _revoke(self, number: int) -> None:
        if number in self._tasks:
            self._tasks[number].cancel()

    def _on_done(self, number: int, throttle: ProgressThrottle, task: asyncio.Task[Any]) -> None:
        del self._tasks[number]
        throttle.close()
        self._post(number, _outcome(task))

    def _post(self, number: int, post: Outcome | Progress) -> None:
        self._posts.append((number, post))
        self.posted.emit()

    def _run_chore(self, chore: Callable[[], Awaitable[Any]]) -> None:
        task = asyncio.ensure_future(_await(chore))
        self._chores.add(task)
        task.add_done_callback(self._on_chore_done)

    def _on_chore_done(self, task: asyncio.Task[Any]) -> None:
        self._chores.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _logger.warning("A piece of clearing up failed: %r", error)


async def _settle(tasks: Collection[asyncio.Task[Any]], timeout: float) -> None:
    if tasks:
        await asyncio.wait(tasks, timeout=timeout)


async def _await(chore: Callable[[], Awaitable[Any]]) -> None:
    await chore()


def _perform(work: Work, report: Callable[[Progress], None]) -> Coroutine[Any, Any, Any]:
    async def perform() -> Any:
        try:
            return await work(report)
        except (SystemExit, KeyboardInterrupt) as error:  # asyncio would let these tear down the loop
            raise RuntimeError(f"The work ended with {error!r}") from error

    return perform()


def _outcome(task: asyncio.Task[Any]) -> Outcome:
    if task.cancelled():
        return Cancelled()
    error = task.exception()
    if error is None:
        return Succeeded(task.result())
    _logger.debug("A job failed", exc_info=error)
    return Failed(error if isinstance(error, Exception) else RuntimeError(repr(error)))
