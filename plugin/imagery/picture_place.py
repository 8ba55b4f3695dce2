"""Where a picture lies, measured: outlines in several grids are compared with what is opaque in it.

A server says nothing of the place of its pictures. It draws the box of an AOI or of an asset in some grid, often cut to
the outline, with a border or a legend beside the map. A place is certain where everything that fits agrees within half
a pixel.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from .budget import IsStopped, never
from .earth import Extent
from .evaluate import Window
from .loaded import Placement, PlaceMethod
from .outline_match import Edges, Grid, Match, Rule
from .outlines import DEGREES, Outline, outlines_of, transformation
from .painted_legend import Colour
from .picture_view import PictureView, view_picture
from .placement import ASSUMED
from .png_file import PngFile
from .raster_io import gdal_quiet

Array = np.ndarray[Any, Any]

HALF_PIXEL = 0.5
_EXACT, _FITTED = 0.98, 0.95
_UNLIKELY = 0.2
_LEAST_CROSSINGS = 20
_STRAYS = 0.05
_EXACT_SHARE, _EXACT_OUTSIDE = 0.2, 0.06
_FITTED_SHARE, _FITTED_OUTSIDE = 0.5, 0.08
_AS_GOOD = 0.02
_REACH = 12.0
_GRID_POINTS = np.linspace(0.0, 1.0, 5)
_A_PIXEL = 1.0
_SURE = 3.0  # standard errors
_WHOLE, _COARSE = 0.03, 0.22  # pixels: how near to a whole number an edge has to be, and what tells nothing any more


@dataclass(frozen=True, slots=True)
class PicturePlace:
    """The place of the map in a picture.

    Attributes:
        window: the part of the picture that is map, which the placement's extent belongs to.
    """

    placement: Placement
    window: Window


class Clues(NamedTuple):
    """What is known of a picture besides its pixels.

    Attributes:
        aoi, asset: GeoJSON geometries in longitude and latitude.
        resolution: size of the asset's pixels in metres; 0 where it is not known.
        colours: of the classes of its legend.
    """

    aoi: Mapping[str, Any] | None
    asset: Mapping[str, Any] | None = None
    resolution: float = 0.0
    colours: tuple[Colour, ...] = ()


class _Candidate(NamedTuple):
    """An outline with the grid that lays it into the map window."""

    outline: Outline
    method: PlaceMethod
    grid: Grid
    outside: float = 0.0
    error: float = 0.0
    rule: Rule = Rule.CENTRE

    def positions(self, points: Array) -> Array:
        """Return the map positions of pixels, shape (n, 2)."""
        grid = self.grid
        return np.stack([(points[:, 0] - grid.b) / grid.a, (points[:, 1] - grid.d) / grid.c], axis=1)


def measure_place(file: PngFile, clues: Clues, is_stopped: IsStopped = never) -> PicturePlace | None:
    """Return the place of a picture, the best guess where it is not certain; ``None`` where no outline is known.

    Raises:
        PictureUnreadable: it is damaged.
        RasterTooLarge: it has too many pixels.
        Interrupted: ``is_stopped`` returned true.
    """
    with gdal_quiet():
        outlines = [*_outlines(clues)]
    if not outlines or not file.width or not file.height:
        return None
    view = view_picture(file, clues.colours, is_stopped)
    with gdal_quiet():
        return _Measurement(view, outlines, clues.resolution).place()


def _outlines(clues: Clues) -> Iterator[tuple[Outline, PlaceMethod]]:
    """Yield the outlines of the AOI and, where it is another one, of the asset."""
    for outline in outlines_of(clues.aoi):
        yield outline, PlaceMethod.AOI_GEOMETRY
    if clues.asset != clues.aoi:
        for outline in outlines_of(clues.asset):
            yield outline, PlaceMethod.ASSET_GEOMETRY


class _Measurement:
    """The comparison of outlines with one picture."""

    def __init__(self, view: PictureView, outlines: Sequence[tuple[Outline, PlaceMethod]], resolution: float) -> None:
        self._view = view
        self._resolution = resolution
        self._edges = Edges(view.opaque, view.hidden)
        self._size = view.size
        self._exact = [_Candidate(outline, method, _laid(outline, (0, 0, *view.size))) for outline, method in outlines]

    def place(self) -> PicturePlace:
        """Return the place that fits best, with what is known of its error."""
        if exact := _best(self._fitting()):
            return self._result(exact, _EXACT)
        if fitted := _best(self._fitted()):
            natural = [each for each in fitted if self._is_natural(each)]
            # Touched pixels are rare: that they alone give whole numbers is more likely chance.
            is_usual = natural and all(each.rule is Rule.CENTRE for each in natural)
            return self._result(natural if is_usual else fitted, _FITTED)
        return self._by_shape()

    def _fitting(self) -> Iterator[_Candidate]:
        """Yield the candidates whose crossings the picture confirms as they are."""
        block = self._edges.block
        for each in self._exact:
            match = self._edges.match(each.grid.pixels(each.outline.rings), min(_REACH, 0.06 * max(self._size)) + block)
            outside = min(match.outside(block, rule) for rule in Rule)
            if _is_enough(match, _EXACT_SHARE) and outside <= _EXACT_OUTSIDE:
                yield each._replace(outside=outside)

    def _fitted(self) -> Iterator[_Candidate]:
        """Yield the candidates that the picture confirms once they are moved and stretched."""
        block = self._edges.block
        for each, rule in itertools.product(self._exact, Rule):
            for start in self._starts(each):
                solved = self._edges.fit(each.outline.rings, start, rule)
                if solved is None:
                    continue
                match = self._edges.match(solved[0].pixels(each.outline.rings), 2.0 + block)
                outside = match.outside(block, rule)
                if _is_enough(match, _FITTED_SHARE) and outside <= _FITTED_OUTSIDE:
                    yield each._replace(grid=solved[0], outside=outside, error=_SURE * solved[1], rule=rule)
                    break

    def _starts(self, candidate: _Candidate) -> Iterator[Grid]:
        yield candidate.grid
        rows, columns = (np.flatnonzero(self._view.opaque.any(axis=axis)) for axis in (1, 0))
        if len(rows):
            box = (columns[0], rows[0], columns[-1] + 1 - columns[0], rows[-1] + 1 - rows[0])
            yield _laid(candidate.outline, box)

    def _is_natural(self, candidate: _Candidate) -> bool:
        """Return whether a grid has what servers choose: a border of whole pixels, or pixels of the asset's size."""
        whole = candidate.error + _WHOLE
        if whole > _COARSE:
            return False
        west, south, east, north = candidate.outline.box
        corners = candidate.grid.pixels([np.array([[west, north], [east, south]])])[0]
        if np.abs(corners - np.round(corners)).max() <= whole:
            return True
        if not self._resolution or not candidate.outline.is_metric:
            return False
        scales = np.abs([candidate.grid.a, candidate.grid.c]) * self._resolution * self._view.step
        slack = 2 * candidate.error / _SURE / min(self._size)
        return bool(np.round(scales).min() >= 1 and np.abs(scales / np.round(scales) - 1).max() <= slack)

    def _by_shape(self) -> PicturePlace:
        """Return a place by the shape of the picture alone, since its pixels tell nothing.

        It is never certain: a server may have enlarged the box to whole pixels.
        """
        likely = [each for each in self._exact if _has_shape(each.outline, self._size)]
        place = self._result(likely or self._exact, ASSUMED if likely else _UNLIKELY)
        error = max(_A_PIXEL, place.placement.error_px) if likely else math.inf
        return replace(place, placement=replace(place.placement, error_px=error))

    def _result(self, candidates: Sequence[_Candidate], confidence: float) -> PicturePlace:
        """Return the place of the first of some candidates; the others say how far off it may be."""
        best, *others = candidates
        error = max([best.error, *(_apart(best, each, self._size) for each in others)]) * self._view.step
        error += self._view.doubt
        if error > HALF_PIXEL:
            confidence = min(confidence, ASSUMED)
        west, north, east, south = _edges_of(best.grid, self._size)
        placement = Placement(best.outline.crs, (west, south, east, north), best.method, confidence, round(error, 2))
        return PicturePlace(placement, self._view.window)


