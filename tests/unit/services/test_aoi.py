"""Shapes become AOIs the API takes."""

from __future__ import annotations

import pytest
from pixxel_explorer.plugin.services.aoi import polygon_geometry
from pixxel_explorer.plugin.services.problems import PolygonRefused

CLOCKWISE = [(10.0, 50.0), (10.0, 51.0), (11.0, 51.0), (11.0, 50.0)]


def test_rings_are_closed_turned_rounded_and_flat() -> None:
    hole = [(10.2, 50.2, 7), (10.4, 50.2, 7), (10.3, 50.412345678, 7), (10.2, 50.2, 7)]
    found = polygon_geometry([CLOCKWISE, hole])
    assert found == {
        "type": "Polygon",
        "coordinates": [
            [[10.0, 50.0], [11.0, 50.0], [11.0, 51.0], [10.0, 51.0], [10.0, 50.0]],
            [[10.2, 50.2], [10.3, 50.4123457], [10.4, 50.2], [10.2, 50.2]],
        ],
    }


def test_corners_named_twice_are_named_once() -> None:
    found = polygon_geometry([[(0, 0), (0, 0), (1, 0), (1, 0.00000001), (1, 1), (0, 0)]])
    assert found["coordinates"] == [[[0, 0], [1, 0], [1, 1], [0, 0]]]


@pytest.mark.parametrize(
    ("rings", "reason"),
    [
        ([], "no-ring"),
        ([[(0, 0), (1, 1)]], "too-few"),
        ([[(0, 0), (0, 0), (0, 0), (0, 0)]], "too-few"),
        ([[(10.1, 50.3), (10.2, 50.4), (10.3, 50.5)]], "flat"),
        ([[(0, 0), (1, float("nan")), (1, 1)]], "not-finite"),
        ([[(0, 0), (500000, 0), (1, 1)]], "range"),
    ],
)
def test_what_is_no_area_is_refused(rings: list[list[tuple[float, float]]], reason: str) -> None:
    with pytest.raises(PolygonRefused) as caught:
        polygon_geometry(rings)
    assert caught.value.reason == reason
