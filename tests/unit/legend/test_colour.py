"""Colours in every spelling feared (unknowns U1)."""

from __future__ import annotations

from typing import Any

import pytest
from pixxel_explorer.plugin.legend.colour import from_hex, has_unclear_alpha, parse_colour
from pixxel_explorer.plugin.legend.spec import Colour


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("#1A2b3C", Colour(26, 43, 60)),
        ("1a2b3c", Colour(26, 43, 60)),
        (" #abc ", Colour(170, 187, 204)),
        ("#abc8", Colour(170, 187, 204, 136)),
        ("#1a2b3c80", Colour(26, 43, 60, 128)),
        ("rgb(26, 43, 60)", Colour(26, 43, 60)),
        ("rgba(26,43,60,0.5)", Colour(26, 43, 60, 128)),
        ("RGB(100% 0% 0% / 50%)", Colour(255, 0, 0, 128)),
        ([26, 43, 60], Colour(26, 43, 60)),
        ((26, 43, 60, 128), Colour(26, 43, 60, 128)),
        (["26", "43", 60.0], Colour(26, 43, 60)),
        ("RebeccaPurple", Colour(102, 51, 153)),
        ("transparent", Colour(0, 0, 0, 0)),
    ],
)
def test_every_known_spelling_is_read(raw: Any, expected: Colour) -> None:
    assert parse_colour(raw) == expected


@pytest.mark.parametrize("raw", [None, "", "#12", "#12345", "rgb(1,2)", "rgb(a,b,c)", [1], [True, 1, 2], 7, "bluish"])
def test_anything_else_is_no_colour(raw: Any) -> None:
    assert parse_colour(raw) is None


def test_eight_digits_may_put_the_alpha_first() -> None:
    assert from_hex("#801a2b3c", alpha_first=True) == Colour(26, 43, 60, 128)


@pytest.mark.parametrize(
    ("raw", "is_unclear"),
    [
        ("#801a2b3c", True),
        ("1A2B3C80", True),
        (" #ff1a2b3c ", True),
        ("#80808080", False),
        ("#1a2b3c", False),
        ("#abc8", False),
        ("rgba(26,43,60,0.5)", False),
        ("#gggggggg", False),
        ([26, 43, 60, 128], False),
        (None, False),
    ],
)
def test_eight_digits_are_unclear_where_the_two_readings_differ(raw: Any, is_unclear: bool) -> None:
    assert has_unclear_alpha(raw) is is_unclear
