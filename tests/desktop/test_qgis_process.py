"""The algorithms on the command line, with parameters as JSON, against a sandbox over HTTP."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from osgeo import gdal

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

import desktop  # noqa: E402 (a script of tools/)

pytestmark = [pytest.mark.desktop, pytest.mark.timeout(420)]
Run = Callable[..., tuple[int, str]]


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Serve a sandbox that is slow enough to be interrupted; return what ``qgis_process`` needs to find it and us."""
    profiles_path = desktop.fresh_profile(ROOT / "build/desktop-process")
    command = [sys.executable, str(ROOT / "plugin/sandbox/__main__.py"), "--port", "0", "--latency-ms", "60"]
    state = str(tmp_path_factory.mktemp("state") / "state")
    process = subprocess.Popen([*command, "--state", state], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        address = re.match(r"URL\s+(\S+)", process.stdout.readline())
        assert address is not None
        words = {"PIXXEL_API_URL": address[1], "PIXXEL_API_KEY": "sample-key", "QT_QPA_PLATFORM": "offscreen"}
        yield desktop.environment(**words, QGIS_CUSTOM_CONFIG_PATH=str(profiles_path))
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()


def _start(environment: dict[str, str], name: str, *arguments: str) -> subprocess.Popen[str]:
    command = ["qgis_process", "run", f"pixxel:{name}", *arguments]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, env=environment)


@pytest.fixture
def run(environment: dict[str, str]) -> Run:
    """Return what runs an algorithm with JSON on its standard input; it gives the exit code and what was said."""

    def start(name: str, **inputs: Any) -> tuple[int, str]:
        process = _start(environment, name, "-")
        texts, errors = process.communicate(json.dumps({"inputs": inputs}), timeout=120)
        return process.returncode, texts + errors

    return start


