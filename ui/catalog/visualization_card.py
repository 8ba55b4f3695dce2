"""The selected visualization: its properties, its dates, and the available actions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtGui import QFont
from qgis.PyQt.QtWidgets import QHBoxLayout, QMenu, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from ...plugin.layer_kinds.table import LayerKind
from ...plugin.legend.vocabulary import LegendMode
from ..icons import icon
from ..models.abilities import add_problem, legend_problem
from ..models.date_model import DateModel
from ..models.tips import plain_tip
from ..models.wording import dates_text
from ..widgets.elided_label import ElidedLabel
from ..widgets.mode_switch import ModeSwitch
from ..widgets.text_tint import TextTint
from ..widgets.tones import dimmed
from ..widgets.wrapped_label import WrappedLabel
from .date_list import DateList

if TYPE_CHECKING:
    from ...plugin.api.models import Aoi
    from ...plugin.catalog.service import AcquisitionDate, VisualizationItem

_NARROW = 80


class VisualizationCard(QWidget):
    """A card of one visualization; ``add_requested(dates, kind)`` asks for dates on the map."""

    add_requested = pyqtSignal(object, object)
    kind_changed = pyqtSignal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("visualizationCard")
        self._aoi: Aoi | None = None
        self._item: VisualizationItem | None = None
        self._kind = next(iter(LayerKind))
        self.dates = DateModel(self)
        self.title = ElidedLabel(self)
        self.expression = ElidedLabel(self)
        self.mode_switch = ModeSwitch(self)
        self.date_list = DateList(self.dates, self)
        self.reason = WrappedLabel(self)
        self.add_button = QToolButton(self)
        self.edit_button = QPushButton(icon("legend"), self.tr("Edit Legend…"), self)
        self._build()
        self._build_actions()
        self._connect()
        self.hide()

    # --- display --------------------------------------------------------------------------------------------------

    @property
    def item(self) -> VisualizationItem | None:
        """Return the visualization shown, if any."""
        return self._item

    @property
    def mode(self) -> LegendMode:
        """Return the legend mode that is on."""
        return self.mode_switch.mode

    @property
    def kind(self) -> LayerKind:
        """Return the kind of layer that the main button adds."""
        return self._kind

    def set_preferences(self, kind: LayerKind, mode: LegendMode) -> None:
        """Take over the kind and mode a person used last."""
        self._kind = kind
        self.mode_switch.set_mode(mode)
        self._show_abilities()

    def show_item(self, aoi: Aoi, item: VisualizationItem) -> None:
        """Show a visualization; its checks stay when it is the one already shown."""
        same = self._item is not None and self._item.id == item.id
        self._aoi, self._item = aoi, item
        self.title.set_text(item.title)
        self.expression.set_text(item.expression or "")
        self.expression.setVisible(bool(item.expression))
        self.mode_switch.set_modes(item.modes)
        if same:
            self.dates.refresh_dates(item.dates)
        else:
            self.dates.set_dates(item.dates)
        self.date_list.setVisible(bool(item.dates))
        self._show_abilities()
        self.show()

    def clear(self) -> None:
        """Show nothing."""
        self._aoi, self._item = None, None
        self.dates.set_dates(())
        self.hide()

    # --- building -------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.title.setObjectName("visualizationTitle")
        font = QFont(self.title.font())
        font.setBold(True)
        self.title.setFont(font)
        self.expression.setObjectName("visualizationExpression")
        self.mode_switch.setObjectName("modeSwitch")
        self.reason.setObjectName("reasonLabel")
        self.reason.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.setSpacing(5)
        for widget in (self.title, self.expression, self.mode_switch):
            layout.addWidget(widget)
        layout.addWidget(self.date_list, 1)
        layout.addWidget(self.reason)
        layout.addStretch(0)
        layout.addLayout(self._button_row())
        self._tints = [TextTint(label, self, dimmed) for label in (self.expression, self.reason)]

    def _button_row(self) -> QHBoxLayout:
        self.add_button.setObjectName("addToMapButton")
        self.add_button.setText(self.tr("Add to Map"))
        self.add_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.add_button.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        self.add_button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.edit_button.setObjectName("editLegendButton")
        self.edit_button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        for button in (self.add_button, self.edit_button):
            button.setMinimumWidth(_NARROW)
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.add_button, 1)
        row.addWidget(self.edit_button, 1)
        return row

    def _build_actions(self) -> None:
        menu = QMenu(self)
        menu.setObjectName("addToMapMenu")
        menu.setToolTipsVisible(True)
        self.actions_by_kind = {kind: menu.addAction(icon(kind.row.icon), kind.row.action_text()) for kind in LayerKind}
        for kind, action in self.actions_by_kind.items():
            action.setObjectName(f"add{kind.capitalize()}Action")
            action.triggered.connect(lambda _checked=False, kind=kind: self.add_as(kind))
        self.add_button.setMenu(menu)

    def _connect(self) -> None:
        self.add_button.clicked.connect(self.add_checked)
        self.dates.checked_changed.connect(self._show_abilities)
        self.date_list.date_requested.connect(self._on_date_requested)

    # --- actions --------------------------------------------------------------------------------------------------

    def problem(self, kind: LayerKind) -> str:
        """Return why the visualization shown cannot be added as a kind, or nothing."""
        if self._aoi is None or self._item is None:
            return self.tr("No visualization is selected.")
        return add_problem(self._aoi, self._item, kind)

    def possible_kind(self) -> LayerKind | None:
        """Return the remembered kind or, where it cannot be had, the first that can."""
        wanted = (self._kind, *(kind for kind in LayerKind if kind != self._kind))
        return next((kind for kind in wanted if not self.problem(kind)), None)

    def _show_abilities(self) -> None:
        if self._item is None:
            return
        checked = len(self.dates.checked())
        none_checked = "" if checked else self.tr("No date is checked.")
        self._show_add(checked, none_checked)
        legend = legend_problem(self._item)
        self.edit_button.setEnabled(not legend)
        self.edit_button.setToolTip(plain_tip(legend) or self.tr("Edit breakpoints, colours and labels"))
        reasons = dict.fromkeys(text for text in (self.problem(self._kind), legend, none_checked) if text)
        self.reason.setText(next(iter(reasons), ""))
        self.reason.setVisible(bool(reasons))

    def _show_add(self, checked: int, none_checked: str) -> None:
        for kind, action in self.actions_by_kind.items():
            action.setEnabled(bool(checked) and not self.problem(kind))
            action.setToolTip(plain_tip(self.problem(kind)) or none_checked or kind.row.action_tip(dates_text(checked)))
        possible = self.possible_kind()
        wanted = possible or self._kind
        self.add_button.setIcon(icon(wanted.row.icon))
        self.add_button.setEnabled(bool(possible and checked))
        tip = none_checked or wanted.row.action_tip(dates_text(checked))
        self.add_button.setToolTip(tip if possible else plain_tip(self.problem(wanted)))

    def _on_date_requested(self, date: AcquisitionDate) -> None:
        self.add((date,))

    def add(self, dates: tuple[AcquisitionDate, ...]) -> None:
        """Ask for dates to be added as the kind that is possible; without dates or kind nothing happens."""
        kind = self.possible_kind()
        if dates and kind:
            self.add_requested.emit(dates, kind)

    def add_as(self, kind: LayerKind) -> None:
        """Remember a kind and ask for the checked dates to be added as it."""
        if kind != self._kind:
            self._kind = kind
            self.kind_changed.emit(kind)
            self._show_abilities()
        self.add_checked()

    def add_checked(self) -> None:
        """Ask for the checked dates to be added."""
        self.add(self.dates.checked())

    @property
    def date_to_edit(self) -> AcquisitionDate | None:
        """Return the selected date if it is checked, else the newest checked one; of all dates where none is."""
        dates = self.dates.checked() or self.dates.dates()
        selected = [self.dates.date(index) for index in self.date_list.view.selectedIndexes()]
        among = [date for date in dates if date in selected] or dates
        return max(among, key=lambda date: (date.day, date.label), default=None)
