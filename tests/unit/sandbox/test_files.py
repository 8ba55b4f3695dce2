"""Value rasters and packages: sent whole or by range, to whoever may have them."""

from __future__ import annotations

import base64
import hashlib
import io
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from osgeo import gdal, osr
from pixxel_explorer.plugin.imagery.raster_io import gdal_quiet, open_raster
from pixxel_explorer.plugin.sandbox.core.options import SAMPLE_KEY

from .conftest import FILES_ORIGIN, Json, Sandbox, Start

SECOND = """
import sys
from pathlib import Path

from plugin.sandbox.app import create_app
from plugin.sandbox.core.options import SandboxOptions

state = create_app(SandboxOptions(Path(sys.argv[1]))).state.sandbox
assert state.store.all("aois")
assert not state.is_first
state.close()
"""


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


def downloads(sandbox: Sandbox) -> str:
    return f"/v0/aois/{sandbox.aoi('Irrigation')['aoi_id']}/downloads"


def packed(sandbox: Sandbox, *kinds: str) -> str:
    """Have assets packed and return the address that tells how far it is."""
    assets = [asset_of(sandbox, kind)["id"] for kind in kinds]
    begun = sandbox.client.post(downloads(sandbox), json={"asset_ids": assets}).json()
    assert (begun["status"], begun["signed_url"]) == ("IN_PROGRESS", "")
    sandbox.state.settle()
    return f"{downloads(sandbox)}/{begun['download_id']}"


def signed(sandbox: Sandbox) -> str:
    ready = sandbox.client.get(packed(sandbox, "visualization")).json()
    assert ready["status"] == "SUCCESS"
    return str(ready["signed_url"])


def test_a_package_is_made_and_fetched_by_its_signed_address_alone(sandbox: Sandbox) -> None:
    ready = sandbox.client.get(packed(sandbox, "mosaic", "visualization")).json()
    assert ready["status"] == "SUCCESS"
    package = sandbox.client.fetch(ready["signed_url"])
    assert package.headers["content-length"] == str(len(package.content))
    with zipfile.ZipFile(io.BytesIO(package.content)) as content:
        assert content.testzip() is None
        assert sorted(name.split("_")[0] for name in content.namelist()) == ["mosaic", "visualization"]
        inner = next(name for name in content.namelist() if name.startswith("visualization"))
        alone = sandbox.client.get(asset_of(sandbox, "visualization")["path"]).content
        assert content.read(inner) == alone


def test_packages_are_on_another_origin_that_refuses_the_key(sandbox: Sandbox) -> None:
    address = signed(sandbox)
    assert address.startswith(f"{FILES_ORIGIN}/")
    leaked = sandbox.client.get(address)
    assert (leaked.status_code, leaked.json()["error"]["code"]) == (400, "KEY_SENT")
    assert SAMPLE_KEY not in leaked.text
    assert sandbox.client.fetch(address).status_code == 200
    assert sandbox.client.fetch(f"{FILES_ORIGIN}/v0/projects").status_code == 404
    assert sandbox.client.fetch(f"{FILES_ORIGIN}/ping").status_code == 404


def test_without_an_origin_of_their_own_packages_are_where_the_api_is(start: Start) -> None:
    sandbox = start()
    sandbox.state.files_origin = None
    address = signed(sandbox)
    assert address.startswith("http://sandbox.test/")
    assert sandbox.client.fetch(address).status_code == 200


