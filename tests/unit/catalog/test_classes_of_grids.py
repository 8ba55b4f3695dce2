"""Classes of pictures in any grid, with the legend anywhere, against the values of the same date."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import numpy as np
import pytest
from osgeo import gdal, osr
from pixxel_explorer.plugin.api.client import ApiClient
from pixxel_explorer.plugin.api.config import ClientConfig
from pixxel_explorer.plugin.api.models import AoiQuery
from pixxel_explorer.plugin.api.transport.auth import Credentials
from pixxel_explorer.plugin.catalog.listing import list_visualizations
from pixxel_explorer.plugin.downloads.loading import LoadRequest, content_name, load_dates
from pixxel_explorer.plugin.imagery.class_areas import partition_of
from pixxel_explorer.plugin.imagery.loaded import LoadedImage
from pixxel_explorer.plugin.layer_kinds.table import LayerKind
from pixxel_explorer.plugin.legend.vocabulary import LegendMode
from pixxel_explorer.plugin.sandbox.app import create_app
from pixxel_explorer.plugin.sandbox.core.drawing.style import Drawing, DrawnGrid, LegendPlace
from pixxel_explorer.plugin.sandbox.core.options import SAMPLE_KEY, SandboxOptions

STYLES = {
    "degrees, legend inside": Drawing(),
    "UTM, legend at the right": Drawing(DrawnGrid.UTM, LegendPlace.RIGHT),
    "Mercator, padding, legend inside": Drawing(DrawnGrid.MERCATOR, LegendPlace.INSIDE, padding=5),
    "UTM, legend at the top, padding, twice": Drawing(DrawnGrid.UTM, LegendPlace.TOP, padding=3, scale=2),
    "Mercator, legend at the left, smooth": Drawing(DrawnGrid.MERCATOR, LegendPlace.LEFT, scale=3, is_smooth=True),
    "UTM, no legend, whole pixels": Drawing(DrawnGrid.UTM, LegendPlace.NONE, snapped=True, scale=1),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the state folder that the sandboxes of this module share one after another."""
    return tmp_path_factory.mktemp("styles")


def loaded(app: object, cache: Path, kinds: tuple[LayerKind, ...]) -> list[LoadedImage]:
    """Load the newest date of the farm's NDVI as some kinds, one after another into one cache."""

    async def run() -> list[LoadedImage]:
        transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]
        found = []
        async with ApiClient(
            ClientConfig(base_url="https://sample.test"), Credentials.from_key(SAMPLE_KEY), transport=transport
        ) as client:
            aoi = next(aoi for aoi in [each async for each in client.aois.iterate(AoiQuery())] if "Farm" in aoi.name)
            item = next(each for each in await list_visualizations(client, aoi.aoi_id) if each.title == "NDVI")
            for kind in kinds:
                request = LoadRequest(aoi, "P", item, item.dates[-1:], LegendMode.DYNAMIC, kind, cache, "S")
                result = await load_dates(
                    client, request, lambda _p: None, lambda _i: None, name_of=content_name, keep_original=True
                )
                assert result.problems == ()
                found.append(result.images[0])
        return found

    return asyncio.run(run())


def compared(classes: LoadedImage, values: LoadedImage) -> tuple[np.ndarray, np.ndarray]:
    """Return the class of each value by its legend and on the class raster, from 1; 0 where there is none."""
    assert classes.legend is not None
    raster, sorted_ = gdal.Open(str(values.path)), gdal.Open(str(classes.path))
    numbers = raster.ReadAsArray()
    rows, columns = np.mgrid[: numbers.shape[0], : numbers.shape[1]]
    source, target = raster.GetSpatialRef(), sorted_.GetSpatialRef()
    for reference in (source, target):
        reference.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    left, across, _, top, _, down = raster.GetGeoTransform()
    middles = np.column_stack([left + (columns.ravel() + 0.5) * across, top + (rows.ravel() + 0.5) * down])
    spots = np.asarray(osr.CoordinateTransformation(source, target).TransformPoints(middles.tolist()))[:, :2]
    left, across, _, top, _, down = sorted_.GetGeoTransform()
    x, y = np.floor((spots[:, 0] - left) / across).astype(int), np.floor((spots[:, 1] - top) / down).astype(int)
    is_there = (x >= 0) & (y >= 0) & (x < sorted_.RasterXSize) & (y < sorted_.RasterYSize)
    found = np.where(is_there, sorted_.ReadAsArray()[y * is_there, x * is_there], 0)
    return partition_of(classes.legend).classes_of(numbers.ravel()) + 1, found


@pytest.mark.parametrize("name", STYLES)
def test_classes_of_pictures_are_those_of_the_values(folder: Path, tmp_path: Path, name: str) -> None:
    app = create_app(SandboxOptions(folder, drawing=STYLES[name]))
    bare, values, filled = loaded(app, tmp_path, (LayerKind.CLASSES, LayerKind.VALUES, LayerKind.CLASSES))
    least = 0.96 if STYLES[name].is_smooth else 0.998  # values that were interpolated are others
    wanted, found = compared(bare, values)
    is_both = (found > 0) & (wanted > 0)
    assert is_both.mean() > 0.4
    assert (found == wanted)[is_both].mean() > least
    assert bare.is_partial == (STYLES[name].legend is LegendPlace.INSIDE)
    wanted, again = compared(filled, values)
    is_both = (again > 0) & (wanted > 0)
    assert (again == wanted)[is_both].mean() > least
    assert ((again > 0).sum() > (found > 0).sum()) == bare.is_partial
    assert not filled.is_partial
