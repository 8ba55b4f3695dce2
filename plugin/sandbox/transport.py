"""The sandbox behind the connection "Sample data": in this process, without a socket."""

from __future__ import annotations

import asyncio
import functools
import threading
from pathlib import Path
from typing import Any

import httpx

from .core.options import SAMPLE_KEY

__all__ = ["SAMPLE_KEY", "SAMPLE_URL", "sample_transport"]

SAMPLE_URL = "https://sample.pixxel.invalid"
_FILES_URL = "https://files.sample.pixxel.invalid"
_opening = threading.Lock()


def sample_transport(state_folder: Path) -> httpx.AsyncBaseTransport:
    """Return a transport whose answers come from the sandbox of a state folder, made at the first request."""
    return _SampleTransport(state_folder)


class _SampleTransport(httpx.AsyncBaseTransport):
    def __init__(self, state_folder: Path) -> None:
        self._state_folder = state_folder
        self._inner: httpx.ASGITransport | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self._inner is None:
            app = await asyncio.to_thread(_opened, self._state_folder)
            self._inner = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        return await self._inner.handle_async_request(request)


def _opened(state_folder: Path) -> Any:
    with _opening:
        return _app_of(state_folder.resolve())


@functools.cache
def _app_of(state_folder: Path) -> Any:
    """Make the one sandbox of a folder that this process needs."""
    from .app import create_app
    from .core.options import SandboxOptions

    app = create_app(SandboxOptions(state_folder))
    app.state.sandbox.files_origin = _FILES_URL
    return app
