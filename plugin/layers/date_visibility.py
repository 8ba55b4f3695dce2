"""Which dates of a stack are visible: the newest alone, or every date while the map is filtered by time.

Dates lie over each other, so a stack shows one of them. While a filter picks the date, all are visible; the nodes of
those that were not are marked in the layer tree, which is saved with the project.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from qgis.core import QgsLayerTreeGroup, QgsLayerTreeLayer

from . import identity
from .groups import is_stack

if TYPE_CHECKING:
    import datetime

    from qgis.core import QgsLayerTree, QgsLayerTreeNode, QgsMapLayer

_HIDDEN = "pixxel/hidden"
_HIDDEN_STACK = "pixxel/hidden_stack"


def stacks(root: QgsLayerTreeGroup) -> list[QgsLayerTreeGroup]:
    """Return the stacks of dates in a layer tree."""
    return [group for group in root.findGroups(True) if is_stack(group)]


def _dates(stack: QgsLayerTreeGroup) -> Iterator[QgsLayerTreeLayer]:
    """Return the dates of a stack; layers that the user put among them are none."""
    return (node for node in stack.findLayers() if day_of(node) is not None)


def day_of(node: QgsLayerTreeNode) -> datetime.date | None:
    """Return the day that a node of the tree shows; ``None`` where it is no layer of ours."""
    layer = node.layer() if isinstance(node, QgsLayerTreeLayer) else None
    origin = identity.of(layer) if layer is not None else None
    return None if origin is None else origin.day


def follow(root: QgsLayerTreeGroup, *, filtered: bool) -> None:
    """Show every date while the map is filtered by time; afterwards, hide those that were hidden before."""
    for stack in stacks(root):
        show_all(stack) if filtered else _hide_again(stack)


def show_all(stack: QgsLayerTreeGroup) -> None:
    """Show every date of a stack as long as the map is filtered by time."""
    for node in stack.findLayers():
        if not node.itemVisibilityChecked() and day_of(node) is not None:
            node.setCustomProperty(_HIDDEN, True)
            node.setItemVisibilityChecked(True)


def show_alone(node: QgsLayerTreeLayer, *, filtered: bool) -> None:
    """Show one date of a stack and hide the others, at once or when the filter by time is switched off."""
    stack = node.parent()
    if is_stack(stack):
        show_dates(stack, [node.layerId()], filtered=filtered)
    node.setItemVisibilityCheckedParentRecursive(True)


def shown_dates(stack: QgsLayerTreeGroup) -> list[str]:
    """Return the ids of the dates of a stack that are shown, or will be when the map is not filtered any more."""
    nodes = (node for node in stack.findLayers() if node.itemVisibilityChecked() and not node.customProperty(_HIDDEN))
    return [node.layerId() for node in nodes if day_of(node) is not None]


def show_dates(stack: QgsLayerTreeGroup, layer_ids: Collection[str], *, filtered: bool) -> None:
    """Show some dates of a stack and hide its others, at once or when the filter by time is switched off."""
    for node in stack.findLayers():
        is_shown = node.layerId() in layer_ids
        wanted = is_shown or filtered, filtered and not is_shown
        if (node.itemVisibilityChecked(), bool(node.customProperty(_HIDDEN))) != wanted and day_of(node) is not None:
            node.removeCustomProperty(_HIDDEN)
            if wanted[1]:
                node.setCustomProperty(_HIDDEN, True)
            node.setItemVisibilityChecked(wanted[0])


def hide(node: QgsLayerTreeLayer) -> None:
    """Hide a layer; of a stack, all dates, unless a person put a layer of another origin among them."""
    stack = node.parent()
    if is_stack(stack) and all(day_of(each) is not None for each in stack.findLayers()):
        stack.setCustomProperty(_HIDDEN_STACK, True)
        check(stack, False)
    else:
        hide_alone(node)


def hide_alone(node: QgsLayerTreeLayer) -> None:
    """Hide a layer, and no other date of its stack."""
    node.removeCustomProperty(_HIDDEN)
    node.setItemVisibilityChecked(False)


def show_again(stack: QgsLayerTreeGroup) -> None:
    """Show a stack that was hidden because of where it lies; one that a person has hidden stays so."""
    if stack.customProperty(_HIDDEN_STACK):
        stack.removeCustomProperty(_HIDDEN_STACK)
        check(stack, True)


def check(node: QgsLayerTreeNode, is_shown: bool) -> None:
    """Show or hide a node; QGIS redraws the layers of a group in the tree only if they signal it themselves."""
    node.setItemVisibilityChecked(is_shown)
    for child in node.findLayers() if isinstance(node, QgsLayerTreeGroup) else ():
        if child.itemVisibilityChecked():
            child.visibilityChanged.emit(child)


def _hide_again(stack: QgsLayerTreeGroup) -> None:
    for node in stack.findLayers():
        if node.customProperty(_HIDDEN):
            node.removeCustomProperty(_HIDDEN)
            node.setItemVisibilityChecked(False)


def visible_date(root: QgsLayerTreeGroup) -> QgsMapLayer | None:
    """Return the layer of the uppermost date that is visible, if one is."""
    for node in (node for stack in stacks(root) for node in _dates(stack)):
        if node.isVisible() and not node.customProperty(_HIDDEN):
            return node.layer()
    return None


def layers_at_any_time(root: QgsLayerTree) -> list[QgsMapLayer]:
    """Return the visible layers in drawing order, with every date of the stacks of which one is visible."""
    found = {node.layerId() for node in root.findLayers() if node.isVisible()}
    for stack in stacks(root):
        nodes = list(_dates(stack))
        if any(node.layerId() in found for node in nodes):
            found |= {node.layerId() for node in nodes}
    return [layer for layer in root.layerOrder() if layer.id() in found]
