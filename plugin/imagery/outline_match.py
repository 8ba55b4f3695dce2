"""Fit of an outline to the opaque part of a picture, by the places where rows and columns cross its edges.

Between an opaque and a transparent pixel the outline runs through the line from centre to centre, so each such pair
brackets the crossing of the outline with its row or column within half a pixel.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import Enum
from typing import Any, NamedTuple

import numpy as np

from .evaluate import Window

Array = np.ndarray[Any, Any]

_MOST_LINES = 600
_MOST_BLOCK = 32
_BLOCKY = 0.9
_APART = 1e7  # more pixels than a picture is wide
_SLACK = 0.1  # pixels: outlines in degrees are straight, those in other grids nearly
_TOUCHING = 0.5 + _SLACK
_LEAST_TOUCHED = 0.2  # share of the crossings of a side
_COARSE, _LEAST_COARSE = 1.6, 0.05  # pixels within the outline, and the share of turns that are farther from it
_INWARD, _STEPS_OUT = 0.02, 8
_SD = 0.29  # of a place that is known within one pixel
_LEAST, _LEAST_SHARE = 12, 0.1  # crossings for a fit, and their share of those that can be seen
_FLAT = 4.0  # an edge that moves by fewer pixels from end to end of the picture runs along them
_WELL = 1e-4  # of the strongest direction of a fit: weaker ones are not determined


class Rule(Enum):
    """Which pixels are opaque: those with their centre in the outline, those it touches, or the first in part.

    ``WITHIN`` is the picture of a raster that was itself cut to the outline, in coarser pixels of its own: where these
    end before the outline does, the picture ends with them.
    """

    CENTRE = 0
    TOUCH = 1
    WITHIN = 2


class Grid(NamedTuple):
    """Where map positions lie in a picture: ``column = a x + b``, ``row = c y + d``."""

    a: float
    b: float
    c: float
    d: float

    def pixels(self, rings: Sequence[Array]) -> list[Array]:
        """Return rings as columns and rows."""
        return [ring * (self.a, self.c) + (self.b, self.d) for ring in rings]


class _Axis(NamedTuple):
    """Where rows (or columns) turn from transparent to opaque, and from opaque to transparent.

    Attributes:
        first, step, rows: the rows that are looked at; the centre of the first is at ``first``.
        length: of a row, in pixels.
        turns: for each kind of turn the row's number and the place between two pixels, in order.
        hidden: first and last row's number, first and last place, that a painted legend hides.
    """

    first: float
    step: int
    rows: int
    length: int
    turns: tuple[tuple[Array, Array], tuple[Array, Array]]
    hidden: tuple[float, float, float, float] | None

    def is_seen(self, lines: Array, places: Array) -> Array:
        """Return which places are neither at the border nor near the painted legend."""
        seen = (places > 1) & (places < self.length - 1)
        if self.hidden is None:
            return seen
        top, bottom, left, right = self.hidden
        row = self.first + lines * self.step
        return seen & ~((row > top - 2) & (row < bottom + 2) & (places > left - 2) & (places < right + 2))

    def seen_turns(self) -> Array:
        """Return the places of the turns that are seen, without their rows."""
        return np.concatenate([places[self.is_seen(lines, places)] for lines, places in self.turns])


class Match(NamedTuple):
    """The crossings of an outline, each with the turn of the picture nearest to it.

    Attributes:
        misses: turn minus crossing in pixels, of those that are near each other.
        rows: of each such crossing, its shift by a change of the grid (see ``_effects``).
        signs: 1 where the picture turns opaque, -1 where it turns transparent.
        leans: how many pixels the outline moves from one row to the next.
        weights: less than 1 where many crossings are one observation: those of an edge along the pixels.
        sides: number of the side of the picture that an edge faces, 0 to 3.
        expected: number of crossings that can be seen.
    """

    misses: Array
    rows: Array
    signs: Array
    leans: Array
    weights: Array
    sides: Array
    expected: int

    @property
    def share(self) -> float:
        """Return the share of the crossings that the picture has a turn near to."""
        return len(self.misses) / max(1, self.expected)

    def from_centre(self, block: int, rule: Rule) -> Array:
        """Return the misses from the middle of their brackets, where opaque pixels come in blocks."""
        if rule is not Rule.TOUCH:
            return self.misses
        middle: Array = self.misses + self.signs * (1 + self.leans) * block / 2
        return middle

    def outside(self, block: int, rule: Rule) -> float:
        """Return the share of crossings outside their brackets."""
        if not len(self.misses):
            return 1.0
        if rule is Rule.WITHIN:
            return self._beyond()
        half = block / 2 + self.leans * (block - 1) / 2 + _SLACK
        return float((np.abs(self.from_centre(block, rule)) > half).mean())

    def error(self, block: int) -> float:
        """Return the standard error, in pixels at the picture's corners, of a grid that is known by these crossings."""
        normal = self.rows.T @ (self.rows * self.weights[:, np.newaxis])
        return _error_of(normal) * block**1.5 if _is_determined(normal) else math.inf

    def touching(self) -> Array:
        """Return which turns are at the outline itself."""
        touching: Array = np.abs(self.misses) <= _TOUCHING
        return touching

    def _beyond(self) -> float:
        """Return the share of turns that lie beyond the outline; 1 where a side of it is nowhere touched.

        Also where turns are so near the outline that finer pixels, a little moved, explain them as well.
        """
        inward = self.misses * self.signs
        if (inward > _COARSE).mean() < _LEAST_COARSE:
            return 1.0
        touched, all_of = (np.bincount(self.sides[which], minlength=4) for which in (self.touching(), ...))
        if (touched < _LEAST_TOUCHED * all_of).any():
            return 1.0
        return float((inward < -_TOUCHING).mean())


