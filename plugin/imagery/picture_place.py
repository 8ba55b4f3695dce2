"""Placement of a picture by measurement: outlines in several grids are compared with its opaque part.

A server says nothing of the place of its pictures. It draws the box of an AOI or of an asset in some grid, often cut to
the outline, with a border or a legend beside the map. A place is certain where everything that fits agrees within half
a pixel.
"""

from __future__ import annotations

import itertools
import logging
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from .budget import IsStopped, never
from .earth import Extent, transformation
from .errors import RasterUnreadable
from .evaluate import Window
from .loaded import Placement, PlaceMethod
from .outline_match import Edges, Grid, Match, Rule
from .outlines import DEGREES, GridOutline, outlines_of
from .painted_legend import Colour
from .picture_view import PictureView, view_picture
from .placement import ASSUMED
from .png_file import PngFile
from .raster_io import gdal_quiet
from .value_match import ValueMatch

Array = np.ndarray[Any, Any]
_Way = tuple[Rule, int]

HALF_PIXEL = 0.5
_logger = logging.getLogger(__name__)
_EXACT, _FITTED = 0.98, 0.95
_UNLIKELY = 0.2
_LEAST_CROSSINGS = 20
_STRAYS = 0.05
_EXACT_SHARE = 0.2
_EXACT_OUTSIDE = {Rule.CENTRE: 0.06, Rule.TOUCH: 0.06, Rule.WITHIN: 0.015}
_FITTED_SHARE = 0.5
_MOST_OUTSIDE = {Rule.CENTRE: 0.03, Rule.TOUCH: 0.03, Rule.WITHIN: 0.01}  # of a fit; an envelope has no other bound
_AS_GOOD = 0.02
_REACH = 12.0
_NEAR = 4.0  # pixels: a border that is smaller makes no other beginning of a fit
_GRID_POINTS = np.linspace(0.0, 1.0, 5)
_A_PIXEL = 1.0
_FREE = 10.0  # pixels that a grid could move at most without the crossings contradicting it
_TO_CORNERS = 2 * math.sqrt(2)  # offsets are of the middles of halves, along one axis
_LIKE = 0.5  # least share of the values' variance that colours explain
_ROUGH = 0.3  # pixels that the envelope of coarse pixels may be off on average
_SURE = 3.0  # standard errors
_WHOLE, _COARSE = 0.03, 0.15  # pixels: how near to a whole number an edge has to be, and too far to mean anything


@dataclass(frozen=True, slots=True)
class PicturePlace:
    """The place of the map in a picture.

    Attributes:
        window: the part of the picture that is map, which the placement's extent belongs to.
        is_filled: whether all of the map is opaque, but for a painted legend, so that its edges show nothing.
    """

    placement: Placement
    window: Window
    is_filled: bool = False


class Clues(NamedTuple):
    """The known facts about a picture besides its pixels.

    Attributes:
        aoi, asset: GeoJSON geometries in longitude and latitude.
        resolution: size of the asset's pixels in metres; 0 where it is not known.
        colours: of the classes of its legend.
        values: a raster of the values it was drawn from.
    """

    aoi: Mapping[str, Any] | None
    asset: Mapping[str, Any] | None = None
    resolution: float = 0.0
    colours: tuple[Colour, ...] = ()
    values: Path | None = None


class _Candidate(NamedTuple):
    """An outline with the grid that lays it into the map window."""

    outline: GridOutline
    method: PlaceMethod
    grid: Grid
    outside: float = 0.0
    error: float = 0.0
    rule: Rule = Rule.CENTRE
    block: int = 1

    def pixels(self) -> list[Array]:
        """Return the outline as columns and rows."""
        return self.grid.pixels(self.outline.rings)

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
        outlines = [*outlines_in(clues)]
    if not outlines or not file.width or not file.height:
        return None
    view = view_picture(file, clues.colours, is_stopped)
    with gdal_quiet():
        return _Measurement(view, outlines, clues).place()


def outlines_in(clues: Clues) -> Iterator[tuple[GridOutline, PlaceMethod]]:
    """Yield the outlines of the AOI and, where it is another one, of the asset."""
    for outline in outlines_of(clues.aoi):
        yield outline, PlaceMethod.AOI_GEOMETRY
    if clues.asset != clues.aoi:
        for outline in outlines_of(clues.asset):
            yield outline, PlaceMethod.ASSET_GEOMETRY


