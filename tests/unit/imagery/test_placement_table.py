"""Pictures drawn in any grid are placed within half a pixel wherever that is claimed; docs/placement.md is the table.

Each cell is the worst of the three grids. ``--write-table`` writes the table instead of comparing it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pytest
from pixxel_explorer.plugin.imagery.picture_place import Clues, PicturePlace, measure_place
from pixxel_explorer.plugin.imagery.png_file import read_structure

from ... import tables
from .drawn_pictures import COLOURS, Drawn, Ring, Style, draw, error_of, geometry

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "placement.md"
NAME = "placements"
GRIDS = (4326, 3857, 0)


def _ring(*points: tuple[float, float]) -> Ring:
    """Return a ring of points given in shares of about 900 m east and 1,000 m north of a place near Raba."""
    ring = [[16.95 + 0.012 * x, 47.18 + 0.009 * y] for x, y in points]
    return [*ring, ring[0]]


CIRCLE = tuple((math.cos(turn * math.pi / 30), math.sin(turn * math.pi / 30)) for turn in range(60))
SHAPES: dict[str, list[Ring]] = {
    "turned": [_ring((-0.3, -1), (1, -0.2), (0.4, 1), (-1, 0.3))],
    "concave": [_ring((-1, -1), (1, -0.9), (0.9, -0.2), (0.1, -0.1), (0.2, 0.9), (-0.9, 1))],
    "with a hole": [
        _ring((-1, -0.6), (0, -1), (1, -0.3), (0.8, 0.8), (-0.2, 1), (-0.9, 0.4)),
        _ring((-0.3, -0.3), (0.3, -0.2), (0.2, 0.3), (-0.25, 0.35)),
    ],
    "round": [_ring(*CIRCLE)],
    "triangle": [_ring((-1, -1), (1, -0.8), (-0.2, 1))],
    "rectangle": [_ring((-1, -1), (1, -1), (1, 1), (-1, 1))],
}


def _half(x, y):
    return x + 0.2 * y < 0.5


def _between_clouds(x, y):
    clouds = ((0.4, 0.3, 0.03), (0.75, 0.7, 0.05), (0.1, 0.8, 0.02))
    return ~sum((x - left) ** 2 + (y - top) ** 2 < size for left, top, size in clouds).astype(bool)


WHOLE, SHARES = (7, 3, 12, 5), (7.3, 3.6, 12.7, 5.4)
LAYOUTS: dict[str, Style] = {
    "the map alone": Style(),
    "legend over the map": Style(legend="inside"),
    **{f"legend in a margin, {side}": Style(legend=side) for side in ("left", "right", "top", "bottom")},
    "border of whole pixels": Style(padding=WHOLE),
    "border of whole pixels, legend over the map": Style(padding=WHOLE, legend="inside"),
    "border of whole pixels, legend in a margin": Style(padding=WHOLE, legend="right"),
    "pixels of a grid of their own": Style(padding=(0.3, 0.6, 0.7, 0.4)),
    "pixels of a grid of their own, with a border": Style(padding=SHARES),
    "half covered": Style(cover=_half),
    "half covered, with a border": Style(cover=_half, padding=WHOLE),
    "clouds": Style(cover=_between_clouds),
    "clouds, with a border": Style(cover=_between_clouds, padding=WHOLE),
    "drawn twice as fine": Style(scale=2),
    "drawn three times as fine": Style(scale=3),
    "three times as fine, cut by source pixels": Style(scale=3, is_blocky=True),
    "three times as fine, cut by source pixels, with a border": Style(scale=3, is_blocky=True, padding=SHARES),
    "with all pixels that the outline touches": Style(is_touched=True),
    "with all pixels that the outline touches, with a border": Style(is_touched=True, padding=SHARES),
    "with all source pixels that the outline touches": Style(scale=3, is_blocky=True, is_touched=True),
    "of a raster that was cut in coarser pixels": Style(size=900, source=10.0),
    "of a raster that was cut in coarser pixels, with a border": Style(size=900, source=10.0, padding=WHOLE),
    "white around the outline": Style(is_white=True),
    "not cut to the outline": Style(is_cut=False),
    "pixels that are square in degrees": Style(is_square=True),
    "30 pixels": Style(size=30),
    "30 pixels, with a border": Style(size=30, padding=(2, 1, 3, 4)),
    "3,000 pixels": Style(size=3000),
}
SLOW = {"3,000 pixels": ("concave",)}  # the only shape of this size: a picture takes a second to be drawn


@dataclass(frozen=True)
class Cell:
    """The worst of some placements: greatest error, and whether any is not certain."""

    error: float
    is_certain: bool

    def __str__(self) -> str:
        """Return the text of the table."""
        if self.is_certain:
            return f"{self.error:.1f}"
        return f"({self.error:.1f})" if self.error < 1 else f"({self.error:.0f})"


@cache
def cell(layout: str, shape: str) -> Cell:
    """Measure the pictures of a layout and shape in all grids."""
    placed = [_placed(replace(LAYOUTS[layout], grid=grid), shape) for grid in GRIDS]
    for drawn, place in placed:
        error = _error(drawn, place)
        assert error <= 0.5 or not place.placement.is_certain, (layout, shape, drawn.epsg, error, place)
        assert place.placement.is_certain == (place.placement.error_px <= 0.5)
    return Cell(max(_error(*each) for each in placed), all(place.placement.is_certain for _, place in placed))


def _placed(style: Style, shape: str) -> tuple[Drawn, PicturePlace]:
    drawn = draw(SHAPES[shape], style)
    place = measure_place(read_structure(drawn.png), Clues(geometry(SHAPES[shape]), colours=COLOURS))
    assert place is not None
    return drawn, place


def _error(drawn: Drawn, place: PicturePlace) -> float:
    window = (place.window.column, place.window.row, place.window.width, place.window.height)
    return error_of(drawn, place.placement.crs, place.placement.extent, window)


def _row(layout: str) -> tuple[str, ...]:
    shapes = SLOW.get(layout, tuple(SHAPES))
    return (layout, *(str(cell(layout, shape)) if shape in shapes else "" for shape in SHAPES))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_places_are_as_the_documentation_says(layout: str, request: pytest.FixtureRequest) -> None:
    row = _row(layout)
    if request.config.getoption("--write-table"):
        return
    assert row == tables.read(DOCUMENT.read_text(encoding="utf-8"), NAME)[""][layout]


def test_the_table_is_written_on_demand(request: pytest.FixtureRequest) -> None:
    document = DOCUMENT.read_text(encoding="utf-8")
    if request.config.getoption("--write-table"):
        rows = [_row(layout) for layout in LAYOUTS]
        DOCUMENT.write_text(tables.write(document, NAME, ("Picture", *SHAPES), {"": rows}), encoding="utf-8")
    assert list(tables.read(DOCUMENT.read_text(encoding="utf-8"), NAME)[""]) == list(LAYOUTS)


@pytest.mark.parametrize("layout", ["the map alone", *(name for name in LAYOUTS if name.startswith("legend"))])
@pytest.mark.parametrize("shape", ["concave", "with a hole", "round"])
def test_what_servers_usually_draw_is_certain(layout: str, shape: str) -> None:
    assert cell(layout, shape).is_certain


@pytest.mark.parametrize("layout", ["the map alone", "pixels of a grid of their own", "not cut to the outline"])
def test_a_rectangle_is_never_certain(layout: str) -> None:
    """Nothing is seen of its grid, and one that is a pixel larger than the AOI looks the same."""
    assert not cell(layout, "rectangle").is_certain
