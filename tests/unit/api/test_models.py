from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from pixxel_explorer.plugin.api import models
from pixxel_explorer.plugin.api.errors import InvalidRequest
from pydantic import TypeAdapter, ValidationError

AOI = {
    "aoi_id": "e9767554-550e-4464-a677-b8cf096073ab",
    "name": "AOI-D2",
    "description": "",
    "satellite_id": "0005c5bb-0bd2-4c80-9393-4a808341c54c",
    "project_id": "p",
    "images": {},
    "eo_bands": ["B01", "B02"],
    "geometry": {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]},
    "progress": 100,
    "status": "success",
    "is_favourite": False,
    "created_at": "2022-11-14T12:55:49.125928+00:00",
    "updated_at": "2022-11-14T12:55:49.125928+00:00",
    "user_id": "u",
    "area_in_sq_m": 123456.78,
    "centroid": [77.55, 12.95],
}

WRONG: list[Any] = [None, {}, [], "text", 5, True, [[]], {"a": [1]}, float("nan")]


@pytest.mark.parametrize("model", [models.Project, models.Satellite, models.Index, models.Asset, models.Visualization])
@pytest.mark.parametrize("value", WRONG)
def test_a_field_of_a_wrong_kind_never_spoils_a_record(model: Any, value: Any) -> None:
    fields = [name for name in model.model_fields if name != "id"]
    assert model.model_validate({"id": "x", **dict.fromkeys(fields, value)}).id == "x"
    assert models.Aoi.model_validate({**dict.fromkeys(AOI, value), "aoi_id": "x"}).aoi_id == "x"
    assert models.Download.model_validate({"download_id": "x", "signed_url": value, "status": value}).download_id == "x"


@pytest.mark.parametrize("bad", [None, "", " ", {}, []])
def test_a_record_without_id_is_useless(bad: Any) -> None:
    with pytest.raises(ValidationError):
        models.Aoi.model_validate({**AOI, "aoi_id": bad})


def test_old_names_are_read() -> None:
    assert models.Aoi.model_validate({"id": 7, "lens_satellite_id": "s"}).satellite_id == "s"
    assert models.Aoi.model_validate({"id": 7}).aoi_id == "7"
    assert models.Index.model_validate({"id": "i", "lens_satellite_id": "s"}).satellite_id == "s"


def test_unknown_fields_are_kept() -> None:
    assert models.Aoi.model_validate({**AOI, "new_field": [1]}).model_extra == {"new_field": [1]}


@pytest.mark.parametrize(
    ("raw", "progress"), [(80, 80.0), ("80%", 80.0), ("80", 80.0), (80.5, 80.5), ("done", None), (None, None)]
)
def test_progress_is_a_number_or_a_text(raw: Any, progress: float | None) -> None:
    assert models.Visualization.model_validate({"id": "v", "progress": raw}).progress == progress


@pytest.mark.parametrize("geometry", [None, {}, [], "POLYGON EMPTY"])
def test_an_aoi_may_have_no_geometry(geometry: Any) -> None:
    assert models.Aoi.model_validate({**AOI, "geometry": geometry}).geometry is None


def test_a_lean_visualization_tells_neither_assets_nor_legends() -> None:
    lean = models.Visualization.model_validate({"id": "v"})
    assert (lean.assets, lean.legends, lean.index_name) == (None, None, None)
    full = models.Visualization.model_validate({"id": "v", "assets": [], "metadata": {"legend": {}}})
    assert (full.assets, full.legends) == ((), {})


def test_legends_are_found_in_metadata_or_beside_it() -> None:
    legend = {"2024_05_06": {"dynamic": [{"min": 0}]}}
    for raw in ({"metadata": {"legend": legend}}, {"legend": legend}, {"legends": legend}):
        assert models.Visualization.model_validate({"id": "v", **raw}).legends == legend


def test_a_legend_without_dates_goes_to_the_dates_of_the_assets() -> None:
    raw = {"id": "v", "legend": {"dynamic": [{"min": 0}]}, "assets": [{"id": "x", "date": "2024-05-06"}]}
    assert models.Visualization.model_validate(raw).legends == {"2024_05_06": {"dynamic": [{"min": 0}]}}


@pytest.mark.parametrize(
    ("status", "url", "ready", "failed"),
    [
        ("SUCCESS", "https://s/x", True, False),
        ("successful", "https://s/x", True, False),
        ("COMPLETED", "https://s/x", True, False),
        ("success", "", False, False),
        ("IN_PROGRESS", "", False, False),
        ("In Progress", "https://s/x", False, False),
        ("FAILED", "", False, True),
        ("expired", "https://s/x", False, True),
        ("brewing", "https://s/x", True, False),
        ("brewing", "", False, False),
        (None, None, False, False),
    ],
)
def test_a_download_is_ready_or_failed_by_its_word_and_address(
    status: Any, url: Any, ready: bool, failed: bool
) -> None:
    download = models.Download.model_validate({"download_id": "d", "status": status, "signed_url": url})
    assert (download.is_ready, download.has_failed) == (ready, failed)
    assert "https" not in repr(download)


def test_a_request_refuses_a_misspelt_field() -> None:
    with pytest.raises(InvalidRequest):
        models.VisualizationCreate.model_validate({"index_id": "i", "src_asset_id": "x"})


def test_twenty_thousand_areas_are_read_in_a_second() -> None:
    adapter = TypeAdapter(list[models.Aoi])
    records = [{**AOI, "aoi_id": str(number)} for number in range(20_000)]
    seconds = []
    for _ in range(3):
        started = time.perf_counter()
        assert len(adapter.validate_python(records)) == 20_000
        seconds.append(time.perf_counter() - started)
    assert min(seconds) < 1.0


@pytest.mark.parametrize("module", ["config", "errors", "decoding.decode", "paging", "transport.retrying"])
def test_what_others_load_at_the_start_loads_neither_httpx_nor_pydantic(root: Path, module: str) -> None:
    code = (
        "import importlib.util, sys; sys.path.insert(0, sys.argv[1]); import conftest;"
        f"import pixxel_explorer.plugin.api.{module};"
        "print(sorted({'httpx', 'pydantic', 'pydantic_core', 'numpy'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(root / "tests")], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("status", "url", "noted"),
    [
        ("SUCCESS", "", 0),
        ("in_progress", "", 0),
        ("Baking", "", 1),
        ("Baking", "https://x/?signature=s", 1),
        ("", "", 1),
    ],
)
def test_an_unknown_status_of_a_download_is_named_without_its_address(
    caplog: pytest.LogCaptureFixture, status: str, url: str, noted: int
) -> None:
    with caplog.at_level("INFO"):
        found = models.Download.model_validate({"id": "d", "status": status, "signed_url": url})
    assert len(caplog.records) == noted
    assert "signature" not in caplog.text
    assert found.is_ready is (noted == 1 and bool(url))
