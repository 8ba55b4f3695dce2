"""HTTP/2 over TLS, which real servers speak: requests on one connection, and what breaks only there."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from h2.errors import ErrorCodes
from pixxel_explorer.plugin.api import errors
from pixxel_explorer.plugin.api.auth import Credentials
from pixxel_explorer.plugin.api.client import ApiClient
from pixxel_explorer.plugin.api.config import ClientConfig

from .h2_server import (
    AUTHORITY,
    Act,
    Http2Server,
    answering,
    breaking_off,
    going_away,
    hanging_up,
    resetting,
    sending_file,
)
from .test_bad_input import AOIS, READS, WRITES

T = TypeVar("T")
Serve = Callable[..., Http2Server]

GOOD = answering(AOIS)
BREAKS: dict[str, Act] = {
    "stream refused": resetting(ErrorCodes.REFUSED_STREAM),
    "stream cancelled": resetting(ErrorCodes.CANCEL),
    "stream reset in the body": resetting(ErrorCodes.INTERNAL_ERROR, AOIS[:20]),
    "going away before the stream": going_away(last_stream=0),
    "going away with the stream": going_away(),
    "going away in anger": going_away(ErrorCodes.ENHANCE_YOUR_CALM),
    "hanging up": hanging_up,
}


@pytest.fixture
def serve() -> Iterator[Serve]:
    servers: list[Http2Server] = []

    def started(*acts: Act, **options: Any) -> Http2Server:
        servers.append(Http2Server(*acts, **options))
        return servers[-1]

    yield started
    for server in servers:
        server.close()


def run(server: Http2Server, work: Callable[[ApiClient], Awaitable[T]], **config: Any) -> T:
    async def no_wait(_seconds: float) -> None:
        return None

    trusted = {"ca_pem": AUTHORITY.cert_pem.bytes().decode(), **config}

    async def main() -> T:
        key = Credentials.from_key("secret-key")
        async with ApiClient(ClientConfig(base_url=server.url, **trusted), key, sleep=no_wait) as client:
            return await work(client)

    return asyncio.run(main())


def test_requests_share_one_connection(serve: Serve) -> None:
    server = serve(GOOD)

    async def many(client: ApiClient) -> list[Any]:
        await client.aois.list()
        return await asyncio.gather(*(client.aois.list() for _ in range(30)))

    pages = run(server, many)
    assert [page.items[0].aoi_id for page in pages] == ["a"] * 30
    assert (len(server.methods), server.connections) == (31, 1)


def test_a_server_that_takes_one_request_at_a_time_gets_them_so(serve: Serve) -> None:
    server = serve(GOOD, most_streams=1)

    async def many(client: ApiClient) -> list[Any]:
        return await asyncio.gather(*(client.aois.list() for _ in range(12)))

    assert len(run(server, many)) == 12
    assert len(server.methods) == 12


@pytest.mark.parametrize("name", BREAKS)
def test_a_read_is_asked_for_again(serve: Serve, name: str) -> None:
    server = serve(BREAKS[name], GOOD)
    page = run(server, READS["GET"])
    assert [aoi.aoi_id for aoi in page.items] == ["a"]
    assert server.methods == ["GET", "GET"]


@pytest.mark.parametrize("name", BREAKS)
def test_a_read_that_never_comes_is_told(serve: Serve, name: str) -> None:
    server = serve(BREAKS[name])
    with pytest.raises(errors.TransportFailed):
        run(server, READS["GET"])
    assert len(server.methods) == 5


@pytest.mark.parametrize("name", BREAKS)
@pytest.mark.parametrize("method", WRITES)
def test_a_write_is_sent_once_and_its_outcome_unknown(serve: Serve, name: str, method: str) -> None:
    server = serve(BREAKS[name])
    with pytest.raises(errors.OutcomeUnknown) as caught:
        run(server, WRITES[method])
    assert caught.value.method == method
    assert server.methods == [method]


def test_a_server_that_went_away_between_requests_is_called_anew(serve: Serve) -> None:
    server = serve(going_away(body=AOIS), GOOD)

    async def twice(client: ApiClient) -> list[str]:
        first = await client.aois.list()
        await asyncio.sleep(0.1)
        second = await client.aois.list()
        return [first.items[0].aoi_id, second.items[0].aoi_id]

    assert run(server, twice) == ["a", "a"]
    assert server.connections == 2


def test_a_write_after_the_server_went_away_is_not_in_doubt(serve: Serve) -> None:
    """The farewell came before the write, so the write goes to a new connection, once."""
    server = serve(going_away(body=AOIS), answering(b"{}"))

    async def read_then_write(client: ApiClient) -> None:
        await client.aois.list()
        await asyncio.sleep(0.1)
        await client.stores.delete("s")

    run(server, read_then_write)
    assert server.methods == ["GET", "DELETE"]


def test_one_stream_that_breaks_harms_no_other(serve: Serve) -> None:
    server = serve(GOOD, resetting(ErrorCodes.INTERNAL_ERROR), GOOD)

    async def many(client: ApiClient) -> list[Any]:
        await client.aois.list()
        return await asyncio.gather(*(client.aois.list() for _ in range(6)))

    assert len(run(server, many)) == 6
    assert server.connections == 1


def test_a_large_file_arrives_and_one_that_broke_off_goes_on_where_it_ended(serve: Serve, tmp_path: Path) -> None:
    content = random.Random(7).randbytes(3_000_000)
    server = serve(breaking_off(content, 10_000), sending_file(content))
    path = run(server, lambda client: client.files.fetch(f"{server.url}/file.tif", tmp_path / "file.tif"))
    assert path.read_bytes() == content
    assert [asked.get("range") for asked in server.asked] == [None, "bytes=10000-"]


def test_a_refusal_is_told_as_over_http_1(serve: Serve) -> None:
    server = serve(answering(b'{"error": {"code": "FORBIDDEN", "message": "no"}}', 403))
    with pytest.raises(errors.ApiError) as caught:
        run(server, READS["GET"])
    assert getattr(caught.value, "status", None) == 403


def test_a_server_nobody_vouches_for_is_refused_before_anything_is_asked(serve: Serve) -> None:
    server = serve(GOOD)
    with pytest.raises(errors.TransportFailed) as caught:
        run(server, READS["GET"], ca_pem="")
    assert caught.value.kind == "tls"
    assert server.methods == []
