"""A place is measured once for the pictures of one size, and again where a picture contradicts it."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pixxel_explorer.plugin.imagery import place_finder
from pixxel_explorer.plugin.imagery.budget import never
from pixxel_explorer.plugin.imagery.errors import Interrupted
from pixxel_explorer.plugin.imagery.loaded import PlaceMethod
from pixxel_explorer.plugin.imagery.outlines import extent_of
from pixxel_explorer.plugin.imagery.picture_place import Clues
from pixxel_explorer.plugin.imagery.place_finder import PlaceFinder
from pixxel_explorer.plugin.imagery.png_file import PictureUnreadable

from .drawn_pictures import COLOURS, Drawn, Style, draw, encoded, geometry

OUTLINE = [[[16.938, 47.171], [16.962, 47.172], [16.961, 47.178], [16.951, 47.179], [16.952, 47.188], [16.938, 47.189]]]
OUTLINE[0].append(OUTLINE[0][0])
AOI = geometry(OUTLINE)
CLUES = Clues(AOI, colours=COLOURS)
EXTENT = (16.938, 47.171, 16.962, 47.189)
RECTANGLE = [[[16.9, 47.1], [16.92, 47.1], [16.92, 47.11], [16.9, 47.11], [16.9, 47.1]]]
BOX = (16.9, 47.1, 16.92, 47.11)


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Return the pictures that are measured."""
    calls: list[Any] = []
    measure = place_finder.measure_place

    def noting(file: Any, clues: Any, is_stopped: Any = never) -> Any:
        calls.append((file.width, file.height))
        return measure(file, clues, is_stopped)

    monkeypatch.setattr(place_finder, "measure_place", noting)
    return calls


def test_other_dates_of_one_grid_are_not_measured(measured: list[Any]) -> None:
    finder = PlaceFinder()
    dates = [draw(OUTLINE, Style(grid=0)), draw(OUTLINE, Style(grid=0, legend="inside"))]
    dates.append(draw(OUTLINE, Style(grid=0, cover=lambda x, y: x + y > 0.4)))
    places = [finder.place(date.png, CLUES, EXTENT) for date in dates]
    assert len(set(map(repr, places))) == 1
    assert places[0].placement.is_certain
    assert len(measured) == 1


def test_a_picture_of_another_grid_is_measured_although_its_size_is_the_same(measured: list[Any]) -> None:
    finder = PlaceFinder()
    one, other = draw(OUTLINE, Style(grid=0, size=400)), draw(OUTLINE, Style(grid=4326, size=400))
    width, height = one.window[2], other.window[3]
    other = draw(OUTLINE, Style(grid=4326, size=400, padding=_padding(one, other)))
    assert (other.window[2], other.window[3]) == (one.window[2], one.window[3]), (width, height)
    for drawn in (one, other):
        finder.place(drawn.png, CLUES, EXTENT)
    assert len(measured) == 2


def _padding(one: Drawn, other: Drawn) -> tuple[float, float, float, float]:
    return 0, 0, one.window[2] - other.window[2], one.window[3] - other.window[3]


def test_what_stays_uncertain_is_measured_a_few_times_only(measured: list[Any]) -> None:
    finder = PlaceFinder()
    png = draw(RECTANGLE, Style(grid=4326, cover=lambda x, y: x + y > 0.4)).png
    places = [finder.place(png, Clues(geometry(RECTANGLE)), BOX) for _ in range(8)]
    assert len(measured) == 3
    assert {place.placement.method for place in places} == {PlaceMethod.ASSUMED}


@pytest.mark.parametrize("legend", ["none", "inside"])
def test_a_map_that_fills_its_picture_is_measured_once(measured: list[Any], legend: str) -> None:
    finder, png = PlaceFinder(), draw(RECTANGLE, Style(grid=4326, legend=legend)).png
    places = [finder.place(png, Clues(geometry(RECTANGLE), colours=COLOURS), BOX) for _ in range(8)]
    assert len(measured) == 1
    assert {place.placement.method for place in places} == {PlaceMethod.ASSUMED}