class Edges:
    """The edges of the opaque part of a picture.

    Args:
        opaque: boolean, shape (height, width).
        hidden: the box of a painted legend within it.
    """

    def __init__(self, opaque: Array, hidden: Window | None = None) -> None:
        self.height, self.width = opaque.shape
        box = None
        if hidden is not None:
            box = (hidden.row, hidden.row + hidden.height, hidden.column, hidden.column + hidden.width)
        self._axes = (_axis(opaque, box), _axis(opaque.T, box and (box[2], box[3], box[0], box[1])))
        self.block = _block([axis.seen_turns() for axis in self._axes])

    def match(self, rings: Sequence[Array], reach: float) -> Match:
        """Return the crossings of rings, given in pixels, with the turns within ``reach`` pixels of them."""
        sides, expected = [], 0
        for number, axis in enumerate(self._axes):
            lines, places, slopes = _crossings(rings, axis, number)
            parity = _ranks(lines) % 2
            seen = axis.is_seen(lines, places) & (np.abs(slopes) <= 1)
            expected += int(seen.sum())
            for kind in (0, 1):
                own = seen & (parity == kind)
                sides.append(self._side(number, kind, (lines[own], places[own], slopes[own]), reach))
        misses, rows, signs, leans, weights, faces = (np.concatenate(each) for each in zip(*sides, strict=True))
        return Match(misses, rows, signs, leans, weights, faces, expected)

    def strays(self, rings: Sequence[Array], reach: float) -> float:
        """Return the share of the picture's turns that lie outside of rings, given in pixels, by more than a reach."""
        found = [_strays(axis, _crossings(rings, axis, number), reach) for number, axis in enumerate(self._axes)]
        outside, seen = map(sum, zip(*found, strict=True))
        return outside / max(1, seen)

    def covered(self, rings: Sequence[Array]) -> float:
        """Return the share of the picture that lies within rings, given in pixels."""
        axis = self._axes[0]
        lines, places, _ = _crossings(rings, axis, 0)
        signs = 2 * (_ranks(lines) % 2) - 1
        return float((signs * places.clip(0, axis.length)).sum()) / (axis.rows * axis.length)

    def _side(self, number: int, kind: int, crossings: tuple[Array, Array, Array], reach: float) -> tuple[Array, ...]:
        """Return misses, rows, signs, leans, weights and sides of the crossings of one axis and kind of turn."""
        axis = self._axes[number]
        lines, places, slopes = crossings
        turn = _nearest(axis.turns[kind], lines, places)
        near = np.abs(turn - places) <= reach
        lines, places, slopes, turn = lines[near], places[near], slopes[near], turn[near]
        rows = _effects(number, axis.first + lines * axis.step, places, slopes, (self.width, self.height))
        leans = np.abs(slopes)
        weights = np.ones(len(turn))
        flat = leans * max(self.width, self.height) < _FLAT
        _, group, counts = np.unique(turn[flat], return_inverse=True, return_counts=True)
        weights[flat] = 1 / counts[group]
        signs, sides = (np.full(len(turn), each) for each in (1 - 2 * kind, 2 * number + kind))
        return turn - places, rows, signs, leans, weights, sides

    def fit(self, rings: Sequence[Array], grid: Grid, rule: Rule, block: int) -> tuple[Grid, float] | None:
        """Return the grid that fits rings best, and its standard error in pixels at the picture's corners.

        ``None`` where the edges do not determine it.

        Args:
            grid: the grid to begin with.
            block: pixels of the picture that are opaque or transparent together.
        """
        spread: Array | None = None
        for reach, inward in self._steps(rule, block):
            match = self.match(grid.pixels(rings), reach)
            emphasis = np.where(match.misses * match.signs <= _TOUCHING, 1.0, inward)
            solved = _solved(match, match.from_centre(block, rule), emphasis)
            if solved is None:
                return None
            change, spread = solved
            grid = _changed(grid, change, (self.width, self.height))
        return None if spread is None else (grid, _error_of(spread) * block**1.5)

    def _steps(self, rule: Rule, block: int) -> Sequence[tuple[float, float]]:
        """Return the steps of a fit: the search distance of turns, and the weight of those within the outline."""
        widest = max(8.0, 0.03 * max(self.width, self.height))
        near = (1.0 if rule is Rule.CENTRE else 2.0) + block
        if rule is Rule.WITHIN:
            return [(widest, 1.0)] + [(widest, _INWARD)] * _STEPS_OUT + [(near, 0.0)] * 2
        return [(reach, 1.0) for reach in (widest, widest / 2, widest / 4, near + 1, near, near)]


