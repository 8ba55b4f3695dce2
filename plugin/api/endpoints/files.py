"""Files behind addresses the API gives: assets and packages."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from ..session import PNG_CAP, Answer, Call
from .area import Area

Report = Callable[[int, int | None], None]


class Files(Area):
    """Fetch files; the key goes along only to the API's own origin."""

    async def fetch(self, url: str, target: Path, report: Report | None = None) -> Path:
        """Stream a file to disk, under its name only once it is whole, and return ``target``.

        Args:
            url: http(s), or a path below the API's address.
            report: called with bytes received and bytes to come in all, if known.

        Raises:
            ApiError: the file cannot be had.
            OSError: it cannot be written.
        """
        call = Call("GET", url, headers={"Accept-Encoding": "identity"})

        async def receive(answer: Answer) -> None:
            with _whole(target) as file:
                await _write(file, answer.chunks(), answer.size, report)

        target.parent.mkdir(parents=True, exist_ok=True)
        await self._session.receive(call, receive)
        return target

    async def read(self, url: str, *, with_key: bool = True) -> bytes:
        """Return what is behind an address, at most 256 MiB."""
        return await self._session.read("GET", url, cap=PNG_CAP, with_key=with_key)


@contextmanager
def _whole(target: Path) -> Iterator[BinaryIO]:
    """Write to a neighbour file that takes the name of ``target`` at the end, or vanishes."""
    part = target.with_name(f".{target.name[:100]}.{uuid4().hex[:12]}.part")
    try:
        with part.open("wb") as file:
            yield file
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


async def _write(file: BinaryIO, chunks: AsyncIterator[bytes], size: int | None, report: Report | None) -> None:
    done = 0
    async for chunk in chunks:
        file.write(chunk)
        done += len(chunk)
        if report is not None:
            report(done, size)