def test_values_of_another_date_are_compared_where_the_map_fills_its_picture(
    measured: list[Any], tmp_path: Path
) -> None:
    finder, png = PlaceFinder(), draw(RECTANGLE, Style(grid=4326)).png
    finder.place(png, Clues(geometry(RECTANGLE)), BOX)
    finder.place(png, Clues(geometry(RECTANGLE), values=tmp_path / "values.tif"), BOX)
    assert len(measured) == 2


def test_many_threads_measure_once(measured: list[Any]) -> None:
    finder, png = PlaceFinder(), draw(OUTLINE, Style(grid=3857)).png
    places: list[Any] = []
    threads = [threading.Thread(target=lambda: places.append(finder.place(png, CLUES, EXTENT))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(places) == 6
    assert len(measured) == 1


def test_a_stopped_measurement_is_no_place() -> None:
    with pytest.raises(Interrupted):
        PlaceFinder().place(draw(OUTLINE, Style()).png, CLUES, EXTENT, lambda: True)


ACROSS = [[[179.9, -17.0], [-179.9, -17.01], [-179.92, -16.9], [179.91, -16.91], [179.9, -17.0]]]
POLAR = [[[10.0, 86.0], [12.0, 86.1], [11.0, 87.0], [9.5, 86.6], [10.0, 86.0]]]


@pytest.mark.parametrize("outline", [ACROSS, POLAR], ids=["across the 180th meridian", "near a pole"])
def test_outlines_where_grids_end_have_a_place(outline: Any) -> None:
    east = [[[x + 360 if x < 0 and outline is ACROSS else x, y] for x, y in outline[0]]]
    drawn = draw(east, Style(grid=4326))
    extent = extent_of(geometry(outline))
    assert extent is not None
    place = PlaceFinder().place(drawn.png, Clues(geometry(outline)), extent)
    assert place.placement.crs == "EPSG:4326"
    assert place.placement.extent == pytest.approx(extent)
    assert place.placement.is_certain


def _filled(height: int, width: int, alpha: int) -> bytes:
    return encoded(np.full((height, width, 4), (10, 90, 30, alpha), dtype=np.uint8))


@pytest.mark.parametrize("shape", [(1, 1), (1, 500), (500, 1), (40, 40)])
@pytest.mark.parametrize("alpha", [0, 255])
def test_pictures_that_show_nothing_lie_on_the_aois_extent_and_say_so(shape: tuple[int, int], alpha: int) -> None:
    place = PlaceFinder().place(_filled(*shape, alpha), CLUES, EXTENT)
    assert not place.placement.is_certain
    assert place.placement.crs.startswith("EPSG:")
    assert (place.window.width, place.window.height) == shape[::-1]


@pytest.mark.parametrize(
    "aoi",
    [
        {"type": "Polygon", "coordinates": [[[1, 2]]]},
        {"type": "Point", "coordinates": [16.95, 47.18]},
        {"type": "Polygon", "coordinates": "none"},
        {"type": "MultiPolygon", "coordinates": [[[[0, 0], ["a", 1], [1, 1]]]]},
        {},
        None,
    ],
)
def test_an_aoi_that_is_no_polygon_leaves_its_extent(aoi: Any) -> None:
    place = PlaceFinder().place(draw(OUTLINE, Style()).png, Clues(aoi), EXTENT)
    assert (place.placement.method, place.placement.extent) == (PlaceMethod.ASSUMED, EXTENT)


@pytest.mark.parametrize("extent", [(16.9, 47.1, 16.9, 47.1), (16.9, 97.1, 17, 97.2), (1e300, 1, 2e300, 2)])
def test_an_extent_off_the_earth_is_refused(extent: tuple[float, float, float, float]) -> None:
    with pytest.raises(PictureUnreadable):
        PlaceFinder().place(draw(OUTLINE, Style()).png, CLUES, extent)


def test_a_picture_that_tells_nothing_lies_where_another_of_its_size_does() -> None:
    finder, drawn = PlaceFinder(), draw(OUTLINE, Style(grid=0))
    certain = finder.place(drawn.png, CLUES, EXTENT)
    _, _, width, height = drawn.window
    place = finder.place(_filled(height, width, 255), CLUES, EXTENT)
    assert (place.placement.crs, place.placement.extent) == (certain.placement.crs, certain.placement.extent)
    assert not place.placement.is_certain
