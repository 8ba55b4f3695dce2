"""Company proxies on loopback: HTTP with CONNECT, and SOCKS 5; whatever host is wanted, one server is reached."""

from __future__ import annotations

import base64
import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress

from .listening import Listener

USER, PASSWORD = "ann", "s3cr3t"


class Proxy(Listener):
    """A proxy in front of one server.

    Attributes:
        refusal: status line an HTTP proxy answers instead of opening tunnels.
        wanted: the hosts and ports asked for.
        seen: everything clients sent before a tunnel stood.
        carried: bytes that went from clients through tunnels.
        cut_after: cut the first tunnel after so many bytes of answers; ``None``: never.
    """

    def __init__(self, port: int, *, needs_password: bool = False) -> None:
        self.refusal = ""
        self.wanted: list[str] = []
        self.seen = b""
        self.carried = b""
        self.cut_after: int | None = None
        self._needs_password = needs_password
        self._target = port
        super().__init__()

    def serve(self, client: socket.socket) -> None:
        greet = self._greet_socks if client.recv(1, socket.MSG_PEEK) == b"\5" else self._greet_http
        if greet(client):
            self._tunnel(client)

    def _greet_http(self, client: socket.socket) -> bool:
        head = b""
        while b"\r\n\r\n" not in head:
            head += client.recv(65536)
        self.seen += head
        method, wanted = head.decode("latin-1").split()[:2]
        shown = base64.b64encode(f"{USER}:{PASSWORD}".encode())
        refusal = self.refusal
        if self._needs_password and b"Proxy-Authorization: Basic " + shown not in head:
            refusal = "407 Proxy Authentication Required"
        if refusal:
            asks = 'Proxy-Authenticate: Basic realm="company"\r\n' if refusal.startswith("407") else ""
            head = f"HTTP/1.1 {refusal}\r\n{asks}Content-Length: 0\r\nConnection: close\r\n\r\n"
            client.sendall(head.encode())
            return False
        assert method == "CONNECT"
        self.wanted.append(wanted)
        client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        return True

    def _greet_socks(self, client: socket.socket) -> bool:
        """Greet as RFC 1928 has it, with user and password as RFC 1929."""
        count = self._read(client, 2)[1]
        self._read(client, count)
        client.sendall(b"\5\2" if self._needs_password else b"\5\0")
        if self._needs_password:
            user = self._read(client, self._read(client, 2)[1])
            password = self._read(client, self._read(client, 1)[0])
            good = (user, password) == (USER.encode(), PASSWORD.encode())
            client.sendall(b"\1\0" if good else b"\1\1")
            if not good:
                return False
        kind = self._read(client, 4)[3]
        assert kind == 3, "a name is to be looked up by the proxy, not before"
        host = self._read(client, self._read(client, 1)[0]).decode()
        (port,) = struct.unpack(">H", self._read(client, 2))
        self.wanted.append(f"{host}:{port}")
        client.sendall(b"\5\0\0\1\0\0\0\0\0\0")
        return True

    def _read(self, client: socket.socket, count: int) -> bytes:
        received = b""
        while len(received) < count:
            part = client.recv(count - len(received))
            if not part:
                raise OSError("closed")
            received += part
        self.seen += received
        return received

    def _tunnel(self, client: socket.socket) -> None:
        with socket.create_connection(("127.0.0.1", self._target)) as server:
            server.settimeout(10)
            upwards = threading.Thread(target=self._copy, args=(client, server, self._carry), daemon=True)
            upwards.start()
            self._copy(server, client, self._cut)
            upwards.join(1)

    def _carry(self, data: bytes) -> bool:
        self.carried += data
        return True

    def _cut(self, data: bytes) -> bool:
        """Tell whether a tunnel still stands after some more bytes of an answer."""
        if self.cut_after is None:
            return True
        self.cut_after -= len(data)
        if self.cut_after > 0:
            return True
        self.cut_after = None
        return False

    @staticmethod
    def _copy(source: socket.socket, sink: socket.socket, goes_on: Callable[[bytes], bool]) -> None:
        with suppress(OSError):
            while (data := source.recv(65536)) and goes_on(data):
                sink.sendall(data)
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