class _Measurement:
    """The comparison of outlines with one picture."""

    def __init__(self, view: PictureView, outlines: Sequence[tuple[GridOutline, PlaceMethod]], clues: Clues) -> None:
        self._view = view
        self._clues = clues
        self._edges = Edges(view.opaque, view.hidden)
        self._size = view.size
        self._exact = [_Candidate(outline, method, _laid(outline, (0, 0, *view.size))) for outline, method in outlines]

    def place(self) -> PicturePlace:
        """Return the place that fits best, with an estimate of its error."""
        plain, *coarse = self._ways()
        steps = itertools.chain([self._exact_by(plain)], map(self._nearly_exact_by, coarse))
        if exact := _first(steps):
            return self._result(exact, _EXACT)
        if fitted := _first(map(self._fitted_by, (plain, *coarse))):
            natural = [each for each in fitted if self._is_natural(each)]
            # Touched pixels are rare: that they alone give whole numbers is more likely chance.
            is_usual = natural and all(each.rule is Rule.CENTRE for each in natural)
            return self._result(natural if is_usual else fitted, _FITTED)
        return self._by_shape()

    def _ways(self) -> Iterator[list[_Way]]:
        """Yield how the opaque part may have been cut: by pixels as they are seen, else by the asset's coarser ones."""
        block, asset = self._edges.block, self._pixels_of_asset()
        yield [(Rule.CENTRE, block), (Rule.TOUCH, block)]
        yield [(Rule.WITHIN, 1)]
        if block == 1 and 1.5 <= asset < _REACH:
            yield [(Rule.CENTRE, math.ceil(asset))]

    def _exact_by(self, ways: Sequence[_Way]) -> Iterator[_Candidate]:
        """Yield the candidates whose crossings the picture confirms as they are."""
        reach = min(_REACH, 0.06 * max(self._size)) + self._edges.block
        for each, (rule, block) in itertools.product(self._exact, ways):
            match = self._edges.match(each.pixels(), reach)
            outside = match.outside(block, rule)
            is_known = (
                outside <= _EXACT_OUTSIDE[rule]
                and match.weights.sum() >= _LEAST_CROSSINGS
                and _SURE * match.error(1) <= _FREE
            )
            if is_known and self._is_enough(match, each.pixels(), _EXACT_SHARE, reach):
                yield each._replace(outside=outside, rule=rule, block=block)

    def _nearly_exact_by(self, ways: Sequence[_Way]) -> Iterator[_Candidate]:
        """Yield the candidates that coarse pixels confirm, as far as the best fit does not lie elsewhere."""
        for each in self._exact_by(ways):
            fitted = self._edges.fit(each.outline.rings, each.grid, each.rule, each.block)
            if fitted is not None:
                apart = _apart(each, each._replace(grid=fitted[0]), self._size)
                if apart <= max(HALF_PIXEL, _SURE * fitted[1]):
                    yield each._replace(error=max(apart, _SURE * fitted[1]))

    def _fitted_by(self, ways: Sequence[_Way]) -> Iterator[_Candidate]:
        """Yield the candidates that the picture confirms once they are moved and stretched."""
        for each, (rule, block) in itertools.product(self._exact, ways):
            for start in self._starts(each):
                solved = self._edges.fit(each.outline.rings, start, rule, block)
                if solved is None:
                    continue
                pixels = solved[0].pixels(each.outline.rings)
                match = self._edges.match(pixels, 2.0 + block)
                outside = match.outside(block, rule)
                if outside <= _MOST_OUTSIDE[rule] and self._is_enough(match, pixels, _FITTED_SHARE, 2.0 + block):
                    error = _SURE * solved[1] + (_ROUGH if rule is Rule.WITHIN else 0.0)
                    yield each._replace(grid=solved[0], outside=outside, error=error, rule=rule)
                    break

    def _is_enough(self, match: Match, rings: Sequence[Array], share: float, reach: float) -> bool:
        """Return whether a match says something: many crossings are seen, and little lies outside of the outline."""
        is_seen = len(match.misses) >= _LEAST_CROSSINGS and match.share >= share
        return is_seen and self._edges.strays(rings, reach) <= _STRAYS

    def _pixels_of_asset(self) -> float:
        """Return how many pixels of the picture a pixel of the asset is wide, about; 0 where that is not known."""
        grids = (each.grid for each in self._exact if each.outline.is_metric)
        return next((abs(grid.a) * self._clues.resolution for grid in grids), 0.0)

    def _starts(self, candidate: _Candidate) -> Iterator[Grid]:
        yield candidate.grid
        rows, columns = (np.flatnonzero(self._view.opaque.any(axis=axis)) for axis in (1, 0))
        if len(rows):
            box = (columns[0], rows[0], columns[-1] + 1 - columns[0], rows[-1] + 1 - rows[0])
            if max(box[0], box[1], self._size[0] - box[2], self._size[1] - box[3]) > _NEAR:
                yield _laid(candidate.outline, box)

    def _is_natural(self, candidate: _Candidate) -> bool:
        """Return whether a grid is one that servers choose: a border of whole pixels, or pixels of the asset's size."""
        whole = candidate.error + _WHOLE
        if whole > _COARSE:
            return False
        west, south, east, north = candidate.outline.box
        corners = candidate.grid.pixels([np.array([[west, north], [east, south]])])[0]
        if np.abs(corners - np.round(corners)).max() <= whole:
            return True
        if not self._clues.resolution or not candidate.outline.is_metric:
            return False
        scales = np.abs([candidate.grid.a, candidate.grid.c]) * self._clues.resolution * self._view.step
        slack = 2 * candidate.error / _SURE / min(self._size)
        return bool(np.round(scales).min() >= 1 and np.abs(scales / np.round(scales) - 1).max() <= slack)

    def _by_shape(self) -> PicturePlace:
        """Return a place by the shape of the picture, since its edges tell nothing.

        Without values it is never certain: a server may have enlarged the box to whole pixels.
        """
        likely = [each for each in self._exact if _has_shape(each.outline, self._size)]
        likely.sort(key=lambda each: round(abs(self._edges.covered(each.pixels()) - self._view.opaque.mean()), 2))
        if by_values := [*self._by_values(likely or self._exact)]:
            return self._result(by_values, _FITTED)
        best = (likely or self._exact)[0]
        place = self._result(likely or self._exact, ASSUMED if likely else _UNLIKELY)
        is_usual = best.outline.crs == DEGREES and best.method is PlaceMethod.AOI_GEOMETRY
        method = PlaceMethod.ASSUMED if is_usual else best.method
        error = max(_A_PIXEL, place.placement.error_px) if likely else math.inf
        return replace(place, placement=replace(place.placement, method=method, error_px=error))

    def _by_values(self, candidates: Sequence[_Candidate]) -> Iterator[_Candidate]:
        """Yield the candidates that lay the picture on the values of its date, the best first."""
        if self._clues.values is None:
            return
        try:
            match = ValueMatch(self._view, self._clues.values)
            found = [
                (each, match.agreement(each.positions, each.outline.crs, self._pixels_of_asset()))
                for each in candidates
            ]
        except (OSError, RasterUnreadable) as error:
            _logger.info("The values of the date tell nothing of the place of its picture: %s", error)
            return
        agreeing = [(each, how) for each, how in found if how is not None and how.likeness >= _LIKE]
        best = max((how.likeness for _, how in agreeing), default=0.0)
        for each, how in sorted(agreeing, key=lambda pair: -pair[1].likeness):
            if how.likeness >= best - _AS_GOOD and how.offset <= _A_PIXEL:
                yield each._replace(error=_TO_CORNERS * how.offset)

    def _result(self, candidates: Sequence[_Candidate], confidence: float) -> PicturePlace:
        """Return the place of the first of some candidates; the others say how far off it may be."""
        best, *others = candidates
        error = max([best.error, *(_apart(best, each, self._size) for each in others)]) * self._view.step
        error += self._view.doubt
        if error > HALF_PIXEL:
            confidence = min(confidence, ASSUMED)
        west, north, east, south = _edges_of(best.grid, self._size)
        placement = Placement(best.outline.crs, (west, south, east, north), best.method, confidence, round(error, 2))
        return PicturePlace(placement, self._view.window, self._view.is_filled)


def _first(steps: Iterable[Iterable[_Candidate]]) -> list[_Candidate]:
    """Return the best candidates of the first step that has any."""
    return next(filter(None, map(_best, steps)), [])


def _best(candidates: Iterable[_Candidate]) -> list[_Candidate]:
    """Return the candidates that fit best, the best first."""
    ordered = sorted(candidates, key=lambda each: round(each.outside, 3))
    return [each for each in ordered if each.outside <= 2 * ordered[0].outside + _AS_GOOD]


def _laid(outline: GridOutline, box: Sequence[float]) -> Grid:
    """Return the grid that lays the box of an outline over a box of pixels: column, row, width, height."""
    west, south, east, north = outline.box
    a, c = float(box[2]) / (east - west), float(box[3]) / (south - north)
    return Grid(a, float(box[0]) - a * west, c, float(box[1]) - c * north)


def _edges_of(grid: Grid, size: tuple[float, float]) -> Extent:
    return -grid.b / grid.a, -grid.d / grid.c, (size[0] - grid.b) / grid.a, (size[1] - grid.d) / grid.c


def _has_shape(outline: GridOutline, size: tuple[float, float]) -> bool:
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
