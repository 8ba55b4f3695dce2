"""Rasters of chosen values and what a renderer makes of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from osgeo import gdal
from qgis.core import QgsRasterLayer
from qgis.PyQt.QtGui import QColor

NODATA = -9999.0
Pixel = tuple[int, int, int, int]
MakeLayer = Callable[..., QgsRasterLayer]


@pytest.fixture
def make_layer(qgis_app: object, tmp_path: Path) -> MakeLayer:
    """Return a maker of layers one row high: ``make_layer([0.1, nan], "float32")``."""
    made = 0

    def make(values: Sequence[float], kind: str = "float32") -> QgsRasterLayer:
        nonlocal made
        made += 1
        path = tmp_path / f"row_{made}.tif"
        codes = {"float32": gdal.GDT_Float32, "float64": gdal.GDT_Float64, "int16": gdal.GDT_Int16}
        dataset = gdal.GetDriverByName("GTiff").Create(str(path), len(values), 1, 1, codes[kind])
        dataset.SetGeoTransform((0, 1, 0, 1, 0, -1))
        dataset.GetRasterBand(1).SetNoDataValue(NODATA)
        dataset.GetRasterBand(1).WriteArray(np.array([values], dtype=kind))
        dataset = None
        layer = QgsRasterLayer(str(path), path.stem, "gdal", QgsRasterLayer.LayerOptions(False))
        assert layer.isValid()
        return layer

    return make


@pytest.fixture
def drawn() -> Callable[[QgsRasterLayer], list[Pixel]]:
    """Return the function that gives the straight colour of each pixel; one not drawn is all zero."""
    return _drawn


def _drawn(layer: QgsRasterLayer) -> list[Pixel]:
    block = layer.renderer().block(1, layer.extent(), layer.width(), 1)
    return [_straight(QColor.fromRgba(block.color(0, column))) for column in range(layer.width())]


def _straight(colour: QColor) -> Pixel:
    red, green, blue, alpha = colour.red(), colour.green(), colour.blue(), colour.alpha()
    if alpha in (0, 255):
        return (red, green, blue, alpha) if alpha else (0, 0, 0, 0)
    return (*(min(255, round(channel * 255 / alpha)) for channel in (red, green, blue)), alpha)
