"""A real pip installs from a real index, however QGIS reaches it; what stands in the way is named, and asked once."""

from __future__ import annotations

import base64
import datetime
import json
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import trustme
from pixxel_explorer.plugin.host import dependencies, package_index, pip_run
from pixxel_explorer.plugin.host.installation import InstallJob
from pixxel_explorer.plugin.host.package_index import PackageIndex
from pixxel_explorer.plugin.host.pip_run import PipSettings
from pixxel_explorer.plugin.messages.explanation import explain
from pixxel_explorer.tests.late_marks import LateMarks
from pixxel_explorer.tests.package_index import SIGN_IN, Index, served, wheel
from pixxel_explorer.tests.robustness import Scenario
from pixxel_explorer.tests.unit.api.proxies import PASSWORD, USER, Proxy
from qgis.core import QgsApplication, QgsNetworkAccessManager, QgsSettings
from qgis.PyQt.QtCore import QEventLoop, QProcess, QTimer
from qgis.PyQt.QtNetwork import QSsl, QSslCertificate

HOST = "index.example.test"
WHEELS = {"pxw-2.1-py3-none-any.whl": wheel("pxw", "2.1", needs="pxv"), "pxv-1-py3-none-any.whl": wheel("pxv", "1")}

Serve = Callable[..., Index]


class Run:
    """An installation that has run to its end, and what it told."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.signals: list[str] = []
        self.lines: list[str] = []
        self.progress: list[tuple[str, int, int]] = []
        self.error: Any = None
        self.job = InstallJob(folder)
        self._loop = QEventLoop()
        self.job.output.connect(self.lines.append)
        self.job.progressed.connect(lambda *report: self.progress.append(report))
        self.job.succeeded.connect(lambda _folder: self.signals.append("succeeded"))
        self.job.failed.connect(self._on_failed)
        self.job.cancelled.connect(lambda: self.signals.append("cancelled"))
        self.job.finished.connect(lambda: self.signals.append("finished"))
        self.job.finished.connect(self._loop.quit)

    def go(self) -> Run:
        begin = time.monotonic()
        QTimer.singleShot(0, self.job.start)
        QTimer.singleShot(90_000, self._loop.quit)
        self._loop.exec()
        self.seconds = time.monotonic() - begin
        return self

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def sentence(self) -> str:
        return explain(self.error).text

    def _on_failed(self, error: Any) -> None:
        self.signals.append("failed")
        self.error = error


@pytest.fixture(autouse=True)
def needed(qgis_app: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the plugin need ``pxw`` 2, and pip have no settings but those of the test."""
    wanted = tmp_path / "requirements.txt"
    wanted.write_text("pxw>=2\n", encoding="utf-8")
    monkeypatch.setattr(dependencies, "REQUIREMENTS", wanted)
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    for name in ("PIP_FIND_LINKS", "PIP_CERT", "PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_NO_INDEX"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_DIRS", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))


@pytest.fixture
def configure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return what writes pip's configuration file."""

    def write(**options: str) -> None:
        lines = [f"{name.replace('_', '-')} = {value}" for name, value in options.items()]
        (tmp_path / "pip.conf").write_text("\n".join(["[global]", *lines, ""]), encoding="utf-8")
        monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))

    return write


@pytest.fixture
def serve(configure: Callable[..., None]) -> Iterator[Serve]:
    """Return what serves an index that pip is set to ask."""
    with ExitStack() as stack:

        def start(context: ssl.SSLContext | None = None, name: str = "127.0.0.1", **how: Any) -> Index:
            index = stack.enter_context(served(Index({**WHEELS}, **how), context, name))
            configure(index_url=f"{index.url}/simple/")
            return index

        yield start


@pytest.fixture
def authority() -> Iterator[trustme.CA]:
    """Return an authority that only QGIS knows."""
    made = trustme.CA()
    certificate = QSslCertificate.fromData(made.cert_pem.bytes(), QSsl.EncodingFormat.Pem)[0]
    manager = QgsApplication.authManager()
    assert manager.storeCertAuthority(certificate)
    rebuild()
    yield made
    assert manager.removeCertAuthority(certificate)
    rebuild()


