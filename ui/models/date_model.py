"""The dates of the selected visualization, with a check box each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QAbstractListModel, QModelIndex, QObject, Qt, pyqtSignal

from .tips import plain_tip

if TYPE_CHECKING:
    from ...plugin.catalog.service import AcquisitionDate


CHECKED_AT_FIRST = 6


class DateModel(QAbstractListModel):
    """A list of acquisition dates that can be checked."""

    checked_changed = pyqtSignal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._dates: tuple[AcquisitionDate, ...] = ()
        self._checked: set[str] = set()

    def set_dates(self, dates: Sequence[AcquisitionDate]) -> None:
        """Show other dates, the latest of them checked: whoever has many rarely wants all."""
        self._replace(dates, _latest(dates, CHECKED_AT_FIRST))

    def refresh_dates(self, dates: Sequence[AcquisitionDate]) -> None:
        """Show the dates of the same visualization once more: known ones keep their check, new ones have none."""
        if not self._dates:
            self.set_dates(dates)
        elif tuple(dates) != self._dates:
            self._replace(dates, {date.key for date in dates if date.key in self._checked})

    def check_all(self) -> None:
        """Check every date."""
        self._check({date.key for date in self._dates})

    def check_none(self) -> None:
        """Uncheck every date."""
        self._check(set())

    def check_last(self, count: int) -> None:
        """Check the latest dates and no others."""
        self._check(_latest(self._dates, count))

    def check_dates(self, dates: Iterable[AcquisitionDate]) -> None:
        """Check some dates and no others."""
        self._check({date.key for date in dates})

    def check_only(self, index: QModelIndex) -> None:
        """Check one date and no others."""
        date = self.date(index)
        if date is not None:
            self._check({date.key})

    def dates(self) -> tuple[AcquisitionDate, ...]:
        """Return all dates, in the order shown."""
        return self._dates

    def date(self, index: QModelIndex) -> AcquisitionDate | None:
        """Return the date of a row."""
        return self._dates[index.row()] if index.isValid() and index.row() < len(self._dates) else None

    def checked(self) -> tuple[AcquisitionDate, ...]:
        """Return the checked dates, in the order shown."""
        return tuple(date for date in self._dates if date.key in self._checked)

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: N802, B008 (Qt)
        """Return the number of dates."""
        return 0 if parent.isValid() else len(self._dates)

    def flags(self, index: QModelIndex) -> Qt.ItemFlag:
        """Return the flags of a date."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return (
            Qt.ItemFlag.ItemIsEnabled
            | Qt.ItemFlag.ItemIsSelectable
            | Qt.ItemFlag.ItemIsUserCheckable
            | Qt.ItemFlag.ItemNeverHasChildren
        )

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the label, written year first, and whether it is checked."""
        date = self.date(index)
        if date is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return date.label
        if role == Qt.ItemDataRole.CheckStateRole:
            return Qt.CheckState.Checked if date.key in self._checked else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(self.tr("{} (UTC day). Double-click adds this date alone.").format(date.label))
        return None

    def setData(  # noqa: N802 (Qt)
        self, index: QModelIndex, value: Any, role: int = Qt.ItemDataRole.EditRole
    ) -> bool:
        """Check or uncheck a date."""
        date = self.date(index)
        if date is None or role != Qt.ItemDataRole.CheckStateRole:
            return False
        change: Callable[[str], None] = (
            self._checked.add if Qt.CheckState(value) == Qt.CheckState.Checked else self._checked.discard
        )
        change(date.key)
        self.dataChanged.emit(index, index, [Qt.ItemDataRole.CheckStateRole])
        self.checked_changed.emit()
        return True

    def _replace(self, dates: Sequence[AcquisitionDate], checked: set[str]) -> None:
        self.beginResetModel()
        self._dates = tuple(dates)
        self._checked = checked
        self.endResetModel()
        self.checked_changed.emit()

    def _check(self, keys: set[str]) -> None:
        self._checked = keys
        if self._dates:
            self.dataChanged.emit(self.index(0), self.index(len(self._dates) - 1), [Qt.ItemDataRole.CheckStateRole])
        self.checked_changed.emit()


def _latest(dates: Sequence[AcquisitionDate], count: int) -> set[str]:
    """Return the keys of the latest dates."""
    in_order = sorted(dates, key=lambda date: date.day)  # scenes of one day stay in their order
    return {date.key for date in in_order[-count:]} if count > 0 else set()
