"""Each raster renderer of QGIS, exported by QGIS and by us as SLD, and read back: the same picture, or a word on it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from osgeo import gdal
from pixxel_explorer.plugin.layers.styling import StyleNotDrawable, apply_styles, style_of
from pixxel_explorer.plugin.sld.reader import RefusalCode, SldRefused, read_styles
from pixxel_explorer.plugin.sld.writer import write_style
from qgis.core import (
    QgsColorRampShader,
    QgsContrastEnhancement,
    QgsHillshadeRenderer,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsMultiBandColorRenderer,
    QgsPalettedRasterRenderer,
    QgsRasterContourRenderer,
    QgsRasterLayer,
    QgsRasterRenderer,
    QgsRasterShader,
    QgsRasterSingleColorRenderer,
    QgsSingleBandGrayRenderer,
    QgsSingleBandPseudoColorRenderer,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor

TYPES = {"byte": gdal.GDT_Byte, "uint16": gdal.GDT_UInt16, "int16": gdal.GDT_Int16, "float32": gdal.GDT_Float32}
NO_DATA = {"byte": 255, "uint16": 65535, "int16": -32768, "float32": -9999}
MEASURED = (float(np.float32(0.05)), float(np.float32(0.91)))
LIMITS = {"byte": (20, 180), "uint16": (200, 3000), "int16": (-2500, 9000), "float32": MEASURED}
_ALGORITHM = QgsContrastEnhancement.ContrastEnhancementAlgorithm
NONE, STRETCH = _ALGORITHM.NoEnhancement, _ALGORITHM.StretchToMinimumMaximum
BOTH, CLIP = _ALGORITHM.StretchAndClipToMinimumMaximum, _ALGORITHM.ClipToMinimumMaximum
RISES, FALLS = QgsSingleBandGrayRenderer.Gradient.BlackToWhite, QgsSingleBandGrayRenderer.Gradient.WhiteToBlack
SHADES = QgsColorRampShader.Type
RED, GREEN, BLUE = QColor(215, 25, 28), QColor(26, 150, 65, 128), QColor(43, 131, 186)
Pixel = tuple[int, int, int, int]
MakeLayer = Callable[[str], QgsRasterLayer]


def values_of(kind: str) -> list[float]:
    """Return values below, at, between and above the limits of a type, and no-data."""
    low, high = LIMITS[kind]
    width = high - low
    found = [low - width / 10, low, *(low + width * share / 16 for share in range(1, 16)), high, high + width / 10]
    return [*(found if kind == "float32" else map(round, found)), NO_DATA[kind]]


@pytest.fixture
def make(qgis_app: object, tmp_path: Path) -> MakeLayer:
    """Return a maker of layers of three bands, each with the values in another order."""
    made = 0

    def build(kind: str) -> QgsRasterLayer:
        nonlocal made
        made += 1
        path = tmp_path / f"{kind}_{made}.tif"
        values = values_of(kind)
        dataset = gdal.GetDriverByName("GTiff").Create(str(path), len(values), 1, 3, TYPES[kind])
        dataset.SetGeoTransform((0, 1, 0, 1, 0, -1))
        for number in (1, 2, 3):
            shifted = values if number == 1 else [*np.roll(values[:-1], 5 * number), values[-1]]
            dataset.GetRasterBand(number).WriteArray(np.array([shifted]))
            dataset.GetRasterBand(number).SetNoDataValue(NO_DATA[kind])
        dataset = None
        layer = QgsRasterLayer(str(path), path.stem, "gdal", QgsRasterLayer.LayerOptions(False))
        assert layer.isValid()
        return layer

    return build


def enhancement(
    layer: QgsRasterLayer, kind: str, algorithm: QgsContrastEnhancement.ContrastEnhancementAlgorithm
) -> QgsContrastEnhancement:
    made = QgsContrastEnhancement(layer.dataProvider().dataType(1))
    made.setMinimumValue(LIMITS[kind][0])
    made.setMaximumValue(LIMITS[kind][1])
    made.setContrastEnhancementAlgorithm(algorithm)
    return made


def grey(
    layer: QgsRasterLayer,
    kind: str,
    algorithm: QgsContrastEnhancement.ContrastEnhancementAlgorithm,
    gradient: QgsSingleBandGrayRenderer.Gradient = RISES,
) -> QgsRasterRenderer:
    renderer = QgsSingleBandGrayRenderer(layer.dataProvider(), 2)
    renderer.setContrastEnhancement(enhancement(layer, kind, algorithm))
    renderer.setGradient(gradient)
    return renderer


def colours(
    layer: QgsRasterLayer, kind: str, algorithm: QgsContrastEnhancement.ContrastEnhancementAlgorithm
) -> QgsRasterRenderer:
    renderer = QgsMultiBandColorRenderer(layer.dataProvider(), 3, 1, 2)
    setters = ("setRedContrastEnhancement", "setGreenContrastEnhancement", "setBlueContrastEnhancement")
    for setter in setters:
        getattr(renderer, setter)(enhancement(layer, kind, algorithm))
    return renderer


def shaded(
    layer: QgsRasterLayer, kind: QgsColorRampShader.Type, values: Sequence[float], *, clip: bool = False
) -> QgsRasterRenderer:
    function = QgsColorRampShader(min(values), max(value for value in values if math.isfinite(value)))
    function.setColorRampType(kind)
    rows = zip(values, (RED, GREEN, BLUE, RED, GREEN), strict=False)
    function.setColorRampItemList(
        [QgsColorRampShader.ColorRampItem(value, colour, f"{value:g} units") for value, colour in rows]
    )
    function.setClip(clip)
    shader = QgsRasterShader()
    shader.setRasterShaderFunction(function)
    return QgsSingleBandPseudoColorRenderer(layer.dataProvider(), 2, shader)


def drawn(layer: QgsRasterLayer) -> list[Pixel]:
    """Return the pixels of a map of the layer, as the desktop draws them."""
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setExtent(layer.extent())
    settings.setOutputSize(QSize(layer.width(), 1))
    settings.setBackgroundColor(QColor(0, 0, 0, 0))
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    return [image.pixelColor(column, 0).getRgb() for column in range(layer.width())]


def exported(layer: QgsRasterLayer, folder: Path) -> bytes:
    """Return what QGIS itself writes."""
    layer.saveSldStyle(str(folder / "qgis.sld"))
    return (folder / "qgis.sld").read_bytes()


def ours(layer: QgsRasterLayer, version: str = "1.0.0") -> str:
    """Return what “Save as SLD…” writes."""
    return write_style(style_of(layer)[0], "ours", version)[0]


def redrawn(document: str | bytes, layer: QgsRasterLayer) -> tuple[list[Pixel], list[str]]:
    """Return the pixels of the raster opened anew and drawn by a document, and the warnings."""
    again = QgsRasterLayer(layer.source(), "again", "gdal", QgsRasterLayer.LayerOptions(False))
    warnings = apply_styles(again, read_styles(document))
    return drawn(again), warnings


def differing(one: list[Pixel], other: list[Pixel], tolerance: int = 2) -> list[int]:
    """Return the columns whose pixels differ; colours count as far as they are seen."""
    found = []
    for column, (a, b) in enumerate(zip(one, other, strict=True)):
        seen = tolerance if min(a[3], b[3]) else 255
        if abs(a[3] - b[3]) > tolerance or any(abs(x - y) > seen for x, y in zip(a[:3], b[:3], strict=True)):
            found.append(column)
    return found


@pytest.mark.parametrize("gradient", [RISES, FALLS])
@pytest.mark.parametrize("algorithm", [STRETCH, BOTH])
@pytest.mark.parametrize("kind", TYPES)
def test_stretched_grey_exported_by_qgis(
    make: MakeLayer,
    tmp_path: Path,
    kind: str,
    algorithm: QgsContrastEnhancement.ContrastEnhancementAlgorithm,
    gradient: QgsSingleBandGrayRenderer.Gradient,
) -> None:
    layer = make(kind)
    layer.setRenderer(grey(layer, kind, algorithm, gradient))
    pixels, warnings = redrawn(exported(layer, tmp_path), layer)
    assert differing(drawn(layer), pixels) == []
    (warning,) = warnings
    assert warning.startswith(
        "ContrastEnhancement: the quantities of the ColorMap count after the stretch"
        if algorithm == STRETCH
        else "ContrastEnhancement: “clip” and “stretch and clip” are written alike"
    )


@pytest.mark.parametrize("kind", TYPES)
def test_clipped_grey_is_exported_as_stretched_by_qgis_and_that_is_said(
    make: MakeLayer, tmp_path: Path, kind: str
) -> None:
    layer = make(kind)
    layer.setRenderer(grey(layer, kind, CLIP))
    pixels, warnings = redrawn(exported(layer, tmp_path), layer)
    assert warnings == [
        "ContrastEnhancement: “clip” and “stretch and clip” are written alike by QGIS; the latter is drawn."
    ]
    layer.setRenderer(grey(layer, kind, BOTH))
    assert differing(drawn(layer), pixels) == []


@pytest.mark.parametrize("kind", TYPES)
def test_grey_without_contrast_is_exported_without_limits_by_qgis_and_that_is_said(
    make: MakeLayer, tmp_path: Path, kind: str
) -> None:
    layer = make(kind)
    layer.setRenderer(grey(layer, kind, NONE))
    pixels, warnings = redrawn(exported(layer, tmp_path), layer)
    assert warnings[0] == "ColorMap: it has no entries; the band is drawn in grey, from black to white."
    if kind == "byte":
        assert differing(drawn(layer), pixels) == []
    else:
        assert warnings[1] == "RasterSymbolizer: band 2 is stretched between its least and greatest value."


@pytest.mark.parametrize("algorithm", ["stretch", "none"])
@pytest.mark.parametrize("kind", TYPES)
def test_three_bands_exported_by_qgis(make: MakeLayer, tmp_path: Path, kind: str, algorithm: str) -> None:
    layer = make(kind)
    layer.setRenderer(colours(layer, kind, STRETCH if algorithm == "stretch" else NONE))
    pixels, warnings = redrawn(exported(layer, tmp_path), layer)
    if algorithm == "stretch" or kind == "byte":
        assert differing(drawn(layer), pixels) == []
    else:  # QGIS leaves the limits out
        assert "RasterSymbolizer: band 3 is stretched between its least and greatest value." in warnings


@pytest.mark.parametrize("kind", TYPES)
def test_three_clipped_bands_are_exported_alike_by_qgis_and_that_is_said(
    make: MakeLayer, tmp_path: Path, kind: str
) -> None:
    layer = make(kind)
    documents = []
    for algorithm in (BOTH, CLIP):
        layer.setRenderer(colours(layer, kind, algorithm))
        documents.append(sorted(exported(layer, tmp_path).split()))
    assert documents[0] == documents[1]
    layer.setRenderer(colours(layer, kind, CLIP if kind == "byte" else BOTH))
    pixels, warnings = redrawn(exported(layer, tmp_path), layer)
    assert differing(drawn(layer), pixels) == []
    assert len([text for text in warnings if "stretch and clip" in text]) == 3


def test_a_colour_that_is_not_set_moves_the_others_in_qgis_export(make: MakeLayer, tmp_path: Path) -> None:
    layer = make("byte")
    layer.setRenderer(QgsMultiBandColorRenderer(layer.dataProvider(), 3, -1, 1))
    _, warnings = redrawn(exported(layer, tmp_path), layer)
    assert "ChannelSelection: it has no BlueChannel; that colour is not drawn." in warnings
    pixels, _ = redrawn(ours(layer), layer)
    assert differing(drawn(layer), pixels) == []


@pytest.mark.parametrize("kind", TYPES)
def test_a_palette_exported_by_qgis(make: MakeLayer, tmp_path: Path, kind: str) -> None:
    layer = make(kind)
    values = values_of("byte" if kind == "float32" else kind)[3:6]
    classes = [
        QgsPalettedRasterRenderer.Class(value, colour, f"class {value}")
        for value, colour in zip(values, (RED, GREEN, BLUE), strict=True)
    ]
    layer.setRenderer(QgsPalettedRasterRenderer(layer.dataProvider(), 2, classes))
    pixels, warnings = redrawn(exported(layer, tmp_path), layer)
    assert differing(drawn(layer), pixels) == []
    assert warnings == []


def test_large_palette_values_are_shortened_by_qgis(make: MakeLayer, tmp_path: Path) -> None:
    layer = make("byte")
    layer.setRenderer(
        QgsPalettedRasterRenderer(layer.dataProvider(), 1, [QgsPalettedRasterRenderer.Class(1234567, RED, "plot")])
    )
    (style,) = read_styles(exported(layer, tmp_path))
    assert style.legend is not None
    assert style.legend.classes[0].minimum == 1234570  # no reader can know better; our own export keeps it
    (style,) = read_styles(ours(layer))
    assert style.legend is not None
    assert style.legend.classes[0].minimum == 1234567


@pytest.mark.parametrize("shades", [SHADES.Interpolated, SHADES.Exact, SHADES.Discrete])
@pytest.mark.parametrize("kind", TYPES)
def test_pseudocolour_exported_by_qgis(
    make: MakeLayer, tmp_path: Path, kind: str, shades: QgsColorRampShader.Type
) -> None:
    layer = make(kind)
    values = [float(np.float32(value)) for value in values_of(kind)]
    stops = [values[3], values[6], values[9]]
    if shades == SHADES.Discrete:  # between the pixels, and open above
        stops = [*((stop + values[index + 1]) / 2 for stop, index in zip(stops, (3, 6, 9), strict=True)), math.inf]
    layer.setRenderer(shaded(layer, shades, stops))
    pixels, warnings = redrawn(exported(layer, tmp_path), layer)
    assert differing(drawn(layer), pixels) == []
    assert [text for text in warnings if not text.startswith("ColorMap: its bounds are whole")] == []


@pytest.mark.parametrize("kind", ["byte", "int16"])
def test_a_pixel_on_the_bound_of_a_class_begins_the_next_as_servers_draw_it(
    make: MakeLayer, tmp_path: Path, kind: str
) -> None:
    layer = make(kind)
    values = values_of(kind)
    layer.setRenderer(shaded(layer, SHADES.Discrete, [values[4], values[8], math.inf]))
    pixels, warnings = redrawn(exported(layer, tmp_path), layer)
    shifted = [*np.roll(values[:-1], 10), values[-1]]
    on_bounds = [column for column, value in enumerate(shifted) if value in (values[4], values[8])]
    assert differing(drawn(layer), pixels) == sorted(on_bounds)
    (warning,) = warnings
    assert warning.startswith("ColorMap: its bounds are whole numbers")
    assert differing(drawn(layer), redrawn(ours(layer), layer)[0]) == []  # our own export moves the bounds


def test_a_clipped_ramp_is_exported_without_its_clip_by_qgis_and_with_it_by_us(make: MakeLayer, tmp_path: Path) -> None:
    layer = make("float32")
    stops = [MEASURED[0], 0.5, MEASURED[1]]
    layer.setRenderer(shaded(layer, SHADES.Interpolated, stops, clip=True))
    clipped = drawn(layer)
    assert clipped[10][3] == 0
    foreign, mine = redrawn(exported(layer, tmp_path), layer)[0], redrawn(ours(layer), layer)[0]
    assert differing(clipped, mine) == []
    layer.setRenderer(shaded(layer, SHADES.Interpolated, stops))
    assert differing(drawn(layer), foreign) == []


def test_hillshade_is_refused_by_name(make: MakeLayer, tmp_path: Path) -> None:
    layer = make("float32")
    layer.setRenderer(QgsHillshadeRenderer(layer.dataProvider(), 1, 315, 45))
    with pytest.raises(SldRefused) as caught:
        read_styles(exported(layer, tmp_path))
    assert caught.value.code is RefusalCode.RELIEF
    with pytest.raises(StyleNotDrawable):
        style_of(layer)


@pytest.mark.parametrize("name", ["contour", "one colour"])
def test_what_qgis_exports_without_any_content_is_said(make: MakeLayer, tmp_path: Path, name: str) -> None:
    layer = make("byte")
    provider = layer.dataProvider()
    renderers = {
        "contour": lambda: QgsRasterContourRenderer(provider),
        "one colour": lambda: QgsRasterSingleColorRenderer(provider, 1, RED),
    }
    layer.setRenderer(renderers[name]())
    _, warnings = redrawn(exported(layer, tmp_path), layer)
    assert warnings[0].startswith("RasterSymbolizer: it names no bands and no colours")


def test_finished_colours_are_exported_without_content_and_cannot_be_saved_by_us(
    make: MakeLayer, tmp_path: Path
) -> None:
    source = "type=xyz&url=file:///none/{z}/{x}/{y}.png&zmin=0&zmax=3"
    tiles = QgsRasterLayer(source, "tiles", "wms", QgsRasterLayer.LayerOptions(False))
    assert tiles.renderer().type() == "singlebandcolordata"
    _, warnings = redrawn(exported(tiles, tmp_path), make("byte"))
    assert warnings[0].startswith("RasterSymbolizer: it names no bands and no colours")
    with pytest.raises(StyleNotDrawable) as caught:
        style_of(tiles)
    assert (caught.value.reason, caught.value.detail) == ("renderer", "singlebandcolordata")


@pytest.mark.parametrize("version", ["1.0.0", "1.1.0"])
@pytest.mark.parametrize("gradient", [RISES, FALLS])
@pytest.mark.parametrize("algorithm", [NONE, STRETCH, BOTH, CLIP])
@pytest.mark.parametrize("kind", TYPES)
def test_grey_saved_by_us(
    make: MakeLayer,
    kind: str,
    algorithm: QgsContrastEnhancement.ContrastEnhancementAlgorithm,
    gradient: QgsSingleBandGrayRenderer.Gradient,
    version: str,
) -> None:
    if (kind, algorithm, gradient) == ("float32", NONE, FALLS):
        pytest.skip("one flat grey; a ramp of QGIS cannot span the whole range of the type")
    layer = make(kind)
    layer.setRenderer(grey(layer, kind, algorithm, gradient))
    within = _within_limits(kind, 2) if algorithm == NONE else range(len(values_of(kind)))
    pixels, _ = redrawn(ours(layer, version), layer)
    assert [column for column in differing(drawn(layer), pixels) if column in within] == []


@pytest.mark.parametrize("algorithm", [NONE, STRETCH, BOTH, CLIP])
@pytest.mark.parametrize("kind", TYPES)
def test_three_bands_saved_by_us(
    make: MakeLayer, kind: str, algorithm: QgsContrastEnhancement.ContrastEnhancementAlgorithm
) -> None:
    layer = make(kind)
    layer.setRenderer(colours(layer, kind, algorithm))
    style, warnings = style_of(layer)
    assert style.colours is not None
    is_clipped = algorithm in (BOTH, CLIP)
    texts = [text for text in warnings if text.startswith("ContrastEnhancement: values outside the limits")]
    assert len(texts) == (3 if is_clipped else 0)
    within = set.intersection(*(set(_within_limits(kind, band)) for band in (1, 2, 3)))
    pixels, _ = redrawn(write_style(style, "ours")[0], layer)
    assert [column for column in differing(drawn(layer), pixels) if column in within] == []


def _within_limits(kind: str, band: int) -> list[int]:
    """Return the columns whose values SLD can draw as QGIS does, where beyond the limits it cannot."""
    values = values_of(kind)
    shifted = values if band == 1 else [*np.roll(values[:-1], 5 * band), values[-1]]
    low, high = LIMITS[kind]
    return [column for column, value in enumerate(shifted) if low <= value <= high]


@pytest.mark.parametrize("name", ["gray.sld", "gray_inverse.sld"])
def test_the_exports_of_qgis_that_failed_once(shared: Path, tmp_path: Path, name: str, qgis_app: object) -> None:
    source = tmp_path / "ndvi.tif"
    source.write_bytes((shared / "cases/sld/ndvi.tif").read_bytes())
    layer = QgsRasterLayer(str(source), "ndvi", "gdal", QgsRasterLayer.LayerOptions(False))
    gradient = FALLS if "inverse" in name else RISES
    renderer = grey(layer, "float32", STRETCH, gradient)
    renderer.setInputBand(1)
    layer.setRenderer(renderer)
    pixels, _ = redrawn((shared / "cases/sld" / name).read_bytes(), layer)
    assert differing(drawn(layer), pixels) == []
    assert len(set(pixels)) > 2