def rebuild() -> None:
    manager = QgsApplication.authManager()
    assert manager.rebuildCaCertsCache()
    assert manager.rebuildTrustedCaCertsCache()


def certified(authority: trustme.CA, name: str = HOST, **how: Any) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name, **how).configure_cert(context)
    return context


@pytest.fixture
def through(proxies: Any) -> Iterator[Callable[..., Proxy]]:
    """Return what puts a proxy between QGIS and an index."""
    with ExitStack() as stack:

        def start(index: Index, kind: str = "HttpProxy", login: str = "", needs_password: bool = False) -> Proxy:
            proxy = Proxy(index.port, needs_password=needs_password)
            stack.callback(proxy.close)
            user, _, password = login.partition(":")
            proxies(
                proxyEnabled=True,
                proxyType=kind,
                proxyHost="127.0.0.1",
                proxyPort=str(proxy.port),
                proxyUser=user,
                proxyPassword=password,
            )
            return proxy

        yield start


@pytest.fixture
def one_second() -> Iterator[None]:
    """Let QGIS wait for one second only."""
    QgsNetworkAccessManager.setTimeout(1000)
    yield
    QgsSettings().remove("network/network-timeout")


@pytest.mark.parametrize("as_json", [True, False], ids=["JSON", "HTML"])
def test_packages_come_through_qgis_network(serve: Serve, tmp_path: Path, as_json: bool) -> None:
    index = serve(as_json=as_json)
    run = Run(tmp_path / "packages").go()
    assert run.signals == ["succeeded", "finished"], run.text
    assert sorted(path.name for path in run.folder.glob("*.py")) == ["pxv.py", "pxw.py"]
    assert index.asked[0] == "/simple/pxw/"
    assert all("QGIS" in agent for agent in index.agents)
    assert ("pxw-2.1-py3-none-any.whl", len(WHEELS["pxw-2.1-py3-none-any.whl"])) in {
        (name, received) for name, received, _ in run.progress
    }
    assert index.url in run.text
    assert package_index._running == set()


def test_transfers_do_not_make_pyqt_take_other_objects_for_deleted(serve: Serve, tmp_path: Path) -> None:
    serve()
    marks = LateMarks()
    run = Run(tmp_path / "packages").go()
    assert run.signals == ["succeeded", "finished"], run.text
    assert marks.end() == 0


def test_the_authorities_of_qgis_are_enough(serve: Serve, authority: trustme.CA, tmp_path: Path) -> None:
    serve(certified(authority, "127.0.0.1"))
    assert Run(tmp_path / "packages").go().signals == ["succeeded", "finished"]


def test_the_authorities_that_pip_is_set_to_trust_go_on_working(
    serve: Serve, configure: Callable[..., None], tmp_path: Path
) -> None:
    authority = trustme.CA()
    index = serve(certified(authority, "127.0.0.1"))
    authority.cert_pem.write_to_path(tmp_path / "company.pem")
    configure(index_url=f"{index.url}/simple/", cert=str(tmp_path / "company.pem"))
    assert Run(tmp_path / "packages").go().signals == ["succeeded", "finished"]


def test_a_host_that_pip_is_set_to_trust_need_not_prove_itself(
    serve: Serve, configure: Callable[..., None], tmp_path: Path
) -> None:
    index = serve(certified(trustme.CA(), "127.0.0.1"))
    configure(index_url=f"{index.url}/simple/", trusted_host="127.0.0.1")
    assert Run(tmp_path / "packages").go().signals == ["succeeded", "finished"]


def long_ago() -> dict[str, Any]:
    now = datetime.datetime.now()
    return {"not_before": now - datetime.timedelta(days=20), "not_after": now - datetime.timedelta(days=10)}


