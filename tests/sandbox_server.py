"""A sandbox served over real HTTP on loopback, and clients of it that know nothing of each other."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest
from pixxel_explorer.plugin.api.client import ApiClient
from pixxel_explorer.plugin.api.config import AuthScheme, ClientConfig
from pixxel_explorer.plugin.api.transport.auth import Credentials
from pixxel_explorer.plugin.sandbox.app import create_app
from pixxel_explorer.plugin.sandbox.commandline import listening
from pixxel_explorer.plugin.sandbox.core.options import SAMPLE_KEY, Profile, SandboxOptions
from pixxel_explorer.plugin.sandbox.core.state import SandboxState

uvicorn = pytest.importorskip("uvicorn")

T = TypeVar("T")


@dataclass(frozen=True)
class ServedSandbox:
    """A sandbox that answers at ``url``."""

    url: str
    state: SandboxState
    scheme: AuthScheme = AuthScheme.RAW

    def client(self) -> ApiClient:
        """Return a client with the sandbox's key."""
        return ApiClient(ClientConfig(base_url=self.url), Credentials.from_key(SAMPLE_KEY, self.scheme))

    def do(self, work: Callable[[ApiClient], Awaitable[T]]) -> T:
        """Run work as a colleague with a client of their own."""

        async def with_client() -> T:
            async with self.client() as client:
                return await work(client)

        return asyncio.run(with_client())


@contextmanager
def served(
    state_folder: Path, around: Callable[[Any], Any] = lambda app: app, **options: Any
) -> Iterator[ServedSandbox]:
    """Serve a sandbox until the block ends; ``around`` puts an ASGI application before it."""
    sandbox = create_app(SandboxOptions(state_folder, **options))
    state: SandboxState = sandbox.state.sandbox
    app = around(sandbox)
    with listening(0) as api, listening(0) as files:
        state.files_origin = f"http://127.0.0.1:{files.getsockname()[1]}"
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
        thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[api, files])))
        thread.start()
        try:
            scheme = AuthScheme.BEARER if state.options.profile is Profile.ODD else AuthScheme.RAW
            yield ServedSandbox(f"http://127.0.0.1:{api.getsockname()[1]}", state, scheme)
        finally:
            server.should_exit = True
            thread.join(10)
            state.close()
