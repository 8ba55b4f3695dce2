"""Colour maps whose quantities count after a contrast enhancement of the band."""

from __future__ import annotations

import pytest
from pixxel_explorer.plugin.legend.spec import ColourMapKind, Legend
from pixxel_explorer.plugin.sld.raster_style import Contrast, ContrastAlgorithm, ContrastMethod
from pixxel_explorer.plugin.sld.reader import RefusalCode, SldRefused, read_styles

GREYS = ("#000000", "#ffffff")


def document(entries: str, kind: str = "ramp", options: str = "", method: str = "Normalize", after: str = "") -> str:
    return (
        "<RasterSymbolizer><ChannelSelection><GrayChannel><SourceChannelName>2</SourceChannelName>"
        f"<ContrastEnhancement><{method}>{options}</{method}>{after}</ContrastEnhancement></GrayChannel>"
        f'</ChannelSelection><ColorMap type="{kind}">{entries}</ColorMap></RasterSymbolizer>'
    )


def option(name: str, value: object) -> str:
    return f'<VendorOption name="{name}">{value}</VendorOption>'


def limits(low: object, high: object, algorithm: str = "StretchToMinimumMaximum") -> str:
    return option("algorithm", algorithm) + option("minValue", low) + option("maxValue", high)


def entries(*rows: tuple[object, str]) -> str:
    return "".join(f'<ColorMapEntry color="{colour}" quantity="{value}"/>' for value, colour in rows)


def legend_of(text: str) -> tuple[Legend, list[str]]:
    (style,) = read_styles(text)
    assert style.legend is not None
    assert (style.grey.band, style.grey.contrast) == (2, Contrast())
    return style.legend, [warning.partition(":")[0] for warning in style.warnings]


def rows_of(legend: Legend) -> list[tuple[float | None, float | None, str]]:
    return [(entry.minimum, entry.maximum, entry.colour.hex) for entry in legend.classes]


@pytest.mark.parametrize("colours", [GREYS, GREYS[::-1]])
def test_the_ends_of_grey_are_exactly_the_limits(colours: tuple[str, str]) -> None:
    legend, places = legend_of(document(entries((0, colours[0]), (255, colours[1])), options=limits(0.05, 0.91)))
    assert rows_of(legend) == [(0.05, 0.05, colours[0]), (0.91, 0.91, colours[1])]
    assert legend.kind is ColourMapKind.RAMP
    assert places == ["ContrastEnhancement"]


def test_stops_between_lie_between() -> None:
    rows = entries((0, "#ff0000"), (51, "#00ff00"), (255, "#0000ff"))
    legend, _ = legend_of(document(rows, options=limits(-100, 100)))
    assert [entry.minimum for entry in legend.classes] == [-100, pytest.approx(-60), 100]


def test_a_ramp_is_only_followed_as_far_as_stretched_values_reach() -> None:
    rows = entries((-255, "#000000"), (255, "#808080"), (510, "#ffffff"))
    legend, _ = legend_of(document(rows, options=limits(10, 20)))
    assert rows_of(legend) == [(10, 10, "#404040"), (20, 20, "#808080")]


@pytest.mark.parametrize(("quantities", "colour"), [((-20, -10), "#ffffff"), ((300, 400), "#000000")])
def test_a_ramp_wholly_out_of_reach_is_one_colour(quantities: tuple[int, int], colour: str) -> None:
    rows = entries(*zip(quantities, GREYS, strict=True))
    legend, _ = legend_of(document(rows, options=limits(10, 20)))
    assert [entry.colour.hex for entry in legend.classes] == [colour]


def test_classes_hold_what_is_stretched_to_their_ends() -> None:
    rows = entries((0, "#111111"), (51, "#222222"), (255, "#333333"), (300, "#444444"), (400, "#555555"))
    legend, _ = legend_of(document(rows, kind="intervals", options=limits(0, 10)))
    assert rows_of(legend) == [(None, 2, "#222222"), (2, 10, "#333333"), (10, None, "#444444")]


def test_single_values_are_drawn_where_they_are_met_exactly_and_that_is_said() -> None:
    legend, places = legend_of(document(entries((51, "#ff0000")), kind="values", options=limits(0, 10)))
    assert rows_of(legend) == [(2, 2, "#ff0000")]
    assert places == ["ContrastEnhancement", "ColorMap"]


def test_a_raster_of_one_value_has_one_place() -> None:
    legend, _ = legend_of(document(entries((0, "#000000"), (255, "#ffffff")), options=limits(5, 5)))
    assert [entry.minimum for entry in legend.classes] == [5, 5]


