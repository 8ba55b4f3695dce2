"""Search for the date that is visible on the map, within the range of time that the map is limited to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from . import identity, time_stack
from .date_visibility import day_of

if TYPE_CHECKING:
    from qgis.core import QgsDateTimeRange, QgsLayerTree, QgsRasterLayer


def is_seen(root: QgsLayerTree, layer: QgsRasterLayer, shown_range: QgsDateTimeRange | None) -> bool:
    """Return whether a date of ours is drawn; ``shown_range`` is the time the map is limited to, if it is."""
    node = root.findLayer(layer.id())
    day = day_of(node) if node is not None else None
    if day is None or not node.isVisible():
        return False
    return shown_range is None or bool(shown_range.overlaps(time_stack.span(layer, day)))


def seen_key(root: QgsLayerTree, layers: Iterable[QgsRasterLayer], shown_range: QgsDateTimeRange | None) -> str | None:
    """Return the server's key of the date of the uppermost of some layers that is seen, or ``None`` where none is."""
    wanted = {layer.id() for layer in layers if is_seen(root, layer, shown_range)}
    uppermost = next((layer for layer in root.layerOrder() if layer.id() in wanted), None)
    origin = None if uppermost is None else identity.of(uppermost)
    return None if origin is None else origin.date_key
