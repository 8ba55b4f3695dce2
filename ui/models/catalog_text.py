"""Texts of the rows of the catalog tree."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from ...plugin.files.shown_names import shown_name
from ...plugin.host.i18n import translate
from .catalog_nodes import Filling, Node, NodeKind
from .wording import Status, Tone, area_text, dates_text, read_status

if TYPE_CHECKING:
    from ...plugin.api.models import Aoi
    from ...plugin.catalog.service import VisualizationItem

SEPARATOR = " · "
_LONGEST_LINE, _MOST_LINES = 400, 10  # of a text of the server in a tooltip
_NO_STATUS = Status(Tone.NEUTRAL, "")


def name_text(node: Node) -> str:
    """Return the first words of a row."""
    if node.kind is NodeKind.AOI:
        aoi: Aoi = node.payload  # type: ignore[assignment]
        return shown_name(aoi.name) or translate("Catalog", "Unnamed AOI")
    if node.kind is NodeKind.VISUALIZATION:
        item: VisualizationItem = node.payload  # type: ignore[assignment]
        return item.title
    if node.kind is NodeKind.SKELETON:
        return translate("Catalog", "Loading…")
    return str(node.payload or "")


def status_of(node: Node) -> Status:
    """Return the status a row shows; an AOI that is simply ready shows none."""
    if node.kind is NodeKind.AOI:
        aoi: Aoi = node.payload  # type: ignore[assignment]
        status = read_status(aoi.status, aoi.progress)
        return _NO_STATUS if status.tone is Tone.GOOD else status
    if node.kind is NodeKind.VISUALIZATION:
        item: VisualizationItem = node.payload  # type: ignore[assignment]
        return read_status(item.status, item.progress)
    return Status(Tone.BAD, "") if node.kind is NodeKind.PROBLEM else _NO_STATUS


def detail_text(node: Node) -> str:
    """Return the words at the right of a row, the most important ones last."""
    if node.kind is NodeKind.AOI:
        return SEPARATOR.join(part for part in _aoi_parts(node) if part)
    if node.kind is NodeKind.VISUALIZATION:
        item: VisualizationItem = node.payload  # type: ignore[assignment]
        return SEPARATOR.join(part for part in (_type_text(item), status_of(node).text) if part)
    return ""


def _aoi_parts(node: Node) -> tuple[str, ...]:
    """Return the words at the right of an AOI; the tooltip and the screen reader text contain them too."""
    aoi: Aoi = node.payload  # type: ignore[assignment]
    return area_text(aoi.area_in_sq_m), _dates_of(node), status_of(node).text


def _dates_of(node: Node) -> str:
    """Return how many dates an AOI has pictures of, once its visualizations are known."""
    if node.filling is not Filling.KNOWN:
        return ""
    items: list[VisualizationItem] = [
        child.payload  # type: ignore[misc]
        for child in node.children
        if child.kind is NodeKind.VISUALIZATION
    ]
    labels = {date.label for item in items for date in item.dates}
    return dates_text(len(labels)) if labels else ""


def _type_text(item: VisualizationItem) -> str:
    """Return the type of a visualization: its expression type where that is not an index, else its origin."""
    drawn_as = item.drawn_as
    return shown_name(item.type or "") if drawn_as is None or drawn_as.has_legend else str(drawn_as)


def tooltip_text(node: Node) -> str:
    """Return everything a row knows, as rich text with the server's words escaped."""
    if node.kind is NodeKind.AOI:
        lines = _aoi_lines(node)
    elif node.kind is NodeKind.VISUALIZATION:
        lines = _item_lines(node)
    elif node.kind is NodeKind.PROBLEM:
        lines = [name_text(node), translate("Catalog", "Double-click to try again.")]
    else:
        return ""
    first, *rest = [escape(line) for line in lines if line]
    return "<p style='white-space:pre-wrap'><b>" + first + "</b>" + "".join(f"<br/>{line}" for line in rest) + "</p>"


def _aoi_lines(node: Node) -> list[str]:
    """Return the lines of an AOI's tooltip."""
    aoi: Aoi = node.payload  # type: ignore[assignment]
    outline = "" if aoi.geometry else translate("Catalog", "The server has no outline of it yet.")
    detail = detail_text(node)
    return [name_text(node), *_lines(aoi.description or ""), detail[:1].upper() + detail[1:], outline]


def _item_lines(node: Node) -> list[str]:
    item: VisualizationItem = node.payload  # type: ignore[assignment]
    return [item.title, *_lines(item.expression or ""), detail_text(node), _span_text(item)]


def _lines(text: str) -> list[str]:
    """Return the lines of a text of the server as they are displayed, the first ones of many."""
    return [shown_name(line, _LONGEST_LINE) for line in text.splitlines()[:_MOST_LINES]]


def _span_text(item: VisualizationItem) -> str:
    days = sorted(date.day for date in item.dates)
    if not days:
        return translate("Catalog", "No dates yet")
    if days[0] == days[-1]:
        return f"{dates_text(len(days))}, {days[0].isoformat()}"
    return f"{dates_text(len(days))}, {days[0].isoformat()} – {days[-1].isoformat()}"


def accessible_text(node: Node) -> str:
    """Return the screen reader text of a row."""
    return ", ".join(part for part in (name_text(node), detail_text(node)) if part)
