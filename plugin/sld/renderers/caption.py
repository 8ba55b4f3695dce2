"""Captions of classes without a label, in the legend of a layer."""

from __future__ import annotations

from .bounds import tidy


def caption(label: str, low: float | None, high: float | None) -> str:
    """Return the label, or where it is empty the class's values."""
    return label or values_text(low, high)


def values_text(low: float | None, high: float | None) -> str:
    """Return ``0.2 – 0.4``, ``< 0.4``, ``≥ 0.2``, or one number where both ends are the same; ``None`` is open."""
    if low is None and high is None:
        return "–"
    if low is None:
        return f"< {_number(high)}"
    if high is None:
        return f"≥ {_number(low)}"
    return _number(low) if low == high else f"{_number(low)} – {_number(high)}"


def _number(value: float | None) -> str:
    return "" if value is None else str(tidy(float(value)))