@pytest.mark.parametrize(
    ("known", "name", "times", "words"),
    [
        (False, "127.0.0.1", {}, "a certificate of an authority that is not known here"),
        (True, "127.0.0.1", long_ago(), "a certificate that has expired"),
        (True, "elsewhere.example.test", {}, "a certificate that was issued for another name"),
    ],
    ids=["unknown", "expired", "misnamed"],
)
def test_a_certificate_that_will_not_do_gets_its_own_sentence(
    serve: Serve, authority: trustme.CA, tmp_path: Path, known: bool, name: str, times: dict[str, Any], words: str
) -> None:
    index = serve(certified(authority if known else trustme.CA(), name, **times))
    run = Run(tmp_path / "packages").go()
    assert run.signals == ["failed", "finished"]
    assert run.sentence.startswith(f"127.0.0.1:{index.port} showed {words}.")
    assert index.asked == []


@pytest.mark.parametrize("kind", ["HttpProxy", "Socks5Proxy"])
@pytest.mark.parametrize("login", ["", f"{USER}:{PASSWORD}"], ids=["open", "password"])
def test_packages_come_through_the_proxy_of_qgis(
    serve: Serve, authority: trustme.CA, through: Any, tmp_path: Path, kind: str, login: str
) -> None:
    index = serve(certified(authority), HOST)
    proxy = through(index, kind, login, needs_password=bool(login))
    run = Run(tmp_path / "packages").go()
    assert run.signals == ["succeeded", "finished"], run.text
    assert set(proxy.wanted) == {f"{HOST}:{index.port}"}
    assert PASSWORD not in run.text


@pytest.mark.parametrize("kind", ["HttpProxy", "Socks5Proxy"])
def test_a_wrong_password_is_shown_to_the_proxy_once(
    serve: Serve, configure: Callable[..., None], authority: trustme.CA, through: Any, tmp_path: Path, kind: str
) -> None:
    """A company locks who shows wrong passwords again and again; several indexes are several chances to."""
    index = serve(certified(authority), HOST)
    more = f"https://more.example.test:{index.port}/simple/"
    configure(index_url=f"{index.url}/simple/", extra_index_url=more)
    proxy = through(index, kind, f"{USER}:wr0ng-password", needs_password=True)
    run = Run(tmp_path / "packages").go()
    assert run.signals == ["failed", "finished"]
    assert run.sentence.startswith(f"The proxy 127.0.0.1:{proxy.port} refused the user name or password.")
    shown = base64.b64encode(f"{USER}:wr0ng-password".encode()) if kind == "HttpProxy" else b"wr0ng-password"
    assert proxy.seen.count(shown) == 1
    assert "wr0ng" not in run.text + run.error.details + str(run.error)


def test_a_proxy_that_was_given_no_password_has_refused_none(
    serve: Serve, authority: trustme.CA, through: Any, tmp_path: Path
) -> None:
    index = serve(certified(authority), HOST)
    proxy = through(index, needs_password=True)
    run = Run(tmp_path / "packages").go()
    assert run.sentence.startswith(f"The proxy 127.0.0.1:{proxy.port} asks for a user name and password.")


@pytest.mark.parametrize(("kind", "words"), [("HttpProxy", "Proxy denied"), ("Socks5Proxy", "Proxy authentication")])
def test_a_refusal_of_the_proxy_is_quoted_and_names_the_host(
    serve: Serve, authority: trustme.CA, through: Any, tmp_path: Path, kind: str, words: str
) -> None:
    """Qt has one error for a rule of the proxy's and for a SOCKS proxy that wants a password and was given none."""
    index = serve(certified(authority), HOST)
    proxy = through(index, kind, needs_password=kind == "Socks5Proxy")
    proxy.refusal = "403 Forbidden"
    run = Run(tmp_path / "packages").go()
    start = f"The proxy 127.0.0.1:{proxy.port} did not let the connection to {HOST}:{index.port} through (“{words}"
    assert run.sentence.startswith(start)


@pytest.mark.parametrize("kind", ["HttpProxy", "Socks5Proxy"])
def test_a_proxy_that_is_down_is_named_at_once(
    serve: Serve, authority: trustme.CA, through: Any, tmp_path: Path, kind: str
) -> None:
    index = serve(certified(authority), HOST)
    proxy = through(index, kind)
    proxy.close()
    run = Run(tmp_path / "packages").go()
    assert run.sentence.startswith(f"The proxy 127.0.0.1:{proxy.port} was not reached.")
    assert run.seconds < 15


