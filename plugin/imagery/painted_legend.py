"""The legend that a server paints into a picture: its box, found by its paper, and by its swatches where known.

A box has paper of one colour along all its edges; its swatches have the colours of the classes, stacked in their order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from .evaluate import Window

Array = np.ndarray[Any, Any]
Colour = tuple[int, int, int]

_LEAST_SIDE = 12
_LARGEST_SHARE = 0.8
_SAMPLED = 250_000  # pixels that the colours are counted in
_FREQUENT, _PAPERS = 32, 8
_BOXES = 8
_LEAST_ROWS = 3
_PLAIN = 60  # greatest ``_tint`` of a paper that is also the colour of a class, or that only its looks can tell
_LIKE = 3  # greatest difference of a channel within a line of a frame
_LEAST_RUN = 3  # pixels of a swatch
_INK = (0.02, 0.85)  # share of a box that is not paper: letters and swatches
_EVEN = 0.98
_FRAME = 4  # widest, in pixels


def find_painted_legend(rgba: Array, colours: Sequence[Colour]) -> Window | None:
    """Return the box of the legend painted into a picture, its frame included; ``None`` where none is found.

    Args:
        rgba: uint8, shape (height, width, 4).
        colours: of the classes in their order. Without any, a box of paper with something on it is a legend.
    """
    packed = _packed(rgba)
    for paper in _papers(packed):
        if _tint(paper) > _PLAIN and (not colours or _channels(paper) in colours):
            continue
        is_paper = packed == paper
        for box in _boxes(is_paper):
            if _is_legend(rgba, is_paper, box, colours):
                return _with_frame(rgba, box, colours)
    return None


def _packed(rgba: Array) -> Array:
    """Return each pixel as one number, shape (height, width)."""
    packed: Array = np.ascontiguousarray(rgba).view("<u4")[..., 0]
    return packed


def _papers(packed: Array) -> list[int]:
    """Return frequent opaque colours, as packed pixels, those that paper usually has first."""
    step = max(1, int((packed.size / _SAMPLED) ** 0.5))
    sampled = packed[::step, ::step]
    found, times = np.unique(sampled[sampled >> 24 > 127], return_counts=True)
    frequent = found[np.argsort(times)[::-1][:_FREQUENT]]
    return sorted(map(int, frequent), key=_tint)[:_PAPERS]


def _tint(packed: int) -> int:
    """Return how far a colour is from white, its tint counting more than its darkness."""
    channels = _channels(packed)
    return 4 * (max(channels) - min(channels)) + 255 - max(channels)


def _channels(packed: int) -> Colour:
    return packed & 255, packed >> 8 & 255, packed >> 16 & 255


def _boxes(is_paper: Array) -> Iterator[Window]:
    """Yield the boxes that have paper from edge to edge in their first and last rows, largest first."""
    padded = np.pad(is_paper, ((0, 0), (1, 1))).view(np.int8)
    turns = np.diff(padded, axis=1)
    rows, starts = np.nonzero(turns == 1)
    ends = np.nonzero(turns == -1)[1]
    long = ends - starts >= _LEAST_SIDE
    rows, starts, ends = rows[long], starts[long], ends[long]
    if not len(rows):
        return
    spans = starts.astype(np.int64) << 32 | ends
    kinds, inverse, times = np.unique(spans, return_inverse=True, return_counts=True)
    first, last = np.full(len(kinds), is_paper.shape[0]), np.zeros(len(kinds), dtype=np.int64)
    np.minimum.at(first, inverse, rows)
    np.maximum.at(last, inverse, rows)
    lefts, widths, heights = kinds >> 32, (kinds & 0xFFFFFFFF) - (kinds >> 32), last - first + 1
    areas = np.where(times >= _LEAST_ROWS, widths * heights, 0)
    for kind in np.argsort(areas)[::-1][:_BOXES]:
        yield Window(int(lefts[kind]), int(first[kind]), int(widths[kind]), int(heights[kind]))


def _is_legend(rgba: Array, is_paper: Array, box: Window, colours: Sequence[Colour]) -> bool:
    """Return whether a box is framed by its paper all around and holds swatches or letters."""
    height, width = is_paper.shape
    if min(box.width, box.height) < _LEAST_SIDE or box.width * box.height > _LARGEST_SHARE * height * width:
        return False
    part = _cut(is_paper, box)
    if min(edge.mean() for edge in (part[0], part[-1], part[:, 0], part[:, -1])) < _EVEN:
        return False
    if not _INK[0] <= 1 - part.mean() <= _INK[1] or (_cut(rgba, box)[..., 3] > 0).mean() < _EVEN:
        return False
    return not colours or _has_swatches(_cut(rgba, box), part, colours)


def _has_swatches(part: Array, is_paper: Array, colours: Sequence[Colour]) -> bool:
    """Return whether the colours of classes stand below or beside each other in their order."""
    numbers = numbered(part, colours)
    numbers[is_paper] = 0
    return any(_is_stack(each, len(set(colours))) for each in (numbers, numbers.T))


def numbered(rgba: Array, colours: Sequence[Colour]) -> Array:
    """Return the number of each pixel's colour, from 1 on, and 0 of other pixels; shape (height, width)."""
    packed = _packed(rgba) & 0xFFFFFF
    numbers = np.zeros(packed.shape, dtype=np.uint8)
    for number, (red, green, blue) in enumerate(colours, start=1):
        numbers[(packed == red | green << 8 | blue << 16) & (rgba[..., 3] > 0)] = number
    return numbers


def _is_stack(numbers: Array, classes: int) -> bool:
    """Return whether the column with the most swatches names the classes in one order, each in one run."""
    column = numbers[:, int(np.argmax((numbers > 0).sum(axis=0)))]
    changes = np.flatnonzero(np.diff(column, prepend=0, append=0))
    runs = [int(column[start]) for start, end in pairwise(changes) if column[start] and end - start >= _LEAST_RUN]
    is_ordered = runs in (sorted(set(runs)), sorted(set(runs), reverse=True))
    return is_ordered and len(runs) >= min(classes, max(2, (classes + 1) // 2))


def _with_frame(rgba: Array, box: Window, colours: Sequence[Colour]) -> Window:
    """Return a box with the lines around it that are even, opaque and no class: its frame."""
    top, bottom, left, right = box.row, box.row + box.height, box.column, box.column + box.width
    for _ in range(_FRAME):
        rows = (rgba[max(0, top - 1) : top, left:right], rgba[bottom : bottom + 1, left:right])
        columns = (rgba[top:bottom, max(0, left - 1) : left], rgba[top:bottom, right : right + 1])
        up, down, before, after = (_is_line(line, colours) for line in (*rows, *columns))
        top, bottom, left, right = top - up, bottom + down, left - before, right + after
    return Window(left, top, right - left, bottom - top)


def _is_line(pixels: Array, colours: Sequence[Colour]) -> bool:
    if not pixels.size or (pixels[..., 3] < 128).any():
        return False
    flat = pixels.reshape(-1, 4).astype(np.int16)
    is_even = (np.abs(flat - flat[len(flat) // 2]) <= _LIKE).all(axis=1).mean() > 0.9
    return bool(is_even) and not numbered(pixels, colours).any()


def _cut(array: Array, box: Window) -> Array:
    return array[box.row : box.row + box.height, box.column : box.column + box.width]
