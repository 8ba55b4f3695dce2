"""The server's last answers, for servers whose lists are lean (U1)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from pixxel_explorer.plugin.api.client import ApiClient
from pixxel_explorer.plugin.api.config import ClientConfig
from pixxel_explorer.plugin.api.transport.auth import Credentials
from pixxel_explorer.plugin.catalog.listing import list_visualizations
from pixxel_explorer.plugin.legend.spec import Colour, Legend, LegendClass
from pixxel_explorer.plugin.legend_sync.document import read_legends
from pixxel_explorer.plugin.legend_sync.push import PushRequest, push_legends
from pixxel_explorer.plugin.legend_sync.response_cache import AnswerCache
from pixxel_explorer.plugin.legend_sync.rollback import rollback_legends
from pixxel_explorer.plugin.legend_sync.service import Memory
from pixxel_explorer.plugin.sandbox.app import create_app
from pixxel_explorer.plugin.sandbox.core.options import SAMPLE_KEY, Profile, SandboxOptions
from pixxel_explorer.plugin.sld.reader import read_legend

LEGEND = Legend((LegendClass(0, 0.30000000000000004, Colour(1, 2, 3), "low", 12.5),), closed_top=True)


def test_an_answer_is_found_again_as_long_as_nobody_wrote_since(tmp_path: Path) -> None:
    cache = AnswerCache(tmp_path)
    cache.keep("Work", "viz", "dynamic", "2025-06-18", {"2025_06_18": LEGEND})
    assert AnswerCache(tmp_path).find("Work", "viz", "dynamic", "2025-06-18") == {"2025_06_18": LEGEND}
    for other in (("Home", "viz", "dynamic", "2025-06-18"), ("Work", "viz", "theoretical", "2025-06-18")):
        assert cache.find(*other) is None
    assert cache.find("Work", "viz", "dynamic", "2025-06-19") is None
    assert cache.find("Work", "viz", "dynamic", "") is None


@pytest.mark.parametrize("content", ["", "[]", "{", '{"updated_at": "x"}', '{"updated_at": "x", "legends": {"a": 1}}'])
def test_an_answer_that_cannot_be_read_is_none(tmp_path: Path, content: str) -> None:
    cache = AnswerCache(tmp_path)
    cache.keep("Work", "viz", "dynamic", "x", {"2025_06_18": LEGEND})
    (path,) = tmp_path.rglob("*.json")
    path.write_text(content, encoding="utf-8")
    assert cache.find("Work", "viz", "dynamic", "x") is None


def test_a_disk_that_refuses_costs_nothing_else(tmp_path: Path) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("", encoding="utf-8")
    cache = AnswerCache(blocked)
    cache.keep("Work", "viz", "dynamic", "x", {"2025_06_18": LEGEND})
    assert cache.find("Work", "viz", "dynamic", "x") is None


@pytest.fixture(scope="module")
def lean(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return create_app(SandboxOptions(tmp_path_factory.mktemp("lean"), profile=Profile.LEAN))


def ask(app: Any, work: Callable[[ApiClient], Awaitable[Any]]) -> Any:
    async def main() -> Any:
        config = ClientConfig(base_url="http://127.0.0.1")
        transport = httpx.ASGITransport(app=app)
        async with ApiClient(config, Credentials.from_key(SAMPLE_KEY), transport=transport) as client:
            return await work(client)

    return asyncio.run(main())


def ndvi(app: Any) -> Any:
    async def find(client: ApiClient) -> Any:
        farm = next(aoi for aoi in [a async for a in client.aois.iterate()] if aoi.name == "Farm near Raba")
        return next(item for item in await list_visualizations(client, farm.aoi_id) if item.title == "NDVI")

    return ask(app, find)


def test_on_a_lean_server_the_answer_to_a_push_is_read_and_not_its_style(lean: Any, tmp_path: Path) -> None:
    memory, item = Memory(AnswerCache(tmp_path), "Work"), ndvi(lean)
    before = ask(lean, lambda client: read_legends(client, item, "dynamic", read_legend, memory.recall))
    assert before.source == "sld"
    key = next(iter(before.legends))
    edited = before.legends[key].replacing(0, label="Mine")

    async def push(client: ApiClient) -> Any:
        request = PushRequest(item, "dynamic", {key: edited}, base=before.legends)
        report = await push_legends(client, request, read_legend, recall=memory.recall)
        await memory.keep(client, report.document)
        return report

    ask(lean, push)
    after = ask(lean, lambda client: read_legends(client, item, "dynamic", read_legend, memory.recall))
    assert (after.source, after.legends[key].classes[0].label) == ("answer", "Mine")
    assert after.legends[key].classes[0].area is not None  # a style tells no areas
    # Another user rolls back: the answer counts no more.
    ask(lean, lambda client: rollback_legends(client, item, "dynamic", (key,), read_legend))
    again = ask(lean, lambda client: read_legends(client, item, "dynamic", read_legend, memory.recall))
    assert (again.source, again.legends[key].classes[0].label == "Mine") == ("sld", False)
