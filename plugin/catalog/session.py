"""The open connection: its state, its one client, and jobs that use it."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from enum import Enum, auto
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ..api.errors import Forbidden, NotAuthorised
from ..messages.explanation import explain
from ..messages.message import Message
from .errors import NotConnected

if TYPE_CHECKING:
    from ..api.client import ApiClient
    from ..api.config import Connection
    from ..worker.job import Job
    from ..worker.runner import Report, Runner

    ClientFactory = Callable[[], ApiClient]
    Prepare = Callable[[Connection], ClientFactory]

_T = TypeVar("_T")
_logger = logging.getLogger(__name__)


class SessionStatus(Enum):
    """How things stand with the connection."""

    CLOSED = auto()
    CONNECTING = auto()
    CONNECTED = auto()
    FAILED = auto()


@dataclass(frozen=True, slots=True)
class SessionState:
    """The status, the connection it is about, and if it failed the problem, with the error behind it."""

    status: SessionStatus = SessionStatus.CLOSED
    connection: Connection | None = None
    problem: Message | None = None
    error: Exception | None = None


async def check(client: ApiClient) -> None:
    """Test a connection: the server answers, and lets the key see projects.

    Raises:
        ApiError: it does not.
    """
    await client.external.ping()
    await client.projects.list(page_num=1, page_size=1)


class ClientSlot:
    """One client, created at first use and closed when its last user releases it; lives on the worker's loop."""

    def __init__(self, make: ClientFactory) -> None:
        self._make = make
        self._client: ApiClient | None = None
        self._users = 0
        self._closing = False

    @asynccontextmanager
    async def use(self) -> AsyncIterator[ApiClient]:
        """Lend the client for the length of a piece of work."""
        if self._client is None:
            self._client = self._make()
        self._users += 1
        try:
            yield self._client
        finally:
            self._users -= 1
            if self._closing:
                await self.close()

    async def close(self) -> None:
        """Close the client, now or when the last work with it has ended."""
        self._closing = True
        if self._users == 0 and self._client is not None:
            client, self._client = self._client, None
            await client.aclose()


class SessionService(QObject):
    """A service that opens and closes connections, and runs jobs with their client.

    ``prepare`` is called on the main thread with a connection and returns the client factory for the worker's loop.
    """

    state_changed = pyqtSignal(object)
    scheme_found = pyqtSignal(object)

    def __init__(self, runner: Runner, prepare: Prepare, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._prepare = prepare
        self._state = SessionState()
        self._slot: ClientSlot | None = None

    @property
    def state(self) -> SessionState:
        """Return how things stand."""
        return self._state

    def open(self, connection: Connection) -> None:
        """Connect, and test the connection; the outcome is reported by ``state_changed``."""
        self._release()
        self._set(SessionState(SessionStatus.CONNECTING, connection))
        self._attempt(connection, None)

    def close(self) -> None:
        """Disconnect; work under way ends with the client it has."""
        self._release()
        self._set(SessionState())

    def job(self, work: Callable[[ApiClient, Report], Awaitable[_T]], label: str, *, visible: bool = True) -> Job:
        """Return a job (not started) that runs work with the client of the connection open now."""
        return self._runner.job(partial(_with_client, self._slot, work), label, visible=visible)

    def _attempt(self, connection: Connection, first_error: Exception | None) -> None:
        """Open a client for a connection and test it; the second attempt carries the first one's error."""
        try:
            self._slot = ClientSlot(self._prepare(connection))
        except Exception as error:  # the border to the host: keys and settings can fail in ways of their own
            _logger.exception("The connection %s could not be prepared", connection.name)
            self._fail(error)
            return
        job = self.job(_check, f"Connecting to {connection.name}", visible=False)
        slot = self._slot
        job.succeeded.connect(lambda _answer: self._on_checked(slot, connection, first_error))
        job.failed.connect(lambda error: self._on_refused(slot, connection, first_error or error, error))
        job.start()

    def _on_checked(self, slot: ClientSlot, connection: Connection, first_error: Exception | None) -> None:
        if slot is not self._slot:
            return
        self._set(SessionState(SessionStatus.CONNECTED, connection))
        if first_error is not None:
            self.scheme_found.emit(connection.auth_scheme)

    def _on_refused(self, slot: ClientSlot, connection: Connection, first: Exception, error: Exception) -> None:
        if slot is not self._slot:
            return
        self._release()
        if first is error and _may_be_scheme(connection, error):
            self._attempt(replace(connection, auth_scheme=connection.auth_scheme.other), first)
        else:
            self._fail(first)

    def _fail(self, error: Exception) -> None:
        connection = self._state.connection
        self._set(SessionState(SessionStatus.FAILED, connection, explain(error, doing="connecting"), error))

    def _release(self) -> None:
        slot, self._slot = self._slot, None
        if slot is not None:
            self._runner.run_soon(slot.close)

    def _set(self, state: SessionState) -> None:
        self._state = state
        self.state_changed.emit(state)


async def _with_client(
    slot: ClientSlot | None, work: Callable[[ApiClient, Report], Awaitable[Any]], report: Report
) -> Any:
    if slot is None:
        raise NotConnected
    async with slot.use() as client:
        return await work(client, report)


async def _check(client: ApiClient, _report: Report) -> None:
    await check(client)


def _may_be_scheme(connection: Connection, error: Exception) -> bool:
    return isinstance(error, NotAuthorised | Forbidden) and not connection.is_sample