def test_a_name_that_does_not_exist_is_named(configure: Callable[..., None], tmp_path: Path) -> None:
    configure(index_url="https://index.invalid/simple/")
    run = Run(tmp_path / "packages").go()
    assert run.error.reason in ("host-not-found", "network")  # a machine without a resolver has no answer either
    assert "index.invalid" in run.sentence


def test_a_page_of_the_network_in_place_of_the_index_is_quoted(serve: Serve, tmp_path: Path) -> None:
    index = serve(page=SIGN_IN)
    run = Run(tmp_path / "packages").go()
    assert run.sentence.startswith(f"127.0.0.1:{index.port} answered with the page “Hotel Network” in place of")


def test_links_that_lead_out_of_the_web_are_not_followed(
    serve: Serve, configure: Callable[..., None], tmp_path: Path
) -> None:
    """A page may not send pip to files of this computer, nor to its other servers."""
    (tmp_path / "pxw-9.9-py3-none-any.whl").write_bytes(wheel("pxw", "9.9"))
    links = [f"file://{tmp_path}/pxw-9.9-py3-none-any.whl", "http://[bad/pxw-9.8-py3-none-any.whl", "mailto:a@b"]
    with served(Index({"pxw-9.7-py3-none-any.whl": wheel("pxw", "9.7")}), name="localhost") as other:
        index = serve(as_json=False, extra_links=[*links, f"{other.url}/files/pxw-9.7-py3-none-any.whl"])
        run = Run(tmp_path / "packages").go()
        assert other.asked == []
    assert run.error.reason == "not-encrypted", run.text
    index.extra_links = links
    assert Run(tmp_path / "packages").go().signals == ["succeeded", "finished"]


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        (200, "text/plain", "answered with the page “Access denied” in place of the package index."),
        (403, "text/html", "answered with the page “Access denied” in place of the package index."),
        (511, "text/html", "answered with the page “Access denied” in place of the package index."),
        (403, "application/json", "refused to send a file (403)."),
        (200, "application/json", "answered with another page in place of the package index."),
    ],
)
def test_other_answers_in_place_of_the_index_are_named(
    serve: Serve, tmp_path: Path, status: int, kind: str, words: str
) -> None:
    index = serve(page="Access denied", page_kind=kind, page_status=status)
    run = Run(tmp_path / "packages").go()
    assert f"127.0.0.1:{index.port} {words}" in run.sentence


def test_a_portal_that_requests_are_sent_on_to_is_named(serve: Serve, tmp_path: Path) -> None:
    serve(moved="http://portal.example.test/sign-in")
    run = Run(tmp_path / "packages").go()
    assert run.sentence.startswith("portal.example.test answered with another page")


def test_requests_that_are_sent_on_for_ever_end(serve: Serve, tmp_path: Path) -> None:
    serve(moved="/simple/pxw/")
    assert Run(tmp_path / "packages").go().error.reason == "blocked"


def test_an_index_that_says_nothing_is_waited_for_as_long_as_qgis_waits(
    serve: Serve, one_second: None, tmp_path: Path
) -> None:
    index = serve(stall=threading.Event())
    run = Run(tmp_path / "packages").go()
    assert run.sentence.startswith(f"The package index 127.0.0.1:{index.port} did not answer within QGIS's time limit.")
    assert run.seconds < 15
    assert len(index.asked) == 1


def test_cancelling_a_download_ends_pip_and_the_index(serve: Serve, tmp_path: Path) -> None:
    index = serve(slowly=threading.Event())
    index.wheels = {"pxw-2.1-py3-none-any.whl": wheel("pxw", "2.1", padding=6_000_000)}
    run = Run(tmp_path / "packages")
    run.job.progressed.connect(lambda _name, received, _total: run.job.cancel() if received > 100_000 else None)
    run.go()
    assert run.signals == ["cancelled", "finished"]
    assert run.seconds < 20
    received, total = run.progress[-1][1:]
    assert 0 < received < total
    assert run.job._process.state() == QProcess.ProcessState.NotRunning
    assert package_index._running == set()
    assert not list(tmp_path.glob("packages*"))


