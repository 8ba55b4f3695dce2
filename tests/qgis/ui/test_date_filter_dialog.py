"""The dialog that chooses dates, by mouse and keys, and the list of dates that opens it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from pixxel_explorer.ui.catalog.date_list import DateList
from pixxel_explorer.ui.dialogs.date_filter_dialog import DateFilterDialog
from pixxel_explorer.ui.models.date_model import DateModel
from qgis.PyQt.QtCore import QDate, Qt, QTimer
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication, QDialogButtonBox, QListWidget, QStyle, QStyleOptionViewItem

from .fakes import make_dates

OK, RESET = QDialogButtonBox.StandardButton.Ok, QDialogButtonBox.StandardButton.Reset
DATES = make_dates(100)  # from 2025-04-12 to 2027-12-28, ten days apart


@pytest.fixture
def dialog(qgis_app: object) -> Iterator[DateFilterDialog]:
    made = DateFilterDialog(DATES)
    made.show()
    yield made
    made.close()


def click(checks: QListWidget, text: str) -> None:
    """Click on the check box of an entry."""
    item = checks.findItems(text, Qt.MatchFlag.MatchExactly)[0]
    option = QStyleOptionViewItem()
    option.initFrom(checks)
    option.rect = checks.visualItemRect(item)
    option.features |= QStyleOptionViewItem.ViewItemFeature.HasCheckIndicator
    box = checks.style().subElementRect(QStyle.SubElement.SE_ItemViewItemCheckIndicator, option, checks)
    QTest.mouseClick(checks.viewport(), Qt.MouseButton.LeftButton, pos=box.center())


def test_all_dates_are_chosen_at_first(dialog: DateFilterDialog) -> None:
    assert dialog.count_label.text() == "100 of 100 dates"
    assert dialog.chosen == list(DATES)


def test_years_and_months_are_unchecked_by_mouse(dialog: DateFilterDialog) -> None:
    click(dialog.year_list, "2025")
    click(dialog.year_list, "2027")
    for row in range(12):
        if row != 5:
            click(dialog.month_list, dialog.month_list.item(row).text())
    assert {(date.day.year, date.day.month) for date in dialog.chosen} == {(2026, 6)}
    assert dialog.count_label.text() == "3 of 100 dates"


def test_nothing_checked_is_no_date_and_cannot_be_accepted(dialog: DateFilterDialog) -> None:
    for year in ("2025", "2026", "2027"):
        click(dialog.year_list, year)
    assert dialog.count_label.text() == "0 of 100 dates"
    assert not dialog.buttons.button(OK).isEnabled()
    QTest.mouseClick(dialog.buttons.button(RESET), Qt.MouseButton.LeftButton)
    assert dialog.count_label.text() == "100 of 100 dates"
    assert dialog.buttons.button(OK).isEnabled()


def test_an_interval_the_wrong_way_round_is_named(dialog: DateFilterDialog) -> None:
    dialog.first_edit.setDate(QDate(2026, 5, 1))
    dialog.last_edit.setDate(QDate(2026, 4, 1))
    assert dialog.count_label.text() == "The interval ends before it begins."
    assert not dialog.buttons.button(OK).isEnabled()


def test_steps_and_counts_are_typed(dialog: DateFilterDialog) -> None:
    for spin, keys in ((dialog.step_spin, "4"), (dialog.newest_spin, "5")):
        spin.setFocus()
        spin.selectAll()
        QTest.keyClicks(spin, keys)
    assert dialog.chosen == list(DATES[83::4])
    assert dialog.count_label.text() == "5 of 100 dates"


# --- from the list of dates -------------------------------------------------------------------------------------------


def in_dialog(act: Callable[[DateFilterDialog], None]) -> None:
    """Do something in the dialog when it is open."""

    def run() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, DateFilterDialog)
        act(dialog)

    QTimer.singleShot(50, run)


def accept(dialog: DateFilterDialog) -> None:
    QTest.mouseClick(dialog.buttons.button(OK), Qt.MouseButton.LeftButton)


@pytest.fixture
def dates(qgis_app: object) -> Iterator[DateList]:
    model = DateModel()
    model.set_dates(DATES)
    made = DateList(model)
    made.show()
    yield made
    made.close()


def choose(dates: DateList) -> None:
    action = next(each for each in dates.last_button.menu().actions() if each.objectName() == "chooseDatesAction")
    action.trigger()


def test_the_dates_that_are_left_are_checked_and_no_others(dates: DateList) -> None:
    def june(dialog: DateFilterDialog) -> None:
        for row in range(12):
            if row != 5:
                click(dialog.month_list, dialog.month_list.item(row).text())
        accept(dialog)

    in_dialog(june)
    choose(dates)
    checked = dates._model.checked()
    assert {date.day.month for date in checked} == {6}
    assert dates.count_label.text() == f"{len(checked)} of 100"
    seen: list[int] = []
    in_dialog(lambda dialog: (seen.append(len(dialog.chosen)), dialog.reject()))  # type: ignore[func-returns-value]
    choose(dates)
    assert seen == [len(checked)], "the conditions are there again"
    assert dates._model.checked() == checked


def test_cancelled_the_checks_stay(dates: DateList) -> None:
    before = dates._model.checked()
    in_dialog(lambda dialog: dialog.reject())
    choose(dates)
    assert dates._model.checked() == before
