"""Numbers as spreadsheets of many countries write them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_OPEN = frozenset({"", "null", "none"})
_INFINITE = re.compile(r"[+-]?(inf|infinity|∞)", re.IGNORECASE)
_NUMBER = re.compile(r"([+-]?)([0-9.,]*[0-9][0-9.,]*)([eE][+-]?[0-9]+)?")
_SPACED = re.compile(r"[+-]?[0-9]{1,3}(?:[ \u00a0\u2009\u202f'’][0-9]{3})+(?:[.,][0-9]*)?")
_BETWEEN_GROUPS = dict.fromkeys(map(ord, " \u00a0\u2009\u202f'’"))
_MINUS = {ord("\u2212"): "-"}
_OTHER = {".": ",", ",": "."}
_USUAL = {";": ",", ",": "."}  # a spreadsheet separates cells by semicolons because its decimals have commas


class NotANumber(Exception):
    """A cell that is no number."""


class UnclearNumber(Exception):
    """A cell that may be one of two numbers, as ``1.234``."""


@dataclass(frozen=True, slots=True)
class Decimals:
    """The number format of one table.

    Attributes:
        sign: the decimal sign that all clear cells agree on; ``None`` where there are none, or they differ.
        usual: the decimal sign that goes with the table's delimiter, where no clear cell decides.
    """

    sign: str | None = None
    usual: str | None = None

    @classmethod
    def of(cls, cells: Iterable[str], delimiter: str) -> Decimals:
        """Return how the numbers of a table with these cells are written."""
        found = {sign for cell in cells if (sign := _clear_sign(cell)) is not None}
        return cls(found.pop()) if len(found) == 1 else cls(usual=None if found else _USUAL.get(delimiter))

    def number(self, cell: str) -> str:
        """Return a cell as Python spells a number; an open or infinite end stays as it is.

        Raises:
            NotANumber: it is none.
            UnclearNumber: it is one of two numbers, and no other cell decides.
        """
        text = cell.translate(_MINUS)
        if text.lower() in _OPEN or _INFINITE.fullmatch(text):
            return text.replace("∞", "inf")
        match = _NUMBER.fullmatch(_joined(text))
        if match is None:
            raise NotANumber(cell)
        return match[1] + self._body(match[2]) + (match[3] or "")

    def _body(self, body: str) -> str:
        if body.isdecimal():
            return body
        sign = _sign_of(body) or self.sign or (self.usual if self.usual and self.usual in body else None)
        if sign is None:
            raise UnclearNumber(body)
        return body.replace(_OTHER[sign], "").replace(sign, ".")


def _clear_sign(cell: str) -> str | None:
    match = _NUMBER.fullmatch(_joined(cell.translate(_MINUS)))
    if match is None:
        return None
    try:
        return _sign_of(match[2])
    except NotANumber:
        return None


def _joined(text: str) -> str:
    """Return a number without the blanks between its groups of three digits."""
    return text.translate(_BETWEEN_GROUPS) if _SPACED.fullmatch(text) else text


def _sign_of(body: str) -> str | None:
    """Return the decimal sign of digits with points and commas; ``None`` where both readings are possible, or none is.

    Raises:
        NotANumber: neither reading is possible.
    """
    signs = [sign for sign in body if sign in _OTHER]
    possible = [sign for sign in _OTHER if _is_written(body, sign)]
    if signs and not possible:
        raise NotANumber(body)
    return possible[0] if len(possible) == 1 else None


def _is_written(body: str, sign: str) -> bool:
    """Return whether a body is well written with this decimal sign: one at most, and groups of three before it."""
    whole, _, rest = body.partition(sign)
    if sign in rest or _OTHER[sign] in rest:
        return False
    first, *groups = whole.split(_OTHER[sign])
    if not groups:
        return True
    return 1 <= len(first) <= 3 and not first.startswith("0") and all(len(group) == 3 for group in groups)
