"""An event loop that another plugin keeps in the main thread is neither taken away nor in the way."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from .conftest import Outcome, Run


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """Return a loop that is the main thread's, as a plugin with asyncio on Qt's loop sets it."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    yield loop
    asyncio.set_event_loop(None)
    loop.close()


def test_the_thread_keeps_its_loop(run: Run, loop: asyncio.AbstractEventLoop) -> None:
    assert run("listprojects").ok
    assert asyncio.get_event_loop_policy().get_event_loop() is loop


def test_an_algorithm_runs_while_a_loop_does(run: Run, loop: asyncio.AbstractEventLoop) -> None:
    async def handler() -> Outcome:
        return run("listprojects")

    outcome = loop.run_until_complete(handler())
    assert outcome.ok, outcome.feedback.errors
    assert len(outcome.rows()) > 0
