"""Missing images fetched again, over real HTTP: each wanted date ends once."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pixxel_explorer.plugin.api.models import AoiQuery
from pixxel_explorer.plugin.catalog.listing import list_visualizations
from pixxel_explorer.plugin.catalog.visualization_item import VisualizationItem
from pixxel_explorer.plugin.downloads.refetching import WantedDate, WantedStack, fetch_again
from pixxel_explorer.plugin.layer_kinds.table import LayerKind
from pixxel_explorer.plugin.legend.vocabulary import LegendMode
from pixxel_explorer.tests.sandbox_server import ServedSandbox, served


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedSandbox]:
    with served(tmp_path_factory.mktemp("sandbox")) as running:
        yield running


@pytest.fixture(scope="module")
def item(sandbox: ServedSandbox) -> VisualizationItem:
    async def find(client: Any) -> VisualizationItem:
        aois = [aoi async for aoi in client.aois.iterate(AoiQuery())]
        aoi = next(each for each in aois if each.name == "Farm near Raba")
        return next(each for each in await list_visualizations(client, aoi.aoi_id) if each.title == "NDVI")

    return sandbox.do(find)


def fetched(
    sandbox: ServedSandbox, item: VisualizationItem, dates: tuple[WantedDate, ...], folder: Path
) -> tuple[list[str], list[str]]:
    """Return the layers whose images came, and those whose dates failed."""
    came: list[str] = []
    failed: list[str] = []
    stack = WantedStack(item.aoi_id, item.id, LegendMode.DYNAMIC, LayerKind.PICTURE, dates, folder, "Server")

    async def fetch(client: Any) -> None:
        await fetch_again(
            client,
            [stack],
            lambda _progress: None,
            lambda wanted, _image: came.extend(wanted.layer_ids),
            lambda wanted, _error: failed.extend(wanted.layer_ids),
        )

    sandbox.do(fetch)
    return sorted(came), sorted(failed)


def test_a_date_that_layers_know_by_key_and_by_day_comes_for_all(
    sandbox: ServedSandbox, item: VisualizationItem, tmp_path: Path
) -> None:
    date = item.dates[0]
    wanted = (WantedDate(date.day, date.key, ("new",)), WantedDate(date.day, "", ("old",)))
    assert fetched(sandbox, item, wanted, tmp_path) == (["new", "old"], [])


def test_each_date_fails_once_where_the_folder_refuses(
    sandbox: ServedSandbox, item: VisualizationItem, tmp_path: Path
) -> None:
    (tmp_path / "file").write_bytes(b"")
    date, gone = item.dates[0], datetime.date(1999, 1, 1)
    wanted = (WantedDate(date.day, date.key, ("here",)), WantedDate(gone, "1999_01_01", ("gone",)))
    assert fetched(sandbox, item, wanted, tmp_path / "file") == ([], ["gone", "here"])


def test_a_date_that_the_server_has_no_more_is_named_beside_those_that_come(
    sandbox: ServedSandbox, item: VisualizationItem, tmp_path: Path
) -> None:
    date, gone = item.dates[0], datetime.date(1999, 1, 1)
    wanted = (WantedDate(gone, "1999_01_01", ("gone",)), WantedDate(date.day, date.key, ("here",)))
    assert fetched(sandbox, item, wanted, tmp_path) == (["here"], ["gone"])