@pytest.fixture(scope="module")
def ids(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the ids of the farm's NDVI."""
    folder = tmp_path_factory.mktemp("ids")
    _start(environment, "listaois", "--", "NAME=Farm near Raba", f"OUTPUT={folder / 'a.geojson'}").communicate(
        timeout=120
    )
    aoi = json.loads((folder / "a.geojson").read_text(encoding="utf-8"))["features"][0]["properties"]["aoi_id"]
    _start(environment, "listvisualizations", f"--AOI={aoi}", f"--OUTPUT={folder / 'v.geojson'}").communicate(
        timeout=120
    )
    rows = [row["properties"] for row in json.loads((folder / "v.geojson").read_text(encoding="utf-8"))["features"]]
    found = next(row for row in rows if row["index_name"] == "NDVI")
    return {"AOI": aoi, "VISUALIZATION": found["visualization_id"], "DATES": found["dates"]}


def _files(folder: Path) -> set[str]:
    """Check that every raster of a folder has its style and record; return the rasters' names."""
    manifest = folder / "manifest.json"
    layers = json.loads(manifest.read_text(encoding="utf-8"))["layers"] if manifest.exists() else []
    rasters = {path.name for path in folder.glob("*.tif")}
    assert rasters == {layer["file"] for layer in layers}
    assert all((folder / layer["style"]).exists() for layer in layers)
    return rasters


def test_json_lists_of_dates_load_these_dates(run: Run, ids: dict[str, str], tmp_path: Path) -> None:
    days = ids["DATES"].split(",")
    given = {"AOI": ids["AOI"], "VISUALIZATION": ids["VISUALIZATION"], "FOLDER": str(tmp_path)}
    for dates in ([days[2]], [days[0], f"{days[4]}/{days[5]}"]):
        code, texts = run("loadvisualization", **given, DATES=dates)
        assert code == 0, texts
    assert _files(tmp_path) == {f"{days[n]}_dynamic_picture.tif" for n in (0, 2, 4, 5)}


def test_a_parameter_given_twice_is_a_list(environment: dict[str, str], ids: dict[str, str], tmp_path: Path) -> None:
    days = ids["DATES"].split(",")
    arguments = [f"--{name}={ids[name]}" for name in ("AOI", "VISUALIZATION")]
    process = _start(
        environment, "loadvisualization", *arguments, f"--DATES={days[1]}", f"--DATES={days[3]}", f"--FOLDER={tmp_path}"
    )
    texts = process.communicate(timeout=120)
    assert process.returncode == 0, texts
    assert _files(tmp_path) == {f"{days[n]}_dynamic_picture.tif" for n in (1, 3)}


def test_what_is_not_understood_sends_nothing(run: Run, ids: dict[str, str], tmp_path: Path) -> None:
    given = {"AOI": ids["AOI"], "VISUALIZATION": ids["VISUALIZATION"], "MODE": "dynamic"}
    held = tmp_path / "held.json"
    assert run("exportlegend", **given, OUTPUT=str(held))[0] == 0
    day = ids["DATES"].split(",")[0]
    wrong: list[dict[str, Any]] = [
        {"DATES": value} for value in (None, [], [None], [day, ""], {"day": day}, f"{day};{day}", f"[{day}]", True)
    ]
    wrong += [{"BINS": value, "DATES": [day]} for value in ("5 classes", 5.5, [5, 6])]
    wrong += [{"DRY_RUN": "nein", "DATES": [day]}, {"AOI": [ids["AOI"]], "DATES": [day]}]
    for more in wrong:
        code, texts = run("pushlegend", **{**given, "BINS": 5, "OUTPUT": str(tmp_path / "r.json"), **more})
        assert code != 0, more
        assert next(iter(more)) in texts
        assert "unexpected" not in texts
        assert "Traceback" not in texts
    after = tmp_path / "after.json"
    assert run("exportlegend", **given, OUTPUT=str(after))[0] == 0
    assert after.read_text(encoding="utf-8") == held.read_text(encoding="utf-8")


def test_a_killed_load_leaves_no_raster_without_style_and_record(
    environment: dict[str, str], run: Run, ids: dict[str, str], tmp_path: Path
) -> None:
    given = {"AOI": ids["AOI"], "VISUALIZATION": ids["VISUALIZATION"], "FOLDER": str(tmp_path)}
    process = _start(environment, "loadvisualization", *(f"--{name}={value}" for name, value in given.items()))
    deadline = time.monotonic() + 60
    while not (tmp_path / "manifest.json").exists() and time.monotonic() < deadline:
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=30)
    assert _files(tmp_path)
    for left in tmp_path.glob(".unfinished-*"):
        os.utime(left, (time.time() - 120,) * 2)

    code, texts = run("loadvisualization", **given)
    assert code == 0, texts
    assert len(_files(tmp_path)) == len(ids["DATES"].split(","))
    assert not [path.name for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_a_style_keeps_the_mask_of_a_raster(run: Run, tmp_path: Path) -> None:
    source, style = tmp_path / "masked.tif", tmp_path / "a.qml"
    dataset = gdal.GetDriverByName("GTiff").Create(str(source), 2, 1, 2, gdal.GDT_Float32)
    dataset.SetGeoTransform((0, 1, 0, 1, 0, -1))
    dataset.GetRasterBand(1).WriteArray(np.array([[0.1, 0.9]]))
    dataset.GetRasterBand(2).WriteArray(np.array([[0, 255]]))
    dataset.GetRasterBand(2).SetColorInterpretation(gdal.GCI_AlphaBand)
    del dataset
    limits = "".join(
        f'<VendorOption name="{name}">{value}</VendorOption>'
        for name, value in (("algorithm", "StretchToMinimumMaximum"), ("minValue", 0.1), ("maxValue", 0.9))
    )
    colours = "".join(
        f'<ColorMapEntry color="{colour}" quantity="{q}"/>' for q, colour in ((0, "#000000"), (255, "#ffffff"))
    )
    channel = (
        "<ChannelSelection><GrayChannel><SourceChannelName>1</SourceChannelName><ContrastEnhancement>"
        f"<Normalize>{limits}</Normalize></ContrastEnhancement></GrayChannel></ChannelSelection>"
    )
    (tmp_path / "a.sld").write_text(f"<RasterSymbolizer>{channel}<ColorMap>{colours}</ColorMap></RasterSymbolizer>")
    given = {"RASTER": str(source), "SLD": str(tmp_path / "a.sld"), "OUTPUT": str(style)}
    code, texts = run("applysld", **given)
    assert code == 0, texts
    renderer = ElementTree.parse(style).getroot().find("pipe/rasterrenderer")
    assert renderer is not None
    assert (renderer.get("alphaBand"), renderer.get("band")) == ("2", "1")
    assert [float(item.get("value", "nan")) for item in renderer.iter("item")] == [0.1, 0.9]
    assert run("applysld", **given, BAND=2)[1].count("band 2 is the alpha band") >= 1
