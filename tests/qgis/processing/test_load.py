"""Dates of a visualization as files: names, place, style and manifest."""

from __future__ import annotations

import errno
import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from osgeo import gdal, osr
from pixxel_explorer.plugin.layers import builder, provenance
from pixxel_explorer.plugin.layers.project_layers import ProjectLayers
from pixxel_explorer.plugin.processing.algorithms import load_visualization
from pixxel_explorer.plugin.processing.provider import PixxelProvider
from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsMapLayer,
    QgsPointXY,
    QgsProcessingContext,
    QgsProject,
    QgsRasterLayer,
)

from .background import in_background
from .conftest import Listener, Outcome, Run
from .server import DATES, State, classes, png_of

DAYS = ["2025-04-12", "2025-05-02", "2025-06-01"]
KINDS = ["picture", "values"]  # the server's own picture is of no class
BASE = {"AOI": "a-1", "VISUALIZATION": "v-1", "MODE": "dynamic"}


def _load(run: Run, folder: Path, **more: Any) -> Outcome:
    given = {"AOI": "a-1", "VISUALIZATION": "v-1", "MODE": "dynamic", "AS": "picture", "FOLDER": str(folder)}
    return run("loadvisualization", **given | more)


def _manifest(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


def test_pictures_that_tell_nothing_lie_on_the_aois_extent(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "out"
    outcome = _load(run, folder)
    assert outcome.ok, outcome.feedback.errors
    manifest = _manifest(folder)
    layers = manifest.pop("layers")
    assert manifest == {"aoi_id": "a-1", "visualization_id": "v-1", "mode": "dynamic", "as": "picture"}
    assert [layer["date"] for layer in layers] == DAYS
    written = (folder / "2025-04-12_dynamic_picture.qml").read_bytes()
    assert layers[0].pop("style_sha256") == hashlib.sha256(written).hexdigest()
    assert layers[0] == {
        "date": "2025-04-12",
        "key": "2025_04_12",
        "label": "2025-04-12",
        "file": "2025-04-12_dynamic_picture.tif",
        "style": "2025-04-12_dynamic_picture.qml",
        "crs": "EPSG:4326",
        "extent": [77.5, 12.25, 77.75, 12.5],
        "placement": {"method": "aoi-extent", "confidence": pytest.approx(0.5), "error_px": 1.0},
    }
    (warning,) = [text for text in outcome.feedback.warnings if "place" in text]
    assert warning.startswith(f"The place of {len(DAYS)} pictures is not certain")
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
    origin = provenance.stated(shown)
    assert origin is not None
    assert (origin.connection, origin.mode, origin.kind) == ("Test server", "theoretical", "values")


def _class_picture() -> bytes:
    """Return a picture of the server's three classes in columns, the north transparent."""
    colours = [bytes.fromhex(row["color"][1:]) + b"\xff" for row in classes()]
    return png_of([[b"\0\0\0\0"] * 9, *([[colours[column // 3] for column in range(9)]] * 7)])


def test_classes_are_bytes_with_the_legend_of_their_date(run: Run, server: State, tmp_path: Path) -> None:
    server.picture = _class_picture()
    outcome = _load(run, tmp_path, AS="classes", DATES="2025_05_02")
    assert outcome.ok, outcome.feedback.errors
    manifest = _manifest(tmp_path)
    (layer,) = manifest["layers"]
    assert (manifest["as"], layer["file"]) == ("classes", "2025-05-02_dynamic_classes.tif")
    raster = gdal.Open(str(tmp_path / layer["file"]))
    assert raster.ReadAsArray().tolist() == [[0] * 9] + [[1, 1, 1, 2, 2, 2, 3, 3, 3]] * 7
    shown = QgsRasterLayer(str(tmp_path / layer["file"]), "x", "gdal", QgsRasterLayer.LayerOptions(False))
    shown.loadNamedStyle(str(tmp_path / layer["style"]))
    texts = ["Water (-1 – 0.1)", "Bare soil (0.1 – 0.4)", "Crop (0.4 – 1)"]
    assert [item[0] for item in shown.renderer().legendSymbologyItems()] == texts
    origin = provenance.stated(shown)
    assert origin is not None
    assert origin.kind == "classes"
    assert not [text for text in outcome.feedback.warnings if "The place of this picture" not in text]


def test_a_picture_without_the_colours_of_the_classes_is_refused_with_the_remedy(run: Run, tmp_path: Path) -> None:
    error = _load(run, tmp_path, AS="classes", DATES="2025_05_02").error
    assert "Only 0.0 % of the picture has the colours" in error
    assert "Add it as a picture" in error
    assert not (tmp_path / "manifest.json").exists()


OWN = "+proj=laea +lat_0=47 +lon_0=16 +x_0=1000 +y_0=2000 +ellps=GRS80"


def _in_own_crs(path: Path) -> bytes:
    dataset = gdal.GetDriverByName("GTiff").Create(str(path), 8, 6, 1, gdal.GDT_Float32)
    dataset.SetGeoTransform((1000, 10, 0, 2000, 0, -10))
    reference = osr.SpatialReference()
    reference.ImportFromProj4(OWN)
    dataset.SetSpatialRef(reference)
    dataset.GetRasterBand(1).WriteArray(np.linspace(-1, 0.99, 48, dtype=np.float32).reshape(6, 8))
    del dataset
    return path.read_bytes()


def _lies_at(layer: QgsRasterLayer) -> tuple[float, float]:
    """Return longitude and latitude of a layer's north-west corner."""
    wgs84 = QgsCoordinateReferenceSystem("EPSG:4326")
    corner = QgsPointXY(layer.extent().xMinimum(), layer.extent().yMaximum())
    point = QgsCoordinateTransform(layer.crs(), wgs84, QgsProject.instance()).transform(corner)
    return point.x(), point.y()


def test_values_whose_crs_has_no_code_lie_by_its_wkt(
    run: Run, server: State, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load_visualization, "_on_desktop", lambda: True)
    server.raster = _in_own_crs(tmp_path / "own.tif")
    project = QgsProject.instance()
    project.clear()
    outcome = _load(run, tmp_path / "out", AS="values", DATES="2025_05_02")
    assert outcome.ok, outcome.feedback.errors
    (record,) = _manifest(tmp_path / "out")["layers"]
    assert record["extent"] == [1000, 1940, 1080, 2000]
    (layer,) = project.mapLayers().values()
    assert QgsCoordinateReferenceSystem(record["crs"]) == layer.crs()
    assert _lies_at(layer) == pytest.approx((16, 47), abs=1e-6)
    project.clear()


def test_the_raster_without_a_code_that_failed_once(run: Run, server: State, shared: Path, tmp_path: Path) -> None:
    server.raster = (shared / "cases/raster/crs_without_code.tif").read_bytes()
    outcome = _load(run, tmp_path, AS="values", DATES="2025_05_02")
    assert outcome.ok, outcome.feedback.errors
    (record,) = _manifest(tmp_path)["layers"]
    assert QgsCoordinateReferenceSystem(record["crs"]).isValid()
    layer = QgsRasterLayer(str(tmp_path / record["file"]), "x", "gdal")
    assert _lies_at(layer) == pytest.approx((15.98686, 46.98201), abs=1e-4)


@pytest.mark.parametrize(
    ("name", "pixels"),
    [
        ("gray_1bit.png", [[255, 0, 255, 255, 0, 0, 0, 0]] * 3 + [[255] * 8]),
        ("bytes_after_iend.png", [[1], [2], [3], [255]]),
    ],
)
def test_the_pictures_that_failed_once(
    run: Run, server: State, shared: Path, tmp_path: Path, name: str, pixels: list[list[int]]
) -> None:
    server.picture = (shared / "cases/png" / name).read_bytes()
    outcome = _load(run, tmp_path, DATES="2025_05_02")
    assert outcome.ok, outcome.feedback.errors
    (record,) = _manifest(tmp_path)["layers"]
    raster = gdal.Open(str(tmp_path / record["file"]))
    assert raster.ReadAsArray()[:, 0, :].tolist() == pixels


@pytest.mark.parametrize("dates", ["2025-06-01,2025-04-12", "2025_06_01, 2025_04_12"])
def test_dates_may_be_chosen_in_any_spelling(run: Run, tmp_path: Path, dates: str) -> None:
    assert _load(run, tmp_path, DATES=dates).ok
    assert [layer["date"] for layer in _manifest(tmp_path)["layers"]] == ["2025-04-12", "2025-06-01"]


def test_a_date_that_is_not_there_is_reported_and_nothing_loaded(run: Run, tmp_path: Path) -> None:
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
    layers = ProjectLayers(project, tuple)
    assert [layer.customProperty("pixxel/date") for layer in layers.find("Test server", "v-1", kind="picture")] == DAYS
    assert [group.name() for group in project.layerTreeRoot().findGroups()] == ["Farms"]
    project.clear()


def test_the_desktop_keeps_what_came(run: Run, server: State, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load_visualization, "_on_desktop", lambda: True)
    project = QgsProject.instance()
    project.clear()
    server.broken_dates = {"2025_05_02"}
    outcome = _load(run, tmp_path)
    assert outcome.ok
    assert "2025-05-02" in outcome.feedback.errors[0]
    assert project.count() == 2
    project.clear()


def test_elsewhere_the_project_is_left_alone(run: Run, tmp_path: Path) -> None:
    project = QgsProject.instance()
    project.clear()
    assert _load(run, tmp_path).ok
    assert project.count() == 0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return an empty folder."""
    path = tmp_path / "layers"
    path.mkdir()
    return path


def _add_visualization(server: State, visualization_id: str) -> None:
    server.visualizations.append(server.visualization(visualization_id, "i-2"))


def _finished(folder: Path) -> set[str]:
    """Check that every raster has its style and record and nothing else lies about; return the rasters' names."""
    layers = _manifest(folder)["layers"] if (folder / "manifest.json").exists() else []
    files = {layer["file"] for layer in layers}
    assert len(files) == len(layers)
    expected = files | {layer["style"] for layer in layers} | ({"manifest.json"} if layers else set())
    assert {path.name for path in folder.iterdir()} == expected
    return files


def test_a_second_load_keeps_the_layers_of_the_first(run: Run, folder: Path) -> None:
    for more in ({"DATES": DAYS[2]}, {"DATES": DAYS[0]}, {"AS": "values"}, {"MODE": "theoretical", "DATES": DAYS[1]}):
        assert _load(run, folder, **more).ok
    manifest = _manifest(folder)
    assert (manifest["mode"], manifest["as"]) == ("theoretical", "picture")
    assert [layer["date"] for layer in manifest["layers"]] == sorted([*DAYS, DAYS[0], DAYS[1], DAYS[2]])
    by_file = {layer["file"]: layer for layer in manifest["layers"]}
    assert by_file["2025-04-12_dynamic_picture.tif"]["mode"] == "dynamic"
    assert "as" not in by_file["2025-04-12_dynamic_picture.tif"]
    assert by_file["2025-04-12_dynamic_values.tif"]["as"] == "values"
    assert not by_file["2025-05-02_theoretical_picture.tif"].keys() & {"mode", "as", "aoi_id", "visualization_id"}
    assert len(_finished(folder)) == 6


def test_visualizations_of_one_date_get_names_of_their_own(run: Run, server: State, folder: Path) -> None:
    _add_visualization(server, "v-2")
    for _ in range(2):
        assert _load(run, folder, DATES=DAYS[0]).ok
        outcome = _load(run, folder, DATES=DAYS[0], VISUALIZATION="v-2")
        assert outcome.results["LAYERS"] == [str(folder / "2025-04-12_dynamic_picture_2.tif")]
    assert _finished(folder) == {"2025-04-12_dynamic_picture.tif", "2025-04-12_dynamic_picture_2.tif"}
    first, second = _manifest(folder)["layers"]
    assert (first["visualization_id"], second["style"]) == ("v-1", "2025-04-12_dynamic_picture_2.qml")
    assert "visualization_id" not in second
    shown = QgsRasterLayer(str(folder / second["file"]), "x", "gdal", QgsRasterLayer.LayerOptions(False))
    shown.loadNamedStyle(str(folder / second["style"]))
    assert shown.customProperty("pixxel/visualization_id") == "v-2"


def test_a_raster_that_is_not_ours_is_left_alone(run: Run, folder: Path) -> None:
    (folder / "2025-04-12_dynamic_picture.tif").write_bytes(b"mine")
    outcome = _load(run, folder, DATES=DAYS[0])
    assert outcome.results["LAYERS"] == [str(folder / "2025-04-12_dynamic_picture_2.tif")]
    assert (folder / "2025-04-12_dynamic_picture.tif").read_bytes() == b"mine"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '{"name": "web app"}',
        '{"layers": []}',
        "\xff",
        '{"layers": [{"date": 1}]}',
        '{"aoi_id": "a", "visualization_id": "v", "mode": "m", "as": "p", "layers": [], "x": NaN}',
    ],
)
def test_a_manifest_that_cannot_be_read_is_not_overwritten(run: Run, server: State, folder: Path, text: str) -> None:
    path = folder / "manifest.json"
    path.write_bytes(text.encode("latin-1"))
    error = _load(run, folder).error
    assert str(path) in error
    assert "unexpected" not in error
    assert path.read_bytes() == text.encode("latin-1")
    assert server.requests == []


def test_a_style_that_is_not_ours_is_left_alone(run: Run, folder: Path) -> None:
    own = folder / "2025-05-02_dynamic_values.qml"
    own.write_text("mine", encoding="utf-8")
    assert _load(run, folder, AS="values", DATES="2025-05-02").ok
    assert own.read_text(encoding="utf-8") == "mine"
    (layer,) = _manifest(folder)["layers"]
    assert (layer["file"], layer["style"]) == ("2025-05-02_dynamic_values_2.tif", "2025-05-02_dynamic_values_2.qml")


def test_a_folder_that_is_a_file_is_not_blamed_on_a_manifest(run: Run, server: State, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    for path in (tmp_path / "file", tmp_path / "file" / "in", tmp_path / ("x" * 300)):
        assert "cannot be read, so nothing is added" not in _load(run, path).error
    assert server.requests == []


def test_a_batch_keeps_the_layers_of_every_row(run: Run, server: State, folder: Path) -> None:
    _add_visualization(server, "v-2")
    rows = [
        {"VISUALIZATION": name, "DATES": day, "AS": kind} for name in ("v-1", "v-2") for day in DAYS for kind in KINDS
    ]
    for row in rows:
        assert _errors_of_tasks([BASE | row | {"FOLDER": str(folder)}]) == [[]]
    assert len(_finished(folder)) == len(rows) == 12


def test_loads_at_the_same_time_keep_each_others_layers(provider: PixxelProvider, server: State, folder: Path) -> None:
    _add_visualization(server, "v-2")
    rows = [{"VISUALIZATION": name, "AS": kind} for name in ("v-1", "v-2") for kind in KINDS]
    assert _errors_of_tasks([BASE | row | {"FOLDER": str(folder)} for row in rows]) == [[]] * 4
    assert len(_finished(folder)) == 12


def _errors_of_tasks(runs: list[dict[str, Any]]) -> list[list[str]]:
    """Load in background tasks, and return what each complains of."""
    ended = in_background(*(("loadvisualization", parameters) for parameters in runs))
    assert [ok for ok, _ in ended] == [True] * len(runs), [(texts.errors, texts.debug) for _, texts in ended]
    return [texts.errors for _, texts in ended]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("after", range(4))
def test_a_cancelled_load_leaves_nothing_without_style_and_record(
    provider: PixxelProvider, server: State, folder: Path, after: int, kind: str
) -> None:
    texts = Listener()
    texts.progressChanged.connect(lambda done: texts.cancel() if done >= 100 * after / 3 - 0.01 else None)
    server.delays = {key: 0.3 * n for n, key in enumerate(DATES)}
    algorithm = QgsApplication.processingRegistry().createAlgorithmById("pixxel:loadvisualization")
    _, ok = algorithm.run(BASE | {"AS": kind, "FOLDER": str(folder)}, QgsProcessingContext(), texts)
    assert ok
    assert texts.errors == []
    assert after <= len(_finished(folder)) <= 3


def test_a_style_that_cannot_be_written_leaves_no_raster(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(layer: object, path: Path, **_options: object) -> None:
        raise OSError(errno.ENOSPC, "full", str(path))

    monkeypatch.setattr(builder, "save_style", refuse)
    assert "disk is full" in _load(run, folder).error
    assert _finished(folder) == set()


def _save_style(raster: Path, opacity: float) -> None:
    """Save a style beside a raster, as "Save as Default" in Layer Properties does."""
    layer = QgsRasterLayer(str(raster), "x", "gdal")
    layer.setOpacity(opacity)
    message, saved = layer.saveDefaultStyle(QgsMapLayer.StyleCategory.AllStyleCategories)
    assert saved, message


@pytest.mark.parametrize("kind", KINDS)
def test_a_style_that_somebody_saved_beside_a_raster_is_kept_when_it_is_loaded_again(
    run: Run, tmp_path: Path, kind: str
) -> None:
    assert _load(run, tmp_path, AS=kind).ok
    raster = tmp_path / f"2025-05-02_dynamic_{kind}.tif"
    _save_style(raster, 0.25)
    mine = raster.with_suffix(".qml").read_bytes()
    for _ in range(2):
        outcome = _load(run, tmp_path, AS=kind)
        assert outcome.ok, outcome.feedback.errors
        assert raster.with_suffix(".qml").read_bytes() == mine
        (texts,) = [text for text in outcome.feedback.warnings if ".qml" in text]
        assert raster.with_suffix(".qml").name in texts
    assert QgsRasterLayer(str(raster), "x", "gdal").opacity() == 0.25
    raster.with_suffix(".qml").unlink()
    assert _load(run, tmp_path, AS=kind).ok
    assert QgsRasterLayer(str(raster), "x", "gdal").opacity() == 1


def test_a_style_of_ours_is_written_again(run: Run, server: State, tmp_path: Path) -> None:
    assert _load(run, tmp_path, AS="values", DATES="2025-05-02").ok
    server.legend["2025_05_02"]["dynamic"][0]["color"] = "#123456"
    outcome = _load(run, tmp_path, AS="values", DATES="2025-05-02")
    assert outcome.ok
    assert not [text for text in outcome.feedback.warnings if ".qml" in text]
    assert "#123456" in (tmp_path / "2025-05-02_dynamic_values.qml").read_text(encoding="utf-8")
