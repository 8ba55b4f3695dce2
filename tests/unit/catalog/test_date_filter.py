"""Dates chosen by year, month, interval, every n-th day, and the newest of these."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest
from pixxel_explorer.plugin.catalog.date_filter import filter_of_all
from pixxel_explorer.plugin.catalog.visualization_item import AcquisitionDate

FIRST = datetime.date(2023, 11, 1)
DATES = tuple(
    AcquisitionDate(day.strftime("%Y_%m_%d"), day)
    for day in (FIRST + datetime.timedelta(days=10 * number) for number in range(90))
)
ALL = filter_of_all(DATES)


def days(found: list[AcquisitionDate]) -> list[str]:
    return [date.day.isoformat() for date in found]


def test_all_are_left_at_first() -> None:
    assert ALL.select(DATES) == list(DATES)


def test_years_and_months_are_both_met() -> None:
    found = replace(ALL, years=frozenset({2024, 2025}), months=frozenset({6})).select(DATES)
    assert {(date.day.year, date.day.month) for date in found} == {(2024, 6), (2025, 6)}
    assert len(found) == sum(date.day.month == 6 for date in DATES)


def test_an_interval_includes_both_ends() -> None:
    found = replace(ALL, first=DATES[3].day, last=DATES[5].day).select(DATES)
    assert found == list(DATES[3:6])
    assert replace(ALL, first=DATES[5].day, last=DATES[3].day).select(DATES) == []


def test_no_year_or_month_leaves_nothing() -> None:
    assert replace(ALL, years=frozenset()).select(DATES) == []
    assert replace(ALL, months=frozenset()).select(DATES) == []


def test_every_third_day_is_counted_from_the_newest() -> None:
    assert days(replace(ALL, step=3).select(DATES))[-3:] == days([DATES[-7], DATES[-4], DATES[-1]])


def test_the_newest_are_taken_of_what_is_left() -> None:
    assert replace(ALL, step=3, newest=2).select(DATES) == [DATES[-4], DATES[-1]]


def test_scenes_of_a_day_stay_together() -> None:
    scenes = [replace(DATES[-1], key=f"scene {number}") for number in range(3)]
    assert replace(ALL, newest=1).select([*DATES[:-1], *scenes]) == scenes
    assert replace(ALL, step=2, newest=2).select([*DATES[:-1], *scenes]) == [DATES[-3], *scenes]


def test_without_dates_there_is_no_filter() -> None:
    with pytest.raises(ValueError, match="empty"):
        filter_of_all(())