def _best(candidates: Iterable[_Candidate]) -> list[_Candidate]:
    """Return the candidates that fit best, the best first."""
    ordered = sorted(candidates, key=lambda each: round(each.outside, 3))
    return [each for each in ordered if each.outside <= ordered[0].outside + _AS_GOOD]


def _is_enough(match: Match, share: float) -> bool:
    return len(match.misses) >= _LEAST_CROSSINGS and match.share >= share and match.strays <= _STRAYS


def _laid(outline: Outline, box: Sequence[float]) -> Grid:
    """Return the grid that lays the box of an outline over a box of pixels: column, row, width, height."""
    west, south, east, north = outline.box
    a, c = float(box[2]) / (east - west), float(box[3]) / (south - north)
    return Grid(a, float(box[0]) - a * west, c, float(box[1]) - c * north)


def _edges_of(grid: Grid, size: tuple[float, float]) -> Extent:
    return -grid.b / grid.a, -grid.d / grid.c, (size[0] - grid.b) / grid.a, (size[1] - grid.d) / grid.c


def _has_shape(outline: Outline, size: tuple[float, float]) -> bool:
    """Return whether a picture is as wide for its height as an outline's box in pixels that are square.

    Pixels in degrees may be square in degrees or on the ground.
    """
    west, south, east, north = outline.box
    shapes = [(east - west) / (north - south)]
    if outline.crs == DEGREES:
        shapes.append(shapes[0] * math.cos(math.radians((south + north) / 2)))
    width, height = size
    return any((width - 1) / (height + 1) <= shape <= (width + 1) / max(0.5, height - 1) for shape in shapes)


def _apart(one: _Candidate, other: _Candidate, size: tuple[float, float]) -> float:
    """Return how far apart two candidates lay the same pixels, at most, in pixels."""
    columns, rows = np.meshgrid(_GRID_POINTS * size[0], _GRID_POINTS * size[1])
    points = np.stack([columns.ravel(), rows.ravel()], axis=1)
    positions = one.positions(points)
    if one.outline.crs != other.outline.crs:
        way = transformation(one.outline.crs, other.outline.crs)
        positions = np.array(way.TransformPoints(positions.tolist()), dtype=np.float64)[:, :2]
    found = positions * (other.grid.a, other.grid.c) + (other.grid.b, other.grid.d)
    apart = float(np.hypot(*(found - points).T).max())
    return apart if math.isfinite(apart) else math.inf
