"""Places of pictures that are checked and not measured: those a picture states, and those of another picture."""

from __future__ import annotations

import math
from contextlib import suppress

import numpy as np

from .budget import IsStopped, never
from .earth import Extent, transformation
from .evaluate import Window
from .loaded import Placement, PlaceMethod
from .outline_match import Edges, Grid, Rule
from .outlines import DEGREES
from .picture_place import Clues, PicturePlace, outlines_in
from .picture_view import upper_rows, view_picture
from .placement import ASSUMED, check_place, reference_of
from .png_file import PictureUnreadable, PngFile
from .raster_io import gdal_quiet
from .stated_place import StatedPlace

_NEAR_SHARE, _SQUARE = 0.1, 0.02
_PART, _LEAST_ROWS = 8, 64  # of the rows of a picture, how many confirm a place
_REACH, _OUTSIDE, _LEAST_CROSSINGS = 12.0, 0.06, 20


def place_as_stated(
    file: PngFile, stated: StatedPlace, clues: Clues, is_stopped: IsStopped = never
) -> PicturePlace | None:
    """Return the place that a picture states; ``None`` where it is not near the AOI.

    Beside a margin it is not said whether the whole picture or the map is meant: the one with square pixels is.

    Raises:
        PictureUnreadable: it is damaged.
        RasterTooLarge: it has too many pixels.
        Interrupted: ``is_stopped`` returned true.
    """
    with gdal_quiet():
        if not _is_near(stated, clues):
            return None
    view = view_picture(file, clues.colours, is_stopped)
    whole = Window(0, 0, file.width, file.height)
    windows = sorted({view.window: 0, whole: 0}, key=lambda window: _skew(stated, window))
    is_told = len(windows) == 1 or _skew(stated, windows[0]) < _SQUARE < _skew(stated, windows[1])
    confidence, error = (1.0, 0.0) if is_told else (ASSUMED, math.inf)
    return PicturePlace(Placement(stated.crs, stated.extent, PlaceMethod.FILE, confidence, error), windows[0])


def _is_near(stated: StatedPlace, clues: Clues) -> bool:
    """Return whether a stated place has a CRS of the Earth and overlaps an outline's box by a good part."""
    with suppress(PictureUnreadable):
        check_place(stated.extent, (1000, 1000), reference_of(stated.crs))
        way = transformation(stated.crs, DEGREES)
        west, south, east, north = stated.extent
        corners = way.TransformPoints([(x, y) for x in (west, east) for y in (south, north)])
        (left, low), (right, high) = np.min(corners, axis=0)[:2], np.max(corners, axis=0)[:2]
        boxes = (outline.box for outline, _ in outlines_in(clues) if outline.crs == DEGREES)
        return any(_overlap((left, low, right, high), box) > _NEAR_SHARE for box in boxes)
    return False


def _overlap(one: Extent, other: Extent) -> float:
    """Return the common part of two boxes as a share of the larger one."""
    width, height = (min(one[n + 2], other[n + 2]) - max(one[n], other[n]) for n in (0, 1))
    areas = ((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return max(0.0, width) * max(0.0, height) / max(areas)


def _skew(stated: StatedPlace, window: Window) -> float:
    """Return how far pixels are from squares, in degrees or on the ground, as the logarithm of their shape."""
    west, south, east, north = stated.extent
    shapes = [(east - west) / window.width / (north - south) * window.height]
    if stated.crs == DEGREES:
        shapes.append(shapes[0] * math.cos(math.radians((south + north) / 2)))
    return min(abs(math.log(shape)) for shape in shapes)


def confirms(file: PngFile, place: PicturePlace, clues: Clues) -> bool:
    """Return whether the upper rows of a picture contradict nothing of the place of another one of its size.

    Raises:
        PictureUnreadable: it is damaged.
    """
    window, crs = place.window, place.placement.crs
    count = max(_LEAST_ROWS, window.height // _PART)
    with gdal_quiet():
        opaque = upper_rows(file, window, count)
        outlines = [outline for outline, _ in outlines_in(clues) if outline.crs == crs]
    west, south, east, north = place.placement.extent
    a, c = window.width / (east - west), window.height / (south - north)
    grid, edges = Grid(a, -a * west, c, -c * north), Edges(opaque)
    matches = (edges.match(grid.pixels(outline.rings), _REACH) for outline in outlines)
    return any(
        min(match.outside(1, rule) for rule in Rule) <= _OUTSIDE
        for match in matches
        if len(match.misses) >= _LEAST_CROSSINGS
    )
