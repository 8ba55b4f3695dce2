"""The legends of one visualization and mode while they are edited: what the server has, what is mine, since when."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...plugin.legend.check import MOST_DYNAMIC, Problem, problems
from ...plugin.legend.merge import rebase
from ...plugin.legend.spec import ColourMapKind, Legend, LegendClass
from ...plugin.services.drafts import Draft
from ...plugin.services.visualization_item import date_text

if TYPE_CHECKING:
    from ...plugin.services.legend_document import LegendDocument
    from ...plugin.services.visualization_item import VisualizationItem

Changes = Mapping[str, Legend | None]


class LegendSession(QObject):
    """Edits by date key. ``changed(keys)`` tells whose legend, or standing to the server's, is another now.

    A date is edited while its legend is not the one its editing began from.
    """

    changed = pyqtSignal(object)

    def __init__(self, document: LegendDocument, connection: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self.connection = connection
        self._mine: dict[str, Legend] = {}
        self._base: dict[str, Legend] = {}

    # --- what there is --------------------------------------------------------------------------------------------

    @property
    def item(self) -> VisualizationItem:
        """Return the visualization as the server told it last."""
        return self.document.item

    @property
    def mode(self) -> str:
        """Return ``dynamic`` or ``theoretical``."""
        return self.document.mode

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the server's date keys, the earliest first."""
        return tuple(sorted({*self.document.legends, *self._mine}, key=date_text))

    @property
    def edited(self) -> tuple[str, ...]:
        """Return the date keys with edits that are not pushed."""
        return tuple(key for key in self.keys if key in self._mine)

    @property
    def mine(self) -> dict[str, Legend]:
        """Return the edited legends."""
        return dict(self._mine)

    @property
    def base(self) -> dict[str, Legend]:
        """Return what the editing began from, for all dates."""
        return {**self.document.legends, **{key: self._base[key] for key in self._mine}}

    def legend(self, key: str) -> Legend:
        """Return a date's legend with its edits."""
        return self._mine[key] if key in self._mine else self.document.legends[key]

    def day(self, key: str) -> datetime.date | None:
        """Return the day a key means."""
        known = next((date.day for date in self.item.dates if date.key == key), None)
        if known is not None:
            return known
        try:
            return datetime.date.fromisoformat(date_text(key))
        except ValueError:
            return None

    def edit_count(self, key: str | None = None) -> int:
        """Count the edits of a date, or of all."""
        keys = self.edited if key is None else tuple(found for found in self.edited if found == key)
        return sum(count_edits(self._base[found], self._mine[found]) for found in keys)

    def problems(self, key: str) -> list[Problem]:
        """List what stops a date from being pushed."""
        legend, known = self.legend(key), self.document.legends.get(key)
        most = MOST_DYNAMIC if self.mode == "dynamic" else None
        allow_open = known is not None and any(None in (c.minimum, c.maximum) for c in known.classes)
        as_classes = replace(legend, kind=ColourMapKind.INTERVALS)
        return problems(as_classes, allow_open=allow_open, most=most)

    def changed_on_server(self) -> tuple[str, ...]:
        """Return the edited dates whose legend the server has changed since the editing began."""
        return tuple(
            key
            for key in self.edited
            if key not in self.document.legends or self.document.legends[key].digest() != self._base[key].digest()
        )

    # --- edits ----------------------------------------------------------------------------------------------------

    def snapshot(self, keys: Iterable[str]) -> dict[str, Legend | None]:
        """Return the edits of some dates, ``None`` for dates without, as ``put`` takes them."""
        return {key: self._mine.get(key) for key in keys}

    def put(self, changes: Changes) -> None:
        """Give dates their legends, or with ``None`` the server's."""
        for key, legend in changes.items():
            self._put(key, legend)
        self.changed.emit(tuple(changes))

    def _put(self, key: str, legend: Legend | None) -> None:
        known = self.document.legends.get(key)
        base = self._base.get(key, known)
        if legend is None or (base is not None and legend.digest() == base.digest()):
            self._mine.pop(key, None)
            self._base.pop(key, None)
        elif base is not None:
            self._mine[key] = legend
            self._base[key] = base

    # --- meeting the server ---------------------------------------------------------------------------------------

    def refresh(self, document: LegendDocument) -> None:
        """Take over what the server has now; edited dates stay, and so does what they began from."""
        before = {key: self.legend(key) for key in self.keys}
        self.document = document
        for key in tuple(self._mine):
            known = document.legends.get(key)
            if known is not None and known.digest() == self._mine[key].digest():
                self._mine.pop(key)
                self._base.pop(key)
        now = self.keys
        self.changed.emit(tuple(key for key in now if key not in before or self.legend(key) is not before[key]))

    def take_answer(self, sent: Mapping[str, Legend], document: LegendDocument) -> None:
        """Show what the server made of a push; edits made since it was sent stay on top."""
        current = {key: self.legend(key) for key in sent if key in self.keys}
        for key, legend in current.items():
            answer = document.legends.get(key)
            if answer is None:
                continue
            kept = rebase(sent[key], legend, answer)
            self._mine.pop(key, None)
            self._base.pop(key, None)
            if kept.digest() != answer.digest():
                self._mine[key], self._base[key] = kept, answer
        self.refresh(document)
        self.changed.emit(tuple(current))

    def accept_base(self, keys: Iterable[str]) -> None:
        """Let edits of some dates begin from what the server has now."""
        for key in keys:
            if key in self._mine and key in self.document.legends:
                self._base[key] = self.document.legends[key]

    # --- drafts ---------------------------------------------------------------------------------------------------

    def draft(self) -> Draft:
        """Return the edits as they are kept on disk."""
        base = {key: self._base[key] for key in self.edited}
        return Draft(self.connection, self.item.aoi_id, self.item.id, self.mode, base, self.mine)

    def restore(self, draft: Draft) -> tuple[str, ...]:
        """Take up the edits of a draft and return their dates; those the server has by now are left out."""
        restored = []
        for key, legend in draft.legends.items():
            known = self.document.legends.get(key)
            if known is not None and known.digest() != legend.digest():
                self._mine[key], self._base[key] = legend, draft.base.get(key, known)
                restored.append(key)
        if restored:
            self.changed.emit(tuple(restored))
        return tuple(restored)


