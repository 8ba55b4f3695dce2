"""A server whose list of AOIs does not end by itself, or is huge."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

ANNOUNCED = 5_000_000


def aoi(number: int) -> dict[str, Any]:
    """Return a record of the list."""
    return {
        "aoi_id": f"a-{number}",
        "name": f"Field {number:07}",
        "description": "",
        "project_id": "p-1",
        "status": "success",
        "progress": 100,
        "geometry": {"type": "Polygon", "coordinates": [[[77, 12], [78, 12], [78, 13], [77, 13], [77, 12]]]},
        "area_in_sq_m": 1e6,
        "created_at": "2025-01-02T10:00:00Z",
        "updated_at": "2025-01-03T10:00:00Z",
    }


class ListServer(ThreadingHTTPServer):
    """The server; ``way`` is ``empty``, ``repeated``, ``endless`` or ``whole`` (all ``count`` records in each page).

    ``repeats_projects`` makes the list of projects repeat its one page.
    """

    daemon_threads = True

    def __init__(self, way: str, count: int = ANNOUNCED) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.way, self.count = way, count
        self.pages = 0
        self.repeats_projects = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def numbers(self, offset: int, limit: int) -> range:
        """Return the records of a page."""
        if self.way == "empty":
            return range(0)
        if self.way == "repeated":
            return range(limit)
        return range(self.count) if self.way == "whole" else range(offset, offset + limit)


class _Handler(BaseHTTPRequestHandler):
    server: ListServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(address.query).items()}
        if address.path == "/v0/aois":
            self.server.pages += 1
            numbers = self.server.numbers(int(query["offset"]), int(query["limit"]))
            self._answer({"aois": [aoi(number) for number in numbers], "total": self.server.count})
        elif address.path == "/v0/projects":
            projects = [{"id": f"p-{number}", "name": f"farms {number}"} for number in range(1, 51)]
            is_one = not self.server.repeats_projects
            self._answer({"projects": projects[:1] if is_one else projects, "total": 1 if is_one else ANNOUNCED})
        else:
            self._answer("pong")

    def _answer(self, content: Any) -> None:
        body = json.dumps(content).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Write nothing."""


@contextmanager
def serving(way: str, count: int = ANNOUNCED) -> Iterator[ListServer]:
    """Serve a list until the block ends."""
    server = ListServer(way, count)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
