"""Pixels an alpha band or a mask hides stay hidden, whatever style is applied and wherever it is saved."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from osgeo import gdal
from pixxel_explorer.plugin.layers.former_style import put_back, style_now
from pixxel_explorer.plugin.layers.styling import apply_styles, style_of
from pixxel_explorer.plugin.sld.reader import read_styles
from pixxel_explorer.plugin.sld.writer import write_style
from qgis.core import QgsProject, QgsRasterLayer
from qgis.PyQt.QtGui import QColor

from .settings import TRANSPARENT, set_everything, settings_of

VALUES = (0, 1, 2, 3, 4, 5)
OPAQUE = (255, 255, 0, 255, 0, 255)
TYPES = {"byte": gdal.GDT_Byte, "uint16": gdal.GDT_UInt16, "float32": gdal.GDT_Float32}
STRETCH = (
    '<ContrastEnhancement><Normalize><VendorOption name="algorithm">StretchToMinimumMaximum</VendorOption>'
    '<VendorOption name="minValue">0</VendorOption><VendorOption name="maxValue">5</VendorOption>'
    "</Normalize></ContrastEnhancement>"
)
MakeMasked = Callable[..., QgsRasterLayer]


def colour_map(kind: str, last: str = "9") -> str:
    entries = [f'<ColorMapEntry color="#0000{value:02x}" quantity="{value}"/>' for value in VALUES]
    return f'<ColorMap type="{kind}">{"".join(entries)}<ColorMapEntry color="#ff0000" quantity="{last}"/></ColorMap>'


def document(inside: str) -> str:
    return (
        "<StyledLayerDescriptor><NamedLayer><UserStyle><FeatureTypeStyle><Rule><RasterSymbolizer>"
        f"{inside}</RasterSymbolizer></Rule></FeatureTypeStyle></UserStyle></NamedLayer></StyledLayerDescriptor>"
    )


def channels(**bands: int) -> str:
    inside = "".join(
        f"<{name}Channel><SourceChannelName>{band}</SourceChannelName>{STRETCH}</{name}Channel>"
        for name, band in bands.items()
    )
    return f"<ChannelSelection>{inside}</ChannelSelection>"


DOCUMENTS = {
    "intervals": document(colour_map("intervals")),
    "ramp": document(colour_map("ramp")),
    "values": document(colour_map("values")),
    "grey": document(channels(Gray=1)),
}


@pytest.fixture
def masked(qgis_app: object, tmp_path: Path) -> MakeMasked:
    """Return a maker of rasters of some bands of values and a mask: an alpha band, or GDAL's own, in or beside it."""

    def make(kind: str = "byte", mask: str = "alpha", bands: int = 1) -> QgsRasterLayer:
        path = tmp_path / f"{mask}.tif"
        alpha = mask == "alpha"
        dataset = gdal.GetDriverByName("GTiff").Create(str(path), len(VALUES), 1, bands + alpha, TYPES[kind])
        dataset.SetGeoTransform((0, 1, 0, 1, 0, -1))
        for number in range(1, bands + 1):
            dataset.GetRasterBand(number).WriteArray(np.array([VALUES]))
        if alpha:
            whole = 65535 if kind == "uint16" else 255
            dataset.GetRasterBand(bands + 1).WriteArray(np.array([OPAQUE]) // 255 * whole)
            dataset.GetRasterBand(bands + 1).SetColorInterpretation(gdal.GCI_AlphaBand)
        elif mask in ("inside", "beside"):
            _write_mask(dataset, mask == "inside")
        else:
            dataset.GetRasterBand(1).SetNoDataValue(2)
        dataset = None
        return QgsRasterLayer(str(path), path.stem, "gdal", QgsRasterLayer.LayerOptions(False))

    return make


def _write_mask(dataset: gdal.Dataset, inside: bool) -> None:
    former = gdal.GetConfigOption("GDAL_TIFF_INTERNAL_MASK")
    gdal.SetConfigOption("GDAL_TIFF_INTERNAL_MASK", "YES" if inside else "NO")
    dataset.CreateMaskBand(gdal.GMF_PER_DATASET)
    dataset.GetRasterBand(1).GetMaskBand().WriteArray(np.array([OPAQUE], dtype=np.uint8))
    gdal.SetConfigOption("GDAL_TIFF_INTERNAL_MASK", former)


def alphas(layer: QgsRasterLayer) -> list[int]:
    block = layer.renderer().block(1, layer.extent(), layer.width(), 1)
    return [QColor.fromRgba(block.color(0, column)).alpha() for column in range(layer.width())]


@pytest.mark.parametrize("name", DOCUMENTS)
@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("mask", ["alpha", "inside", "beside"])
@pytest.mark.parametrize("bands", [1, 2])
def test_masked_pixels_stay_hidden_and_only_they(
    masked: MakeMasked, name: str, kind: str, mask: str, bands: int
) -> None:
    layer = masked(kind, mask, bands)
    apply_styles(layer, read_styles(DOCUMENTS[name]))
    assert alphas(layer) == list(OPAQUE)


def test_no_data_stays_hidden(masked: MakeMasked) -> None:
    layer = masked("float32", "no-data")
    apply_styles(layer, read_styles(DOCUMENTS["ramp"]))
    assert alphas(layer) == [255, 255, 0, 255, 255, 255]


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("mask", ["alpha", "inside", "beside"])
def test_red_green_blue_and_alpha(masked: MakeMasked, kind: str, mask: str) -> None:
    layer = masked(kind, mask, 3)
    for style in (channels(Red=3, Green=2, Blue=1), channels(Gray=2), colour_map("intervals")):
        apply_styles(layer, read_styles(document(style)))
        assert layer.renderer().alphaBand() == 4
        assert alphas(layer) == list(OPAQUE)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_mask_is_saved_and_comes_back(masked: MakeMasked, name: str, tmp_path: Path) -> None:
    layer = masked()
    apply_styles(layer, read_styles(DOCUMENTS[name]))
    assert layer.saveNamedStyle(str(tmp_path / "a.qml"))[1]
    project = QgsProject()
    project.addMapLayer(layer)
    assert project.write(str(tmp_path / "a.qgz"))
    again = QgsRasterLayer(layer.source(), "again", "gdal", QgsRasterLayer.LayerOptions(False))
    again.renderer().setAlphaBand(-1)
    assert again.loadNamedStyle(str(tmp_path / "a.qml"))[1]
    assert alphas(again) == list(OPAQUE)
    reopened = QgsProject()
    assert reopened.read(str(tmp_path / "a.qgz"))
    (found,) = reopened.mapLayers().values()
    assert alphas(found) == list(OPAQUE)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_mask_outlasts_documents_which_cannot_name_it(masked: MakeMasked, name: str, tmp_path: Path) -> None:
    layer = masked()
    apply_styles(layer, read_styles(DOCUMENTS[name]))
    layer.saveSldStyle(str(tmp_path / "qgis.sld"))
    style, warnings = style_of(layer)
    assert "Renderer: the transparency of an alpha band cannot be written to SLD." in warnings
    for text in ((tmp_path / "qgis.sld").read_bytes(), write_style(style, "ours")[0]):
        apply_styles(layer, read_styles(text))
        assert alphas(layer) == list(OPAQUE)


def test_an_alpha_band_that_is_drawn_itself_is_named_and_masks_nothing(masked: MakeMasked) -> None:
    layer = masked(bands=3)
    mixed = channels(Red=4, Green=2, Blue=1)
    for style in (channels(Gray=4), mixed, f"{channels(Gray=4)}{colour_map('ramp')}"):
        warnings = apply_styles(layer, read_styles(document(style)))
        assert any(text.startswith("Layer: band 4 is the alpha band") for text in warnings)
        assert alphas(layer) == [255] * 6


def test_further_styles_are_masked_too(masked: MakeMasked) -> None:
    layer = masked()
    first, second = read_styles(DOCUMENTS["ramp"])[0], read_styles(DOCUMENTS["intervals"])[0]
    apply_styles(layer, [first, second])
    for style in layer.styleManager().styles():
        layer.styleManager().setCurrentStyle(style)
        assert alphas(layer) == list(OPAQUE)


REPLACED = {"opacity", "brightness", "contrast", "gamma", "saturation", "invert", "colorize", "grayscale"}


def test_a_document_replaces_colours_and_says_so_and_all_else_stays(masked: MakeMasked) -> None:
    layer = masked("float32")
    QgsProject.instance().addMapLayer(layer)
    set_everything(layer)
    before, former = settings_of(layer), style_now(layer)
    warnings = apply_styles(
        layer, read_styles(DOCUMENTS["ramp"].replace("<ColorMap ", "<Opacity>0.7</Opacity><ColorMap "))
    )
    after = settings_of(layer)
    replaced = {name for name, value in before.items() if after[name] != value}
    assert replaced == {*REPLACED, "origin"}
    assert layer.opacity() == 0.7
    assert warnings == [
        "Layer: its opacity of 50% is replaced by the style's, 70%.",
        "Layer: its brightness, contrast, gamma and colour changes are reset; the style defines the colours.",
        "Layer: it stays visible at its own scales only; the style names none.",
    ]
    assert put_back(layer, former, style_now(layer))
    assert settings_of(layer) == before
    QgsProject.instance().clear()


def test_a_document_keeps_number_format_and_transparent_values_of_the_document_before(masked: MakeMasked) -> None:
    layer = masked("float32")
    apply_styles(layer, read_styles(DOCUMENTS["ramp"]))
    set_everything(layer)
    before = settings_of(layer)
    apply_styles(layer, read_styles(DOCUMENTS["intervals"]))
    after = settings_of(layer)
    for name in ("legend texts", "number format", "label precision", "transparent value"):
        assert after[name] == before[name]
    assert not after["clip"]
    pixels = layer.renderer().rasterTransparency().transparentSingleValuePixelList()
    assert [(pixel.min, pixel.max, pixel.opacity) for pixel in pixels].count(TRANSPARENT) == 1


def test_transparent_values_a_document_cannot_hold_are_said(masked: MakeMasked) -> None:
    layer = masked("float32", "no-data")
    apply_styles(layer, read_styles(DOCUMENTS["intervals"]))
    assert style_of(layer)[1] == []
    set_everything(layer)
    assert any("its transparent values cannot be written to SLD" in text for text in style_of(layer)[1])


def test_an_index_with_an_alpha_band(shared: Path, tmp_path: Path) -> None:
    source = tmp_path / "index.tif"
    source.write_bytes((shared / "cases/raster/index_and_alpha.tif").read_bytes())
    layer = QgsRasterLayer(str(source), "index", "gdal", QgsRasterLayer.LayerOptions(False))
    hidden = alphas(layer)
    assert 0 in hidden
    apply_styles(layer, read_styles(document(colour_map("ramp"))))
    assert alphas(layer) == hidden
