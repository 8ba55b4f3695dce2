"""How well a picture agrees with the values it was drawn from, where it is laid on them."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from osgeo import gdal

from .band_values import BandReader
from .earth import transformation_between
from .picture_view import PictureView
from .placement import open_placed, reference_of

Array = np.ndarray[Any, Any]
Positions = Callable[[Array], Array]

_MOST_VALUES = 16_000_000
_SAMPLES = 300  # rows and columns that are looked at
_KNOTS = 17  # points a side that are projected; between them positions are interpolated
_MOST_COLOURS, _SHADES = 64, 24
_LEAST = 2_000


class Agreement(NamedTuple):
    """How well a picture lies on values.

    Attributes:
        likeness: the share of the values' variance that the picture's colours explain, 0 to 1.
        offset: how far off the best agreement is in either half of the picture, in its pixels.
    """

    likeness: float
    offset: float


class ValueMatch:
    """A picture and the values of its date; call it inside ``gdal_quiet``.

    Raises:
        RasterUnreadable: the values cannot be read.
        RasterTooLarge: decoding them would need too much memory.
        OSError: their file cannot be read.
    """

    def __init__(self, view: PictureView, raster: Path) -> None:
        dataset = open_placed(raster)
        self._view = view
        self._reference = dataset.GetSpatialRef()
        self._back = gdal.InvGeoTransform(dataset.GetGeoTransform())
        size = (dataset.RasterXSize, dataset.RasterYSize)
        self._values = BandReader(dataset, 1).read((0, 0, *size)) if size[0] * size[1] <= _MOST_VALUES else None
        height, width = view.opaque.shape
        self._rows = np.unique(np.linspace(0, height - 1, min(height, _SAMPLES)).astype(int))
        self._columns = np.unique(np.linspace(0, width - 1, min(width, _SAMPLES)).astype(int))
        self._codes = self._coded()

    def agreement(self, positions: Positions, crs: str, pixel: float) -> Agreement | None:
        """Return how well the picture agrees with the values where it is laid; ``None`` where too little is seen.

        Args:
            positions: returns the map positions, in units of ``crs``, of columns and rows in the map window.
            pixel: width of a pixel of the values, in pixels of the picture.
        """
        if self._values is None or self._reference is None:
            return None
        found = _Laid(self._codes, self._places(positions, crs), self._values)
        whole = found.likeness((0.0, 0.0), ...)
        if whole is None:
            return None
        rows, columns = self._codes.shape
        halves: list[Any] = [np.s_[:, : columns // 2], np.s_[:, columns // 2 :], np.s_[: rows // 2], np.s_[rows // 2 :]]
        offsets = [found.offset(part, axis, max(1.0, pixel)) for part in halves for axis in (0, 1)]
        return Agreement(whole, max(offsets))

    def _coded(self) -> Array:
        """Return the number of each sample's colour, -1 where it is not of the map."""
        view, window = self._view, self._view.window
        top, left = window.row // view.step, window.column // view.step
        pixels = view.rgba[np.ix_(self._rows + top, self._columns + left)].astype(np.int64)
        colours = pixels[..., 0] | pixels[..., 1] << 8 | pixels[..., 2] << 16
        known, codes = np.unique(colours, return_inverse=True)
        codes = codes.reshape(colours.shape)
        if len(known) > _MOST_COLOURS:
            codes = pixels[..., :3].sum(axis=-1) * _SHADES // 766
        return np.where(view.opaque[np.ix_(self._rows, self._columns)], codes, -1)

    def _places(self, positions: Positions, crs: str) -> Callable[[tuple[float, float]], tuple[Array, Array]]:
        """Return a function that returns columns and rows of the values under all samples, moved by some pixels."""
        height, width = self._view.opaque.shape
        xs, ys = np.linspace(-1, width + 1, _KNOTS), np.linspace(-1, height + 1, _KNOTS)
        knots = np.stack([each.ravel() for each in np.meshgrid(xs, ys)], axis=1)
        way = transformation_between(reference_of(crs), self._reference)
        points = np.array(way.TransformPoints(positions(knots).tolist()), dtype=np.float64)
        left, a, b, top, d, e = self._back
        east, north = points[:, 0], points[:, 1]
        grids = [each.reshape(_KNOTS, _KNOTS) for each in (left + a * east + b * north, top + d * east + e * north)]

        def at(shift: tuple[float, float]) -> tuple[Array, Array]:
            x, y = self._columns + 0.5 + shift[0], self._rows + 0.5 + shift[1]
            columns, rows = (_between(grid, (x + 1) / (width + 2), (y + 1) / (height + 2)) for grid in grids)
            return columns, rows

        return at


class _Laid:
    """Samples of a picture laid on values."""

    def __init__(self, codes: Array, at: Callable[[tuple[float, float]], tuple[Array, Array]], values: Array) -> None:
        self._codes, self._at, self._values = codes, at, values

    def likeness(self, shift: tuple[float, float], part: Any) -> float | None:
        """Return the share of the variance of values that colours explain within a part of the samples."""
        columns, rows = (np.floor(each[part]) for each in self._at(shift))
        codes = self._codes[part]
        height, width = self._values.shape
        with np.errstate(invalid="ignore"):
            seen = (codes >= 0) & (columns >= 0) & (columns < width) & (rows >= 0) & (rows < height)
        values = self._values[rows[seen].astype(int), columns[seen].astype(int)]
        known = np.isfinite(values)
        return _explained(codes[seen][known], values[known])

    def offset(self, part: Any, axis: int, step: float) -> float:
        """Return how far off the best agreement of a part is along an axis, in pixels; infinite where none is seen."""
        moves = [(move, 0.0) if axis == 0 else (0.0, move) for move in (-step, 0.0, step)]
        found = [self.likeness(move, part) for move in moves]
        if None in found:
            return math.inf
        before, here, after = (each or 0.0 for each in found)
        drop, lean = here - (before + after) / 2, abs(after - before) / 2
        if drop <= 0:
            return math.inf
        return step * lean / (drop + lean)  # agreement falls off evenly to both sides of its peak


def _between(grid: Array, x: Array, y: Array) -> Array:
    """Return a grid of knots interpolated at shares of its width and height, shape (len(y), len(x))."""
    places = []
    for share in (x, y):
        place = np.clip(share, 0, 1) * (_KNOTS - 1)
        first = np.minimum(place.astype(int), _KNOTS - 2)
        places.append((first, place - first))
    (column, right), (row, down) = places
    row, down = row[:, np.newaxis], down[:, np.newaxis]
    upper = grid[row, column] * (1 - right) + grid[row, column + 1] * right
    lower = grid[row + 1, column] * (1 - right) + grid[row + 1, column + 1] * right
    between: Array = upper * (1 - down) + lower * down
    return between


def _explained(codes: Array, values: Array) -> float | None:
    if len(values) < _LEAST or not values.std():
        return None
    counts, sums = np.bincount(codes), np.bincount(codes, weights=values)
    means = sums / np.maximum(1, counts)
    return float((counts * (means - values.mean()) ** 2).sum() / (len(values) * values.var()))
