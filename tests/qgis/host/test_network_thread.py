"""QGIS's network in its thread: what it sends, shows, asks and leaves behind."""

from __future__ import annotations

import asyncio
import ssl
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
import trustme
from pixxel_explorer.plugin.api.client import ApiClient
from pixxel_explorer.plugin.api.config import ClientConfig, Connection
from pixxel_explorer.plugin.api.errors import TimedOut, TransportFailed
from pixxel_explorer.plugin.api.transport.auth import Credentials
from pixxel_explorer.plugin.api.transport.host_transport import HostFault, HostTransport
from pixxel_explorer.plugin.app import clients
from pixxel_explorer.plugin.host import credentials, network_thread
from pixxel_explorer.plugin.host.credentials import SessionKeys
from pixxel_explorer.plugin.host.network_thread import QgisNetwork
from pixxel_explorer.plugin.worker.runner import Runner
from pixxel_explorer.tests.late_marks import LateMarks
from pixxel_explorer.tests.qgis.host.over_qgis import client
from pixxel_explorer.tests.unit.api.listening import Listener
from qgis.core import (
    QgsApplication,
    QgsAuthConfigSslServer,
    QgsAuthMethodConfig,
    QgsNetworkAccessManager,
    QgsNetworkRequestParameters,
)
from qgis.PyQt.QtCore import QEventLoop, QTimer
from qgis.PyQt.QtNetwork import QSslCertificate, QSslError

KEY = "secret-key"
AUTHORITY = trustme.CA(organization_name="An unknown authority")


class Server(ThreadingHTTPServer):
    """Answers with the function ``answer``; keeps the headers of requests."""

    daemon_threads = True

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.seen: list[dict[str, str]] = []
        self.hold = threading.Event()
        self.answer: Callable[[Any], None] = lambda handler: say(handler, 200, b'"pong"')
        super().__init__(("127.0.0.1", 0), _handler(self))
        if context is not None:
            self.socket = context.wrap_socket(self.socket, server_side=True)
        self.url = f"{'http' if context is None else 'https'}://localhost:{self.server_port}"
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    def handle_error(self, *_: object) -> None:
        pass

    def close(self) -> None:
        self.hold.set()
        self.shutdown()
        self.server_close()


def _handler(server: Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            server.seen.append(dict(self.headers))
            server.answer(self)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    return Handler


def say(handler: Any, status: int, body: bytes, **headers: str) -> None:
    """Send an answer."""
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.close()


@pytest.fixture
def secure(qgis_app: Any) -> Iterator[tuple[Server, str]]:
    """A server of an authority nobody knows, and its certificate."""
    context, certificate = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), AUTHORITY.issue_cert("localhost")
    certificate.configure_cert(context)
    running = Server(context)
    yield running, certificate.cert_chain_pems[0].bytes().decode()
    running.close()


Work = Callable[[Any], Awaitable[Any]]


def on_main_thread(url: str, work: Work, **config: Any) -> Any:
    """Do work as an algorithm does that runs in the main thread, whose events nobody else handles."""
    return asyncio.run(_with_client(url, work, config))


def on_worker(url: str, work: Work, **config: Any) -> Any:
    """Do work as the dock does."""
    runner, loop, ends = Runner(), QEventLoop(), []
    job = runner.job(lambda _report: _with_client(url, work, config), "a test")
    for signal in (job.succeeded, job.failed):
        signal.connect(ends.append)
    job.finished.connect(loop.quit)
    QTimer.singleShot(20_000, loop.quit)
    job.start()
    loop.exec()
    assert runner.stop()
    if isinstance(ends[0], Exception):
        raise ends[0]
    return ends[0]


async def _with_client(url: str, work: Work, config: dict[str, Any]) -> Any:
    async with client(ClientConfig(base_url=url, **config), Credentials.from_key(KEY)) as made:
        return await work(made)


def read(client: Any) -> Awaitable[bytes]:
    return client._session.read("GET", "/f")


BOTH = pytest.mark.parametrize("run", [on_main_thread, on_worker])


@BOTH
def test_a_request_is_answered_and_no_thread_is_left(qgis_app: Any, server: Server, run: Any) -> None:
    assert run(server.url, read) == b'"pong"'
    assert [thread for thread in network_thread._running if not thread.isFinished()] == []


def test_the_log_of_qgis_shows_requests_without_the_key(qgis_app: Any, server: Server) -> None:
    shown: list[tuple[str, dict[bytes, bytes]]] = []

    def keep(parameters: QgsNetworkRequestParameters) -> None:
        request = parameters.request()
        shown.append((request.url().path(), {bytes(n): bytes(request.rawHeader(n)) for n in request.rawHeaderList()}))

    manager = QgsNetworkAccessManager.instance()
    connection = manager.requestAboutToBeCreated[QgsNetworkRequestParameters].connect(keep)
    try:
        on_worker(server.url, read)
        for _ in range(100):
            qgis_app.processEvents()
    finally:
        manager.disconnect(connection)
    headers = dict(shown)["/f"]
    assert len(shown) == 1
    assert headers[b"Authorization"] == b"(hidden)"
    assert KEY.encode() not in b" ".join(headers.values())
    assert server.seen[0]["Authorization"] == KEY


