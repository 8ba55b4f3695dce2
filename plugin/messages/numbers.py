"""Numbers as people of a locale write and read them: one kind of digits, and no number read as another."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

_DIGITS = re.compile(r"([0-9]+)")
_WHOLE = re.compile(r"[+-]?[0-9]{1,15}")
_NUMBER = re.compile(r"([+-]?)([0-9.,\u066b]*[0-9][0-9.,\u066b]*)(e[+-]?[0-9]+)?", re.IGNORECASE)
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:[ \u00a0\u2009\u202f'’\u066c.,][0-9]{2,3})+(?:[.,\u066b][0-9]*)?")
_ARABIC_DECIMAL = "\u066b"
_SPELLINGS = str.maketrans(
    {
        "\N{MINUS SIGN}": "-",
        "\N{SMALL HYPHEN-MINUS}": "-",
        "\N{FULLWIDTH HYPHEN-MINUS}": "-",
        "\N{FULLWIDTH PLUS SIGN}": "+",
        "\N{LEFT-TO-RIGHT MARK}": None,
        "\N{RIGHT-TO-LEFT MARK}": None,
        "\N{ARABIC LETTER MARK}": None,
    }
)


class Refusal(StrEnum):
    """Why a text is not read as a number."""

    NOT_A_NUMBER = "not-a-number"
    GROUPED = "grouped"
    AMBIGUOUS = "ambiguous"


class NumberRefused(ValueError):
    """A text that is not read as a number.

    Attributes:
        text: as it was written.
        reason: why.
        readings: for an ambiguous one, the numbers it may be, written for people.
    """

    def __init__(self, text: str, reason: Refusal, readings: tuple[str, ...] = ()) -> None:
        super().__init__(f"{reason}: {text}")
        self.text = text
        self.reason = reason
        self.readings = readings


@dataclass(frozen=True, slots=True)
class Signs:
    """The digits and signs of a locale."""

    zero: str
    decimal: str
    minus: str

    @classmethod
    def of(cls, locale: Any = None) -> Signs:
        """Return those of a ``QLocale``, by default of QGIS's."""
        found = _locale(locale)
        return cls(str(found.zeroDigit()), str(found.decimalPoint()), str(found.negativeSign()))

    def written(self, text: str) -> str:
        """Return a number that Python has spelled as people of the locale write it."""
        zero = ord(self.zero) if len(self.zero) == 1 else ord("0")
        digits = {ord("0") + digit: chr(zero + digit) for digit in range(10)}
        return text.translate({**digits, ord("."): self.decimal, ord("-"): self.minus})


def number_text(value: float | None, locale: Any = None) -> str:
    """Return the shortest text that reads back as the same number; nothing for an open end."""
    if value is None:
        return ""
    text = str(value) if isinstance(value, int) else repr(float(value) + 0.0).removesuffix(".0")
    return Signs.of(locale).written(text)


def rounded_text(value: float, digits: int, locale: Any = None) -> str:
    """Return a number with the given significant digits, or fewer where these suffice."""
    return Signs.of(locale).written(f"{value:.{digits}g}")


def decimal_text(value: float, decimals: int) -> str:
    """Return a number with so many decimals, in groups of thousands."""
    return str(_locale().toString(float(value), "f", decimals))


def count_text(count: int) -> str:
    """Return a whole number, in groups of thousands."""
    return str(_locale().toString(int(count)))


def percent_text(percent: float, decimals: int = 0) -> str:
    """Return a number of hundredths with its sign."""
    return f"{decimal_text(percent, decimals)} {_locale().percent()}"


def read_number(text: str, locale: Any = None) -> float | None:
    """Read a number in any digits, with a comma or a point; whole ones stay whole, and empty text is an open end.

    Raises:
        NumberRefused: it is no number, not finite, in groups of thousands, or may be one of two.
    """
    signs = Signs.of(locale)
    plain = _plain(text, signs)
    if not plain:
        return None
    if _WHOLE.fullmatch(plain):
        return int(plain)
    match = _NUMBER.fullmatch(plain)
    marks = [] if match is None else [sign for sign in match[2] if not sign.isdigit()]
    if match is None or len(marks) > 1:
        raise NumberRefused(text, Refusal.GROUPED if _GROUPED.fullmatch(plain) else Refusal.NOT_A_NUMBER)
    if marks and not match[3] and _may_be_grouped(match[2], marks[0], signs):
        joined, split = (match[1] + match[2].replace(marks[0], sign) for sign in ("", "."))
        raise NumberRefused(text, Refusal.AMBIGUOUS, (signs.written(joined), signs.written(split)))
    number = float(match[1] + (match[2].replace(marks[0], ".") if marks else match[2]) + (match[3] or ""))
    if not math.isfinite(number):
        raise NumberRefused(text, Refusal.NOT_A_NUMBER)
    return number


def natural_key(text: str) -> tuple[tuple[bool, int, str], ...]:
    """Return a sort key by which “Field 9” comes before “Field 10”, in any letter case."""
    parts = _DIGITS.split(text.casefold())
    return tuple((False, int(part), "") if part.isdecimal() else (True, 0, part) for part in parts if part)


def _plain(text: str, signs: Signs) -> str:
    """Return a text with Python's digits and minus."""
    spelled = text.translate(_SPELLINGS).strip().replace(signs.minus, "-")
    return "".join(str(int(sign)) if sign.isdecimal() else sign for sign in spelled)


def _may_be_grouped(body: str, mark: str, signs: Signs) -> bool:
    """Return whether a mark that is not the locale's decimal sign stands where one between thousands would."""
    whole, _, rest = body.partition(mark)
    return (
        mark not in (signs.decimal, _ARABIC_DECIMAL)
        and len(rest) == 3
        and 1 <= len(whole) <= 3
        and not whole.startswith("0")
    )


def _locale(locale: Any = None) -> Any:
    """Return a locale, by default the one that QGIS has set."""
    if locale is not None:
        return locale
    from qgis.PyQt.QtCore import QLocale

    return QLocale()
