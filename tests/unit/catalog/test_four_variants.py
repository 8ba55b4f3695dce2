"""One analyst's work, and a second one's meanwhile, against every profile of the sandbox over real HTTP."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest
from pixxel_explorer.plugin.api.client import ApiClient
from pixxel_explorer.plugin.api.config import AuthScheme, ClientConfig, Connection
from pixxel_explorer.plugin.api.models import Aoi, AoiQuery, IndexCreate, VisualizationCreate
from pixxel_explorer.plugin.api.transport.auth import Credentials
from pixxel_explorer.plugin.catalog.creation import create_visualization, wait_until_done
from pixxel_explorer.plugin.catalog.listing import get_visualization, list_projects, list_visualizations
from pixxel_explorer.plugin.catalog.session import SessionService, SessionStatus
from pixxel_explorer.plugin.catalog.visualization_item import VisualizationItem
from pixxel_explorer.plugin.downloads.loading import LoadRequest, LoadResult, load_dates
from pixxel_explorer.plugin.layer_kinds.table import LayerKind
from pixxel_explorer.plugin.legend.spec import Legend
from pixxel_explorer.plugin.legend_sync.document import read_legends
from pixxel_explorer.plugin.legend_sync.push import PushRequest, push_legends
from pixxel_explorer.plugin.legend_sync.rollback import rollback_legends
from pixxel_explorer.plugin.sandbox.app import create_app
from pixxel_explorer.plugin.sandbox.commandline import listening
from pixxel_explorer.plugin.sandbox.core.options import SAMPLE_KEY, Profile, SandboxOptions
from pixxel_explorer.plugin.sld.reader import read_legend
from pixxel_explorer.tests.fakes import ImmediateJobs

uvicorn = pytest.importorskip("uvicorn")

T = TypeVar("T")
MODE = "dynamic"


@pytest.fixture(scope="module", params=list(Profile), ids=str)
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Profile, str]]:
    """Serve a sandbox of each profile, its packages on an origin of their own; return its address."""
    app = create_app(SandboxOptions(tmp_path_factory.mktemp("state"), profile=request.param))
    with listening(0) as api, listening(0) as files:
        app.state.sandbox.files_origin = f"http://127.0.0.1:{files.getsockname()[1]}"
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
        thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[api, files])))
        thread.start()
        yield request.param, f"http://127.0.0.1:{api.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)
    app.state.sandbox.close()


@dataclass
class Analyst:
    """Somebody with a client of their own, who uses the scheme that their connection test found."""

    url: str
    scheme: AuthScheme

    def do(self, work: Callable[[ApiClient], Awaitable[T]]) -> T:
        """Run work with a client."""
        return asyncio.run(self._with_client(work))

    async def _with_client(self, work: Callable[[ApiClient], Awaitable[T]]) -> T:
        async with client_of(self.url, self.scheme) as client:
            return await work(client)

    def legends(self, item: VisualizationItem) -> dict[str, Legend]:
        """Return what the server holds."""
        return dict(self.do(lambda client: read_legends(client, item, MODE, read_legend)).legends)

    def push(self, item: VisualizationItem, base: dict[str, Legend], key: str, edited: Legend) -> None:
        """Push one edited date; what came of it is what was sent."""
        request = PushRequest(item, MODE, {key: edited}, base=base)
        report = self.do(lambda client: push_legends(client, request, read_legend))
        assert report.differences == []


def client_of(url: str, scheme: AuthScheme) -> ApiClient:
    return ApiClient(ClientConfig(base_url=url), Credentials.from_key(SAMPLE_KEY, scheme))


@pytest.fixture(scope="module")
def scheme(served: tuple[Profile, str]) -> AuthScheme:
    """Connect as the dock does, beginning with the bare key; return the scheme that is remembered."""
    jobs, found = ImmediateJobs(), [AuthScheme.RAW]
    session = SessionService(jobs, lambda connection: lambda: client_of(connection.url, connection.auth_scheme))
    session.scheme_found.connect(found.append)
    session.open(Connection("Sandbox", served[1]))
    assert session.state.status is SessionStatus.CONNECTED, session.state.problem
    session.close()
    jobs.stop()
    return found[-1]


@pytest.fixture
def analyst(served: tuple[Profile, str], scheme: AuthScheme) -> Analyst:
    return Analyst(served[1], scheme)


@pytest.fixture
def farm(analyst: Analyst) -> tuple[Aoi, VisualizationItem]:
    return analyst.do(_farm)


async def _farm(client: ApiClient) -> tuple[Aoi, VisualizationItem]:
    assert len(await list_projects(client)) == 2
    aois = [aoi async for aoi in client.aois.iterate(AoiQuery())]
    aoi = next(aoi for aoi in aois if aoi.name == "Farm near Raba")
    items = await list_visualizations(client, aoi.aoi_id)
    return aoi, next(item for item in items if item.title == "NDVI")


def edited(legend: Legend) -> Legend:
    """Return a legend with one edge between two neighbours moved, and one name changed."""
    low, high = sorted((0, 1), key=lambda row: legend.classes[row].minimum or 0)
    first = legend.classes[low]
    assert first.minimum is not None
    assert first.maximum is not None
    edge = round(first.minimum + (first.maximum - first.minimum) / 2, 4)
    return legend.replacing(low, maximum=edge, label="Bare").replacing(high, minimum=edge)


def load(
    analyst: Analyst, farm: tuple[Aoi, VisualizationItem], kind: str, folder: Path, mode: str = MODE
) -> LoadResult:
    aoi, item = farm
    request = LoadRequest(aoi, "Farm", item, item.dates[:2], mode, LayerKind.parse(kind), folder, "Sandbox")
    return analyst.do(lambda client: load_dates(client, request, lambda _p: None, lambda _i: None))


def test_the_scheme_of_the_key_is_found(served: tuple[Profile, str], scheme: AuthScheme) -> None:
    assert scheme == (AuthScheme.BEARER if served[0] is Profile.ODD else AuthScheme.RAW)


def test_items_have_names_dates_and_a_legend(farm: tuple[Aoi, VisualizationItem]) -> None:
    aoi, item = farm
    assert aoi.satellite_id
    assert aoi.progress == 100
    assert item.expression
    assert item.has_legend
    assert len(item.dates) >= 3
    assert all(date.asset is not None for date in item.dates)


@pytest.mark.parametrize("mode", ["dynamic", "theoretical"])
@pytest.mark.parametrize("kind", LayerKind)
def test_two_dates_load(
    analyst: Analyst, farm: tuple[Aoi, VisualizationItem], kind: str, mode: str, tmp_path: Path
) -> None:
    result = load(analyst, farm, kind, tmp_path, mode)
    assert result.problems == ()
    assert len(result.images) == 2
    assert [bool(image.sld) for image in result.images] == [kind == "values"] * 2


def test_a_day_of_two_analysts(analyst: Analyst, farm: tuple[Aoi, VisualizationItem]) -> None:
    _, item = farm
    second = Analyst(analyst.url, analyst.scheme)
    base = analyst.legends(item)
    mine, theirs = item.dates[0].key, item.dates[1].key
    changed = base[theirs].replacing(0, label="Theirs")
    second.push(item, second.legends(item), theirs, changed)
    analyst.push(item, base, mine, edited(base[mine]))
    held = analyst.legends(item)
    assert held[mine].digest() == edited(base[mine]).digest()
    assert held[theirs].digest() == changed.digest()
    others = set(base) - {mine, theirs}
    assert {key: held[key].digest() for key in others} == {key: base[key].digest() for key in others}
    report = analyst.do(lambda client: rollback_legends(client, item, MODE, (mine, theirs), read_legend))
    assert set(report.answered) == {mine, theirs}
    after = analyst.legends(item)
    assert {key: after[key].digest() for key in base} == {key: base[key].digest() for key in base}


def test_classes_are_computed_again(analyst: Analyst, farm: tuple[Aoi, VisualizationItem]) -> None:
    _, item = farm
    key = item.dates[2].key
    request = PushRequest(item, MODE, recompute=(key,), bins=3)
    report = analyst.do(lambda client: push_legends(client, request, read_legend))
    assert report.document is not None
    assert len(report.document.legends[key]) == 3
    assert len(analyst.legends(item)[key]) == 3


def test_no_line_of_the_log_holds_the_key_or_a_signature(
    analyst: Analyst, farm: tuple[Aoi, VisualizationItem], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        assert load(analyst, farm, "values", tmp_path).problems == ()
        assert load(analyst, farm, "picture", tmp_path).problems == ()
        analyst.legends(farm[1])
    assert caplog.messages
    assert SAMPLE_KEY not in caplog.text
    assert "signature=" not in caplog.text


def test_what_is_made_new_is_waited_for(analyst: Analyst, farm: tuple[Aoi, VisualizationItem]) -> None:
    aoi, _ = farm
    index = IndexCreate(
        name="Slope",
        description="",
        rescale=(0, 2),
        expression="B030/B016",
        colormap="ylgn",
        satellite_id=aoi.satellite_id or "",
        expression_type="index",
    )

    async def make(client: ApiClient) -> VisualizationItem:
        made = await client.indices.create(index)
        assert made.satellite_id == aoi.satellite_id
        begun = await create_visualization(client, aoi.aoi_id, VisualizationCreate(index_id=made.id))
        ended = await wait_until_done(client, aoi.aoi_id, begun.id, lambda _p: None, lambda _s: asyncio.sleep(0.05))
        return await get_visualization(client, aoi.aoi_id, ended.id)

    item = analyst.do(make)
    assert (item.title, item.status, item.progress) == ("Slope", "success", 100)
    assert set(analyst.legends(item)) == {date.key for date in item.dates}