def test_unloading_the_plugin_amid_a_download_leaves_nothing_running(serve: Serve, tmp_path: Path) -> None:
    index = serve(slowly=threading.Event())
    index.wheels = {"pxw-2.1-py3-none-any.whl": wheel("pxw", "2.1", padding=6_000_000)}
    run = Run(tmp_path / "packages")
    closed: list[float] = []

    def close() -> None:
        begin = time.monotonic()
        run.job.close()
        closed.append(time.monotonic() - begin)
        run._loop.quit()

    run.job.progressed.connect(lambda *_report: close() if not closed else None)
    run.go()
    assert closed
    assert closed[0] < 1
    assert run.signals == []
    assert run.job._process.state() == QProcess.ProcessState.NotRunning
    assert run.job._index is not None
    assert run.job._index.isFinished()
    assert not list(tmp_path.glob("packages*"))


def test_an_index_with_user_and_password_in_pips_settings_goes_on_working(
    serve: Serve, configure: Callable[..., None], tmp_path: Path
) -> None:
    index = serve(login="ann:p@ss/word")
    configure(index_url=f"http://ann:p%40ss%2Fword@127.0.0.1:{index.port}/simple/")
    run = Run(tmp_path / "packages").go()
    assert run.signals == ["succeeded", "finished"], run.text
    assert set(index.logins) == {"ann:p@ss/word"}
    assert not [secret for secret in ("p@ss", "p%40ss") if secret in run.text]


def test_the_password_of_an_index_is_not_shown_to_another_host(
    serve: Serve, configure: Callable[..., None], tmp_path: Path
) -> None:
    with served(Index({**WHEELS})) as files:
        index = serve(login="ann:secret-word", files_at=files.url)
        configure(index_url=f"http://ann:secret-word@127.0.0.1:{index.port}/simple/", trusted_host="127.0.0.1")
        assert Run(tmp_path / "packages").go().signals == ["succeeded", "finished"]
        assert files.asked
        assert set(files.logins) == {""}


@pytest.mark.parametrize(
    ("user", "words"),
    [("ann:wr0ng-word@", "refused the user name or password of pip's"), ("", "asks for a user name and password.")],
)
def test_a_login_that_the_index_refuses_is_tried_once(
    serve: Serve, configure: Callable[..., None], tmp_path: Path, user: str, words: str
) -> None:
    index = serve(login="ann:secret-word")
    configure(index_url=f"http://{user}127.0.0.1:{index.port}/simple/", extra_index_url=f"{index.url}/more/")
    run = Run(tmp_path / "packages").go()
    assert run.sentence.startswith(f"The package index 127.0.0.1:{index.port} {words}")
    assert len(index.asked) == 1
    assert "wr0ng" not in run.text + str(run.error)


def test_a_login_in_the_persons_netrc_goes_on_working(serve: Serve, tmp_path: Path) -> None:
    serve(login="ann:secret-word")
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login ann password secret-word\n", encoding="utf-8")
    (tmp_path / "netrc").chmod(0o600)
    assert Run(tmp_path / "packages").go().signals == ["succeeded", "finished"]


def test_find_links_without_an_index_go_on_working(
    serve: Serve, configure: Callable[..., None], tmp_path: Path
) -> None:
    """One of the wheels lies in a folder, the other on a page of links."""
    index = serve()
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/pxv-1-py3-none-any.whl").write_bytes(WHEELS["pxv-1-py3-none-any.whl"])
    index.as_json = False
    configure(no_index="true", find_links=f"{tmp_path}/folder {index.url}/pages/pxw/")
    run = Run(tmp_path / "packages").go()
    assert run.signals == ["succeeded", "finished"], run.text
    assert not [path for path in index.asked if path.startswith("/simple")]


