"""Legends computed from pixels: classes with their edges, colours, labels and areas, in the API's shape."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ...imagery.band_values import BandReader
from ...imagery.raster_io import gdal_quiet, open_raster
from ...legend.spec import Colour, Legend, LegendClass
from .drawing import colour_maps
from .presets import Theory

Array = np.ndarray[Any, Any]
Classes = list[dict[str, Any]]

DEFAULT_BINS = 5
_NAMES = {
    1: ("All values",),
    2: ("Low", "High"),
    3: ("Low", "Medium", "High"),
    4: ("Very low", "Low", "High", "Very high"),
    5: ("Very low", "Low", "Medium", "High", "Very high"),
}


@dataclass(frozen=True, slots=True)
class Pixels:
    """The valid values of one date, and the area of one pixel in square metres."""

    values: Array
    pixel_m2: float


def pixels_of(path: Path) -> Pixels:
    """Read the valid values of a raster's first band, scale and offset applied.

    Raises:
        OSError: it cannot be read.
    """
    with gdal_quiet():
        raster = open_raster(path)
        values = BandReader(raster, 1).read((0, 0, raster.RasterXSize, raster.RasterYSize))
        _, east, turn_x, _, turn_y, south = raster.GetGeoTransform()
    return Pixels(values[np.isfinite(values)], abs(east * south - turn_x * turn_y))


def dynamic(pixels: Pixels, colormap: str, bins: int = DEFAULT_BINS) -> Classes:
    """Return classes of equal width over the values of one date."""
    edges = equal_edges(pixels.values, bins)
    classes = _classes(edges, class_names(bins), colour_maps.colours(colormap, bins))
    return measured(classes, pixels)


def theoretical(pixels: Pixels, theory: Theory) -> Classes:
    """Return the fixed classes of a preset, measured on one date."""
    return measured(_classes(theory.edges, theory.labels, theory.colours), pixels)


def recomputed(given: Sequence[Mapping[str, Any]], pixels: Pixels) -> Classes:
    """Return classes of equal width in colours and labels that were given without edges."""
    edges = equal_edges(pixels.values, len(given))
    return measured(_classes(edges, [c["label"] for c in given], [c["color"] for c in given]), pixels)


def class_names(count: int) -> tuple[str, ...]:
    """Return plain names for so many classes, low to high."""
    return _NAMES.get(count) or tuple(f"Class {number}" for number in range(1, count + 1))


def equal_edges(values: Array, bins: int) -> list[float]:
    """Return edges of equal classes around all values, rounded outward: no value is at or above the last one."""
    if not values.size:
        return [round(step / bins, 6) for step in range(bins + 1)]
    low = math.floor(float(values.min()) * 1e4) / 1e4
    high = math.ceil(float(values.max()) * 1e4) / 1e4
    if high <= values.max():
        high = round(high + 1e-4, 4)
    inner = [round(low + (high - low) * step / bins, 6) for step in range(1, bins)]
    return [low, *inner, high]


def _classes(edges: Sequence[float], labels: Sequence[str], colours: Sequence[str]) -> Classes:
    gaps = zip(edges, edges[1:], colours, labels, strict=False)
    return [{"min": low, "max": high, "color": colour, "label": label} for low, high, colour, label in gaps]


def measured(classes: Sequence[Mapping[str, Any]], pixels: Pixels) -> Classes:
    """Return classes with the area (m²) and the share (%) of the valid pixels each holds."""
    total = max(pixels.values.size, 1)
    counts = [int(np.count_nonzero(mask)) for mask in members(classes, pixels.values)]
    return [
        {**_written(c), "area": round(n * pixels.pixel_m2, 2), "area_percentage": round(100 * n / total, 4)}
        for c, n in zip(classes, counts, strict=True)
    ]


def members(classes: Sequence[Mapping[str, Any]], values: Array) -> Iterator[Array]:
    """Yield for every class which values it holds: its minimum is in, its maximum out, save for the topmost."""
    top = max((c["max"] for c in classes), default=math.inf)
    for c in classes:
        below = values <= c["max"] if c["max"] == top else values < c["max"]
        yield (values >= c["min"]) & below


def _written(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {name: entry[name] for name in ("min", "max", "color", "label")}


def as_legend(classes: Sequence[Mapping[str, Any]]) -> Legend:
    """Return the classes as the plugin's legend."""
    return Legend(tuple(LegendClass(c["min"], c["max"], colour_of(c["color"]), c["label"]) for c in classes))


def colour_of(text: str) -> Colour:
    """Read ``#rrggbb``."""
    return Colour(int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16))
