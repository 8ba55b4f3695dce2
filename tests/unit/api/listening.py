"""What servers of bare sockets share: they listen on loopback and serve each connection in a thread of its own."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

_PATIENCE_S = 10


class Listener:
    """Listens until it is closed; what becomes of a connection is told by ``serve``.

    Attributes:
        connections: how many were opened.
    """

    def __init__(self) -> None:
        self.connections = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def serve(self, connection: socket.socket) -> None:
        """Serve a connection; it is closed afterwards."""
        raise NotImplementedError

    def close(self) -> None:
        """Listen no more."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            connection.settimeout(_PATIENCE_S)
            threading.Thread(target=self._guarded, args=(connection,), daemon=True).start()

    def _guarded(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            self.serve(connection)
