"""The acquisition dates of a project's layers as frames of an animation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from qgis.core import QgsDateTimeRange, QgsRasterLayer

from . import identity, sources, time_stack

if TYPE_CHECKING:
    import datetime

    from qgis.core import QgsMapLayer


def ranges(layers: Iterable[QgsMapLayer]) -> list[QgsDateTimeRange]:
    """Return the times that layers are shown in, in order, without overlaps: days, or parts of them for scenes."""
    spans = defaultdict(list)
    for layer in layers:
        if (day := _day_of(layer)) is not None:
            spans[day].append(time_stack.span(layer, day))
    return [frame for day in sorted(spans) for frame in _frames_of_day(spans[day])]


def _frames_of_day(spans: Sequence[QgsDateTimeRange]) -> Iterator[QgsDateTimeRange]:
    """Return the parts of a day between all beginnings and ends, where something is shown."""
    edges = {edge.toMSecsSinceEpoch(): edge for span in spans for edge in (span.begin(), span.end())}
    for begin, end in pairwise(sorted(edges)):
        part = QgsDateTimeRange(edges[begin], edges[end], True, False)
        if any(part.overlaps(span) for span in spans):
            yield part


def has_others(layers: Iterable[QgsMapLayer]) -> bool:
    """Return whether layers have a time that is not the day of an image of ours."""
    return any(
        layer.temporalProperties() is not None and layer.temporalProperties().isActive()
        for layer in layers
        if _day_of(layer) is None
    )


def _day_of(layer: QgsMapLayer) -> datetime.date | None:
    """Return the day of a layer of ours, or of a copy or an embedded one that is still shown on its file's day."""
    origin = identity.of(layer)
    if origin is not None:
        return origin.day
    source = sources.read(layer) if isinstance(layer, QgsRasterLayer) else None
    return source.day if source is not None and time_stack.is_part(layer, source.day) else None