def test_a_second_index_is_asked_where_the_first_lacks_a_package(
    serve: Serve, configure: Callable[..., None], tmp_path: Path
) -> None:
    index = serve()
    with served(Index({"pxv-1-py3-none-any.whl": index.wheels.pop("pxv-1-py3-none-any.whl")})) as second:
        configure(index_url=f"{index.url}/simple", extra_index_url=f"{second.url}/simple")
        run = Run(tmp_path / "packages").go()
    assert run.signals == ["succeeded", "finished"], run.text


def test_a_file_that_is_not_what_the_index_announced_is_refused(serve: Serve, tmp_path: Path) -> None:
    index = serve(wrong_hash=True, as_json=False)
    run = Run(tmp_path / "packages").go()
    assert run.error.reason == "damaged"
    assert "/files/pxw-2.1-py3-none-any.whl" in index.asked
    assert not list(tmp_path.glob("packages*"))


def test_no_wheel_for_this_python_is_said(serve: Serve, tmp_path: Path) -> None:
    index = serve()
    index.wheels = {"pxw-2.1-cp27-cp27m-win32.whl": wheel("pxw", "2.1")}
    run = Run(tmp_path / "packages").go()
    assert run.error.reason == "not-found"


def test_a_server_that_is_busy_for_a_moment_is_asked_again(serve: Serve, tmp_path: Path) -> None:
    index = serve(statuses=[503])
    assert Run(tmp_path / "packages").go().signals == ["succeeded", "finished"]
    assert index.asked[:2] == ["/simple/pxw/", "/simple/pxw/"]


def test_a_server_that_fails_is_named(serve: Serve, tmp_path: Path) -> None:
    index = serve(statuses=[500])
    run = Run(tmp_path / "packages").go()
    assert run.sentence.startswith(f"The package index 127.0.0.1:{index.port} failed on its side (500).")


def test_a_file_without_end_is_stopped(serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package_index, "LARGEST_FILE", 100_000)
    index = serve()
    index.wheels["pxw-2.1-py3-none-any.whl"] = wheel("pxw", "2.1", padding=3_000_000)
    run = Run(tmp_path / "packages").go()
    assert run.error.reason == "too-large"


def test_an_index_without_encryption_is_not_asked(configure: Callable[..., None], tmp_path: Path) -> None:
    configure(index_url="http://index.example.test/simple/")
    run = Run(tmp_path / "packages").go()
    assert run.sentence.startswith("The package index index.example.test was not asked")


def test_an_address_that_is_none_is_named(configure: Callable[..., None], tmp_path: Path) -> None:
    configure(index_url="https://index.example.test:port/simple")
    run = Run(tmp_path / "packages").go()
    assert run.error.reason == "settings"
    assert "index.example.test:port" in run.error.details


def test_a_pip_that_is_set_to_be_quiet_reports_its_settings_all_the_same(
    serve: Serve, configure: Callable[..., None], tmp_path: Path
) -> None:
    index = serve()
    configure(index_url=f"{index.url}/simple/", quiet="3")
    assert Run(tmp_path / "packages").go().signals == ["succeeded", "finished"]
    assert index.asked


def test_settings_that_pip_cannot_read_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pip.conf").write_text("not a setting\n", encoding="utf-8")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))
    run = Run(tmp_path / "packages").go()
    assert run.error.reason == "settings"
    assert "pip.conf" in run.error.details


