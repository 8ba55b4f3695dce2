"""The menu of the compare button: how two dates are shown, and layers of the changes between them."""

from __future__ import annotations

from collections.abc import Mapping

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtGui import QActionGroup
from qgis.PyQt.QtWidgets import QMenu, QWidget

from ...plugin.files.shown_names import shown_name
from ..icons import icon
from ..models.tips import plain_tip
from ..requests import ChangeKind, CompareView

_LONGEST_DATE = 30


class CompareMenu(QMenu):
    """Lets a view of compared dates, or a layer of their changes, be chosen."""

    view_chosen = pyqtSignal(object)
    change_chosen = pyqtSignal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compareMenu")
        self.setToolTipsVisible(True)
        views = {
            CompareView.SWIPE: self.tr("Compare by Swipe"),
            CompareView.SPLIT: self.tr("Compare in a Second Map"),
        }
        group = QActionGroup(self)
        self.view_actions = {view: self.addAction(text) for view, text in views.items()}
        for view, action in self.view_actions.items():
            action.setObjectName(f"{view}CompareAction")
            action.setCheckable(True)
            group.addAction(action)
            action.triggered.connect(lambda _checked=False, view=view: self.view_chosen.emit(view))
        self.addSeparator()
        icons = {ChangeKind.DIFFERENCE: "values", ChangeKind.CLASSES: "classes"}
        self.change_actions = {kind: self.addAction(icon(name), "") for kind, name in icons.items()}
        for kind, action in self.change_actions.items():
            action.setObjectName(f"{kind}ChangeAction")
            action.triggered.connect(lambda _checked=False, kind=kind: self.change_chosen.emit(kind))
        self.set_view(CompareView.SWIPE)
        self.offer_none()

    @property
    def view(self) -> CompareView:
        """Return the view that is chosen."""
        return next(view for view, action in self.view_actions.items() if action.isChecked())

    def set_view(self, view: CompareView) -> None:
        """Check a view, without a signal."""
        self.view_actions[view].setChecked(True)

    def offer(self, labels: tuple[str, str], problems: Mapping[ChangeKind, str]) -> None:
        """Offer the changes from one date to a later one.

        Args:
            labels: of the dates.
            problems: why a change cannot be had, or nothing.
        """
        before, after = (_in_menu(label) for label in labels)
        texts = {
            ChangeKind.DIFFERENCE: self.tr("Add Difference {1} − {0}"),
            ChangeKind.CLASSES: self.tr("Add Class Changes {0} → {1}"),
        }
        tips = {
            ChangeKind.DIFFERENCE: self.tr("Add a layer of the later values minus the earlier ones"),
            ChangeKind.CLASSES: self.tr("Add a layer of what each class became, with the areas in its attribute table"),
        }
        for kind, action in self.change_actions.items():
            action.setText(texts[kind].format(before, after))
            action.setEnabled(not problems[kind])
            action.setToolTip(plain_tip(problems[kind]) or tips[kind])

    def offer_none(self) -> None:
        """Offer no changes, since no date is shown."""
        texts = {ChangeKind.DIFFERENCE: self.tr("Add Difference"), ChangeKind.CLASSES: self.tr("Add Class Changes")}
        for kind, action in self.change_actions.items():
            action.setText(texts[kind])
            action.setEnabled(False)
            action.setToolTip(self.tr("Show a date on the map first."))


def _in_menu(label: str) -> str:
    return shown_name(label, _LONGEST_DATE).replace("&", "&&")
