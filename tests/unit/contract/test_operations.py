"""Every operation is called through the client, on a real sandbox, and the contract judges both sides."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from . import calls_analysis, calls_imagery, calls_shop  # noqa: F401 - fill CALLS
from .calls import CALLS, SandboxClient
from .conftest import ContractChecker
from .operation_table import methods_of


@pytest.mark.parametrize("operation_id", list(CALLS))
def test_the_operation_does_what_it_says(operation_id: str, checker: ContractChecker) -> None:
    seen, checked = checker.check(lambda sandbox: watched(sandbox, operation_id))
    assert checked.faults == []
    asked = [[passed.operation for passed in checked.passed[first:last]] for first, last in seen]
    assert any(operation_id in operations for operations in asked), "no method that names the operation asked for it"


async def watched(sandbox: SandboxClient, operation_id: str) -> list[tuple[int, int]]:
    """Do a call; tell what was sent while a method was at work whose docstring names the operation."""
    seen: list[tuple[int, int]] = []
    for named in methods_of(sandbox.client, sandbox.contract)[operation_id]:
        area_name, name = named.split(".")
        area = getattr(sandbox.client, area_name)
        setattr(area, name, _noting(getattr(area, name), lambda: len(sandbox.checked.passed), seen))
    await CALLS[operation_id](sandbox)
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