@pytest.fixture
def pip_standin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a program in pip's place that writes down what it was given, and return the file."""
    seen = tmp_path / "seen.json"
    script = tmp_path / "standin.py"
    script.write_text(
        "import json, os, sys\n"
        f"with open({str(seen)!r}, 'a') as file: print(json.dumps([sys.argv, dict(os.environ), sys.path]), file=file)\n"
        "if sys.argv[1] == 'config': print(\"global.index-url='https://ann:secret-word@index.example.test/simple'\")\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(pip_run, "pip_arguments", lambda wheels=None: [str(script)])
    return seen


def test_pip_gets_no_secret_no_proxy_and_no_foreign_modules(
    pip_standin: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scenario: Scenario
) -> None:
    monkeypatch.setenv("PIXXEL_API_KEY", "key-of-the-api")
    monkeypatch.setenv("PIXXEL_AUTHCFG", "abc1234")
    monkeypatch.setenv("https_proxy", "http://ann:proxy-word@proxy.example.test:3128")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "strange-modules"))
    monkeypatch.setenv("PIP_TARGET", "/elsewhere")
    assert Run(tmp_path / "packages").go().signals == ["succeeded", "finished"]
    calls = [json.loads(line) for line in pip_standin.read_text(encoding="utf-8").splitlines()]
    assert [arguments[1] for arguments, _, _ in calls] == ["config", "install"]
    text = pip_standin.read_text(encoding="utf-8")
    for secret in ("key-of-the-api", "abc1234", "proxy-word", "strange-modules"):
        assert secret not in text
    variables_set = "PIXXEL_API_KEY, PIXXEL_AUTHCFG, PIP_TARGET, PYTHONPATH and a proxy are in the environment"
    scenario("The environment of pip", variables_set, "pip gets none of them.")
    arguments, variables, _ = calls[1]
    assert "secret-word" not in json.dumps(calls[1])
    assert "PIP_TARGET" not in variables
    assert variables["PIP_INDEX_URL"].startswith("http://127.0.0.1:")
    token = variables["PIP_INDEX_URL"].split("/")[3]
    assert token not in " ".join(arguments)


def test_nobody_without_the_token_and_nothing_but_reading_is_served() -> None:
    index = PackageIndex(PipSettings({}))
    address = index.exchange("https://index.example.test/simple/")
    index.begin()
    port, token = address.split("/")[2].rpartition(":")[2], address.split("/")[3]
    try:
        for path in ("/", "/guess/0/simple/", f"/{token}/1/simple/", f"/{token}/-1/", f"/{token}"):
            assert status(f"http://127.0.0.1:{port}{path}") == 404
        assert status(address, method="POST") == 501
    finally:
        index.stop()
        assert index.wait(3000)
    with pytest.raises(OSError), socket.create_connection(("127.0.0.1", int(port)), 1):
        pass


def status(address: str, method: str = "GET") -> int:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(urllib.request.Request(address, method=method), timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


def test_settings_are_read_as_pip_reads_them() -> None:
    settings = PipSettings.parse(
        [
            "For variant 'global', will try loading '/etc/pip.conf'",
            "global.index-url='https://one.example.test/simple'",
            "global.extra-index-url='\\nhttps://two.example.test\\nfile:///srv/simple'",
            "install.index-url='https://three.example.test/simple'",
            "download.index-url='https://four.example.test/simple'",
            ":env:.find-links='/srv/wheels https://five.example.test/page.html'",
            ":env:.proxy='http://ann:secret@proxy.example.test'",
            "global.user='true'",
            "global.no-index='false'",
            "global.trusted-host='One.example.test two.example.test:8080'",
        ]
    )
    assert settings.variables(lambda address: address.replace("https", "EXCHANGED")) == {
        "PIP_INDEX_URL": "EXCHANGED://three.example.test/simple",
        "PIP_EXTRA_INDEX_URL": "\nEXCHANGED://two.example.test\nfile:///srv/simple",
        "PIP_FIND_LINKS": "/srv/wheels EXCHANGED://five.example.test/page.html",
        "PIP_NO_INDEX": "false",
    }
    assert settings.trusted_hosts == {"one.example.test", "two.example.test:8080"}
    assert not settings.names_no_index
    assert PipSettings({}).names_no_index
    assert not PipSettings({"no-index": "1"}).names_no_index


def test_pip_names_the_index_it_asks_where_none_is_set() -> None:
    done = subprocess.run(
        pip_run.help_command(),
        capture_output=True,
        text=True,
        check=True,
        env=pip_run.environment_for_settings({"PATH": "/usr/bin:/bin", "PIP_CONFIG_FILE": "/dev/null"}),
    )
    assert pip_run.default_index(done.stdout).startswith("https://")
