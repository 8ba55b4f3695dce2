"""Legends drawn by QGIS, pixel by pixel, against the rule computed here."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from pixxel_explorer.plugin.legend.spec import Colour, ColourMapKind, Legend, LegendClass
from pixxel_explorer.plugin.sld import reader, renderers, writer
from qgis.core import (
    QgsColorRampShader,
    QgsPalettedRasterRenderer,
    QgsRasterLayer,
    QgsRasterShader,
    QgsSingleBandGrayRenderer,
    QgsSingleBandPseudoColorRenderer,
)
from qgis.PyQt.QtGui import QColor

RED, GREEN, BLUE = Colour(215, 25, 28), Colour(26, 150, 65), Colour(43, 131, 186)
Pixel = tuple[int, int, int, int]
MakeLayer = Callable[..., QgsRasterLayer]
Drawn = Callable[[QgsRasterLayer], list[Pixel]]
NOTHING = (0, 0, 0, 0)
NODATA = -9999.0


def intervals(*rows: tuple[float | None, float | None, Colour, str], **more: object) -> Legend:
    return Legend(tuple(LegendClass(*row) for row in rows), **more)  # type: ignore[arg-type]


LEGENDS = {
    "contiguous": intervals((0, 0.25, RED, "low"), (0.25, 0.5, GREEN, ""), (0.5, 1, BLUE, "high")),
    "closed": intervals((0, 0.25, RED, "low"), (0.25, 1, BLUE, "high"), closed_top=True),
    "gaps": intervals((-1, -0.5, RED, "a"), (0, 0.125, GREEN, "b"), (0.5, 8, BLUE, "c"), closed_top=True),
    "open": intervals((None, 0, RED, "below"), (0, 150, GREEN, ""), (150, None, BLUE, "above")),
    "descending": intervals((0.5, 1, RED, "high"), (0, 0.5, GREEN, "low"), closed_top=True),
    "bytes": intervals((0, 51, RED, "1"), (51, 102, GREEN, "2"), (102, 255, BLUE, "3"), closed_top=True),
    "sld": intervals((None, 150, GREEN, ""), (150, 256, RED, "")),
    "translucent": intervals((0, 1, Colour(255, 0, 0, 0), "none"), (1, 2, Colour(0, 255, 0, 128), "half")),
    "single": intervals((0.25, 0.5, RED, "only")),
    "large": intervals((1e9, 3e9, RED, "x"), (3e9, 1e12, BLUE, "y")),
    "tiny": intervals((-1e-7, 0, RED, "x"), (0, 1e-6, BLUE, "y")),
}


def probes(legend: Legend, kind: str) -> list[float]:
    """Return every edge, one step below and above it, the middles, beyond the ends, nodata and NaN."""
    edges = sorted({edge for c in legend.classes for edge in (c.minimum, c.maximum) if edge is not None})
    dtype = np.dtype(kind)
    found: list[float] = [edges[0] - 100, edges[-1] + 100, edges[-1] * 2 + 1]
    for edge in edges:
        exact = dtype.type(edge)
        if dtype.kind == "i":
            found += [int(edge) - 1, int(edge), int(edge) + 1]
        else:
            down, up = dtype.type(-np.inf), dtype.type(np.inf)
            hair = 1e-14  # doubles, and singles around zero, closer than QGIS can tell apart are left out
            found += [float(exact), float(np.nextafter(exact, down)) - hair, float(np.nextafter(exact, up)) + hair]
    found += [(low + high) / 2 for low, high in pairwise(edges)]
    return [*found, NODATA] if dtype.kind == "i" else [*found, NODATA, math.nan]


def rule(legend: Legend, value: float) -> Pixel:
    """Return the colour of a value by the words of sld-semantics: half open, the last one closed if said."""
    if math.isnan(value) or value == NODATA:
        return NOTHING
    tops = [math.inf if c.maximum is None else c.maximum for c in legend.classes]
    for entry, top in zip(legend.classes, tops, strict=True):
        low = -math.inf if entry.minimum is None else entry.minimum
        if low <= value < top or (legend.closed_top and top == max(tops) and value == top):
            return pixel(entry.colour)
    return NOTHING


def pixel(colour: Colour) -> Pixel:
    return (colour.red, colour.green, colour.blue, colour.alpha) if colour.alpha else NOTHING


def values_of(layer: QgsRasterLayer) -> list[float]:
    block = layer.dataProvider().block(1, layer.extent(), layer.width(), 1)
    return [NODATA if block.isNoData(0, column) else block.value(0, column) for column in range(layer.width())]


@pytest.mark.parametrize("kind", ["float32", "float64"])
@pytest.mark.parametrize("name", LEGENDS)
def test_intervals_are_drawn_to_the_hair(make_layer: MakeLayer, drawn: Drawn, name: str, kind: str) -> None:
    legend = LEGENDS[name]
    layer = make_layer(probes(legend, kind), kind)
    layer.setRenderer(renderers.build(legend, layer.dataProvider()))
    values = values_of(layer)
    assert dict(zip(values, drawn(layer), strict=True)) == {value: rule(legend, value) for value in values}


@pytest.mark.parametrize("name", ["bytes", "sld"])
def test_whole_numbers_hit_every_bound(make_layer: MakeLayer, drawn: Drawn, name: str) -> None:
    legend = LEGENDS[name]
    layer = make_layer(probes(legend, "int16"), "int16")
    layer.setRenderer(renderers.build(legend, layer.dataProvider()))
    assert drawn(layer) == [rule(legend, value) for value in values_of(layer)]


def test_the_opacity_of_the_whole_multiplies(make_layer: MakeLayer, drawn: Drawn) -> None:
    legend = intervals((0, 1, Colour(200, 100, 0, 204), "x"), opacity=0.5)
    layer = make_layer([0.5])
    layer.setRenderer(renderers.build(legend, layer.dataProvider()))
    assert drawn(layer)[0] == pytest.approx((200, 100, 0, 102), abs=2)


RAMP = Legend(
    tuple(
        LegendClass(stop, stop, colour)
        for stop, colour in [
            (0, Colour(0, 0, 0)),
            (1, Colour(200, 100, 50)),
            (2, Colour(0, 0, 255)),
            (2, Colour(255, 255, 0)),
            (4, Colour(255, 0, 0, 128)),
        ]
    ),
    ColourMapKind.RAMP,
)


def ramp_rule(value: float) -> Pixel:
    if math.isnan(value):
        return NOTHING
    stops = [float(c.minimum or 0) for c in RAMP.classes]
    channels = [[getattr(c.colour, name) for c in RAMP.classes] for name in ("red", "green", "blue", "alpha")]
    if value < 2:
        return tuple(round(np.interp(value, stops[:3], channel[:3])) for channel in channels)  # type: ignore[return-value]
    return tuple(round(np.interp(value, stops[3:], channel[3:])) for channel in channels)  # type: ignore[return-value]


def test_ramps_are_straight_lines_clamped_at_the_ends_with_jumps(make_layer: MakeLayer, drawn: Drawn) -> None:
    values = [-5.0, 0.0, 0.25, 0.5, 0.999, 1.0, 1.5, 1.999, 2.001, 2.5, 3.0, 4.0, 9.0]
    layer = make_layer([*values, math.nan, NODATA])
    layer.setRenderer(renderers.build(RAMP, layer.dataProvider()))
    colours = drawn(layer)
    assert colours[-2:] == [NOTHING, NOTHING]
    for value, colour in zip(values, colours, strict=False):
        assert colour == pytest.approx(ramp_rule(value), abs=2), value


def test_single_values_are_drawn_and_no_others(make_layer: MakeLayer, drawn: Drawn) -> None:
    classes = tuple(LegendClass(value, value, colour) for value, colour in [(3, RED), (1, GREEN), (2.5, BLUE)])
    layer = make_layer([0, 1, 1.0001, 2, 2.5, 3, 4, NODATA, math.nan])
    layer.setRenderer(renderers.build(Legend(classes, ColourMapKind.VALUES), layer.dataProvider()))
    expected = [NOTHING, pixel(GREEN), NOTHING, NOTHING, pixel(BLUE), pixel(RED), NOTHING, NOTHING, NOTHING]
    assert drawn(layer) == expected


def test_a_legend_without_classes_draws_nothing(make_layer: MakeLayer, drawn: Drawn) -> None:
    layer = make_layer([0, 1])
    layer.setRenderer(renderers.build(Legend(), layer.dataProvider()))
    assert drawn(layer) == [NOTHING, NOTHING]


def test_the_layer_legend_has_one_row_a_class_labelled_as_given(make_layer: MakeLayer) -> None:
    legend = intervals((-1, 0, RED, "Water"), (0.5, 0.75, GREEN, ""), (0.75, None, BLUE, "Wald ≥ 75 %"))
    layer = make_layer([0.5])
    layer.setRenderer(renderers.build(legend, layer.dataProvider()))
    rows = [row[0] for row in layer.renderer().legendSymbologyItems()]
    assert rows == ["Water", "0.5 – 0.75", "Wald ≥ 75 %"]


@pytest.mark.parametrize("name", LEGENDS)
def test_a_renderer_gives_its_legend_back(make_layer: MakeLayer, name: str) -> None:
    legend = LEGENDS[name]
    layer = make_layer([0.5])
    found, warnings = renderers.legend_of(renderers.build(legend, layer.dataProvider()))
    ascending = replace(
        legend, classes=tuple(sorted(legend.classes, key=lambda c: math.inf if c.maximum is None else c.maximum))
    )
    assert found.digest() == ascending.digest()
    assert found.closed_top == legend.closed_top
    assert [c.colour for c in found.classes] == [c.colour for c in ascending.classes]
    assert warnings == []


@pytest.mark.parametrize("legend", [RAMP, replace(RAMP, opacity=0.5)])
def test_a_ramp_comes_back_too(make_layer: MakeLayer, legend: Legend) -> None:
    layer = make_layer([0.5])
    assert renderers.legend_of(renderers.build(legend, layer.dataProvider())) == (legend, [])


@pytest.mark.parametrize("name", LEGENDS)
def test_a_style_file_keeps_the_picture_and_the_legend(
    make_layer: MakeLayer, drawn: Drawn, tmp_path: Path, name: str
) -> None:
    legend = LEGENDS[name]
    first, second = (make_layer(probes(legend, "float32")) for _ in range(2))
    first.setRenderer(renderers.build(legend, first.dataProvider()))
    first.saveNamedStyle(str(tmp_path / "style.qml"))
    second.loadNamedStyle(str(tmp_path / "style.qml"))
    assert drawn(second) == drawn(first)
    assert renderers.legend_of(second.renderer()) == renderers.legend_of(first.renderer())


@pytest.mark.parametrize("name", LEGENDS)
def test_sld_and_back_is_the_same_picture(make_layer: MakeLayer, drawn: Drawn, name: str) -> None:
    legend = LEGENDS[name]
    layer = make_layer(probes(legend, "float32"))
    layer.setRenderer(renderers.build(legend, layer.dataProvider()))
    before = drawn(layer)
    back, _ = renderers.legend_of(layer.renderer())
    layer.setRenderer(renderers.build(reader.read_legend(writer.write(back, name)), layer.dataProvider()))
    assert drawn(layer) == before


def _shown(layer: QgsRasterLayer, kind: QgsColorRampShader.Type, stops: Sequence[float]) -> None:
    function = QgsColorRampShader()
    function.setColorRampType(kind)
    function.setColorRampItemList([QgsColorRampShader.ColorRampItem(stop, QColor(1, 2, 3), "x") for stop in stops])
    shader = QgsRasterShader()
    shader.setRasterShaderFunction(function)
    layer.setRenderer(QgsSingleBandPseudoColorRenderer(layer.dataProvider(), 1, shader))


def test_a_discrete_renderer_of_a_person_says_where_its_bounds_differ(make_layer: MakeLayer) -> None:
    layer = make_layer([0.5])
    _shown(layer, QgsColorRampShader.Type.Discrete, [0.25, 0.5, math.inf])
    legend, warnings = renderers.legend_of(layer.renderer())
    assert [(c.minimum, c.maximum) for c in legend.classes] == [(None, 0.25), (0.25, 0.5), (0.5, None)]
    assert warnings == ["Renderer: its upper bounds are in their classes; here they begin the next one."]


def test_palettes_are_single_values(make_layer: MakeLayer) -> None:
    layer = make_layer([1, 2])
    classes = [QgsPalettedRasterRenderer.Class(2, QColor(26, 150, 65), "Crop")]
    legend, warnings = renderers.legend_of(QgsPalettedRasterRenderer(layer.dataProvider(), 1, classes))
    assert legend == Legend((LegendClass(2, 2, GREEN, "Crop"),), ColourMapKind.VALUES)
    assert warnings == []


def test_a_renderer_without_classes_is_said_to_have_none(make_layer: MakeLayer) -> None:
    layer = make_layer([1, 2])
    legend, warnings = renderers.legend_of(QgsSingleBandGrayRenderer(layer.dataProvider(), 1))
    assert (len(legend), warnings) == (0, ["Renderer: the type singlebandgray has no classes."])


def test_real_documents_are_drawn_by_their_rules(make_layer: MakeLayer, drawn: Drawn, shared: Path) -> None:
    for path in sorted((shared / "data" / "sld").glob("*.sld")):
        if path.name.startswith("08"):
            continue
        legend = reader.read_legend(path.read_bytes())
        stops = [edge for c in legend.classes for edge in (c.minimum, c.maximum) if edge is not None]
        values = sorted({float(stop) + shift for stop in stops for shift in (-0.5, 0.0, 0.25)})
        layer = make_layer(values)
        layer.setRenderer(renderers.build(replace(legend, opacity=1.0), layer.dataProvider()))
        for value, colour in zip(values_of(layer), drawn(layer), strict=True):
            assert_near(colour, document_rule(legend, value), f"{path.name} at {value}")


def document_rule(legend: Legend, value: float) -> Pixel:
    if legend.kind is ColourMapKind.INTERVALS:
        return rule(legend, value)
    stops = [float(c.minimum or 0) for c in legend.classes]
    if legend.kind is ColourMapKind.VALUES:
        return next((pixel(c.colour) for c, stop in zip(legend.classes, stops, strict=True) if stop == value), NOTHING)
    names = ("red", "green", "blue", "alpha")
    return tuple(  # type: ignore[return-value]
        round(np.interp(value, stops, [getattr(c.colour, name) for c in legend.classes])) for name in names
    )


def assert_near(colour: Pixel, expected: Pixel, where: str) -> None:
    """Compare with what premultiplying loses at low alpha."""
    assert abs(colour[3] - expected[3]) <= 1, where
    slack = 2 + 255 / max(1, expected[3])
    assert expected[3] <= 1 or colour[:3] == pytest.approx(expected[:3], abs=slack), where
