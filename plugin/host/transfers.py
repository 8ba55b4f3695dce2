"""One request through QGIS's network, on the thread of its manager."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from qgis.core import QgsApplication, QgsNetworkRequestParameters
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QByteArray, QIODevice, QTimer, QUrl
from qgis.PyQt.QtNetwork import QNetworkAccessManager, QNetworkReply, QNetworkRequest

from ..api.transport.exchange import WINDOW, Fault, Head, Notice, Route
from .bindings import forget_address
from .network_faults import fault_of, is_answer, is_forgiven, place_of

if TYPE_CHECKING:
    from qgis.core import QgsNetworkAccessManager
    from qgis.PyQt.QtNetwork import QNetworkProxy, QSslError

    from ..api.transport.exchange import Listener, Outgoing

_Attribute = QNetworkRequest.Attribute
_Operation = QNetworkAccessManager.Operation

_OPERATIONS = {
    "GET": _Operation.GetOperation,
    "HEAD": _Operation.HeadOperation,
    "POST": _Operation.PostOperation,
    "PUT": _Operation.PutOperation,
    "DELETE": _Operation.DeleteOperation,
}
_HIDDEN = b"(hidden)"
_PIECE = 256 * 1024
_MOST_HEADERS = 1000  # an honest answer has some dozens
_LONGEST_HEADERS = 1024 * 1024
_TIMER = "timeoutTimer"  # QGIS's own limit, which would show the whole address in QGIS's log


class OnceOnly(QIODevice):
    """A body that can be read once, so that Qt cannot send the request again when a connection breaks."""

    def __init__(self, body: bytes) -> None:
        super().__init__()
        self._rest = memoryview(body)
        self.open(QIODevice.OpenModeFlag.ReadOnly | QIODevice.OpenModeFlag.Unbuffered)

    def isSequential(self) -> bool:  # noqa: N802 (Qt's name)
        """Return that there is no way back."""
        return True

    def reset(self) -> bool:
        """Raise, since the body can be sent once only."""
        return False

    def seek(self, _position: int) -> bool:
        """Refuse to go anywhere."""
        return False

    def bytesAvailable(self) -> int:  # noqa: N802 (Qt's name)
        """Return how much is left."""
        return len(self._rest)

    def atEnd(self) -> bool:  # noqa: N802 (Qt's name)
        """Return whether nothing is left."""
        return not self._rest

    def readData(self, most: int) -> bytes:  # noqa: N802 (Qt's name)
        """Return the next bytes."""
        part, self._rest = bytes(self._rest[:most]), self._rest[most:]
        return part


class Transfer:
    """A running request: its events go to a listener, the body no faster than the listener takes it.

    Attributes:
        is_out_of_step: whether Qt took other data for the response, so that the next one on its connection is wrong.
        on_end: called with the transfer and whether it failed.
        on_answered: called when the user has answered a prompt about a certificate.
    """

    def __init__(
        self,
        manager: QgsNetworkAccessManager,
        outgoing: Outgoing,
        listener: Listener,
        proxy: QNetworkProxy,
        on_end: Callable[[Transfer, bool], None],
        on_answered: Callable[[], None],
    ) -> None:
        self._listener = listener
        self._proxy = place_of(proxy)
        self._on_end = on_end
        self._on_answered = on_answered
        self._credit = WINDOW
        self._has_head = self._is_finished = self._is_over = False
        self.is_out_of_step = False
        self._ssl_errors: list[QSslError] = []
        self.gave_password = bool(proxy.user())
        self._body, self._wrapper = _sent(manager, outgoing)
        self._address = sip.unwrapinstance(self._wrapper)
        self._listener(Route(self._proxy))
        self._watch()

    @property
    def _reply(self) -> QNetworkReply:
        """Return Qt's reply, which lives until ``delete``.

        The bindings were seen to take its wrapper for one of a deleted object that had the same address.
        """
        if sip.isdeleted(self._wrapper):
            self._wrapper = sip.wrapinstance(self._address, QNetworkReply)
            forget_address(self._wrapper)
        return self._wrapper

    def _watch(self) -> None:
        for child in self._reply.children():  # findChild would meet others on the way
            forget_address(child)
            if child.objectName() == _TIMER:
                sip.delete(child)
        QTimer.singleShot(0, self._limit)
        self._reply.encrypted.connect(self._on_encrypted)
        self._reply.metaDataChanged.connect(self._on_head)
        self._reply.readyRead.connect(self._pass_on)
        self._reply.sslErrors.connect(self._on_ssl_errors)
        self._reply.finished.connect(self._on_finished)

    def _limit(self) -> None:
        """Limit the data that Qt reads ahead; it ignores a limit that is set before the request has begun."""
        if not self._is_over:
            self._reply.setReadBufferSize(WINDOW)

    def accept(self, count: int) -> None:
        """Allow more bytes to be passed on."""
        self._credit += count
        self._pass_on()

    def abort(self) -> None:
        """Give the request up."""
        if not self._is_over:
            self._end(failed=False)
            self._reply.abort()

    def break_off(self, detail: str, kind: str = "read") -> None:
        """Give the request up as one whose connection broke, or for another kind of fault."""
        if not self._is_over:
            self._end(failed=True)
            self._listener(Fault(kind, detail))
            self._reply.abort()

    def notify(self, notice: Notice) -> None:
        """Pass a notice on."""
        if not self._is_over:
            self._listener(notice)

    def _on_encrypted(self) -> None:
        self.notify(Notice.CONTACT)

    def _on_ssl_errors(self, errors: list[QSslError]) -> None:
        self._ssl_errors = list(errors)
        self._on_answered()
        if is_forgiven(self._reply, self._ssl_errors):
            self._reply.ignoreSslErrors()

    def _on_head(self) -> None:
        status = _status(self._reply)
        if self._is_over or self._has_head or status < 200:
            return
        pairs = self._reply.rawHeaderPairs()  # Qt searches its list again for each name it is asked for
        if len(pairs) > _MOST_HEADERS or sum(name.size() + value.size() for name, value in pairs) > _LONGEST_HEADERS:
            self.break_off(f"{len(pairs)} headers, at most {_MOST_HEADERS}", "headers")
            return
        self._has_head = True
        headers = tuple((bytes(name), bytes(value)) for name, value in pairs)
        reason = str(self._reply.attribute(_Attribute.HttpReasonPhraseAttribute) or "")
        self._listener(Head(status, reason, headers))

    def _pass_on(self) -> None:
        if self._is_over or not self._has_head:
            return
        while (count := min(self._credit, self._reply.bytesAvailable(), _PIECE)) > 0:
            data = bytes(self._reply.read(count))
            self._credit -= len(data)
            self._listener(data)
        if self._is_finished and not self._reply.bytesAvailable():
            self._conclude()

    def _on_finished(self) -> None:
        if self._is_over:
            return
        self._is_finished = True
        if is_answer(self._reply.error(), _status(self._reply)):
            self._on_head()
        if self._has_head:
            self._pass_on()
        else:
            self._conclude()

    def _conclude(self) -> None:
        fault = self._fault()
        self._end(failed=fault is not None)  # first: the next request must not find a manager that has failed
        self._listener(Notice.END if fault is None else fault)

    def _fault(self) -> Fault | None:
        status = _status(self._reply)
        if is_answer(self._reply.error(), status):
            self.is_out_of_step = not self._has_head
            return None if self._has_head else Fault("protocol", f"an answer of status {status} only")
        return fault_of(self._reply, self._ssl_errors, self._proxy, self.gave_password)

    def _end(self, *, failed: bool) -> None:
        self._is_over = True
        self._on_end(self, failed)

    def delete(self) -> None:
        """Delete Qt's objects, and Python's records of their addresses, which Qt uses again."""
        sip.delete(self._reply)
        if self._body is not None and not sip.isdeleted(self._body):
            sip.delete(self._body)


def _status(reply: QNetworkReply) -> int:
    return int(reply.attribute(_Attribute.HttpStatusCodeAttribute) or 0)


def _sent(manager: QgsNetworkAccessManager, outgoing: Outgoing) -> tuple[QIODevice | None, QNetworkReply]:
    """Send a request; QGIS's network log gets it without its secrets."""
    request = _request(outgoing)
    was_blocked = manager.blockSignals(True)  # the log would show the key
    try:
        body, reply = _begun(manager, outgoing, request)
    finally:
        manager.blockSignals(was_blocked)
    forget_address(reply)
    _log(manager, outgoing, request, reply)
    return body, reply


