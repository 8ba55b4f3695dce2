"""Composites and grey pictures as values: drawn as the server draws them, whatever form its display range has."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from osgeo import gdal
from pixxel_explorer.plugin.api.client import ApiClient
from pixxel_explorer.plugin.api.config import ClientConfig
from pixxel_explorer.plugin.api.transport.auth import Credentials
from pixxel_explorer.plugin.processing.provider import PixxelProvider
from pixxel_explorer.plugin.sandbox.app import create_app
from pixxel_explorer.plugin.sandbox.commandline import listening
from pixxel_explorer.plugin.sandbox.core.options import SAMPLE_KEY, Profile, SandboxOptions
from qgis.core import QgsApplication, QgsRasterLayer

from .conftest import Outcome, Run

uvicorn = pytest.importorskip("uvicorn")

DAYS = ("2025-05-06", "2025-06-18")
Array = np.ndarray[Any, Any]


class Served:
    """A sandbox over HTTP, with its records at hand."""

    def __init__(self, app: Any, url: str) -> None:
        self.state = app.state.sandbox
        self.url = url

    def visualization(self, title: str) -> dict[str, Any]:
        """Return a record of the farm by its title."""
        records = self.state.store.all("visualizations")
        farm = next(aoi for aoi in self.state.store.all("aois") if aoi["name"] == "Farm near Raba")
        found = (one for one in records if (one["index_name"], one["aoi_id"]) == (title, farm["aoi_id"]))
        return dict(next(found))

    def change(self, title: str, **fields: Any) -> None:
        """Change fields of a record."""
        self.state.change("visualizations", self.visualization(title)["id"], **fields)


@pytest.fixture(scope="module", params=[Profile.DOCUMENTED, Profile.LEGACY], ids=str)
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve a sandbox that gives one range, and one that gives a range a band."""
    app = create_app(SandboxOptions(tmp_path_factory.mktemp("state"), profile=request.param))
    with listening(0) as api, listening(0) as files:
        app.state.sandbox.files_origin = f"http://127.0.0.1:{files.getsockname()[1]}"
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
        thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[api, files])))
        thread.start()
        yield Served(app, f"http://127.0.0.1:{api.getsockname()[1]}")
        server.should_exit = True
        thread.join(10)
    app.state.sandbox.close()


@pytest.fixture
def provider(qgis_app: object, served: Served) -> Iterator[PixxelProvider]:
    """Return the registered provider, connected to the sandbox."""
    key = Credentials.from_key(SAMPLE_KEY)
    provider = PixxelProvider(lambda: lambda: ApiClient(ClientConfig(base_url=served.url), key), lambda: "Sandbox")
    QgsApplication.processingRegistry().addProvider(provider)
    yield provider
    QgsApplication.processingRegistry().removeProvider(provider)


@pytest.fixture
def load(run: Run, served: Served, tmp_path: Path) -> Callable[..., Outcome]:
    """Return what loads two days of a visualization of the farm by its title."""

    def load(title: str, kind: str) -> Outcome:
        record = served.visualization(title)
        outcome = run(
            "loadvisualization",
            AOI=record["aoi_id"],
            VISUALIZATION=record["id"],
            DATES=",".join(DAYS),
            MODE="dynamic",
            AS=kind,
            FOLDER=str(tmp_path / kind),
        )
        assert outcome.ok, outcome.feedback.errors
        return outcome

    return load


def drawn(path: Path) -> tuple[Array, QgsRasterLayer]:
    """Return what QGIS draws of a loaded raster with the style beside it, as red, green, blue, alpha."""
    layer = QgsRasterLayer(str(path), path.stem, "gdal", QgsRasterLayer.LayerOptions(False))
    message, loaded = layer.loadNamedStyle(str(path.with_suffix(".qml")))
    assert loaded, message
    block = layer.renderer().block(1, layer.extent(), layer.width(), layer.height())
    pixels = np.frombuffer(bytes(block.data()), dtype=np.uint32).reshape(layer.height(), layer.width())
    return np.stack([pixels >> 16 & 255, pixels >> 8 & 255, pixels & 255, pixels >> 24], axis=-1).astype(int), layer


