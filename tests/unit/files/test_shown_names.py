"""Texts from outside as they are displayed."""

from __future__ import annotations

import pytest
from pixxel_explorer.plugin.files.shown_names import LONGEST, one_line, shown_name


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Farm near Raba", "Farm near Raba"),
        ("  two   spaces ", "two spaces"),
        ("First\nSecond\r\n\tThird\u2028Fourth", "First Second Third Fourth"),
        ("Field \u202egnp.exe\u202c", "Field gnp.exe"),
        ("before\x00\x1b[31mafter", "before [31mafter"),
        ("lone \ud800 half", "lone half"),
        ("     ", ""),
        ("\u200b\u2060\ufeff\u200d", ""),
        ("%1 {0} <b>&amp;</b>", "%1 {0} <b>&amp;</b>"),
        ("e" + "\u0301" * 300, "e" + "\u0301" * 4),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("\U0001f469\u200d\U0001f33e", "\U0001f469\u200d\U0001f33e"),
        ("Tiếng Việt", "Tiếng Việt"),
        ("שדה\u200f 3", "שדה\u200f 3"),
    ],
)
def test_a_text_is_shown_on_one_line(text: str, shown: str) -> None:
    assert one_line(text) == shown
    assert shown_name(text) == shown


def test_a_long_text_is_shortened() -> None:
    assert shown_name("W" * 10_000) == "W" * (LONGEST - 1) + "…"
    assert shown_name("ten letters " * 9, 11) == "ten letter…"
