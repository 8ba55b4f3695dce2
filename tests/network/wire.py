"""HTTP/1.1 as middle boxes need it: heads and bodies on asyncio streams, and what each box saw of them."""

from __future__ import annotations

import asyncio
import re
from asyncio import StreamReader, StreamWriter
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import formatdate
from http import HTTPStatus

_HEADS_END = b"\r\n\r\n"


@dataclass(frozen=True)
class Request:
    """A request: method, target as it was sent, headers by lower-case name, body."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes = b""


@dataclass(frozen=True)
class Response:
    """An answer; ``silent`` sends nothing at all."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    silent: bool = False


@dataclass(frozen=True)
class Seen:
    """What a box saw of one request or greeting.

    Attributes:
        box: name of the box.
        target: method and address asked for.
        credential: ``Basic``, ``Digest`` … or ``password`` (SOCKS), as it was sent to a proxy; else empty.
        asked: the box had asked for that kind of credential before.
        good: the credential was right.
        key: the API's key came along, anywhere in the head.
    """

    box: str
    target: str
    credential: str = ""
    asked: bool = True
    good: bool = True
    key: bool = False


class NotHttp(Exception):
    """Something else than HTTP came."""


async def read_request(reader: StreamReader) -> Request | None:
    """Read a whole request; ``None`` where the other side closed.

    Raises:
        NotHttp: the beginning is not a request.
    """
    try:
        head = await reader.readuntil(_HEADS_END)
    except asyncio.IncompleteReadError as error:
        if error.partial:
            raise NotHttp from error
        return None
    lines = head.decode("latin-1").split("\r\n")
    first = re.fullmatch(r"([A-Z]+) (\S+) HTTP/1\.[01]", lines[0])
    if first is None:
        raise NotHttp(lines[0][:80])
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:-2])}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Request(first[1], first[2], headers, body)


async def send(writer: StreamWriter, response: Response) -> None:
    """Send an answer with its length, so that the connection can carry another."""
    reason = HTTPStatus(response.status).phrase
    headers = {"Date": formatdate(usegmt=True), "Content-Length": str(len(response.body)), **response.headers}
    head = f"HTTP/1.1 {response.status} {reason}\r\n" + "".join(f"{n}: {v}\r\n" for n, v in headers.items()) + "\r\n"
    writer.write(head.encode() + response.body)
    await writer.drain()


async def copy(source: StreamReader, sink: StreamWriter) -> None:
    """Carry bytes until one side ends."""
    with suppress(OSError):
        while data := await source.read(65536):
            sink.write(data)
            await sink.drain()
    with suppress(OSError, RuntimeError):
        sink.close()


async def join(reader: StreamReader, writer: StreamWriter, port: int) -> None:
    """Connect a client with a server on loopback, until either ends."""
    there, to_there = await asyncio.open_connection("127.0.0.1", port)
    try:
        await asyncio.gather(copy(reader, to_there), copy(there, writer))
    finally:
        to_there.close()
