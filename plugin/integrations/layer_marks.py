"""Indicators in QGIS's layer tree: the states of our layers, each of which leads to its remedy by a click."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import NamedTuple

from qgis.core import QgsApplication, QgsLayerTreeGroup, QgsLayerTreeNode
from qgis.gui import QgsLayerTreeView, QgsLayerTreeViewIndicator
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject, pyqtSignal
from qgis.PyQt.QtGui import QIcon

from ..messages import state_sentences

_FOLDER = Path(__file__).resolve().parents[2] / "resources" / "icons"


class LayerState(StrEnum):
    """A state of a layer, or of a stack of dates, that the user may want to act on."""

    LOADING = "loading"
    FAILED = "failed"
    CONFLICT = "conflict"
    EDITED = "edited"
    STALE = "stale"
    APPROXIMATE = "approximate"
    PLACED = "placed"


class _Look(NamedTuple):
    """An icon, ours or one of QGIS's theme, and the function that returns the tooltip."""

    icon: Callable[[], QIcon]
    tip: Callable[[], str]


def _own(name: str) -> Callable[[], QIcon]:
    return partial(QIcon, str(_FOLDER / f"state_{name}.svg"))


def _theme(name: str) -> Callable[[], QIcon]:
    return partial(QgsApplication.getThemeIcon, f"/{name}.svg")


_LOOKS = {
    LayerState.LOADING: _Look(_own("loading"), state_sentences.loading),
    LayerState.FAILED: _Look(_own("failed"), state_sentences.failed),
    LayerState.CONFLICT: _Look(_theme("mIconWarning"), state_sentences.conflict),
    LayerState.EDITED: _Look(_theme("mActionToggleEditing"), state_sentences.edited),
    LayerState.STALE: _Look(_theme("mActionReload"), state_sentences.stale),
    LayerState.APPROXIMATE: _Look(_own("approximate"), state_sentences.approximate),
    LayerState.PLACED: _Look(_own("placed"), state_sentences.placed),
}

States = Mapping[QgsLayerTreeNode, Iterable[LayerState]]


class LayerMarks(QObject):
    """The indicators of one layer tree; those of other plugins and of QGIS stay.

    ``clicked(LayerState, QgsLayerTreeNode)`` is emitted for an indicator of ours.
    """

    clicked = pyqtSignal(object, object)

    def __init__(self, view: QgsLayerTreeView, root: QgsLayerTreeGroup, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._view, self._root = view, root
        self._shown: dict[QgsLayerTreeNode, dict[LayerState, QgsLayerTreeViewIndicator]] = {}
        root.willRemoveChildren.connect(self._on_removal)

    def close(self) -> None:
        """Take all indicators away."""
        self._root.willRemoveChildren.disconnect(self._on_removal)
        self.show({})

    def show(self, states: States) -> None:
        """Show the states of nodes; a node that is not named has none."""
        for node in [*self._shown.keys() - states.keys()]:
            self._clear(node)
        for node, wanted in states.items():
            self._mark(node, set(wanted))

    def _mark(self, node: QgsLayerTreeNode, wanted: set[LayerState]) -> None:
        shown = self._shown.setdefault(node, {})
        for state in shown.keys() - wanted:
            self._remove(node, shown.pop(state))
        for state in (state for state in LayerState if state in wanted and state not in shown):
            shown[state] = self._indicator(node, state)
            self._view.addIndicator(node, shown[state])

    def _indicator(self, node: QgsLayerTreeNode, state: LayerState) -> QgsLayerTreeViewIndicator:
        look = _LOOKS[state]
        indicator = QgsLayerTreeViewIndicator(self)
        indicator.setIcon(look.icon())
        indicator.setToolTip(look.tip())
        indicator.clicked.connect(partial(self._on_clicked, node, state))
        return indicator

    def _on_clicked(self, node: QgsLayerTreeNode, state: LayerState, _index: object) -> None:
        self.clicked.emit(state, node)

    def _on_removal(self, parent: QgsLayerTreeNode, first: int, last: int) -> None:
        """Forget nodes that leave the tree: QGIS keeps indicators by the node's address, which another may get."""
        for node in parent.children()[first : last + 1]:
            self._clear_below(node)

    def _clear_below(self, node: QgsLayerTreeNode) -> None:
        for child in node.children():
            self._clear_below(child)
        self._clear(node)

    def _clear(self, node: QgsLayerTreeNode) -> None:
        for indicator in self._shown.pop(node, {}).values():
            self._remove(node, indicator)

    def _remove(self, node: QgsLayerTreeNode, indicator: QgsLayerTreeViewIndicator) -> None:
        if not sip.isdeleted(self._view) and not sip.isdeleted(node):
            self._view.removeIndicator(node, indicator)
        indicator.deleteLater()
