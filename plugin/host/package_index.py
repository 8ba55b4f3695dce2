"""A package index on loopback for pip, which fetches everything through QGIS's own network stack.

pip's addresses are those of the real servers with another beginning: ``http://127.0.0.1:PORT/TOKEN/N/path`` stands
for ``path`` at the server with number N. A server gets a number by being among pip's settings or by being named in a
page of such a server; nothing else is fetched. Proxies with their prompts, authorities, exceptions and the time limit
are QGIS's.
"""

from __future__ import annotations

import base64
import html
import io
import json
import logging
import netrc
import os
import re
import secrets
import shutil
import socketserver
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler
from typing import IO, Any
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

from qgis.core import QgsNetworkAccessManager
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QEventLoop, QThread, QUrl, pyqtSignal
from qgis.PyQt.QtNetwork import (
    QNetworkReply,
    QNetworkRequest,
    QSsl,
    QSslCertificate,
    QSslError,
    QSslSocket,
)

from ..api.config import is_loopback
from ..api.transport.html_pages import PAGE_CAP, one_line, page_of
from . import redaction
from .bindings import forget_address
from .network_faults import fault_of, is_answer, place_of, proxy_for
from .pip_run import InstallFailed, InstallReason, PipSettings

LARGEST_PAGE = 64 << 20
LARGEST_FILE = 512 << 20
_IN_MEMORY = 4 << 20  # a larger body goes to a temporary file
_REDIRECTS = 10
_PAUSE = 1.0  # seconds before the one retry
_LINE = 100  # characters of a server's text
_SELDOM = 0.1  # seconds between two reports of progress
_POLL = 0.1
_ARCHIVES = (".whl", ".zip", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".egg")
_TEMPORARY = (429, 502, 503, 504)
_SIGN_IN_TO_NETWORK = 511
_JSON_PAGE = "application/vnd.pypi.simple"

_Error = QNetworkReply.NetworkError
_Attribute = QNetworkRequest.Attribute
_TIMED_OUT = (_Error.TimeoutError, _Error.OperationCanceledError)
# What ``network_faults`` finds; anything else is an index that was not reached.
_REASONS = {
    "host": InstallReason.HOST_NOT_FOUND,
    "proxy": InstallReason.PROXY_REFUSAL,
    "proxy-host": InstallReason.PROXY_DOWN,
    "proxy-password": InstallReason.PROXY_PASSWORD,
    "proxy-refusal": InstallReason.PROXY_REFUSAL,
    "proxy-refused": InstallReason.PROXY_DOWN,
    "proxy-sign-in": InstallReason.PROXY_LOGIN,
    "proxy-unreached": InstallReason.PROXY_REFUSAL,
    "proxy-ways": InstallReason.PROXY_REFUSAL,
    "tls": InstallReason.CERTIFICATE,
    "tls-expired": InstallReason.CERTIFICATE_EXPIRED,
    "tls-name": InstallReason.CERTIFICATE_NAME,
    "tls-unknown": InstallReason.CERTIFICATE,
}
# With these there was no whole answer, though a status may have come.
_CUT = (_Error.RemoteHostClosedError, _Error.TemporaryNetworkFailureError)
_OF_ONE_FILE = (  # the same server may have others
    InstallReason.INDEX_REFUSAL,
    InstallReason.SERVER,
    InstallReason.BLOCKED,
    InstallReason.TOO_LARGE,
    InstallReason.DISK_FULL,
)
_log = logging.getLogger(__name__)
_running: set[PackageIndex] = set()  # Qt aborts the process when a running thread is forgotten


class _Stopped(Exception):
    """The index is being stopped."""


@dataclass(slots=True)
class _Answer:
    """Answer of a server: status, type, body and the address it came from after redirects."""

    status: int
    content_type: str
    body: IO[bytes]
    url: str
    redirect: str = ""

    @property
    def is_html(self) -> bool:
        return "html" in self.content_type

    def text(self) -> str:
        """Return the body decoded; it is closed."""
        charset = re.search(r"charset=[\"']?([\w-]+)", self.content_type)
        with self.body as body:
            data = body.read()
        try:
            return data.decode(charset[1] if charset else "utf-8", "replace")
        except LookupError:
            return data.decode("utf-8", "replace")


