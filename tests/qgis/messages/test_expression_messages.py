"""Mistakes in index expressions are named, with a caret under their place."""

from __future__ import annotations

import pytest
from pixxel_explorer.plugin.messages.expression_messages import mistake_in, pointer, unknown_bands


@pytest.mark.parametrize(
    ("text", "words", "place"),
    [
        ("(B08 - B04) / (B08 + B04", "is missing", 24),
        ("(B08 - ) / B04", "is missing", 7),
        ("B08 B04", "operator is missing", 4),
        ("(B08) )", "one too many", 6),
        ("B08 ? B04", "a character", 4),
        ("where(B08)", "function that is not known", 0),
        ("1 + min(B08)", "too few or too many", 4),
        ("", "is empty", 0),
        ("B01, , B03", "is empty", 0),
        ("(" * 200 + "B01" + ")" * 200, "Too many brackets", 101),
        ("B01+" * 2000 + "B01", "too long", 4000),
    ],
)
def test_a_mistake_is_named_with_its_place(text: str, words: str, place: int) -> None:
    found = mistake_in(text)
    assert found is not None
    sentence, lines = found
    assert words in sentence
    assert lines.split("\n")[1] == "\N{NO-BREAK SPACE}" * place + "^"


@pytest.mark.parametrize("text", ["(B08 - B04) / (B08 + B04)", "B03, B02, B01", "-B01^2", "sqrt(B01) * 1e-4"])
def test_what_is_understood_has_no_mistake(text: str) -> None:
    assert mistake_in(text) is None


def test_lines_of_a_text_become_one() -> None:
    assert pointer("a\n+", 2) == "a +\n\N{NO-BREAK SPACE}\N{NO-BREAK SPACE}^"


def test_unknown_bands_are_named_beside_the_known() -> None:
    known = [f"B{number:03d}" for number in range(1, 12)]
    assert unknown_bands("B002 / B118 + B900", known) == (
        "The satellite has no band B118, B900, so the index may not be computed. It has B001, B002, B003, B004, B005, "
        "B006, B007, B008 …."
    )
    assert unknown_bands("B002 / B001", known) == ""
    assert unknown_bands("B118", []) == "", "nothing is known of the satellite"
    assert unknown_bands("B118 +", known) == ""
