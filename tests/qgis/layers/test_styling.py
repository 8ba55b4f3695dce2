"""Styles applied to layers and taken off again: bands, contrast, named styles, scale limits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from osgeo import gdal
from pixxel_explorer.plugin.layers.styling import StyleNotDrawable, apply_styles, style_of
from pixxel_explorer.plugin.legend.spec import ColourMapKind
from pixxel_explorer.plugin.sld.raster_style import Channel, Contrast, ContrastMethod, RasterStyle
from pixxel_explorer.plugin.sld.reader import read_styles
from pixxel_explorer.plugin.sld.writer import write_style
from qgis.core import (
    QgsHillshadeRenderer,
    QgsHueSaturationFilter,
    QgsMultiBandColorRenderer,
    QgsPalettedRasterRenderer,
    QgsRasterLayer,
    QgsRasterSingleColorRenderer,
    QgsSingleBandGrayRenderer,
)
from qgis.PyQt.QtGui import QColor

MakeRaster = Callable[..., QgsRasterLayer]
MAP = '<ColorMap><ColorMapEntry color="#000000" quantity="0"/><ColorMapEntry color="#ffffff" quantity="1"/></ColorMap>'


@pytest.fixture
def raster(qgis_app: object, tmp_path: Path) -> MakeRaster:
    """Return a maker of layers one row high of several named bands."""
    made = 0

    def make(bands: Sequence[Sequence[float]], kind: int = gdal.GDT_Byte, names: Sequence[str] = ()) -> QgsRasterLayer:
        nonlocal made
        made += 1
        path = tmp_path / f"raster_{made}.tif"
        dataset = gdal.GetDriverByName("GTiff").Create(str(path), len(bands[0]), 1, len(bands), kind)
        dataset.SetGeoTransform((0, 1, 0, 1, 0, -1))
        for number, values in enumerate(bands, start=1):
            dataset.GetRasterBand(number).WriteArray(np.array([values]))
            if names:
                dataset.GetRasterBand(number).SetDescription(names[number - 1])
        dataset = None
        return QgsRasterLayer(str(path), path.stem, "gdal", QgsRasterLayer.LayerOptions(False))

    return make


def sld(inside: str, rule: str = "", more: str = "") -> str:
    style = f"<UserStyle><Name>first</Name><FeatureTypeStyle><Rule>{rule}<RasterSymbolizer>{inside}"
    return (
        f"<StyledLayerDescriptor><NamedLayer>{style}</RasterSymbolizer></Rule></FeatureTypeStyle></UserStyle>"
        f"{more}</NamedLayer></StyledLayerDescriptor>"
    )


def selection(**sources: str) -> str:
    channels = (
        f"<{name}Channel><SourceChannelName>{source}</SourceChannelName></{name}Channel>"
        for name, source in sources.items()
    )
    return f"<ChannelSelection>{''.join(channels)}</ChannelSelection>"


def colours(layer: QgsRasterLayer) -> list[tuple[int, int, int]]:
    """Return red, green and blue of every pixel, through all filters of the layer."""
    pipe = layer.pipe()
    block = pipe.last().block(1, layer.extent(), layer.width(), 1)
    found = [QColor.fromRgba(block.color(0, column)) for column in range(layer.width())]
    return [(colour.red(), colour.green(), colour.blue()) for colour in found]


def styled(layer: QgsRasterLayer, document: str, band: int = 1) -> list[str]:
    return apply_styles(layer, read_styles(document), band)


def test_bytes_without_a_colour_map_are_drawn_in_grey_as_they_are(raster: MakeRaster) -> None:
    layer = raster([[0, 60, 255]])
    (warning,) = styled(layer, sld("<Opacity>0.5</Opacity>"))
    assert warning.startswith("RasterSymbolizer: it names no bands and no colours")
    assert layer.renderer().type() == "singlebandgray"
    assert layer.renderer().opacity() == 0.5
    layer.renderer().setOpacity(1)
    assert colours(layer) == [(0, 0, 0), (60, 60, 60), (255, 255, 255)]


def test_other_numbers_in_grey_are_stretched_over_what_there_is_and_that_is_said(raster: MakeRaster) -> None:
    layer = raster([[-1.0, 0.0, 1.0]], gdal.GDT_Float32)
    (_, warning) = styled(layer, sld(""))
    assert warning.startswith("RasterSymbolizer: band 1 is stretched")
    assert [red for red, _, _ in colours(layer)] == [0, 127, 255]


def test_a_stretch_with_stated_limits_needs_no_measuring(raster: MakeRaster) -> None:
    options = '<VendorOption name="minValue">50</VendorOption><VendorOption name="maxValue">150</VendorOption>'
    layer = raster([[0, 50, 100, 150, 255]])
    styled(layer, sld(f"<ContrastEnhancement><Normalize>{options}</Normalize></ContrastEnhancement>"))
    assert [red for red, _, _ in colours(layer)] == [0, 0, 127, 255, 255]


def test_a_histogram_is_drawn_as_a_cut_and_that_is_said(raster: MakeRaster) -> None:
    layer = raster([[float(value) for value in range(200)]], gdal.GDT_Float32)
    (warning,) = styled(layer, sld("<ContrastEnhancement><Histogram/></ContrastEnhancement>"))
    assert "2 % and 98 %" in warning
    assert layer.renderer().contrastEnhancement().minimumValue() == pytest.approx(4, abs=2)


@pytest.mark.parametrize("gamma", [0.5, 2.0])
def test_gamma_above_one_brightens(raster: MakeRaster, gamma: float) -> None:
    layer = raster([[0, 64, 128, 255]])
    (warning,) = styled(layer, sld(f"<ContrastEnhancement><GammaValue>{gamma}</GammaValue></ContrastEnhancement>"))
    assert warning.startswith("GammaValue:")
    expected = [255 * (value / 255) ** (1 / gamma) for value in (0, 64, 128, 255)]
    assert [red for red, _, _ in colours(layer)] == [pytest.approx(value, abs=1.5) for value in expected]


def test_effects_of_the_drawing_before_do_not_stay_behind(raster: MakeRaster) -> None:
    layer = raster([[0, 128, 255]])
    layer.brightnessFilter().setBrightness(100)
    layer.brightnessFilter().setContrast(50)
    hue = layer.hueSaturationFilter()
    hue.setSaturation(-80)
    hue.setInvertColors(True)
    hue.setColorizeOn(True)
    hue.setGrayscaleMode(QgsHueSaturationFilter.GrayscaleMode.GrayscaleAverage)
    styled(layer, sld('<ColorMap type="values"><ColorMapEntry color="#d7191c" quantity="128"/></ColorMap>'))
    assert colours(layer)[1] == (215, 25, 28)


def test_gamma_does_not_stay_behind_when_the_next_style_has_none(raster: MakeRaster) -> None:
    layer = raster([[0, 64]])
    styled(layer, sld("<ContrastEnhancement><GammaValue>2</GammaValue></ContrastEnhancement>"))
    styled(layer, sld(MAP))
    assert layer.brightnessFilter().gamma() == 1


def test_three_bands_are_drawn_by_number_and_by_name(raster: MakeRaster) -> None:
    layer = raster([[10, 20], [30, 40], [50, 60]], names=("B02", "B03", "B04"))
    (warning,) = styled(layer, sld(selection(Red="3", Green="B03", Blue="b02")))
    assert "red from band 3, green from band 2, blue from band 1" in warning
    assert colours(layer) == [(50, 30, 10), (60, 40, 20)]


def test_bands_the_raster_has_not_are_refused_and_nothing_changes(raster: MakeRaster) -> None:
    layer = raster([[10, 20]])
    before = layer.renderer().type()
    with pytest.raises(StyleNotDrawable) as caught:
        styled(layer, sld(selection(Red="1", Green="2", Blue="3")))
    assert (caught.value.reason, caught.value.detail) == ("band", "2")
    assert layer.renderer().type() == before


def test_a_grey_channel_picks_the_band_and_a_foreign_name_leaves_the_callers(raster: MakeRaster) -> None:
    layer = raster([[0, 0], [1, 1]])
    styled(layer, sld(selection(Gray="2") + MAP))
    assert layer.renderer().inputBand() == 2
    styled(layer, sld(selection(Gray="GRAY_INDEX") + MAP), 1)
    assert layer.renderer().inputBand() == 1
    (warning,) = styled(layer, sld(selection(Gray="7") + MAP))
    assert "no band 7" in warning


def test_whole_values_over_whole_numbers_become_a_palette_with_labels(raster: MakeRaster) -> None:
    entries = '<ColorMapEntry color="#ff0000" quantity="1" label="water"/><ColorMapEntry color="#00ff00" quantity="2"/>'
    layer = raster([[0, 1, 2]])
    styled(layer, sld(f'<ColorMap type="values">{entries}</ColorMap>'))
    renderer = layer.renderer()
    assert isinstance(renderer, QgsPalettedRasterRenderer)
    assert [(entry.value, entry.label) for entry in renderer.classes()] == [(1, "water"), (2, "2")]
    assert colours(layer)[1:] == [(255, 0, 0), (0, 255, 0)]


def test_scale_limits_are_the_layers_and_stay_where_the_next_style_names_none(raster: MakeRaster) -> None:
    layer = raster([[0, 1]])
    limits = "<MinScaleDenominator>5000</MinScaleDenominator><MaxScaleDenominator>100000</MaxScaleDenominator>"
    styled(layer, sld(MAP, limits))
    assert layer.hasScaleBasedVisibility()
    assert [layer.isInScaleRange(scale) for scale in (4_000, 5_000, 50_000, 200_000)] == [False, True, True, False]
    style, _ = style_of(layer)
    assert (style.least_scale, style.greatest_scale) == (5000, 100000)
    warnings = styled(layer, sld(MAP))
    assert (layer.hasScaleBasedVisibility(), layer.minimumScale(), layer.maximumScale()) == (True, 100000, 5000)
    assert warnings == ["Layer: it stays visible at its own scales only; the style names none."]


def test_further_styles_become_named_styles_and_none_is_lost(raster: MakeRaster) -> None:
    layer = raster([[0, 1]])
    second = (
        "<UserStyle><Name>second</Name><FeatureTypeStyle><Rule><RasterSymbolizer>"
        f"{MAP.replace('#000000', '#ff0000')}</RasterSymbolizer></Rule></FeatureTypeStyle></UserStyle>"
    )
    document = sld(MAP, more=second)
    styled(layer, document)
    styled(layer, document)  # again the same, so nothing is added
    manager = layer.styleManager()
    assert manager.styles() == ["default", "second"]
    styled(layer, sld(MAP, more=second.replace("#ff0000", "#0000ff")))
    assert manager.styles() == ["default", "second", "second (2)"]
    assert manager.currentStyle() == "default"
    assert colours(layer)[0] == (0, 0, 0)
    manager.setCurrentStyle("second")
    assert colours(layer)[0] == (255, 0, 0)
    manager.setCurrentStyle("default")
    assert colours(layer)[0] == (0, 0, 0)


def test_grey_and_three_bands_come_back_from_a_document(raster: MakeRaster) -> None:
    layer = raster([[10, 20], [30, 40], [50, 60]])
    for style in (
        RasterStyle(grey=Channel("2", Contrast(ContrastMethod.NORMALIZE, 1.0, 10, 200)), opacity=0.5),
        RasterStyle(grey=Channel("1", Contrast(gamma=2.0))),
        RasterStyle(colours=(Channel("3"), Channel("2", Contrast(ContrastMethod.NORMALIZE, 1.0, 0, 50)), Channel("1"))),
    ):
        apply_styles(layer, [style])
        found, _ = style_of(layer)
        for version in ("1.0.0", "1.1.0"):
            (again,) = read_styles(write_style(found, "again", version)[0])
            assert (again.grey, again.colours, again.opacity) == (style.grey, style.colours, style.opacity)


def test_grey_from_white_to_black_is_a_ramp(raster: MakeRaster) -> None:
    layer = raster([[0, 100, 255]])
    renderer = QgsSingleBandGrayRenderer(layer.dataProvider(), 1)
    renderer.setGradient(QgsSingleBandGrayRenderer.Gradient.WhiteToBlack)
    layer.setRenderer(renderer)
    before = colours(layer)
    style, _ = style_of(layer)
    assert style.legend is not None
    assert style.legend.kind is ColourMapKind.RAMP
    apply_styles(layer, [style])
    assert colours(layer) == before


def test_one_colour_is_one_class_without_ends(raster: MakeRaster) -> None:
    layer = raster([[0, 100, 255]])
    layer.setRenderer(QgsRasterSingleColorRenderer(layer.dataProvider(), 1, QColor(10, 20, 30)))
    style, warnings = style_of(layer)
    assert warnings == []
    for version in ("1.0.0", "1.1.0"):
        apply_styles(layer, read_styles(write_style(style, "one", version)[0]))
        assert colours(layer) == [(10, 20, 30)] * 3


def test_what_sld_has_no_description_for_is_refused_or_said(raster: MakeRaster) -> None:
    layer = raster([[0, 100, 255], [1, 2, 3], [4, 5, 6], [7, 8, 9]])
    layer.setRenderer(QgsHillshadeRenderer(layer.dataProvider(), 1, 315, 45))
    with pytest.raises(StyleNotDrawable) as caught:
        style_of(layer)
    assert (caught.value.reason, caught.value.detail) == ("renderer", "hillshade")
    renderer = QgsMultiBandColorRenderer(layer.dataProvider(), 1, 2, 3)
    renderer.setAlphaBand(4)
    layer.setRenderer(renderer)
    layer.brightnessFilter().setBrightness(20)
    layer.hueSaturationFilter().setSaturation(-50)
    _, warnings = style_of(layer)
    assert [warning.split(":")[0] for warning in warnings] == ["Renderer", "Layer", "Layer"]
