"""A day of two analysts through the algorithms, against every profile of the sandbox over HTTP."""

from __future__ import annotations

import asyncio
import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pixxel_explorer.plugin.api.client import ApiClient
from pixxel_explorer.plugin.api.config import AuthScheme, ClientConfig
from pixxel_explorer.plugin.api.transport.auth import Credentials
from pixxel_explorer.plugin.processing.provider import PixxelProvider
from pixxel_explorer.plugin.sandbox.app import create_app
from pixxel_explorer.plugin.sandbox.commandline import listening
from pixxel_explorer.plugin.sandbox.core.options import SAMPLE_KEY, Profile, SandboxOptions
from qgis.core import NULL, QgsApplication, QgsRasterLayer

from .conftest import Run

uvicorn = pytest.importorskip("uvicorn")

Classes = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module", params=list(Profile), ids=str)
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Profile, str]]:
    """Serve a sandbox of each profile; return its address."""
    app = create_app(SandboxOptions(tmp_path_factory.mktemp("state"), profile=request.param))
    with listening(0) as api, listening(0) as files:
        app.state.sandbox.files_origin = f"http://127.0.0.1:{files.getsockname()[1]}"
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
        thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[api, files])))
        thread.start()
        yield request.param, f"http://127.0.0.1:{api.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)
    app.state.sandbox.close()


@pytest.fixture
def provider(qgis_app: object, served: tuple[Profile, str]) -> Iterator[PixxelProvider]:
    """Return the registered provider, connected to the sandbox with the scheme its profile asks for."""
    scheme = AuthScheme.BEARER if served[0] is Profile.ODD else AuthScheme.RAW
    key = Credentials.from_key(SAMPLE_KEY, scheme)
    provider = PixxelProvider(lambda: lambda: ApiClient(ClientConfig(base_url=served[1]), key), lambda: "Sandbox")
    QgsApplication.processingRegistry().addProvider(provider)
    yield provider
    QgsApplication.processingRegistry().removeProvider(provider)


@pytest.fixture
def ids(run: Run) -> dict[str, str]:
    """Find the farm's NDVI, as a script does."""
    assert len(run("listprojects").rows()) == 2
    (aoi,) = run("listaois", NAME="Farm near Raba").rows()
    rows = run("listvisualizations", AOI=aoi["aoi_id"]).rows()
    found = next(row["visualization_id"] for row in rows if row["index_name"] == "NDVI")
    return {"AOI": aoi["aoi_id"], "VISUALIZATION": found, "MODE": "dynamic"}


def _legend(run: Run, ids: dict[str, str], path: Path) -> Classes:
    outcome = run("exportlegend", **ids, OUTPUT=str(path))
    assert outcome.ok, outcome.feedback.errors
    return dict(json.loads(path.read_text(encoding="utf-8")))


def _push(run: Run, ids: dict[str, str], legend: Classes, base: Path, key: str) -> None:
    edited, report = base.with_name("edited.json"), base.with_name("report.json")
    edited.write_text(json.dumps(legend), encoding="utf-8")
    outcome = run("pushlegend", **ids, INPUT=str(edited), BASE=str(base), DATES=key, OUTPUT=str(report))
    assert outcome.ok, outcome.feedback.errors
    noted = json.loads(report.read_text(encoding="utf-8"))
    assert (noted["differences"], noted["conflicts"]) == ([], [])


@pytest.mark.parametrize("kind", ["picture", "values"])
def test_two_dates_load(run: Run, ids: dict[str, str], kind: str, tmp_path: Path) -> None:
    days = sorted(_legend(run, ids, tmp_path / "legend.json"))[:2]
    outcome = run("loadvisualization", **ids, AS=kind, DATES=",".join(days), FOLDER=str(tmp_path / "out"))
    assert outcome.ok, outcome.feedback.errors
    layers = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))["layers"]
    assert len(layers) == 2
    for layer in layers:
        shown = QgsRasterLayer(str(tmp_path / "out" / layer["file"]), "x", "gdal", QgsRasterLayer.LayerOptions(False))
        shown.loadNamedStyle(str(tmp_path / "out" / layer["style"]))
        assert shown.isValid()
        assert shown.renderer().type() == ("multibandcolor" if kind == "picture" else "singlebandpseudocolor")