class PackageIndex(QThread):
    """A package index for pip on loopback, in a thread; ``progressed(name, received, total)`` reports the current file.

    A server or proxy that was not reached or requires another password is not asked again.
    """

    progressed = pyqtSignal(str, object, object)
    _stop_requested = pyqtSignal()

    def __init__(self, settings: PipSettings) -> None:
        """Open the port; pip's certificate options are used besides QGIS's own settings."""
        super().__init__()
        QgsNetworkAccessManager.instance()  # those of other threads lean on the main thread's
        self.setObjectName("pixxel-package-index")
        self.finished.connect(self._forget)
        self.failure: InstallFailed | None = None
        self._settings = settings
        self._origins: list[str] = []
        self._plain: set[tuple[str, str, int]] = set()  # origins that may be asked without encryption
        self._failed: dict[str, InstallFailed] = {}
        self._is_stopping = False
        self._server = _Server(("127.0.0.1", 0), partial(_Handler, self))
        self._base = f"http://127.0.0.1:{self._server.server_address[1]}/{secrets.token_urlsafe(24)}"

    def exchange(self, address: str) -> str:
        """Return the address at which the index serves a URL of pip's settings.

        Raises:
            InstallFailed: it is no URL.
        """
        url = _split(address)
        if url is None:
            raise InstallFailed(InstallReason.SETTINGS, redaction.redact(address))
        for part in (url.password, url.username):
            redaction.remember(unquote(part or ""))
        if is_loopback(url.hostname or "") or _is_trusted(url, self._settings):
            self._plain.add(_origin(address))
        return self._exchange(url, self._number(f"{url.scheme}://{url.netloc}"))

    def readable(self, text: str) -> str:
        """Return a text of pip's with the real addresses in it, without users and passwords."""
        for number in reversed(range(len(self._origins))):
            text = text.replace(f"{self._base}/{number}", _without_user(self._origins[number]))
        return text

    def begin(self) -> None:
        """Start the thread."""
        _running.add(self)
        self.start()

    def stop(self) -> None:
        """Ask the thread to end, and a transfer under way with it."""
        self._is_stopping = True
        self._stop_requested.emit()

    def run(self) -> None:
        """Serve until asked to stop."""
        self._server.timeout = _POLL
        with self._server:
            while not self._is_stopping:
                self._server.handle_request()

    def answer(self, path: str, accept: str) -> _Answer:
        """Return the response for a path, in the index's own thread.

        Raises:
            InstallFailed: it could not be fetched.
            KeyError: nothing is served there.
        """
        number, address = self._real(path)
        is_file = urlsplit(address).path.removesuffix(".metadata").endswith(_ARCHIVES)
        try:
            found = self._fetch(address, accept, is_file)
            return found if is_file or found.status != 200 else self._page(found, number)
        except InstallFailed as error:
            self.failure = self.failure or error
            if error.culprit and error.reason not in _OF_ONE_FILE:
                self._failed[error.culprit] = error
            raise

    def _real(self, path: str) -> tuple[int, str]:
        prefix = urlsplit(self._base).path + "/"
        number, slash, rest = path.removeprefix(prefix).partition("/")
        if not path.startswith(prefix) or not number.isdecimal() or int(number) >= len(self._origins):
            raise KeyError(path)
        return int(number), self._origins[int(number)] + slash + rest

    def _number(self, origin: str) -> int:
        if origin not in self._origins:
            self._origins.append(origin)
        return self._origins.index(origin)

    def _exchange(self, url: SplitResult, number: int) -> str:
        query = f"?{url.query}" if url.query else ""
        fragment = f"#{url.fragment}" if url.fragment else ""
        return f"{self._base}/{number}{url.path}{query}{fragment}"

    def _fetch(self, address: str, accept: str, is_file: bool) -> _Answer:
        for _ in range(_REDIRECTS):
            found = self._fetch_once(address, accept, is_file)
            if not found.redirect:
                return self._checked(found, is_file, has_login=_credentials(address) is not None)
            found.body.close()
            address = _with_user(found.redirect, address)
            self._check_encrypted(address, is_redirect=True)
        raise InstallFailed(InstallReason.BLOCKED, host=_host(address))

    def _fetch_once(self, address: str, accept: str, is_file: bool) -> _Answer:
        """Fetch without following redirects; retry once after a passing fault."""
        self._check_encrypted(address)
        for attempt in (1, 2):
            self._check_not_failed(address)
            transfer = _Transfer(self._request(address, accept, is_file), is_file, self._settings, self._on_bytes)
            try:
                found = transfer.run(self._stop_requested, lambda: self._is_stopping)
            except InstallFailed as error:
                if attempt == 1 and transfer.is_cut:
                    continue
                raise self._named(error, address) from error
            if attempt == 2 or found.status not in _TEMPORARY:
                return found
            found.body.close()
            self.msleep(int(_PAUSE * 1000))
        raise AssertionError("the second attempt returns or raises")

    def _checked(self, found: _Answer, is_file: bool, has_login: bool) -> _Answer:
        """Return an answer that pip may have; an error page or a page in a file's place is none."""
        refusal = _refusal(found, is_file, has_login)
        if refusal is None:
            return found
        answer_text = _title(found) if refusal is InstallReason.BLOCKED else str(found.status)
        found.body.close()
        raise InstallFailed(refusal, host=_host(found.url), answer_text=answer_text)

    def _page(self, page: _Answer, number: int) -> _Answer:
        """Return a page of the index with its links leading here; another file, as a list of constraints, as it is."""
        if page.content_type.startswith(_JSON_PAGE) and "json" in page.content_type:
            body = self._json_page(page, number)
        elif page.is_html:
            body = self._html_page(page, number)
        elif urlsplit(page.url).path.endswith("/"):
            with page.body:
                raise InstallFailed(InstallReason.BLOCKED, host=_host(page.url), answer_text=_title(page))
        else:
            return page
        content_type = page.content_type.partition(";")[0] + "; charset=utf-8"
        return _Answer(page.status, content_type, io.BytesIO(body.encode()), page.url)

    def _json_page(self, page: _Answer, number: int) -> str:
        try:
            document = json.loads(page.text())
            files = [(file, self._link(file["url"], page.url, page, number)) for file in document["files"]]
            document["files"] = [{**file, "url": link} for file, link in files if link]
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            raise InstallFailed(InstallReason.BLOCKED, host=_host(page.url)) from error
        return json.dumps(document)

    def _html_page(self, page: _Answer, number: int) -> str:
        parser, text = _Page(), page.text()
        parser.feed(text)
        found = [
            (link, self._link(link.get("href") or "", parser.base or page.url, page, number)) for link in parser.links
        ]
        anchors = [_anchor(link | {"href": address}) for link, address in found if _is_archive(address)]
        if not anchors and not parser.is_index:
            summary = page_of("", text.encode())
            raise InstallFailed(InstallReason.BLOCKED, host=_host(page.url), answer_text=summary.title or summary.text)
        return "<!DOCTYPE html><html><body>" + "\n".join(anchors) + "</body></html>"

    def _link(self, target: str, base: str, page: _Answer, number: int) -> str:
        """Return where a link of a page is served here; nothing for one that is no address of the web."""
        url = _split(target, base, page.url)
        if url is None or url.scheme not in ("http", "https"):
            return ""
        is_same = _origin(url.geturl()) == _origin(page.url) == _origin(self._origins[number])
        return self._exchange(url, number if is_same else self._number(f"{url.scheme}://{url.netloc}"))

    def _request(self, address: str, accept: str, is_file: bool) -> QNetworkRequest:
        request = QNetworkRequest(QUrl(_without_user(address)))
        request.setAttribute(_Attribute.RedirectPolicyAttribute, QNetworkRequest.RedirectPolicy.ManualRedirectPolicy)
        request.setAttribute(_Attribute.CacheLoadControlAttribute, QNetworkRequest.CacheLoadControl.AlwaysNetwork)
        request.setAttribute(_Attribute.CacheSaveControlAttribute, False)
        request.setRawHeader(b"Accept", accept.encode("ascii", "ignore"))
        if is_file:
            request.setRawHeader(b"Accept-Encoding", b"identity")  # the checksum is that of the bytes sent
        login = _credentials(address)
        if login:
            request.setRawHeader(b"Authorization", b"Basic " + base64.b64encode(":".join(login).encode()))
        return request

    def _check_encrypted(self, address: str, is_redirect: bool = False) -> None:
        """Refuse plain http except to hosts on loopback or trusted that pip's settings name.

        Raises:
            InstallFailed: the address is refused.
        """
        url = urlsplit(address)
        if url.scheme == "https" or _origin(address) in self._plain or _is_trusted(url, self._settings):
            return
        raise InstallFailed(InstallReason.BLOCKED if is_redirect else InstallReason.NOT_ENCRYPTED, host=_host(address))

    def _check_not_failed(self, address: str) -> None:
        if self._is_stopping:
            raise _Stopped
        for who in (_host(address), _proxy(address)):
            if who in self._failed:
                raise self._failed[who]

    def _named(self, error: InstallFailed, address: str) -> InstallFailed:
        """Return the error with the names of the server and the proxy that it is about."""
        return InstallFailed(error.reason, host=_host(address), proxy=_proxy(address), answer_text=error.answer_text)

    def _on_bytes(self, address: str, received: int, total: int) -> None:
        name = unquote(urlsplit(address).path.rpartition("/")[2])
        self.progressed.emit(name, received, max(0, total))

    def _forget(self) -> None:
        self.wait()
        _running.discard(self)


