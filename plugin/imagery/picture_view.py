"""The parts of a picture that show its place: opaque pixels, the painted legend, and the map."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from .budget import IsStopped, check_stopped
from .evaluate import Window
from .painted_legend import Colour, find_painted_legend
from .picture_rows import opened_picture
from .png_file import TILE_ROWS, PngFile
from .raster_io import gdal_quiet

Array = np.ndarray[Any, Any]

_MOST_PIXELS = 17_500_000
_OPAQUE = 128
_SAME_CORNERS = 3
_BORDERED = 0.2  # share of the border of a map that paper takes up where it lies beside the map


class PictureView(NamedTuple):
    """A picture as it is looked at to find its place.

    Attributes:
        rgba: its pixels, shape (height, width, 4); of a large picture every ``step``-th.
        opaque: boolean, of the map window in ``rgba``.
        window: the part of the picture beside a margin, in pixels of the picture.
        legend: the box of the painted legend, in pixels of the picture.
        step: how many pixels of the picture are one of ``rgba``.
    """

    rgba: Array
    opaque: Array
    window: Window
    legend: Window | None
    step: int

    @property
    def hidden(self) -> Window | None:
        """Return the box of a legend that is painted over the map, in pixels of ``opaque``."""
        legend, window, step = self.legend, self.window, self.step
        if legend is None or _beside(legend, (window.column, window.row, window.width, window.height)):
            return None
        left, top = (legend.column - window.column) // step, (legend.row - window.row) // step
        return Window(left, top, -(-legend.width // step), -(-legend.height // step))

    @property
    def is_filled(self) -> bool:
        """Return whether every pixel of the map is opaque, as far as no painted legend hides it."""
        seen = self.opaque.copy()
        if self.hidden is not None:
            _cut(seen, self.hidden)[...] = True
        return bool(seen.all())

    @property
    def size(self) -> tuple[float, float]:
        """Return the width and height of the map window in pixels of ``opaque``."""
        return self.window.width / self.step, self.window.height / self.step

    @property
    def doubt(self) -> int:
        """Return by how many pixels of the picture the map window may be wrong."""
        return 0 if self.legend is None or self.hidden is not None else self.step - 1


def view_picture(file: PngFile, colours: Sequence[Colour], is_stopped: IsStopped) -> PictureView:
    """Decode a picture and find the map in it.

    Args:
        colours: of the legend's classes, as far as they are known.

    Raises:
        PictureUnreadable: it is damaged.
        RasterTooLarge: it has too many pixels.
        Interrupted: ``is_stopped`` returned true.
    """
    file.check_size()
    step = _step(file.width * file.height)
    with gdal_quiet():
        rgba = _decoded(file, step, is_stopped)
    legend = find_painted_legend(rgba, colours) or (find_painted_legend(rgba, ()) if colours else None)
    whole = Window(0, 0, rgba.shape[1], rgba.shape[0])
    window = whole if legend is None else _without_paper(rgba, _without_margin(whole, legend), legend)
    opaque = _is_opaque(rgba)
    if legend is not None:
        _cut(opaque, legend)[...] = False
    size = (file.width, file.height)
    return PictureView(
        rgba, _cut(opaque, window), _enlarged(window, step, size), legend and _enlarged(legend, step, size), step
    )


def upper_rows(file: PngFile, window: Window, count: int) -> Array:
    """Return the opaque pixels in the first rows of a window of a picture; call it inside ``gdal_quiet``.

    Raises:
        PictureUnreadable: they are damaged.
    """
    with opened_picture(file) as rows:
        strip = rows.read(0, min(file.height, window.row + count))
    part = np.moveaxis(strip[:, window.row :, window.column : window.column + window.width], 0, -1)
    return _is_opaque(np.ascontiguousarray(part))


def _step(pixels: int) -> int:
    """Return how many pixels are looked at as one: an odd number, since the middle one of them is looked at."""
    least = max(1.0, math.sqrt(pixels / _MOST_PIXELS))
    return 2 * math.ceil((least - 1) / 2) + 1


def _decoded(file: PngFile, step: int, is_stopped: IsStopped) -> Array:
    strips = []
    with opened_picture(file) as rows:
        for row in range(0, file.height, TILE_ROWS):
            check_stopped(is_stopped)
            strip = rows.read(row, min(TILE_ROWS, file.height - row))
            first = (step // 2 - row) % step
            strips.append(np.ascontiguousarray(np.moveaxis(strip[:, first::step, step // 2 :: step], 0, -1)))
            rows.forget()
    return np.concatenate(strips)


def _is_opaque(rgba: Array) -> Array:
    """Return the opaque pixels; where nothing is transparent, those of another colour than the corners."""
    opaque: Array = rgba[..., 3] >= _OPAQUE
    if not opaque.all():
        return opaque
    corners = [tuple(map(int, rgba[row, column])) for row in (0, -1) for column in (0, -1)]
    outside = max(set(corners), key=corners.count)
    if corners.count(outside) < _SAME_CORNERS or (min(outside[:3]) < 250 and max(outside[:3]) > 5):
        return opaque
    different: Array = (rgba != np.array(outside, dtype=np.uint8)).any(axis=-1)
    return different


def _without_margin(whole: Window, legend: Window) -> Window:
    """Return a picture without the margin that a legend takes up from edge to edge."""
    right, bottom = legend.column + legend.width, legend.row + legend.height
    is_high = legend.row == 0 and bottom == whole.height
    is_wide = legend.column == 0 and right == whole.width
    if is_high and not is_wide and legend.column == 0:
        return Window(right, 0, whole.width - right, whole.height)
    if is_high and not is_wide and right == whole.width:
        return Window(0, 0, legend.column, whole.height)
    if is_wide and not is_high and legend.row == 0:
        return Window(0, bottom, whole.width, whole.height - bottom)
    if is_wide and not is_high and bottom == whole.height:
        return Window(0, 0, whole.width, legend.row)
    return whole


def _without_paper(rgba: Array, window: Window, legend: Window) -> Window:
    """Return a window without the paper that a wide legend leaves beside a narrow map."""
    part = _cut(rgba, window)
    border = np.concatenate([part[0], part[-1], part[:, 0], part[:, -1]])
    colours, times = np.unique(_cut(rgba, legend).reshape(-1, 4), axis=0, return_counts=True)
    paper = colours[times.argmax()]
    if (border == paper).all(axis=-1).mean() < _BORDERED:
        return window
    rest = (part != paper).any(axis=-1)
    top, left = legend.row - window.row, legend.column - window.column
    rest[max(0, top) : max(0, top + legend.height), max(0, left) : max(0, left + legend.width)] = False
    rows, columns = np.flatnonzero(rest.any(axis=1)), np.flatnonzero(rest.any(axis=0))
    if not len(rows):
        return window
    width, height = int(columns[-1] - columns[0]) + 1, int(rows[-1] - rows[0]) + 1
    return Window(window.column + int(columns[0]), window.row + int(rows[0]), width, height)


def _cut(array: Array, part: Window) -> Array:
    return array[part.row : part.row + part.height, part.column : part.column + part.width]


def _enlarged(part: Window, step: int, size: tuple[int, int]) -> Window:
    column, row = part.column * step, part.row * step
    return Window(column, row, min(part.width * step, size[0] - column), min(part.height * step, size[1] - row))


def _beside(legend: Window, box: tuple[float, float, float, float]) -> bool:
    """Return whether a legend lies outside of a box, given as column, row, width, height."""
    left, top, width, height = box
    is_left_or_right = legend.column + legend.width <= left or legend.column >= left + width
    return is_left_or_right or legend.row + legend.height <= top or legend.row >= top + height
