"""A further renderer of QGIS is a function and a row of one table: its style files and SLD come with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from pixxel_explorer.plugin.imagery.loaded import LoadedImage
from pixxel_explorer.plugin.layers import builder, style_files
from pixxel_explorer.plugin.layers.errors import StyleWithoutClasses
from pixxel_explorer.plugin.legend.spec import Colour, Legend, LegendClass
from pixxel_explorer.plugin.sld import renderers
from pixxel_explorer.plugin.sld.renderers import table
from qgis.core import QgsRasterContourRenderer, QgsRasterLayer

MakeImage = Callable[..., LoadedImage]
BLACK = Colour(0, 0, 0)


def of_contours(renderer: QgsRasterContourRenderer, _exact: bool) -> tuple[Legend, list[str]]:
    """Return two classes, as wide as the interval of the contours."""
    step = renderer.contourInterval()
    return Legend((LegendClass(0, step, BLACK, "low"), LegendClass(step, 2 * step, BLACK, "high"))), []


@pytest.fixture
def layer(make_image: MakeImage) -> QgsRasterLayer:
    """Return a layer drawn by contours."""
    made = QgsRasterLayer(str(make_image(kind="values").path), "x", "gdal", QgsRasterLayer.LayerOptions(False))
    renderer = QgsRasterContourRenderer(made.dataProvider())
    renderer.setContourInterval(0.25)
    made.setRenderer(renderer)
    return made


@pytest.fixture
def with_contours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the row of contours a function that reads a legend."""
    rows = [
        replace(row, drawing="", legend=of_contours) if row.renderer is QgsRasterContourRenderer else row
        for row in table.RENDERERS
    ]
    monkeypatch.setattr(table, "RENDERERS", rows)


def test_contours_have_no_classes_without_a_function(layer: QgsRasterLayer, tmp_path: Path) -> None:
    builder.save_style(layer, tmp_path / "a.qml")
    with pytest.raises(StyleWithoutClasses, match="contour"):
        style_files.read(tmp_path / "a.qml")
    with pytest.raises(renderers.StyleNotDrawable):
        renderers.picture_of(layer.renderer())


@pytest.mark.usefixtures("with_contours")
def test_the_function_of_a_row_reads_style_files_and_writes_sld(layer: QgsRasterLayer, tmp_path: Path) -> None:
    builder.save_style(layer, tmp_path / "a.qml")
    legend, _ = style_files.read(tmp_path / "a.qml")
    assert [(each.minimum, each.maximum, each.label) for each in legend.classes] == [
        (0, 0.25, "low"),
        (0.25, 0.5, "high"),
    ]
    style, _ = renderers.picture_of(layer.renderer())
    assert style.legend is not None
    assert style.legend.classes == legend.classes