def test_a_signed_address_expires_and_the_next_answer_has_a_fresh_one(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = packed(sandbox, "visualization")
    old = sandbox.client.get(state).json()["signed_url"]
    later = time.time() + sandbox.state.options.link_life_s + 1
    monkeypatch.setattr(time, "time", lambda: later)
    assert sandbox.client.fetch(old).status_code == 403
    assert sandbox.client.fetch(sandbox.client.get(state).json()["signed_url"]).status_code == 200


def test_how_long_an_address_lives_can_be_told(start: Start) -> None:
    sandbox = start(link_life_s=-1)
    assert sandbox.client.fetch(signed(sandbox)).status_code == 403


@pytest.mark.parametrize(
    ("part", "other"),
    [
        ("expires=", "expires=9"),
        ("signature=", "signature=0"),
        ("signature=", "signature=%C3%A9"),
        ("signature=", "sign="),
        ("expires=", "expired="),
        ("/packages/downloads/", "/packages/assets/"),
        ("/packages/downloads/", "/packages/downloads/0"),
    ],
)
def test_a_forged_address_opens_nothing(sandbox: Sandbox, part: str, other: str) -> None:
    address = signed(sandbox)
    assert part in address
    assert sandbox.client.fetch(address.replace(part, other)).status_code == 403


def test_a_broken_transfer_goes_on_where_it_ended(sandbox: Sandbox) -> None:
    address = signed(sandbox)
    whole = sandbox.client.fetch(address)
    first = whole.content[:1000]
    rest = sandbox.client.fetch(address, **{"Range": "bytes=1000-", "If-Range": whole.headers["etag"]})
    assert rest.status_code == 206
    assert rest.headers["content-range"] == f"bytes 1000-{len(whole.content) - 1}/{len(whole.content)}"
    assert first + rest.content == whole.content
    digest = base64.b64encode(hashlib.md5(first + rest.content, usedforsecurity=False).digest()).decode()
    assert whole.headers["content-md5"] == digest
    assert rest.headers["x-ms-blob-content-md5"] == digest
    assert "content-md5" not in rest.headers


def test_a_range_of_something_else_is_sent_whole(sandbox: Sandbox) -> None:
    address = signed(sandbox)
    other = sandbox.client.fetch(address, **{"Range": "bytes=1000-", "If-Range": '"of another file"'})
    assert (other.status_code, other.content) == (200, sandbox.client.fetch(address).content)


def test_a_range_beyond_the_end_is_refused(sandbox: Sandbox) -> None:
    address = signed(sandbox)
    size = len(sandbox.client.fetch(address).content)
    refused = sandbox.client.fetch(address, Range=f"bytes={size}-")
    assert (refused.status_code, refused.headers["content-range"]) == (416, f"bytes */{size}")


def test_a_package_whose_file_is_gone_has_failed(start: Start) -> None:
    sandbox = start()
    path = sandbox.state.path_of(sandbox.state.store.get("assets", asset_of(sandbox, "visualization")["id"]) or {})
    path.unlink()
    answer = sandbox.client.get(packed(sandbox, "visualization")).json()
    assert (answer["status"], answer["signed_url"]) == ("FAILED", "")


def test_a_package_under_way_when_the_sandbox_stops_has_failed_at_the_next_start(start: Start) -> None:
    sandbox = start()
    sandbox.state.in_background = lambda work, label: None  # type: ignore[method-assign]
    body = {"asset_ids": [asset_of(sandbox, "visualization")["id"]]}
    begun = sandbox.client.post(downloads(sandbox), json=body).json()
    again = start(sandbox.state.folder)
    answer = again.client.get(f"{downloads(again)}/{begun['download_id']}").json()
    assert (answer["status"], answer["signed_url"]) == ("FAILED", "")


def test_a_second_sandbox_on_the_same_folder_leaves_the_work_of_the_first_alone(start: Start, root: Path) -> None:
    first = start()
    first.state.in_background = lambda work, label: None  # type: ignore[method-assign]
    body = {"asset_ids": [asset_of(first, "visualization")["id"]]}
    begun = first.client.post(downloads(first), json=body).json()
    subprocess.run([sys.executable, "-c", SECOND, first.state.folder], cwd=root, check=True, timeout=60)
    answer = first.client.get(f"{downloads(first)}/{begun['download_id']}").json()
    assert answer["status"] == begun["status"] != "FAILED"


@pytest.mark.parametrize(
    "body", [b'{"asset_ids": []}', b'{"asset_ids": "x"}', b'{"asset_ids": ["nobody"]}', b"{", b"[]"]
)
def test_a_package_of_nothing_is_refused(sandbox: Sandbox, body: str) -> None:
    assert sandbox.client.post(downloads(sandbox), content=body).status_code == 404


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


def _series(folder: Path, definition: str) -> Path:
    dataset = gdal.GetDriverByName("GTiff").Create(str(folder / "NDVI_2025_05_02.tif"), 6, 4, 1, gdal.GDT_Float32)
    dataset.SetGeoTransform((1000, 10, 0, 2000, 0, -10))
    if definition:
        reference = osr.SpatialReference()
        reference.SetFromUserInput(definition)
        dataset.SetSpatialRef(reference)
    dataset.GetRasterBand(1).Fill(0.5)
    return folder


def test_a_series_in_a_crs_without_a_code_lies_where_its_wkt_says(start: Start, tmp_path: Path) -> None:
    own = "+proj=laea +lat_0=47 +lon_0=16 +x_0=1000 +y_0=2000 +ellps=GRS80"
    sandbox = start(import_series=_series(tmp_path, own))
    corners = sandbox.aoi(tmp_path.name)["geometry"]["coordinates"][0]
    west, north = min(x for x, _ in corners), max(y for _, y in corners)
    assert (west, north) == (pytest.approx(16, abs=1e-6), pytest.approx(47, abs=1e-6))


def test_a_series_without_a_crs_is_refused(start: Start, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    sandbox = start(import_series=_series(tmp_path, ""))
    assert sandbox.client.get("/v0/aois").status_code == 500
    assert "NDVI_2025_05_02.tif has no coordinate reference system" in caplog.text


def test_each_index_of_a_series_becomes_a_visualization_and_other_files_are_named(
    start: Start, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "series"
    folder.mkdir()
    for name in ("NDVI_2025_05_01", "NDVI_2025_05_11", "NDMI_2025_05_01", "NDVI_2025_02_30", "NDVI 2025-05-21"):
        _index_raster(folder / f"{name}.tif")
    sandbox = start(import_series=folder)
    held = {name: sorted(sandbox.visualization("series", name)["metadata"]["legend"]) for name in ("NDVI", "NDMI")}
    assert held == {"NDVI": ["2025_05_01", "2025_05_11"], "NDMI": ["2025_05_01"]}
    for left_out in ("NDVI_2025_02_30.tif", "NDVI 2025-05-21.tif"):
        assert f"{left_out} is left out" in caplog.text


def _index_raster(path: Path) -> None:
    dataset = gdal.GetDriverByName("GTiff").Create(str(path), 8, 6, 1, gdal.GDT_Float32)
    dataset.SetGeoTransform((500000, 10, 0, 5000000, 0, -10))
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(32633)
    dataset.SetProjection(reference.ExportToWkt())
    dataset.GetRasterBand(1).WriteArray(np.linspace(-0.5, 0.9, 48, dtype=np.float32).reshape(6, 8))
    del dataset
