"""How much of a raster a style meets, and which plain factor would make it meet the rest."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ..legend.intervals import stretches
from ..legend.scaling import Scaling, plain_scalings
from ..legend.spec import ColourMapKind, Legend
from .band_values import Array
from .statistics import Fill, Measured, Sample, fills_of, measure, without

MET = 0.5  # of the pixels: a style that meets less misses the raster
_EXPLAINED = 0.9
_WIDEST = 4.0  # times the raster's range: a factor that makes the edges wider than that is not plausible
_ALL = 0.99  # of the pixels: an undrawn rest below that is not reported
_NARROW = 100.0
_INDEX = 2.0  # indices and reflectances are no greater


@dataclass(frozen=True, slots=True)
class Fit:
    """The fit of a legend to the values of a raster.

    Attributes:
        kind: of the legend.
        edges: the least and greatest finite quantity.
        measured: the raster's values.
        met: the share of the pixels, without those that look like no-data, between the quantities (``values``: equal
            to one).
        is_narrow: whether the pixels lie within a small part of the style's range, so that it draws them alike.
        never: the number of quantities of ``values`` that no pixel has.
        entries: the number of quantities.
        scaling: a scaling that would make the style fit the raster, if there is a plain one.
        is_complete: whether every pixel was examined.
        drawn: the share of the pixels, without those that look like no-data, that intervals draw.
        is_empty: whether every pixel looks like no-data.
    """

    kind: ColourMapKind
    edges: tuple[float, float]
    measured: Measured
    met: float
    is_narrow: bool = False
    never: int = 0
    entries: int = 0
    scaling: Scaling | None = None
    is_complete: bool = True
    drawn: float = 1.0
    is_empty: bool = False

    @property
    def misses_part(self) -> bool:
        """Return whether the style meets the raster, but leaves a part undrawn."""
        return not self.misses and not self.is_empty and self.drawn < _ALL

    @property
    def misses(self) -> bool:
        """Return whether the style misses the raster, or most of its single values do."""
        if self.is_empty:
            return False
        most_values_miss = self.met < _EXPLAINED and 2 * self.never > self.entries
        return self.met < MET or self.is_narrow or most_values_miss

    @property
    def fills(self) -> tuple[Fill, ...]:
        """Return the values that look like no-data."""
        return self.measured.fills


def fit_of(legend: Legend, taken: Sample) -> Fit | None:
    """Return how a legend meets a sample; ``None`` where either holds no value."""
    quantities = _quantities(legend, is_single=False)
    if not quantities.size:
        return None
    edges = (float(quantities[0]), float(quantities[-1]))
    found = measure(taken)
    if found is None:
        return _empty(legend, edges, taken)
    values = without(taken.values, found.fills)
    met = _met(legend, values, is_single=taken.is_single)
    is_narrow = _is_narrow(legend, edges, found)
    is_values = legend.kind is ColourMapKind.VALUES
    return Fit(
        legend.kind,
        edges,
        found,
        met,
        is_narrow,
        never=_never(legend, values, is_single=taken.is_single) if is_values else 0,
        entries=quantities.size,
        scaling=_explaining(legend, edges, taken, values, found) if met < MET or is_narrow else None,
        is_complete=taken.is_complete,
        drawn=_drawn(legend, values),
    )


def _empty(legend: Legend, edges: tuple[float, float], taken: Sample) -> Fit | None:
    """Return that every value looks like no-data; ``None`` where there is no value at all."""
    fills = fills_of(taken)
    if not fills:
        return None
    alone = fills[0].value
    return Fit(
        legend.kind,
        edges,
        Measured(alone, alone, alone, alone, fills),
        0.0,
        is_complete=taken.is_complete,
        is_empty=True,
    )


def _quantities(legend: Legend, *, is_single: bool) -> Array:
    """Return the finite edges in order, each once; rounded to 32 bits where the band is so."""
    edges = (edge for entry in legend.classes for edge in (entry.minimum, entry.maximum))
    found = np.unique([float(edge) for edge in edges if edge is not None and math.isfinite(edge)])
    return _single(found) if is_single else found


def _single(values: Array) -> Array:
    with np.errstate(over="ignore"):
        return np.asarray(values.astype(np.float32).astype(np.float64))


def _met(legend: Legend, values: Array, *, is_single: bool) -> float:
    if not values.size:
        return 0.0
    if legend.kind is ColourMapKind.VALUES:
        return float(np.isin(values, _quantities(legend, is_single=is_single)).mean())
    if legend.kind is ColourMapKind.RAMP:
        quantities = _quantities(legend, is_single=False)
        slack = 1e-6 * max(quantities[-1] - quantities[0], abs(quantities[0]))
        return float(((values >= quantities[0] - slack) & (values <= quantities[-1] + slack)).mean())
    return float(_in_classes(legend, values).mean())


def _drawn(legend: Legend, values: Array) -> float:
    """Return the share of the values that intervals draw; ramps draw values outside in the colours of their ends."""
    if legend.kind is not ColourMapKind.INTERVALS or not values.size:
        return 1.0
    quantities = _quantities(legend, is_single=False)
    found = np.zeros(values.shape, dtype=bool)
    for low, high, entry in stretches(legend):
        if entry is not None:
            above = values <= high if legend.closed_top and high == quantities[-1] else values < high
            found |= (values >= low) & above
    return float(found.mean())


def _in_classes(legend: Legend, values: Array) -> Array:
    """Return which values lie in a class; one that is open is as wide as the others together at most."""
    quantities = _quantities(legend, is_single=False)
    first, last = float(quantities[0]), float(quantities[-1])
    reach = (last - first) or math.inf
    found = np.zeros(values.shape, dtype=bool)
    for low, high, entry in stretches(legend):
        if entry is None:
            continue
        least = low if math.isfinite(low) else first - reach
        greatest = high if math.isfinite(high) else last + reach
        above = values <= greatest if legend.closed_top and high == last else values < greatest
        found |= (values >= least) & above
    return found


def _never(legend: Legend, values: Array, *, is_single: bool) -> int:
    quantities = _quantities(legend, is_single=is_single)
    return int(sum(not (values == quantity).any() for quantity in quantities))


def _is_narrow(legend: Legend, edges: tuple[float, float], found: Measured) -> bool:
    """Return whether an index or a reflectance is drawn by a style for whole numbers or 8 bits.

    A style much wider than its raster is nothing unusual (heights of the whole world over a plain), so only values
    about -1 to 1 count.
    """
    if legend.kind is ColourMapKind.VALUES or max(abs(found.low), abs(found.high)) > _INDEX:
        return False
    return edges[1] - edges[0] >= _NARROW * max(found.high - found.low, 1.0)


def _explaining(
    legend: Legend, edges: tuple[float, float], taken: Sample, values: Array, found: Measured
) -> Scaling | None:
    """Return the plain scaling by which a legend meets the values, the likeliest first."""
    stored = Scaling(taken.scale, taken.offset)
    for scaling in plain_scalings(edges, (found.low, found.high), stored, is_byte=taken.is_byte):
        low, high = scaling.number(edges[0]), scaling.number(edges[1])
        is_wide = legend.kind is not ColourMapKind.VALUES and high - low > _WIDEST * (found.high - found.low or 1.0)
        if not is_wide and _met(scaling.legend(legend), values, is_single=taken.is_single) >= _EXPLAINED:
            return scaling
    return None
