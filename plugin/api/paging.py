"""Pages of a list, and the walk from page to page."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, NamedTuple, TypeVar

T = TypeVar("T")

PAGE_SIZE = 50
SMALL_PAGE = 10
MOST_PAGES = 2_000
MOST_RECORDS = 100_000
"""As the server sent them, before filters of ours."""
MOST_EMPTY_PAGES = 5
"""In a row, as the server sent them."""
PAGES_AHEAD = 4

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list.

    Attributes:
        items: the records, after filters the server did not apply.
        offset: position of the first one in the list.
        total: length of the whole list, if the server declares it.
        next_offset: offset of the next page; ``None`` at the end.
        filtered: number of records that the server sent and a filter here removed.
    """

    items: tuple[T, ...]
    offset: int = 0
    total: int | None = None
    next_offset: int | None = None
    filtered: int = 0


class EarlyEnd(StrEnum):
    """Why a list was ended although the server announced more."""

    PAGES = "pages"
    RECORDS = "records"
    EMPTY = "empty"
    REPEATED = "repeated"


class EndedList(NamedTuple):
    """A list that was ended early: the reason, and the number of records that were read."""

    end: EarlyEnd
    records: int


_early_ends: ContextVar[list[EndedList] | None] = ContextVar("early_ends", default=None)


@contextmanager
def collected_early_ends() -> Iterator[list[EndedList]]:
    """Collect the lists that are ended early inside the block, also in tasks that are started there."""
    ends: list[EndedList] = []
    token = _early_ends.set(ends)
    try:
        yield ends
    finally:
        _early_ends.reset(token)


class ListGuard:
    """Ends a list that does not end by itself; one object for each list, shared by all ways to page."""

    def __init__(self) -> None:
        self.seen: set[str] = set()
        self._pages = 0
        self._empty_pages = 0
        self._received = 0

    def add(self, keys: Collection[str], filtered: int = 0) -> EarlyEnd | None:
        """Add a page, and return why no further one is to be requested, or ``None``.

        Args:
            keys: of the records that are left after filters the server did not apply.
            filtered: number of records that these filters removed; they may be new ones, so that a page with some is
                not taken for a repeated one.
        """
        received = len(keys) + filtered
        is_repeated = bool(keys) and not filtered and self.seen.issuperset(keys)
        self.seen.update(keys)
        self._pages += 1
        self._received += received
        self._empty_pages = 0 if received else self._empty_pages + 1
        if is_repeated:
            return EarlyEnd.REPEATED
        if self._empty_pages >= MOST_EMPTY_PAGES:
            return EarlyEnd.EMPTY
        if self._received >= MOST_RECORDS:
            return EarlyEnd.RECORDS
        return EarlyEnd.PAGES if self._pages >= MOST_PAGES else None


def note_early_end(end: EarlyEnd, records: int) -> None:
    """Log that a list was ended early, and pass the reason on to the block that collects them."""
    _log.warning("list ended early after %d records: %s", records, end)
    collected = _early_ends.get()
    if collected is not None:
        collected.append(EndedList(end, records))


def next_offset(offset: int, received: int, limit: int, total: int | None) -> int | None:
    """Return the offset of the next page: steps by records received, over an empty page by the requested limit."""
    following = offset + (received or limit)
    if total is None:
        return following if received else None
    return following if following < total else None


async def walk(
    fetch: Callable[[int], Awaitable[Page[T]]], key: Callable[[T], str], start: int = 0, ahead: int = PAGES_AHEAD
) -> AsyncIterator[T]:
    """Yield every record once, page after page, until the list or :class:`ListGuard` ends it.

    Once a page has declared the total and the server's page size is known, up to ``ahead`` pages are requested
    together; a page that begins elsewhere than foreseen is requested again.
    """
    guard = ListGuard()
    offset: int | None = start
    pages = _PagesAhead(fetch, ahead)
    try:
        while offset is not None:
            page = await pages.at(offset)
            fresh = {key(item): item for item in page.items if key(item) not in guard.seen}
            end = guard.add([key(item) for item in page.items], page.filtered)
            if end is None:
                pages.foresee(page)
            for item in fresh.values():
                yield item
            if page.total is not None and len(guard.seen) >= page.total:
                return
            offset = page.next_offset
            if end is not None and offset is not None:
                note_early_end(end, len(guard.seen))
                return
    finally:
        pages.drop()


class _PagesAhead(Generic[T]):
    """Pages under way that will probably be wanted next."""

    def __init__(self, fetch: Callable[[int], Awaitable[Page[T]]], count: int) -> None:
        self._fetch = fetch
        self._count = count
        self._tasks: dict[int, asyncio.Future[Page[T]]] = {}

    async def at(self, offset: int) -> Page[T]:
        """Return the page at a place, which may be under way."""
        task = self._tasks.pop(offset, None)
        if task is None:
            self.drop()
            return await self._fetch(offset)
        return await task

    def foresee(self, page: Page[T]) -> None:
        """Ask for the pages that follow one, as far as the total reaches."""
        if page.total is None or page.next_offset is None:
            return
        step = page.next_offset - page.offset
        following = range(page.next_offset, page.total, step) if step > 0 else range(0)
        for offset in following[: self._count]:
            if offset not in self._tasks:
                self._tasks[offset] = asyncio.ensure_future(self._fetch(offset))

    def drop(self) -> None:
        """Cancel the pages that are no longer needed; their outcome is ignored."""
        for task in self._tasks.values():
            task.cancel()
            task.add_done_callback(_ended)
        self._tasks.clear()


def _ended(task: asyncio.Future[Any]) -> None:
    if not task.cancelled():
        task.exception()
