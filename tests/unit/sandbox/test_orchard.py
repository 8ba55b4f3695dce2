"""The orchard's season is like a real satellite's: clouds, a part swath, two scenes of a day, and a long gap."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from osgeo import gdal
from pixxel_explorer.plugin.sandbox.core.landscape import orchard
from pixxel_explorer.plugin.sandbox.core.presets import FIREFLY_BANDS, FIREFLY_ID

from .conftest import Json, Sandbox
from .test_pictures import pixels, png

Array = np.ndarray[Any, Any]
AOI = "Hillside orchard"
CLEAR, CLOUDY, HALF, TWICE = "2025_06_03", "2025_05_16", "2025_08_26", "2025_08_09"


@pytest.fixture(scope="module")
def ndvi(sandbox: Sandbox) -> Json:
    return sandbox.visualization(AOI, "NDVI")


@pytest.fixture(scope="module")
def values(sandbox: Sandbox, ndvi: Json) -> dict[str, Array]:
    """Return the NDVI by date key, NaN where there is none."""
    found = {}
    for asset in sandbox.state.assets_of(ndvi["id"]):
        raster = gdal.Open(str(sandbox.state.path_of(asset)))
        key = str(asset.get("_key") or asset["date"].replace("-", "_"))
        raw = raster.ReadAsArray()
        found[key] = np.where(raw == raster.GetRasterBand(1).GetNoDataValue(), np.nan, raw)
    return found


def covered(values: dict[str, Array], key: str) -> float:
    """Return the share of the AOI with values at a date."""
    return float(np.isfinite(values[key]).sum() / np.isfinite(values[CLEAR]).sum())


def test_dates_have_a_gap_of_seven_weeks_and_a_day_with_two_scenes(ndvi: Json) -> None:
    keys = sorted(ndvi["metadata"]["legend"])
    days = [date.fromisoformat(key[:10].replace("_", "-")) for key in keys]
    assert len(keys) == 10
    assert max((after - before).days for before, after in pairwise(days)) >= 49
    assert {TWICE, f"{TWICE}_2"} <= set(keys)
    assert len(set(days)) == 9


def test_two_scenes_of_a_day_are_two_rasters_and_pictures(
    sandbox: Sandbox, ndvi: Json, values: dict[str, Array]
) -> None:
    assets = [asset for asset in ndvi["assets"] if asset["date"] == "2025-08-09"]
    assert len({asset["path"] for asset in assets}) == len({asset["name"] for asset in assets}) == 2
    first, second = values[TWICE], values[f"{TWICE}_2"]
    assert 0 < np.nanmean(np.abs(first - second)) < 0.05
    pictures = [png(sandbox, ndvi, date=key).content for key in (TWICE, f"{TWICE}_2")]
    assert pictures[0] != pictures[1]


def test_their_mosaics_are_two_files_of_scenes_with_two_times(sandbox: Sandbox) -> None:
    aoi_id = sandbox.aoi(AOI)["aoi_id"]
    listed = sandbox.client.get(f"/v0/aois/{aoi_id}/assets", params={"limit": 100}).json()
    wanted = {"date": "2025-08-09", "asset_type": "mosaic"}
    mosaics = [asset for asset in listed["assets"] if wanted.items() <= asset.items()]
    assert len({mosaic["path"] for mosaic in mosaics}) == 2
    items = [item for item in sandbox.state.store.all("items") if item["day"] == "2025-08-09"]
    assert len({item["taken_at"] for item in items}) == 2


def test_clouds_leave_holes_haze_and_shadows(sandbox: Sandbox, values: dict[str, Array]) -> None:
    assert 0.4 < covered(values, CLOUDY) < 0.9
    colours = sandbox.visualization(AOI, "Natural colour")
    cloudy, clear = (
        pixels(png(sandbox, colours, date=key, visualization_mode="dynamic").content) for key in (CLOUDY, CLEAR)
    )
    seen, usual = (image[image[..., 3] == 255][:, :3].mean(axis=1) for image in (cloudy, clear))
    assert len(seen) < 0.9 * len(usual)
    assert np.quantile(seen, 0.99) > 1.5 * np.quantile(usual, 0.99)
    assert np.quantile(seen, 0.05) < 0.8 * np.quantile(usual, 0.05)


def test_the_clouds_of_a_scene_are_said_where_it_is_listed(sandbox: Sandbox) -> None:
    images = sandbox.aoi(AOI)["images"].values()
    assert {image["date"] for image in images if image["cloud_cover"]} == {"2025-05-16"}


def test_a_swath_ends_within_the_area(values: dict[str, Array]) -> None:
    assert 0.4 < covered(values, HALF) < 0.6
    known = np.isfinite(values[HALF])
    assert not known[:, -50:].any()
    assert known[:, :50].sum() == np.isfinite(values[CLEAR])[:, :50].sum()


@pytest.mark.parametrize("key", [CLOUDY, HALF])
def test_legends_count_what_is_seen_alone(ndvi: Json, values: dict[str, Array], key: str) -> None:
    area = sum(entry["area"] for entry in ndvi["metadata"]["legend"][key]["theoretical"])
    assert area == pytest.approx(np.isfinite(values[key]).sum() * 25, rel=1e-3)
    assert sum(entry["area_percentage"] for entry in ndvi["metadata"]["legend"][key]["theoretical"]) == pytest.approx(
        100, abs=0.1
    )


def test_the_illness_spreads_from_one_place_in_summer() -> None:
    land = orchard.orchard(7)
    trees = (land.cover >= 0) & (land.cover < 10)
    ill, well = trees & (land.distance < 18), trees & (land.distance > 45)
    june, august = (ndvi_of(land, day) for day in ("2025-06-03", "2025-08-09"))
    assert june[ill].mean() > 0.5
    assert august[ill].mean() < june[ill].mean() - 0.2
    assert august[well].mean() > june[well].mean() - 0.05


def ndvi_of(land: orchard.Orchard, day: str) -> Array:
    scene = next(scene for scene in orchard.SCENES if scene.day == day)
    red, infrared = orchard.reflectance(land, scene, (665.0, 842.0), 7)
    return np.asarray((infrared - red) / (infrared + red))


def test_bands_are_named_and_placed_as_the_real_ones(sandbox: Sandbox) -> None:
    satellites = sandbox.client.get("/v0/satellites").json()["satellites"]
    bands = {
        band["name"]: band
        for band in next(satellite for satellite in satellites if satellite["id"] == FIREFLY_ID)["bands"]
    }
    assert bands["B001"]["wavelength"] == 473  # https://docs.pixxel.space, bandsets
    assert bands["B118"]["wavelength"] == pytest.approx(842, abs=10)  # of the documented formulas: near infrared
    assert bands["B062"]["wavelength"] == pytest.approx(665, abs=10)  # and red
    assert {band["spatial_resolution"] for band in bands.values()} == {5}
    assert sandbox.aoi(AOI)["eo_bands"] == list(FIREFLY_BANDS)


def test_the_archive_says_how_wide_bands_are_when_scenes_were_taken_and_how_cloudy_they_are(sandbox: Sandbox) -> None:
    items = sandbox.client.get("/v0/archives/collections/firefly-l2a/items").json()["features"]
    assert len(items) == 10
    assert len({item["properties"]["datetime"] for item in items}) == 10
    assert {item["properties"]["gsd"] for item in items} == {5}
    assert sum(item["properties"]["eo:cloud_cover"] > 20 for item in items) == 1
    bands = items[0]["assets"]["image"]["eo:bands"]
    assert {band["full_width_half_max"] for band in bands} == {0.005}  # micrometres


def test_the_files_have_pixels_of_five_metres(sandbox: Sandbox, ndvi: Json) -> None:
    asset = sandbox.state.assets_of(ndvi["id"])[0]
    assert asset["resolution"] == 5
    assert gdal.Open(str(sandbox.state.path_of(asset))).GetGeoTransform()[1] == 5


@pytest.mark.parametrize(("metres", "status"), [(5, 201), (4.9, 400), (20, 201)])
def test_the_finest_resolution_is_the_satellites(sandbox: Sandbox, metres: float, status: int) -> None:
    aoi = sandbox.aoi(AOI)
    indices = sandbox.client.get("/v0/indices", params={"satellite_id": FIREFLY_ID, "limit": 50}).json()["indices"]
    name = {5: "NDRE", 4.9: "NDWI", 20: "GNDVI"}[metres]
    index = next(index for index in indices if index["name"] == name)
    body = {"index_id": index["id"], "resolution": metres}
    answer = sandbox.client.post(f"/v0/aois/{aoi['aoi_id']}/visualizations", json=body)
    assert answer.status_code == status
    sandbox.state.settle()


def test_one_seed_gives_one_orchard() -> None:
    scene, bands = orchard.SCENES[2], (560.0, 842.0)
    first, again = (orchard.reflectance(orchard.orchard(7), scene, bands, 7) for _ in range(2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, orchard.reflectance(orchard.orchard(8), scene, bands, 8), equal_nan=True)
