"""One thread owning one asyncio loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any

from qgis.PyQt.QtCore import QObject, QThread

CoroutineFunction = Callable[[], Coroutine[Any, Any, None]]
CLOSING_SECONDS = 0.5


class LoopThread(QThread):
    """Runs coroutines until it is stopped; then cancels the work, lets closing acts end, and leaves."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pixxel-worker")
        self._ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._work: set[asyncio.Task[None]] = set()
        self._closing: set[asyncio.Task[None]] = set()

    def begin(self) -> None:
        """Start, and return when coroutines can be taken."""
        self.start()
        self._ready.wait()

    def run_work(self, work: CoroutineFunction, on_task: Callable[[asyncio.Task[None]], None]) -> None:
        """Run a coroutine; ``on_task`` gets its task, on this thread. It is cancelled when the thread is stopped."""
        self._call(lambda: on_task(self._keep(self._work, work)))

    def run_closing(self, work: CoroutineFunction) -> None:
        """Run a coroutine that closes something; a stop waits for it a little."""
        self._call(lambda: self._keep(self._closing, work))

    def call(self, act: Callable[[], object]) -> None:
        """Call a function on this thread."""
        self._call(act)

    def stop(self, timeout_ms: int) -> bool:
        """Cancel what runs and leave; tell whether the thread has ended in time."""
        if self._stopping is not None:
            self._call(self._stopping.set)
        return bool(self.wait(timeout_ms))

    def run(self) -> None:
        """Own the loop from its making to its closing."""
        loop = asyncio.new_event_loop()
        try:
            loop.run_until_complete(self._main())
            loop.run_until_complete(loop.shutdown_asyncgens())
        finally:
            loop.close()  # does not wait for threads of the executor: an unload must not hang on a slow disk

    async def _main(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        self._ready.set()
        await self._stopping.wait()
        for task in self._work:
            task.cancel()
        await asyncio.gather(*self._work, return_exceptions=True)
        if self._closing:
            await asyncio.wait(self._closing, timeout=CLOSING_SECONDS)

    def _call(self, act: Callable[[], object]) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(act)

    def _keep(self, tasks: set[asyncio.Task[None]], work: CoroutineFunction) -> asyncio.Task[None]:
        """Make a task and hold it: asyncio itself does not."""
        assert self._loop is not None
        task = self._loop.create_task(work())
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        return task
