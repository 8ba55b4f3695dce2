"""The buttons of the legend editor: above the table what edits it, below what leaves it."""

from __future__ import annotations

from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QAction, QHBoxLayout, QMenu, QPushButton, QSizePolicy, QToolButton, QWidget

from ..icons import theme_icon


class ToolRow(QWidget):
    """Split, remove, link, same for all dates, and a menu for the rest."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.split_button = tool_button(
            "splitClassButton", theme_icon("symbologyAdd"), self.tr("Split the class in the middle"), self
        )
        self.remove_button = tool_button(
            "removeClassButton",
            theme_icon("symbologyRemove"),
            self.tr("Remove the class; its neighbour takes its values"),
            self,
        )
        self.link_button = tool_button("linkEdgesButton", theme_icon("locked"), "", self)
        self.same_button = QPushButton(self.tr("Same for All Dates"), self)
        self.menu_button = tool_button("legendMenuButton", QIcon(), self.tr("More"), self)
        self.recompute_action = QAction(self.tr("Recompute with Other Classes…"), self)
        self.discard_action = QAction(self.tr("Discard All Edits"), self)
        self._build()

    def _build(self) -> None:
        self.link_button.setCheckable(True)
        self.link_button.setChecked(True)
        self.link_button.toggled.connect(self._show_link)
        self._show_link(True)
        self.same_button.setObjectName("sameForAllButton")
        self.same_button.setToolTip(self.tr("Give every date the classes of this one"))
        self.same_button.setMinimumWidth(60)
        self.recompute_action.setObjectName("recomputeAction")
        self.discard_action.setObjectName("discardEditsAction")
        menu = QMenu(self)
        menu.setObjectName("legendMenu")
        menu.setToolTipsVisible(True)
        menu.addActions([self.recompute_action, self.discard_action])
        self.menu_button.setMenu(menu)
        self.menu_button.setText("⋯")
        self.menu_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for button in (self.split_button, self.remove_button, self.link_button):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.same_button)
        row.addWidget(self.menu_button)

    def _show_link(self, linked: bool) -> None:
        self.link_button.setIcon(theme_icon("locked" if linked else "unlocked"))
        tip = self.tr("Edges that touch move together") if linked else self.tr("Each edge moves alone")
        self.link_button.setToolTip(tip)
        self.link_button.setAccessibleName(self.tr("Link edges"))


class ActRow(QWidget):
    """Undo, redo, roll back, push."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.undo_button = tool_button("undoButton", theme_icon("mActionUndo"), self.tr("Undo"), self)
        self.redo_button = tool_button("redoButton", theme_icon("mActionRedo"), self.tr("Redo"), self)
        self.roll_back_button = QPushButton(self.tr("Roll Back…"), self)
        self.push_button = QPushButton(self.tr("Push…"), self)
        self.roll_back_button.setObjectName("rollBackButton")
        self.push_button.setObjectName("pushButton")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.undo_button)
        row.addWidget(self.redo_button)
        row.addStretch(1)
        for button in (self.roll_back_button, self.push_button):
            button.setMinimumWidth(60)
            button.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
            row.addWidget(button)


def tool_button(name: str, icon: QIcon, tip: str, parent: QWidget) -> QToolButton:
    """Return a flat button with an icon."""
    button = QToolButton(parent)
    button.setObjectName(name)
    button.setIcon(icon)
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    button.setAutoRaise(True)
    return button
