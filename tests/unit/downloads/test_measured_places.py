"""Pictures of a server that draws in other grids come to disk where they belong, and say how sure that is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from osgeo import gdal, osr
from pixxel_explorer.plugin.api.client import ApiClient
from pixxel_explorer.plugin.api.config import ClientConfig
from pixxel_explorer.plugin.api.models import AoiQuery
from pixxel_explorer.plugin.api.transport.auth import Credentials
from pixxel_explorer.plugin.catalog.listing import list_visualizations
from pixxel_explorer.plugin.downloads.loading import LoadRequest, LoadResult, content_name, load_dates, plain_name
from pixxel_explorer.plugin.imagery import place_finder
from pixxel_explorer.plugin.imagery.loaded import PlaceMethod
from pixxel_explorer.plugin.layer_kinds.table import LayerKind
from pixxel_explorer.plugin.legend.vocabulary import LegendMode
from pixxel_explorer.plugin.sandbox.app import create_app
from pixxel_explorer.plugin.sandbox.core.drawing.sheet_place import SheetPlace
from pixxel_explorer.plugin.sandbox.core.drawing.style import Drawing, DrawnGrid, LegendPlace
from pixxel_explorer.plugin.sandbox.core.handlers.picture import picture_place
from pixxel_explorer.plugin.sandbox.core.options import SAMPLE_KEY, SandboxOptions

STYLES = [
    Drawing(),
    Drawing(DrawnGrid.UTM, LegendPlace.RIGHT),
    Drawing(DrawnGrid.MERCATOR, LegendPlace.NONE, padding=4),
    Drawing(DrawnGrid.UTM, LegendPlace.BOTTOM, padding=3, snapped=True, scale=2),
    Drawing(DrawnGrid.DEGREES, LegendPlace.TOP, scale=3),
    Drawing(DrawnGrid.UTM, LegendPlace.INSIDE, scale=2, is_smooth=True),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the state folder that the sandboxes of this module share one after another."""
    return tmp_path_factory.mktemp("state")


@pytest.fixture
def started(folder: Path) -> Iterator[Callable[[Drawing], Any]]:
    """Start a sandbox that draws in one style."""
    apps: list[Any] = []

    def start(drawing: Drawing) -> Any:
        apps.append(create_app(SandboxOptions(folder, drawing=drawing)))
        return apps[-1]

    yield start
    for app in apps:
        app.state.sandbox.close()


def load(app: Any, folder: Path, name: str = "NDVI", kind: str = "picture", **options: Any) -> LoadResult:
    """Load two dates of a visualization of the farm."""

    async def run() -> LoadResult:
        transport, config = httpx.ASGITransport(app=app), ClientConfig(base_url="https://sample.test")
        async with ApiClient(config, Credentials.from_key(SAMPLE_KEY), transport=transport) as client:
            (aoi, *_) = [aoi async for aoi in client.aois.iterate(AoiQuery()) if aoi.name.startswith("Farm")]
            item = next(item for item in await list_visualizations(client, aoi.aoi_id) if item.title == name)
            dates = item.dates[:2]
            request = LoadRequest(
                aoi, "Farm", item, dates, LegendMode.DYNAMIC, LayerKind.parse(kind), folder, "Sample data"
            )
            return await load_dates(client, request, lambda _p: None, lambda _i: None, **options)

    return asyncio.run(run())


def apart(file: Path, truth: SheetPlace) -> float:
    """Return how far the corners and the middle of a raster are from the truth, in pixels of the picture."""
    raster = gdal.Open(str(file))
    here, there = raster.GetSpatialRef(), osr.SpatialReference()
    there.ImportFromEPSG(truth.epsg)
    for reference in (here, there):
        reference.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    way = osr.CoordinateTransformation(here, there)
    back = gdal.InvGeoTransform(truth.transform)
    whole = (0, 0) if raster.RasterXSize != truth.window.width else (truth.window.column, truth.window.row)
    worst = 0.0
    for x in (0, raster.RasterXSize / 2, raster.RasterXSize):
        for y in (0, raster.RasterYSize / 2, raster.RasterYSize):
            east, north, _ = way.TransformPoint(*gdal.ApplyGeoTransform(raster.GetGeoTransform(), x, y))
            column, row = gdal.ApplyGeoTransform(back, east, north)
            worst = max(worst, float(np.hypot(column - x - whole[0], row - y - whole[1])))
    return worst


@pytest.mark.parametrize("drawing", STYLES, ids=lambda d: f"{d.grid}-{d.legend}-{d.padding}-{d.snapped}-{d.scale}")
@pytest.mark.parametrize(("name_of", "keeps"), [(plain_name, False), (content_name, True)])
def test_files_lie_where_the_server_drew_them(
    started: Callable[[Drawing], Any], tmp_path: Path, drawing: Drawing, name_of: Any, keeps: bool
) -> None:
    app = started(drawing)
    result = load(app, tmp_path / "out", name_of=name_of, keep_original=keeps)
    assert result.problems == ()
    for image in result.images:
        truth = picture_place(app.state.sandbox, image.visualization_id, image.date_key, LegendMode.DYNAMIC)
        assert image.path.suffix == (".vrt" if keeps else ".tif")
        assert apart(image.path, truth) <= 0.5
        assert image.placement.is_certain
        assert image.placement.error_px <= 0.5
        assert image.placement.method in (PlaceMethod.AOI_GEOMETRY, PlaceMethod.ASSET_GEOMETRY)


def test_classes_lie_where_the_picture_does(started: Callable[[Drawing], Any], tmp_path: Path) -> None:
    app = started(STYLES[1])
    pictures = load(app, tmp_path / "out").images
    classes = load(app, tmp_path / "out", kind="classes").images
    for picture, image in zip(pictures, classes, strict=True):
        assert image.placement == picture.placement
        drawn, found = gdal.Open(str(picture.path)), gdal.Open(str(image.path))
        assert found.GetGeoTransform() == pytest.approx(drawn.GetGeoTransform())
        opaque, known = drawn.GetRasterBand(4).ReadAsArray() == 255, found.ReadAsArray() > 0
        assert (opaque == known).mean() > 0.999


def test_a_file_of_another_place_has_another_name(
    started: Callable[[Drawing], Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same bytes that were laid elsewhere, as by a former version, are not taken for the file wanted."""
    app = started(STYLES[1])
    wanted = {"name_of": content_name, "keep_original": True}
    first = [image.path for image in load(app, tmp_path / "out", **wanted).images]
    assert [image.path for image in load(app, tmp_path / "out", **wanted).images] == first
    monkeypatch.setattr(place_finder, "measure_place", lambda *_args: None)
    assert not {image.path for image in load(app, tmp_path / "out", **wanted).images} & {*first}
