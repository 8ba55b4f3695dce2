"""Values computed from the image of a date, where a server has images and no values, over real HTTP."""

from __future__ import annotations

import asyncio
import datetime
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from osgeo import gdal
from pixxel_explorer.plugin.api.models import AoiQuery, Asset
from pixxel_explorer.plugin.catalog.listing import list_visualizations
from pixxel_explorer.plugin.catalog.visualization_item import AcquisitionDate, VisualizationItem
from pixxel_explorer.plugin.downloads import computed_values, values
from pixxel_explorer.plugin.downloads.computed_values import image_of
from pixxel_explorer.plugin.downloads.errors import NotComputable, NoValues
from pixxel_explorer.plugin.downloads.loading import LoadRequest, load_dates
from pixxel_explorer.plugin.downloads.values import ValueSource
from pixxel_explorer.plugin.layer_kinds.table import LayerKind
from pixxel_explorer.plugin.legend.vocabulary import LegendMode
from pixxel_explorer.plugin.sandbox.core.store import Filter
from pixxel_explorer.tests.sandbox_server import ServedSandbox, served

DAY = datetime.date(2025, 5, 6)


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedSandbox]:
    with served(tmp_path_factory.mktemp("sandbox")) as running:
        yield running


def item_of(sandbox: ServedSandbox, aoi_name: str, title: str) -> VisualizationItem:
    async def find(client: Any) -> VisualizationItem:
        aoi = next(each for each in [aoi async for aoi in client.aois.iterate(AoiQuery())] if each.name == aoi_name)
        return next(each for each in await list_visualizations(client, aoi.aoi_id) if each.title == title)

    return sandbox.do(find)


def values_of(sandbox: ServedSandbox, item: VisualizationItem, date: AcquisitionDate, folder: Path) -> Any:
    folder.mkdir()

    async def fetch(client: Any) -> Path:
        return await ValueSource(client, item, folder / "parts").fetch(date, folder, lambda _done, _total: None)

    return gdal.Open(str(sandbox.do(fetch))).ReadAsArray()


def change_assets(sandbox: ServedSandbox, change: Callable[[dict[str, Any]], bool], **equal: str) -> None:
    """Change records of assets; those that the function returns false for are removed."""
    store = sandbox.state.store
    for record in store.all("assets", Filter(equal=equal)):
        if change(record):
            store.put("assets", record["id"], record)
        else:
            store.remove("assets", record["id"])


def without_values(item: VisualizationItem) -> AcquisitionDate:
    """Return the date of an item as a lean server lists it."""
    return AcquisitionDate(item.dates[0].key, item.dates[0].day, None, legend_key=item.dates[0].key)


def with_formula(item: VisualizationItem, formula: str) -> VisualizationItem:
    return replace(item, expression=formula)


@pytest.mark.parametrize(("title", "bands"), [("NDVI", 1), ("NDRE", 1), ("Natural colour", 3)])
def test_computed_values_are_those_of_the_server(
    sandbox: ServedSandbox, tmp_path: Path, title: str, bands: int
) -> None:
    item = item_of(sandbox, "Farm near Raba", title)
    given = values_of(sandbox, item, item.dates[0], tmp_path / "given")
    change_assets(sandbox, lambda _record: False, visualization_id=item.id)
    computed = values_of(sandbox, item, without_values(item), tmp_path / "computed")
    assert computed.shape == given.shape
    assert (computed.shape[0] if computed.ndim == 3 else 1) == bands
    known = given > -9000
    assert known.any()
    np.testing.assert_array_equal(computed > -9000, known)
    np.testing.assert_allclose(computed[known], given[known], rtol=1e-6)


def test_a_band_that_the_image_lacks_is_named(sandbox: ServedSandbox, tmp_path: Path) -> None:
    item = item_of(sandbox, "Farm near Raba", "NDWI")
    changed = with_formula(item, "(B900 - B016) / (B900 + B016)")
    change_assets(sandbox, lambda _record: False, visualization_id=item.id)
    with pytest.raises(NotComputable, match="no value raster") as caught:
        values_of(sandbox, changed, without_values(item), tmp_path / "a")
    assert (caught.value.reason, caught.value.detail) == ("band", "B900")


