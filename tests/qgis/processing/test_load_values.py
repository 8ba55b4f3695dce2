"""Value rasters as files of other programs have them: scaled integers, stray fill values, other units."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from osgeo import gdal, osr
from qgis.core import QgsRasterLayer
from qgis.PyQt.QtGui import QColor

from .conftest import Outcome, Run
from .server import DATES, State

DAY = "2025-05-02"
INDEX = np.linspace(-0.9, 0.99, 400).reshape(20, 20)
BLUE, RED, GREEN = "#2b83ba", "#d7191c", "#1a9641"  # below 0.1, below 0.4, below 1


def raster(path: Path, values: Any, kind: int = gdal.GDT_Float32, scale: float | None = None) -> bytes:
    height, width = values.shape
    dataset = gdal.GetDriverByName("GTiff").Create(str(path), width, height, 1, kind)
    dataset.SetGeoTransform((500000, 10, 0, 1400000, 0, -10))
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(32643)
    dataset.SetProjection(reference.ExportToWkt())
    if scale is not None:
        dataset.GetRasterBand(1).SetScale(scale)
    dataset.GetRasterBand(1).WriteArray(values)
    del dataset
    return path.read_bytes()


def load(run: Run, folder: Path) -> tuple[Outcome, QgsRasterLayer]:
    outcome = run(
        "loadvisualization", AOI="a-1", VISUALIZATION="v-1", MODE="dynamic", AS="values", DATES=DAY, FOLDER=str(folder)
    )
    assert outcome.ok, outcome.feedback.errors
    layer = QgsRasterLayer(outcome.results["LAYERS"][0], DAY, "gdal", QgsRasterLayer.LayerOptions(False))
    _, loaded = layer.loadNamedStyle(str(Path(outcome.results["LAYERS"][0]).with_suffix(".qml")))
    assert loaded
    return outcome, layer


def colours(layer: QgsRasterLayer) -> Any:
    block = layer.renderer().block(1, layer.extent(), layer.width(), layer.height())
    rows, columns = range(layer.height()), range(layer.width())
    found = [[QColor.fromRgba(block.color(row, column)) for column in columns] for row in rows]
    return np.array([[colour.name() if colour.alpha() else "" for colour in row] for row in found])


def expected(values: Any) -> Any:
    return np.select([values < -1, values < 0.1, values < 0.4, values < 1], ["", BLUE, RED, GREEN], "")


def test_scaled_integers_are_the_index_they_stand_for(run: Run, server: State, tmp_path: Path) -> None:
    stored = np.round(INDEX * 10000 + 0.5)
    server.raster = raster(tmp_path / "a.tif", stored, gdal.GDT_Int16, 0.0001)
    outcome, layer = load(run, tmp_path / "out")
    assert outcome.feedback.warnings == []
    assert (colours(layer) == expected(stored * 0.0001)).all()


@pytest.mark.parametrize(("fill", "kind", "scale"), [(-9999, gdal.GDT_Float32, None), (32767, gdal.GDT_Int16, 0.0001)])
def test_a_stray_fill_value_does_not_unstyle_a_layer_and_is_named(
    run: Run, server: State, tmp_path: Path, fill: int, kind: int, scale: float | None
) -> None:
    values = INDEX if scale is None else np.round(INDEX / scale + 0.5)
    filled = np.where(np.arange(400).reshape(20, 20) % 100 == 7, fill, values)
    server.raster = raster(tmp_path / "a.tif", filled, kind, scale)
    outcome, layer = load(run, tmp_path / "out")
    drawn = f"{fill * (scale or 1):g}"
    assert outcome.feedback.warnings == [
        f"{DAY}: 1 % of the pixels are {drawn}, which looks like no-data that the file does not declare; set it in "
        "Layer Properties > Transparency to leave it out."
    ]
    assert (colours(layer) == expected(np.where(filled == fill, 99, INDEX)))[filled != fill].all()


@pytest.mark.parametrize("name", ["int16_scaled", "undeclared_nodata"])
def test_the_cases_are_drawn_as_the_index_they_are(
    run: Run, server: State, tmp_path: Path, shared: Path, name: str
) -> None:
    server.raster = (shared / f"cases/raster/{name}.tif").read_bytes()
    outcome, layer = load(run, tmp_path / "out")
    assert layer.renderer().type() == "singlebandpseudocolor"
    assert {BLUE, RED, GREEN} <= set(colours(layer).ravel())
    assert len(outcome.feedback.warnings) == (name == "undeclared_nodata")


def test_a_style_that_misses_the_values_is_drawn_as_asked_and_said(run: Run, server: State, tmp_path: Path) -> None:
    server.raster = raster(tmp_path / "a.tif", np.round(INDEX * 10000 + 0.5), gdal.GDT_Int16)
    outcome, _ = load(run, tmp_path / "out")
    (warning,) = outcome.feedback.warnings
    assert warning.startswith(f"The legend of {DAY} does not fit the raster's values")
    assert "of the pixels lie outside the style's -1 to 1" in warning
    assert warning.endswith("a factor of 10000 would explain it.")


def test_a_legend_in_display_units_that_fits_says_nothing_of_missing(run: Run, server: State, tmp_path: Path) -> None:
    rows = [(0, 140, BLUE, "a"), (140, 178, RED, "b"), (178, 255, GREEN, "c")]
    classes = [{"min": low, "max": high, "color": colour, "label": label} for low, high, colour, label in rows]
    server.legend[DATES[1]]["dynamic"] = classes
    server.raster = raster(tmp_path / "a.tif", INDEX)
    outcome, _ = load(run, tmp_path / "out")
    assert outcome.feedback.warnings == [
        f"The legend of {DAY} fits the raster as display values of 0 to 255 only, and is drawn so."
    ]