def _begun(
    manager: QgsNetworkAccessManager, outgoing: Outgoing, request: QNetworkRequest
) -> tuple[QIODevice | None, QNetworkReply]:
    """Give a request to the manager, with a body that can be read once, be it empty.

    Where a connection breaks, Qt would send the request again: a write twice, and the two answers to a read as one.
    """
    if outgoing.method == "HEAD":
        return None, manager.head(request)
    body = OnceOnly(outgoing.body)
    request.setAttribute(_Attribute.DoNotBufferUploadDataAttribute, True)
    request.setHeader(QNetworkRequest.KnownHeaders.ContentLengthHeader, len(outgoing.body))
    return body, manager.sendCustomRequest(request, outgoing.method.encode("ascii"), body)


def _request(outgoing: Outgoing) -> QNetworkRequest:
    request = QNetworkRequest(QUrl(outgoing.url))
    for name, value in outgoing.headers:
        request.setRawHeader(name, value)
    manual = QNetworkRequest.LoadControl.Manual
    request.setAttribute(_Attribute.RedirectPolicyAttribute, QNetworkRequest.RedirectPolicy.ManualRedirectPolicy)
    request.setAttribute(_Attribute.CookieLoadControlAttribute, manual)
    request.setAttribute(_Attribute.CookieSaveControlAttribute, manual)
    request.setAttribute(_Attribute.AuthenticationReuseAttribute, manual)
    request.setAttribute(_Attribute.CacheSaveControlAttribute, False)
    request.setAttribute(_Attribute.Http2AllowedAttribute, False)  # Qt 5 leads further connections past the proxy
    if outgoing.certificate:
        _, request = QgsApplication.authManager().updateNetworkRequest(request, outgoing.certificate)
    return request


def _log(manager: QgsNetworkAccessManager, outgoing: Outgoing, request: QNetworkRequest, reply: QNetworkReply) -> None:
    """Show a request in QGIS's network log, which was kept from seeing it."""
    shown = QNetworkRequest(request)
    for name, _ in outgoing.headers:
        if name.lower() in outgoing.secret:
            shown.setRawHeader(name, _HIDDEN)
    operation = _OPERATIONS.get(outgoing.method, _Operation.CustomOperation)
    number = int(reply.property("requestId") or 0)
    manager.requestAboutToBeCreated[QgsNetworkRequestParameters].emit(
        QgsNetworkRequestParameters(operation, shown, number, QByteArray(outgoing.body))
    )
