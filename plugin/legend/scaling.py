"""Legends and ranges in other units: every edge times a factor, plus an offset."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from .intervals import just_above, just_below
from .spec import Legend, LegendClass

_PERCENT, _BYTE, _THOUSAND, _TEN_THOUSAND = 100.0, 255.0, 1000.0, 10000.0


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
        """Return the composition of ``first`` and then this scaling."""
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


PLAIN = Scaling()


def plain_scalings(
    edges: tuple[float, float], values: tuple[float, float], stored: Scaling, *, is_byte: bool = False
) -> Iterator[Scaling]:
    """Give the scalings that may bring the edges of a style to the values of a raster, the likeliest first.

    Of the powers of ten, the one with the smaller result comes first: where it is enough, the greater one would draw
    the values by a small part of the style.

    Args:
        stored: the scale and offset of the raster's band; a style may be made for the numbers as they are stored.
        is_byte: whether the raster holds bytes as they are.
    """
    if not stored.is_plain and stored.factor > 0:
        yield stored
    of_raster, of_style = _size(values), _size(edges)
    if edges[0] >= 0 and values[0] >= 0:
        greatest = max(of_raster, of_style)
        factor = _PERCENT if not is_byte and greatest <= _PERCENT * 1.01 else _BYTE
        if greatest <= factor * 1.01:
            yield Scaling(factor if of_raster > of_style else 1 / factor)
    powers = (_THOUSAND, _TEN_THOUSAND) if of_raster > of_style else (1 / _TEN_THOUSAND, 1 / _THOUSAND)
    yield from map(Scaling, powers)


def _size(found: tuple[float, float]) -> float:
    return max(abs(found[0]), abs(found[1]))


def _rounded(value: float) -> float:
    """Return a product without its last digits: 0.7 * 10000 is 7000, not 7000.000000000001."""
    return float(f"{value:.15g}")
