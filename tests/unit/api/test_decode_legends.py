from __future__ import annotations

from typing import Any

import pytest
from pixxel_explorer.plugin.api.decoding.decode import legends

LOW = {"min": 0, "max": 51, "color": "#2b83ba", "label": "Low", "area": 50, "area_percentage": 5}
HIGH = {"min": 51, "max": 255, "color": "#d7191c", "label": "High"}
DAY, OTHER = "2024_05_06", "2024_05_16"
BOTH = {DAY: {"dynamic": [LOW], "theoretical": [HIGH]}}


@pytest.mark.parametrize(
    "raw",
    [
        {DAY: {"dynamic": [LOW], "theoretical": [HIGH]}},
        {"dynamic": {DAY: [LOW]}, "theoretical": {DAY: [HIGH]}},
        {"Dynamic": {DAY: [LOW]}, "THEORETICAL": {DAY: [HIGH]}},
        [{"date": DAY, "dynamic": [LOW], "theoretical": [HIGH]}],
    ],
)
def test_legends_by_date_and_mode_come_in_any_nesting(raw: Any) -> None:
    assert legends(raw) == BOTH


def test_a_legend_without_modes_belongs_to_the_mode_spoken_of() -> None:
    assert legends({DAY: [LOW]}, "theoretical") == {DAY: {"theoretical": [LOW]}}
    assert legends({DAY: [LOW]}) == {DAY: {"dynamic": [LOW]}}


def test_a_legend_without_dates_goes_to_every_date() -> None:
    raw = {"dynamic": [LOW], "theoretical": [HIGH]}
    assert legends(raw, dates=(DAY, OTHER)) == {DAY: BOTH[DAY], OTHER: BOTH[DAY]}
    assert legends([LOW], "dynamic", (DAY,)) == {DAY: {"dynamic": [LOW]}}


def test_a_legend_without_dates_is_not_lost_where_no_date_is_known() -> None:
    assert legends({"dynamic": [LOW]}) == {"": {"dynamic": [LOW]}}


@pytest.mark.parametrize("raw", [None, {}, [], "text", 5, {"dynamic": None, "theoretical": []}, {"dynamic": {}}])
def test_missing_null_and_empty_legends_are_none(raw: Any) -> None:
    assert legends(raw) == {}


@pytest.mark.parametrize("empty", [None, [], {}, {"dynamic": []}, {"dynamic": None}, "text"])
def test_a_date_without_classes_keeps_its_key(empty: Any) -> None:
    assert legends({DAY: empty}) == {DAY: {}}


def test_date_keys_stay_as_the_server_wrote_them() -> None:
    keys = ["2024_05_06", "2024-05-07", "20240508", "2024_05_09_1", "scene-77"]
    assert list(legends({key: {"dynamic": [LOW]} for key in keys})) == keys


def test_unknown_fields_and_unreadable_numbers_of_a_class_are_kept() -> None:
    odd = {"min": "0.2", "max": None, "color": "red", "label": "x", "hectares": 7}
    assert legends({DAY: {"dynamic": [odd]}})[DAY]["dynamic"] == [odd]


def test_a_class_may_be_a_list() -> None:
    found = legends({DAY: {"dynamic": [[0, 51, "#2b83ba", "Low"], [51, 255, "#d7191c"]]}})[DAY]["dynamic"]
    assert found == [
        {"min": 0, "max": 51, "color": "#2b83ba", "label": "Low"},
        {"min": 51, "max": 255, "color": "#d7191c"},
    ]


def test_a_class_with_one_value_takes_its_upper_edge_from_the_next() -> None:
    raw = [{"value": 0, "colour": "red"}, {"value": 5, "color": "blue", "label": "b"}]
    assert legends(raw, "dynamic", (DAY,))[DAY]["dynamic"] == [
        {"min": 0, "max": 5, "color": "red"},
        {"min": 5, "max": None, "color": "blue", "label": "b"},
    ]


def test_reading_twice_changes_nothing() -> None:
    once = legends({"theoretical": {DAY: [LOW]}, "dynamic": {OTHER: [HIGH]}})
    assert legends(once) == once
