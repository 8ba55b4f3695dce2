"""Legends written as style documents."""

from __future__ import annotations

import math
from xml.etree.ElementTree import Element, fromstring

import pytest
from pixxel_explorer.plugin.legend.spec import Colour, ColourMapKind, Legend, LegendClass
from pixxel_explorer.plugin.sld.raster_style import Channel, Contrast, ContrastMethod, RasterStyle
from pixxel_explorer.plugin.sld.reader import read, read_styles
from pixxel_explorer.plugin.sld.writer import write, write_style

RED, GREEN, HALF = Colour(215, 25, 28), Colour(26, 150, 65), Colour(1, 2, 3, 128)
SLD = "{http://www.opengis.net/sld}"


def entries(document: str) -> list[dict[str, str]]:
    return [dict(entry.attrib) for entry in root(document).iter(f"{SLD}ColorMapEntry")]


def root(document: str) -> Element:
    return fromstring(document.encode())


def test_intervals_are_upper_bounds_with_lower_edge_and_gaps_transparent() -> None:
    legend = Legend((LegendClass(0, 0.25, RED, "low"), LegendClass(0.5, 1, GREEN)))
    document = write(legend, "NDVI")
    assert entries(document) == [
        {"color": "#000000", "quantity": "0", "opacity": "0"},
        {"color": "#d7191c", "quantity": "0.25", "label": "low"},
        {"color": "#000000", "quantity": "0.5", "opacity": "0"},
        {"color": "#1a9641", "quantity": "1"},
    ]
    assert [found.get("type") for found in root(document).iter(f"{SLD}ColorMap")] == ["intervals"]


def test_quantities_ascend_whatever_the_order_of_the_classes() -> None:
    legend = Legend((LegendClass(1, 2, RED, "b"), LegendClass(0, 1, GREEN, "a")))
    assert [entry["quantity"] for entry in entries(write(legend, "x"))] == ["0", "1", "2"]


def test_open_ends_have_no_lower_entry_and_an_infinite_bound() -> None:
    legend = Legend((LegendClass(None, 0, RED), LegendClass(0, None, GREEN)))
    assert [entry["quantity"] for entry in entries(write(legend, "x"))] == ["0", "Infinity"]


def test_a_maximum_that_is_in_gets_a_bound_a_hair_above() -> None:
    legend = Legend((LegendClass(0, 0.8, RED),), closed_top=True)
    quantity = float(entries(write(legend, "x"))[-1]["quantity"])
    assert 0.8 < quantity < 0.8 + 1e-12
    assert read(write(legend, "x")).legend == legend


@pytest.mark.parametrize(
    "legend",
    [
        Legend((LegendClass(-1, 0.1, RED, "a"), LegendClass(0.1, 0.30000000000000004, GREEN, "b"))),
        Legend((LegendClass(-1, 0, RED), LegendClass(2, 255, GREEN)), closed_top=True),
        Legend((LegendClass(None, 0, HALF, "x"), LegendClass(0, None, GREEN, "y")), opacity=0.7),
        Legend((LegendClass(0, 0, RED), LegendClass(1, 1, HALF), LegendClass(1, 1, GREEN)), ColourMapKind.RAMP),
        Legend((LegendClass(3, 3, RED, "three"), LegendClass(4.5, 4.5, GREEN)), ColourMapKind.VALUES),
    ],
)
def test_what_is_written_reads_back_equal(legend: Legend) -> None:
    style = read(write(legend, "NDVI & more"))
    assert (style.legend, style.name, style.warnings) == (legend, "NDVI & more", ())


@pytest.mark.parametrize(
    "label", ["a \"b\" <c> & 'd'", "Grün – čre\u0161nja", "\u20ac \U0001f33e", "two\nlines", "\x00\x0bx"]
)
def test_any_label_makes_a_document(label: str) -> None:
    legend = Legend((LegendClass(None, 1, RED, label),))
    found = read(write(legend, label)).legend.classes[0].label
    assert found == label.replace("\x00", "").replace("\x0b", "")


