"""Acquisition dates as temporal ranges: the half-open UTC day ``[D, D+1)``, or the part of it that a scene has."""

from __future__ import annotations

from itertools import pairwise
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
    from collections.abc import Sequence

    from qgis.PyQt.QtXml import QDomDocument

_TEMPORAL = "temporal"


def day_range(day: datetime.date) -> QgsDateTimeRange:
    """Return a day from its midnight UTC, included, to the next, excluded."""
    begin = QDateTime(QDate(day.year, day.month, day.day), QTime(0, 0), QTimeZone.utc())
    return QgsDateTimeRange(begin, begin.addDays(1), True, False)


def split_day(day: datetime.date, starts: Sequence[datetime.datetime]) -> list[QgsDateTimeRange]:
    """Return the parts of a day that begin at ascending moments, and together are the whole of it."""
    whole = day_range(day)
    inner = [QDateTime.fromSecsSinceEpoch(int(start.timestamp()), QTimeZone.utc()) for start in starts[1:]]
    edges = [whole.begin(), *inner, whole.end()]
    return [QgsDateTimeRange(begin, end, True, False) for begin, end in pairwise(edges)]


def span(layer: QgsRasterLayer, day: datetime.date) -> QgsDateTimeRange:
    """Return the part of its day that a layer is shown in: the whole day where it has another range or none."""
    found = layer.temporalProperties().fixedTemporalRange()
    return QgsDateTimeRange(found.begin(), found.end(), True, False) if is_part(layer, day) else day_range(day)


def is_part(layer: QgsRasterLayer, day: datetime.date) -> bool:
    """Return whether a layer is shown during a day only or a part of it."""
    found, whole = layer.temporalProperties().fixedTemporalRange(), day_range(day)
    return _is_fixed(layer) and found.begin() >= whole.begin() and found.end() <= whole.end()


def set_part(layer: QgsRasterLayer, part: QgsDateTimeRange) -> None:
    """Show a layer during a part of its day only."""
    layer.temporalProperties().setFixedTemporalRange(part)


def set_range(layer: QgsRasterLayer, day: datetime.date) -> None:
    """Show a layer during one day only, or the part of it that it has, where the map is filtered by time."""
    _set_range(layer.temporalProperties(), span(layer, day))


def write_range(style: QDomDocument, day: datetime.date) -> None:
    """Write the temporal range of ``set_range`` into a style document, in any thread, touching no layer."""
    root = style.documentElement()
    former = root.firstChildElement(_TEMPORAL)
    temporal = QgsRasterLayerTemporalProperties(None, True)
    _set_range(temporal, day_range(day))
    temporal.writeXml(root, style, QgsReadWriteContext())
    if not former.isNull():
        root.replaceChild(root.lastChildElement(_TEMPORAL), former)


def _set_range(temporal: QgsRasterLayerTemporalProperties, wanted: QgsDateTimeRange) -> None:
    temporal.setMode(Qgis.RasterTemporalMode.FixedTemporalRange)
    temporal.setFixedTemporalRange(wanted)
    temporal.setIsActive(True)


def is_within(layer: QgsRasterLayer, span: QgsDateTimeRange) -> bool:
    """Return whether a layer is drawn at some moment of a range of time; one without a time always is."""
    temporal = layer.temporalProperties()
    return not temporal.isActive() or bool(temporal.isVisibleInTemporalRange(span))


def exclude_end(layer: QgsRasterLayer, day: datetime.date) -> None:
    """Exclude the end of a layer's day again; any other range is left alone.

    Projects, style files and copies keep both ends of a range but not that the end is excluded: such an image would
    show on two days.
    """
    found, whole = layer.temporalProperties().fixedTemporalRange(), day_range(day)
    is_whole_day = _is_fixed(layer) and (found.begin(), found.end()) == (whole.begin(), whole.end())
    if is_whole_day and found.includeEnd():
        layer.temporalProperties().setFixedTemporalRange(whole)


def _is_fixed(layer: QgsRasterLayer) -> bool:
    temporal = layer.temporalProperties()
    return bool(temporal.isActive() and temporal.mode() == Qgis.RasterTemporalMode.FixedTemporalRange)
