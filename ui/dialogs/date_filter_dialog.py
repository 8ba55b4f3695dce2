"""The dialog that chooses dates by year, month, interval and count."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QDate, QLocale, QSize, Qt
from qgis.PyQt.QtWidgets import (
    QDateEdit,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QListView,
    QListWidget,
    QListWidgetItem,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from ...plugin.catalog.date_filter import DateFilter, filter_of_all
from ...plugin.messages.numbers import count_text

if TYPE_CHECKING:
    from ...plugin.catalog.visualization_item import AcquisitionDate

_COLUMNS, _MOST_ROWS, _ROOM = 4, 3, 4
_NUMBER = Qt.ItemDataRole.UserRole


class DateFilterDialog(QDialog):
    """Shows how many of some dates conditions leave; ``chosen`` are these dates.

    Args:
        dates: to choose from, at least one.
    """

    def __init__(self, dates: Sequence[AcquisitionDate], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dates = tuple(dates)
        self._days = [date.day for date in dates]
        self.setObjectName("dateFilterDialog")
        self.setWindowTitle(self.tr("Choose Dates"))
        self.year_list = _Checks(
            self, "yearList", ((year, str(year)) for year in sorted({day.year for day in self._days}))
        )
        self.month_list = _Checks(self, "monthList", _months())
        self.first_edit, self.last_edit = self._date_edit("firstDateEdit"), self._date_edit("lastDateEdit")
        self.step_spin, self.newest_spin = QSpinBox(self), QSpinBox(self)
        self.count_label = QLabel(self)
        self.buttons = QDialogButtonBox(self)
        self._build()
        self.show_filter(filter_of_all(self._dates))
        self._connect()

    @property
    def filter(self) -> DateFilter:
        """Return the conditions."""
        return DateFilter(
            frozenset(self.year_list.checked()),
            frozenset(self.month_list.checked()),
            _day(self.first_edit),
            _day(self.last_edit),
            self.step_spin.value(),
            self.newest_spin.value(),
        )

    @property
    def chosen(self) -> list[AcquisitionDate]:
        """Return the dates that are left."""
        return self.filter.select(self._dates)

    def show_filter(self, shown: DateFilter) -> None:
        """Show conditions."""
        self.year_list.check(shown.years)
        self.month_list.check(shown.months)
        self.first_edit.setDate(QDate(shown.first.year, shown.first.month, shown.first.day))
        self.last_edit.setDate(QDate(shown.last.year, shown.last.month, shown.last.day))
        self.step_spin.setValue(shown.step)
        self.newest_spin.setValue(shown.newest)
        self._show_count()

    def _build(self) -> None:
        for spin, name, tip in (
            (self.step_spin, "stepSpin", self.tr("Counted back from the newest date; scenes of one day count once")),
            (self.newest_spin, "newestSpin", self.tr("The newest dates of those that are left")),
        ):
            spin.setObjectName(name)
            spin.setToolTip(tip)
            spin.setMaximum(max(1, len(self._days)))
        self.step_spin.setMinimum(1)
        self.step_spin.setSpecialValueText(self.tr("each"))
        self.newest_spin.setSpecialValueText(self.tr("all"))
        self.count_label.setObjectName("chosenCountLabel")
        form = QFormLayout()
        if self.year_list.count() > 1:
            form.addRow(self.tr("&Years"), self.year_list)
        else:
            self.year_list.hide()
        form.addRow(self.tr("&Months"), self.month_list)
        interval = QLabel(self.tr("&Interval"), self)
        interval.setBuddy(self.first_edit)
        form.addRow(interval, self._interval_row())
        form.addRow(self.tr("&Every n-th day"), self.step_spin)
        form.addRow(self.tr("&Newest"), self.newest_spin)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(self.count_label)
        layout.addWidget(self.buttons)
        self.buttons.setStandardButtons(
            QDialogButtonBox.StandardButton.Ok
            | QDialogButtonBox.StandardButton.Cancel
            | QDialogButtonBox.StandardButton.Reset
        )
        self._ok.setText(self.tr("Check These Dates"))

    def _interval_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self.first_edit.setAccessibleName(self.tr("First day"))
        self.last_edit.setAccessibleName(self.tr("Last day"))
        row.addWidget(self.first_edit, 1)
        row.addWidget(QLabel("–", self))
        row.addWidget(self.last_edit, 1)
        return row

    def _connect(self) -> None:
        for checks in (self.year_list, self.month_list):
            checks.itemChanged.connect(self._show_count)
        for edit in (self.first_edit, self.last_edit):
            edit.dateChanged.connect(self._show_count)
        for spin in (self.step_spin, self.newest_spin):
            spin.valueChanged.connect(self._show_count)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        reset = self.buttons.button(QDialogButtonBox.StandardButton.Reset)
        reset.clicked.connect(lambda: self.show_filter(filter_of_all(self._dates)))

    @property
    def _ok(self) -> QWidget:
        return self.buttons.button(QDialogButtonBox.StandardButton.Ok)

    def _date_edit(self, name: str) -> QDateEdit:
        edit = QDateEdit(self)
        edit.setObjectName(name)
        edit.setCalendarPopup(True)
        edit.setDisplayFormat("yyyy-MM-dd")
        return edit

    def _show_count(self) -> None:
        chosen = len(self.chosen)
        text = self.tr("{0} of {1} dates").format(count_text(chosen), count_text(len(self._dates)))
        is_reversed = _day(self.first_edit) > _day(self.last_edit)
        self.count_label.setText(self.tr("The interval ends before it begins.") if is_reversed else text)
        self._ok.setEnabled(chosen > 0)


class _Checks(QListWidget):
    """Numbers with names to check, side by side."""

    def __init__(self, parent: QWidget, name: str, entries: Iterable[tuple[int, str]]) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for number, text in entries:
            item = QListWidgetItem(text, self)
            item.setData(_NUMBER, number)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked)
        hints = [self.sizeHintForIndex(self.indexFromItem(self.item(row))) for row in range(self.count())]
        width, height = max(hint.width() for hint in hints) + _ROOM, max(hint.height() for hint in hints)
        self.setGridSize(QSize(width, height))
        rows = math.ceil(self.count() / _COLUMNS)
        if rows <= _MOST_ROWS:  # else Qt keeps room for a scroll bar that never comes
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(_COLUMNS * width + 2 * self.frameWidth() + _ROOM)
        rows = min(_MOST_ROWS, rows)
        self.setFixedHeight(rows * height + 2 * self.frameWidth() + 2)

    def checked(self) -> list[int]:
        """Return the numbers that are checked."""
        items = (self.item(row) for row in range(self.count()))
        return [item.data(_NUMBER) for item in items if item.checkState() == Qt.CheckState.Checked]

    def check(self, numbers: Iterable[int]) -> None:
        """Check some numbers and no others."""
        wanted = set(numbers)
        for row in range(self.count()):
            item = self.item(row)
            is_wanted = item.data(_NUMBER) in wanted
            item.setCheckState(Qt.CheckState.Checked if is_wanted else Qt.CheckState.Unchecked)


def _months() -> list[tuple[int, str]]:
    locale = QLocale()
    short = QLocale.FormatType.ShortFormat
    return [(number, locale.standaloneMonthName(number, short)) for number in range(1, 13)]


def _day(edit: QDateEdit) -> datetime.date:
    day = edit.date()
    return datetime.date(day.year(), day.month(), day.day())