@pytest.mark.parametrize("formula", ["(B030 - ", "B030 ? B016", "where(B030 > 1)"])
def test_a_formula_of_another_language_is_named_and_no_image_is_fetched(
    sandbox: ServedSandbox, tmp_path: Path, formula: str
) -> None:
    item = item_of(sandbox, "Farm near Raba", "NDWI")
    changed = with_formula(item, formula)
    change_assets(sandbox, lambda _record: False, visualization_id=item.id)
    with pytest.raises(NotComputable) as caught:
        values_of(sandbox, changed, without_values(item), tmp_path / "a")
    assert (caught.value.reason, caught.value.detail) == ("expression", formula)
    assert list((tmp_path / "a").iterdir()) == []


def test_without_formula_there_are_no_values(sandbox: ServedSandbox, tmp_path: Path) -> None:
    item = item_of(sandbox, "Farm near Raba", "NDWI")
    changed = with_formula(item, "")
    change_assets(sandbox, lambda _record: False, visualization_id=item.id)
    with pytest.raises(NoValues) as caught:
        values_of(sandbox, changed, without_values(item), tmp_path / "a")
    assert type(caught.value) is NoValues


def test_few_dates_are_computed_at_once(
    sandbox: ServedSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = item_of(sandbox, "Farm near Raba", "NDVI")
    change_assets(sandbox, lambda _record: False, visualization_id=item.id)
    dates = [replace(date, asset=None) for date in item.dates[:6]]
    running: list[int] = []
    most: list[int] = []

    def compute(*words: Any) -> Any:
        running.append(1)
        most.append(len(running))
        time.sleep(0.1)
        running.pop()
        return computed_values.compute(*words)

    monkeypatch.setattr(values, "compute", compute)

    async def fetch(client: Any) -> None:
        source = ValueSource(client, item, tmp_path / "parts")
        folders = [tmp_path / str(number) for number in range(len(dates))]
        for folder in folders:
            folder.mkdir()
        pairs = zip(dates, folders, strict=True)
        await asyncio.gather(*(source.fetch(date, folder, lambda _done, _total: None) for date, folder in pairs))

    sandbox.do(fetch)
    assert len(most) == 6
    assert max(most) <= 2


def test_images_are_removed_as_soon_as_their_values_are_there(sandbox: ServedSandbox, tmp_path: Path) -> None:
    item = item_of(sandbox, "Farm near Raba", "NDVI")
    change_assets(sandbox, lambda _record: False, visualization_id=item.id)
    left: list[list[Path]] = []

    def note(_image: Any) -> None:
        left.append(list(tmp_path.glob(".unfinished-*/*/*")))

    async def load(client: Any) -> None:
        aoi = await client.aois.get(item.aoi_id)
        dates = tuple(replace(date, asset=None) for date in item.dates[:2])
        wanted = LoadRequest(aoi, "", item, dates, LegendMode.DYNAMIC, LayerKind.VALUES, tmp_path, "Server")
        result = await load_dates(client, wanted, lambda _progress: None, note, limit=1)
        assert not result.problems

    sandbox.do(load)
    assert left == [[], []]


# --- which image ------------------------------------------------------------------------------------------------------


def asset(number: int, date: str, kind: str = "mosaic", visualization: str | None = None) -> Asset:
    fields = {"id": f"m{number}", "asset_type": kind, "date": date, "status": "success"}
    return Asset.model_validate(fields | {"visualization_id": visualization})


def test_the_image_of_the_day_is_taken() -> None:
    assets = [asset(1, "2025-05-06"), asset(2, "2025-05-29"), asset(3, "2025-05-06", "visualization", "v9")]
    assert image_of(assets, AcquisitionDate("2025_05_06", DAY)) == assets[0]
    assert image_of(assets[1:], AcquisitionDate("2025_05_06", DAY)) is None


def test_of_two_images_of_a_day_none_is_guessed() -> None:
    assets = [asset(1, "2025-05-06"), asset(2, "2025-05-06")]
    assert image_of(assets, AcquisitionDate("2025_05_06", DAY)) is None


def test_scenes_of_a_day_take_the_image_of_their_moment() -> None:
    assets = [asset(1, "2025-05-06T10:00:00Z"), asset(2, "2025-05-06T10:20:00Z")]
    dates = [AcquisitionDate(f"2025-05-06T10:{minute}:00Z", DAY, scenes=2) for minute in ("00", "20")]
    assert [image_of(assets, date) for date in dates] == assets