def test_a_reply_that_cannot_be_watched_is_asked_for_again(
    qgis_app: Any, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, failures = network_thread.Transfer, [RuntimeError("wrapped C/C++ object has been deleted")]

    def transfer(*arguments: Any) -> Any:
        if failures:
            raise failures.pop()
        return real(*arguments)

    monkeypatch.setattr(network_thread, "Transfer", transfer)
    assert on_worker(server.url, read) == b'"pong"'


@BOTH
def test_a_refused_key_is_an_answer_and_no_question(qgis_app: Any, server: Server, run: Any) -> None:
    asked: list[Any] = []
    manager = QgsNetworkAccessManager.instance()
    server.answer = lambda handler: say(handler, 401, b"{}", WWW_Authenticate='Basic realm="API"')
    manager.requestRequiresAuth.connect(lambda *facts: asked.append(facts))
    try:
        with pytest.raises(Exception) as caught:
            run(server.url, read)
    finally:
        manager.requestRequiresAuth.disconnect()
    assert getattr(caught.value, "status", None) == 401
    assert (asked, len(server.seen)) == ([], 1)


def test_no_cookies_and_no_cache(qgis_app: Any, server: Server) -> None:
    server.answer = lambda handler: say(handler, 200, b"{}", Set_Cookie="a=1", Cache_Control="max-age=600")

    async def twice(client: Any) -> None:
        await read(client)
        client._session._client.cookies.clear()
        await read(client)

    on_main_thread(server.url, twice)
    assert len(server.seen) == 2
    assert "Cookie" not in server.seen[1]


@BOTH
def test_what_is_under_way_is_given_up_at_once(qgis_app: Any, server: Server, run: Any) -> None:
    server.answer = lambda _handler: server.hold.wait(20)

    async def cancelled(client: Any) -> float:
        task = asyncio.ensure_future(read(client))
        await asyncio.sleep(0.2)
        began = time.monotonic()
        task.cancel()
        await asyncio.wait({task})
        return time.monotonic() - began

    began = time.monotonic()
    assert run(server.url, cancelled) < 0.1
    assert time.monotonic() - began < 3


def test_unloading_in_the_middle_of_a_request_ends_the_threads(qgis_app: Any, server: Server) -> None:
    server.answer = lambda _handler: server.hold.wait(20)
    runner = Runner()
    job = runner.job(lambda _report: _with_client(server.url, read, {}), "a test")
    job.start()
    loop = QEventLoop()
    QTimer.singleShot(500, loop.quit)
    loop.exec()
    assert len(server.seen) == 1
    began = time.monotonic()
    assert runner.stop()
    network_thread.end_all()
    assert time.monotonic() - began < 1.5
    assert [thread for thread in network_thread._running if not thread.isFinished()] == []


def test_requests_do_not_make_pyqt_take_other_objects_for_deleted(qgis_app: Any, server: Server) -> None:
    marks, runner, main = LateMarks(), Runner(), QgsNetworkAccessManager.instance()

    async def eleven(_report: Any) -> None:
        transport = HostTransport(QgisNetwork(main))
        async with ApiClient(ClientConfig(base_url=server.url), Credentials.from_key(KEY), transport=transport) as made:
            for _ in range(10):
                await read(made)
            server.answer = lambda _handler: server.hold.wait(20)
            await read(made)

    runner.job(eleven, "a test").start()
    loop = QEventLoop()
    QTimer.singleShot(1000, loop.quit)
    loop.exec()
    assert len(server.seen) == 11
    runner.stop()
    network_thread.end_all()
    assert marks.end() == 0


@BOTH
def test_a_certificate_that_is_not_trusted_is_reported_with_its_issuer(secure: Any, run: Any) -> None:
    server, _ = secure
    with pytest.raises(TransportFailed) as caught:
        run(server.url, read)
    assert (caught.value.kind, caught.value.subject) == ("tls-unknown", "An unknown authority")
    assert server.seen == []


def forgive(server: Server, pem: str, *errors: QSslError.SslError) -> None:
    """Save an exception for a server's certificate in QGIS, by default for an unknown issuer."""
    kinds = QSslError.SslError
    config = QgsAuthConfigSslServer()
    config.setSslHostPort(server.url.removeprefix("https://"))
    config.setSslCertificate(QSslCertificate(pem.encode()))
    unknown = (
        kinds.UnableToGetLocalIssuerCertificate,
        kinds.UnableToVerifyFirstCertificate,
        kinds.SelfSignedCertificateInChain,
    )
    config.setSslIgnoredErrorEnums([*(errors or unknown)])
    assert QgsApplication.authManager().storeSslCertCustomConfig(config)


@BOTH
def test_an_exception_saved_in_qgis_is_honoured(unlocked: Any, secure: Any, run: Any) -> None:
    server, pem = secure
    forgive(server, pem)
    assert run(server.url, read) == b'"pong"'


def test_an_exception_for_other_faults_is_not_enough(unlocked: Any, secure: Any) -> None:
    server, pem = secure
    forgive(server, pem, QSslError.SslError.HostNameMismatch)
    with pytest.raises(TransportFailed):
        on_worker(server.url, read)


@BOTH
def test_a_server_that_wants_a_client_certificate_gets_the_one_of_the_sign_in(
    unlocked: Any, tmp_path: Any, run: Any
) -> None:
    person, context = AUTHORITY.issue_cert(common_name="Ann"), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    person.cert_chain_pems[0].write_to_path(tmp_path / "ann.pem")
    person.private_key_pem.write_to_path(tmp_path / "ann.key")
    certificate = AUTHORITY.issue_cert("localhost")
    certificate.configure_cert(context)
    context.verify_mode = ssl.CERT_REQUIRED
    AUTHORITY.configure_trust(context)
    server = Server(context)
    forgive(server, certificate.cert_chain_pems[0].bytes().decode())
    entry = QgsAuthMethodConfig("PKI-Paths")
    entry.setName("Ann")
    entry.setConfigMap({"certpath": str(tmp_path / "ann.pem"), "keypath": str(tmp_path / "ann.key"), "keypass": ""})
    stored, entry = QgsApplication.authManager().storeAuthenticationConfig(entry, True)
    assert stored
    connection = Connection("Office", server.url, auth_config=entry.id())
    make = clients.prepare(connection, SessionKeys())

    async def ping() -> str:
        async with make() as client:
            return await client.external.ping()

    try:
        assert credentials.headers_for(connection, SessionKeys()) == ()
        assert run(server.url, lambda _client: ping()) == "pong"
    finally:
        credentials.remove_key(entry.id())
        server.close()


class Silent(Listener):
    """Accepts, and says nothing."""

    def serve(self, connection: Any) -> None:
        while connection.recv(65536):
            pass


@BOTH
def test_a_server_that_says_nothing_at_first_contact_is_given_up_once(qgis_app: Any, run: Any) -> None:
    silent = Silent()
    began = time.monotonic()
    with pytest.raises(TimedOut) as caught:
        run(f"https://localhost:{silent.port}", read, timeout=0.5)
    silent.close()
    assert caught.value.kind == "connect"
    assert time.monotonic() - began < 4
    assert silent.connections <= 2  # Qt may try both families of addresses


@BOTH
def test_this_machine_is_reached_past_the_proxy(proxies: Any, server: Server, run: Any) -> None:
    proxies(proxyEnabled=True, proxyType="HttpProxy", proxyHost="127.0.0.1", proxyPort="9")
    assert run(server.url, read) == b'"pong"'


@pytest.mark.parametrize(
    ("host", "kind", "name"),
    [("127.0.0.1", "proxy-refused", "127.0.0.1:9"), ("no-such-proxy.invalid", "proxy-host", "no-such-proxy.invalid:9")],
)
@BOTH
def test_a_proxy_that_is_not_there_is_named_at_once(proxies: Any, host: str, kind: str, name: str, run: Any) -> None:
    proxies(proxyEnabled=True, proxyType="HttpProxy", proxyHost=host, proxyPort="9")
    with pytest.raises(TransportFailed) as caught:
        run("https://api.example.com", read)
    assert (caught.value.kind, caught.value.proxy) == (kind, name)


def test_settings_that_change_are_those_of_the_next_request(proxies: Any) -> None:
    kinds: list[str] = []

    async def thrice(client: Any) -> None:
        for port in (9, 7, 5):
            proxies(proxyEnabled=True, proxyType="HttpProxy", proxyHost="127.0.0.1", proxyPort=str(port))
            try:
                await read(client)
            except TransportFailed as error:
                kinds.append(error.proxy)

    on_main_thread("https://api.example.com", thrice)
    assert kinds == ["127.0.0.1:9", "127.0.0.1:7", "127.0.0.1:5"]


def test_a_locked_store_is_reported_and_nobody_asked(proxies: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    proxies(proxyEnabled=True, proxyType="HttpProxy", proxyHost="127.0.0.1", proxyPort="9")
    monkeypatch.setattr(network_thread, "proxy_settings", lambda: {"proxyEnabled": "true", "authcfg": "proxyin"})
    monkeypatch.setattr(QgsApplication.authManager().__class__, "masterPasswordIsSet", lambda _manager: False)
    with pytest.raises(TransportFailed) as caught:
        on_main_thread("https://api.example.com", read)
    assert caught.value.kind == "proxy-locked"


def test_a_slow_receiver_holds_little(qgis_app: Any, server: Server) -> None:
    sent: list[int] = []

    def endless(handler: Any) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(1 << 30))
        handler.end_headers()
        while not server.hold.is_set():
            handler.wfile.write(bytes(1 << 16))
            sent.append(1 << 16)

    server.answer = endless

    async def slow(client: Any) -> int:
        async with client._session._client.stream("GET", f"{server.url}/f") as response:
            async for _ in response.aiter_raw():
                await asyncio.sleep(1)
                return sum(sent)
        return 0

    assert on_main_thread(server.url, slow) < 24 << 20


def test_an_answer_that_is_none_does_not_spoil_the_next(qgis_app: Any, server: Server) -> None:
    """Qt takes early hints for the answer, and the answer for the one to the next request."""

    async def hinted(client: Any) -> list[Any]:
        http, found = client._session._client, []
        for path in ("/hint", "/second"):
            try:
                found.append((await http.get(server.url + path)).text)
            except HostFault as error:
                found.append(error.fault.kind)
        return found

    def answer(handler: Any) -> None:
        if handler.path == "/hint":
            handler.wfile.write(b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n")
        say(handler, 200, handler.path.encode())

    server.answer = answer
    assert on_main_thread(server.url, hinted) == ["protocol", "/second"]


def test_no_request_beside_it_gets_its_answer(qgis_app: Any, server: Server) -> None:
    async def crowd(client: Any) -> list[tuple[str, str]]:
        http = client._session._client
        paths = ["/hint", *(f"/{number}" for number in range(20))]

        async def get(path: str) -> tuple[str, str]:
            try:
                return path, (await http.get(server.url + path)).text
            except HostFault as error:
                return path, error.fault.kind

        return list(await asyncio.gather(*map(get, paths)))

    def answer(handler: Any) -> None:
        if handler.path == "/hint":
            handler.wfile.write(b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n")
        say(handler, 200, handler.path.encode())

    server.answer = answer
    wrong = [(path, text) for path, text in on_main_thread(server.url, crowd) if text not in (path, "read", "protocol")]
    assert wrong == []


def test_httpx_gets_status_reason_and_repeated_headers(qgis_app: Any, server: Server) -> None:
    def answer(handler: Any) -> None:
        handler.wfile.write(b"HTTP/1.1 299 Very Fine\r\nX-A: 1\r\nX-A: 2\r\nContent-Length: 3\r\n\r\nabc")

    async def whole(client: Any) -> httpx.Response:
        return await client._session._client.get(server.url)

    server.answer = answer
    response = on_main_thread(server.url, whole)
    assert (response.status_code, response.reason_phrase, response.content) == (299, "Very Fine", b"abc")
    assert response.headers["x-a"] == "1, 2"


def _with_headers(lines: bytes) -> Callable[[Any], None]:
    return lambda handler: handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n" + lines + b'\r\n"pong"')


@pytest.mark.parametrize(
    "lines",
    [b"".join(b"X-%d: a\r\n" % number for number in range(5000)), b"X: %s\r\n" % (b"a" * 200) * 6000],
    ids=["names", "bytes"],
)
@BOTH
def test_an_answer_of_countless_headers_is_refused_once(qgis_app: Any, server: Server, run: Any, lines: bytes) -> None:
    server.answer = _with_headers(lines)
    with pytest.raises(TransportFailed) as caught:
        run(server.url, read)
    assert (caught.value.kind, len(server.seen)) == ("headers", 1)


def test_an_answer_of_many_headers_is_read(qgis_app: Any, server: Server) -> None:
    server.answer = _with_headers(b"".join(b"X-%d: a\r\n" % number for number in range(500)))
    assert on_worker(server.url, read) == b'"pong"'


def test_other_requests_do_not_wait_for_an_answer_that_keeps_qt_busy(
    qgis_app: Any, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Qt 5 joins headers for minutes, in its own code; the next request waited behind it, even after Stop."""
    monkeypatch.setattr(network_thread, "STUCK", 0.3)

    async def ask_while_busy(made: Any) -> float:
        await read(made)
        (thread,) = [thread for thread in network_thread._running if not thread.isFinished()]
        thread.call(lambda _station: time.sleep(4))
        first = asyncio.ensure_future(read(made))
        await asyncio.sleep(0.6)
        first.cancel()
        began = time.monotonic()
        assert await read(made) == b'"pong"'
        return time.monotonic() - began

    assert on_main_thread(server.url, ask_while_busy) < 2
    assert all(thread.wait(10_000) for thread in tuple(network_thread._running))
