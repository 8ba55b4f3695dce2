"""Value rasters and packages: sent whole or by range, to whoever may have them."""

from __future__ import annotations

import io
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
from osgeo import gdal
from pixxel_explorer.plugin.imagery.raster_io import gdal_quiet, open_raster

from .conftest import Json, Sandbox, Start


def asset_of(sandbox: Sandbox, asset_type: str) -> Json:
    aoi_id = sandbox.aoi("Irrigation")["aoi_id"]
    found = sandbox.client.get(f"/v0/aois/{aoi_id}/assets", params={"limit": 50}).json()["assets"]
    return next(asset for asset in found if asset["asset_type"] == asset_type)


def saved(content: bytes, path: Path) -> Any:
    path.write_bytes(content)
    with gdal_quiet():
        return open_raster(path)


def test_a_value_raster_is_float_tiled_deflated_and_in_its_own_zone(sandbox: Sandbox, tmp_path: Path) -> None:
    asset = asset_of(sandbox, "visualization")
    assert asset["path"].startswith("http://sandbox.test/")
    raster = saved(sandbox.client.get(asset["path"]).content, tmp_path / "values.tif")
    assert raster.GetRasterBand(1).DataType == gdal.GDT_Float32
    assert raster.GetRasterBand(1).GetNoDataValue() == -9999
    assert raster.GetMetadataItem("COMPRESSION", "IMAGE_STRUCTURE") == "DEFLATE"
    assert raster.GetSpatialRef().GetAuthorityCode(None) == "32633"


def test_a_mosaic_has_every_band_by_name(sandbox: Sandbox, tmp_path: Path) -> None:
    asset = asset_of(sandbox, "mosaic")
    raster = saved(sandbox.client.get(asset["path"]).content, tmp_path / "mosaic.tif")
    names = [raster.GetRasterBand(number).GetDescription() for number in range(1, raster.RasterCount + 1)]
    assert names == asset["band_list"]
    assert raster.GetRasterBand(1).GetScale() == pytest.approx(2e-05)


def test_a_range_is_sent_as_one(sandbox: Sandbox) -> None:
    address = asset_of(sandbox, "visualization")["path"]
    whole = sandbox.client.get(address).content
    part = sandbox.client.get(address, headers={"Range": "bytes=4-19"})
    assert part.status_code == 206
    assert part.content == whole[4:20]
    assert part.headers["content-range"] == f"bytes 4-19/{len(whole)}"


def test_a_file_needs_the_key(sandbox: Sandbox) -> None:
    address = asset_of(sandbox, "visualization")["path"]
    assert sandbox.client.get(address, headers={"Authorization": ""}).status_code == 403


def test_a_package_is_made_and_fetched_by_its_signed_address_alone(sandbox: Sandbox) -> None:
    assets = [asset_of(sandbox, kind)["id"] for kind in ("mosaic", "visualization")]
    path = f"/v0/aois/{sandbox.aoi('Irrigation')['aoi_id']}/downloads"
    begun = sandbox.client.post(path, json={"asset_ids": assets}).json()
    assert (begun["status"], begun["signed_url"]) == ("IN_PROGRESS", "")
    sandbox.world.settle()
    ready = sandbox.client.get(f"{path}/{begun['download_id']}").json()
    assert ready["status"] == "SUCCESS"
    package = sandbox.client.get(ready["signed_url"], headers={"Authorization": ""})
    with zipfile.ZipFile(io.BytesIO(package.content)) as content:
        assert content.testzip() is None
        assert sorted(name.split("_")[0] for name in content.namelist()) == ["mosaic", "visualization"]
    forged = ready["signed_url"].replace("expires=", "expires=9")
    assert sandbox.client.get(forged).status_code == 403


def test_a_signed_address_expires(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    path = f"/v0/aois/{sandbox.aoi('Irrigation')['aoi_id']}/downloads"
    begun = sandbox.client.post(path, json={"asset_ids": [asset_of(sandbox, "visualization")["id"]]}).json()
    sandbox.world.settle()
    address = sandbox.client.get(f"{path}/{begun['download_id']}").json()["signed_url"]
    later = time.time() + 3600
    monkeypatch.setattr(time, "time", lambda: later)
    assert sandbox.client.get(address).status_code == 403


@pytest.mark.parametrize(("asset_ids", "status"), [([], 400), ("x", 400), (["nobody"], 404)])
def test_a_package_of_nothing_is_refused(sandbox: Sandbox, asset_ids: Any, status: int) -> None:
    path = f"/v0/aois/{sandbox.aoi('Irrigation')['aoi_id']}/downloads"
    assert sandbox.client.post(path, json={"asset_ids": asset_ids}).status_code == status


def test_a_real_series_becomes_one_visualization_of_all_its_dates(start: Start, shared: Path) -> None:
    folder = shared / "data" / "ndvi-slovenia"
    sandbox = start(import_series=folder)
    record = sandbox.visualization("ndvi-slovenia", "NDVI")
    files = sorted(folder.glob("NDVI_*.tif"))
    assert sorted(record["metadata"]["legend"]) == [path.stem.removeprefix("NDVI_") for path in files]
    assert sandbox.client.get(record["assets"][0]["path"]).content == files[0].read_bytes()
    classes = record["metadata"]["legend"]["2016_08_04"]
    assert sum(entry["area_percentage"] for entry in classes["theoretical"]) == pytest.approx(100, abs=0.01)
    west, south = sandbox.aoi("ndvi-slovenia")["geometry"]["coordinates"][0][1]
    assert (west, south) == (pytest.approx(14.5513, abs=1e-3), pytest.approx(45.8749, abs=1e-3))
    body = {"index_id": record["index_id"], "date": "2016_08_04", "visualization_mode": "dynamic"}
    assert sandbox.client.post(sandbox.address(record, "png"), json=body).content[:4] == b"\x89PNG"
