"""Every operation is called through the client, on a real sandbox, and the contract judges both sides."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from . import calls_analysis, calls_imagery, calls_shop  # noqa: F401 - fill CALLS
from .calls import CALLS, Desk
from .conftest import Court
from .operation_table import methods_of


@pytest.mark.parametrize("operation_id", list(CALLS))
def test_the_operation_does_what_it_says(operation_id: str, court: Court) -> None:
    seen, judged = court.judge(lambda desk: watched(desk, operation_id))
    assert judged.faults == []
    asked = [[passed.operation for passed in judged.passed[first:last]] for first, last in seen]
    assert any(operation_id in operations for operations in asked), "no method that names the operation asked for it"


async def watched(desk: Desk, operation_id: str) -> list[tuple[int, int]]:
    """Do a call; tell what was sent while a method was at work whose docstring names the operation."""
    seen: list[tuple[int, int]] = []
    for named in methods_of(desk.client, desk.contract)[operation_id]:
        area_name, name = named.split(".")
        area = getattr(desk.client, area_name)
        setattr(area, name, _noting(getattr(area, name), lambda: len(desk.judged.passed), seen))
    await CALLS[operation_id](desk)
    return seen


def _noting(
    method: Callable[..., Awaitable[Any]], sent: Callable[[], int], seen: list[tuple[int, int]]
) -> Callable[..., Awaitable[Any]]:
    @functools.wraps(method)
    async def noted(*given: Any, **named: Any) -> Any:
        before = sent()
        answer = await method(*given, **named)
        seen.append((before, sent()))
        return answer

    return noted