def test_a_class_without_numbers_is_left_out() -> None:
    legend = Legend((LegendClass(math.nan, 1, RED), LegendClass(1, 1, RED), LegendClass(0, 1, GREEN)))
    assert [entry["color"] for entry in entries(write(legend, "x"))] == ["#000000", "#1a9641"]


SE = "{http://www.opengis.net/se}"
OPEN = Legend((LegendClass(None, 0, RED), LegendClass(0, 5, GREEN), LegendClass(5, None, RED)))
RAMP = Legend((LegendClass(0, 0, RED), LegendClass(1, 1, GREEN)), ColourMapKind.RAMP)


def tags(element: Element) -> list[str]:
    return [child.tag.rpartition("}")[2] for child in element]


def test_classes_without_gaps_are_categorize_in_version_1_1() -> None:
    document, warnings = write_style(RasterStyle(legend=OPEN), "water", "1.1.0")
    (function,) = root(document).iter(f"{SE}Categorize")
    assert [child.text for child in function] == ["Rasterdata", "#d7191c", "0", "#1a9641", "5", "#d7191c"]
    assert warnings == []
    assert read(document).legend == OPEN


def test_ramps_are_interpolate_in_version_1_1() -> None:
    document, warnings = write_style(RasterStyle(legend=RAMP), "water", "1.1.0")
    (function,) = root(document).iter(f"{SE}Interpolate")
    assert (function.get("mode"), function.get("method")) == ("linear", "color")
    assert warnings == []
    assert read(document).legend == RAMP


def test_labels_that_version_1_1_cannot_say_are_reported() -> None:
    labelled = Legend((LegendClass(None, 0, RED, "dry"), LegendClass(0, None, GREEN, "wet")))
    _, warnings = write_style(RasterStyle(legend=labelled), "water", "1.1.0")
    assert [warning.split(":")[0] for warning in warnings] == ["ColorMap"]


@pytest.mark.parametrize(
    "legend",
    [
        Legend((LegendClass(0, 1, RED),)),
        Legend((LegendClass(None, 1, HALF), LegendClass(1, None, RED))),
        Legend((LegendClass(1, 1, RED), LegendClass(2, 2, GREEN)), ColourMapKind.VALUES),
    ],
)
def test_what_version_1_1_has_no_description_for_is_written_in_those_of_1_0_and_told(legend: Legend) -> None:
    document, warnings = write_style(RasterStyle(legend=legend), "water", "1.1.0")
    assert [warning.split(":")[0] for warning in warnings] == ["ColorMap"]
    assert read(document).legend == legend


@pytest.mark.parametrize("version", ["1.0.0", "1.1.0"])
def test_elements_stand_in_the_order_of_the_schema(version: str) -> None:
    contrast = Contrast(ContrastMethod.NORMALIZE, 2.0, 0, 10)
    bands = (Channel("3"), Channel("2"), Channel("1", contrast))
    style = RasterStyle(colours=bands, least_scale=1e3, greatest_scale=1e6)
    document, _ = write_style(style, "bands", version)
    space = SE if version == "1.1.0" else SLD
    (rule,) = root(document).iter(f"{space}Rule")
    assert tags(rule) == ["MinScaleDenominator", "MaxScaleDenominator", "RasterSymbolizer"]
    assert tags(rule[2]) == ["Opacity", "ChannelSelection"]
    assert tags(rule[2][1]) == ["RedChannel", "GreenChannel", "BlueChannel"]
    assert tags(rule[2][1][2]) == ["SourceChannelName", "ContrastEnhancement"]
    (found,) = read_styles(document)
    assert (found.colours, found.least_scale, found.greatest_scale) == (style.colours, 1000, 1e6)


def test_an_unknown_version_is_refused() -> None:
    with pytest.raises(ValueError, match="2"):
        write_style(RasterStyle(legend=RAMP), "x", "2.0.0")
