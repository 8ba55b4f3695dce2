"""Parts of a day for its scenes: several images of one day are shown one after another, not over each other."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from qgis.core import QgsRasterLayer

from . import identity, provenance, time_stack

if TYPE_CHECKING:
    from qgis.core import QgsProject


def divide_days(project: QgsProject) -> None:
    """Give scenes of one day, visualization, mode and kind that are shown at the same time a part of the day each.

    A part begins at the scene's time of day where all scenes of the day have one, the first at midnight; else the parts
    are of equal length. Ranges that a user set, and that do not overlap or leave the day, stay. The project does not
    count as changed by this.
    """
    days = defaultdict(list)
    for layer in project.mapLayers().values():
        origin = identity.of(layer) if isinstance(layer, QgsRasterLayer) else None
        if origin is not None:
            days[origin.connection, origin.visualization_id, origin.mode, origin.kind, origin.day].append(layer)
    with identity.dirty_as_before(project):
        for (*_, day), scenes in days.items():
            if len(scenes) > 1 and _coincide(scenes, day):
                _divide(scenes, day)


def _coincide(scenes: Sequence[QgsRasterLayer], day: datetime.date) -> bool:
    """Return whether all scenes are shown within their day, and some of them at the same time."""
    ranges = [scene.temporalProperties().fixedTemporalRange() for scene in scenes]
    ordered = sorted(ranges, key=lambda each: each.begin().toMSecsSinceEpoch())
    is_overlapping = any(one.overlaps(other) for one, other in pairwise(ordered))
    return is_overlapping and all(time_stack.is_part(scene, day) for scene in scenes)


def _divide(scenes: Sequence[QgsRasterLayer], day: datetime.date) -> None:
    ordered = sorted(scenes, key=lambda scene: (len(_label(scene)), _label(scene)))  # “(2)” before “(10)”
    starts = [moment for scene in ordered if (moment := _moment(_label(scene))) is not None and moment.date() == day]
    if len(set(starts)) < len(scenes):
        midnight = datetime.datetime(day.year, day.month, day.day, tzinfo=datetime.UTC)
        starts = [midnight + index * datetime.timedelta(days=1) / len(scenes) for index in range(len(scenes))]
    for scene, part in zip(ordered, time_stack.split_day(day, starts), strict=True):
        time_stack.set_part(scene, part)


def _moment(label: str) -> datetime.datetime | None:
    """Return the moment of a label with a time of day, as ``2025-05-20 10:42``, or ``None``."""
    try:
        moment = datetime.datetime.fromisoformat(label).replace(tzinfo=datetime.UTC)
    except ValueError:
        return None
    return moment if ":" in label else None


def _label(scene: QgsRasterLayer) -> str:
    """Return what a scene is listed as: its label, and the server's key in layers of earlier versions."""
    found = provenance.values(scene)
    return found.get("date_label") or found.get("date_key", "")
