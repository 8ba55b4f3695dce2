"""Measurement of the area of each class in a raster, window by window."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from osgeo import gdal, osr

from ..legend.intervals import Stretch, stretches
from ..legend.spec import ColourMapKind, Legend
from .band_values import BandReader
from .budget import IsStopped, check_stopped, never
from .earth import transformation_between
from .errors import RasterUnreadable
from .evaluate import Window
from .placement import georeference_of, open_placed
from .raster_io import gdal_quiet

Array = np.ndarray[Any, Any]

_WIDE, _PIXELS = 4096, 1 << 20  # a window's width and size at most: 8 MB of values
_EQUAL_AREA = 6933  # WGS 84 / NSIDC EASE-Grid 2.0 Global: cylindrical, areas are those of the ellipsoid
_ROUND = 2 * 17367530.445161376  # metres round the globe in it
_TRUE = 0.01  # a map plane that is wrong by less than this share counts as true


@dataclass(frozen=True, slots=True)
class Partition:
    """The number line cut into parts, lowest first.

    Attributes:
        bounds: the upper bound of each part, which is out; the first part begins at minus infinity.
        owners: the class number of each part; -1 belongs to no class.
        count: how many classes there are, those without a part included.
        closed_top: whether the topmost part holds its upper bound, too.
    """

    bounds: tuple[float, ...]
    owners: tuple[int, ...]
    count: int
    closed_top: bool = False

    def classes_of(self, values: Array) -> Array:
        """Return the class number of each value; -1 where it is in none."""
        bounds = np.asarray(self.bounds, dtype=np.float64)
        parts = np.searchsorted(bounds, values, side="right")
        if self.closed_top and len(bounds):
            parts[values == bounds[-1]] = len(bounds) - 1
        return np.asarray((*self.owners, -1))[parts]


def partition_of(legend: Legend) -> Partition:
    """Return the classes of intervals or single values as parts of the number line, by the rule they are drawn by."""
    numbers = {id(entry): number for number, entry in enumerate(legend.classes)}
    parts = stretches(legend) if legend.kind is ColourMapKind.INTERVALS else _points(legend)
    owners = tuple(-1 if part.entry is None else numbers[id(part.entry)] for part in parts)
    return Partition(tuple(part.high for part in parts), owners, len(legend), legend.closed_top)


def _points(legend: Legend) -> list[Stretch]:
    """Return a list of values as parts that hold one number each."""
    found: list[Stretch] = []
    for entry in sorted((c for c in legend.classes if c.minimum is not None), key=lambda c: c.minimum or 0):
        value = float(entry.minimum or 0)
        found += [Stretch(-math.inf, value, None), Stretch(value, math.nextafter(value, math.inf), entry)]
    return found


@dataclass(frozen=True, slots=True)
class Areas:
    """Square metres of each class by its number, and of all pixels that hold a value."""

    classes: tuple[float, ...]
    total: float


def class_areas(path: Path, partition: Partition, is_stopped: IsStopped = never) -> Areas:
    """Measure the classes over the first band of a raster, with its scale and offset applied.

    Pixels without data (no-data, mask, alpha 0, not finite) count nowhere. Where the raster's map plane shows areas
    true to one per cent, as UTM does, areas are those of that plane, as pixels times their size; elsewhere
    (longitude and latitude, Web Mercator) they are those of the ellipsoid.

    Raises:
        RasterUnreadable: no place or CRS, or not a raster.
        RasterTooLarge: decoding it would need too much memory.
        Interrupted: ``is_stopped`` returned true.
    """
    with gdal_quiet():
        dataset = open_placed(path)
        ground = Ground(dataset, path.name)
        sums = np.zeros(partition.count + 1)  # the last one is of no class
        reader = BandReader(dataset, 1)
        for window in windows_of(dataset, reader):
            check_stopped(is_stopped)
            values, valid = read_values(reader, window, path.name)
            found = partition.classes_of(values)[valid]
            weights = np.broadcast_to(ground.pixel_areas(window)[:, np.newaxis], valid.shape)[valid]
            sums += np.bincount(np.where(found < 0, partition.count, found), weights, len(sums))
    return Areas(tuple(sums[:-1].tolist()), float(sums.sum()))


def windows_of(dataset: Any, *readers: BandReader) -> Iterator[Window]:
    """Yield windows that cover a raster; the memory of readers is freed as often as whole blocks were read."""
    for part in _parts(dataset):
        yield from _windows(part)
        for reader in readers:
            reader.forget()


def _parts(dataset: Any) -> Iterator[Window]:
    """Yield whole blocks that cover a raster, a few at a time: none is decoded twice."""
    width, height = dataset.GetRasterBand(1).GetBlockSize()
    whole = Window(0, 0, dataset.RasterXSize, dataset.RasterYSize)
    rows = height * max(1, min(_WIDE, _PIXELS // _WIDE) // height)
    yield from _tiles(whole, width * max(1, _WIDE // width), rows)


def _windows(part: Window) -> Iterator[Window]:
    """Yield windows of a part."""
    columns = min(part.width, _WIDE)
    yield from _tiles(part, columns, max(1, _PIXELS // columns))


def _tiles(whole: Window, width: int, height: int) -> Iterator[Window]:
    for row in range(whole.row, whole.row + whole.height, height):
        for column in range(whole.column, whole.column + whole.width, width):
            right, bottom = whole.column + whole.width, whole.row + whole.height
            yield Window(column, row, min(width, right - column), min(height, bottom - row))


def read_values(reader: BandReader, window: Window, name: str) -> tuple[Array, Array]:
    """Return the values of a window, and where they are values."""
    try:
        values = reader.read((window.column, window.row, window.width, window.height))
    except OSError as error:
        raise RasterUnreadable("not-raster", name, str(error)) from error
    return values, np.isfinite(values)


class Ground:
    """The area of a raster's pixels on the ground."""

    def __init__(self, dataset: Any, name: str) -> None:
        self._name = name
        self._transform, reference = georeference_of(dataset, name)
        _, east, turn_x, _, turn_y, south = self._transform
        self._plane = abs(east * south - turn_x * turn_y) * reference.GetLinearUnits() ** 2
        self._to_equal_area = _to_equal_area(reference)
        self._is_true = not reference.IsGeographic() and self._shows_true_areas(dataset)

    def pixel_areas(self, window: Window) -> Array:
        """Return the square metres of a pixel in each row of a window."""
        return np.full(window.height, self._plane) if self._is_true else self._ellipsoidal(window)

    def _shows_true_areas(self, dataset: Any) -> bool:
        middle = Window(dataset.RasterXSize // 2, dataset.RasterYSize // 2, 1, 1)
        return bool(abs(self._ellipsoidal(middle)[0] / self._plane - 1) < _TRUE)

    def _ellipsoidal(self, window: Window) -> Array:
        """Measure the middle pixel of each row as a quadrangle of an equal-area projection."""
        middle = window.column + window.width // 2
        left, right = self._edge(middle, window), self._edge(middle + 1, window)
        corners = np.stack([left[:-1], right[:-1], right[1:], left[1:]])
        x, y = (corners - corners[:1]).transpose(2, 0, 1)
        x = (x + _ROUND / 2) % _ROUND - _ROUND / 2  # near the first corner, also across the 180th meridian
        crossed = x * np.roll(y, -1, axis=0) - np.roll(x, -1, axis=0) * y
        return np.asarray(np.abs(crossed.sum(axis=0)) / 2)

    def _edge(self, column: int, window: Window) -> Array:
        rows = range(window.row, window.row + window.height + 1)
        points = [gdal.ApplyGeoTransform(self._transform, column, row) for row in rows]
        found = np.asarray([point[:2] for point in self._to_equal_area.TransformPoints(points)])
        if not np.isfinite(found).all():
            raise RasterUnreadable("no-place", self._name, "beyond the Earth")
        return found


def _to_equal_area(reference: Any) -> Any:
    target = osr.SpatialReference()
    target.ImportFromEPSG(_EQUAL_AREA)
    return transformation_between(reference, target)
