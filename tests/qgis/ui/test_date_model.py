"""Dates are checked one by one, all, none, or the latest of them."""

from __future__ import annotations

import dataclasses

import pytest
from pixxel_explorer.ui.models.date_model import DateModel
from qgis.PyQt.QtCore import Qt

from .conftest import Watch, record
from .fakes import make_dates

CHECK = Qt.ItemDataRole.CheckStateRole


@pytest.fixture
def model(watch: Watch) -> DateModel:
    made = DateModel()
    watch(made)
    made.set_dates(make_dates(4))
    return made


def _checked(model: DateModel) -> list[str]:
    return [date.key for date in model.checked()]


@pytest.mark.parametrize("count", [1, 6, 67])
def test_the_latest_six_dates_are_checked_at_first(count: int) -> None:
    model = DateModel()
    dates = make_dates(count)
    model.set_dates(dates)
    assert model.checked() == dates[-6:]


def test_dates_that_become_known_later_are_checked_as_at_first() -> None:
    model = DateModel()
    model.set_dates(())
    model.refresh_dates(make_dates(8))
    assert model.checked() == make_dates(8)[-6:]


def test_the_days_are_listed_with_their_checks(model: DateModel) -> None:
    assert len(model.checked()) == 4
    assert model.index(0).data() == "2025-04-12"
    assert model.index(0).data(CHECK) == Qt.CheckState.Checked


def test_the_buttons_check_all_none_and_the_latest(model: DateModel) -> None:
    model.check_none()
    assert _checked(model) == []
    model.check_last(2)
    assert _checked(model) == ["2025_05_02", "2025_05_12"]
    model.check_last(99)
    assert len(model.checked()) == 4
    model.check_last(0)
    assert _checked(model) == []
    model.check_all()
    assert len(model.checked()) == 4


def test_latest_means_the_day_not_the_place_in_the_list(model: DateModel) -> None:
    model.set_dates(tuple(reversed(make_dates(4))))
    model.check_last(1)
    assert _checked(model) == ["2025_05_12"]


def test_a_click_toggles_one_date_and_tells(model: DateModel) -> None:
    noted = record(model.checked_changed)
    assert model.setData(model.index(1), Qt.CheckState.Unchecked, CHECK)
    assert "2025_04_22" not in _checked(model)
    assert not model.setData(model.index(1), "2030-01-01", Qt.ItemDataRole.EditRole)
    assert len(noted) == 1


def test_one_date_alone(model: DateModel) -> None:
    model.check_only(model.index(2))
    assert _checked(model) == ["2025_05_02"]


def test_an_update_keeps_checks_and_checks_nothing_new(model: DateModel) -> None:
    model.check_last(1)
    model.refresh_dates(make_dates(5))
    assert _checked(model) == ["2025_05_12"]


def test_two_scenes_of_one_day_are_distinguished_by_their_labels(model: DateModel) -> None:
    first = make_dates(1)[0]
    model.set_dates((first, dataclasses.replace(first, key="2025_04_12_2", name="2025-04-12 (2)")))
    assert [model.index(row).data() for row in range(2)] == ["2025-04-12", "2025-04-12 (2)"]
