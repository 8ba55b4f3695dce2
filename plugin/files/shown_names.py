"""Names and texts from outside as people read them: on one line, of a bearable length, without marks that mislead."""

from __future__ import annotations

import unicodedata

LONGEST = 100
_MOST_MARKS = 4  # on one letter; those of Hebrew and Vietnamese have up to three
_NEEDED = "\u200c\u200d\u200e\u200f"  # within words of right-to-left and Indian languages, and between pictures


def shown_name(text: str, longest: int = LONGEST) -> str:
    """Return a text on one line and shortened; empty where there is nothing to see."""
    return shortened(one_line(text), longest)


def one_line(text: str) -> str:
    """Return a text on one line, without control and direction characters; of stacked marks only the first are kept."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    seen: list[str] = []
    marks = 0
    for letter in text:
        category = unicodedata.category(letter)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if marks <= _MOST_MARKS:
            seen.append(_seen(letter, category))
    return " ".join("".join(seen).split()).strip(_NEEDED)


def shortened(line: str, longest: int) -> str:
    """Return a line that is no longer than allowed; three dots stand for the rest."""
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def _seen(letter: str, category: str) -> str:
    if category in ("Cc", "Zl", "Zp"):
        return " "
    return "" if category in ("Cf", "Cs", "Cn") and letter not in _NEEDED else letter
