"""Numbers, colours and parameters of style documents."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ..legend.colour import from_hex, parse_colour
from ..legend.spec import Colour
from ..legend.wire import parse_number
from .refusal import RefusalCode, SldRefused
from .xml import attribute, children, local

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_ENV = re.compile(r"""\$\{\s*env\(\s*(['"])[^'"]*\1\s*,\s*(?:'([^']*)'|"([^"]*)"|([^'"(){}]*?))\s*\)\s*\}""")


class Notes:
    """Warnings in the order they came up, each once."""

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self._texts: dict[str, None] = dict.fromkeys(texts)

    def add(self, text: str) -> None:
        """Keep a warning: one sentence beginning with its place."""
        self._texts[text] = None

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)


def text_of(element: Element, place: str, notes: Notes) -> str:
    """Return the value of a parameter: its text, one literal, or the default of an ``env`` function.

    Raises:
        SldRefused: it is another expression.
    """
    inner = children(element)
    if not inner:
        return plain(element.text or "", place, notes)
    if len(inner) == 1 and local(inner[0]) == "Literal":
        return plain(inner[0].text or "", place, notes)
    if len(inner) == 1 and local(inner[0]) == "Function" and attribute(inner[0], "name") == "env":
        return _env_default(inner[0], place, notes)
    raise SldRefused(RefusalCode.EXPRESSION, place, local(inner[0]))


def _env_default(function: Element, place: str, notes: Notes) -> str:
    literals = children(function, "Literal")
    if len(literals) != 2 or len(children(function)) != 2:
        raise SldRefused(RefusalCode.EXPRESSION, place, "env")
    _note_default(place, notes)
    return (literals[1].text or "").strip()


def _note_default(place: str, notes: Notes) -> None:
    """Add one warning for all entries that a default replaces a value the server would insert."""
    notes.add(f"{place.split()[0]}: values the server can change (env) are drawn by their defaults.")


def plain(text: str, place: str, notes: Notes) -> str:
    """Return a text with the defaults of ``${env('name', default)}`` put in.

    Raises:
        SldRefused: another expression is in it.
    """

    if "$" not in text:
        return text.strip()

    def default(match: re.Match[str]) -> str:
        _note_default(place, notes)
        return next((group for group in match.groups()[1:] if group is not None), "")

    result = _ENV.sub(default, text.strip())
    if "${" in result or "$env{" in result:
        raise SldRefused(RefusalCode.EXPRESSION, place, text.strip())
    return result.strip()


def number(text: str, place: str, *, or_nan: bool = False) -> float:
    """Read a quantity; it may be infinite, and NaN where that is allowed. Whole ones stay whole.

    Raises:
        SldRefused: it is missing, or no number.
    """
    value = parse_number(text) if "_" not in text else None
    if value is None or (math.isnan(value) and not or_nan):
        raise SldRefused(RefusalCode.QUANTITY, place, text)
    return value


def opacity(text: str, place: str, notes: Notes) -> float:
    """Read an opacity; one outside 0 to 1 is brought inside with a warning.

    Raises:
        SldRefused: it is no number.
    """
    value = parse_number(text) if "_" not in text else None
    if value is None or math.isnan(value):
        raise SldRefused(RefusalCode.OPACITY, place, text)
    inside = min(1.0, max(0.0, float(value)))
    if inside != value:
        notes.add(f"{place}: the opacity {text} is outside 0 to 1; {inside:g} is drawn.")
    return inside


def colour(text: str, place: str, notes: Notes) -> Colour:
    """Read a colour; eight digits are ``#aarrggbb``, which is neither SLD nor CSS.

    Raises:
        SldRefused: it cannot be read.
    """
    digits = text.removeprefix("0x").removeprefix("0X")
    if len(digits.removeprefix("#")) == 8 and (found := from_hex(digits, alpha_first=True)):
        notes.add(f"{place}: the eight digits of {text} are read as #AARRGGBB.")
        return found
    found = parse_colour(digits)
    if found is None:
        raise SldRefused(RefusalCode.COLOUR, place, text)
    return found
