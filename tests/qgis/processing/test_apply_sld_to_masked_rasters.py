"""Rasters with an alpha band, drawn by an SLD: the style file and the layer keep the mask."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from osgeo import gdal
from pixxel_explorer.plugin.processing.provider import PixxelProvider
from qgis.core import QgsApplication, QgsProject, QgsRasterLayer
from qgis.PyQt.QtGui import QColor, QPainter

from .conftest import Outcome, Run

VALUES, OPAQUE = (0.1, 0.3, 0.5, 0.7), (255, 0, 255, 0)
RAMP = (
    '<RasterSymbolizer><ColorMap><ColorMapEntry color="#d7191c" quantity="0"/>'
    '<ColorMapEntry color="#1a9641" quantity="1"/></ColorMap></RasterSymbolizer>'
)


@pytest.fixture
def provider(qgis_app: object) -> Iterator[PixxelProvider]:
    """Return the provider without any connection."""
    provider = PixxelProvider(lambda: None)
    QgsApplication.processingRegistry().addProvider(provider)
    yield provider
    QgsApplication.processingRegistry().removeProvider(provider)
    QgsProject.instance().clear()


def masked(path: Path, bands: int = 1) -> Path:
    """Write a raster of values and an alpha band that hides every second pixel."""
    dataset = gdal.GetDriverByName("GTiff").Create(str(path), len(VALUES), 1, bands + 1, gdal.GDT_Float32)
    dataset.SetGeoTransform((0, 1, 0, 1, 0, -1))
    for number, values in enumerate([*[VALUES] * bands, OPAQUE], start=1):
        dataset.GetRasterBand(number).WriteArray(np.array([values], np.float32))
    dataset.GetRasterBand(bands + 1).SetColorInterpretation(gdal.GCI_AlphaBand)
    return path


def apply(run: Run, source: Path | str, folder: Path, **more: Any) -> Outcome:
    (folder / "a.sld").write_text(RAMP)
    return run("applysld", RASTER=str(source), SLD=str(folder / "a.sld"), OUTPUT=str(folder / "a.qml"), **more)


def reopened(source: Path, style: Path) -> QgsRasterLayer:
    """Return the raster in the style of the file."""
    layer = QgsRasterLayer(str(source), "again", "gdal", QgsRasterLayer.LayerOptions(False))
    assert layer.loadNamedStyle(str(style))[1]
    return layer


def alphas(layer: QgsRasterLayer) -> list[int]:
    block = layer.renderer().block(1, layer.extent(), layer.width(), 1)
    return [QColor.fromRgba(block.color(0, column)).alpha() for column in range(layer.width())]


@pytest.mark.parametrize("bands", [1, 2, 3])
def test_the_style_file_hides_what_the_alpha_band_hides(run: Run, tmp_path: Path, bands: int) -> None:
    source = masked(tmp_path / "a.tif", bands)
    outcome = apply(run, source, tmp_path, BAND=bands)
    assert outcome.ok, outcome.feedback.errors
    assert outcome.feedback.warnings == []
    layer = reopened(source, tmp_path / "a.qml")
    assert (layer.renderer().inputBand(), layer.renderer().alphaBand()) == (bands, bands + 1)
    assert alphas(layer) == list(OPAQUE)


def test_the_alpha_band_as_the_band_to_draw_is_named(run: Run, tmp_path: Path) -> None:
    outcome = apply(run, masked(tmp_path / "a.tif"), tmp_path, BAND=2)
    (warning,) = outcome.feedback.warnings
    assert warning.startswith("Layer: band 2 is the alpha band")


def test_the_file_and_the_layer_keep_what_a_person_set(run: Run, tmp_path: Path) -> None:
    layer = QgsRasterLayer(str(masked(tmp_path / "a.tif")), "Field", "gdal")
    QgsProject.instance().addMapLayer(layer)
    layer.renderer().setAlphaBand(-1)
    layer.setBlendMode(QPainter.CompositionMode.CompositionMode_Multiply)
    assert apply(run, layer.id(), tmp_path).ok
    for drawn in (layer, reopened(tmp_path / "a.tif", tmp_path / "a.qml")):
        assert alphas(drawn) == [255] * 4
        assert drawn.blendMode() == QPainter.CompositionMode.CompositionMode_Multiply


def test_what_is_replaced_on_the_layer_is_said_once(run: Run, tmp_path: Path) -> None:
    layer = QgsRasterLayer(str(masked(tmp_path / "a.tif")), "Field", "gdal")
    QgsProject.instance().addMapLayer(layer)
    layer.setOpacity(0.5)
    outcome = apply(run, layer.id(), tmp_path)
    assert outcome.feedback.warnings == ["Layer: its opacity of 50% is replaced by the style's, 100%."]
    assert layer.opacity() == 1
    assert alphas(layer) == list(OPAQUE)


def test_an_index_with_an_alpha_band(run: Run, shared: Path, tmp_path: Path) -> None:
    source = tmp_path / "index.tif"
    source.write_bytes((shared / "cases/raster/index_and_alpha.tif").read_bytes())
    before = alphas(QgsRasterLayer(str(source), "before", "gdal"))
    assert 0 in before
    assert apply(run, source, tmp_path).ok
    assert alphas(reopened(source, tmp_path / "a.qml")) == before
