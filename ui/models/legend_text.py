"""Numbers and sentences of the legend editor."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QCoreApplication, QLocale

from ...plugin.legend.check import ProblemCode
from ...plugin.services.visualization_item import date_text

if TYPE_CHECKING:
    from ...plugin.legend.check import Problem

_SQUARE_METRES_PER_HECTARE = 10_000
_WHOLE = re.compile(r"[+-]?\d{1,18}")
_PLAIN_FROM, _PLAIN_TO = 1e-6, 1e15
_LISTED = 3


class NotNumber(ValueError):
    """A text that is no number."""


def number_text(value: float | None) -> str:
    """Return the shortest text that reads back as the same number, in the locale's spelling; nothing for ``None``."""
    if value is None:
        return ""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    digits = repr(value)
    if "e" in digits and _PLAIN_FROM <= abs(value) < _PLAIN_TO:
        digits = f"{value:.20f}".rstrip("0")
    return digits.replace(".", str(QLocale().decimalPoint()))


def parse_number(text: str) -> float | None:
    """Read a number typed in the locale's spelling or with a point; nothing is an open end.

    Raises:
        NotNumber: it is no finite number.
    """
    text = text.strip().replace("\N{MINUS SIGN}", "-")
    if not text:
        return None
    if _WHOLE.fullmatch(text):
        return int(text)
    value = _as_float(text)
    if value is None or not math.isfinite(value):
        raise NotNumber(text)
    return value


def _as_float(text: str) -> float | None:
    point = str(QLocale().decimalPoint())
    for spelling in (text.replace(point, ".") if point != "." else text, text):
        try:
            return float(spelling.replace("_", " "))
        except ValueError:
            continue
    value, ok = QLocale().toDouble(text)
    return float(value) if ok else None


def hectares_text(square_metres: float | None) -> str:
    """Return an area in ha without its unit; nothing where it is unknown."""
    if square_metres is None:
        return ""
    hectares = square_metres / _SQUARE_METRES_PER_HECTARE
    return str(QLocale().toString(float(hectares), "f", 1 if hectares < 1000 else 0))


def percent_text(share: float | None) -> str:
    """Return a percentage without its sign; nothing where it is unknown."""
    return "" if share is None else str(QLocale().toString(float(share), "f", 1))


def edits_text(count: int) -> str:
    """Return ``3 edits not pushed``, or that there are none."""
    if count == 0:
        return _tr("No edits")
    if count == 1:
        return _tr("1 edit not pushed")
    return _tr("{} edits not pushed").format(count)


def days_text(keys: Sequence[str]) -> str:
    """Return dates as a list that stays short: ``2025-04-12, 2025-05-02 and 4 more``."""
    days = [date_text(key) for key in keys]
    if len(days) <= _LISTED + 1:
        return ", ".join(days)
    return _tr("{} and {} more").format(", ".join(days[:_LISTED]), len(days) - _LISTED)


def problem_text(problem: Problem) -> str:
    """Return what is wrong with a class, and what to do, in one sentence; classes are counted from one."""
    row, other = problem.row + 1, (problem.other_row if problem.other_row is not None else -1) + 1
    numbers = [number_text(value) for value in problem.values]
    if problem.code is ProblemCode.MIN_ABOVE_MAX:
        return _tr("Class {} begins at {} but ends at {}. Make its minimum the smaller one.").format(row, *numbers[:2])
    if problem.code is ProblemCode.OVERLAP:
        return _tr("Classes {} and {} overlap from {} to {}. Move one of their edges.").format(other, row, *numbers[:2])
    if problem.code is ProblemCode.TWICE:
        return _tr("Classes {} and {} have the same value {}. Change one of them.").format(other, row, numbers[0])
    if problem.code is ProblemCode.TOO_MANY:
        return _tr("There are {} classes, but the server takes {} at most. Remove some.").format(*numbers[:2])
    texts = {
        ProblemCode.NO_CLASSES: _tr("There is no class. Undo, or discard the edits."),
        ProblemCode.NOT_A_NUMBER: _tr("Class {} has an edge that is no number. Enter one."),
        ProblemCode.OPEN_END: _tr("Class {} has an edge without a number. Enter one."),
        ProblemCode.EMPTY: _tr("Class {} begins where it ends, so it holds nothing. Move an edge, or remove it."),
    }
    return texts[problem.code].format(row)


def differences_text(differences: Sequence[dict[str, Any]]) -> str:
    """Return in one sentence how the server's answer is not what was sent; nothing where it is."""
    if not differences:
        return ""
    first = differences[0]
    if first["class_index"] is None:
        where = str(first["date"])
    else:
        where = _tr("{}, class {}, {}").format(first["date"], first["class_index"] + 1, _field_text(first["field"]))
    example = _tr("{}: sent {}, kept {}").format(where, _shown(first["sent"]), _shown(first["answered"]))
    if len(differences) == 1:
        return _tr("The server changed one thing ({}).").format(example)
    return _tr("The server changed {} things (the first: {}).").format(len(differences), example)


def _field_text(name: str) -> str:
    texts = {"min": _tr("minimum"), "max": _tr("maximum"), "color": _tr("colour"), "label": _tr("label")}
    return texts.get(name, name)


def _shown(value: Any) -> str:
    if value is None or isinstance(value, int | float):
        return number_text(value) or _tr("nothing")
    return str(value)


def _tr(text: str) -> str:
    return str(QCoreApplication.translate("LegendText", text))
