"""The layer tree during an edit: the edited date is visible and uncovered, and the tree is restored afterwards.

Changes are marked in the tree, which is saved with the project: a project that was saved in between is restored when
it is opened. Layers of other origin are never touched.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from qgis.core import (
    QgsLayerTreeGroup,
    QgsLayerTreeLayer,
    QgsLayerTreeNode,
    QgsMapLayer,
    QgsProject,
    QgsRasterLayer,
)
from qgis.PyQt.QtCore import QObject, pyqtSlot

from . import date_visibility, identity, provenance
from .covering import opaque_above, overlap
from .groups import is_stack

_STATE = "pixxel/while_edited"
_HIDDEN, _SHOWN, _CHOSEN = "hidden", "shown", "chosen"  # by us, by us, by the person since
_DATES = "pixxel/dates_before_edit"


class EditView(QObject):
    """A controller that shows the edited date in a project, and restores its layer tree.

    Args:
        is_filtered: returns whether the map is filtered by time.
    """

    def __init__(self, project: QgsProject, is_filtered: Callable[[], bool], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project = project
        self._is_filtered = is_filtered
        project.readProject.connect(self._on_project_read)

    def close(self) -> None:
        """Put the layer tree back and watch no more."""
        self.put_back()
        self._project.readProject.disconnect(self._on_project_read)

    def show(self, layer: QgsMapLayer, *, is_added: bool = False) -> bool:
        """Show one date and hide the plugin's other layers above it; return whether the layer is in the tree at all.

        Args:
            is_added: the layer was added for the edit; afterwards it is hidden for the one it replaced.
        """
        root = self._project.layerTreeRoot()
        node = root.findLayer(layer.id())
        if node is None:
            return False
        if not _noted_dates(node.parent()):
            self.put_back()
        _remember(node)
        date_visibility.show_alone(node, filtered=self._is_filtered())
        covered = [other for other in _others(root, node) if self._lies_over(other, layer)]
        for other in covered:
            _hide(other)
        if is_added and covered and is_stack(node.parent()) and len(node.parent().children()) == 1:
            node.parent().setCustomProperty(_STATE, _SHOWN)
        return True

    def put_back(self) -> None:
        """Restore the visibility of everything, except where the user has changed it since."""
        root = self._project.layerTreeRoot()
        for stack in root.findGroups(True):
            if stack.customProperty(_DATES):
                _restore_dates(stack, filtered=self._is_filtered())
        for node in [*root.findGroups(True), *root.findLayers()]:
            if state := node.customProperty(_STATE):
                node.removeCustomProperty(_STATE)
                if state != _CHOSEN:
                    date_visibility.check(node, state == _HIDDEN)

    def covering(self, layer: QgsRasterLayer) -> list[QgsRasterLayer]:
        """Return the opaque rasters of other origin that are drawn above a layer."""
        return [other for other in opaque_above(self._project, layer) if identity.of(other) is None]

    def _lies_over(self, node: QgsLayerTreeNode, layer: QgsMapLayer) -> bool:
        return any(overlap(each, layer, self._project) for each in _visible_layers(node))

    @pyqtSlot()
    def _on_project_read(self) -> None:
        was_dirty = self._project.isDirty()
        self.put_back()
        self._project.setDirty(was_dirty)


def show_again(group: QgsLayerTreeGroup) -> None:
    """Show a group that is hidden during an edit, since a layer was added to it."""
    if group.customProperty(_STATE) == _HIDDEN:
        group.setCustomProperty(_STATE, _CHOSEN)
        date_visibility.check(group, True)


def _remember(node: QgsLayerTreeLayer) -> None:
    """Note which dates of a stack are shown before one is shown for editing, and which groups are not."""
    stack = node.parent()
    if is_stack(stack):
        shown, noted = date_visibility.shown_dates(stack), _noted_dates(stack)
        before = noted["before"] if noted and shown == noted["edited"] else shown
        stack.setCustomProperty(_DATES, json.dumps({"before": before, "edited": [node.layerId()]}))
    for each in _with_groups(node):
        is_date = each is node and is_stack(stack)
        if not is_date and not each.itemVisibilityChecked():
            each.setCustomProperty(_STATE, _SHOWN)


def _restore_dates(stack: QgsLayerTreeGroup, *, filtered: bool) -> None:
    noted = _noted_dates(stack)
    stack.removeCustomProperty(_DATES)
    if noted and date_visibility.shown_dates(stack) == noted["edited"]:
        date_visibility.show_dates(stack, noted["before"], filtered=filtered)


def _noted_dates(stack: QgsLayerTreeNode) -> dict[str, list[str]]:
    try:
        return dict(json.loads(str(stack.customProperty(_DATES) or "{}")))
    except ValueError:
        return {}


def _hide(node: QgsLayerTreeNode) -> None:
    """Hide a node, unless it was hidden before and a person has shown it again."""
    is_chosen = bool(node.customProperty(_STATE))
    node.setCustomProperty(_STATE, _CHOSEN if is_chosen else _HIDDEN)
    if not is_chosen:
        date_visibility.check(node, False)


def _others(root: QgsLayerTreeGroup, node: QgsLayerTreeLayer) -> Iterator[QgsLayerTreeNode]:
    """Return the plugin's visible nodes beside a stack: other stacks, and layers in groups with external ones."""
    stacks = [stack for stack in date_visibility.stacks(root) if stack is not node.parent()]
    pure = [stack for stack in stacks if all(map(_states_origin, stack.findLayers()))]
    yield from (stack for stack in pure if stack.isVisible())
    kept = [*pure, node.parent()] if is_stack(node.parent()) else pure
    for other in root.findLayers():
        if other.isVisible() and other is not node and other.parent() not in kept and any(_visible_layers(other)):
            yield other


def _states_origin(node: QgsLayerTreeLayer) -> bool:
    """Return whether a node is a date of a stack, and not a layer that a person put among them."""
    layer = node.layer()
    return layer is not None and provenance.stated(layer) is not None


def _visible_layers(node: QgsLayerTreeNode) -> Iterator[QgsMapLayer]:
    """Return our layers that a stack, or a node alone, shows."""
    nodes = node.findLayers() if isinstance(node, QgsLayerTreeGroup) else [node]
    shown = (each.layer() for each in nodes if each.isVisible())
    return (layer for layer in shown if layer is not None and identity.of(layer) is not None)


def _with_groups(node: QgsLayerTreeNode) -> Iterator[QgsLayerTreeNode]:
    """Return a node and the groups around it, the root left out."""
    while node.parent() is not None:
        yield node
        node = node.parent()
