"""The server's legends as they were last read, to be compared with those that layers were drawn by."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..catalog.visualization_item import listed_legend
from ..legend.vocabulary import LegendMode

if TYPE_CHECKING:
    from ..catalog.visualization_item import VisualizationItem
    from ..layers.provenance import Provenance
    from ..legend.spec import Legend
    from ..legend_sync.document import LegendDocument


@dataclass
class _Known:
    """A visualization as it was read; ``legends`` are those of modes that were read by themselves."""

    item: VisualizationItem
    legends: Mapping[LegendMode, Mapping[str, Legend]] = field(default_factory=dict)
    digests: dict[tuple[LegendMode, str], str] = field(default_factory=dict)
    read_at: datetime.datetime = field(default_factory=lambda: datetime.datetime.now(datetime.UTC))

    def digest(self, mode: LegendMode, key: str) -> str:
        """Return the digest of the legend of a date; empty where none is known."""
        if (mode, key) not in self.digests:
            legend = self._legend(mode, legend_key(self.item, key))
            self.digests[mode, key] = legend.digest() if legend is not None else ""
        return self.digests[mode, key]

    def _legend(self, mode: LegendMode, key: str) -> Legend | None:
        return self.legends[mode].get(key) if mode in self.legends else listed_legend(self.item, key, mode)[0]


class ServerLegends:
    """The visualizations that were read in this session, by connection."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], _Known] = {}

    def note_items(self, connection: str, items: Sequence[VisualizationItem]) -> None:
        """Store visualizations of a list that was just read."""
        self._known.update({(connection, item.id): _Known(item) for item in items})

    def note_document(self, connection: str, document: LegendDocument) -> None:
        """Store legends that were just read or returned by a write."""
        known = _Known(document.item, {document.mode: document.legends})
        self._known[connection, document.item.id] = known

    def item(self, origin: Provenance) -> VisualizationItem | None:
        """Return the visualization of a layer, if it was read."""
        known = self._known.get((origin.connection, origin.visualization_id))
        return known.item if known is not None else None

    def legend_key(self, origin: Provenance) -> str:
        """Return the key of the legend of a layer's date."""
        item = self.item(origin)
        return origin.date_key if item is None else legend_key(item, origin.date_key)

    def differs(self, origin: Provenance) -> bool:
        """Return whether a legend read after a layer was loaded is another one than the layer's."""
        known = self._known.get((origin.connection, origin.visualization_id))
        if known is None or not origin.legend_hash or not isinstance(origin.mode, LegendMode):
            return False
        found = known.digest(origin.mode, origin.date_key)
        return bool(found) and found != origin.legend_hash and _is_before(origin.loaded_at, known.read_at)


def legend_key(item: VisualizationItem, key: str) -> str:
    """Return the key that the legend of a date of a visualization is known by."""
    return next((date.legend_key for date in item.dates if date.key == key), key)


def _is_before(text: str, moment: datetime.datetime) -> bool:
    """Return whether a time as provenance has it is known to be before a moment."""
    try:
        return datetime.datetime.fromisoformat(text) < moment
    except (ValueError, TypeError):
        return False
