"""The classes of a picture's pixels, by their colours and those of a legend.

Exact colours count first, then colours that a lossy drawing changed a little. A pixel that smoothing mixed from two
classes beside it goes to the nearer one. All other pixels, and those under the painted legend, are no-data.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any

import numpy as np

from ..legend.spec import ColourMapKind, Legend
from .budget import IsStopped, check_stopped, never
from .errors import ClassesRefused
from .evaluate import Window
from .painted_legend import find_painted_legend
from .picture_rows import PictureRows, opened_picture
from .png_file import TILE_ROWS, read_structure
from .raster_io import gdal_quiet

Array = np.ndarray[Any, Any]

NO_CLASS = 0  # the pixel value of no-data; class n of the legend, from 1, has the value n
MOST_CLASSES = 63  # bits of a number, less one
LEAST_SHARE = 0.98
_UNKNOWN = 255
_DRAWN = 128  # the alpha from which a pixel is more drawn than not
_NEAR = 3  # steps of a channel that a lossy or rounded colour may be off
_REACH = 2  # pixels over which smoothing mixes two classes
_AT_ONCE = 1 << 16  # mixed pixels sorted at a time
_COLOURS = 1 << 24
_PAPER = (4, 12)  # rows and columns of a legend's paper without letters, at least
_WHITE = 240
_BITS = np.left_shift(np.uint64(1), np.arange(MOST_CLASSES + 1, dtype=np.uint64))


@dataclass(frozen=True, slots=True)
class ClassPixels:
    """The classes of a picture's pixels.

    Attributes:
        values: uint8, shape (height, width): the number of each pixel's class in the legend from 1, or ``NO_CLASS``.
        overlay: the box of the painted legend, whose pixels have no class.
        share: the part of the drawn pixels outside of it that have a class.
    """

    values: Array
    overlay: Window | None
    share: float


def check_colours(legend: Legend) -> None:
    """Check that each class of a legend can be told by its colour.

    Raises:
        ClassesRefused: there are no classes, too many, or two of one colour.
    """
    if not len(legend) or legend.kind is ColourMapKind.RAMP:
        raise ClassesRefused("no-classes")
    if len(legend) > MOST_CLASSES:
        raise ClassesRefused("too-many")
    names: dict[tuple[int, ...], list[str]] = defaultdict(list)
    for number, entry in enumerate(legend.classes, start=1):
        names[entry.colour[:3]].append(entry.label or str(number))
    same = next((found for found in names.values() if len(found) > 1), None)
    if same is not None:
        raise ClassesRefused("same-colour", tuple(same))


def classes_of_picture(
    png: bytes, legend: Legend, *, window: Window | None = None, is_stopped: IsStopped = never
) -> ClassPixels:
    """Return the classes of the pixels of a PNG by the colours of its legend.

    Args:
        window: the part of the picture that is map; all of it where absent.

    Raises:
        ClassesRefused: the legend's colours are not those of the picture, or do not tell its classes.
        PictureUnreadable: the bytes are no whole PNG.
        RasterTooLarge: the picture has too many pixels; nothing was decoded.
        Interrupted: ``is_stopped`` returned true.
    """
    check_colours(legend)
    colours = np.asarray([entry.colour[:3] for entry in legend.classes], dtype=np.int16)
    file = read_structure(png)
    file.check_size()
    with gdal_quiet(), opened_picture(file) as rows:
        looked_up = _LookedUp(rows, colours, is_stopped)
    return looked_up.sorted(window or Window(0, 0, file.width, file.height), is_stopped)


class _LookedUp:
    """The pixels of a picture by their own colours, and the colours of those that are of no class."""

    def __init__(self, rows: PictureRows, colours: Array, is_stopped: IsStopped) -> None:
        self._colours = colours
        self.values = np.zeros((rows.height, rows.width), dtype=np.uint8)
        self._is_faint = False
        unknown, table = [], _table(colours)
        for row in range(0, rows.height, TILE_ROWS):
            check_stopped(is_stopped)
            rgba = rows.read(row, min(TILE_ROWS, rows.height - row))
            unknown.append(self._look_up(table, rgba, self.values[row : row + TILE_ROWS]))
            rows.forget()
        self._unknown = np.concatenate(unknown)

    def _look_up(self, table: Array, rgba: Array, values: Array) -> Array:
        """Fill in the classes of some rows; return the colours of drawn pixels that have none, shape (count, 3)."""
        np.take(table, _packed(rgba), out=values)
        is_drawn = rgba[3] >= _DRAWN
        self._is_faint = self._is_faint or bool((~is_drawn & (rgba[3] > 0)).any())
        values[~is_drawn] = NO_CLASS
        return np.asarray(rgba[:3, values == _UNKNOWN].T)

    def sorted(self, window: Window, is_stopped: IsStopped) -> ClassPixels:
        """Return the pixels of a part, with mixed ones sorted into classes.

        Raises:
            ClassesRefused: too many are of no class.
        """
        overlay = self._overlay()
        self._keep(window, overlay)
        place = np.nonzero(self.values == _UNKNOWN)
        self.values[place] = NO_CLASS
        classed = int(np.count_nonzero(self.values))
        if not classed and (len(place[0]) or self._is_faint):
            raise ClassesRefused("share")
        found = _unmixed(self.values, place, self._unknown, self._colours, is_stopped)
        self.values[place] = found
        classed += int(np.count_nonzero(found))
        drawn = classed + int(np.count_nonzero(found == NO_CLASS))
        share = classed / drawn if drawn else 1.0
        if share < LEAST_SHARE:
            raise ClassesRefused("share", share=share)
        return ClassPixels(self.values, overlay and _common(overlay, window), share)

    def _overlay(self) -> Window | None:
        """Return the box of the painted legend."""
        is_white = bool((self._colours.min(axis=1) >= _WHITE).any())  # a class may have the colour of the paper
        around = _around(_solid(self.values == _UNKNOWN)) if not is_white else _whole(self.values)
        if around is None:
            return None
        found = find_painted_legend(self._painted(around), [tuple(colour) for colour in self._colours.tolist()])
        if found is None:
            return None
        return Window(around.column + found.column, around.row + found.row, found.width, found.height)

    def _painted(self, part: Window) -> Array:
        """Return the colours of a part, those of classes exact, shape (height, width, 4)."""
        table = np.zeros((256, 4), dtype=np.uint8)
        table[1 : len(self._colours) + 1, :3] = self._colours
        table[1:, 3] = 255
        values = _cut(self.values, part)
        painted = table[values]
        is_there = np.zeros(self.values.shape, dtype=bool)
        _cut(is_there, part)[...] = True
        painted[values == _UNKNOWN, :3] = self._unknown[is_there[self.values == _UNKNOWN]]
        return painted

    def _keep(self, window: Window, overlay: Window | None) -> None:
        """Keep a part of the pixels, those under the painted legend without a class."""
        is_map = np.zeros(self.values.shape, dtype=bool)
        _cut(is_map, window)[...] = True
        if overlay is not None:
            _cut(is_map, overlay)[...] = False
        self._unknown = self._unknown[is_map[self.values == _UNKNOWN]]
        self.values[~is_map] = NO_CLASS
        self.values = np.ascontiguousarray(_cut(self.values, window))


def _common(box: Window, window: Window) -> Window | None:
    """Return the part of a box that lies in a window, counted from there; ``None`` where none does."""
    left, top = max(box.column - window.column, 0), max(box.row - window.row, 0)
    right = min(box.column + box.width - window.column, window.width)
    bottom = min(box.row + box.height - window.row, window.height)
    return Window(left, top, right - left, bottom - top) if left < right and top < bottom else None


def _cut(pixels: Array, part: Window) -> Array:
    """Return a view of a part."""
    return pixels[part.row : part.row + part.height, part.column : part.column + part.width]


def _whole(pixels: Array) -> Window:
    return Window(0, 0, pixels.shape[1], pixels.shape[0])


def _solid(chosen: Array) -> Array:
    """Return the upper left pixels of blocks that are chosen wholly, as paper is and the edges of classes are not."""
    height, width = _PAPER
    if chosen.shape[0] < height or chosen.shape[1] < width:
        return np.zeros((0, 0), dtype=bool)
    for step in (1, 2, 4, width - 8):
        chosen = chosen[:, step:] & chosen[:, :-step]
    for step in (1, height - 2):
        chosen = chosen[step:] & chosen[:-step]
    return chosen


def _around(corners: Array) -> Window | None:
    """Return the box around blocks, three times as wide and high as far as there are pixels; ``None`` without any."""
    if not corners.any():
        return None
    (top, bottom), (left, right) = (
        _ends(corners.any(axis=axis), size - 1) for axis, size in zip((1, 0), _PAPER, strict=True)
    )
    return Window(left, top, right - left, bottom - top)


def _ends(chosen: Array, more: int) -> tuple[int, int]:
    """Return where the chosen places begin and end with as much before and behind them; each is ``more`` longer."""
    places = np.flatnonzero(chosen)
    first, last = int(places[0]), int(places[-1]) + 1 + more
    return max(0, 2 * first - last), min(len(chosen) + more, 2 * last - first)


def _table(colours: Array) -> Array:
    """Return the class number of every colour there is, by its 24 bits; one near two classes is of neither."""
    table = np.full(_COLOURS, _UNKNOWN, dtype=np.uint8)
    steps = np.asarray([*product(range(-_NEAR, _NEAR + 1), repeat=3)], dtype=np.int16)
    near = [_packed(_in_range(colour + steps).T) for colour in colours]
    claims = np.unique(np.concatenate(near), return_counts=True)
    for number, found in enumerate(near, start=1):
        table[found] = number
    table[claims[0][claims[1] > 1]] = _UNKNOWN
    table[_packed(colours.T)] = np.arange(1, len(colours) + 1)
    return table


def _in_range(colours: Array) -> Array:
    return np.asarray(colours[((colours >= 0) & (colours <= 255)).all(axis=1)])


def _packed(channels: Array) -> Array:
    """Return red, green and blue as one number each pixel."""
    red, green, blue = (channels[number].astype(np.int32) for number in range(3))
    return np.asarray(red | (green << 8) | (blue << 16))


def _unmixed(values: Array, place: tuple[Array, ...], mixed: Array, colours: Array, is_stopped: IsStopped) -> Array:
    """Return the classes of pixels whose colours lie between those of two classes beside them, or ``NO_CLASS``."""
    found = np.full(len(mixed), NO_CLASS, dtype=np.uint8)
    padded, rgb = np.pad(values, _REACH), colours.astype(np.float32)
    for start in range(0, len(mixed), _AT_ONCE):
        check_stopped(is_stopped)
        part = slice(start, start + _AT_ONCE)
        near = _neighbours(padded, place[0][part], place[1][part])
        found[part] = _nearer(near, mixed[part].astype(np.float32), rgb)
    return found


def _neighbours(padded: Array, rows: Array, columns: Array) -> Array:
    """Return the classes near each pixel, a bit for each."""
    near = np.zeros(len(rows), dtype=np.uint64)
    corner = rows * padded.shape[1] + columns
    for down, right in product(range(2 * _REACH + 1), repeat=2):
        near |= _BITS[padded.ravel()[corner + (down * padded.shape[1] + right)]]
    return near


def _nearer(near: Array, mixed: Array, colours: Array) -> Array:
    """Return the class each pixel is nearer to, of the two classes near it that its colour is mixed from best."""
    found = np.full(len(mixed), NO_CLASS, dtype=np.uint8)
    least = np.full(len(mixed), _NEAR + 0.5, dtype=np.float32)
    for first, second in combinations(range(1, len(colours) + 1), 2):
        both = np.uint64(1 << first | 1 << second)
        between = np.flatnonzero(near & both == both)
        part, off = _mixture(mixed[between], colours[first - 1], colours[second - 1])
        better = off < least[between]
        least[between[better]] = off[better]
        found[between[better]] = np.where(part[better] <= 0.5, first, second)
    return found


def _mixture(mixed: Array, first: Array, second: Array) -> tuple[Array, Array]:
    """Return how much of the second colour is in each mixed one, and how far that is from the straight mixture."""
    way = second - first
    part = np.clip((mixed - first) @ way / (way @ way), 0, 1)
    off = np.abs(mixed - first - part[:, np.newaxis] * way).max(axis=1)
    return part, off
