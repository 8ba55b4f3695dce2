"""An analyst's day against the sandbox, in-process, with full and with lean lists."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import httpx
import pytest
from pixxel_explorer.plugin.api.client import ApiClient
from pixxel_explorer.plugin.api.config import ClientConfig
from pixxel_explorer.plugin.api.models import Aoi, AoiQuery
from pixxel_explorer.plugin.api.transport.auth import Credentials
from pixxel_explorer.plugin.catalog.listing import get_visualization, list_projects, list_visualizations
from pixxel_explorer.plugin.catalog.session import check
from pixxel_explorer.plugin.catalog.visualization_item import VisualizationItem
from pixxel_explorer.plugin.downloads.loading import LoadRequest, LoadResult, load_dates
from pixxel_explorer.plugin.imagery.placement import raster_placement
from pixxel_explorer.plugin.layer_kinds.table import LayerKind
from pixxel_explorer.plugin.legend.spec import Legend
from pixxel_explorer.plugin.legend.vocabulary import LegendMode
from pixxel_explorer.plugin.legend_sync.document import read_legends
from pixxel_explorer.plugin.legend_sync.errors import PushConflict
from pixxel_explorer.plugin.legend_sync.push import PushRequest, push_legends
from pixxel_explorer.plugin.legend_sync.rollback import rollback_legends
from pixxel_explorer.plugin.sandbox.app import create_app
from pixxel_explorer.plugin.sandbox.core.options import SAMPLE_KEY, Profile, SandboxOptions
from pixxel_explorer.plugin.sld.reader import read_legend

T = TypeVar("T")


@dataclass
class Day:
    """A sandbox and what there is in it."""

    app: object
    aoi: Aoi
    item: VisualizationItem

    def do(self, work: Callable[[ApiClient], Awaitable[T]]) -> T:
        """Run work with a client of the sandbox."""
        return asyncio.run(_with_client(self.app, work))

    def load(self, folder: Path, kind: str) -> LoadResult:
        """Load three dates."""
        request = LoadRequest(
            self.aoi,
            "Farm",
            self.item,
            self.item.dates[:3],
            LegendMode.DYNAMIC,
            LayerKind.parse(kind),
            folder,
            "Sample",
        )
        return self.do(lambda client: load_dates(client, request, lambda _p: None, lambda _i: None))

    def legends(self, mode: str = "dynamic") -> dict[str, Legend]:
        """Return what the server holds."""
        return dict(self.do(lambda client: read_legends(client, self.item, mode, read_legend)).legends)


async def _with_client(app: object, work: Callable[[ApiClient], Awaitable[T]]) -> T:
    transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]
    config = ClientConfig(base_url="https://sample.test")
    async with ApiClient(config, Credentials.from_key(SAMPLE_KEY), transport=transport) as client:
        return await work(client)


async def _first(client: ApiClient) -> tuple[Aoi, VisualizationItem]:
    await check(client)
    assert await list_projects(client)
    async for aoi in client.aois.iterate(AoiQuery()):
        for item in await list_visualizations(client, aoi.aoi_id):
            if item.has_legend and len(item.dates) >= 3:
                return aoi, item
    raise AssertionError("the sandbox has no visualization of three dates")


@pytest.fixture(params=[Profile.DOCUMENTED, Profile.LEAN])
def day(request: pytest.FixtureRequest, tmp_path: Path) -> Day:
    """Return a fresh sandbox of each profile."""
    app = create_app(SandboxOptions(tmp_path / "state", profile=request.param))
    aoi, item = asyncio.run(_with_client(app, _first))
    return Day(app, aoi, item)


def moved(legend: Legend) -> Legend:
    low, high = legend.classes[0].minimum, legend.classes[0].maximum
    assert low is not None
    assert high is not None
    edge = low + (high - low) / 2
    return legend.replacing(0, maximum=edge).replacing(1, minimum=edge)


def test_items_are_joined_in_either_profile(day: Day) -> None:
    assert day.item.title
    assert day.item.expression
    assert all(date.asset is not None for date in day.item.dates)


@pytest.mark.parametrize("kind", LayerKind)
def test_dates_load(day: Day, tmp_path: Path, kind: str) -> None:
    result = day.load(tmp_path / "out", kind)
    assert result.problems == ()
    assert len(result.images) == 3
    assert [raster_placement(image.path).crs for image in result.images] == [i.placement.crs for i in result.images]
    assert [bool(image.sld) for image in result.images] == [kind == "values"] * 3
    assert len(list((tmp_path / "out").iterdir())) == 3


def test_a_push_changes_its_date_only_and_a_rollback_brings_it_back(day: Day) -> None:
    before, other = day.legends(), day.legends("theoretical")
    key = day.item.dates[0].key
    request = PushRequest(day.item, "dynamic", {key: moved(before[key])}, base=before)
    report = day.do(lambda client: push_legends(client, request, read_legend))
    assert report.differences == []
    after = day.legends()
    assert after[key].classes[0].maximum == pytest.approx(moved(before[key]).classes[0].maximum)
    assert {k: v.digest() for k, v in after.items() if k != key} == {
        k: v.digest() for k, v in before.items() if k != key
    }
    assert {k: v.digest() for k, v in day.legends("theoretical").items()} == {k: v.digest() for k, v in other.items()}
    rolled = day.do(lambda client: rollback_legends(client, day.item, "dynamic", (key,), read_legend))
    assert rolled.answered[key] != rolled.before[key]
    assert day.legends()[key].digest() == before[key].digest()


def test_a_second_analyst_is_noticed(day: Day) -> None:
    base = day.legends()
    key = day.item.dates[0].key
    first = PushRequest(day.item, "dynamic", {key: moved(base[key])}, base=base)
    second = PushRequest(day.item, "dynamic", {key: base[key].replacing(0, label="Mine")}, base=base)
    day.do(lambda client: push_legends(client, first, read_legend))
    with pytest.raises(PushConflict):
        day.do(lambda client: push_legends(client, second, read_legend))
    assert day.legends()[key].classes[0].label != "Mine"


def test_classes_are_recomputed_on_request(day: Day) -> None:
    key = day.item.dates[0].key
    report = day.do(
        lambda client: push_legends(client, PushRequest(day.item, "dynamic", recompute=(key,), bins=3), read_legend)
    )
    assert report.document is not None
    assert len(report.document.legends[key]) == 3
    fresh = day.do(lambda client: get_visualization(client, day.item.aoi_id, day.item.id))
    assert len(day.legends()[key]) == 3
    assert fresh.id == day.item.id