class _Transfer:
    """One request through QGIS's network stack, its body in memory or, if large, in a temporary file."""

    def __init__(
        self, request: QNetworkRequest, is_file: bool, settings: PipSettings, report: Callable[[str, int, int], None]
    ) -> None:
        self._request = request
        self._limit = LARGEST_FILE if is_file else LARGEST_PAGE
        self._report = report if is_file else None
        self._settings = settings
        self._body = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 (the answer closes it)
        self._problem: InstallFailed | None = None
        self._certificate_errors: list[QSslError] = []
        self._reported = 0.0
        self.is_cut = False
        self._set_trust()

    def run(self, stop_requested: Any, is_stopping: Callable[[], bool]) -> _Answer:
        """Return the answer, whatever its status.

        Raises:
            InstallFailed: there was none.
        """
        loop = QEventLoop()
        stop_requested.connect(loop.quit)
        self._reply = _manager().get(self._request)
        forget_address(self._reply)
        self._connect(loop)
        try:
            if not self._reply.isFinished() and not is_stopping():
                loop.exec()
            if is_stopping():
                raise _Stopped
            return self._answer()
        except BaseException:
            self._body.close()
            raise
        finally:
            self._reply.abort()
            sip.delete(self._reply)

    def _connect(self, loop: QEventLoop) -> None:
        self._reply.readyRead.connect(self._on_ready_read)
        self._reply.sslErrors.connect(self._on_certificate_errors)
        self._reply.downloadProgress.connect(self._on_progress)
        self._reply.finished.connect(loop.quit)

    def _answer(self) -> _Answer:
        self._on_ready_read()
        if self._problem is not None:
            raise self._problem
        status = int(self._reply.attribute(_Attribute.HttpStatusCodeAttribute) or 0)
        error = self._reply.error()
        if not is_answer(error, status):
            self.is_cut = error in _CUT
            raise self._failure(error)
        self._body.seek(0)
        target = self._reply.attribute(_Attribute.RedirectionTargetAttribute)
        redirect = self._request.url().resolved(target) if target is not None else QUrl()
        content_type = str(self._reply.header(QNetworkRequest.KnownHeaders.ContentTypeHeader) or "").lower()
        url, onwards = (
            each.toString(QUrl.ComponentFormattingOption.FullyEncoded) for each in (self._request.url(), redirect)
        )
        return _Answer(status, content_type, self._body, url, onwards)

    def _failure(self, error: QNetworkReply.NetworkError) -> InstallFailed:
        proxy = proxy_for(_manager(), self._request.url().toString())
        fault = fault_of(self._reply, self._certificate_errors, place_of(proxy), bool(proxy.user()))
        reason = _REASONS.get(fault.kind, InstallReason.NETWORK)
        return InstallFailed(
            InstallReason.TIMED_OUT if error in _TIMED_OUT else reason, answer_text=one_line(fault.detail, _LINE)
        )

    def _set_trust(self) -> None:
        """Trust the authorities and the hosts that pip is set to trust, besides QGIS's."""
        path = self._settings.certificates
        configuration = self._request.sslConfiguration()
        if path is not None and path.is_file():
            found = QSslCertificate.fromData(path.read_bytes(), QSsl.EncodingFormat.Pem)
            configuration.setCaCertificates([*configuration.caCertificates(), *found])
        if _is_trusted(urlsplit(self._request.url().toString()), self._settings):
            configuration.setPeerVerifyMode(QSslSocket.PeerVerifyMode.VerifyNone)
        self._request.setSslConfiguration(configuration)

    def _on_ready_read(self) -> None:
        if self._problem is not None or not self._reply.isOpen():
            return
        try:
            self._body.write(bytes(self._reply.readAll()))
        except OSError as error:
            self._give_up(InstallFailed(InstallReason.DISK_FULL, str(error)))
        if self._body.tell() > self._limit:
            self._give_up(InstallFailed(InstallReason.TOO_LARGE, host=self._request.url().host()))

    def _give_up(self, problem: InstallFailed) -> None:
        self._problem = problem
        self._reply.abort()

    def _on_certificate_errors(self, errors: list[QSslError]) -> None:
        self._certificate_errors += errors

    def _on_progress(self, received: int, total: int) -> None:
        now = time.monotonic()
        if self._report is not None and (now - self._reported > _SELDOM or received == total):
            self._reported = now
            self._report(self._request.url().toString(), received, total)


