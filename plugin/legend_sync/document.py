"""A legend of one mode over all dates, as the server has it: listed, or rebuilt from its styles."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ..catalog.listing import get_visualization
from ..catalog.style_documents import style_texts
from ..catalog.visualization_item import VisualizationItem, date_keys, listed_legend
from ..legend.vocabulary import LegendMode
from ..legend.wire import read_classes
from ..messages.style_messages import legend_from_style, unreadable_style
from .errors import NoLegend

if TYPE_CHECKING:
    from ..api.client import ApiClient
    from ..legend.spec import Legend

    FromSld = Callable[[str], Legend]
    Recall = Callable[[VisualizationItem, LegendMode], Mapping[str, Legend] | None]

METADATA, ANSWER, SLD = "metadata", "answer", "sld"
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LegendDocument:
    """The legends of one mode by the server's date keys.

    ``source`` is ``metadata`` (listed), ``answer`` (returned by a write) or ``sld`` (rebuilt from styles).
    """

    item: VisualizationItem
    mode: LegendMode
    legends: Mapping[str, Legend]
    source: str
    updated_at: str | None
    warnings: tuple[str, ...] = ()


async def read_legends(
    client: ApiClient, item: VisualizationItem, mode: LegendMode, from_sld: FromSld, recall: Recall | None = None
) -> LegendDocument:
    """Read the legends of a mode as the server has them now.

    Args:
        from_sld: reads a style document, for servers that list no legends; it may raise ``ValueError``.
        recall: returns the server's last response about an item that was not written since, if there is one.

    Raises:
        NoLegend: there are none in this mode.
    """
    fresh = await get_visualization(client, item.aoi_id, item.id)
    listed = listed_document(fresh, mode)
    if listed is not None:
        return listed
    if not fresh.has_legend or any((fresh.visualization.legends or {}).values()):
        raise NoLegend(fresh.id, mode)
    known = recall(fresh, mode) if recall is not None else None
    if known:
        _logger.info("The legend is not listed; the server's last answer about it is taken")
        return LegendDocument(fresh, mode, known, ANSWER, fresh.updated_at or None)
    return await _rebuilt(client, fresh, mode, from_sld)


def listed_document(item: VisualizationItem, mode: LegendMode) -> LegendDocument | None:
    """Return the legends that a record lists for a mode, or ``None`` where it lists none."""
    legends: dict[str, Legend] = {}
    warnings: list[str] = []
    for key in date_keys(item):
        legend, found = listed_legend(item, key, mode)
        if legend is not None:
            legends[key] = legend
            warnings += [f"{item.label_of(key)}: {warning}" for warning in found]
    if not legends:
        return None
    return LegendDocument(item, mode, legends, METADATA, item.updated_at or None, tuple(warnings))


def with_answer(before: LegendDocument, answered: Mapping[str, Mapping[str, list[dict[str, Any]]]]) -> LegendDocument:
    """Return the document after a write: dates of the answer replace those from before, whose others stay."""
    known: dict[str, dict[str, list[dict[str, Any]]]] = {
        key: dict(modes) for key, modes in (before.item.visualization.legends or {}).items()
    }
    legends, warnings = dict(before.legends), list(before.warnings)
    for key, modes in answered.items():
        known.setdefault(key, {}).update(modes)
        if modes.get(before.mode):
            legends[key], found = read_classes(modes[before.mode])
            warnings += [f"{before.item.label_of(key)}: {warning}" for warning in found]
    record = before.item.visualization.model_copy(update={"legends": known})
    item = replace(before.item, visualization=record)
    return LegendDocument(item, before.mode, legends, ANSWER, None, tuple(dict.fromkeys(warnings)))


async def _rebuilt(client: ApiClient, item: VisualizationItem, mode: LegendMode, from_sld: FromSld) -> LegendDocument:
    texts = await style_texts(client, item, mode, [*dict.fromkeys(date.legend_key for date in item.dates)])
    legends: dict[str, Legend] = {}
    warnings = [legend_from_style()]
    for key, text in texts.items():
        try:
            legends[key] = from_sld(text)
        except ValueError as error:
            _logger.warning("The style of %s gives no legend: %s", key, error)
            warnings.append(unreadable_style(item.label_of(key)))
    if not legends:
        raise NoLegend(item.id, mode)
    return LegendDocument(item, mode, legends, SLD, item.updated_at or None, tuple(warnings))
