"""QGIS's network in a thread of its own: a manager that lives there, and requests sent to it from other threads."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from qgis.core import QgsNetworkAccessManager
from qgis.PyQt.QtCore import QCoreApplication, QEventLoop, QObject, Qt, QThread, QTimer, pyqtSignal, pyqtSlot
from qgis.PyQt.QtNetwork import QAuthenticator, QNetworkProxy

from ..api.transport.exchange import Exchange, Fault, Listener, Notice, Outgoing
from .bindings import forget_address
from .network import is_proxy_locked, proxy_settings
from .network_faults import proxy_for
from .transfers import Transfer

NAME = "pixxel-network"
GRACE_MS = 500
STUCK = 5.0  # seconds; Qt 5 needs minutes to join 100,000 headers, and cannot be interrupted
_LOOK_EVERY = 0.02  # seconds between looks at the main thread's events while a person is asked
_LOOPBACK = ["http://localhost", "http://127.", "http://[::1]"]
_running: set[NetworkThread] = set()  # Qt aborts the process when a running thread is forgotten

Call = Callable[["_Station"], None]
Attention = Callable[[bool], None]
Settings = dict[str, str]


class QgisNetwork:
    """Sends requests with QGIS's settings of the moment: every thread has the settings it began with.

    Args:
        main: the main thread's manager, whose handlers ask the person.
    """

    def __init__(self, main: QgsNetworkAccessManager) -> None:
        self._main = main
        self._thread: NetworkThread | None = None
        self._settings: Settings = {}
        self._lock = threading.Lock()

    def send(self, outgoing: Outgoing, listener: Listener) -> Exchange:
        """Send a request; ``listener`` is called on the network's thread."""
        settings = proxy_settings()
        if is_proxy_locked(settings):  # QGIS would ask for the master password in a thread of ours
            listener(Fault("proxy-locked", "the master password has not been given"))
            return _NotSent()
        with self._lock:
            if self._thread is not None and (settings != self._settings or self._thread.is_unfit):
                self._thread.retire()
                self._thread = None
            if self._thread is None:
                self._thread = NetworkThread(self._main, _attention())
                self._settings = settings
                self._thread.begin()
            return self._thread.send(outgoing, listener)

    def close(self) -> None:
        """Cancel the running requests and end the thread."""
        with self._lock:
            thread, self._thread = self._thread, None
        if thread is not None:
            thread.end()


class NetworkThread(QThread):
    """Runs a manager and its requests until it is ended, or retired and out of work."""

    called = pyqtSignal()

    def __init__(self, main: QgsNetworkAccessManager, attention: Attention) -> None:
        super().__init__()
        self.setObjectName(NAME)
        self.has_failed = self.is_asking = False
        self._called_at = 0.0
        self._main = main
        self._attention = attention
        self._calls: deque[Call] = deque()

    @property
    def is_unfit(self) -> bool:
        """Return whether a request has failed here, or Qt has been busy with one answer for too long."""
        is_waiting = bool(self._calls) and not self.is_asking
        return self.has_failed or (is_waiting and time.monotonic() - self._called_at > STUCK)

    def begin(self) -> None:
        """Start the thread."""
        _running.difference_update([thread for thread in _running if thread.isFinished()])
        _running.add(self)
        self.start()

    def send(self, outgoing: Outgoing, listener: Listener) -> Exchange:
        """Send a request from this thread."""
        sent = _Sent(self)
        self.call(partial(_Station.open, sent=sent, outgoing=outgoing, listener=listener))
        return sent

    def retire(self) -> None:
        """End as soon as no request is under way."""
        self.call(_Station.retire)

    def end(self) -> None:
        """Cancel the running requests and end."""
        self.call(_Station.end)
        if self.wait(GRACE_MS):
            _running.discard(self)

    def call(self, call: Call) -> None:
        """Run a function in this thread."""
        if not self._calls:
            self._called_at = time.monotonic()
        self._calls.append(call)
        self.called.emit()

    def run(self) -> None:
        """Run requests."""
        threading.current_thread().name = NAME
        station = _Station(self, self._calls, self._main, self._attention)
        self.called.connect(station.work, Qt.ConnectionType.QueuedConnection)
        station.work()
        if not station.is_ended:
            self.exec()
        self.called.disconnect(station.work)
        station.clear()


def end_all() -> None:
    """End the threads that a client left running, before Qt or the plugin is torn down."""
    for thread in tuple(_running):
        thread.end()


class _Sent:
    """A request of another thread."""

    def __init__(self, thread: NetworkThread) -> None:
        self._thread = thread
        self.transfer: Transfer | None = None
        self.is_cancelled = False

    def accept(self, count: int) -> None:
        self._thread.call(lambda _station: self.transfer.accept(count) if self.transfer is not None else None)

    def cancel(self) -> None:
        self.is_cancelled = True
        self._thread.call(lambda _station: self.transfer.abort() if self.transfer is not None else None)


