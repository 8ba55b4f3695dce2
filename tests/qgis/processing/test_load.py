"""Dates of a visualization as files: names, place, style and manifest."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from osgeo import gdal
from pixxel_explorer.plugin.layers import provenance
from pixxel_explorer.plugin.layers.project_layers import ProjectLayers
from pixxel_explorer.plugin.processing.algorithms import load_visualization
from qgis.core import QgsProject, QgsRasterLayer

from .conftest import Outcome, Run
from .server import State

DAYS = ["2025-04-12", "2025-05-02", "2025-06-01"]


def _load(run: Run, folder: Path, **more: Any) -> Outcome:
    given = {"AOI": "a-1", "VISUALIZATION": "v-1", "MODE": "dynamic", "AS": "picture", "FOLDER": str(folder)}
    return run("loadvisualization", **given | more)


def _manifest(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


def test_pictures_lie_on_the_aois_extent(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "out"
    outcome = _load(run, folder)
    assert outcome.ok, outcome.said.errors
    manifest = _manifest(folder)
    layers = manifest.pop("layers")
    assert manifest == {"aoi_id": "a-1", "visualization_id": "v-1", "mode": "dynamic", "as": "picture"}
    assert [layer["date"] for layer in layers] == DAYS
    assert layers[0] == {
        "date": "2025-04-12",
        "file": "2025-04-12_dynamic_picture.tif",
        "style": "2025-04-12_dynamic_picture.qml",
        "crs": "EPSG:4326",
        "extent": [77.5, 12.25, 77.75, 12.5],
        "placement": {"method": "aoi-extent", "confidence": pytest.approx(0.5)},
    }
    raster = gdal.Open(str(folder / layers[0]["file"]))
    assert raster.RasterCount == 4
    assert raster.GetGeoTransform()[0::3] == (77.5, 12.5)
    expected = {f"{day}_dynamic_picture.{end}" for day in DAYS for end in ("tif", "qml")}
    assert {path.name for path in folder.iterdir()} == expected | {"manifest.json"}
    assert outcome.results["LAYERS"] == [str(folder / layer["file"]) for layer in layers]


def test_values_keep_their_own_place_and_get_the_servers_style(run: Run, tmp_path: Path) -> None:
    assert _load(run, tmp_path, AS="values", MODE="theoretical", DATES="2025_05_02").ok
    (layer,) = _manifest(tmp_path)["layers"]
    assert layer["file"] == "2025-05-02_theoretical_values.tif"
    assert layer["crs"] == "EPSG:32643"
    assert layer["extent"] == [500000, 1399940, 500080, 1400000]
    assert layer["placement"] == {"method": "raster", "confidence": 1.0}
    shown = QgsRasterLayer(str(tmp_path / layer["file"]), "x", "gdal", QgsRasterLayer.LayerOptions(False))
    shown.loadNamedStyle(str(tmp_path / layer["style"]))
    assert shown.renderer().type() == "singlebandpseudocolor"
    assert [item[0] for item in shown.renderer().legendSymbologyItems()] == ["Water", "Bare soil", "Crop"]
    origin = provenance.read(shown)
    assert origin is not None
    assert (origin.connection, origin.mode, origin.kind) == ("Test server", "theoretical", "values")


@pytest.mark.parametrize("dates", ["2025-06-01,2025-04-12", "2025_06_01, 2025_04_12"])
def test_dates_may_be_chosen_in_any_spelling(run: Run, tmp_path: Path, dates: str) -> None:
    assert _load(run, tmp_path, DATES=dates).ok
    assert [layer["date"] for layer in _manifest(tmp_path)["layers"]] == ["2025-04-12", "2025-06-01"]


def test_a_date_that_is_not_there_is_told_and_nothing_loaded(run: Run, tmp_path: Path) -> None:
    error = _load(run, tmp_path / "out", DATES="2025-05-03").error
    assert "2025-05-03" in error
    assert "2025-05-02" in error
    assert not (tmp_path / "out").exists()


def test_one_bad_date_does_not_take_the_others_along(run: Run, server: State, tmp_path: Path) -> None:
    server.broken_dates = {"2025_05_02"}
    error = _load(run, tmp_path).error
    assert error.startswith("1 of 3 dates could not be loaded: 2025-05-02.")
    assert [layer["date"] for layer in _manifest(tmp_path)["layers"]] == ["2025-04-12", "2025-06-01"]
    assert not (tmp_path / "2025-05-02_dynamic_picture.tif").exists()


def test_a_picture_of_an_aoi_without_outline_is_refused(run: Run, server: State, tmp_path: Path) -> None:
    server.aois[0]["geometry"] = None
    assert "outline" in _load(run, tmp_path).error


def test_a_visualization_that_is_not_there(run: Run, tmp_path: Path) -> None:
    assert "no longer" in _load(run, tmp_path, VISUALIZATION="v-0").error


def test_loading_again_overwrites(run: Run, tmp_path: Path) -> None:
    assert _load(run, tmp_path, DATES=DAYS[0]).ok
    before = {path.name for path in tmp_path.iterdir()}
    assert _load(run, tmp_path, DATES=DAYS[0]).ok
    assert {path.name for path in tmp_path.iterdir()} == before


def test_the_desktop_gets_the_layers(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load_visualization, "_on_desktop", lambda: True)
    project = QgsProject.instance()
    project.clear()
    assert _load(run, tmp_path).ok
    layers = ProjectLayers(project)
    assert [layer.name() for layer in layers.find("v-1", kind="picture")] == DAYS
    assert [group.name() for group in project.layerTreeRoot().findGroups()] == ["Farms"]
    layers.close()
    project.clear()


def test_the_desktop_keeps_what_came(run: Run, server: State, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load_visualization, "_on_desktop", lambda: True)
    project = QgsProject.instance()
    project.clear()
    server.broken_dates = {"2025_05_02"}
    outcome = _load(run, tmp_path)
    assert outcome.ok
    assert "2025-05-02" in outcome.said.errors[0]
    assert project.count() == 2
    project.clear()


def test_elsewhere_the_project_is_left_alone(run: Run, tmp_path: Path) -> None:
    project = QgsProject.instance()
    project.clear()
    assert _load(run, tmp_path).ok
    assert project.count() == 0
