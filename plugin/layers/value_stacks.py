"""The stacks of the map that hold values: one line of a series each, with the files of its dates."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ..layer_kinds.table import LayerKind
from . import date_visibility, sources
from .dated_stack import dates_of

if TYPE_CHECKING:
    from qgis.core import QgsLayerTree, QgsLayerTreeGroup

    from .dated_stack import MayShow, StackDate

_COMPOSITE = 3  # bands; a single one may have an alpha band beside it


class ValueStack(NamedTuple):
    """One visible stack of values.

    Attributes:
        name: of its group in the layer tree, with the AOI's where stacks of several AOIs are visible.
        dates: oldest first.
    """

    name: str
    dates: tuple[StackDate, ...]

    def files(self) -> dict[str, Path]:
        """Return the files of its dates by the ids of the layers."""
        found = ((date.layer.id(), sources.read(date.layer)) for date in self.dates)
        return {layer_id: source.path for layer_id, source in found if source is not None}


def visible_stacks(root: QgsLayerTree, may_show: MayShow) -> list[ValueStack]:
    """Return the visible stacks of values in the order of the layer tree; of one visualization the uppermost.

    Args:
        may_show: whether the map can show a layer.
    """
    found: dict[str, tuple[QgsLayerTreeGroup, tuple[StackDate, ...]]] = {}
    for stack in _visible(root):
        dates = tuple(date for date in dates_of(stack, may_show) if _holds_values(date))
        if dates:
            found.setdefault(dates[0].origin.visualization_id, (stack, dates))
    has_several = len({dates[0].origin.aoi_id for _, dates in found.values()}) > 1
    return [ValueStack(_name_of(stack, has_several), dates) for stack, dates in found.values()]


def shows_dates(root: QgsLayerTree) -> bool:
    """Return whether any stack with dates is visible."""
    return any(dates_of(stack) for stack in _visible(root))


def _visible(root: QgsLayerTree) -> list[QgsLayerTreeGroup]:
    return [stack for stack in date_visibility.stacks(root) if stack.isVisible()]


def _holds_values(date: StackDate) -> bool:
    """Return whether a date has one value a pixel; a composite has three."""
    kind = date.origin.kind
    is_composite = date.layer.bandCount() >= _COMPOSITE
    return isinstance(kind, LayerKind) and kind.row.holds_values and not is_composite


def _name_of(stack: QgsLayerTreeGroup, with_aoi: bool) -> str:
    parent = stack.parent()
    return f"{parent.name()}, {stack.name()}" if with_aoi and parent is not None and parent.name() else stack.name()