class _Server(socketserver.TCPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Log the error of one connection; the default prints to a stream that QGIS may not have."""
        _log.debug("a connection of pip's failed", exc_info=True)


class _Handler(BaseHTTPRequestHandler):
    """Answers one request of pip's; other methods than GET and HEAD are refused by the class below."""

    timeout = 30  # for the local connection; a body is fetched whole before any of it is sent

    def __init__(self, index: PackageIndex, *arguments: Any) -> None:
        self._index = index
        super().__init__(*arguments)

    def do_GET(self) -> None:
        """Send the requested page or file."""
        try:
            found = self._index.answer(self.path, self.headers.get("Accept", "*/*"))
        except KeyError:
            self._send(404)
        except InstallFailed as error:
            self._send(502, error.reason)
        except _Stopped:
            self._send(503)
        else:
            with found.body as body:
                self._send(found.status, "", found.content_type, body)

    do_HEAD = do_GET  # noqa: N815 (the class below calls this name)

    def log_message(self, *_arguments: Any) -> None:
        """Print nothing."""

    def _send(self, status: int, phrase: str = "", content_type: str = "", body: IO[bytes] | None = None) -> None:
        length = body.seek(0, os.SEEK_END) if body is not None else 0
        self.send_response(status, phrase or None)
        self.send_header("Content-Length", str(length))
        if content_type:
            self.send_header("Content-Type", content_type)
        self.end_headers()
        if body is not None and self.command != "HEAD":
            body.seek(0)
            shutil.copyfileobj(body, self.wfile)


class _Page(HTMLParser):
    """The links of a page, and whether it declares itself an index."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[dict[str, str | None]] = []
        self.base = ""
        self.is_index = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep links, the base, and the mark of an index."""
        found = dict(attrs)
        if tag == "a":
            self.links.append(found)
        elif tag == "base":
            self.base = self.base or found.get("href") or ""
        elif tag == "meta" and found.get("name") == "pypi:repository-version":
            self.is_index = True


def _anchor(link: dict[str, str | None]) -> str:
    attributes = " ".join(f'{name}="{html.escape(value or "")}"' for name, value in link.items())
    name = unquote(urlsplit(link["href"] or "").path.rpartition("/")[2])
    return f"<a {attributes}>{html.escape(name)}</a>"


def _refusal(found: _Answer, is_file: bool, has_login: bool) -> InstallReason | None:
    """Return why pip may not have an answer, if so."""
    if found.status == 401:
        return InstallReason.INDEX_PASSWORD if has_login else InstallReason.INDEX_LOGIN
    if found.status == 403 and not found.is_html:
        return InstallReason.INDEX_REFUSAL
    if (found.status >= 500 and found.status != _SIGN_IN_TO_NETWORK) or found.status == 429:
        return InstallReason.SERVER
    is_page_for_file = is_file and found.is_html and found.status == 200
    return InstallReason.BLOCKED if is_page_for_file or found.status not in (200, 404, 410) else None


def _title(answer: _Answer) -> str:
    """Return the title of a page, or else its text, on one line; empty for content that is not text."""
    if not answer.is_html:
        return one_line(answer.text(), _LINE) if answer.content_type.startswith("text/") else ""
    with answer.body as body:
        page = page_of(answer.content_type, body.read(PAGE_CAP))
    return page.title or page.text


def _is_archive(address: str) -> bool:
    return urlsplit(address).path.endswith(_ARCHIVES)


def _split(target: str, *bases: str) -> SplitResult | None:
    """Return the parts of an address, relative to some bases in turn; ``None`` where it is none."""
    try:
        for base in bases:
            target = urljoin(base, target)
        _, host, _ = _origin(target)
        return urlsplit(target) if host else None
    except ValueError:
        return None


def _host(address: str) -> str:
    url = urlsplit(address)
    return (url.hostname or "") + (f":{url.port}" if url.port else "")


def _origin(address: str) -> tuple[str, str, int]:
    url = urlsplit(address)
    return url.scheme, url.hostname or "", url.port or (443 if url.scheme == "https" else 80)


def _without_user(address: str) -> str:
    url = urlsplit(address)
    return url._replace(netloc=url.netloc.rpartition("@")[2]).geturl()


def _with_user(target: str, address: str) -> str:
    """Return a redirect's target with the user of the address that led there, on the same server only."""
    user = urlsplit(address).netloc.rpartition("@")[0]
    url = urlsplit(target)
    if user and "@" not in url.netloc and _origin(target) == _origin(address):
        return url._replace(netloc=f"{user}@{url.netloc}").geturl()
    return target


def _credentials(address: str) -> tuple[str, str] | None:
    """Return user and password of an address: its own, or those of the person's ``.netrc``."""
    url = urlsplit(address)
    if url.username is not None:
        return unquote(url.username), unquote(url.password or "")
    try:
        found = netrc.netrc(os.environ.get("NETRC")).authenticators(url.hostname or "")
    except (OSError, netrc.NetrcParseError):
        return None
    return (found[0], found[2] or "") if found else None


def _is_trusted(url: SplitResult, settings: PipSettings) -> bool:
    return bool({url.hostname or "", _host(url.geturl())} & settings.trusted_hosts)


def _proxy(address: str) -> str:
    """Return the host and port of the proxy that QGIS uses for an address; nothing where there is none."""
    return place_of(proxy_for(_manager(), _without_user(address)))


def _manager() -> QgsNetworkAccessManager:
    """Return the manager of this thread, which dies with it."""
    manager = QgsNetworkAccessManager.instance()
    forget_address(manager)
    return manager