class _NotSent:
    """A request that failed before it was sent."""

    def accept(self, count: int) -> None:
        """Do nothing."""

    def cancel(self) -> None:
        """Do nothing."""


class _Station(QObject):
    """The manager and the requests under way, which live in the thread."""

    asked = pyqtSignal("QNetworkProxy", "QAuthenticator*")

    def __init__(
        self, thread: NetworkThread, calls: deque[Call], main: QgsNetworkAccessManager, attention: Attention
    ) -> None:
        super().__init__()
        self._thread = thread
        self._calls = calls
        self._attention = attention
        self._transfers: set[Transfer] = set()
        self._over: list[Transfer] = []
        self._is_retired = False
        self.is_ended = False
        self._manager = _manager()
        self._manager.requestEncounteredSslErrors.connect(self._on_question)
        self._manager.proxyAuthenticationRequired.connect(self._on_proxy)
        self.asked.connect(main.proxyAuthenticationRequired, Qt.ConnectionType.BlockingQueuedConnection)

    @pyqtSlot()
    def work(self) -> None:
        """Carry out the requests of other threads."""
        while self._calls:
            self._calls.popleft()(self)

    def open(self, sent: _Sent, outgoing: Outgoing, listener: Listener) -> None:
        """Send a request."""
        if sent.is_cancelled or self.is_ended:
            return
        proxy = proxy_for(self._manager, outgoing.url)
        try:
            sent.transfer = Transfer(self._manager, outgoing, listener, proxy, self._on_end, self._answered)
        except RuntimeError as error:  # the bindings took Qt's new reply for a deleted object; see Transfer
            self._thread.has_failed = True
            listener(Fault("read", str(error)))
        else:
            self._transfers.add(sent.transfer)

    def retire(self) -> None:
        """End when nothing is under way any more."""
        self._is_retired = True
        if not self._transfers:
            self.end()

    def end(self) -> None:
        """Give everything up and leave the thread's event loop."""
        self.is_ended = True
        for transfer in tuple(self._transfers):
            transfer.abort()
        self._thread.quit()

    def clear(self) -> None:
        """Release the objects of the thread, which deletes its manager when it ends."""
        self._delete()
        self._transfers.clear()
        self._calls.clear()
        del self._manager

    def _on_end(self, transfer: Transfer, failed: bool) -> None:
        self._transfers.discard(transfer)
        self._over.append(transfer)
        QTimer.singleShot(0, self._delete)
        self._thread.has_failed = self._thread.has_failed or failed
        if transfer.is_out_of_step:  # Qt may give its answer to a request that waits for the same connection
            for other in tuple(self._transfers):
                other.break_off("another answer was not understood")
        if self._is_retired and not self._transfers:
            self.end()

    def _delete(self) -> None:
        """Delete requests that are over, when none of their signals is being handled."""
        while self._over:
            self._over.pop().delete()

    def _on_proxy(self, proxy: QNetworkProxy, authenticator: QAuthenticator) -> None:
        """Ask the person for a proxy's user and password, in the main thread."""
        self._on_question()
        self.asked.emit(proxy, authenticator)
        self._answered()
        for transfer in tuple(self._transfers):
            transfer.gave_password = transfer.gave_password or bool(authenticator.user())

    def _on_question(self, *_: object) -> None:
        self._thread.is_asking = True
        self._attention(True)
        for transfer in tuple(self._transfers):
            transfer.notify(Notice.ASKING)

    def _answered(self) -> None:
        self._thread.is_asking = False
        self._attention(False)
        for transfer in tuple(self._transfers):
            transfer.notify(Notice.ASKED)


def _manager() -> QgsNetworkAccessManager:
    """Return the thread's manager, which never prompts for a server's password: a refused key is a response."""
    manager = QgsNetworkAccessManager.instance()
    forget_address(manager)
    direct = [*manager.noProxyList(), *_LOOPBACK]
    manager.setFallbackProxyAndExcludes(manager.fallbackProxy(), manager.excludeList(), direct)
    manager.setCache(None)
    manager.authenticationRequired.disconnect()
    manager.proxyAuthenticationRequired.disconnect()
    return manager


def _attention() -> Attention:
    """Return a function that lets the main thread answer a prompt while it waits for the request itself."""
    application = QCoreApplication.instance()
    if application is None or application.thread() is not QThread.currentThread():
        return lambda _is_asking: None
    pump = _Pump(asyncio.get_running_loop())
    return pump.set


class _Pump:
    """Runs the main thread's Qt events while a person is asked, between the steps of a loop that blocks them."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._is_on = False

    def set(self, is_on: bool) -> None:
        """Begin or end, on any thread."""
        with suppress(RuntimeError):  # the loop has been closed
            self._loop.call_soon_threadsafe(self._set, is_on)

    def _set(self, is_on: bool) -> None:
        was_on, self._is_on = self._is_on, is_on
        if is_on and not was_on:
            self._run()

    def _run(self) -> None:
        if self._is_on:
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
            self._loop.call_later(_LOOK_EVERY, self._run)
