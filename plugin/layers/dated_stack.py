"""The dates of one stack of layers: which there are, which is shown, and stepping to another."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from qgis.core import QgsLayerTreeGroup, QgsLayerTreeLayer, QgsRasterLayer

from . import date_visibility, identity, provenance, seen_dates, time_stack
from .groups import is_stack

if TYPE_CHECKING:
    from qgis.core import QgsDateTimeRange, QgsLayerTree, QgsLayerTreeNode, QgsMapLayer, QgsProject

    from .provenance import Provenance

    MayShow = Callable[[QgsRasterLayer], bool]


class StackDate(NamedTuple):
    """One date of a stack.

    Attributes:
        layer: shows the date.
        label: displayed text of the date.
        moment: UTC time at which its temporal range begins.
    """

    layer: QgsRasterLayer
    origin: Provenance
    label: str
    moment: datetime.datetime


def stack_around(node: QgsLayerTreeNode | None) -> QgsLayerTreeGroup | None:
    """Return the stack that a node of the layer tree is, or lies in."""
    while node is not None and not is_stack(node):
        node = node.parent()
    return node if isinstance(node, QgsLayerTreeGroup) else None


def dates_of(stack: QgsLayerTreeGroup, may_show: MayShow = lambda _layer: True) -> list[StackDate]:
    """Return the dates of a stack, oldest first.

    Args:
        may_show: whether the map can show a layer; the others are left out.
    """
    found = [date for node in stack.findLayers() if (date := _date_of(node)) is not None and may_show(date.layer)]
    return sorted(found, key=lambda date: (date.moment, date.label))


def layers_beside(project: QgsProject, layer: QgsRasterLayer) -> list[QgsRasterLayer]:
    """Return the layers of the other dates of a layer's stack, oldest first; none where it is in no stack."""
    stack = stack_around(project.layerTreeRoot().findLayer(layer.id()))
    dates = [] if stack is None else dates_of(stack)
    return [date.layer for date in dates if date.layer.id() != layer.id() and date.layer.isValid()]


def shown_date(
    root: QgsLayerTree, dates: list[StackDate], shown_range: QgsDateTimeRange | None = None
) -> StackDate | None:
    """Return the date that the map shows: of several the uppermost.

    Args:
        shown_range: time that the map is limited to, if it is.
    """
    by_id = {date.layer.id(): date for date in dates if seen_dates.is_seen(root, date.layer, shown_range)}
    return next((by_id[layer.id()] for layer in root.layerOrder() if layer.id() in by_id), None)


def step_to(root: QgsLayerTree, date: StackDate, *, filtered: bool) -> None:
    """Show a date instead of its stack's others, and its day in the other visible stacks of its AOI."""
    node = root.findLayer(date.layer.id())
    stack = stack_around(node)
    for other in date_visibility.stacks(root):
        if other is not stack and other.isVisible() and (same := _same_day(other, date)) is not None:
            date_visibility.show_dates(other, [same.layer.id()], filtered=filtered)
    if stack is not None:  # not always the parent: a person may have grouped some of its dates
        date_visibility.show_dates(stack, [node.layerId()], filtered=filtered)
    node.setItemVisibilityCheckedParentRecursive(True)
    for each in stack.findLayers() if stack is not None else ():
        if each.isExpanded() != (each is node) and date_visibility.day_of(each) is not None:
            each.setExpanded(each is node)


def layers_at(root: QgsLayerTree, date: StackDate, shown: Sequence[QgsMapLayer]) -> list[QgsMapLayer]:
    """Return the layers of a map as it would show another date: dates of stacks are exchanged, all else stays.

    A stack of the same AOI that has nothing of that day is left out, so that no map mixes two days.
    """
    own = stack_around(root.findLayer(date.layer.id()))
    found: dict[str, QgsMapLayer] = {}
    for layer in shown:
        node = root.findLayer(layer.id())
        stack = stack_around(node)
        if stack is None or date_visibility.day_of(node) is None:
            found[layer.id()] = layer
        elif (same := date if stack is own else _same_day(stack, date)) is not None:
            found[same.layer.id()] = same.layer
    return list(found.values())


def _same_day(stack: QgsLayerTreeGroup, wanted: StackDate) -> StackDate | None:
    """Return the date of a stack that has the key of another stack's date, else its day."""
    dates = [date for date in dates_of(stack) if date.origin.aoi_id == wanted.origin.aoi_id]
    same = (date for date in dates if date.origin.date_key == wanted.origin.date_key)
    of_day = (date for date in dates if date.origin.day == wanted.origin.day)
    return next(same, None) or next(of_day, None)


def _date_of(node: QgsLayerTreeLayer) -> StackDate | None:
    layer = node.layer()
    origin = identity.of(layer) if isinstance(layer, QgsRasterLayer) else None
    if origin is None:
        return None
    begin = time_stack.span(layer, origin.day).begin()
    moment = datetime.datetime.fromtimestamp(begin.toSecsSinceEpoch(), datetime.UTC)
    return StackDate(layer, origin, provenance.date_label(layer, origin.day), moment)
