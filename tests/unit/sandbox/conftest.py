from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from pixxel_explorer.plugin.sandbox.app import create_app
from pixxel_explorer.plugin.sandbox.core.options import SAMPLE_KEY, SandboxOptions
from pixxel_explorer.plugin.sandbox.core.state import SandboxState

Json = dict[str, Any]

FILES_ORIGIN = "http://files.sandbox.test"


class Asker:
    """Asks an application one thing at a time, with a key, as a client would over HTTP."""

    def __init__(self, app: Any, key: str) -> None:
        self._transport = httpx.ASGITransport(app=app)
        self._headers = {"Authorization": key}

    def request(self, method: str, address: str, **given: Any) -> httpx.Response:
        return asyncio.run(self._request(method, address, given))

    def get(self, address: str, **given: Any) -> httpx.Response:
        return self.request("GET", address, **given)

    def post(self, address: str, **given: Any) -> httpx.Response:
        return self.request("POST", address, **given)

    def put(self, address: str, **given: Any) -> httpx.Response:
        return self.request("PUT", address, **given)

    def patch(self, address: str, **given: Any) -> httpx.Response:
        return self.request("PATCH", address, **given)

    def delete(self, address: str, **given: Any) -> httpx.Response:
        return self.request("DELETE", address, **given)

    def fetch(self, address: str, **headers: str) -> httpx.Response:
        """Ask for a signed address, as one should: without the key."""
        return self.get(address, headers={"Authorization": "", **headers})

    async def _request(self, method: str, address: str, given: dict[str, Any]) -> httpx.Response:
        headers = {**self._headers, **given.pop("headers", {})}
        client = httpx.AsyncClient(transport=self._transport, base_url="http://sandbox.test", headers=headers)
        async with client:
            return await client.request(method, address, **given)


@dataclass
class Sandbox:
    """A sandbox, somebody who asks it with the right key, and short ways to what it holds at first."""

    client: Asker
    state: SandboxState

    def aoi(self, name: str) -> Json:
        found = self.client.get("/v0/aois", params={"aoi_name": name}).json()["aois"]
        assert len(found) == 1
        return dict(found[0])

    def visualization(self, aoi_name: str, index_name: str) -> Json:
        aoi_id = self.aoi(aoi_name)["aoi_id"]
        found = self.client.get(f"/v0/aois/{aoi_id}/visualizations", params={"limit": 50}).json()["visualization"]
        return dict(next(item for item in found if item["index_name"] == index_name))

    @staticmethod
    def address(visualization: Json, what: str) -> str:
        return f"/v0/aois/{visualization['aoi_id']}/visualizations/{visualization['id']}/{what}"


Start = Callable[..., Sandbox]


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """Start sandboxes, each with a state folder of its own unless told one."""
    begun: list[Sandbox] = []

    def started(state_folder: Path | None = None, **options: Any) -> Sandbox:
        folder = state_folder or tmp_path_factory.mktemp("state")
        for sandbox in begun:
            if sandbox.state.folder == folder:
                sandbox.state.close()
        app = create_app(SandboxOptions(folder, **options))
        app.state.sandbox.files_origin = FILES_ORIGIN
        client = Asker(app, SAMPLE_KEY)
        begun.append(Sandbox(client, app.state.sandbox))
        return begun[-1]

    yield started
    for sandbox in begun:
        sandbox.state.close()


@pytest.fixture(scope="module")
def sandbox(start: Start) -> Sandbox:
    """Return one sandbox that the tests of a module share; whoever writes to it writes to something of its own."""
    return start()
