"""The legend as the API reads and writes it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

from .check import LegendInvalid, ProblemCode, problems
from .colour import parse_colour
from .spec import Colour, Legend, LegendClass

__all__ = ["UNREADABLE", "LegendInvalid", "parse_number", "read_classes", "write_classes"]

UNREADABLE = Colour(128, 128, 128)
_KNOWN = frozenset({"min", "max", "color", "label", "area", "area_percentage"})
_WHOLE = re.compile(r"[+-]?\d{1,18}")
_MOST_BITS = 1023  # of a whole number that a float can hold
_OPEN_WORDS = frozenset({"", "null", "none"})
_NOT_SENDABLE = frozenset({ProblemCode.NOT_A_NUMBER, ProblemCode.OPEN_END})


def read_classes(raw: Iterable[Mapping[str, Any]]) -> tuple[Legend, list[str]]:
    """Parse the classes of one date and mode, with warnings about unknown content.

    Numbers may be strings; an edge that is null, absent or infinite is an open end. A class whose colour cannot be
    read is kept, grey. The last class holds its maximum.
    """
    warnings: list[str] = []
    classes = tuple(_read(number, record, warnings) for number, record in enumerate(raw, start=1))
    return Legend(classes, closed_top=True), warnings


def write_classes(legend: Legend, *, allow_open: bool = False) -> list[dict[str, Any]]:
    """Return the classes as they are sent: exactly ``min``, ``max``, ``color`` and ``label``.

    Args:
        legend: the legend to send; areas are the server's and are left out.
        allow_open: write an open end as null instead of refusing it.

    Raises:
        LegendInvalid: an edge is not a finite number.
    """
    found = [problem for problem in problems(legend, allow_open=allow_open) if problem.code in _NOT_SENDABLE]
    if found:
        raise LegendInvalid(found)
    return [_write(entry) for entry in legend.classes]


def _write(entry: LegendClass) -> dict[str, Any]:
    return {"min": entry.minimum, "max": entry.maximum, "color": entry.colour.hex, "label": entry.label}


def _read(number: int, record: Mapping[str, Any], warnings: list[str]) -> LegendClass:
    return LegendClass(
        minimum=_edge(number, record, "min", warnings),
        maximum=_edge(number, record, "max", warnings),
        colour=_colour(number, record.get("color"), warnings),
        label=_label(number, record.get("label"), warnings),
        area=_figure(number, record, "area", warnings),
        area_percentage=_figure(number, record, "area_percentage", warnings),
        extra={key: value for key, value in record.items() if key not in _KNOWN},
    )


def _label(number: int, raw: Any, warnings: list[str]) -> str:
    if raw is not None and not isinstance(raw, str | int | float):
        warnings.append(f"Class {number}: the label is no text: {raw!r}.")
    text = "" if raw is None else str(raw)
    sendable = text.encode("utf-8", "replace").decode("utf-8")
    if sendable != text:
        warnings.append(f"Class {number}: the label holds half of a character.")
    return sendable


def _colour(number: int, raw: Any, warnings: list[str]) -> Colour:
    colour = parse_colour(raw)
    if colour is None:
        warnings.append(f"Class {number}: the colour {raw!r} is not readable; grey is shown.")
        return UNREADABLE
    return colour


def _edge(number: int, record: Mapping[str, Any], name: str, warnings: list[str]) -> float | None:
    """Read an edge; the infinity of its own side is an open end."""
    value = _figure(number, record, name, warnings, infinite=True)
    if value is None or math.isfinite(value):
        return value
    if (value < 0) != (name == "min"):
        warnings.append(f"Class {number}: {name} is infinite on the wrong side; it is read as open.")
    return None


def _figure(
    number: int, record: Mapping[str, Any], name: str, warnings: list[str], *, infinite: bool = False
) -> float | None:
    raw = record.get(name)
    value = parse_number(raw)
    if value is None or math.isnan(value) or (math.isinf(value) and not infinite):
        if raw is not None and not (isinstance(raw, str) and raw.strip().lower() in _OPEN_WORDS):
            warnings.append(f"Class {number}: {name} is not a number: {raw!r}.")
        return None
    return value


def parse_number(raw: Any) -> float | None:
    """Read a number or its text, whole ones staying whole; ``None`` for anything else."""
    if isinstance(raw, int) and not isinstance(raw, bool):
        return raw if raw.bit_length() <= _MOST_BITS else (math.inf if raw > 0 else -math.inf)
    if isinstance(raw, float):
        return raw
    if not isinstance(raw, str):
        return None
    text = raw.strip()
    if _WHOLE.fullmatch(text):
        return int(text)
    try:
        return float(text)
    except ValueError:
        return None
