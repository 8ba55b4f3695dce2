"""Blocks, and insights: priced, run over real pixels, listed, packed and deleted."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from osgeo import gdal
from pixxel_explorer.plugin.imagery.raster_io import gdal_quiet, open_raster
from pixxel_explorer.plugin.sandbox.core.store import Record
from pixxel_explorer.tests.unit.contract.check import Contract

from .conftest import Json, Sandbox, Start

Array = np.ndarray[Any, Any]

FARM = "Farm near Raba"
BEFORE, AFTER = "2025-06-18", "2025-07-10"
ZONAL = {"block": {"name": "zonal-statistics", "version": "1.0.0"}, "input": {"layer": "NDVI"}}
ZONES = {"block": {"name": "zonal-statistics", "version": "1.1.0"}, "input": {"layer": "NDVI", "dates": [BEFORE]}}
CHANGE = {
    "block": {"name": "change-detection", "version": "1.0.0"},
    "input": {"layer": "NDVI", "before": BEFORE, "after": AFTER, "threshold": 0.15},
}
CLASSES = {
    "block": {"name": "classification", "version": "1.0.0"},
    "input": {"bands": ["B016", "B030"], "date": BEFORE, "classes": 4},
}


@pytest.fixture(scope="module")
def contract(root: Path) -> Contract:
    return Contract(root / "tests" / "fixtures" / "openapi" / "pixxel-v0.openapi.yaml")


def insights_of(sandbox: Sandbox, aoi_name: str = FARM) -> str:
    return f"/v0/aoi/{sandbox.aoi(aoi_name)['aoi_id']}/insights"


def made(sandbox: Sandbox, body: Json, aoi_name: str = FARM) -> Json:
    """Run an insight and return it as it is listed when it has ended."""
    answer = sandbox.client.post(insights_of(sandbox, aoi_name), json=body)
    assert answer.status_code == 201, answer.text
    sandbox.state.settle()
    found = sandbox.client.get(insights_of(sandbox, aoi_name), params={"id": answer.json()["id"]}).json()["insights"]
    assert len(found) == 1
    return dict(found[0])


def package(sandbox: Sandbox, insight: Json, body: Json | None = None) -> dict[str, bytes]:
    """Have an insight packed and return the files by name."""
    address = f"/v0/aoi/{insight['aoi_id']}/insights/{insight['id']}/download"
    sandbox.client.put(address, json=body)
    sandbox.state.settle()
    ready = sandbox.client.put(address, json=body).json()
    assert (ready["id"], ready["status"]) == (insight["id"], "success")
    with zipfile.ZipFile(io.BytesIO(sandbox.client.fetch(ready["signed_url"]).content)) as content:
        return {name: content.read(name) for name in content.namelist()}


def table(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


def pixels(path: Path) -> Array:
    """Read the bands of a raster as they are stored, NaN where there are none; the package under test has no part."""
    with gdal_quiet():
        raster = open_raster(path)
        bands = [raster.GetRasterBand(number) for number in range(1, raster.RasterCount + 1)]
        return np.stack([np.where(b.ReadAsArray() == b.GetNoDataValue(), np.nan, b.ReadAsArray()) for b in bands])


def raster(content: bytes, folder: Path) -> Any:
    path = folder / "raster.tif"
    path.write_bytes(content)
    with gdal_quiet():
        return open_raster(path)


def mosaic(sandbox: Sandbox, day: str) -> dict[str, Array]:
    """Return the farm's reflectances of a day by band, read without the sandbox's own reading."""
    assets = sandbox.state.store.all("assets")
    aoi_id = sandbox.aoi(FARM)["aoi_id"]
    found = next(a for a in assets if (a["aoi_id"], a["asset_type"], a["date"]) == (aoi_id, "mosaic", day))
    sandbox.client.get(f"/files/assets/{found['id']}.tif")
    stored = pixels(sandbox.state.path_of(found))
    return {name: band * 2e-05 for name, band in zip(found["band_list"], stored, strict=True)}


def ndvi(sandbox: Sandbox, day: str) -> Array:
    bands = mosaic(sandbox, day)
    infrared, red = bands["B030"], bands["B016"]
    index = next(i for i in sandbox.state.store.all("indices") if i["name"] == "NDVI" and "B030" in i["bands"])
    assert index["expression"] == "(B030-B016)/(B030+B016)"
    return np.asarray((infrared - red) / (infrared + red))


def test_blocks_are_listed_by_what_they_are_for(sandbox: Sandbox, contract: Contract) -> None:
    whole = sandbox.client.get("/v0/blocks").json()
    assert contract.check("get", "/v0/blocks", 200, whole) == []
    names = [(block["spec"]["name"], block["spec"]["version"]) for block in whole["blocks"]]
    assert ("zonal-statistics", "1.0.0") in names
    assert len({block["id"] for block in whole["blocks"]}) == len(names)
    for_workflows = sandbox.client.get("/v0/blocks", params={"mode": "workflow"}).json()["blocks"]
    assert {block["spec"]["type"] for block in for_workflows} == {"insight+workflow"}
    assert len(for_workflows) == len(names) - 1
    assert sandbox.client.get("/v0/blocks", params={"mode": "other"}).status_code == 400


def test_a_block_has_versions(sandbox: Sandbox, contract: Contract) -> None:
    both = sandbox.client.get("/v0/blocks/zonal-statistics").json()
    assert contract.check("get", "/v0/blocks/{name}", 200, both) == []
    assert [block["spec"]["version"] for block in both["blocks"]] == ["1.0.0", "1.1.0"]
    assert len({block["spec"]["id"] for block in both["blocks"]}) == 1
    one = sandbox.client.get("/v0/blocks/zonal-statistics/versions/1.1.0").json()
    assert contract.check("get", "/v0/blocks/{name}/versions/{version}", 200, one) == []
    assert one == both["blocks"][1]
    assert "zones" in one["spec"]["inputs"]["properties"]
    assert set(one["spec"]["outputs"]) == {"statistics", "zones"}


@pytest.mark.parametrize(
    "path", ["/v0/blocks/none", "/v0/blocks/none/versions/1.0.0", "/v0/blocks/zonal-statistics/versions/9"]
)
def test_an_unknown_block_is_not_found(sandbox: Sandbox, path: str) -> None:
    assert sandbox.client.get(path).status_code == 404


@pytest.mark.parametrize(("body", "tokens"), [(ZONAL, 24), (ZONES, 3), (CHANGE, 12), (CLASSES, 12)])
def test_the_price_is_asked_before_and_charged_after(
    sandbox: Sandbox, contract: Contract, body: Json, tokens: int
) -> None:
    """The farm covers 2.16 km², three started ones; there are eight dates."""
    path = insights_of(sandbox)
    known = len(sandbox.client.get(path).json()["insights"])
    answer = sandbox.client.post(path, json={**body, "estimate": True})
    assert (answer.status_code, answer.json()) == (200, {"estimate": tokens})
    assert contract.check("post", "/v0/aoi/{aoi_id}/insights", 200, answer.json()) == []
    assert len(sandbox.client.get(path).json()["insights"]) == known
    assert made(sandbox, body)["cost"] == tokens


def test_statistics_are_those_of_the_pixels(sandbox: Sandbox, contract: Contract) -> None:
    insight = made(sandbox, {**ZONAL, "name": "Season", "metadata": {"who": "me"}})
    assert contract.check("get", "/v0/aoi/{aoi_id}/insights", 200, {"insights": [insight]}) == []
    assert (insight["name"], insight["metadata"], insight["status"]) == ("Season", {"who": "me"}, "success")
    assert insight["progress"] == 100
    files = package(sandbox, insight)
    assert list(files) == ["statistics.csv"]
    rows = table(files["statistics.csv"])
    assert len(rows) == 8
    for row in rows:
        values = ndvi(sandbox, row["date"])
        assert int(row["count"]) == np.count_nonzero(np.isfinite(values))
        assert float(row["area_m2"]) == int(row["count"]) * 100
        assert float(row["mean"]) == pytest.approx(np.nanmean(values), abs=1e-6)
        assert float(row["std"]) == pytest.approx(np.nanstd(values), abs=1e-6)
        assert (float(row["min"]), float(row["max"])) == pytest.approx((np.nanmin(values), np.nanmax(values)), abs=1e-6)
    assert [row["date"] for row in insight["output"]["rows"]] == [row["date"] for row in rows]


def west_half(sandbox: Sandbox) -> Json:
    """Return a polygon that goes far beyond the farm and holds its western half."""
    middle = sandbox.aoi(FARM)["centroid"][0]
    ring = [[middle - 40, 30], [middle, 30], [middle, 60], [middle - 40, 60], [middle - 40, 30]]
    return {"type": "Polygon", "coordinates": [ring]}


def test_zones_are_measured_apart(sandbox: Sandbox) -> None:
    farm = sandbox.aoi(FARM)
    features = [
        {"type": "Feature", "properties": {"name": "west, ö"}, "geometry": west_half(sandbox)},
        {"type": "Feature", "properties": None, "geometry": farm["geometry"]},
    ]
    zones = {"type": "FeatureCollection", "features": features}
    body = {**ZONES, "input": {"layer": "B030", "dates": [BEFORE], "zones": zones, "percentiles": [50, 97.5]}}
    files = package(sandbox, made(sandbox, body))
    rows = {row["zone"]: row for row in table(files["statistics.csv"])}
    assert set(rows) == {"west, ö", "Zone 2"}
    values = mosaic(sandbox, BEFORE)["B030"]
    assert int(rows["Zone 2"]["count"]) == np.count_nonzero(np.isfinite(values))
    assert float(rows["Zone 2"]["p97.5"]) == pytest.approx(np.nanpercentile(values, 97.5), abs=1e-6)
    share = int(rows["west, ö"]["count"]) / int(rows["Zone 2"]["count"])
    assert share == pytest.approx(0.5, abs=0.06)
    west = values[:, : values.shape[1] // 2]
    assert float(rows["west, ö"]["p50"]) == pytest.approx(np.nanpercentile(west, 50), abs=0.03)
    shapes = json.loads(files["zones.geojson"])["features"]
    assert [shape["properties"]["zone"] for shape in shapes] == ["west, ö", "Zone 2"]
    longitudes = [x for x, _ in shapes[0]["geometry"]["coordinates"][0]]
    assert max(longitudes) == pytest.approx(farm["centroid"][0])
    assert min(longitudes) >= min(x for x, _ in farm["geometry"]["coordinates"][0]) - 1e-9


def test_a_change_is_the_difference_of_two_dates(sandbox: Sandbox, tmp_path: Path) -> None:
    files = package(sandbox, made(sandbox, CHANGE))
    assert set(files) == {"difference.tif", "change_classes.tif", "change.csv"}
    expected = ndvi(sandbox, AFTER) - ndvi(sandbox, BEFORE)
    written = raster(files["difference.tif"], tmp_path)
    assert written.GetSpatialRef().GetAuthorityCode(None) == "32633"
    (values,) = pixels(tmp_path / "raster.tif")
    np.testing.assert_allclose(values, expected, atol=1e-6)
    classes = raster(files["change_classes.tif"], tmp_path)
    counts = np.bincount(classes.ReadAsArray().ravel(), minlength=4)
    finite = expected[np.isfinite(expected)]
    sizes = [np.count_nonzero(m) for m in (finite < -0.15, np.abs(finite) <= 0.15, finite > 0.15)]
    assert counts.tolist() == [expected.size - finite.size, *sizes]
    rows = table(files["change.csv"])
    assert [(row["label"], int(row["pixels"])) for row in rows] == list(
        zip(("loss", "stable", "gain"), sizes, strict=True)
    )
    assert float(rows[0]["mean_difference"]) == pytest.approx(finite[finite < -0.15].mean(), abs=1e-6)
    assert sum(float(row["percent"]) for row in rows) == pytest.approx(100, abs=1e-3)


def test_classes_are_the_nearest_centres_in_native_colours(sandbox: Sandbox, tmp_path: Path) -> None:
    files = package(sandbox, made(sandbox, CLASSES))
    written = raster(files["classes.tif"], tmp_path)
    band = written.GetRasterBand(1)
    assert (band.DataType, band.GetNoDataValue()) == (gdal.GDT_Byte, 0)
    classes = band.ReadAsArray()
    bands = mosaic(sandbox, BEFORE)
    rows = table(files["classes.csv"])
    assert len(rows) == 4
    centres = np.array([[float(row["mean_B016"]), float(row["mean_B030"])] for row in rows])
    assert sorted(centres[:, 0]) == list(centres[:, 0])
    stacked = np.stack([bands["B016"], bands["B030"]], axis=-1)
    distances = ((stacked[:, :, None, :] - centres) ** 2).sum(axis=-1)
    valid = np.isfinite(stacked).all(axis=-1)
    nearest = np.where(valid, np.argmin(np.where(valid[..., None], distances, 0), axis=-1) + 1, 0)
    assert np.count_nonzero(nearest != classes) <= valid.sum() * 1e-3
    for number, row in enumerate(rows, start=1):
        assert int(row["pixels"]) == np.count_nonzero(classes == number)
        assert float(row["area_m2"]) == int(row["pixels"]) * 100
        red, green, blue, _ = band.GetColorTable().GetColorEntry(number)
        assert row["color"] == f"#{red:02x}{green:02x}{blue:02x}"


def test_the_same_seed_gives_the_same_classes(sandbox: Sandbox, start: Start) -> None:
    first, second = made(sandbox, CLASSES), made(sandbox, CLASSES)
    other = made(start(), CLASSES)
    assert first["output"]["rows"] == second["output"]["rows"] == other["output"]["rows"]


def test_a_series_without_mosaics_is_measured_by_its_rasters(start: Start, shared: Path) -> None:
    folder = shared / "data" / "ndvi-slovenia"
    sandbox = start(import_series=folder)
    body = {**ZONAL, "input": {"layer": "NDVI", "dates": ["2016-08-04"]}}
    (row,) = made(sandbox, body, "ndvi-slovenia")["output"]["rows"]
    values = pixels(folder / "NDVI_2016_08_04.tif")[0].astype(np.float64)
    assert row["mean"] == pytest.approx(np.nanmean(values), abs=1e-6)
    assert row["count"] == np.count_nonzero(np.isfinite(values))


def held(sandbox: Sandbox) -> list[Callable[[], None]]:
    """Let work pile up instead of doing it."""
    work: list[Callable[[], None]] = []
    sandbox.state.in_background = lambda what, label: work.append(what)  # type: ignore[method-assign]
    return work


def test_an_insight_goes_from_created_over_running_to_success(start: Start) -> None:
    sandbox = start()
    work = held(sandbox)
    path = insights_of(sandbox)
    sandbox.client.post(path, json=ZONAL)
    states = [sandbox.client.get(path).json()["insights"][0]]
    put = sandbox.state.store.put

    def seen(kind: str, identifier: str, record: Record) -> None:
        put(kind, identifier, record)
        if kind == "insights":
            states.append(dict(record))

    sandbox.state.store.put = seen  # type: ignore[assignment, method-assign]
    work[0]()
    assert [state["status"] for state in states] == ["created", *["running"] * 9, "success"]
    progress = [state["progress"] for state in states]
    assert progress == sorted(progress)
    assert (progress[0], progress[-1]) == (0, 100)
    assert [state["output"] for state in states[:-1]] == [None] * 10


def test_an_insight_under_way_when_the_sandbox_stops_is_made_at_the_next_start(start: Start) -> None:
    sandbox = start()
    held(sandbox)
    begun = sandbox.client.post(insights_of(sandbox), json=ZONES).json()
    again = start(sandbox.state.folder)
    again.client.get(insights_of(again)).raise_for_status()  # the first request for insights resumes them
    again.state.settle()
    (insight,) = again.client.get(insights_of(again), params={"id": begun["id"]}).json()["insights"]
    assert insight["status"] == "success"
    assert "statistics.csv" in package(again, insight)


def test_what_cannot_be_read_fails_and_says_why(start: Start) -> None:
    sandbox = start()
    for item in sandbox.state.store.all("items"):
        sandbox.state.path_of(item).unlink(missing_ok=True)
    insight = made(sandbox, ZONES)
    assert insight["status"] == "failed"
    assert "could not be read" in insight["err_msg"]
    assert str(sandbox.state.folder) not in insight["err_msg"]
    answer = sandbox.client.put(f"{insights_of(sandbox)}/{insight['id']}/download")
    assert answer.status_code == 400


def test_insights_are_found_by_state_maker_and_day(start: Start) -> None:
    sandbox = start()
    insight, path = made(sandbox, ZONES), insights_of(sandbox)
    fitting = {"status": "success", "created_by": insight["created_by"], "created_on": insight["created_at"]}
    for name, value in fitting.items():
        assert len(sandbox.client.get(path, params={name: value}).json()["insights"]) == 1
    day = insight["created_at"][:10]
    assert len(sandbox.client.get(f"{path}?created_on={day}T00:00:00+00:00").json()["insights"]) == 1
    for other in ({"status": "failed"}, {"created_by": "me"}, {"created_on": "2020-01-01T00:00:00Z"}, {"id": "x"}):
        assert sandbox.client.get(path, params=other).json()["insights"] == []
    for wrong in ("soon", "0001-01-01T00:00:00+23:00", "9999-12-31T23:00:00-23:00"):
        assert sandbox.client.get(path, params={"created_on": wrong}).status_code == 400
    assert sandbox.client.get(insights_of(sandbox, "Lake shore")).json()["insights"] == []


def test_only_what_is_asked_for_is_packed(sandbox: Sandbox, contract: Contract) -> None:
    insight = made(sandbox, CHANGE)
    files = package(sandbox, insight, {"inputs": ["layer", "threshold"], "outputs": ["table"]})
    assert set(files) == {"change.csv", "inputs/layer.json", "inputs/threshold.json"}
    assert json.loads(files["inputs/threshold.json"]) == 0.15
    address = f"{insights_of(sandbox)}/{insight['id']}/download"
    ready = sandbox.client.put(address, json={"outputs": ["table"]}).json()
    assert contract.check("put", "/v0/aoi/{aoi_id}/insights/{insight_id}/download", 200, ready) == []
    for body in ({"outputs": ["nothing"]}, {"inputs": "layer"}, {"inputs": [1]}):
        refused = sandbox.client.put(address, json=body)
        assert refused.status_code == 400
        assert refused.json()["error"]["details"]["field"] in body


def test_a_deleted_insight_leaves_nothing(sandbox: Sandbox) -> None:
    insight, path = made(sandbox, CHANGE), insights_of(sandbox)
    address = f"{path}/{insight['id']}"
    package(sandbox, insight)
    signed = sandbox.client.put(f"{address}/download").json()["signed_url"]
    for project in ({}, {"project_id": "another"}):
        assert sandbox.client.delete(address, params=project).status_code == 400
    assert sandbox.client.fetch(signed).status_code == 200
    project_id = sandbox.aoi(FARM)["project_id"]
    assert sandbox.client.delete(address, params={"project_id": project_id}).status_code == 200
    assert sandbox.client.get(path, params={"id": insight["id"]}).json()["insights"] == []
    assert sandbox.client.fetch(signed).status_code == 404
    assert [file for file in sandbox.state.folder.rglob("*") if insight["id"] in file.as_posix()] == []
    assert sandbox.client.delete(address, params={"project_id": project_id}).status_code == 400


def test_a_package_that_was_interrupted_is_packed_when_asked_for_again(start: Start) -> None:
    sandbox = start()
    insight = made(sandbox, ZONES)
    held(sandbox)
    address = f"{insights_of(sandbox)}/{insight['id']}/download"
    assert [sandbox.client.put(address).json()["status"] for _ in range(2)] == ["in_progress", "in_progress"]
    again = start(sandbox.state.folder)
    assert set(package(again, insight)) == {"statistics.csv", "zones.geojson"}


def test_a_package_of_an_insight_deleted_meanwhile_is_not_kept(start: Start) -> None:
    sandbox = start()
    insight = made(sandbox, ZONES)
    work = held(sandbox)
    address = f"{insights_of(sandbox)}/{insight['id']}"
    sandbox.client.put(f"{address}/download")
    project_id = sandbox.aoi(FARM)["project_id"]
    assert sandbox.client.delete(address, params={"project_id": project_id}).status_code == 200
    with pytest.raises(FileNotFoundError):
        work[0]()
    assert [path for path in (sandbox.state.folder / "packages").rglob("*") if path.is_file()] == []
    assert sandbox.state.store.all("insight_downloads") == []


def test_an_insight_deleted_while_it_runs_leaves_nothing(start: Start) -> None:
    sandbox = start()
    work, path = held(sandbox), insights_of(sandbox)
    identifier = sandbox.client.post(path, json=CHANGE).json()["id"]
    project_id = sandbox.aoi(FARM)["project_id"]
    change = sandbox.state.store.put

    def deleting(kind: str, key: str, record: Record) -> None:
        change(kind, key, record)
        if kind == "insights" and record["progress"] > 50:
            sandbox.state.store.remove(kind, key)

    sandbox.state.store.put = deleting  # type: ignore[assignment, method-assign]
    work[0]()
    assert sandbox.client.get(path).json()["insights"] == []
    assert not (sandbox.state.folder / "insights" / identifier).exists()
    assert sandbox.client.delete(f"{path}/{identifier}", params={"project_id": project_id}).status_code == 400


WRONG_INPUTS: list[tuple[Json, str]] = [
    ({**ZONAL, "input": None}, "input"),
    ({**ZONAL, "input": [1, 2]}, "input"),
    ({**ZONAL, "input": {}}, "input.layer"),
    ({**ZONAL, "input": {"layer": 3}}, "input.layer"),
    ({**ZONAL, "input": {"layer": "NDXX"}}, "input.layer"),
    ({**ZONAL, "input": {"layer": "Natural colour"}}, "input.layer"),
    ({**ZONAL, "input": {"layer": "NDVI", "dates": []}}, "input.dates"),
    ({**ZONAL, "input": {"layer": "NDVI", "dates": ["1999-01-01"]}}, "input.dates"),
    ({**ZONAL, "input": {"layer": "NDVI", "dates": [None]}}, "input.dates[0]"),
    ({**ZONAL, "input": {"layer": "NDVI", "zones": {}}}, "input.zones"),
    ({**ZONES, "input": {"layer": "NDVI", "zones": 1}}, "input.zones"),
    (
        {**ZONES, "input": {"layer": "NDVI", "zones": {"type": "FeatureCollection", "features": []}}},
        "input.zones.features",
    ),
    (
        {**ZONES, "input": {"layer": "NDVI", "zones": {"type": "FeatureCollection", "features": [7]}}},
        "input.zones.features[0]",
    ),
    ({**ZONES, "input": {"layer": "NDVI", "percentiles": [101]}}, "input.percentiles[0]"),
    ({**ZONES, "input": {"layer": "NDVI", "percentiles": [True]}}, "input.percentiles[0]"),
    ({**ZONES, "input": {"layer": "NDVI", "classes": "crops.classes"}}, "input.classes"),
    ({**CHANGE, "input": {"layer": "NDVI", "before": BEFORE, "after": BEFORE}}, "input.after"),
    ({**CHANGE, "input": {"layer": "NDVI", "before": "x", "after": BEFORE}}, "input.before"),
    ({**CHANGE, "input": {**CHANGE["input"], "threshold": -1}}, "input.threshold"),
    ({**CHANGE, "input": {**CHANGE["input"], "threshold": 10**400}}, "input.threshold"),
    ({**CLASSES, "input": {"bands": ["B001", "B099"], "date": BEFORE}}, "input.bands"),
    ({**CLASSES, "input": {"bands": ["B001"], "date": "2025-01-01"}}, "input.date"),
    ({**CLASSES, "input": {"bands": ["B001"], "date": BEFORE, "classes": 2.5}}, "input.classes"),
    ({**CLASSES, "input": {"bands": ["B001"], "date": BEFORE, "classes": 13}}, "input.classes"),
    ({"input": {}}, "block"),
    ({**ZONAL, "block": "zonal-statistics"}, "block"),
    ({**ZONAL, "block": {"name": "zonal-statistics"}}, "version"),
    ({**ZONAL, "block": {"version": "1.0.0"}}, "block.name"),
    ({**ZONAL, "block": {"name": "zonal-statistics", "version": "7"}}, "block"),
    ({**ZONAL, "block": {"name": "zonal-statistics", "id": "other", "version": "1.0.0"}}, "block"),
    ({**ZONAL, "estimate": "yes"}, "estimate"),
    ({**ZONAL, "name": 4}, "name"),
    ({**ZONAL, "name": "x" * 1000}, "name"),
    ({**ZONAL, "metadata": {"a": 1}}, "metadata"),
    ({**ZONAL, "project_id": "another"}, "project_id"),
]


@pytest.mark.parametrize(("body", "field"), WRONG_INPUTS)
def test_wrong_input_is_refused_by_its_name(sandbox: Sandbox, contract: Contract, body: Json, field: str) -> None:
    answer = sandbox.client.post(insights_of(sandbox), content=json.dumps(body))
    assert answer.status_code == 400, answer.text
    assert contract.check("post", "/v0/aoi/{aoi_id}/insights", 400, answer.json()) == []
    assert answer.json()["error"]["details"]["field"] == field


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"null", b"[]", b'{"block": NaN}', b'{"name": 1e999}', b'{"name": "\\ud800"}', b'{"\\ud800": 1}']
    + [b'{"block": {"name": "\\u0000", "version": "\\u0000"}, "input": {}}', b"\xff\xfe", b"9" * 5000]
    + [b'{"input": ' + b"[" * depth + b"]" * depth + b"}" for depth in (70, 5000, 200_000)],
)
def test_a_malformed_body_is_refused(sandbox: Sandbox, body: bytes) -> None:
    path = insights_of(sandbox)
    answers = [sandbox.client.post(path, content=body), sandbox.client.put(f"{path}/x/download", content=body)]
    assert [answer.status_code for answer in answers] == [400, 400]


def test_what_has_no_imagery_or_is_unknown_is_refused(sandbox: Sandbox) -> None:
    assert sandbox.client.post(insights_of(sandbox, "Awaiting survey"), json=ZONAL).status_code == 400
    unknown = "/v0/aoi/nobody/insights"
    assert sandbox.client.post(unknown, json=ZONAL).status_code == 400
    assert sandbox.client.get(unknown).status_code == 400
    assert sandbox.client.put(f"{unknown}/x/download").status_code == 400
    assert sandbox.client.put(f"{insights_of(sandbox)}/x/download").status_code == 400


def test_a_block_may_be_named_by_its_id(sandbox: Sandbox) -> None:
    block = sandbox.client.get("/v0/blocks/classification/versions/1.0.0").json()
    for identifier in (block["id"], block["spec"]["id"]):
        body = {**CLASSES, "block": {"id": identifier, "version": "1.0.0"}, "estimate": True}
        assert sandbox.client.post(insights_of(sandbox), json=body).json() == {"estimate": 12}
