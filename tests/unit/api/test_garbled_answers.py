"""An answer that is not HTTP is told from none at all, over a real socket."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator

import pytest
from pixxel_explorer.plugin.api.client import ApiClient
from pixxel_explorer.plugin.api.config import ClientConfig
from pixxel_explorer.plugin.api.errors import TransportFailed
from pixxel_explorer.plugin.api.transport.auth import Credentials


@pytest.fixture
def address(request: pytest.FixtureRequest) -> Iterator[str]:
    """Answer every connection with the bytes of the test, and give the address."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                connection.recv(65536)
                connection.sendall(request.param)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(5)


def failure(address: str) -> TransportFailed:
    async def ask() -> None:
        async with ApiClient(ClientConfig(base_url=address), Credentials.from_key("k")) as client:
            await client.external.ping()

    with pytest.raises(TransportFailed) as caught:
        asyncio.run(ask())
    return caught.value


@pytest.mark.parametrize(
    "address",
    [b"\x00\x01garbage\r\n\r\n", b"HTTP/1.1 2000 what\r\n\r\n", b"SSH-2.0-server\r\n\r\n"],
    indirect=True,
)
def test_what_is_not_http_is_garbled(address: str) -> None:
    assert failure(address).kind == "protocol"


@pytest.mark.parametrize("address", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab"], indirect=True)
def test_a_connection_that_ends_too_soon_is_no_answer(address: str) -> None:
    assert failure(address).kind == "read"
