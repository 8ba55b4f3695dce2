"""The comparison before a push: what will be sent, what the server has now, what the editing began from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtGui import QBrush, QColor, QFont, QIcon, QPainter, QPixmap
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QSizePolicy,
    QSplitter,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ...plugin.services.visualization_item import date_text
from ..delegates.tones import faded, tone_colour
from ..icons import theme_icon
from ..models.legend_text import days_text, number_text
from ..models.wording import Tone, dates_text

if TYPE_CHECKING:
    from ...plugin.legend.spec import Legend, LegendClass


@dataclass(frozen=True, slots=True)
class Comparison:
    """One edited date; ``server`` is ``None`` where the server has no such date any more."""

    key: str
    mine: Legend
    server: Legend | None
    base: Legend

    @property
    def is_conflict(self) -> bool:
        """Tell whether somebody else changed it since the editing began."""
        return self.server is None or self.server.digest() not in (self.base.digest(), self.mine.digest())


class PushDialog(QDialog):
    """Shows the dates to be pushed; accepted means push, over others' changes where there are conflicts.

    ``server_taken(keys)`` tells that the server's legend shall replace mine for dates in conflict.
    """

    server_taken = pyqtSignal(object)

    def __init__(self, comparisons: Sequence[Comparison], mode: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pushDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Push Legend"))
        self._comparisons = tuple(comparisons)
        self._mode = mode
        self.headline = _sentence("pushHeadline", self)
        self.warning = _sentence("conflictLabel", self)
        self.date_list = QListWidget(self)
        self.table = QTableWidget(self)
        self.buttons = QDialogButtonBox(self)
        self._build()
        self._fill()

    @property
    def conflicts(self) -> tuple[str, ...]:
        """Return the dates somebody else changed."""
        return tuple(found.key for found in self._comparisons if found.is_conflict)

    # --- building -------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.date_list.setObjectName("pushDateList")
        self.date_list.setAccessibleName(self.tr("Dates to be pushed"))
        self.table.setObjectName("pushTable")
        self.table.setAccessibleName(self.tr("Classes compared"))
        self.buttons.setObjectName("pushDialogButtons")
        splitter = QSplitter(Qt.Orientation.Horizontal, self)
        splitter.addWidget(self.date_list)
        splitter.addWidget(self.table)
        splitter.setStretchFactor(1, 1)
        splitter.setChildrenCollapsible(False)
        splitter.setSizes([150, 640])
        layout = QVBoxLayout(self)
        layout.setSpacing(8)
        for widget in (self.headline, self.warning):
            layout.addWidget(widget)
        layout.addWidget(splitter, 1)
        layout.addWidget(self.buttons)
        self._set_up_table()
        self._add_buttons()
        self.date_list.currentRowChanged.connect(self._show_date)
        self.resize(800, 380)

    def _set_up_table(self) -> None:
        table = self.table
        table.setColumnCount(3)
        table.setHorizontalHeaderLabels(
            [self.tr("Will Be Sent"), self.tr("Server Has Now"), self.tr("Editing Began From")]
        )
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(table.fontMetrics().height() + 8)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        table.setShowGrid(False)
        table.setWordWrap(False)

    def _add_buttons(self) -> None:
        roles = QDialogButtonBox.ButtonRole
        if self.conflicts:
            take = self.buttons.addButton(self.tr("Take Server's"), roles.ActionRole)
            take.setObjectName("takeServerButton")
            take.clicked.connect(self._on_take_server)
            push = self.buttons.addButton(self.tr("Keep Mine and Overwrite"), roles.AcceptRole)
        else:
            push = self.buttons.addButton(self.tr("Push"), roles.AcceptRole)
        push.setObjectName("pushConfirmButton")
        cancel = self.buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        (cancel if self.conflicts else push).setDefault(True)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)

    def _fill(self) -> None:
        modes = {"dynamic": self.tr("dynamic"), "theoretical": self.tr("theoretical")}
        text = self.tr("The {} legend of {} will replace what the server has, for everybody who uses it.")
        self.headline.setText(text.format(modes[self._mode], dates_text(len(self._comparisons))))
        self.warning.setVisible(bool(self.conflicts))
        if self.conflicts:
            changed = self.tr("Somebody else changed {} since you began. Take the server's legend, or overwrite it.")
            self.warning.setText(changed.format(days_text(self.conflicts)))
            _paint_text(self.warning, tone_colour(Tone.BAD, self.palette()))
        for found in self._comparisons:
            self.date_list.addItem(self._date_item(found))
        first = next((row for row, found in enumerate(self._comparisons) if found.is_conflict), 0)
        self.date_list.setCurrentRow(first)

    def _date_item(self, found: Comparison) -> QListWidgetItem:
        item = QListWidgetItem(date_text(found.key))
        if found.is_conflict:
            item.setIcon(theme_icon("mIconWarning"))
            item.setToolTip(self.tr("Changed by somebody else since the editing began"))
        return item

    # --- one date -------------------------------------------------------------------------------------------------

    def _show_date(self, row: int) -> None:
        if row < 0:
            return
        found = self._comparisons[row]
        columns = (found.mine, found.server, found.base)
        self.table.setRowCount(max(len(legend) for legend in columns if legend is not None))
        for number in range(self.table.rowCount()):
            base = _entry(found.base, number)
            for column, legend in enumerate(columns):
                entry = _entry(legend, number)
                differs = column < 2 and not _same(entry, base)
                tone = Tone.BAD if column == 1 else Tone.GOOD
                self.table.setItem(number, column, self._cell(entry, tone if differs else None))

    def _cell(self, entry: LegendClass | None, tone: Tone | None) -> QTableWidgetItem:
        item = QTableWidgetItem(_entry_text(entry) if entry is not None else self.tr("no class"))
        if entry is not None:
            item.setIcon(_swatch(QColor(entry.colour.hex), faded(self.palette(), 0.4)))
            item.setToolTip(f"{_entry_text(entry)}\n{entry.colour.hex}")
        if tone is None:
            item.setForeground(QBrush(faded(self.palette(), 0.65)))
            return item
        font = QFont(self.table.font())
        font.setBold(True)
        item.setFont(font)
        tint = tone_colour(tone, self.palette())
        tint.setAlphaF(0.16)
        item.setBackground(QBrush(tint))
        return item

    def _on_take_server(self) -> None:
        keys = self.conflicts
        self.reject()
        self.server_taken.emit(keys)


def _entry(legend: Legend | None, row: int) -> LegendClass | None:
    return legend.classes[row] if legend is not None and row < len(legend) else None


def _same(one: LegendClass | None, other: LegendClass | None) -> bool:
    if one is None or other is None:
        return one is other
    return (one.minimum, one.maximum, one.colour.hex, one.label) == (
        other.minimum,
        other.maximum,
        other.colour.hex,
        other.label,
    )


def _entry_text(entry: LegendClass) -> str:
    reach = f"{number_text(entry.minimum) or '…'} – {number_text(entry.maximum) or '…'}"
    return f"{reach}   {entry.label}".rstrip()


def _swatch(colour: QColor, frame: QColor) -> QIcon:
    pixmap = QPixmap(32, 32)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setPen(frame)
    painter.setBrush(colour)
    painter.drawRect(1, 1, 29, 29)
    painter.end()
    return QIcon(pixmap)


def _sentence(name: str, parent: QWidget) -> QLabel:
    label = QLabel(parent)
    label.setObjectName(name)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    return label


def _paint_text(label: QLabel, colour: QColor) -> None:
    palette = label.palette()
    palette.setColor(label.foregroundRole(), colour)
    label.setPalette(palette)
