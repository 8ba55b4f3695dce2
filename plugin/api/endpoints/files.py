"""Files behind addresses the API gives: assets and packages."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from ..errors import ApiError, BadAnswer, DownloadDamaged, TimedOut, TransportFailed
from ..transport.checksums import declared_checksums, differing
from ..transport.part_file import PartFile, claimed, part_of
from ..transport.ranges import content_range, facts_of_whole, is_encoded, is_other_version
from ..transport.retrying import may_retry, most_tries
from ..transport.session import PNG_CAP, Answer, Call, Session
from .base import Area

FILE_CAP = 256 * 1024**3
_MOST_SILENCES = 2
_NOT_SATISFIABLE = 416
_PARTIAL = 206

Report = Callable[[int, int | None], None]
_log = logging.getLogger(__name__)


def _silent(_done: int, _size: int | None) -> None:
    return


class Files(Area):
    """Fetch files; the key goes along only to the API's own origin."""

    async def fetch(
        self,
        url: str,
        target: Path,
        report: Report | None = None,
        *,
        source: str = "",
        part: Path | None = None,
        sums: Mapping[str, str] | None = None,
    ) -> Path:
        """Stream a file to disk, under its name only once it is whole, and return ``target``.

        A stopped download keeps its part if the response has a strong ``ETag`` or date of the file: the next call, in
        this process or another, requests the rest only (RFC 9110, 13.1.5 and 14).

        Args:
            url: http(s), or a path below the API's address.
            report: called with bytes received and total bytes, if known.
            source: an identifier of the file, where its URL differs at every call; else the URL without query.
            part: path of the part file, on the target's disk; else beside the target.
            sums: checksums the file must have, by algorithm, in hexadecimal digits.

        Raises:
            DownloadDamaged: a checksum does not match; nothing of the file is kept.
            ApiError: the file cannot be downloaded.
            OSError: it cannot be written.
        """
        address = str(self._session.locate(url))
        place = part or part_of(target)
        for folder in (target.parent, place.parent):
            folder.mkdir(parents=True, exist_ok=True)
        with claimed(place, source or _without_query(address)) as file:
            await _Transfer(self._session, address, file, report or _silent).run()
            wrong = await asyncio.to_thread(differing, file.path, {**file.facts.sums, **(sums or {})})
            if wrong is not None:
                file.forget()
                raise DownloadDamaged(wrong, target.name)
            file.settle(target)
        return target

    async def read(self, url: str, *, with_key: bool = True) -> bytes:
        """Return the content of a URL, at most 256 MiB."""
        return await self._session.read("GET", url, cap=PNG_CAP, with_key=with_key)


class _Transfer:
    """One file brought into its part, by as many answers as it takes."""

    def __init__(self, session: Session, url: str, part: PartFile, report: Report) -> None:
        self._session = session
        self._url = url
        self._part = part
        self._report = report
        self._ranges = True
        self._most, self._tried, self._silences = part.done, 0, 0

    async def run(self) -> None:
        """Ask until the part is whole."""
        while not await self._answered():
            pass

    async def _answered(self) -> bool:
        """Send one request for the bytes after the part; return whether the file is whole now."""
        asked = self._part.done if self._ranges and self._part.can_go_on else 0
        try:
            return await self._session.receive_once(self._call(asked), lambda answer: self._take(answer, asked))
        except ApiError as error:
            if asked and getattr(error, "status", None) == _NOT_SATISFIABLE:
                return self._at_the_end()
            await self._pause_before_resuming(error)
        return False

    def _call(self, asked: int) -> Call:
        headers = {"Accept-Encoding": "identity"}
        if asked:
            headers |= {"Range": f"bytes={asked}-", "If-Range": self._part.facts.validator}
        return Call("GET", self._url, headers=headers)

    def _at_the_end(self) -> bool:
        """Handle the response that there are no further bytes: the part is whole, or it is unusable."""
        if self._part.is_whole:
            return True
        self._begin_without_ranges("there is no such range")
        return False

    def _begin_without_ranges(self, reason: str) -> None:
        _log.info("%s: a download cannot continue and starts again: %s", self._call(0).path, reason)
        self._part.forget()
        self._ranges = False

    async def _pause_before_resuming(self, error: ApiError) -> None:
        """Wait before another try, as long as there is hope; an answer that brought more than ever renews it."""
        progress = self._part.done > self._most
        self._most = max(self._most, self._part.done)
        self._tried = 1 if progress else self._tried + 1
        self._silences = self._silences + 1 if isinstance(error, TimedOut) and not progress else 0
        if self._tried >= most_tries(error) or self._silences >= _MOST_SILENCES or not may_retry(error, safe=True):
            raise error
        await self._session.rest(self._tried, error)

    async def _take(self, answer: Answer, asked: int) -> bool:
        """Write a response into the part; return whether the file is whole."""
        if answer.status != _PARTIAL:
            end = self._beginning(answer)
        elif self._fits(answer, asked):
            end = self._going_on(answer)
        else:
            self._begin_without_ranges("the answer is of another range or version")
            return False
        async for chunk in answer.chunks():
            self._part.write(chunk)
            self._check_length(end)
            self._report(self._part.done, self._part.facts.size)
        if end is not None and self._part.done < end:
            raise self._broken("read", end)
        return self._part.facts.size is None or self._part.is_whole

    def _beginning(self, answer: Answer) -> int | None:
        """Restart with the whole file; return its size, if declared."""
        size = None if is_encoded(answer.headers) else answer.size
        self._part.begin(facts_of_whole(self._part.facts.source, answer.headers, size))
        self._check_free_space(size or 0)
        return size

    def _fits(self, answer: Answer, asked: int) -> bool:
        """Return whether a range response continues at the end of the part, in the same version of the file."""
        sent_range, facts = content_range(answer.headers), self._part.facts
        if not asked:
            raise BadAnswer("Content-Range", "a range came that was not requested")
        return (
            sent_range is not None
            and sent_range.first == asked
            and sent_range.total == (facts.size or sent_range.total)
            and sent_range.end - sent_range.first == (answer.size or sent_range.end - sent_range.first)
            and not is_encoded(answer.headers)
            and not is_other_version(facts.validator, answer.headers)
        )

    def _going_on(self, answer: Answer) -> int | None:
        """Learn of the whole file from a range of it; return where that ends."""
        sent_range, facts = content_range(answer.headers), self._part.facts
        if sent_range is None:
            return None
        sums = {**facts.sums, **declared_checksums(answer.headers, whole=False)}
        self._part.learn(replace(facts, size=sent_range.total, sums=sums))
        self._check_free_space(sent_range.total - sent_range.first)
        return sent_range.end

    def _check_length(self, end: int | None) -> None:
        if end is not None and self._part.done > end:
            self._part.forget()
            raise self._broken("protocol", end)
        if self._part.done > FILE_CAP:
            self._part.forget()
            raise BadAnswer("", f"more than {FILE_CAP} bytes")

    def _check_free_space(self, size: int) -> None:
        """Check that the disk has enough free space.

        Raises:
            OSError: it has not.
        """
        folder = self._part.path.parent
        if shutil.disk_usage(folder).free < size:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder))

    def _broken(self, kind: str, end: int) -> TransportFailed:
        return TransportFailed(kind, "GET", self._call(0).path, f"{self._part.done} of {end} bytes")


def _without_query(address: str) -> str:
    """Return a URL without its query, which may hold a secret."""
    parts = urlsplit(address)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
