"""Available actions of a visualization, or the reason why not: pure decisions behind buttons and menus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...plugin.api.status import State
from ...plugin.host.i18n import translate
from .wording import read_status

if TYPE_CHECKING:
    from ...plugin.api.models import Aoi
    from ...plugin.catalog.service import VisualizationItem
    from ...plugin.layer_kinds.table import LayerKind


def zoom_problem(aoi: Aoi) -> str:
    """Return why the map cannot be zoomed to an AOI, or nothing."""
    if aoi.geometry:
        return ""
    return translate("Abilities", "This AOI has no outline, so the map cannot be zoomed to it.")


def ready_problem(item: VisualizationItem) -> str:
    """Return why a visualization has nothing to show yet, or nothing."""
    if item.state.is_usable:
        return ""
    if item.state.has_failed:
        return translate("Abilities", "The server could not compute this visualization. Create it again to use it.")
    texts = {
        State.QUEUED: translate(
            "Abilities", "The server has queued this visualization; it can be used when it is ready."
        ),
        State.WORKING: translate(
            "Abilities", "The server is still creating this visualization; it can be used when it is ready."
        ),
    }
    unknown = translate(
        "Abilities", "The server says “{}” of this visualization, which is not known to mean that it is ready."
    ).format(read_status(item.status).text)
    return texts.get(item.state, unknown)


def add_problem(aoi: Aoi, item: VisualizationItem, kind: LayerKind) -> str:
    """Return why a visualization cannot be put on the map as a kind of layer, or nothing."""
    problem = ready_problem(item)
    if problem:
        return problem
    if not item.dates:
        return translate("Abilities", "This visualization has no dates yet.")
    return kind.row.problem(aoi, item)


def has_no_legend(item: VisualizationItem) -> bool:
    """Return whether a visualization is of a type that never has a legend."""
    return item.drawn_as is not None and not item.drawn_as.has_legend and not item.has_legend


def legend_problem(item: VisualizationItem) -> str:
    """Return why the legend cannot be edited, or nothing."""
    if has_no_legend(item):
        return translate(
            "Abilities", "A composite or grayscale picture is drawn from bands directly and has no legend to edit."
        )
    problem = ready_problem(item)
    if problem:
        return problem
    if not item.dates:
        return translate("Abilities", "This visualization has no dates yet.")
    return ""
