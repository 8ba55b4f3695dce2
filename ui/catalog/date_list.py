"""The dates of a visualization, with the buttons that check all, none or the latest of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QModelIndex, QPoint, QSize, Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QListView,
    QMenu,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ...plugin.messages.numbers import count_text
from ..dialogs.date_filter_dialog import DateFilterDialog
from ..icons import icon, theme_icon
from ..models.date_model import CHECKED_AT_FIRST, DateModel
from ..widgets.check_delegate import CheckDelegate

if TYPE_CHECKING:
    from ...plugin.catalog.date_filter import DateFilter
    from ...plugin.catalog.visualization_item import AcquisitionDate

_LAST_CHOICES = (1, 3, 6, 12, 24)


class DateView(QListView):
    """Dates side by side, as many columns as fit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dateList")
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setItemDelegate(CheckDelegate(self))

    def reset(self) -> None:
        """Give every date the room of the longest: a scene of a day with several has a longer label."""
        super().reset()
        model = self.model()
        rows = range(model.rowCount()) if model is not None else range(0)
        longest = max(rows, key=lambda row: len(str(model.index(row, 0).data())), default=None)
        self.setGridSize(QSize() if longest is None else self.sizeHintForIndex(model.index(longest, 0)))

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt)
        """Return a height of about four lines."""
        return QSize(240, self.fontMetrics().height() * 7)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt)
        """Return a height of two lines."""
        return QSize(120, self.fontMetrics().height() * 3)


class DateList(QWidget):
    """A list view of a :class:`DateModel`; it emits a signal when one date is to be added alone."""

    date_requested = pyqtSignal(object)
    edit_requested = pyqtSignal(object)

    def __init__(self, model: DateModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._last = CHECKED_AT_FIRST
        self._filter: tuple[tuple[AcquisitionDate, ...], DateFilter] | None = None  # chosen last, and for which dates
        self.view = DateView(self)
        self.count_label = QLabel(self)
        self.all_button = self._button("allDatesButton", self.tr("All"), self.tr("Check all dates"))
        self.none_button = self._button("noDatesButton", self.tr("None"), self.tr("Uncheck all dates"))
        self.last_button = self._button("lastDatesButton", "", "")
        self._build()
        self._build_last_menu()
        self._connect()
        self._show_last()

    def _build(self) -> None:
        self.view.setModel(self._model)
        self.view.setAccessibleName(self.tr("Dates"))
        self.count_label.setObjectName("dateCountLabel")
        title = QLabel(self.tr("Dates"), self)
        title.setBuddy(self.view)
        row = QHBoxLayout()
        row.setSpacing(1)
        row.addWidget(title)
        for button in (self.all_button, self.none_button, self.last_button):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.count_label)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        layout.addLayout(row)
        layout.addWidget(self.view, 1)

    def _build_last_menu(self) -> None:
        menu = QMenu(self)
        menu.setObjectName("lastDatesMenu")
        for count in _LAST_CHOICES:
            action = menu.addAction(self.tr("Last {}").format(count_text(count)))
            action.setObjectName(f"last{count}Action")
            action.triggered.connect(lambda _checked=False, count=count: self._choose_last(count))
        menu.addSeparator()
        choose = menu.addAction(self.tr("Choose by Year, Month or Interval…"))
        choose.setObjectName("chooseDatesAction")
        choose.triggered.connect(self._choose)
        self.last_button.setMenu(menu)
        self.last_button.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)

    def _connect(self) -> None:
        self.all_button.clicked.connect(self._model.check_all)
        self.none_button.clicked.connect(self._model.check_none)
        self.last_button.clicked.connect(self._check_last)
        self.view.doubleClicked.connect(self._on_double_clicked)
        self.view.customContextMenuRequested.connect(self._on_menu)
        self._model.checked_changed.connect(self._show_count)

    def menu_for(self, index: QModelIndex) -> QMenu:
        """Return the menu of a date."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        date = self._model.date(index)
        if date is not None:
            add = menu.addAction(theme_icon("mActionAddRasterLayer"), self.tr("Add This Date to Map"))
            add.setObjectName("addDateAction")
            add.triggered.connect(lambda: self.date_requested.emit(date))
            edit = menu.addAction(icon("legend"), self.tr("Edit Legend of This Date…"))
            edit.setObjectName("editDateLegendAction")
            edit.triggered.connect(lambda: self.edit_requested.emit(date))
            menu.addSeparator()
            only = menu.addAction(self.tr("Check Only This Date"))
            only.setObjectName("checkOnlyAction")
            only.triggered.connect(lambda: self._model.check_only(index))
        menu.addAction(self.tr("Check All")).triggered.connect(self._model.check_all)
        menu.addAction(self.tr("Check None")).triggered.connect(self._model.check_none)
        return menu

    def _button(self, name: str, text: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(name)
        button.setText(text)
        button.setToolTip(tip)
        button.setAutoRaise(True)
        return button

    def _choose_last(self, count: int) -> None:
        self._last = count
        self._show_last()
        self._check_last()

    def _choose(self) -> None:
        """Check the dates that meet conditions of the user's."""
        dates = self._model.dates()
        if not dates:
            return
        dialog = DateFilterDialog(dates, self)
        if self._filter is not None and self._filter[0] == dates:
            dialog.show_filter(self._filter[1])
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self._filter = dates, dialog.filter
            self._model.check_dates(dialog.chosen)
        dialog.deleteLater()

    def _check_last(self) -> None:
        self._model.check_last(self._last)

    def _show_last(self) -> None:
        self.last_button.setText(self.tr("Last {}").format(count_text(self._last)))
        self.last_button.setToolTip(self.tr("Check the {} latest dates only").format(count_text(self._last)))

    def _show_count(self) -> None:
        checked, total = len(self._model.checked()), len(self._model.dates())
        self.count_label.setText(self.tr("{} of {}").format(count_text(checked), count_text(total)) if total else "")

    def _on_double_clicked(self, index: QModelIndex) -> None:
        date = self._model.date(index)
        if date is not None:
            self.date_requested.emit(date)

    def _on_menu(self, position: QPoint) -> None:
        self.menu_for(self.view.indexAt(position)).popup(self.view.viewport().mapToGlobal(position))
