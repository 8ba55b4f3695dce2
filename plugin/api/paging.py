"""Pages of a list, and the walk from page to page."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

PAGE_SIZE = 50
SMALL_PAGE = 10
MOST_PAGES = 10_000

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some records of a list.

    Attributes:
        items: the records, after filters the server did not apply.
        offset: place of the first one in the list.
        total: length of the whole list, if the server told it.
        next_offset: where the next page begins; ``None`` at the end.
    """

    items: tuple[T, ...]
    offset: int = 0
    total: int | None = None
    next_offset: int | None = None


def next_offset(offset: int, received: int, limit: int, total: int | None) -> int | None:
    """Tell where the next page begins: steps by records received, over an empty page by the limit asked."""
    following = offset + (received or limit)
    if total is None:
        return following if received else None
    return following if following < total else None


async def walk(fetch: Callable[[int], Awaitable[Page[T]]], key: Callable[[T], str], start: int = 0) -> AsyncIterator[T]:
    """Yield every record once, page after page; end where a page brings only records already seen."""
    seen: set[str] = set()
    offset: int | None = start
    for _ in range(MOST_PAGES):
        if offset is None:
            return
        page = await fetch(offset)
        fresh = [item for item in page.items if key(item) not in seen]
        if page.items and not fresh:
            _log.warning("list ended early: the page at %d repeats records already received", offset)
            return
        for item in fresh:
            seen.add(key(item))
            yield item
        if page.total is not None and len(seen) >= page.total:
            return
        offset = page.next_offset
    _log.warning("list ended early: more than %d pages", MOST_PAGES)
