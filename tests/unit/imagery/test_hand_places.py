"""A place that a user chose is found again for pictures of its size, and never breaks a load."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from pixxel_explorer.plugin.imagery.evaluate import Window
from pixxel_explorer.plugin.imagery.hand_places import (
    Candidate,
    candidates,
    chosen_place,
    shifted,
    with_choice,
    without_choice,
)
from pixxel_explorer.plugin.imagery.loaded import PlaceMethod
from pixxel_explorer.plugin.imagery.picture_place import Clues

from .drawn_pictures import COLOURS, Drawn, Style, draw, geometry

OUTLINE = [[[16.938, 47.171], [16.962, 47.172], [16.961, 47.178], [16.951, 47.179], [16.952, 47.188], [16.938, 47.189]]]
OUTLINE[0].append(OUTLINE[0][0])
CLUES = Clues(geometry(OUTLINE), colours=COLOURS)
SIZE = (300, 200)


def found(drawn: Drawn) -> list[Candidate]:
    return candidates(drawn.png, CLUES)


def picture(size: tuple[int, int] = SIZE) -> Any:
    return SimpleNamespace(width=size[0], height=size[1])


@pytest.fixture(scope="module")
def candidate() -> Candidate:
    place = found(draw(OUTLINE, Style(grid=4326)))[0].place
    return Candidate(replace(place, window=Window(10, 0, 200, 100)))


@pytest.mark.parametrize("grid", [4326, 3857, 0])
@pytest.mark.parametrize("legend", ["none", "right"])
def test_the_truth_is_among_the_candidates(grid: int, legend: str) -> None:
    drawn = draw(OUTLINE, Style(grid=grid, legend=legend))
    windows = {
        (each.place.window.column, each.place.window.row, each.place.window.width, each.place.window.height)
        for each in found(drawn)
        if each.place.placement.crs == (f"EPSG:{grid}" if grid else "EPSG:32633")
    }
    assert tuple(drawn.window) in windows
    assert not any(each.place.placement.is_certain for each in found(drawn))


def test_a_shift_is_in_pixels_of_the_picture_right_and_down(candidate: Candidate) -> None:
    before, after = (each.placement.extent for each in (candidate.place, shifted(candidate.place, 20, 5)))
    width, height = before[2] - before[0], before[3] - before[1]
    assert after[0] == pytest.approx(before[0] + width / 10)
    assert after[3] == pytest.approx(before[3] - height / 20)
    assert after[2] - after[0] == pytest.approx(width)


def test_a_choice_is_for_pictures_of_its_size(candidate: Candidate) -> None:
    places = with_choice({}, SIZE, candidate.place)
    place = chosen_place(places, picture(), "2025_05_02")
    assert place is not None
    assert (place.placement.extent, place.window) == (candidate.place.placement.extent, candidate.place.window)
    assert place.placement.method is PlaceMethod.BY_HAND
    assert place.placement.is_certain
    assert chosen_place(places, picture((301, 200)), "2025_05_02") is None
    assert chosen_place(without_choice(places, SIZE), picture(), "2025_05_02") is None


def test_a_choice_for_one_date_leaves_the_others_until_one_is_made_for_all(candidate: Candidate) -> None:
    one = with_choice({}, SIZE, candidate.place, "2025_05_02")
    assert chosen_place(one, picture(), "2025_05_29") is None
    both = with_choice(with_choice({}, SIZE, shifted(candidate.place, 1, 0)), SIZE, candidate.place, "2025_05_02")
    at = {key: chosen_place(both, picture(), key) for key in ("2025_05_02", "2025_05_29")}
    assert at["2025_05_02"] != at["2025_05_29"]
    everywhere = with_choice(both, SIZE, candidate.place)
    assert len(everywhere) == 1


BROKEN = {
    "no extent": {"extent": None},
    "text": {"extent": ["a", 0, 1, 2]},
    "too few": {"extent": [0, 0, 1]},
    "turned round": {"extent": [1, 0, 0, 1]},
    "off the Earth": {"extent": [0, 100, 1, 200]},
    "unknown CRS": {"crs": "EPSG:1"},
    "outside": {"window": [0, 0, 301, 200]},
    "negative": {"window": [-1, 0, 30, 20]},
    "empty": {"window": [0, 0, 0, 0]},
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_stored_choice_that_is_none_is_not_used(candidate: Candidate, name: str) -> None:
    ((key, record),) = with_choice({}, SIZE, candidate.place).items()
    assert chosen_place({key: record | BROKEN[name]}, picture(), "") is None
    assert chosen_place({key: [1, 2]}, picture(), "") is None
