"""Pages of a list, and the walk from page to page."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T")

PAGE_SIZE = 50
SMALL_PAGE = 10
MOST_PAGES = 10_000
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
    """

    items: tuple[T, ...]
    offset: int = 0
    total: int | None = None
    next_offset: int | None = None


def next_offset(offset: int, received: int, limit: int, total: int | None) -> int | None:
    """Return the offset of the next page: steps by records received, over an empty page by the requested limit."""
    following = offset + (received or limit)
    if total is None:
        return following if received else None
    return following if following < total else None


async def walk(
    fetch: Callable[[int], Awaitable[Page[T]]], key: Callable[[T], str], start: int = 0, ahead: int = PAGES_AHEAD
) -> AsyncIterator[T]:
    """Yield every record once, page after page; end where a page brings only records already seen.

    Once a page has declared the total and the server's page size is known, up to ``ahead`` pages are requested
    together; a page that begins elsewhere than foreseen is requested again.
    """
    seen: set[str] = set()
    offset: int | None = start
    pages = _PagesAhead(fetch, ahead)
    try:
        for _ in range(MOST_PAGES):
            if offset is None:
                return
            page = await pages.at(offset)
            fresh = [item for item in page.items if key(item) not in seen]
            if page.items and not fresh:
                _log.warning("list ended early: the page at %d repeats records already received", offset)
                return
            pages.foresee(page)
            for item in fresh:
                seen.add(key(item))
                yield item
            if page.total is not None and len(seen) >= page.total:
                return
            offset = page.next_offset
        _log.warning("list ended early: more than %d pages", MOST_PAGES)
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
