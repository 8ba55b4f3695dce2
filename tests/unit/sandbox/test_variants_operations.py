"""The client's call of every operation, kept for the contract, gets on with the profiles no schema allows, too."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from pixxel_explorer.plugin.api.client import ApiClient
from pixxel_explorer.plugin.api.config import AuthScheme, ClientConfig
from pixxel_explorer.plugin.api.transport.auth import Credentials
from pixxel_explorer.plugin.sandbox.app import create_app
from pixxel_explorer.plugin.sandbox.core.options import SAMPLE_KEY, Profile, SandboxOptions
from pixxel_explorer.tests.unit.contract import calls_analysis, calls_imagery, calls_shop  # noqa: F401 - fill CALLS
from pixxel_explorer.tests.unit.contract.calls import CALLS, SandboxClient
from pixxel_explorer.tests.unit.contract.check import Contract, contract_at
from pixxel_explorer.tests.unit.contract.checked import CheckedTransport
from pixxel_explorer.tests.unit.contract.conftest import FILES_ORIGIN, ORIGIN
from starlette.applications import Starlette

BOUND_TO_THE_DOCUMENTS = {
    "ListProjects": "the call counts on a total",
    "UpdateVisualizationMetadata": "the call spells the date as documented",
    "RollbackVisualizationMetadata": "the call spells the date as documented",
    "GenerateIndexPng": "the call spells the date as documented",
    "GenerateVisualizationSLD": "the call spells the date as documented",
}


@pytest.fixture(scope="module")
def contract(root: Path) -> Contract:
    return contract_at(root)


PAIRS = [(Profile.LEGACY, operation) for operation in CALLS] + [
    (Profile.ODD, operation) for operation in CALLS if operation not in BOUND_TO_THE_DOCUMENTS
]


@pytest.fixture(scope="module")
def apps(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[Profile, Starlette]]:
    made = {
        profile: create_app(SandboxOptions(tmp_path_factory.mktemp("state"), profile=profile))
        for profile in (Profile.LEGACY, Profile.ODD)
    }
    for app in made.values():
        app.state.sandbox.files_origin = FILES_ORIGIN
    yield made
    for app in made.values():
        app.state.sandbox.close()


@pytest.mark.parametrize(("profile", "operation"), PAIRS)
def test_the_client_gets_on_with_it(
    profile: Profile, operation: str, apps: dict[Profile, Starlette], contract: Contract
) -> None:
    checked = CheckedTransport(httpx.ASGITransport(app=apps[profile]), contract, ORIGIN)
    key = Credentials.from_key(SAMPLE_KEY, AuthScheme.BEARER if profile is Profile.ODD else AuthScheme.RAW)

    async def call() -> None:
        async with ApiClient(ClientConfig(base_url=ORIGIN), key, transport=checked) as client:
            await CALLS[operation](SandboxClient(client, apps[profile].state.sandbox, str(profile), checked, contract))

    asyncio.run(call())
    assert checked.passed