def _axis(opaque: Array, box: tuple[float, float, float, float] | None) -> _Axis:
    count, length = opaque.shape
    step = -(-count // _MOST_LINES)
    first = step // 2
    picked = np.ascontiguousarray(opaque[first::step])
    before, after = picked[:, :-1], picked[:, 1:]
    turns = (_turns(~before & after), _turns(before & ~after))
    return _Axis(first + 0.5, step, len(picked), length, turns, box)


def _turns(is_turn: Array) -> tuple[Array, Array]:
    lines, places = np.nonzero(is_turn)
    return lines, places + 1.0


def _block(across: Sequence[Array]) -> int:
    """Return the size of the blocks that turns along either axis follow, in pixels; 1 where there are none."""
    for size in range(_MOST_BLOCK, 1, -1):
        if all(_is_blocky(each, size) for each in across):
            return size
    return 1


def _is_blocky(places: Array, size: int) -> bool:
    """Return whether nearly all of many different places lie a whole number of blocks apart."""
    if len(np.unique(places)) < 6:
        return False
    return bool(np.bincount(places.astype(int) % size).max() >= _BLOCKY * len(places))


def _crossings(rings: Sequence[Array], axis: _Axis, number: int) -> tuple[Array, Array, Array]:
    """Return where rings cross the rows, or for axis 1 the columns: their number, the place and the slope, in order."""
    turned = [ring[:, ::-1] if number else ring for ring in rings]
    starts = np.vstack([ring[:-1] for ring in turned])
    ends = np.vstack([ring[1:] for ring in turned])
    low, high = np.minimum(starts[:, 1], ends[:, 1]), np.maximum(starts[:, 1], ends[:, 1])
    first = np.clip(np.ceil((low - axis.first) / axis.step), 0, axis.rows).astype(np.int64)
    last = np.clip(np.ceil((high - axis.first) / axis.step), 0, axis.rows).astype(np.int64)
    counts = last - first
    edge = np.repeat(np.arange(len(starts)), counts)
    lines = first[edge] + np.arange(len(edge)) - np.repeat(np.cumsum(counts) - counts, counts)
    run, rise = (ends - starts)[edge].T
    slopes = run / rise
    places = starts[edge, 0] + (axis.first + lines * axis.step - starts[edge, 1]) * slopes
    order = np.lexsort((places, lines))
    return lines[order], places[order], slopes[order]


def _ranks(lines: Array) -> Array:
    """Return the place of each crossing among those of its row."""
    ranks: Array = np.arange(len(lines)) - np.searchsorted(lines, lines)
    return ranks


def _nearest(turns: tuple[Array, Array], lines: Array, places: Array) -> Array:
    """Return the turn of the same row nearest to each place; one far away where there is none."""
    keys = turns[0] * _APART + turns[1]
    if not len(keys):
        return np.full(len(lines), -_APART)
    near: Array = keys[_nearest_of(keys, lines * _APART + places)] - lines * _APART
    return near


def _nearest_of(keys: Array, wanted: Array) -> Array:
    """Return the number of the nearest of sorted keys for each that is wanted."""
    after = np.searchsorted(keys, wanted).clip(1, max(1, len(keys) - 1)).clip(0, len(keys) - 1)
    before = (after - 1).clip(0)
    return np.where(keys[after] - wanted < wanted - keys[before], after, before)


def _strays(axis: _Axis, crossings: tuple[Array, Array, Array], reach: float) -> tuple[int, int]:
    """Return how many turns of an axis lie outside of the outline, by more than ``reach``, and how many there are."""
    lines, places, slopes = crossings
    keys = lines * _APART + places
    outside = seen = 0
    for turn_lines, turn_places in axis.turns:
        is_seen = axis.is_seen(turn_lines, turn_places)
        wanted = (turn_lines * _APART + turn_places)[is_seen]
        seen += len(wanted)
        if not len(keys):
            outside += len(wanted)
            continue
        nearest = _nearest_of(keys, wanted)
        is_far = np.abs(keys[nearest] - wanted) > reach * np.maximum(1, np.abs(slopes[nearest]))
        outside += int((is_far & (np.searchsorted(keys, wanted) % 2 == 0)).sum())
    return outside, seen


def _effects(number: int, at: Array, places: Array, slopes: Array, size: tuple[int, int]) -> Array:
    """Return by how much crossings move with the width, column, height and row of the grid, shape (n, 4)."""
    columns, rows = (at, places) if number else (places, at)
    x, y = columns / size[0] - 0.5, rows / size[1] - 0.5
    ones = np.ones_like(x)
    across, down = np.stack([x, ones, 0 * x, 0 * x], axis=1), np.stack([0 * x, 0 * x, y, ones], axis=1)
    along, other = (down, across) if number else (across, down)
    effects: Array = along - slopes[:, np.newaxis] * other
    return effects


def _solved(match: Match, misses: Array, emphasis: Array) -> tuple[Array, Array] | None:
    """Return the change of a grid that brings crossings to their turns, and the normal matrix that determines it.

    Args:
        emphasis: how much each crossing counts, from 0 to 1.
    """
    if emphasis.sum() < _LEAST or match.share < _LEAST_SHARE:
        return None
    normal = match.rows.T @ (match.rows * emphasis[:, np.newaxis])
    weighted = match.rows.T @ (match.rows * (emphasis * match.weights)[:, np.newaxis])
    if not _is_determined(weighted):
        return None
    return np.linalg.solve(normal, match.rows.T @ (misses * emphasis)), weighted


def _is_determined(normal: Array) -> bool:
    strengths = np.linalg.eigvalsh(normal)
    return bool(strengths[0] > _WELL * strengths[-1])


def _error_of(normal: Array) -> float:
    """Return the standard error of a change at the picture's corners, in pixels."""
    spread = np.linalg.inv(normal)
    corners = [np.array([x, 1, 0, 0]) for x in (-0.5, 0.5)] + [np.array([0, 0, y, 1]) for y in (-0.5, 0.5)]
    worst = max(float(corner @ spread @ corner) for corner in corners)
    return _SD * math.sqrt(2 * worst)


def _changed(grid: Grid, change: Array, size: tuple[int, int]) -> Grid:
    wider, right, higher, down = map(float, change)
    across, along = 1 + wider / size[0], 1 + higher / size[1]
    return Grid(
        grid.a * across,
        grid.b * across + right - wider / 2,
        grid.c * along,
        grid.d * along + down - higher / 2,
    )
