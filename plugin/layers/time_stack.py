"""Acquisition days as temporal ranges: a date is the half-open UTC day ``[D, D+1)``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import (
    Qgis,
    QgsDateTimeRange,
    QgsRasterLayer,
    QgsRasterLayerTemporalProperties,
    QgsReadWriteContext,
)
from qgis.PyQt.QtCore import QDate, QDateTime, QTime, QTimeZone

if TYPE_CHECKING:
    import datetime

    from qgis.PyQt.QtXml import QDomDocument

_TEMPORAL = "temporal"


def day_range(day: datetime.date) -> QgsDateTimeRange:
    """Return a day from its midnight UTC, included, to the next, excluded."""
    begin = QDateTime(QDate(day.year, day.month, day.day), QTime(0, 0), QTimeZone.utc())
    return QgsDateTimeRange(begin, begin.addDays(1), True, False)


def set_range(layer: QgsRasterLayer, day: datetime.date) -> None:
    """Show a layer during one day only, where the map is filtered by time."""
    _set_day(layer.temporalProperties(), day)


def write_range(style: QDomDocument, day: datetime.date) -> None:
    """Write the temporal range of ``set_range`` into a style document, in any thread, touching no layer."""
    root = style.documentElement()
    former = root.firstChildElement(_TEMPORAL)
    temporal = QgsRasterLayerTemporalProperties(None, True)
    _set_day(temporal, day)
    temporal.writeXml(root, style, QgsReadWriteContext())
    if not former.isNull():
        root.replaceChild(root.lastChildElement(_TEMPORAL), former)


def _set_day(temporal: QgsRasterLayerTemporalProperties, day: datetime.date) -> None:
    temporal.setMode(Qgis.RasterTemporalMode.FixedTemporalRange)
    temporal.setFixedTemporalRange(day_range(day))
    temporal.setIsActive(True)


def is_shown_on(layer: QgsRasterLayer, day: datetime.date) -> bool:
    """Return whether a layer is shown during one day only, its end included or not."""
    temporal, wanted = layer.temporalProperties(), day_range(day)
    found = temporal.fixedTemporalRange()
    is_fixed = temporal.isActive() and temporal.mode() == Qgis.RasterTemporalMode.FixedTemporalRange
    return is_fixed and (found.begin(), found.end()) == (wanted.begin(), wanted.end())


def is_within(layer: QgsRasterLayer, span: QgsDateTimeRange) -> bool:
    """Return whether a layer is drawn at some moment of a range of time; one without a time always is."""
    temporal = layer.temporalProperties()
    return not temporal.isActive() or bool(temporal.isVisibleInTemporalRange(span))


def exclude_end(layer: QgsRasterLayer, day: datetime.date) -> None:
    """Exclude the end of a layer's day again; any other range is left alone.

    Projects, style files and copies keep both ends of a range but not that the end is excluded: such an image would
    show on two days.
    """
    temporal = layer.temporalProperties()
    if is_shown_on(layer, day) and temporal.fixedTemporalRange().includeEnd():
        temporal.setFixedTemporalRange(day_range(day))
