"""A real package index on loopback, of tiny wheels, that can fail in the ways such servers and networks do."""

from __future__ import annotations

import base64
import hashlib
import html
import io
import json
import ssl
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

JSON = "application/vnd.pypi.simple.v1+json"
SIGN_IN = "<html><head><title>Hotel Network</title></head><body><p>Sign in <a href='/login'>here</a></p></body></html>"


def wheel(name: str, version: str, needs: str = "", padding: int = 0) -> bytes:
    """Return a wheel of one module."""
    info = f"{name}-{version}.dist-info"
    required = f"Requires-Dist: {needs}\n" if needs else ""
    files = {
        f"{name}.py": f"version = '{version}'\n" + "#" * padding,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{required}",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{path},,\n" for path in files) + f"{info}/RECORD,,\n"
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for path, text in {**files, f"{info}/RECORD": record}.items():
            archive.writestr(path, text)
    return file.getvalue()


@dataclass
class Index:
    """What is served and how; changed while it runs.

    Attributes:
        wheels: by file name.
        login: the ``user:password`` that is asked for, if any.
        as_json: whether pages are JSON or HTML.
        files_at: the server that pages name for their files; by default this one.
        wrong_hash: whether pages state checksums that no file has.
        page: what comes in place of every page, with ``page_kind`` as its type and ``page_status`` as its status.
        extra_links: further links on every page of HTML.
        moved: where every request is sent on to.
        statuses: for each request in turn, a status to refuse with, 0 for none.
        stall: hold every answer until it is set.
        slowly: send files a piece at a time until it is set.
    """

    wheels: dict[str, bytes] = field(default_factory=dict)
    login: str = ""
    as_json: bool = True
    files_at: str = ""
    wrong_hash: bool = False
    page: str = ""
    page_kind: str = "text/html"
    page_status: int = 200
    extra_links: list[str] = field(default_factory=list)
    moved: str = ""
    statuses: list[int] = field(default_factory=list)
    stall: threading.Event | None = None
    slowly: threading.Event | None = None
    asked: list[str] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    agents: list[str] = field(default_factory=list)
    url: str = ""

    @property
    def port(self) -> int:
        """Return the port it is served at."""
        return int(self.url.rpartition(":")[2])

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer one request."""
        self.asked.append(handler.path)
        self.logins.append(_login(handler.headers.get("Authorization", "")))
        self.agents.append(handler.headers.get("User-Agent", ""))
        if self.stall is not None:
            self.stall.wait(60)
        if status := self.statuses.pop(0) if self.statuses else 0:
            return send(handler, status, "text/plain", b"")
        if self.moved:
            return send(handler, 302, "text/html", b"", Location=self.moved)
        if self.login and self.logins[-1] != self.login:
            return send(handler, 401, "text/plain", b"", **{"WWW-Authenticate": 'Basic realm="index"'})
        if self.page:
            return send(handler, self.page_status, self.page_kind, self.page.encode())
        return self._answer_rightly(handler)

    def _answer_rightly(self, handler: BaseHTTPRequestHandler) -> None:
        name = handler.path.rstrip("/").rpartition("/")[2]
        path = name.removesuffix(".metadata")
        if path in self.wheels:
            content = metadata(self.wheels[path]) if path != name else self.wheels[path]
            return send(handler, 200, "application/octet-stream", content, slowly=self.slowly)
        files = [file for file in self.wheels if file.partition("-")[0].replace("_", "-") == name]
        if not files:
            return send(handler, 404, "text/plain", b"no such package")
        if self.as_json and JSON in handler.headers.get("Accept", ""):
            return send(handler, 200, JSON, self._json(name, files))
        return send(handler, 200, "text/html; charset=utf-8", self._html(files))

    def _json(self, name: str, files: list[str]) -> bytes:
        listed = [
            {
                "filename": file,
                "url": f"{self.files_at or '../..'}/files/{file}",
                "hashes": {"sha256": self._sha256(file)},
                "requires-python": ">=3.8",
                "core-metadata": {"sha256": hashlib.sha256(metadata(self.wheels[file])).hexdigest()},
            }
            for file in files
        ]
        return json.dumps({"meta": {"api-version": "1.0"}, "name": name, "files": listed}).encode()

    def _html(self, files: list[str]) -> bytes:
        links = [
            f"<a data-requires-python='>=3.8' href={self.files_at or '../..'}/files/{file}#sha256={self._sha256(file)}>"
            f"{html.escape(file)}</a><br>"
            for file in files
        ]
        links += [f'<a href="{link}">more</a>' for link in self.extra_links]
        return f"<html><body>{''.join(links)}</body></html>".encode()

    def _sha256(self, file: str) -> str:
        return "0" * 64 if self.wrong_hash else hashlib.sha256(self.wheels[file]).hexdigest()


def metadata(content: bytes) -> bytes:
    """Return the metadata within a wheel."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        name = next(name for name in archive.namelist() if name.endswith("/METADATA"))
        return archive.read(name)


def send(
    handler: BaseHTTPRequestHandler,
    status: int,
    content_type: str,
    content: bytes,
    slowly: threading.Event | None = None,
    **headers: str,
) -> None:
    """Send an answer, slowly until an event is set."""
    handler.send_response(status)
    for name, value in {"Content-Type": content_type, "Content-Length": str(len(content)), **headers}.items():
        handler.send_header(name, value)
    handler.end_headers()
    piece = 20_000 if slowly is not None else max(1, len(content))
    for start in range(0, len(content), piece):
        handler.wfile.write(content[start : start + piece])
        if slowly is not None:
            slowly.wait(0.1)


@contextmanager
def served(index: Index, context: ssl.SSLContext | None = None, name: str = "127.0.0.1") -> Iterator[Index]:
    """Serve an index on loopback, encrypted where a context is given."""

    class Handler(BaseHTTPRequestHandler):
        timeout = 20

        def do_GET(self) -> None:
            index.answer(self)

        def log_message(self, *_arguments: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            pass  # clients that hang up are part of the tests

        def finish_request(self, request: Any, client_address: Any) -> None:
            wrapped = context.wrap_socket(request, server_side=True) if context is not None else request
            with wrapped:
                super().finish_request(wrapped, client_address)

    server = Server(("127.0.0.1", 0), Handler)
    index.url = f"{'https' if context else 'http'}://{name}:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield index
    finally:
        for event in (index.stall, index.slowly):
            if event is not None:
                event.set()
        server.shutdown()
        server.server_close()
        thread.join(5)


def _login(header: str) -> str:
    return base64.b64decode(header.removeprefix("Basic ")).decode() if header.startswith("Basic ") else ""
