"""Several scenes of one day are dates of their own, each with a label and its own asset."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from pixxel_explorer.plugin.api.decoding.decode import moment_of
from pixxel_explorer.plugin.api.models import Visualization
from pixxel_explorer.plugin.catalog.date_choice import choice_of
from pixxel_explorer.plugin.catalog.date_labels import file_label, labels
from pixxel_explorer.plugin.catalog.visualization_item import VisualizationItem, join, select_dates
from pixxel_explorer.plugin.files.names import scene_name
from pixxel_explorer.tests.fake_api import rows

DAY = datetime.date(2025, 4, 14)


def item(keys: tuple[str, ...], assets: tuple[tuple[str, str], ...]) -> VisualizationItem:
    """Return a visualization of legends by key and of assets by id and date."""
    listed = [{"id": name, "visualization_id": "v1", "asset_type": "visualization", "date": d} for name, d in assets]
    legend = {key: {"dynamic": rows(0, 1)} for key in keys}
    record: dict[str, Any] = {"id": "v1", "assets": listed, "metadata": {"legend": legend} if legend else None}
    return join(Visualization.model_validate(record), None, ())


def shown(found: VisualizationItem) -> list[tuple[str, str, str]]:
    return [(date.key, date.label, date.asset.id if date.asset else "") for date in found.dates]


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (["2025_04_14"], ["2025-04-14"]),
        (["2025-04-14T10:42:11Z"], ["2025-04-14"]),
        (["2025_04_14", "2025_04_14_2"], ["2025-04-14", "2025-04-14 (2)"]),
        (["2025_04_14_10", "2025_04_14_9"], ["2025-04-14 (2)", "2025-04-14"]),
        (["2025-04-14T10:42:11Z", "2025-04-14T14:05:00Z"], ["2025-04-14 10:42", "2025-04-14 14:05"]),
        (["2025-04-14T10:42:11Z", "2025-04-14T10:42:51Z"], ["2025-04-14 10:42:11", "2025-04-14 10:42:51"]),
        (["2025_04_14", "2025-04-14T14:05:00Z"], ["2025-04-14 (2)", "2025-04-14"]),
    ],
)
def test_a_label_says_which_scene_of_a_day_it_is(keys: list[str], expected: list[str]) -> None:
    found = labels((key, DAY, moment_of(key)) for key in keys)
    assert sorted(found[key].text for key in keys) == sorted(expected)
    assert len({file_label(found[key].text) for key in keys}) == len(keys)


def test_midnight_is_no_time_of_day() -> None:
    assert moment_of("2025-04-14T00:00:00Z") is None
    assert moment_of("2025_04_14_1042") is None
    assert moment_of("2025_04_14T10_42_11Z") == datetime.datetime(2025, 4, 14, 10, 42, 11, tzinfo=datetime.UTC)
    assert moment_of("2025-04-14T23:30:00-05:00") == datetime.datetime(2025, 4, 15, 4, 30, tzinfo=datetime.UTC)


def test_an_asset_belongs_to_the_key_of_its_time_in_whatever_order_they_are_listed() -> None:
    found = item(
        ("2025_04_14T10:42:11Z", "2025_04_14T14:05:00Z"),
        (("late", "2025-04-14T14:05:00Z"), ("early", "2025-04-14T10:42:11Z")),
    )
    assert [(date.label, date.asset.id) for date in found.dates if date.asset] == [
        ("2025-04-14 10:42", "early"),
        ("2025-04-14 14:05", "late"),
    ]


def test_a_second_asset_of_a_day_is_not_dropped_where_the_server_lists_no_keys() -> None:
    timed = item((), (("b", "2025-04-14T14:05:00Z"), ("a", "2025-04-14T10:42:11Z")))
    assert shown(timed) == [
        ("2025_04_14", "2025-04-14 10:42", "a"),
        ("2025_04_14T14:05:00Z", "2025-04-14 14:05", "b"),
    ]
    untimed = item((), (("a", "2025-04-14"), ("b", "2025-04-14")))
    assert shown(untimed) == [("2025_04_14", "2025-04-14", "a"), ("2025_04_14_b", "2025-04-14 (2)", "b")]
    assert [date.legend_key for date in untimed.dates] == ["2025_04_14", "2025_04_14"]


def test_a_listed_key_and_a_further_asset_are_two_dates_with_keys_of_their_own() -> None:
    found = item(("2025_04_14",), (("a", "2025-04-14"), ("b", "2025-04-14")))
    assert len({date.key for date in found.dates}) == len(found.dates) == 2


def test_a_date_is_chosen_by_its_key_by_its_label_or_with_all_scenes_by_the_day() -> None:
    found = item(("2025_04_14", "2025_04_14_2"), ())

    def chosen(text: str) -> list[str]:
        return [date.key for date in select_dates(found, choice_of([text]))]

    assert chosen("2025-04-14") == ["2025_04_14", "2025_04_14_2"]
    assert chosen("2025_04_14") == ["2025_04_14"]
    assert chosen("2025-04-14 (2)") == chosen("2025_04_14_2") == ["2025_04_14_2"]


def test_a_name_in_the_cache_is_of_the_key_whatever_other_scenes_there_are() -> None:
    names = {scene_name(DAY, key) for key in ("2025_04_14", "2025_04_14_2", "20250414", "2025_04_14T10:42:11Z")}
    assert len(names) == 4
    assert scene_name(DAY, "2025_04_14") == "2025-04-14"
