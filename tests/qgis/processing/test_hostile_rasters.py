"""Pictures and rasters that no honest server sends: one sentence each, and nothing is left behind."""

from __future__ import annotations

import struct
import threading
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from osgeo import gdal, osr
from pixxel_explorer.plugin.imagery.budget import DEFAULT_MEGAPIXELS, budget
from pixxel_explorer.tests.robustness import Scenario
from qgis.core import QgsApplication, QgsProcessingContext, QgsProject

from .command_line import installed
from .conftest import Listener, Outcome, Run
from .server import KEY, State, png

GIVEN = {"AOI": "a-1", "VISUALIZATION": "v-1", "MODE": "dynamic", "DATES": "2025-04-12"}
NAN = float("nan")
SIZES, NOWHERE = "Pictures and rasters of absurd size", "Rasters that are nowhere"


@pytest.fixture(autouse=True)
def limit() -> Iterator[None]:
    """Put the limit back."""
    yield
    budget.megapixels = DEFAULT_MEGAPIXELS


def _load(run: Run, folder: Path, kind: str) -> Outcome:
    return run("loadvisualization", **GIVEN, AS=kind, FOLDER=str(folder))


def _claimed(width: int, height: int) -> bytes:
    """Return a small picture whose header claims another size."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    whole = png()
    return whole[:12] + header + struct.pack(">I", zlib.crc32(header)) + whole[33:]


def _tiff(
    path: Path,
    size: tuple[int, int] = (8, 6),
    transform: tuple[float, ...] = (5e5, 10, 0, 14e5, 0, -10),
    *more: str,
    crs: str = "EPSG:32643",
) -> bytes:
    options = ["SPARSE_OK=TRUE", "TILED=YES", "COMPRESS=DEFLATE", *more]
    dataset = gdal.GetDriverByName("GTiff").Create(str(path), *size, 1, gdal.GDT_Float32, options)
    dataset.SetGeoTransform(transform)
    reference = osr.SpatialReference()
    reference.SetFromUserInput(crs)
    dataset.SetProjection(reference.ExportToWkt())
    dataset = None
    return path.read_bytes()


def _nothing_in(folder: Path) -> bool:
    return not folder.exists() or [each.name for each in folder.rglob("*") if each.is_file()] == []


def test_a_picture_bomb_is_refused_with_its_size(run: Run, server: State, tmp_path: Path, scenario: Scenario) -> None:
    server.picture = _claimed(20_000, 20_000)
    error = _load(run, tmp_path / "out", "picture").error
    assert "This picture is 20,000 × 20,000 pixels, more than the limit of 100 million." in error
    assert "Ask for it as values, or raise the limit in Options." in error
    scenario(SIZES, "A picture of 20,000 × 20,000 pixels, by Processing", error)
    assert _nothing_in(tmp_path / "out")


def test_the_limit_can_be_changed(run: Run, server: State, tmp_path: Path) -> None:
    server.picture = png(1100, 1000)
    budget.megapixels = 1
    assert "1,100 × 1,000 pixels, more than the limit of 1 million" in _load(run, tmp_path / "out", "picture").error
    budget.megapixels = 2
    assert _load(run, tmp_path / "out", "picture").ok


def test_a_raster_bomb_is_refused_with_its_size(run: Run, server: State, tmp_path: Path, scenario: Scenario) -> None:
    tiles = ("BLOCKXSIZE=16384", "BLOCKYSIZE=16384")
    server.raster = _tiff(tmp_path / "a.tif", (1_000_000, 1_000_000), (5e5, 0.1, 0, 14e5, 0, -0.1), *tiles)
    assert len(server.raster) < 50_000
    error = _load(run, tmp_path / "out", "values").error
    assert "This raster is 1,000,000 × 1,000,000 pixels, more than the limit of 10,000 million." in error
    scenario(SIZES, "A raster of a million pixels squared in 46 kB", error)
    assert _nothing_in(tmp_path / "out")
    server.raster = _tiff(tmp_path / "b.tif", (16_384, 16_384), (5e5, 0.1, 0, 14e5, 0, -0.1), *tiles)
    error = _load(run, tmp_path / "out", "values").error
    assert "decoded in pieces of 16,384 × 16,384 pixels, which need more memory than the limit of 200 MB" in error
    scenario(SIZES, "A raster in tiles of 16,384 × 16,384 pixels", error)
    measured = run("classareas", AOI="a-1", VISUALIZATION="v-1", MODE="dynamic", SOURCE="pixels")
    assert "16,384 × 16,384" in measured.error


@pytest.mark.parametrize(
    "transform",
    [
        (NAN, 10, 0, 14e5, 0, -10),
        (5e5, float("inf"), 0, 14e5, 0, -10),
        (5e5, 1e300, 0, 14e5, 0, -1e300),
        (5e5, 1e-12, 0, 14e5, 0, -1e-12),
        (1e12, 10, 0, 14e5, 0, -10),
    ],
)
def test_a_raster_off_the_earth_is_one_sentence(
    run: Run, server: State, tmp_path: Path, transform: tuple[float, ...], scenario: Scenario
) -> None:
    server.raster = _tiff(tmp_path / "a.tif", (8, 6), transform)
    error = _load(run, tmp_path / "out", "values").error
    assert "not on the Earth" in error
    assert "unexpected" not in error
    assert _nothing_in(tmp_path / "out")
    scenario(NOWHERE, f"A raster with the geotransform {transform}", error)


@pytest.mark.parametrize(
    "outline",
    [
        [[[77.5, 12.25], [77.5, 12.25], [77.5, 12.25], [77.5, 12.25]]],
        [[[1e300, 12.25], [1e301, 12.25], [1e301, 12.5], [1e300, 12.25]]],
        [[[77.5, 112.25], [77.75, 112.25], [77.75, 112.5], [77.5, 112.25]]],
    ],
)
def test_a_picture_off_the_earth_is_one_sentence(
    run: Run, server: State, tmp_path: Path, outline: Any, scenario: Scenario
) -> None:
    server.aois[0]["geometry"] = {"type": "Polygon", "coordinates": outline}
    error = _load(run, tmp_path / "out", "picture").error
    assert "outline of its AOI has no area or is not on the Earth" in error
    scenario(NOWHERE, f"A picture of an AOI with the outline {outline}", error)
    assert _nothing_in(tmp_path / "out")


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b'<VRTDataset rasterXSize="9" rasterYSize="9"/>', "a virtual raster (VRT)"),
        (b'<GDAL_WMS><Service name="TMS"/></GDAL_WMS>', "the description of a web service (WMS)"),
        (b"%PDF-1.7 and more", "a PDF document"),
    ],
)
def test_other_files_are_refused_by_name(
    run: Run, server: State, tmp_path: Path, content: bytes, named: str, scenario: Scenario
) -> None:
    server.picture = server.raster = content
    for kind in ("picture", "values"):
        error = _load(run, tmp_path / "out", kind).error
        assert named in error, error
        scenario("Files of other kinds", f"In place of a {kind}: {named}", error)
        assert _nothing_in(tmp_path / "out")


def test_apply_sld_refuses_a_bomb_before_it_is_a_layer(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.sld").write_text("<StyledLayerDescriptor/>")
    _tiff(tmp_path / "a.tif", (16_384, 16_384), (5e5, 0.1, 0, 14e5, 0, -0.1), "BLOCKXSIZE=16384", "BLOCKYSIZE=16384")
    (tmp_path / "b.png").write_bytes(_claimed(20_000, 20_000))
    given = {"SLD": str(tmp_path / "a.sld"), "OUTPUT": str(tmp_path / "a.qml")}
    algorithm = QgsApplication.processingRegistry().createAlgorithmById("pixxel:applysld")
    for name, size in (("a.tif", "16,384 × 16,384"), ("b.png", "20,000 × 20,000")):
        context, texts = QgsProcessingContext(), Listener()
        _results, ok = algorithm.run({"RASTER": str(tmp_path / name), **given}, context, texts)
        assert not ok
        assert size in texts.errors[0]


def test_cancelling_while_a_large_picture_is_placed_ends_soon_and_leaves_nothing(
    run: Run, server: State, tmp_path: Path
) -> None:
    """Press Cancel while rows are written; by then the picture has come."""
    server.picture = png(9_000, 8_000)
    algorithm = QgsApplication.processingRegistry().createAlgorithmById("pixxel:loadvisualization")
    context, texts = QgsProcessingContext(), Listener()
    context.setProject(QgsProject.instance())
    folder, cancelled = tmp_path / "out", []

    def cancel_when_writing() -> None:
        while not list(folder.rglob(".*.part.tif")):
            time.sleep(0.02)
        cancelled.append(time.monotonic())
        texts.cancel()

    watcher = threading.Thread(target=cancel_when_writing, daemon=True)
    watcher.start()
    algorithm.run({**GIVEN, "AS": "picture", "FOLDER": str(folder)}, context, texts)
    ended = time.monotonic()
    watcher.join(10)
    assert cancelled
    assert ended - cancelled[0] < 5  # a loaded machine; it took a minute before
    assert _nothing_in(folder)


def test_from_the_command_line(server: State, tmp_path: Path) -> None:
    server.picture = _claimed(60_000, 60_000)
    ended = installed(tmp_path / "p", server.url, KEY).run(
        "loadvisualization", **GIVEN, AS="picture", FOLDER=str(tmp_path / "out")
    )
    assert ended.code != 0
    assert "60,000 × 60,000 pixels" in ended.output
    assert "Traceback" not in ended.output
    assert _nothing_in(tmp_path / "out")


@pytest.mark.parametrize(("crs", "name"), [("IAU_2015:30100", "Moon (2015)"), ("ESRI:104905", "Mars")])
def test_a_raster_of_another_celestial_body_is_refused(
    run: Run, server: State, tmp_path: Path, crs: str, name: str
) -> None:
    server.raster = _tiff(tmp_path / "a.tif", (8, 6), (77.5, 0.001, 0, 12.5, 0, -0.001), crs=crs)
    error = _load(run, tmp_path / "out", "values").error
    assert "of another celestial body than the Earth" in error
    assert name in error
    assert _nothing_in(tmp_path / "out")


@pytest.mark.parametrize("crs", ["+proj=longlat +R=6371000", "EPSG:4267", "EPSG:4326"])
def test_rasters_of_other_figures_of_the_earth_are_loaded(run: Run, server: State, tmp_path: Path, crs: str) -> None:
    server.raster = _tiff(tmp_path / "a.tif", (8, 6), (77.5, 0.001, 0, 12.5, 0, -0.001), crs=crs)
    assert _load(run, tmp_path / "out", "values").ok


@pytest.mark.parametrize("size", [(0, 6), (8, 0), (0, 0)])
def test_a_picture_without_pixels_is_one_sentence(
    run: Run, server: State, tmp_path: Path, size: tuple[int, int]
) -> None:
    server.picture = _claimed(*size)
    assert "picture without pixels" in _load(run, tmp_path / "out", "picture").error
    assert _nothing_in(tmp_path / "out")


@pytest.mark.parametrize("tag", [256, 257])
def test_a_raster_without_pixels_is_one_sentence(run: Run, server: State, tmp_path: Path, tag: int) -> None:
    whole = _tiff(tmp_path / "a.tif")
    entry = struct.pack("<HHI", tag, 3, 1)
    assert whole.count(entry) == 1
    place = whole.index(entry) + len(entry)
    server.raster = whole[:place] + bytes(4) + whole[place + 4 :]
    error = _load(run, tmp_path / "out", "values").error
    assert "cannot be read" in error
    assert "unexpected" not in error
    assert _nothing_in(tmp_path / "out")