def test_a_day_of_two_analysts(run: Run, ids: dict[str, str], tmp_path: Path) -> None:
    path = tmp_path / "base.json"
    base = _legend(run, ids, path)
    mine, theirs, *_ = sorted(base)
    second = json.loads(json.dumps(base))
    second[theirs][0]["label"] = "Theirs"
    _push(run, ids, second, path, theirs)
    first = json.loads(json.dumps(base))
    first[mine][1]["label"], first[mine][1]["color"] = "Mine", "#123456"
    _push(run, ids, first, path, mine)

    held = _legend(run, ids, tmp_path / "held.json")
    assert held == {**base, mine: first[mine], theirs: second[theirs]}

    report = tmp_path / "rollback.json"
    outcome = run("rollbacklegend", **ids, DATES=f"{mine},{theirs}", OUTPUT=str(report))
    assert outcome.ok, outcome.feedback.errors
    assert set(json.loads(report.read_text(encoding="utf-8"))["answered"]) == {mine, theirs}
    assert _legend(run, ids, tmp_path / "after.json") == base


def test_satellites_and_assets_are_listed(run: Run, ids: dict[str, str]) -> None:
    satellites = run("listsatellites").rows()
    assert all(row["bands"].count(",") == row["wavelengths"].count(",") > 0 for row in satellites)
    assets = run("listassets", AOI=ids["AOI"]).rows()
    assert ids["VISUALIZATION"] in {row["visualization_id"] for row in assets}
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", row["date"]) for row in assets)
    assert all(row["area_in_sq_m"] > 0 for row in assets)


def test_measured_areas_are_those_of_the_server(run: Run, ids: dict[str, str], served: tuple[Profile, str]) -> None:
    given = run("classareas", **ids).rows()
    measured = run("classareas", **ids, SOURCE="pixels").rows()
    names = ("date", "class_index", "label", "color", "min", "max")
    assert [[row[name] for name in names] for row in measured] == [[row[name] for name in names] for row in given]
    for theirs, ours in zip(given, measured, strict=True):
        if served[0] in (Profile.LEAN, Profile.LEGACY):  # their lists have no legends, styles tell no areas
            assert (theirs["area"], theirs["area_percentage"]) == (NULL, NULL)
        else:
            share = theirs["area_percentage"] * (100 if served[0] is Profile.ODD else 1)
            assert (ours["area"], ours["area_percentage"]) == pytest.approx((theirs["area"], share), rel=1e-3)
    assert sum(row["area_percentage"] for row in measured if row["date"] == measured[0]["date"]) == pytest.approx(100)


def test_images_over_an_aoi_are_found(run: Run, ids: dict[str, str]) -> None:
    outlines = run("listaois", NAME="Farm near Raba")
    (aoi,) = outlines.layer().getFeatures()
    box = aoi.geometry().boundingBox()
    extent = f"{box.xMinimum()},{box.xMaximum()},{box.yMinimum()},{box.yMaximum()} [EPSG:4326]"
    satellite = next(s["name"] for s in run("listsatellites").rows() if s["satellite_id"] == aoi["satellite_id"])
    days = {"START": "2025-05-01", "END": "2025_07_31"}
    rows = run("searchimages", EXTENT=extent, SATELLITES=satellite, **days).rows()
    assert " ".join(rows[0]) == "item_id collection satellite datetime cloud_cover coverage"
    assert rows == sorted(rows, key=lambda row: row["datetime"])
    assert all("2025-05-01" <= row["datetime"][:10] <= "2025-07-31" for row in rows)
    assert all(row["satellite"] == satellite and 0 < row["coverage"] <= 100 for row in rows)
    clouds = sorted(row["cloud_cover"] for row in rows)
    clear = run("searchimages", EXTENT=extent, SATELLITES=[satellite], MAX_CLOUD=clouds[0], **days).rows()
    assert {row["cloud_cover"] for row in clear} == {clouds[0]}
