"""The style of a difference is measured without reading every pixel of a large raster."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from osgeo import gdal
from pixxel_explorer.plugin.layers.difference_style import style_difference
from qgis.core import QgsRasterLayer, QgsSingleBandPseudoColorRenderer

SIDE = 1024


def test_a_large_raster_is_sampled(qgis_app: object, tmp_path: Path) -> None:
    path = tmp_path / "difference.tif"
    dataset = gdal.GetDriverByName("GTiff").Create(str(path), SIDE, SIDE, 1, gdal.GDT_Float32)
    dataset.SetGeoTransform((0, 1, 0, 0, 0, -1))
    ramp = np.linspace(-0.2, 0.2, SIDE * SIDE, dtype="f4").reshape(SIDE, SIDE)
    dataset.GetRasterBand(1).WriteArray(ramp)
    dataset.BuildOverviews("NEAREST", [2])
    dataset.GetRasterBand(1).GetOverview(0).WriteArray(4 * ramp[::2, ::2])  # so that the test sees what was read
    del dataset
    layer = QgsRasterLayer(str(path), "difference")
    style_difference(layer)
    renderer = layer.renderer()
    assert isinstance(renderer, QgsSingleBandPseudoColorRenderer)
    assert 0.7 < renderer.classificationMax() < 0.85
