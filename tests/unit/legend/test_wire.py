"""The legend as the API reads and writes it."""

from __future__ import annotations

import json
import math

import pytest
from pixxel_explorer.plugin.legend.check import LegendInvalid, ProblemCode
from pixxel_explorer.plugin.legend.spec import Colour, ColourMapKind, Legend, LegendClass
from pixxel_explorer.plugin.legend.wire import UNREADABLE, parse_number, read_classes, write_classes

RECORD = {"min": -1, "max": "0.25", "color": "#1a2b3c", "label": "Water", "area": "12.5", "area_percentage": 9.7}


def test_a_documented_class_is_read_whole() -> None:
    legend, warnings = read_classes([{**RECORD, "note": "kept"}])
    assert legend.classes == (LegendClass(-1, 0.25, Colour(26, 43, 60), "Water", 12.5, 9.7),)
    assert legend.classes[0].extra == {"note": "kept"}
    assert (legend.kind, legend.closed_top, warnings) == (ColourMapKind.INTERVALS, True, [])


def test_writing_sends_four_fields_and_whole_numbers_stay_whole() -> None:
    legend, _ = read_classes([RECORD, {"min": 0, "max": 51, "color": "#FFF", "label": None}])
    assert json.dumps(write_classes(legend)) == json.dumps(
        [
            {"min": -1, "max": 0.25, "color": "#1a2b3c", "label": "Water"},
            {"min": 0, "max": 51, "color": "#ffffff", "label": ""},
        ]
    )


@pytest.mark.parametrize("low", [None, "", "null", "-Infinity", -math.inf])
@pytest.mark.parametrize("high", [None, "", "Infinity", "inf", math.inf])
def test_open_ends_come_in_many_spellings(low: object, high: object) -> None:
    legend, warnings = read_classes([{"min": low, "max": high, "color": "#000"}])
    assert (legend.classes[0].minimum, legend.classes[0].maximum, warnings) == (None, None, [])


def test_what_is_not_understood_is_said_and_the_class_stays() -> None:
    legend, warnings = read_classes([{"min": "low", "max": True, "color": "bluish", "area": "nan"}, {}])
    assert legend.classes[0].colour == UNREADABLE
    assert len(legend) == 2
    assert [text.split(":")[0] for text in warnings] == ["Class 1"] * 4 + ["Class 2"]


def test_an_infinity_of_the_wrong_side_is_said() -> None:
    _, warnings = read_classes([{"min": math.inf, "max": 1, "color": "#000"}])
    assert warnings == ["Class 1: min is infinite on the wrong side; it is read as open."]


@pytest.mark.parametrize(
    ("edge", "code"),
    [
        (math.nan, ProblemCode.NOT_A_NUMBER),
        (math.inf, ProblemCode.NOT_A_NUMBER),
        (None, ProblemCode.OPEN_END),
    ],
)
def test_what_json_or_the_server_cannot_hold_is_never_written(edge: float | None, code: ProblemCode) -> None:
    legend = Legend((LegendClass(0, 1, Colour(0, 0, 0)), LegendClass(1, edge, Colour(0, 0, 0))))
    with pytest.raises(LegendInvalid) as refusal:
        write_classes(legend)
    assert [(problem.code, problem.row) for problem in refusal.value.problems] == [(code, 1)]


def test_open_ends_of_untouched_dates_go_back_as_null() -> None:
    legend, _ = read_classes([{"min": None, "max": 1, "color": "#000000", "label": "low"}])
    assert write_classes(legend, allow_open=True) == [{"min": None, "max": 1, "color": "#000000", "label": "low"}]


def test_shortest_numbers_survive_a_round_trip() -> None:
    text = '[{"min": 0.1, "max": 0.30000000000000004, "color": "#000000", "label": "\\u010cre\\u0161nja"}]'
    legend, _ = read_classes(json.loads(text))
    assert json.dumps(write_classes(legend)) == text


@pytest.mark.parametrize("raw", [10**400, "9" * 400])
def test_a_number_too_great_for_any_float_is_infinite(raw: object) -> None:
    assert parse_number(raw) == math.inf


@pytest.mark.parametrize("label", ["\ud800", ["Water"], {"en": "Water"}])
def test_a_label_that_cannot_be_sent_is_said(label: object) -> None:
    legend, warnings = read_classes([{"min": 0, "max": 1, "color": "#ff0000", "label": label}])
    assert ["label" in warning for warning in warnings] == [True]
    legend.classes[0].label.encode("utf-8")
