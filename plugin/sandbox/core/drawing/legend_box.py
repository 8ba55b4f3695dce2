"""The legend painted into a picture: a tidy box in the corner where it hides least, or in a margin beside the map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..legends import Classes, colour_of
from .lettering import height_of, lettered, width_of
from .style import LegendPlace

Array = np.ndarray[Any, Any]

_PAPER, _INK, _FAINT, _FRAME = (252, 252, 250), (32, 36, 40), (96, 102, 110), (120, 126, 134)
_SIZES = (2, 1)
_MOST_LETTERS = 30
_LARGEST_SHARE = 0.62


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where things go inside the box, in pixels; all follow from the size of the letters."""

    size: int
    labels: tuple[str, ...]
    ranges: tuple[str, ...]
    title: str

    @property
    def pad(self) -> int:
        return 6 * self.size

    @property
    def row(self) -> int:
        return height_of(self.size) + self.size

    @property
    def label_x(self) -> int:
        return self.pad + 20 * self.size

    @property
    def range_x(self) -> int:
        return self.label_x + max(width_of(label, self.size) for label in self.labels) + 8 * self.size

    @property
    def width(self) -> int:
        rows = self.range_x + max(width_of(text, self.size) for text in self.ranges)
        return max(rows, self.pad + width_of(self.title, self.size) + 1) + self.pad

    @property
    def height(self) -> int:
        return 2 * self.pad + (len(self.labels) + 1) * self.row + self.pad // 2


@dataclass(frozen=True, slots=True)
class Frame:
    """The whole picture around a map, in pixels: its size, where the map is, and the margin's legend if any."""

    height: int
    width: int
    top: int = 0
    left: int = 0
    legend: _Layout | None = None
    legend_top: int = 0
    legend_left: int = 0

    def around(self, image: Array, classes: Classes) -> Array:
        """Return a map, shape (height, width, 4), with its margin; without a legend the map itself."""
        if self.legend is None:
            return image
        whole = np.full((self.height, self.width, 4), (*_PAPER, 255), dtype=np.uint8)
        height, width, _ = image.shape
        whole[self.top : self.top + height, self.left : self.left + width] = image
        _put(whole, self.legend, classes, self.legend_top, self.legend_left)
        return whole


def frame_around(size: tuple[int, int], title: str, classes: Classes, place: LegendPlace) -> Frame:
    """Return the frame of a map of a size (height, width); only a legend beside the map needs a margin."""
    height, width = size
    if not classes or place in (LegendPlace.INSIDE, LegendPlace.NONE):
        return Frame(height, width)
    layouts = _layouts(title, classes)
    layout = next((each for each in layouts if each.width <= width and each.height <= height), layouts[-1])
    strip = 2 * layout.pad
    if place in (LegendPlace.LEFT, LegendPlace.RIGHT):
        whole = max(height, layout.height + strip), width + layout.width + strip
        left = layout.width + strip if place is LegendPlace.LEFT else 0
        return Frame(*whole, 0, left, layout, layout.pad, layout.pad + (0 if left else width))
    whole = height + layout.height + strip, max(width, layout.width + strip)
    top = layout.height + strip if place is LegendPlace.TOP else 0
    return Frame(*whole, top, 0, layout, layout.pad + (0 if top else height), layout.pad)


def paint_legend(image: Array, title: str, classes: Classes) -> None:
    """Paint a legend into an RGBA image, shape (height, width, 4); where it would cover too much there is none."""
    height, width, _ = image.shape
    layouts = _layouts(title, classes)
    fitting = (each for each in layouts if each.width < _LARGEST_SHARE * width and each.height < 0.8 * height)
    layout = next(fitting, None)
    if layout is not None:
        _put(image, layout, classes, *_corner(image, layout))


def _layouts(title: str, classes: Classes) -> list[_Layout]:
    """Return the layouts of a legend, the largest first."""
    labels = tuple(str(entry["label"])[:_MOST_LETTERS] for entry in classes)
    ranges = tuple(f"{entry['min']:.4g} to {entry['max']:.4g}" for entry in classes)
    return [_Layout(size, labels, ranges, title) for size in _SIZES]


def _put(image: Array, layout: _Layout, classes: Classes, top: int, left: int) -> None:
    image[top : top + layout.height, left : left + layout.width] = _drawn(layout, classes)


def _corner(image: Array, layout: _Layout) -> tuple[int, int]:
    """Return the upper left pixel of the corner where the box hides the fewest drawn pixels."""
    height, width, _ = image.shape
    margin = 4 * layout.size
    lowest, rightmost = height - layout.height - margin, width - layout.width - margin
    corners = ((lowest, margin), (lowest, rightmost), (margin, rightmost), (margin, margin))
    return min(corners, key=lambda corner: _hidden(image, layout, corner))


def _hidden(image: Array, layout: _Layout, corner: tuple[int, int]) -> int:
    top, left = corner
    return int(np.count_nonzero(image[top : top + layout.height, left : left + layout.width, 3]))


def _drawn(layout: _Layout, classes: Classes) -> Array:
    sheet = np.empty((layout.height, layout.width, 4), dtype=np.uint8)
    sheet[...] = (*_PAPER, 255)
    for edge in (np.s_[0], np.s_[-1], np.s_[:, 0], np.s_[:, -1]):
        sheet[edge] = (*_FRAME, 255)
    for left in (layout.pad, layout.pad + 1):  # written twice it is bold
        _write(sheet, layout.title, layout.pad, left, layout.size, _INK)
    for number, entry in enumerate(reversed(classes)):
        top = layout.pad + layout.row + layout.pad // 2 + number * layout.row
        _draw_row(sheet, layout, len(classes) - 1 - number, top, entry["color"])
    return sheet


def _draw_row(sheet: Array, layout: _Layout, row: int, top: int, colour_text: str) -> None:
    colour = colour_of(colour_text)
    swatch = sheet[top + 2 : top + height_of(layout.size) - 1, layout.pad : layout.pad + 15 * layout.size]
    swatch[...] = (*_FRAME, 255)
    swatch[1:-1, 1:-1] = (colour.red, colour.green, colour.blue, 255)
    _write(sheet, layout.labels[row], top, layout.label_x, layout.size, _INK)
    _write(sheet, layout.ranges[row], top, layout.range_x, layout.size, _FAINT)


def _write(sheet: Array, text: str, top: int, left: int, size: int, colour: tuple[int, int, int]) -> None:
    ink = lettered(text, size)[..., np.newaxis]
    height, width, _ = ink.shape
    place = sheet[top : top + height, left : left + width, :3]
    place[...] = np.rint(place * (1 - ink) + np.asarray(colour) * ink)
