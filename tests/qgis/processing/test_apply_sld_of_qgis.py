"""``pixxel:applysld`` with the SLD that QGIS itself exports: the style file draws what was drawn before."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pixxel_explorer.plugin.processing.provider import PixxelProvider
from qgis.core import (
    QgsApplication,
    QgsContrastEnhancement,
    QgsProject,
    QgsRasterLayer,
    QgsSingleBandGrayRenderer,
)
from qgis.PyQt.QtGui import QColor

from .conftest import Run

GRADIENTS = QgsSingleBandGrayRenderer.Gradient


@pytest.fixture
def provider(qgis_app: object) -> Iterator[PixxelProvider]:
    """Return the provider without any connection."""
    provider = PixxelProvider(lambda: None)
    QgsApplication.processingRegistry().addProvider(provider)
    yield provider
    QgsApplication.processingRegistry().removeProvider(provider)
    QgsProject.instance().clear()


def levels(layer: QgsRasterLayer) -> list[tuple[int, int]]:
    block = layer.renderer().block(1, layer.extent(), layer.width(), 1)
    found = [QColor.fromRgba(block.color(0, column)) for column in range(layer.width())]
    return [(colour.red(), colour.alpha()) for colour in found]


@pytest.mark.parametrize("name", ["gray.sld", "gray_inverse.sld"])
def test_default_grey(run: Run, shared: Path, tmp_path: Path, name: str) -> None:
    source = tmp_path / "ndvi.tif"
    source.write_bytes((shared / "cases/sld/ndvi.tif").read_bytes())
    before = QgsRasterLayer(str(source), "before", "gdal", QgsRasterLayer.LayerOptions(False))
    renderer = QgsSingleBandGrayRenderer(before.dataProvider(), 1)
    enhancement = QgsContrastEnhancement(before.dataProvider().dataType(1))
    enhancement.setMinimumValue(0.05)
    enhancement.setMaximumValue(0.91)
    enhancement.setContrastEnhancementAlgorithm(
        QgsContrastEnhancement.ContrastEnhancementAlgorithm.StretchToMinimumMaximum
    )
    renderer.setContrastEnhancement(enhancement)
    renderer.setGradient(GRADIENTS.WhiteToBlack if "inverse" in name else GRADIENTS.BlackToWhite)
    before.setRenderer(renderer)
    sld = shared / "cases/sld" / name
    outcome = run("applysld", RASTER=str(source), SLD=str(sld), OUTPUT=str(tmp_path / "a.qml"))
    assert outcome.ok, outcome.feedback.errors
    assert outcome.feedback.warnings == [
        "ContrastEnhancement: the quantities of the ColorMap count after the stretch from 0.05 to 0.91."
    ]
    after = QgsRasterLayer(str(source), "after", "gdal", QgsRasterLayer.LayerOptions(False))
    assert after.loadNamedStyle(str(tmp_path / "a.qml"))[1]
    assert all(
        abs(a - b) <= 2
        for one, two in zip(levels(before), levels(after), strict=True)
        for a, b in zip(one, two, strict=True)
    )
    assert len({level for level, alpha in levels(after) if alpha}) > 2


def test_a_hillshade_is_refused_by_name(run: Run, shared: Path, tmp_path: Path) -> None:
    (tmp_path / "a.sld").write_text("<RasterSymbolizer><ShadedRelief/></RasterSymbolizer>")
    source = tmp_path / "ndvi.tif"
    source.write_bytes((shared / "cases/sld/ndvi.tif").read_bytes())
    outcome = run("applysld", RASTER=str(source), SLD=str(tmp_path / "a.sld"), OUTPUT=str(tmp_path / "a.qml"))
    assert "shades the relief" in outcome.error
    assert not (tmp_path / "a.qml").exists()
