"""The time bar: step and play buttons, the date shown, and the axis of all dates."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from qgis.PyQt.QtCore import QLocale, Qt, QTimer, pyqtSignal
from qgis.PyQt.QtGui import QFont, QHideEvent
from qgis.PyQt.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from ...plugin.files.shown_names import shown_name
from ..icons import icon, theme_icon
from ..requests import ChangeKind, CompareView
from ..widgets.elided_label import ElidedLabel
from .axis_scale import AxisDate
from .compare_menu import CompareMenu
from .time_axis import TimeAxis

_PLAY_MS = 800
_LEAST_DATES = 2
_LONGEST_DATE = 40  # letters; a longer label would widen the dock


class TimeBar(QWidget):
    """Moves through the dates of one stack of layers; hidden where there are fewer than two.

    The axis reports the dates that are chosen and compared; ``show_dates`` reports which one the map shows.

    ``view_chosen(CompareView)`` is emitted when compared dates are to be shown in another way;
    ``change_requested(ChangeKind, earlier key, later key)`` when a layer of the changes between them is wanted.

    Attributes:
        is_map_ready: returns whether the map has drawn the date before; playing waits for it.
        change_problem: returns why a layer of changes between two dates, by key, cannot be had, or nothing.
    """

    view_chosen = pyqtSignal(object)
    change_requested = pyqtSignal(object, str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("timeBar")
        self.is_map_ready: Callable[[], bool] = lambda: True
        self.change_problem: Callable[[ChangeKind, str, str], str] = lambda _kind, _before, _after: ""
        self.axis = TimeAxis(self)
        self.date_label = QLabel(self)
        self.title = ElidedLabel(self)
        self.count_label = QLabel(self)
        self.back_button = self._button("previousDateButton", self.tr("Previous date"))
        self.play_button = self._button("playDatesButton", "")
        self.forward_button = self._button("nextDateButton", self.tr("Next date"))
        self.compare_button = self._button("compareDatesButton", self.tr("Compare with another date on the map"))
        self.compare_menu = CompareMenu(self)
        self.series_button = self._button("seriesButton", self.tr("Show values over time at a place of the map"))
        self._timer = QTimer(self)
        self._timer.setInterval(_PLAY_MS)
        self._build()
        self._connect()
        self._show_playing()
        self.hide()

    def show_dates(self, title: str, dates: Sequence[AxisDate], key: str | None) -> None:
        """Show the dates of a stack, oldest first, and which one the map shows."""
        if tuple(dates) != self.axis.dates:
            self.stop()
            self.axis.set_dates(dates, key)
        else:
            self.axis.set_current(key)
        self.title.set_text(title)
        self._show_current()
        self.setVisible(len(dates) >= _LEAST_DATES)

    def stop(self) -> None:
        """Stop playing."""
        self._timer.stop()
        self._show_playing()

    @property
    def is_playing(self) -> bool:
        """Return whether the dates are played."""
        return self._timer.isActive()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 (Qt)
        """Stop playing where nobody can stop it."""
        self.stop()
        super().hideEvent(event)

    def _button(self, name: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(name)
        button.setAutoRaise(True)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        return button

    def _build(self) -> None:
        self.back_button.setIcon(theme_icon("temporal_navigation/previous"))
        self.forward_button.setIcon(theme_icon("temporal_navigation/next"))
        self.compare_button.setIcon(icon("compare"))
        self.compare_button.setCheckable(True)
        self.compare_button.setMenu(self.compare_menu)
        self.compare_button.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        self.series_button.setIcon(icon("series"))
        self.date_label.setObjectName("timeBarDate")
        self.date_label.setTextFormat(Qt.TextFormat.PlainText)
        font = QFont(self.date_label.font())
        font.setBold(True)
        self.date_label.setFont(font)
        self.title.setObjectName("timeBarTitle")
        self.title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)  # the dock keeps its width
        self.count_label.setObjectName("timeBarCount")
        row = QHBoxLayout()
        row.setSpacing(4)
        for widget in (self.back_button, self.play_button, self.forward_button, self.date_label):
            row.addWidget(widget)
        row.addWidget(self.title, 1)
        row.addWidget(self.count_label)
        row.addWidget(self.compare_button)
        row.addWidget(self.series_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 2, 6, 2)
        layout.setSpacing(0)
        layout.addLayout(row)
        layout.addWidget(self.axis)

    def _connect(self) -> None:
        self.back_button.clicked.connect(lambda: self._step(-1))
        self.forward_button.clicked.connect(lambda: self._step(1))
        self.play_button.clicked.connect(self._toggle)
        self.axis.compared_changed.connect(self._on_compared)
        self.compare_button.toggled.connect(self._on_compare)
        self.compare_menu.aboutToShow.connect(self._offer_changes)
        self.compare_menu.view_chosen.connect(self._on_view)
        self.compare_menu.change_chosen.connect(self._on_change)
        self._timer.timeout.connect(self._play_on)

    def _step(self, count: int) -> None:
        self.stop()
        self.axis.step(count)

    def _on_compare(self, is_on: bool) -> None:
        if is_on and self.axis.compared is None:
            self.axis.compare_beside()
        elif not is_on:
            self.axis.compare(-1)

    def _on_compared(self, key: str) -> None:
        self.compare_button.setChecked(bool(key))

    @property
    def compare_view(self) -> CompareView:
        """Return how compared dates are shown."""
        return self.compare_menu.view

    def _pair(self) -> tuple[AxisDate, AxisDate] | None:
        """Return the compared date and the one shown, or that and its neighbour; the earlier first."""
        current = self.axis.current
        other = self.axis.compared or self.axis.neighbour
        if current is None or other is None or other == current:
            return None
        rows = self.axis.dates.index
        return (other, current) if rows(other) < rows(current) else (current, other)

    def _offer_changes(self) -> None:
        """Name the dates in the menu, and why a change cannot be had."""
        pair = self._pair()
        if pair is None:
            self.compare_menu.offer_none()
            return
        problems = {kind: self.change_problem(kind, pair[0].key, pair[1].key) for kind in ChangeKind}
        self.compare_menu.offer((pair[0].label, pair[1].label), problems)

    def _on_view(self, view: CompareView) -> None:
        self.view_chosen.emit(view)
        self.compare_button.setChecked(True)

    def _on_change(self, kind: ChangeKind) -> None:
        pair = self._pair()
        if pair is not None:
            self.change_requested.emit(kind, pair[0].key, pair[1].key)

    def _toggle(self) -> None:
        if self.is_playing:
            self.stop()
            return
        if self.axis.is_at_end():
            self.axis.choose_first()
        self._timer.start()
        self._show_playing()

    def _play_on(self) -> None:
        """Show the next date, unless the map still draws; stop after the last one."""
        if self.is_map_ready() and not self.axis.step(1):
            self.stop()

    def _show_playing(self) -> None:
        text = self.tr("Stop playing") if self.is_playing else self.tr("Play the dates one after the other")
        self.play_button.setIcon(theme_icon(f"temporal_navigation/{'pause' if self.is_playing else 'forward'}"))
        self.play_button.setToolTip(text)
        self.play_button.setAccessibleName(text)

    def _show_current(self) -> None:
        current, locale = self.axis.current, QLocale()
        self.date_label.setText(
            shown_name(current.label, _LONGEST_DATE) if current is not None else self.tr("No date is shown")
        )
        total = locale.toString(len(self.axis.dates))
        row = locale.toString(self.axis.dates.index(current) + 1) if current is not None else "–"
        self.count_label.setText(self.tr("{0} of {1}").format(row, total))
        self.back_button.setEnabled(current is None or self.axis.dates[0] != current)
        self.forward_button.setEnabled(current is None or self.axis.dates[-1] != current)