def count_edits(base: Legend, mine: Legend) -> int:
    """Count changes between two legends as a person would: an edge shared by two classes moves once."""
    if len(base) != len(mine):
        before, after = Counter(map(_plain, base.classes)), Counter(map(_plain, mine.classes))
        return max((before - after).total(), (after - before).total(), 1)
    pairs = list(zip(base.classes, mine.classes, strict=True))
    edges = {(old.minimum, new.minimum) for old, new in pairs} | {(old.maximum, new.maximum) for old, new in pairs}
    moved = sum(old != new for old, new in edges)
    return moved + sum((old.colour != new.colour) + (old.label != new.label) for old, new in pairs)


def _plain(entry: LegendClass) -> tuple[object, ...]:
    return (entry.minimum, entry.maximum, entry.colour.hex, entry.label)


def clipped(legend: Legend, others: Mapping[str, Legend]) -> tuple[str, ...]:
    """Return the dates that have values beyond a legend, as far as their own legends tell."""
    low, high = _reach(legend)
    reaches = {key: _reach(other) for key, other in others.items()}
    return tuple(key for key, (first, last) in reaches.items() if first < low or last > high)


def _reach(legend: Legend) -> tuple[float, float]:
    lows = [float("-inf") if c.minimum is None else c.minimum for c in legend.classes]
    highs = [float("inf") if c.maximum is None else c.maximum for c in legend.classes]
    return min(lows, default=float("inf")), max(highs, default=float("-inf"))
