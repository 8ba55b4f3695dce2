"""The host's network as a transport: time limits, portions, and what its faults become."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import httpx
import pytest
from pixxel_explorer.plugin.api import errors
from pixxel_explorer.plugin.api.client import ApiClient
from pixxel_explorer.plugin.api.config import ClientConfig
from pixxel_explorer.plugin.api.transport.auth import Credentials
from pixxel_explorer.plugin.api.transport.exchange import WINDOW, Event, Fault, Head, Listener, Notice, Outgoing, Route
from pixxel_explorer.plugin.api.transport.host_transport import HostTransport

T = TypeVar("T")
URL = "https://api.example.com"
OK = Head(200, "OK", ((b"Content-Length", b"2"), (b"Content-Type", b"application/json")))
GOOD: tuple[Event, ...] = (Route(""), OK, b"{}", Notice.END)


class FakeNetwork:
    """Answers from a thread of its own, in turn; a number is a pause in seconds."""

    def __init__(self, *answers: tuple[Event | float, ...]) -> None:
        self.sent: list[Outgoing] = []
        self.accepted: list[int] = []
        self.cancelled = self.closed = 0
        self._answers = list(answers)

    def send(self, outgoing: Outgoing, listener: Listener) -> FakeNetwork:
        self.sent.append(outgoing)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        threading.Thread(target=self._say, args=(answer, listener), daemon=True).start()
        return self

    def _say(self, answer: tuple[Event | float, ...], listener: Listener) -> None:
        for event in answer:
            if isinstance(event, float):
                threading.Event().wait(event)
            else:
                listener(event)

    def accept(self, count: int) -> None:
        self.accepted.append(count)

    def cancel(self) -> None:
        self.cancelled += 1

    def close(self) -> None:
        self.closed += 1


def run(network: FakeNetwork, work: Callable[[ApiClient], Awaitable[T]], certificate: str = "", **config: Any) -> T:
    async def no_wait(_: float) -> None:
        return None

    async def main() -> T:
        transport = HostTransport(network, URL, certificate)
        settings = ClientConfig(**{"base_url": URL, "timeout": 0.3, **config})
        key = Credentials.from_key("secret-key")
        async with ApiClient(settings, key, transport=transport, sleep=no_wait) as client:
            return await work(client)

    return asyncio.run(main())


def read(client: ApiClient) -> Awaitable[bytes]:
    return client.files.read("/f")


def test_an_answer_is_received_and_the_network_closed_at_the_end() -> None:
    network = FakeNetwork(GOOD)
    assert run(network, read) == b"{}"
    assert (network.closed, network.cancelled) == (1, 0)


def test_the_key_is_marked_as_secret_and_goes_with_the_certificate_to_the_api_only() -> None:
    elsewhere = Head(302, "Found", ((b"Location", b"https://files.example.com/f"),))
    network = FakeNetwork((elsewhere, Notice.END), GOOD)
    assert run(network, read, certificate="pki0001") == b"{}"
    first, second = network.sent
    assert (b"Authorization", b"secret-key") in first.headers
    assert (first.secret, first.certificate) == (frozenset({b"authorization"}), "pki0001")
    assert b"authorization" not in [name.lower() for name, _ in second.headers]
    assert second.certificate == ""


@pytest.mark.parametrize(
    ("fault", "tries"),
    [("proxy-refused", 1), ("proxy-host", 1), ("host", 1), ("tls-expired", 1), ("connect", 5), ("read", 5)],
)
def test_a_fault_keeps_its_kind_and_names_the_proxy(fault: str, tries: int) -> None:
    network = FakeNetwork((Route("proxy.example:3128"), Fault(fault, "words", "Corp CA")))
    with pytest.raises(errors.TransportFailed) as caught:
        run(network, read)
    assert (caught.value.kind, caught.value.proxy, caught.value.subject) == (fault, "proxy.example:3128", "Corp CA")
    assert len(network.sent) == tries


def test_a_server_that_was_never_reached_is_given_up_once_and_soon() -> None:
    network = FakeNetwork((Route("proxy.example:3128"),))
    with pytest.raises(errors.TimedOut) as caught:
        run(network, read)
    assert (caught.value.kind, caught.value.proxy, len(network.sent)) == ("connect", "proxy.example:3128", 1)
    assert network.cancelled == 1


def test_the_answer_itself_may_take_longer_than_the_first_contact() -> None:
    network = FakeNetwork((0.1, Notice.CONTACT, 0.25, OK, 0.25, b"{}", Notice.END))
    assert run(network, read) == b"{}"


def test_nobody_is_hurried_while_a_password_is_asked_for() -> None:
    network = FakeNetwork((Notice.ASKING, 0.6, Notice.ASKED, 0.1, *GOOD))
    assert run(network, read) == b"{}"


def test_after_the_question_time_counts_again() -> None:
    network = FakeNetwork((Notice.ASKING, 0.1, Notice.ASKED))
    with pytest.raises(errors.TimedOut):
        run(network, read)


def test_more_is_asked_for_as_the_body_is_taken() -> None:
    piece = bytes(WINDOW // 8)
    head = Head(200, "OK", ((b"Content-Length", str(len(piece) * 16).encode()),))
    network = FakeNetwork((head, *[piece] * 16, Notice.END))
    assert len(run(network, read)) == len(piece) * 16
    assert sum(network.accepted) == len(piece) * 16


@pytest.mark.parametrize("length", [b"3", b"1", b"-2", b"two", b"9" * 5000])
def test_a_body_of_another_length_is_a_failure(length: bytes) -> None:
    network = FakeNetwork((Head(200, "OK", ((b"content-length", length),)), b"{}", Notice.END))
    with pytest.raises(errors.TransportFailed) as caught:
        run(network, read)
    assert caught.value.kind == "protocol"


def test_a_write_whose_answer_is_lost_is_sent_once() -> None:
    network = FakeNetwork((Fault("read", "closed"),))
    with pytest.raises(errors.OutcomeUnknown):
        run(network, lambda client: client._session.read("PATCH", "/v0/x", body={}))
    assert len(network.sent) == 1


def test_who_stops_reading_cancels_the_request() -> None:
    head = Head(200, "OK", ((b"content-length", b"1000"),))
    network = FakeNetwork((head, b"12", 0.1, b"34"))

    async def one_piece(client: ApiClient) -> None:
        async with client._session._client.stream("GET", f"{URL}/f") as response:
            async for _ in response.aiter_raw():
                break

    run(network, one_piece)
    assert network.cancelled == 1


def test_several_requests_do_not_mix() -> None:
    answers = [(Head(200, "OK", ()), str(number).encode(), Notice.END) for number in range(6)]
    network = FakeNetwork(*answers, GOOD)

    async def several(client: ApiClient) -> list[bytes]:
        return await asyncio.gather(*(client.files.read(f"/{number}") for number in range(6)))

    assert sorted(run(network, several)) == [str(number).encode() for number in range(6)]


def test_a_fault_is_an_exception_of_httpx() -> None:
    network = FakeNetwork((Fault("host", "not found"),))

    async def main() -> None:
        async with httpx.AsyncClient(transport=HostTransport(network)) as client:
            await client.get(URL)

    with pytest.raises(httpx.TransportError, match="not found"):
        asyncio.run(main())
