"""Legends written as style documents."""

from __future__ import annotations

import math
from xml.etree.ElementTree import Element, fromstring

import pytest
from pixxel_explorer.plugin.legend.spec import Colour, ColourMapKind, Legend, LegendClass
from pixxel_explorer.plugin.style.sld_reader import read
from pixxel_explorer.plugin.style.sld_writer import write

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
