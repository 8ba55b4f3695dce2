"""Acquisition days as temporal ranges: a date is the half-open UTC day ``[D, D+1)``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from qgis.core import Qgis, QgsDateTimeRange, QgsMapLayer, QgsRasterLayer
from qgis.PyQt.QtCore import QDate, QDateTime, QTime, QTimeZone

from . import provenance

if TYPE_CHECKING:
    import datetime


def day_range(day: datetime.date) -> QgsDateTimeRange:
    """Return a day from its midnight UTC, included, to the next, excluded."""
    begin = QDateTime(QDate(day.year, day.month, day.day), QTime(0, 0), QTimeZone.utc())
    return QgsDateTimeRange(begin, begin.addDays(1), True, False)


def set_range(layer: QgsRasterLayer, day: datetime.date) -> None:
    """Show a layer during one day only, where the map is filtered by time."""
    temporal = layer.temporalProperties()
    temporal.setMode(Qgis.RasterTemporalMode.FixedTemporalRange)
    temporal.setFixedTemporalRange(day_range(day))
    temporal.setIsActive(True)


def ranges(layers: Iterable[QgsMapLayer]) -> list[QgsDateTimeRange]:
    """Return the days of our layers in order, each once: the frames of an animation."""
    days = {found.day for found in map(provenance.read, layers) if found}
    return [day_range(day) for day in sorted(days)]


def has_others(layers: Iterable[QgsMapLayer]) -> bool:
    """Return whether layers that are not ours are shown by time."""
    return any(
        layer.temporalProperties() is not None and layer.temporalProperties().isActive()
        for layer in layers
        if provenance.read(layer) is None
    )


def restore(layers: Iterable[QgsMapLayer]) -> None:
    """Set the days of our layers anew.

    Projects and style files keep both ends of a range but not that the end is excluded: reopened, an image would
    show on two days.
    """
    for layer in layers:
        found = provenance.read(layer)
        if found and isinstance(layer, QgsRasterLayer):
            set_range(layer, found.day)
