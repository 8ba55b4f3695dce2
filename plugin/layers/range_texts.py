"""Texts of legend rows: the label of a class, and its range of values."""

from __future__ import annotations

import math

from qgis.PyQt.QtCore import QLocale

from ..legend.spec import ColourMapKind, LegendClass

_DIGITS = (4, 6, 9, 17)  # significant ones
_LEAST, _LARGEST = 1e-4, 1e15  # beyond these, exponents are easier to read than zeros


def row_text(entry: LegendClass, kind: ColourMapKind) -> str:
    """Return ``Low (0.2 – 0.4)``: the label of a class and its values, written as the locale does.

    Where the label contains the values, and where they are codes that a label explains, the label is enough.
    """
    texts = _edge_texts(entry.minimum, entry.maximum)
    values = _values_text(*texts)
    if not entry.label:
        return values
    is_stated = all(text in entry.label for text in texts if text) or kind is ColourMapKind.VALUES
    return entry.label if is_stated else f"{entry.label} ({values})"


def _values_text(low: str, high: str) -> str:
    if not low and not high:
        return "–"
    if not low:
        return f"< {high}"
    if not high:
        return f"≥ {low}"
    return low if low == high else f"{low} – {high}"


def _edge_texts(low: float | None, high: float | None) -> tuple[str, str]:
    """Return both edges with as many digits as needed to tell them apart, four at least."""
    texts = [(_number(low, digits), _number(high, digits)) for digits in _DIGITS]
    return next((pair for pair in texts if pair[0] != pair[1] or low == high), texts[-1])


def _number(value: float | None, digits: int) -> str:
    """Return a number with so many significant digits, whole numbers with all of them."""
    if value is None:
        return ""
    if value and not _LEAST <= abs(value) < _LARGEST:
        return str(QLocale().toString(float(value), "g", digits))
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(value)))) if value else 0
    plain = f"{value:.{decimals}f}"
    shown = plain.rstrip("0").rstrip(".") if decimals else plain
    return str(QLocale().toString(float(value), "f", len(shown.partition(".")[2])))
