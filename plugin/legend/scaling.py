"""Legends and ranges in other units: every edge times a factor, plus an offset."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .intervals import just_above, just_below
from .spec import Legend, LegendClass


@dataclass(frozen=True, slots=True)
class Scaling:
    """``edge * factor + offset``; the factor is greater than 0, so that the order of edges stays."""

    factor: float = 1.0
    offset: float = 0.0

    @property
    def is_plain(self) -> bool:
        """Return whether it changes nothing."""
        return (self.factor, self.offset) == (1.0, 0.0)

    def after(self, first: Scaling) -> Scaling:
        """Return one scaling that does what ``first`` and then this one do."""
        return Scaling(_rounded(first.factor * self.factor), self._plain(first.offset))

    def number(self, edge: float) -> float:
        """Return an edge in the other units; one that is just above a plain number stays so."""
        inside = just_below(edge)
        if inside is None:
            return self._plain(edge)
        return just_above(self._plain(inside))

    def legend(self, legend: Legend) -> Legend:
        """Return a legend in the other units."""
        return replace(legend, classes=tuple(self._class(entry) for entry in legend.classes))

    def _class(self, entry: LegendClass) -> LegendClass:
        low, high = (None if edge is None else self.number(edge) for edge in (entry.minimum, entry.maximum))
        return replace(entry, minimum=low, maximum=high)

    def _plain(self, edge: float) -> float:
        return _rounded(edge * self.factor + self.offset)


def _rounded(value: float) -> float:
    """Return a product without its last digits: 0.7 * 10000 is 7000, not 7000.000000000001."""
    return float(f"{value:.15g}")
