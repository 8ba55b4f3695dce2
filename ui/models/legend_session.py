"""The edited legends of one visualization and mode: their base, their current state, and the server's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...plugin.legend.area_units import area_unit
from ...plugin.legend.check import Problem, problems
from ...plugin.legend.merge import rebase
from ...plugin.legend.spec import ColourMapKind, Legend
from ...plugin.legend.vocabulary import MOST_DYNAMIC, LegendMode
from ...plugin.legend_sync.drafts import Draft
from .edit_acts import Acts, EditActs

if TYPE_CHECKING:
    import datetime

    from ...plugin.catalog.visualization_item import VisualizationItem
    from ...plugin.legend_sync.measured_areas import MeasuredAreas
    from ...plugin.legend_sync.service import LegendDocument

    Edges = tuple[tuple[float | None, float | None], ...]


class LegendSession(QObject):
    """Three legends for every date: ``base`` (the edits began from it), ``mine`` and ``server`` (as last read).

    ``legends_changed(keys)`` reports that the displayed legends of some dates changed, ``state_changed()`` that edits
    were recounted. Keys are the server's own date keys.
    """

    legends_changed = pyqtSignal(object)
    state_changed = pyqtSignal()

    def __init__(
        self, document: LegendDocument, parent: QObject | None = None, *, aoi_area: float | None = None
    ) -> None:
        super().__init__(parent)
        self._aoi_area = aoi_area
        self._first: dict[str, Legend] = dict(document.legends)
        self._server: dict[str, Legend] = dict(document.legends)
        self._base: dict[str, Legend] = dict(document.legends)
        self._mine: dict[str, Legend] = dict(document.legends)
        self._acts, self._acts_ever = EditActs(), EditActs()
        self._last_act = 0
        # Cached by date, as far as requested: with many dates, recomputing all at every edit takes too long.
        self._edits: dict[str, int] = {}
        self._problems: dict[str, list[Problem]] = {}
        self._measured: dict[str, tuple[Edges, MeasuredAreas]] = {}
        self._keys: tuple[str, ...] = ()
        self._read(document)

    # --- content --------------------------------------------------------------------------------------------------

    @property
    def item(self) -> VisualizationItem:
        """Return the visualization, as last read."""
        return self._document.item

    @property
    def mode(self) -> LegendMode:
        """Return ``dynamic`` or ``theoretical``."""
        return self._document.mode

    @property
    def document(self) -> LegendDocument:
        """Return the legend as the server was last seen to hold it."""
        return self._document

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the dates that have a legend, the earliest first."""
        return self._keys

    def day(self, key: str) -> datetime.date | None:
        """Return the UTC day a key means, if it means one."""
        return self._days.get(key)

    def label(self, key: str) -> str:
        """Return what people read for a date; the key itself where it means no day."""
        return self._labels.get(key, key)

    @property
    def area_unit(self) -> float | None:
        """Return in how many square metres the areas of classes are given, if the AOI's own area shows it."""
        return self._area_unit

    def mine(self, key: str) -> Legend:
        """Return the legend of a date as edited."""
        return self._mine[key]

    def base(self, key: str) -> Legend | None:
        """Return the legend of a date that its edits began from."""
        return self._base.get(key)

    def server(self, key: str) -> Legend | None:
        """Return the legend of a date as the server was last seen to hold it."""
        return self._server.get(key)

    # --- edits ----------------------------------------------------------------------------------------------------

    @property
    def edited_keys(self) -> tuple[str, ...]:
        """Return the dates that differ from the base of their edits."""
        return tuple(key for key in self.keys if self.is_edited(key))

    def is_edited(self, key: str) -> bool:
        """Return whether a date differs from the base of its edits."""
        return self.edit_count(key) > 0

    def edit_count(self, key: str) -> int:
        """Count the acts of editing of a date that are not pushed."""
        if key not in self._edits:
            is_same = _digest(self._mine.get(key)) == _digest(self._base.get(key))
            self._edits[key] = 0 if is_same else self._acts.count([key])
        return self._edits[key]

    @property
    def total_edits(self) -> int:
        """Count the acts of editing that are not pushed; one that changed several dates is one."""
        return self._acts.count(self.edited_keys)

    def hand_made(self, key: str) -> int:
        """Count the acts on a date since it was opened or rolled back here, pushed ones included."""
        is_same = _digest(self._mine.get(key)) == _digest(self._first.get(key))
        return self.edit_count(key) if is_same else self._acts_ever.count([key])

    def acts(self, key: str) -> frozenset[int]:
        """Return the acts of editing of a date that are not pushed."""
        return self._acts.of(key)

    def new_act(self) -> frozenset[int]:
        """Return a new, unused number for an edit."""
        self._last_act += 1
        return frozenset({self._last_act})

    def conflicts(self, keys: Iterable[str]) -> tuple[str, ...]:
        """Return those dates that another user changed on the server since their edits began."""
        return tuple(key for key in keys if self._is_conflict(key))

    def problems(self, key: str) -> list[Problem]:
        """Return the errors that prevent the legend of a date from being pushed."""
        if key not in self._problems:
            base = self._base.get(key)
            allow_open = base is not None and any(None in (entry.minimum, entry.maximum) for entry in base.classes)
            most = MOST_DYNAMIC if self.mode == LegendMode.DYNAMIC else None
            self._problems[key] = problems(self._mine[key], allow_open=allow_open, most=most)
        return self._problems[key]

    def is_writable(self, key: str) -> bool:
        """Return whether the legend of a date has classes, and not stops of a colour ramp, which cannot be pushed."""
        return self._mine[key].kind is ColourMapKind.INTERVALS

    def lacks_areas(self, key: str) -> bool:
        """Return whether a class of a date has no area, neither from the server nor measured, though it could."""
        blank = any(entry.area is None and entry.area_percentage is None for entry in self._mine[key].classes)
        return blank and self.measured(key) is None and self.is_writable(key) and not self.problems(key)

    def measured(self, key: str) -> MeasuredAreas | None:
        """Return the areas of a date's classes measured here, as long as the classes have the same edges."""
        edges, areas = self._measured.get(key, ((), None))
        return areas if key in self._mine and edges == _edges(self._mine[key]) else None

    def put_areas(self, key: str, legend: Legend, areas: MeasuredAreas) -> None:
        """Take note of the areas of a legend's classes, measured here."""
        self._measured[key] = _edges(legend), areas
        self.state_changed.emit()

    def put(self, legends: Mapping[str, Legend], acts: Acts | None = None) -> None:
        """Show other legends for some dates; the history calls this, people's edits go through it.

        Args:
            acts: the acts of editing that are done, or undone if they are done already.
        """
        self._acts.toggle(acts or {})
        self._acts_ever.toggle(acts or {})
        changed = tuple(key for key, legend in legends.items() if self._mine.get(key) is not legend)
        if changed:
            self._mine.update(legends)
            self._recount(legends)
            self._emit_changes(changed)

    # --- drafts ---------------------------------------------------------------------------------------------------

    def draft(self, connection: str) -> Draft | None:
        """Return the draft of all edits, or ``None`` without edits."""
        keys = self.edited_keys
        if not keys:
            return None
        base = {key: self._base[key] for key in keys if key in self._base}
        mine = {key: self._mine[key] for key in keys}
        acts = {key: tuple(sorted(self._acts.of(key))) for key in keys}
        return Draft(connection, self.item.aoi_id, self.item.id, self.mode, base, mine, acts=acts)

    def restore(self, draft: Draft) -> int:
        """Take over the edits of a draft that the server does not hold yet, and return how many there are."""
        legends = {
            key: legend for key, legend in draft.legends.items() if legend.digest() != _digest(self._server.get(key))
        }
        for key in legends:
            if key in draft.base:
                self._base[key] = draft.base[key]
            for acts in (self._acts, self._acts_ever):
                acts.restart(key, draft.acts.get(key, ()))
        self._last_act = max(self._last_act, self._acts.newest)
        self._recount(legends)
        self.put(legends)
        return self._acts.count(key for key in legends if self.is_edited(key))

    # --- the server's answers -------------------------------------------------------------------------------------

    def refresh(self, document: LegendDocument) -> None:
        """Update the server's legends; edits stay, and stay based on the same legends."""
        self._settle(document, {}, {})

    def absorb(
        self, document: LegendDocument, sent: Mapping[str, Legend], acts: Acts | None = None
    ) -> dict[str, Legend]:
        """Apply the response to a write of some dates.

        Args:
            sent: the displayed legends of the dates when the write began.
            acts: the edits that led to it; without them, all edits so far.

        Returns:
            The legends that differ from the displayed ones: they are to be shown by an edit that can be undone. Edits
            made since the write began are applied on top of the response.
        """
        return self._settle(document, sent, acts or {})

    def take_server(self, keys: Iterable[str]) -> dict[str, Legend]:
        """Give the edits of some dates up; returns the server's legends, to be shown by an edit that can be undone."""
        taken = {key: self._server[key] for key in keys if key in self._server}
        self._base.update(taken)
        self._recount(taken)
        return taken

    def forget_hand_made(self, keys: Iterable[str]) -> None:
        """Count manual changes of some dates from the server's legend on: it was recomputed."""
        for key in keys:
            if key in self._server:
                self._first[key] = self._server[key]
                self._acts_ever.restart(key, self._acts.of(key))

    def _settle(self, document: LegendDocument, sent: Mapping[str, Legend], acts: Acts) -> dict[str, Legend]:
        edited = set(self.edited_keys)
        self._server = dict(document.legends)
        silent: dict[str, Legend] = {}
        telling: dict[str, Legend] = {}
        for key, answer in self._server.items():
            if key in edited and key not in sent and _digest(self._mine[key]) != answer.digest():
                continue
            shown = self._mine.get(key)
            result = rebase(sent[key], shown, answer) if key in sent and shown is not None else answer
            self._base[key] = answer
            self._acts.restart(key, self._acts.of(key) - acts.get(key, self._acts.of(key)))
            target = silent if key not in sent or _digest(shown) == result.digest() else telling
            target[key] = result
        self._drop_vanished(edited)
        self._read(document)
        self.put(silent)
        self.state_changed.emit()
        return telling

    def _read(self, document: LegendDocument) -> None:
        """Read a document, and index its facts for every date."""
        self._document = document
        units = (area_unit(legend.classes, self._aoi_area) for legend in document.legends.values())
        self._area_unit = next((unit for unit in units if unit is not None), None)
        self._days = {date.key: date.day for date in document.item.dates}
        self._labels = {date.key: date.label for date in document.item.dates}
        self._keys = ()
        self._recount({*self._edits, *self._problems})

    def _recount(self, keys: Iterable[str]) -> None:
        """Forget the edits and problems of some dates, and which dates there are."""
        for key in keys:
            self._edits.pop(key, None)
            self._problems.pop(key, None)
        if len(self._keys) != len(self._mine) or not all(key in self._mine for key in self._keys):
            order = {date.key: place for place, date in enumerate(self.item.dates)}
            self._keys = tuple(sorted(self._mine, key=lambda key: (order.get(key, len(order)), key)))

    def _drop_vanished(self, edited: set[str]) -> None:
        """Drop dates that the server has no more; edited ones stay until the user decides."""
        for key in [key for key in self._mine if key not in self._server and key not in edited]:
            del self._mine[key]
            self._base.pop(key, None)

    def _is_conflict(self, key: str) -> bool:
        server = _digest(self._server.get(key))
        return server != _digest(self._base.get(key)) and server != self._mine[key].digest()

    def _emit_changes(self, keys: tuple[str, ...]) -> None:
        self.legends_changed.emit(keys)
        self.state_changed.emit()


def _edges(legend: Legend) -> Edges:
    return tuple((entry.minimum, entry.maximum) for entry in legend.classes)


def _digest(legend: Legend | None) -> str | None:
    return None if legend is None else legend.digest()
