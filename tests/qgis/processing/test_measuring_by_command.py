"""Measured values by ``qgis_process`` with JSON: the cases, and a series of scaled integers from a sandbox."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from osgeo import gdal, osr
from pixxel_explorer.plugin.sandbox.app import create_app
from pixxel_explorer.plugin.sandbox.commandline import listening
from pixxel_explorer.plugin.sandbox.core.options import SAMPLE_KEY, SandboxOptions

from .command_line import CommandLine, installed

uvicorn = pytest.importorskip("uvicorn")

FILLED, DAYS = 17, ("2025-05-06", "2025-06-18")


def write_series(folder: Path) -> Path:
    """Write two dates of an index as Int16 with a scale of 0.0001; stray 32767 are not declared as no-data."""
    folder.mkdir()
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(32633)
    stored = np.linspace(-4000, 9000, 3600).reshape(60, 60)
    for shift, day in enumerate(DAYS):
        values = stored + 300 * shift
        values.flat[:FILLED] = 32767
        path = str(folder / f"Crop_{day.replace('-', '_')}.tif")
        dataset = gdal.GetDriverByName("GTiff").Create(path, 60, 60, 1, gdal.GDT_Int16)
        dataset.SetGeoTransform((500000, 10, 0, 5000000, 0, -10))
        dataset.SetProjection(reference.ExportToWkt())
        dataset.GetRasterBand(1).SetScale(0.0001)
        dataset.GetRasterBand(1).WriteArray(values)
        del dataset
    return folder


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CommandLine]:
    """Return the command line, connected to a sandbox that serves the series."""
    base = tmp_path_factory.mktemp("measuring")
    app = create_app(SandboxOptions(base / "state", import_series=write_series(base / "Scaled series")))
    with listening(0) as api, listening(0) as files:
        app.state.sandbox.files_origin = f"http://127.0.0.1:{files.getsockname()[1]}"
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
        thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[api, files])))
        thread.start()
        url = f"http://127.0.0.1:{api.getsockname()[1]}"
        try:
            yield installed(base / "profiles", url, SAMPLE_KEY)
        finally:
            server.should_exit = True
            thread.join(10)
            app.state.sandbox.close()


def test_the_case_that_misses_is_said_and_its_factor_taken(command: CommandLine, shared: Path, tmp_path: Path) -> None:
    folder = shared / "cases/sld"
    inputs = {"RASTER": str(folder / "misses_raster.tif"), "SLD": str(folder / "misses_raster.sld")}
    asked = command.run("applysld", **inputs, OUTPUT=str(tmp_path / "a.qml"))
    assert asked.code == 0, asked.output
    assert "80 % of the pixels lie outside the style's -1 to 1 (the raster has -5000 to 9000)" in asked.output
    assert "Set FACTOR to 10000 to draw it so." in asked.output
    taken = command.run("applysld", **inputs, FACTOR=10000, OUTPUT=str(tmp_path / "b.qml"))
    assert taken.code == 0, taken.output
    assert "lie outside" not in taken.output
    assert 'value="-10000"' in (tmp_path / "b.qml").read_text(encoding="utf-8")


def test_a_series_of_scaled_integers_is_drawn_by_its_style(command: CommandLine, tmp_path: Path) -> None:
    aois, listed = tmp_path / "aois.csv", tmp_path / "visualizations.csv"
    assert command.run("listaois", NAME="Scaled series", OUTPUT=str(aois)).code == 0
    aoi = value_of(aois, "aoi_id")
    assert command.run("listvisualizations", AOI=aoi, OUTPUT=str(listed)).code == 0
    given = {"AOI": aoi, "VISUALIZATION": value_of(listed, "visualization_id"), "MODE": "dynamic", "AS": "values"}
    ended = command.run("loadvisualization", **given, FOLDER=str(tmp_path / "out"))
    assert ended.code == 0, ended.output
    assert "does not fit" not in ended.output
    assert "0.5 % of the pixels are 3.2767, which looks like no-data" in ended.output
    layers = json.loads((tmp_path / "out/manifest.json").read_text(encoding="utf-8"))["layers"]
    assert [layer["date"] for layer in layers] == list(DAYS)
    for layer in layers:
        style = (tmp_path / "out" / layer["style"]).read_text(encoding="utf-8")
        assert 'type="singlebandpseudocolor"' in style


def value_of(table: Path, column: str) -> str:
    """Return the only value of a column of a CSV table."""
    names, row = (line.split(",") for line in table.read_text(encoding="utf-8").splitlines()[:2])
    return row[names.index(column)].strip('"')
