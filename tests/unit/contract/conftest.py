from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import httpx
import pytest
from pixxel_explorer.plugin.api.client import ApiClient
from pixxel_explorer.plugin.api.config import ClientConfig
from pixxel_explorer.plugin.api.transport.auth import Credentials
from pixxel_explorer.plugin.sandbox.app import create_app
from pixxel_explorer.plugin.sandbox.core.options import SAMPLE_KEY, Profile, SandboxOptions
from starlette.applications import Starlette

from .calls import SandboxClient
from .check import Contract, contract_at
from .checked import CheckedTransport

T = TypeVar("T")

ORIGIN = "http://127.0.0.1"
FILES_ORIGIN = "http://localhost"


@dataclass(frozen=True)
class ContractChecker:
    """A sandbox of a profile, and work checked against the contract."""

    app: Starlette
    contract: Contract
    profile: Profile

    def check(self, work: Callable[[SandboxClient], Awaitable[T]]) -> tuple[T, CheckedTransport]:
        """Do some work with a client; return its result and the checked exchanges."""
        return asyncio.run(self._check(work))

    async def _check(self, work: Callable[[SandboxClient], Awaitable[T]]) -> tuple[T, CheckedTransport]:
        checked = CheckedTransport(httpx.ASGITransport(app=self.app), self.contract, ORIGIN)
        key = Credentials.from_key(SAMPLE_KEY)
        async with ApiClient(ClientConfig(base_url=ORIGIN), key, transport=checked) as client:
            sandbox = SandboxClient(client, self.app.state.sandbox, str(self.profile), checked, self.contract)
            return await work(sandbox), checked


@pytest.fixture(scope="session")
def contract(root: Path) -> Contract:
    """Return the contract kept with the tests."""
    return contract_at(root)


@pytest.fixture(scope="session")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a state folder in which the scenes are drawn already."""
    folder = tmp_path_factory.mktemp("drawn")
    state = create_app(SandboxOptions(folder)).state.sandbox
    assert state.store.all("aois")
    state.close()
    return folder


@pytest.fixture(scope="session")
def opened(drawn: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Profile], Starlette]]:
    """Open sandboxes, each on a copy of the drawn scenes."""
    apps: list[Starlette] = []

    def open_one(profile: Profile = Profile.DOCUMENTED) -> Starlette:
        folder = tmp_path_factory.mktemp("state") / "copy"
        shutil.copytree(drawn, folder)
        app = create_app(SandboxOptions(folder, profile=profile))
        app.state.sandbox.files_origin = FILES_ORIGIN
        apps.append(app)
        return app

    yield open_one
    for app in apps:
        app.state.sandbox.close()


@pytest.fixture(scope="session", params=[Profile.DOCUMENTED, Profile.LEAN], ids=str)
def checker(
    request: pytest.FixtureRequest, opened: Callable[[Profile], Starlette], contract: Contract
) -> ContractChecker:
    """Return a sandbox of each profile that keeps to the published schemas."""
    return ContractChecker(opened(request.param), contract, request.param)
