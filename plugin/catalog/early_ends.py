"""Reasons for lists that were ended early, beside the result of the work that read them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from ..api.paging import collected_early_ends
from ..messages.list_sentences import ended_early

_T = TypeVar("_T")


async def with_early_ends(work: Callable[[], Awaitable[_T]]) -> tuple[_T, list[str]]:
    """Run the work and return its result, and a sentence for each list that was ended early."""
    with collected_early_ends() as ends:
        result = await work()
    return result, list(dict.fromkeys(ended_early(each.end, each.records) for each in ends))