def picture(path: Path, layer: QgsRasterLayer) -> Array:
    """Return the server's picture, as red, green, blue, alpha, on the grid of a layer."""
    frame = layer.extent()
    bounds = (frame.xMinimum(), frame.yMinimum(), frame.xMaximum(), frame.yMaximum())
    laid = gdal.Warp(
        "",
        str(path),
        format="MEM",
        dstSRS=layer.crs().toWkt(),
        outputBounds=bounds,
        width=layer.width(),
        height=layer.height(),
        resampleAlg="near",
    )
    return np.moveaxis(laid.ReadAsArray(), 0, -1).astype(int)


def difference(ours: Array, theirs: Array) -> float:
    """Return how far the colours of 99 % of the pixels lie apart; at a few edges the two grids differ."""
    both = (ours[..., 3] == 255) & (theirs[..., 3] == 255)
    assert both.mean() > 0.3
    apart = np.abs(ours[..., :3] - theirs[..., :3]).max(axis=-1)[both]
    return float(np.quantile(apart, 0.99))


FLAT = [0.0, 0.2, 0.02, 0.15, 0.01, 0.1]


@pytest.mark.parametrize(
    ("title", "rescale"), [("Natural colour", [0, 0.3]), ("Natural colour", FLAT), ("Near infrared", [0, 0.6])]
)
def test_values_are_drawn_as_the_servers_picture(
    load: Callable[..., Outcome], served: Served, tmp_path: Path, title: str, rescale: list[float]
) -> None:
    served.change(title, rescale=rescale)
    values = load(title, "values")
    load(title, "picture")
    for day in DAYS:
        ours, layer = drawn(tmp_path / f"values/{day}_dynamic_values.tif")
        theirs = picture(tmp_path / f"picture/{day}_dynamic_picture.tif", layer)
        assert difference(ours, theirs) <= 2, day
    assert values.feedback.warnings == []


def test_pixels_without_data_stay_undrawn(load: Callable[..., Outcome], served: Served, tmp_path: Path) -> None:
    load("Natural colour", "values")
    file = tmp_path / f"values/{DAYS[0]}_dynamic_values.tif"
    bands = gdal.Open(str(file)).ReadAsArray()
    assert np.array_equal(drawn(file)[0][..., 3] == 0, (bands == -9999).any(axis=0))


def test_dates_compare(load: Callable[..., Outcome], served: Served, tmp_path: Path) -> None:
    served.change("Natural colour", rescale=FLAT)
    load("Natural colour", "values")
    stretches = []
    for day in DAYS:
        renderer = drawn(tmp_path / f"values/{day}_dynamic_values.tif")[1].renderer()
        bands = (renderer.redContrastEnhancement(), renderer.greenContrastEnhancement())
        stretches.append([(band.minimumValue(), band.maximumValue()) for band in bands])
    assert stretches[0] == stretches[1] == [(0.0, 0.2), (0.02, 0.15)]


def test_without_a_display_range_it_is_said_how_a_date_is_drawn(
    load: Callable[..., Outcome], served: Served, tmp_path: Path
) -> None:
    index = served.state.store.get("indices", served.visualization("Natural colour")["index_id"])
    served.change("Natural colour", rescale=None)
    served.state.change("indices", index["id"], rescale=None)
    try:
        warnings = load("Natural colour", "values").feedback.warnings
    finally:
        served.state.change("indices", index["id"], rescale=index["rescale"])
        served.change("Natural colour", rescale=index["rescale"])
    assert len(warnings) == len(DAYS)
    for day, warning in zip(DAYS, warnings, strict=True):
        assert day in warning
        assert "QGIS stretches it by its own values" in warning
        assert "legend" not in warning
    assert drawn(tmp_path / f"values/{DAYS[0]}_dynamic_values.tif")[1].renderer().type() == "multibandcolor"
