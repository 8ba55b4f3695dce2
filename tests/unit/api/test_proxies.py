"""Behind a company's proxy: tunnels by CONNECT and SOCKS 5, passwords, a certificate of the company's own."""

from __future__ import annotations

import asyncio
import gc
import logging
import random
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from pixxel_explorer.plugin.api import errors
from pixxel_explorer.plugin.api.auth import Credentials
from pixxel_explorer.plugin.api.client import ApiClient
from pixxel_explorer.plugin.api.config import ClientConfig

from .h2_server import AUTHORITY, Http2Server, answering, sending_file
from .proxies import PASSWORD, USER, Proxy
from .test_bad_input import AOIS, READS, WRITES

T = TypeVar("T")

HOST = "api.example.test"
KINDS = ("http", "socks5", "socks5h")


@pytest.fixture
def server() -> Iterator[Http2Server]:
    """A server of another machine, as far as the client can know."""
    running = Http2Server(answering(AOIS), name=HOST)
    yield running
    running.close()


@pytest.fixture
def proxy(server: Http2Server) -> Iterator[Proxy]:
    running = Proxy(server.port)
    yield running
    running.close()


@pytest.fixture
def guarded(server: Http2Server) -> Iterator[Proxy]:
    running = Proxy(server.port, needs_password=True)
    yield running
    running.close()


def run(proxy: str, work: Callable[[ApiClient], Awaitable[T]], ca_pem: str | None = None) -> T:
    async def no_wait(_seconds: float) -> None:
        return None

    async def main() -> T:
        trusted = AUTHORITY.cert_pem.bytes().decode() if ca_pem is None else ca_pem
        config = ClientConfig(base_url=f"https://{HOST}", proxy=proxy, ca_pem=trusted)
        async with ApiClient(config, Credentials.from_key("secret-key"), sleep=no_wait) as client:
            return await work(client)

    return asyncio.run(main())


@pytest.mark.parametrize("kind", KINDS)
def test_requests_go_through_the_tunnel_and_the_proxy_sees_only_where_to(
    server: Http2Server, proxy: Proxy, kind: str
) -> None:
    page = run(f"{kind}://127.0.0.1:{proxy.port}", READS["GET"])
    assert [aoi.aoi_id for aoi in page.items] == ["a"]
    assert proxy.wanted == [f"{HOST}:443"]
    assert server.asked[0]["authorization"] == "secret-key"
    assert b"secret-key" not in proxy.seen + proxy.carried


@pytest.mark.parametrize("kind", KINDS)
def test_a_proxy_that_wants_a_password_gets_it(server: Http2Server, guarded: Proxy, kind: str) -> None:
    address = f"{kind}://{USER}:{PASSWORD}@127.0.0.1:{guarded.port}"
    assert len(run(address, READS["GET"]).items) == 1
    assert "proxy-authorization" not in server.asked[0]


@pytest.mark.filterwarnings("ignore:unclosed")  # httpcore leaves a refused SOCKS connection to the garbage collector
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", [*READS, *WRITES])
def test_a_wrong_password_is_shown_once_and_told_as_such(
    server: Http2Server, guarded: Proxy, kind: str, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A company locks who shows wrong passwords again and again."""
    caplog.set_level(logging.DEBUG)
    told = ""
    try:
        run(f"{kind}://{USER}:wr0ng@127.0.0.1:{guarded.port}", {**READS, **WRITES}[name])
    except errors.TransportFailed as error:
        told = f"{error.kind}: {error}"
    gc.collect()  # while the warning is expected; a caught error would keep the connection
    assert told.startswith("proxy-password: ")
    assert "wr0ng" not in told + caplog.text
    assert (guarded.connections, server.methods) == (1, [])


@pytest.mark.parametrize(
    ("refusal", "kind", "tries"),
    [
        ("407 Proxy Authentication Required", "proxy-password", 1),
        ("403 Forbidden", "proxy-refusal", 1),
        ("502 Bad Gateway", "proxy", 5),
        ("504 Gateway Timeout", "proxy", 5),
    ],
)
def test_a_refusal_of_the_proxy_is_final_and_a_trouble_of_its_may_pass(
    proxy: Proxy, refusal: str, kind: str, tries: int
) -> None:
    proxy.refusal = refusal
    with pytest.raises(errors.TransportFailed) as caught:
        run(f"http://127.0.0.1:{proxy.port}", READS["GET"])
    assert (caught.value.kind, proxy.connections) == (kind, tries)
    with pytest.raises(errors.TransportFailed):
        run(f"http://127.0.0.1:{proxy.port}", WRITES["PUT"])
    assert proxy.connections == tries + 1


def test_nothing_secret_is_in_the_libraries_log_lines(
    server: Http2Server, guarded: Proxy, caplog: pytest.LogCaptureFixture
) -> None:
    elsewhere = answering(b"", 302, location=f"https://{HOST}/v0/aois?signature=signed")
    server.acts = [elsewhere, answering(AOIS)]
    caplog.set_level(logging.DEBUG)
    before = logging.getLogger("hpack.hpack").filters
    run(f"http://{USER}:{PASSWORD}@127.0.0.1:{guarded.port}", READS["GET"])
    assert len(server.methods) == 2
    assert "302" in caplog.text
    assert not [secret for secret in ("secret-key", PASSWORD, "signature=signed") if secret in caplog.text]
    assert logging.getLogger("hpack.hpack").filters == before


def test_one_tunnel_carries_many_requests(proxy: Proxy) -> None:
    async def many(client: ApiClient) -> list[Any]:
        await client.aois.list()
        return await asyncio.gather(*(client.aois.list() for _ in range(20)))

    assert len(run(f"http://127.0.0.1:{proxy.port}", many)) == 20
    assert len(proxy.wanted) == 1


def test_a_company_that_looks_into_tunnels_must_be_trusted(server: Http2Server, proxy: Proxy) -> None:
    """Its proxy shows a certificate of the company's own authority, which QGIS's or the system's store holds."""
    with pytest.raises(errors.TransportFailed) as caught:
        run(f"http://127.0.0.1:{proxy.port}", READS["GET"], ca_pem="")
    assert caught.value.kind == "tls"
    assert server.methods == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_goes_on_where_its_tunnel_was_cut(server: Http2Server, proxy: Proxy, kind: str, tmp_path: Path) -> None:
    content = random.Random(7).randbytes(2_000_000)
    server.acts = [sending_file(content)]
    proxy.cut_after = 500_000
    target = tmp_path / "file.tif"
    path = run(f"{kind}://127.0.0.1:{proxy.port}", lambda client: client.files.fetch("/file.tif", target))
    assert path.read_bytes() == content
    begin = server.asked[1]["range"]
    assert len(server.asked) == 2
    assert int(begin.removeprefix("bytes=").removesuffix("-")) > 0


@pytest.mark.parametrize("method", WRITES)
def test_a_write_whose_tunnel_is_cut_has_an_unknown_outcome(server: Http2Server, proxy: Proxy, method: str) -> None:
    server.acts = [answering(b" " * 400_000)]
    proxy.cut_after = 100_000
    with pytest.raises(errors.OutcomeUnknown):
        run(f"http://127.0.0.1:{proxy.port}", WRITES[method])
    assert server.methods == [method]
