"""Pictures of the sample data, whose grids, legends and scales differ, lie where the sandbox drew them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pixxel_explorer.plugin.legend.vocabulary import LegendMode
from pixxel_explorer.plugin.processing.provider import PixxelProvider
from pixxel_explorer.plugin.sandbox.core.handlers.picture import picture_place
from pixxel_explorer.tests.sandbox_server import ServedSandbox, served
from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsProcessingContext,
    QgsProject,
    QgsRasterLayer,
)

from .conftest import Listener

SAMPLES = [
    ("Farm near Raba", "NDVI"),
    ("Farm near Raba", "NDWI"),
    ("Farm near Raba", "NDRE"),
    ("Farm near Raba", "Natural colour"),
    ("Farm near Raba", "Near infrared"),
    ("Lake shore", "NDCI"),
    ("Irrigation trial", "NDVI"),
]
HALF_SWATH = "2025_08_26"


@pytest.fixture(scope="module")
def sandbox(qgis_app: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedSandbox]:
    """Serve sample data to the algorithms."""
    with served(tmp_path_factory.mktemp("samples")) as sandbox:
        provider = PixxelProvider(lambda: sandbox.client, lambda: "Sandbox")
        QgsApplication.processingRegistry().addProvider(provider)
        yield sandbox
        QgsApplication.processingRegistry().removeProvider(provider)


def loaded(sandbox: ServedSandbox, record: dict[str, Any], folder: Path) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the manifest's layers of a load as pictures, and what it complains of."""
    algorithm = QgsApplication.processingRegistry().createAlgorithmById("pixxel:loadvisualization")
    texts = Listener()
    ids = {"AOI": record["aoi_id"], "VISUALIZATION": record["id"]}
    algorithm.run({**ids, "AS": "picture", "MODE": "theoretical", "FOLDER": str(folder)}, QgsProcessingContext(), texts)
    layers = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["layers"]
    return layers, [*texts.errors, *texts.warnings]


def named(sandbox: ServedSandbox, aoi_name: str, index_name: str) -> dict[str, Any]:
    """Return the record of a visualization."""
    aoi_id = next(aoi["aoi_id"] for aoi in sandbox.state.store.all("aois") if aoi["name"] == aoi_name)
    records = sandbox.state.store.all("visualizations")
    return next(r for r in records if (r["aoi_id"], r["index_name"]) == (aoi_id, index_name))


@pytest.mark.parametrize(("aoi_name", "index_name"), SAMPLES)
def test_pictures_lie_where_they_were_drawn(
    sandbox: ServedSandbox, tmp_path: Path, aoi_name: str, index_name: str
) -> None:
    record = named(sandbox, aoi_name, index_name)
    layers, complaints = loaded(sandbox, record, tmp_path / "out")
    assert len(layers) == len(sandbox.state.assets_of(record["id"]))
    assert not complaints
    for layer in layers:
        assert pixels_off(sandbox, record, layer, tmp_path / "out") < 0.5, layer["key"]


def test_half_a_swath_is_laid_as_the_other_dates_or_said_to_be_uncertain(
    sandbox: ServedSandbox, tmp_path: Path
) -> None:
    """Its outline is half missing: a date whose place is certain settles it where that was measured before."""
    record = named(sandbox, "Hillside orchard", "NDVI")
    layers, complaints = loaded(sandbox, record, tmp_path / "out")
    off = {layer["key"]: pixels_off(sandbox, record, layer, tmp_path / "out") for layer in layers}
    assert len(off) == 10
    assert all(pixels < 0.5 for key, pixels in off.items() if key != HALF_SWATH)
    assert off[HALF_SWATH] < 0.5 or any("not certain" in complaint for complaint in complaints)
    assert len(complaints) <= 1


def test_a_composite_has_one_picture_of_a_day_with_two_scenes(sandbox: ServedSandbox, tmp_path: Path) -> None:
    """Keys of scenes are in legends alone, and a composite has none."""
    record = named(sandbox, "Hillside orchard", "Natural colour")
    layers, complaints = loaded(sandbox, record, tmp_path / "out")
    assert len(layers) == len(sandbox.state.assets_of(record["id"])) - 1
    assert "2025-08-09 (2)" in complaints[0]
    for layer in layers:
        if layer["key"] != HALF_SWATH:
            assert pixels_off(sandbox, record, layer, tmp_path / "out") < 0.5, layer["key"]


def pixels_off(sandbox: ServedSandbox, record: dict[str, Any], layer: dict[str, Any], folder: Path) -> float:
    """Return how far the corners of a layer are from where the sandbox drew them, in pixels of the layer."""
    mode = LegendMode.THEORETICAL if record["metadata"]["legend"] else None
    truth = picture_place(sandbox.state, record["id"], layer["key"], mode)
    raster = QgsRasterLayer(str(folder / layer["file"]), "picture")
    assert raster.isValid()
    drawn = QgsCoordinateReferenceSystem(f"EPSG:{truth.epsg}")
    turn = QgsCoordinateTransform(raster.crs(), drawn, QgsProject.instance().transformContext())
    box, (west, south, east, north) = raster.extent(), truth.extent
    corners = (turn.transform(box.xMinimum(), box.yMaximum()), turn.transform(box.xMaximum(), box.yMinimum()))
    across, down = abs(truth.transform[1]), abs(truth.transform[5])
    upper, lower = corners
    return max(
        abs(upper.x() - west) / across,
        abs(upper.y() - north) / down,
        abs(lower.x() - east) / across,
        abs(lower.y() - south) / down,
    )