def clipped(low: object, high: object) -> str:
    rows = ((low, "#000000", 0), (low, "#000000", 1), (high, "#ffffff", 1), (high, "#ffffff", 0))
    return "".join(f'<ColorMapEntry color="{c}" quantity="{q}" opacity="{o}"/>' for q, c, o in rows)


@pytest.mark.parametrize(
    ("low", "high", "moved_low", "moved_high"),
    [
        (20, 180, 20, 180),
        (-0.5, 0.91, pytest.approx(-0.50000049, abs=1e-9), pytest.approx(0.91000049, abs=1e-9)),
        (1234.57, 2e7, pytest.approx(1234.565100, abs=1e-6), 2e7),
    ],
)
def test_clipped_grey_counts_as_written_up_to_what_qgis_rounds_off(
    low: float, high: float, moved_low: object, moved_high: object
) -> None:
    text = document(clipped(low, high), options=limits(-9, high, "ClipToMinimumMaximum"))
    legend, places = legend_of(text)
    assert [entry.minimum for entry in legend.classes] == [moved_low, moved_low, moved_high, moved_high]
    assert [entry.colour.alpha for entry in legend.classes] == [0, 255, 255, 0]
    assert places == ["ContrastEnhancement"]


@pytest.mark.parametrize("algorithm", ["ClipToMinimumMaximum", "cliptozero"])
def test_other_colour_maps_behind_a_clip_keep_their_quantities(algorithm: str) -> None:
    legend, places = legend_of(document(entries((0, "#000000"), (10, "#ffffff")), options=limits(1, 9, algorithm)))
    assert [entry.minimum for entry in legend.classes] == [0, 10]
    assert places == ["ContrastEnhancement"]


@pytest.mark.parametrize(
    ("more", "places"),
    [
        ({"method": "Histogram"}, ["ContrastEnhancement"]),
        ({}, ["ContrastEnhancement"]),
        ({"options": option("minValue", 1)}, ["ContrastEnhancement"]),
        ({"options": limits(0, 255), "after": "<GammaValue>2</GammaValue>"}, ["GammaValue", "ContrastEnhancement"]),
        ({"options": limits(0, 255, "Magic")}, ["ContrastEnhancement", "ContrastEnhancement"]),
    ],
)
def test_what_is_not_carried_out_is_said(more: dict[str, str], places: list[str]) -> None:
    legend, texts = legend_of(document(entries((0, "#000000"), (255, "#ffffff")), **more))
    assert [entry.minimum for entry in legend.classes] == [0, 255]
    assert texts == places


def test_limits_in_the_wrong_order_are_exchanged_and_that_is_said() -> None:
    legend, places = legend_of(document(entries((0, "#000000"), (255, "#ffffff")), options=limits(9, 1)))
    assert [entry.minimum for entry in legend.classes] == [1, 9]
    assert places == ["ContrastEnhancement", "ContrastEnhancement"]


def test_limits_a_server_can_change_are_taken_by_their_defaults() -> None:
    options = limits("${env('low', 2)}", "${env('high', 4)}")
    legend, _ = legend_of(document(entries((0, "#000000"), (255, "#ffffff")), options=options))
    assert [entry.minimum for entry in legend.classes] == [2, 4]


@pytest.mark.parametrize("text", ["", "much", "inf", "NaN", "1_0"])
def test_a_limit_that_is_no_number_is_refused_and_not_measured(text: str) -> None:
    with pytest.raises(SldRefused) as caught:
        read_styles(document(entries((0, "#000000")), options=limits(text, 9)))
    assert (caught.value.code, caught.value.place) == (RefusalCode.QUANTITY, "VendorOption")


def test_an_empty_colour_map_of_a_grey_channel_is_grey() -> None:
    (style,) = read_styles(document("", options=limits(1, 9)))
    assert style.legend is None
    assert style.grey.contrast == Contrast(ContrastMethod.NORMALIZE, 1.0, 1, 9, ContrastAlgorithm.STRETCH)
    assert [warning.partition(":")[0] for warning in style.warnings] == ["ColorMap"]


def test_shading_alone_is_refused_and_beside_colours_left_out() -> None:
    with pytest.raises(SldRefused) as caught:
        read_styles("<RasterSymbolizer><ShadedRelief/></RasterSymbolizer>")
    assert caught.value.code is RefusalCode.RELIEF
    (style,) = read_styles(
        f"<RasterSymbolizer><ColorMap>{entries((1, '#ff0000'))}</ColorMap><ShadedRelief/></RasterSymbolizer>"
    )
    assert [warning.partition(":")[0] for warning in style.warnings] == ["RasterSymbolizer"]
