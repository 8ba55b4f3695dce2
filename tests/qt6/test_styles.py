"""Style documents under Qt 6: saved from layers, whose enums are no integers there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from osgeo import gdal
from pixxel_explorer.plugin.layers.styling import style_of
from pixxel_explorer.plugin.legend.spec import Colour, ColourMapKind, Legend, LegendClass
from pixxel_explorer.plugin.sld.renderers import build
from pixxel_explorer.plugin.sld.writer import write_style
from qgis.core import QgsRasterLayer
from qgis.PyQt.QtGui import QPainter


@pytest.fixture
def layer(qgis_app: object, tmp_path: Path) -> QgsRasterLayer:
    path = tmp_path / "ndvi.tif"
    dataset = gdal.GetDriverByName("GTiff").Create(str(path), 4, 4, 1, gdal.GDT_Float32)
    dataset.GetRasterBand(1).WriteArray(np.linspace(0, 1, 16, dtype=np.float32).reshape(4, 4))
    del dataset
    return QgsRasterLayer(str(path), "NDVI")


def test_a_layer_is_saved_as_sld(layer: QgsRasterLayer) -> None:
    classes = (LegendClass(0, 0.5, Colour(215, 25, 28)), LegendClass(0.5, 1, Colour(43, 131, 186)))
    layer.setRenderer(build(Legend(classes, kind=ColourMapKind.INTERVALS), layer.dataProvider()))
    style, warnings = style_of(layer)
    text, more = write_style(style, layer.name(), "1.0.0")
    assert "#2b83ba" in text.casefold()
    assert [*warnings, *more] == []


def test_blending_is_named_as_lost(layer: QgsRasterLayer, monkeypatch: pytest.MonkeyPatch) -> None:
    classes = (LegendClass(0, 1, Colour(215, 25, 28)),)
    layer.setRenderer(build(Legend(classes, kind=ColourMapKind.INTERVALS), layer.dataProvider()))
    monkeypatch.setattr(layer, "blendMode", lambda: QPainter.CompositionMode.CompositionMode_Multiply)
    assert any("blending" in warning for warning in style_of(layer)[1])
