"""The acquisition dates of a project's layers as frames of an animation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from qgis.core import QgsRasterLayer

from . import identity, sources, time_stack

if TYPE_CHECKING:
    import datetime

    from qgis.core import QgsDateTimeRange, QgsMapLayer


def ranges(layers: Iterable[QgsMapLayer]) -> list[QgsDateTimeRange]:
    """Return the days of layers in order, each once."""
    days = {day for layer in layers if (day := _day_of(layer)) is not None}
    return [time_stack.day_range(day) for day in sorted(days)]


def has_others(layers: Iterable[QgsMapLayer]) -> bool:
    """Return whether layers have a time that is not the day of an image of ours."""
    return any(
        layer.temporalProperties() is not None and layer.temporalProperties().isActive()
        for layer in layers
        if _day_of(layer) is None
    )


def _day_of(layer: QgsMapLayer) -> datetime.date | None:
    """Return the day of a layer of ours, or of a copy or an embedded one that still shows its file's day."""
    origin = identity.of(layer)
    if origin is not None:
        return origin.day
    source = sources.read(layer) if isinstance(layer, QgsRasterLayer) else None
    return source.day if source is not None and time_stack.is_shown_on(layer, source.day) else None
