"""Requests, responses and faults as plain data passed between the client and the host's network.

The host's side knows no HTTP library, the client's side no Qt.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

Headers = tuple[tuple[bytes, bytes], ...]

WINDOW = 1024 * 1024  # bytes of a body under way to a receiver that has not asked for more


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request to send, once.

    Attributes:
        certificate: id of the host's sign-in that holds a client certificate, or empty.
        secret: lower-case names of headers that no log may show.
    """

    method: str
    url: str
    headers: Headers = ()
    body: bytes = b""
    certificate: str = ""
    secret: frozenset[bytes] = frozenset()


@dataclass(frozen=True, slots=True)
class Head:
    """Status line and headers of an answer; the fields of a repeated header are joined."""

    status: int
    reason: str
    headers: Headers


@dataclass(frozen=True, slots=True)
class Fault:
    """The end of a request without a complete response.

    Attributes:
        kind: as of ``errors.TransportFailed``.
        detail: the network's error message.
        subject: the relevant field of the certificate in a TLS fault: its issuer, its names or its dates.
    """

    kind: str
    detail: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Route:
    """Host and port of the proxy that a request takes, or nothing where it takes none."""

    proxy: str


class Notice(Enum):
    """Notices about a request besides its answer."""

    CONTACT = "the server's certificate was accepted"
    ASKING = "the person is being asked for something"
    ASKED = "the person has answered"
    END = "the body is whole, as far as the network knows"


Event = Route | Head | bytes | Fault | Notice
Listener = Callable[[Event], None]


class Exchange(Protocol):
    """One request under way."""

    def accept(self, count: int) -> None:
        """Allow so many more bytes of the body to be sent to the listener."""

    def cancel(self) -> None:
        """Cancel the request; the listener is not called any more, except for events already queued."""


class Network(Protocol):
    """Interface of a network that carries requests out."""

    def send(self, outgoing: Outgoing, listener: Listener) -> Exchange:
        """Send a request; ``listener`` is called on a thread of the network."""

    def close(self) -> None:
        """Cancel the running requests and end."""
