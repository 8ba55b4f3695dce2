"""A server that speaks HTTP/2 over TLS on loopback, and breaks it in the ways only HTTP/2 has."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress

import trustme
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import DataReceived, RequestReceived, StreamEnded
from h2.settings import SettingCodes, Settings

from .listening import Listener

AUTHORITY = trustme.CA()
"""Who vouches for the server; ``cert_pem`` is what a client must trust."""

MOST_STREAMS = SettingCodes.MAX_CONCURRENT_STREAMS
Act = Callable[["Connection", int], None]


class Connection:
    """One connection: its socket and HTTP/2's state.

    Attributes:
        asked: the header fields of each stream's request.
    """

    def __init__(self, server: Http2Server, wire: ssl.SSLSocket) -> None:
        self.asked: dict[int, dict[str, str]] = {}
        self._server = server
        self._wire = wire
        self._bodies: dict[int, bytes] = {}
        self.h2 = H2Connection(H2Configuration(client_side=False, header_encoding="utf-8"))
        self.h2.local_settings = Settings(client=False, initial_values={MOST_STREAMS: server.most_streams})

    def serve(self) -> None:
        """Answer streams as they end, until somebody closes."""
        self.h2.initiate_connection()
        self.flush()
        while data := self._wire.recv(65536):
            for event in self.h2.receive_data(data):
                if isinstance(event, RequestReceived):
                    self.asked[event.stream_id] = dict(event.headers)
                elif isinstance(event, DataReceived):
                    self.h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                elif isinstance(event, StreamEnded):
                    self._server.take(self.asked[event.stream_id])(self, event.stream_id)
            self._send_bodies()
            self.flush()

    def send_body(self, stream: int, body: bytes) -> None:
        """Send a body and end the stream, as fast as the other side takes it."""
        self._bodies[stream] = body
        self._send_bodies()

    def _send_bodies(self) -> None:
        for stream, body in list(self._bodies.items()):
            while body and (window := self.h2.local_flow_control_window(stream)) > 0:
                size = min(window, self.h2.max_outbound_frame_size)
                self.h2.send_data(stream, body[:size])
                body = body[size:]
            self._bodies[stream] = body
            if not body:
                del self._bodies[stream]
                self.h2.end_stream(stream)

    def flush(self) -> None:
        """Send what HTTP/2 wants sent."""
        self._wire.sendall(self.h2.data_to_send())

    def close(self) -> None:
        """Hang up."""
        self.flush()
        with suppress(OSError):
            self._wire.unwrap()
        self._wire.close()


class Http2Server(Listener):
    """Serves ``acts`` one a request, the last one for ever.

    Attributes:
        methods, asked: methods and header fields of the requests that arrived whole, in order.
        most_streams: how many requests may be under way on one connection.
    """

    def __init__(self, *acts: Act, most_streams: int = 100, name: str = "127.0.0.1") -> None:
        self.acts = list(acts)
        self.methods: list[str] = []
        self.asked: list[dict[str, str]] = []
        self.most_streams = most_streams
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.set_alpn_protocols(["h2"])
        AUTHORITY.issue_cert(name).configure_cert(self._context)
        self._lock = threading.Lock()
        super().__init__()
        self.url = f"https://127.0.0.1:{self.port}"

    def take(self, asked: dict[str, str]) -> Act:
        """Return what to do with a request."""
        with self._lock:
            self.methods.append(asked[":method"])
            self.asked.append(asked)
            return self.acts.pop(0) if len(self.acts) > 1 else self.acts[0]

    def serve(self, raw: socket.socket) -> None:
        with self._context.wrap_socket(raw, server_side=True) as wire:
            Connection(self, wire).serve()


def answering(body: bytes, status: int = 200, **headers: str) -> Act:
    """Answer."""

    def act(connection: Connection, stream: int) -> None:
        _begin(connection, stream, status, len(body), headers)
        connection.send_body(stream, body)

    return act


def resetting(code: ErrorCodes, body: bytes | None = None) -> Act:
    """Reset the stream, at once or after a part of an answer twice as long."""

    def act(connection: Connection, stream: int) -> None:
        if body is not None:
            _begin(connection, stream, 200, 2 * len(body), {})
            connection.h2.send_data(stream, body)
        connection.h2.reset_stream(stream, code)

    return act


def going_away(
    code: ErrorCodes = ErrorCodes.NO_ERROR, last_stream: int | None = None, body: bytes | None = None
) -> Act:
    """Take leave (GOAWAY) and hang up, after an answer if there is one; ``last_stream`` is the last one looked at."""

    def act(connection: Connection, stream: int) -> None:
        if body is not None:
            answering(body)(connection, stream)
        connection.h2.close_connection(code, last_stream_id=stream if last_stream is None else last_stream)
        connection.close()

    return act


def hanging_up(connection: Connection, _stream: int) -> None:
    """Close the connection without a word."""
    connection.close()


def _begin(connection: Connection, stream: int, status: int, length: int, headers: dict[str, str]) -> None:
    fields = {"content-type": "application/json", "content-length": str(length), **headers}
    connection.h2.send_headers(stream, [(":status", str(status)), *fields.items()])


def sending_file(content: bytes) -> Act:
    """Send a file, or the range of it that is asked for, with a strong validator."""

    def act(connection: Connection, stream: int) -> None:
        begin = int(connection.asked[stream].get("range", "bytes=0-")[len("bytes=") : -1])
        told = {"etag": '"one"', "accept-ranges": "bytes"}
        if begin:
            told["content-range"] = f"bytes {begin}-{len(content) - 1}/{len(content)}"
        _begin(connection, stream, 206 if begin else 200, len(content) - begin, told)
        connection.send_body(stream, content[begin:])

    return act


def breaking_off(content: bytes, after: int) -> Act:
    """Begin to send a file, and reset the stream."""

    def act(connection: Connection, stream: int) -> None:
        _begin(connection, stream, 200, len(content), {"etag": '"one"', "accept-ranges": "bytes"})
        connection.h2.send_data(stream, content[:after])
        connection.h2.reset_stream(stream, ErrorCodes.INTERNAL_ERROR)

    return act
